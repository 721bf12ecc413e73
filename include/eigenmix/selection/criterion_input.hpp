// SPDX-License-Identifier: MIT
#ifndef EIGENMIX_SELECTION_CRITERION_INPUT_HPP
#define EIGENMIX_SELECTION_CRITERION_INPUT_HPP

#include <cmath>
#include <limits>
#include <vector>

#include <eigenmix/gaussian_mixture.hpp>
#include <eigenmix/initialization/start.hpp>

namespace eigenmix {
inline namespace EIGENMIX_ABI {
namespace selection {

/// What data say of one mixture: all that a criterion needs, and no data. Made by
/// `criterion_input`; t_nk are the responsibilities, w_n the sample weights (one without weights),
/// logarithms natural.
struct CriterionInput {
  double log_likelihood = 0;  ///< Σ_n w_n log p(x_n) in nats
  Index parameter_count = 0;  ///< free parameters
  double sample_weight = 0;   ///< n = Σ_n w_n, the number of samples without weights
  Index component_count = 0;  ///< K
  /// Σ_n w_n log max_k t_nk <= 0: what each sample's most responsible component leaves open.
  double hard_classification = 0;
  /// Σ_nk w_n t_nk log t_nk <= 0: minus the entropy of the responsibilities.
  double soft_classification = 0;
  /// The log-likelihood of one component of the same family on the same data, which criteria::Nec
  /// compares with; NaN until somebody sets it, see single_log_likelihood.
  double single_log_likelihood = std::numeric_limits<double>::quiet_NaN();
};

}  // namespace selection

namespace detail {

/// The three sums over samples of CriterionInput, in the scalar that sums are kept in.
template <class Real>
struct ClassificationSums {
  Real log_likelihood = 0, hard = 0, soft = 0, weight = 0;

  ClassificationSums& operator+=(const ClassificationSums& other) {
    log_likelihood += other.log_likelihood;
    hard += other.hard;
    soft += other.soft;
    weight += other.weight;
    return *this;
  }

  /// \param workspace  a tile with its weighted responsibilities w t
  template <class Workspace>
  void add(const Workspace& workspace) {
    for (Index n = 0; n < workspace.tile.size; ++n) {
      const Real sample_weight = Real(workspace.tile.weights(n));
      if (!(sample_weight > 0)) continue;
      add(sample_weight, workspace.storage.cols(),
          [&](Index k) { return Real(workspace.storage(n, k)) / sample_weight; });
    }
  }

  /// A sample's. \param share  k -> its responsibility
  template <class Share>
  void add(Real sample_weight, Index count, const Share& share) {
    using std::log;
    Real largest = 0;
    for (Index k = 0; k < count; ++k) {
      const Real of_k = share(k);
      if (of_k > 0) soft += sample_weight * of_k * log(of_k);  // 0 log 0 = 0
      if (of_k > largest) largest = of_k;
    }
    hard += sample_weight * log(largest);
    weight += sample_weight;
  }
};

/// The sums over the samples of x, tile by tile where they are in memory; else with O(N) of it.
template <class Mixture, class X>
auto classification_sums(const Mixture& mixture, const X& x, const AnyExecution& execution) {
  using Sums = ClassificationSums<typename Mixture::Real>;
  using Parameters = ParametersOf<Mixture>;
  const auto& parameters = Access::parameters(mixture);
  if constexpr (is_source_v<X>) {
    SourceEvaluation<Parameters, X> samples("criterion_input", parameters, x, execution);
    std::vector<Sums> of_samples(static_cast<std::size_t>(samples.count()));
    using Values = Vector<typename Mixture::Scalar>;
    Sums total;
    total.log_likelihood =
        samples.share_out([&](Index n, const Values& values, typename Mixture::Scalar log_density) {
          if (!(samples.weight(n) > 0)) return;
          of_samples[static_cast<std::size_t>(n)].add(
              typename Mixture::Real(samples.weight(n)), values.size(),
              [&](Index k) { return std::exp(typename Mixture::Real(values(k) - log_density)); });
        });
    for (const Sums& sums : of_samples) total += sums;
    return total;
  } else {
    using Boundary = Boundary<typename Mixture::Scalar, Mixture::Dim>;
    const auto opened = Boundary::checked("criterion_input", x, mixture.dimension());
    const AnySamples<typename Mixture::Scalar, Mixture::Dim> samples(opened);
    return DensityPass<Parameters>(parameters, samples, execution)
        .template sum_over_tiles<Sums>(parameters.log_constants,
                                       [](Workspace<Parameters>& workspace, Index, Sums& sums) {
                                         sums.log_likelihood += share(workspace);
                                         sums.add(workspace);
                                       });
  }
}

}  // namespace detail

namespace selection {

/// What x says of a mixture, in one pass over x, tile by tile and without a K x N matrix: sums of
/// responsibilities (equation 5), as Biernacki, Celeux & Govaert (2000) have them.
///
/// \param x                [Dim x N] samples, weighted(x, w) or counted(x, c)
/// \param execution        any execution policy; bitwise the same result
/// \param parameter_count  free parameters, where some were held fixed; default those of the
///                         mixture
/// \throws std::invalid_argument  if x is not samples for this mixture
/// \complexity  one E-step: O(N K Dim²) for dense families; memory independent of N
template <class Mixture, class X, class Execution>
CriterionInput criterion_input(const Mixture& mixture, const X& x, const Execution& execution,
                               Index parameter_count) {
  const auto total = detail::classification_sums(mixture, x, detail::accepted_execution(execution));
  CriterionInput result;
  result.log_likelihood = double(total.log_likelihood);
  result.parameter_count = parameter_count;
  result.sample_weight = double(total.weight);
  result.component_count = mixture.component_count();
  result.hard_classification = double(total.hard);
  result.soft_classification = double(total.soft);
  return result;
}

/// What x says of a mixture all of whose parameters are free, by one pass over x, tile by tile.
/// \param mixture    K components over Dim dimensions
/// \param x          [Dim x N] samples, weighted(x, w) or counted(x, c)
/// \param execution  any execution policy; bitwise the same result
/// \throws std::invalid_argument  if x is not samples for this mixture
/// \complexity  one E-step: O(N K Dim²) for dense families; memory independent of N
template <class Mixture, class X, class Execution = execution::Serial>
CriterionInput criterion_input(const Mixture& mixture, const X& x,
                               const Execution& execution = {}) {
  return criterion_input(mixture, x, execution, mixture.parameter_count());
}

/// The log-likelihood in nats of the single normal distribution of Mixture's family that is most
/// likely (equations 1 and 2), for CriterionInput::single_log_likelihood. O(N Dim²); the same for
/// every execution policy.
/// \param x  [Dim x N] samples, weighted(x, w) or counted(x, c)
/// \throws std::invalid_argument  if x is not samples for this mixture
template <class Mixture, class X, class Execution = execution::Serial>
double single_log_likelihood(const X& x, const Execution& execution = {}) {
  using Boundary = detail::Boundary<typename Mixture::Scalar, Mixture::Dim>;
  const auto opened = Boundary::checked("single_log_likelihood", x, Eigen::Dynamic);
  const detail::AnySamples<typename Mixture::Scalar, Mixture::Dim> samples(opened);
  const auto& policy = detail::accepted_execution(execution);
  const auto single = detail::Access::make<Mixture>(
      detail::start_maker<Mixture>("single_log_likelihood", samples, policy).single());
  return double(single.log_likelihood(x, policy));
}

}  // namespace selection
}  // namespace EIGENMIX_ABI
}  // namespace eigenmix

#endif  // EIGENMIX_SELECTION_CRITERION_INPUT_HPP
