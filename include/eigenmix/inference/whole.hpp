// SPDX-License-Identifier: MIT
#ifndef EIGENMIX_INFERENCE_WHOLE_HPP
#define EIGENMIX_INFERENCE_WHOLE_HPP

#include <eigenmix/gaussian_mixture.hpp>
#include <eigenmix/inference/dimensions.hpp>

namespace eigenmix {
inline namespace EIGENMIX_ABI {
namespace detail {

/// The mean of a whole mixture, kept as an offset from that of its heaviest component, so that
/// nothing is lost where the components are far from zero.
template <class Parameters>
class OverallMean {
 public:
  using Real = typename Parameters::Real;

  explicit OverallMean(const Parameters& parameters) : parameters_(parameters) {
    parameters.weights.maxCoeff(&heaviest_);
    set_zero(mean_, parameters.dimension());
    Real weight = 0;
    for (Index k = 0; k < parameters.component_count(); ++k) {
      weight += Real(parameters.weights(k));
      for (Index i = 0; i < mean_.size(); ++i) {
        mean_(i) += Real(parameters.weights(k)) * from_heaviest(i, k);
      }
    }
    for (Index i = 0; i < mean_.size(); ++i) mean_(i) /= weight;
  }

  Real mean(Index i) const { return Real(parameters_.means(i, heaviest_)) + mean_(i); }
  /// Entry i of the mean of component k less that of the mixture.
  Real offset(Index i, Index k) const { return from_heaviest(i, k) - mean_(i); }

 private:
  Real from_heaviest(Index i, Index k) const {
    return Real(parameters_.means(i, k)) - Real(parameters_.means(i, heaviest_));
  }

  const Parameters& parameters_;
  Index heaviest_ = 0;
  Vector<Real, Parameters::Dim> mean_;  // less that of the heaviest component
};

}  // namespace detail

/// The mean of a whole mixture, Σ_k w_k μ_k, not of a component (Bishop 2006, equation 9.49).
/// \return [Dim]
/// \throws std::invalid_argument  if there is noise, of which it is not known where it lies
/// \complexity  O(K Dim)
template <class Scalar, int Dim, class Covariance>
detail::Vector<Scalar, Dim> overall_mean(const GaussianMixture<Scalar, Dim, Covariance>& mixture) {
  detail::refuse_noise("overall_mean", mixture.noise().weight);
  const detail::OverallMean overall(detail::Access::parameters(mixture));
  detail::Vector<Scalar, Dim> result(mixture.dimension());
  for (Index i = 0; i < result.size(); ++i) result(i) = Scalar(overall.mean(i));
  return result;
}

/// The covariance of a whole mixture, not of a component: Σ_k w_k (Σ_k + (μ_k - μ)(μ_k - μ)^T), μ
/// the overall mean (the law of total covariance; Bishop 2006, equation 9.50). Differences are
/// taken before anything is multiplied, so it has all its digits however far from zero the means
/// are.
/// \return [Dim x Dim], symmetric to the bit
/// \throws std::invalid_argument  if there is noise, of which it is not known where it lies
/// \complexity  O(K Dim²)
template <class Scalar, int Dim, class Covariance>
detail::Matrix<Scalar, Dim, Dim> overall_covariance(
    const GaussianMixture<Scalar, Dim, Covariance>& mixture) {
  using Real = Accumulator<Scalar>;
  detail::refuse_noise("overall_covariance", mixture.noise().weight);
  const auto& parameters = detail::Access::parameters(mixture);
  const detail::OverallMean overall(parameters);
  const Index d = mixture.dimension();
  detail::Matrix<Real, Dim, Dim> sum(d, d);
  detail::fill(sum, Real(0));
  Real weights = 0;
  for (Index k = 0; k < mixture.component_count(); ++k) {
    const Real weight = parameters.weights(k);
    const auto own = parameters.covariance(k);
    weights += weight;
    for (Index j = 0; j < d; ++j) {
      for (Index i = j; i < d; ++i) {
        sum(i, j) += weight * (Real(own(i, j)) + overall.offset(i, k) * overall.offset(j, k));
      }
    }
  }
  detail::Matrix<Scalar, Dim, Dim> result(d, d);
  for (Index j = 0; j < d; ++j) {
    for (Index i = j; i < d; ++i) result(i, j) = result(j, i) = Scalar(sum(i, j) / weights);
  }
  return result;
}

}  // namespace EIGENMIX_ABI
}  // namespace eigenmix

#endif  // EIGENMIX_INFERENCE_WHOLE_HPP
