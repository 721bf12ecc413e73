// SPDX-License-Identifier: MIT
#ifndef EIGENMIX_INFERENCE_COMPONENT_PARTS_HPP
#define EIGENMIX_INFERENCE_COMPONENT_PARTS_HPP

#include <algorithm>
#include <cmath>
#include <vector>

#include <eigenmix/base/access.hpp>
#include <eigenmix/base/cholesky.hpp>
#include <eigenmix/gaussian_mixture.hpp>

namespace eigenmix {
inline namespace EIGENMIX_ABI {
namespace detail {

/// A component in two parts, what is given and what is wanted of it, by way of the Cholesky factor
/// of its covariance in that order,
/// \f[ \Sigma = \begin{pmatrix} A & \\ B & C \end{pmatrix}
///              \begin{pmatrix} A & \\ B & C \end{pmatrix}^T, \f]
/// so that the conditional covariance C C^T is positive definite whatever is rounded, which
/// Σ_yy - Σ_yx Σ_xx^-1 Σ_xy is not.
template <class Real>
class ComponentParts {
 public:
  /// \throws std::invalid_argument  if the covariance is singular in this order
  template <class Parameters>
  ComponentParts(const char* where, const Parameters& parameters, Index k,
                 const std::vector<Index>& given, const std::vector<Index>& wanted)
      : given_(static_cast<Index>(given.size())), wanted_(static_cast<Index>(wanted.size())) {
    std::vector<Index> order = given;
    order.insert(order.end(), wanted.begin(), wanted.end());
    const auto covariance = parameters.covariance(k);
    lower_.resize(given_ + wanted_, given_ + wanted_);
    mean_.resize(given_ + wanted_);
    for (Index j = 0; j < lower_.cols(); ++j) {
      const Index from = order[static_cast<std::size_t>(j)];
      mean_(j) = Real(parameters.means(from, k));
      for (Index i = 0; i < lower_.rows(); ++i) {
        lower_(i, j) = Real(covariance(order[static_cast<std::size_t>(i)], from));
      }
    }
    if (!cholesky_in_place(lower_)) {
      reject(where, "covariance " + text(k), "one that is singular when it is rounded",
             "a positive definite matrix");
    }
  }

  Real given_mean(Index i) const { return mean_(i); }
  Real wanted_mean(Index j) const { return mean_(given_ + j); }

  /// log N(values | given part), without the constant of the dimensions.
  /// \param deviations  out: A^-1 (values - mean)
  Real log_density(const Vector<Real>& values, Vector<Real>& deviations) const {
    deviations.resize(given_);
    Real square = 0, log_determinant = 0;
    for (Index i = 0; i < given_; ++i) {
      Real sum = values(i) - mean_(i);
      for (Index j = 0; j < i; ++j) sum -= lower_(i, j) * deviations(j);
      deviations(i) = sum / lower_(i, i);
      square += deviations(i) * deviations(i);
      log_determinant += std::log(lower_(i, i));
    }
    const Real exponent = -square / 2;  // not a number where differences overflowed
    const Real lowest = lowest_exponent<Real>;
    return (exponent > lowest ? exponent : lowest) - log_determinant;
  }

  /// The mean of what is wanted: of entry j, given those deviations.
  Real conditional_mean(Index j, const Vector<Real>& deviations) const {
    Real sum = 0;
    for (Index i = 0; i < given_; ++i) sum += lower_(given_ + j, i) * deviations(i);
    return mean_(given_ + j) + sum;
  }

  /// Entry (i, j) of C C^T.
  Real conditional_covariance(Index i, Index j) const {
    Real sum = 0;
    for (Index l = 0; l <= std::min(i, j); ++l) {
      sum += lower_(given_ + i, given_ + l) * lower_(given_ + j, given_ + l);
    }
    return sum;
  }

  /// [wanted x given] Σ_yx Σ_xx^-1 = B A^-1.
  Matrix<Real> gain() const {
    Matrix<Real> result(wanted_, given_);
    for (Index j = 0; j < wanted_; ++j) {
      for (Index i = given_; i-- > 0;) {
        Real sum = lower_(given_ + j, i);
        for (Index l = i + 1; l < given_; ++l) sum -= result(j, l) * lower_(l, i);
        result(j, i) = sum / lower_(i, i);
      }
    }
    return result;
  }

 private:
  Index given_, wanted_;
  Matrix<Real> lower_;
  Vector<Real> mean_;
};

/// Logarithms of weights to weights that sum to one. At least one is finite.
template <class Real>
void share_by_logarithms(Vector<Real>& weights) {
  const Real largest = weights.maxCoeff();
  Real sum = 0;
  for (Index k = 0; k < weights.size(); ++k) sum += weights(k) = std::exp(weights(k) - largest);
  for (Index k = 0; k < weights.size(); ++k) weights(k) /= sum;
}

/// The variances of those of the dimensions that are apart, see Parameters::apart.
template <class Parameters>
Vector<typename Parameters::Scalar> apart_of(const Parameters& parameters,
                                             const std::vector<Index>& indices) {
  Vector<typename Parameters::Scalar> result;
  for (std::size_t i = 0; i < indices.size(); ++i) {
    if (!parameters.is_apart(indices[i])) continue;
    if (result.size() == 0) set_zero(result, static_cast<Index>(indices.size()));
    result(static_cast<Index>(i)) = parameters.apart(indices[i]);
  }
  return result;
}

/// A mixture of full covariances in some dimensions of another's.
template <class Scalar_, int Dim_>
struct DerivedMixture {
  using Scalar = Scalar_;
  static constexpr int Dim = Dim_;
  using Result = GaussianMixture<Scalar, Dim>;
  using Square = Matrix<Scalar, Dim, Dim>;

  /// \param names  the dimensions of `parameters` that are left
  template <class Parameters>
  DerivedMixture(const Parameters& parameters, const std::vector<Index>& names)
      : weights(parameters.weights), apart(apart_of(parameters, names)) {
    const auto d = static_cast<Index>(names.size());
    means.resize(d, parameters.component_count());
    Square zero;
    set_zero(zero, d, d);
    covariances.resize(static_cast<std::size_t>(parameters.component_count()), zero);
  }

  Result made(const char* where) const {
    detail::Parameters<Scalar, Dim, covariance::Full::Layout> parameters(
        form_of<covariance::Full, Scalar, Dim>);
    set_weights_and_means(where, weights, means, parameters);
    for (std::size_t k = 0; k < covariances.size(); ++k) {
      set_dense(where, static_cast<Index>(k), covariances[k], parameters);
    }
    parameters.apart = apart;
    finish(where, parameters);
    return Access::make<Result>(std::move(parameters));
  }

  Vector<Scalar> weights, apart;
  Matrix<Scalar, Dim> means;
  std::vector<Square> covariances;
};

}  // namespace detail
}  // namespace EIGENMIX_ABI
}  // namespace eigenmix

#endif  // EIGENMIX_INFERENCE_COMPONENT_PARTS_HPP
