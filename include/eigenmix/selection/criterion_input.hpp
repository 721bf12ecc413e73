// SPDX-License-Identifier: MIT
#ifndef EIGENMIX_SELECTION_CRITERION_INPUT_HPP
#define EIGENMIX_SELECTION_CRITERION_INPUT_HPP

#include <cmath>
#include <limits>

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
    using std::log;
    for (Index n = 0; n < workspace.tile.size; ++n) {
      const Real sample_weight = Real(workspace.tile.weights(n));
      if (!(sample_weight > 0)) continue;
      Real largest = 0;
      for (Index k = 0; k < workspace.storage.cols(); ++k) {
        const Real share = Real(workspace.storage(n, k)) / sample_weight;
        if (share > 0) soft += sample_weight * share * log(share);  // 0 log 0 = 0
        if (share > largest) largest = share;
      }
      hard += sample_weight * log(largest);
      weight += sample_weight;
    }
  }
};

}  // namespace detail

namespace selection {

/// What x says of a mixture, in one pass over x, tile by tile and without a K x N matrix.
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
  using Boundary = detail::Boundary<typename Mixture::Scalar, Mixture::Dim>;
  using Sums = detail::ClassificationSums<typename Mixture::Real>;
  const auto opened = Boundary::checked("criterion_input", x, mixture.dimension());
  const detail::AnySamples<typename Mixture::Scalar, Mixture::Dim> samples(opened);
  const auto& parameters = detail::Access::parameters(mixture);
  using Parameters = std::decay_t<decltype(parameters)>;
  const Sums total =
      detail::DensityPass<Parameters>(parameters, samples, detail::accepted_execution(execution))
          .template sum_over_tiles<Sums>(
              parameters.log_constants,
              [](detail::Workspace<Parameters>& workspace, Index, Sums& sums) {
                sums.log_likelihood += detail::share(workspace);
                sums.add(workspace);
              });
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
/// likely, for CriterionInput::single_log_likelihood. O(N Dim²).
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
