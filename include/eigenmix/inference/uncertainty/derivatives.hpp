// SPDX-License-Identifier: MIT
#ifndef EIGENMIX_INFERENCE_UNCERTAINTY_DERIVATIVES_HPP
#define EIGENMIX_INFERENCE_UNCERTAINTY_DERIVATIVES_HPP

#include <eigenmix/inference/uncertainty/standard_errors.hpp>

namespace eigenmix {
inline namespace EIGENMIX_ABI {
namespace detail {

template <class Mixture>
void check_positive_weights(const char* where, const Mixture& mixture) {
  for (Index k = 0; k < mixture.component_count(); ++k) {
    if (mixture.weights()(k) > 0) continue;
    reject(where, "weight " + text(k), "0", "a number > 0, by which derivatives divide");
  }
}

}  // namespace detail

/// [P x N] the scores: derivatives of each sample's log p(x_n) by the free parameters, in the order
/// of StandardErrors::parameter_covariance (McLachlan & Peel 2000, section 2.15). Their sum is zero
/// at a maximum.
/// \param mixture    fitted or not; Full, Tied, Diagonal, EEI, Spherical or EII, without noise, its
///                   weights > 0, by which derivatives divide
/// \param x          [Dim x N] samples
/// \throws std::invalid_argument  as standard_errors, or if a weight is zero
/// \complexity  one pass, O(N K Dim³) for dense families, O(N K Dim²) for others
template <class Mixture, class X>
detail::Matrix<typename Mixture::Real> scores(const Mixture& mixture, const X& x) {
  using Real = typename Mixture::Real;
  using Boundary = detail::Boundary<typename Mixture::Scalar, Mixture::Dim>;
  detail::check_positive_weights("scores", mixture);
  const auto coordinates = detail::checked_coordinates("scores", mixture);
  const auto samples = Boundary::checked_unweighted("scores", x, mixture.dimension());
  detail::SampleScore<detail::ParametersOf<Mixture>> score(coordinates);
  detail::Matrix<Real> result(coordinates.free_size(), samples.count());
  detail::Vector<Real> joint(coordinates.free_size());
  for (Index n = 0; n < samples.count(); ++n) {
    if (!score.assign([&](Index i) { return Real(samples.value(i, n)); })) {
      detail::reject_far_sample("scores", n);
    }
    coordinates.join(score.score().data(), joint.data());
    coordinates.to_free(joint.data(), result.col(n).data());
  }
  return result;
}

/// [P x P] the observed information: less the second derivatives of Σ_n w_n log p(x_n) by the free
/// parameters, in the order of StandardErrors::parameter_covariance, at any mixture, fitted or not
/// (Louis 1982).
/// \param mixture, x, execution  as of standard_errors; weights > 0, by which it divides
/// \throws std::invalid_argument, \complexity  as standard_errors
template <class Mixture, class X, class Execution = execution::Serial>
detail::Matrix<typename Mixture::Real> observed_information(const Mixture& mixture, const X& x,
                                                            const Execution& execution = {}) {
  using Real = typename Mixture::Real;
  detail::check_positive_weights("observed_information", mixture);
  const auto coordinates = detail::checked_coordinates("observed_information", mixture);
  const auto joint = detail::joint_information<detail::ParametersOf<Mixture>, Mixture>(
      "observed_information", coordinates, x, Information::observed, execution);
  return detail::congruent(joint.information(), coordinates.free_size(),
                           [&](const Real* in, Real* out) { coordinates.to_free(in, out); });
}

}  // namespace EIGENMIX_ABI
}  // namespace eigenmix

#endif  // EIGENMIX_INFERENCE_UNCERTAINTY_DERIVATIVES_HPP
