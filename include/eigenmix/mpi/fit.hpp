// SPDX-License-Identifier: MIT
#ifndef EIGENMIX_MPI_FIT_HPP
#define EIGENMIX_MPI_FIT_HPP

#include <sstream>
#include <utility>

#include <eigenmix/gaussian_mixture.hpp>
#include <eigenmix/io/text.hpp>
#include <eigenmix/mpi/spread.hpp>
#include <eigenmix/mpi/together.hpp>
#include <eigenmix/search/fit_best.hpp>

namespace eigenmix {
inline namespace EIGENMIX_ABI {
namespace mpi {

/// mixture.fit(x), EM over all processes' samples (Dempster, Laird & Rubin 1977; as mpi::spread has
/// it), with policies and observers of which only rank 0 has a say: a stopping policy
/// with a clock or one of the caller's own is asked there and its answer sent round, a byte an
/// iteration; observers are called there. What a rank throws, all throw, with the same text, and
/// all mixtures are as they were. Every process ends with the same mixture.
/// \param mixture   the same on every rank, see `broadcast`
/// \param x         made by `spread`
/// \param stopping  see stopping/policy.hpp; default stopping::standard()
/// \param options   see fit_options
/// \throws std::invalid_argument  as GaussianMixture::fit; also if mixtures differ between ranks
/// \throws PeerFailure            if something was thrown that was not thrown by all
/// \complexity  that of the fit of the rank's own samples; an allreduce an iteration
template <class Mixture, class X, class Stopping = stopping::Standard, class Options = FitOptions<>>
FitResult fit(Mixture& mixture, const Spread<X>& x, Stopping stopping = stopping::standard(),
              const Options& options = {}) {
  static_assert(eigenmix::detail::is_fit_options_v<Options>,
                "eigenmix: the last argument of mpi::fit is what fit_options(...) returns");
  const auto& processes = x.processes();
  auto fitted = eigenmix::detail::together(processes, [&] {
    const auto own =
        eigenmix::detail::with_policies(options, stopping, options.execution, options.observers);
    const auto agreed = eigenmix::detail::agreed_options(processes, own);
    Mixture working = mixture;
    FitResult result = working.fit(x, agreed);
    return std::make_pair(std::move(working), std::move(result));
  });
  mixture = std::move(fitted.first);
  return std::move(fitted.second);
}

/// Fits as above, with the stopping policy that the options name, or stopping::standard().
template <class Mixture, class X, class... Choices>
FitResult fit(Mixture& mixture, const Spread<X>& x, const FitOptions<Choices...>& options) {
  return fit(mixture, x, eigenmix::detail::stopping_of(options, stopping::standard()),
             eigenmix::detail::with_policies(options, eigenmix::detail::DefaultStopping(),
                                             options.execution, options.observers));
}

/// eigenmix::fit_best of spread samples, with policies and observers as mpi::fit has them. A search
/// is made by every process alike among what stands for the samples, see Spread::stand_in; whole
/// fits, that of the found start and all of Restarts, are of all samples, one after the other, each
/// with all processes and threads.
/// \param components, strategy, options, \throws, \complexity  as eigenmix::fit_best and mpi::fit
template <class Mixture, class X, class Strategy = initialization::SmallEm,
          class Options = FitOptions<>>
BestFit<Mixture> fit_best(const Spread<X>& x, Index components, const Strategy& strategy = {},
                          const Options& options = {}) {
  const auto& processes = x.processes();
  return eigenmix::detail::together(processes, [&] {
    return eigenmix::fit_best<Mixture>(x, components, strategy,
                                       eigenmix::detail::agreed_options(processes, options));
  });
}

/// Collective: Σ_n w_n log p(x_n) in nats over the samples of all processes, the same bits in each,
/// for every execution policy.
/// \throws std::invalid_argument  if samples are no use or mixtures differ between ranks
/// \complexity  one E-step of the process's own samples, an allreduce
template <class Mixture, class X, class Execution = execution::Serial>
typename Mixture::Real log_likelihood(const Mixture& mixture, const Spread<X>& x,
                                      const Execution& execution = {}) {
  return mixture.moments(x, execution).log_likelihood();
}

/// Collective: a mixture to the bits of that of one rank, in all processes; sent as the text of
/// this library, see io/text.hpp.
/// \param root  a rank of the samples' communicator
/// \throws PeerFailure  or std::invalid_argument, all do, if a rank could not write or read it
/// \complexity  two broadcasts, of O(K Dim²) bytes for dense families, and a mixture's constructor
template <class Mixture, class X>
void broadcast(Mixture& mixture, const Spread<X>& x, int root = 0) {
  const auto& processes = x.processes();
  std::ostringstream out;
  eigenmix::detail::agree(processes, [&] {
    if (processes.rank() == root) save(out, mixture);
  });
  std::istringstream in(processes.broadcast_text(out.str(), root));
  eigenmix::detail::agree(processes, [&] {
    if (processes.rank() != root) mixture = load<Mixture>(in);
  });
}

}  // namespace mpi
}  // namespace EIGENMIX_ABI
}  // namespace eigenmix

#endif  // EIGENMIX_MPI_FIT_HPP
