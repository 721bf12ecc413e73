// SPDX-License-Identifier: MIT
#ifndef EIGENMIX_SEARCH_IMPROVE_HPP
#define EIGENMIX_SEARCH_IMPROVE_HPP

#include <limits>

#include <eigenmix/initialization/start_options.hpp>
#include <eigenmix/search/search.hpp>

namespace eigenmix {
inline namespace EIGENMIX_ABI {

/// Moves a fitted mixture to a better optimum where split and merge find one (Ueda, Nakano,
/// Ghahramani & Hinton 2000): two components that overlap become one, a third becomes two, EM goes
/// on, and what comes out is kept only if its log-likelihood is higher by 0.1 nats (Minagawa,
/// Tagawa & Tanaka 2002: not all moves that look better are), without a spurious component that was
/// not there before. The last fit is to the tolerance of stopping::standard(). With the options of
/// the fit it is the posterior that must rise, and components of which parts are held take no part
/// in moves.
///
///     mixture.fit(x);
///     if (improve(mixture, x) > 0) result = mixture.fit(x);
///
/// \param mixture    K components; unchanged if nothing better is found
/// \param x          [Dim x N] samples or weighted(x, w), N >= K
/// \param rounds     moves made at most, >= 0; ten, because few fits make more than three
/// \param how        the fit_options(...) of the fit, whose observers are not called, or an execution
///                   policy alone; the result is the same for any execution policy
/// \return moves made. A round costs some 3 K times 20 EM iterations
/// \throws std::invalid_argument  if x or a number is not as said
template <class Mixture, class X, class How = execution::Serial>
Index improve(Mixture& mixture, const X& x, Index rounds = 10, const How& how = {}) {
  using Scalar = typename Mixture::Scalar;
  const auto samples =
      detail::Boundary<Scalar, Mixture::Dim>::open("improve", x, mixture.dimension());
  detail::non_negative("improve", "rounds", rounds);
  if (samples.positive_count() < mixture.component_count()) {
    detail::reject("improve", "samples of positive weight", detail::text(samples.positive_count()),
                   "at least as many as components, " + detail::text(mixture.component_count()));
  }
  detail::AnySamples<Scalar, Mixture::Dim> view(samples);
  // No budget: who asks for this wants the optimum.
  const detail::SearchPlan plan{1, 20, 2, rounds, 0, std::numeric_limits<Index>::max() / 2};
  const auto options = detail::start_options(how);
  detail::survey_for(options, view);
  return detail::with_run_policies(options, [&](const detail::RunPolicies& policies) -> Index {
    using Parameters = detail::ParametersOf<Mixture>;
    Parameters& parameters = detail::Access::parameters(mixture);
    detail::Search<Parameters> search(view, *parameters.form, plan, policies);
    auto run = std::make_unique<detail::Candidate<Parameters>>(parameters, 0, 0);
    search.advance(*run, 10000, 5e-5);
    const Index made = search.improve(run);
    if (made == 0) return 0;
    search.advance(*run, 10000, 5e-5);
    parameters = std::move(run->parameters);
    return made;
  });
}

}  // namespace EIGENMIX_ABI
}  // namespace eigenmix

#endif  // EIGENMIX_SEARCH_IMPROVE_HPP
