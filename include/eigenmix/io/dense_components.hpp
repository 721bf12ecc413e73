// SPDX-License-Identifier: MIT
#ifndef EIGENMIX_IO_DENSE_COMPONENTS_HPP
#define EIGENMIX_IO_DENSE_COMPONENTS_HPP

#include <cmath>
#include <string>
#include <vector>

#include <eigenmix/gaussian_mixture.hpp>

namespace eigenmix {
inline namespace EIGENMIX_ABI {
namespace detail {

/// What all other programs keep: doubles, a dense covariance for each component.
struct DenseComponents {
  Vector<double> weights;      // K
  Matrix<double> means;        // D x K
  Matrix<double> covariances;  // D x D K, side by side
};

template <class Numbers>
void check_all_finite(const char* where, const char* what, const Numbers& numbers) {
  for (Index j = 0; j < numbers.cols(); ++j) {
    for (Index i = 0; i < numbers.rows(); ++i) {
      if (std::isfinite(numbers(i, j))) continue;
      reject(where, std::string(what) + "(" + text(i) + ", " + text(j) + ")", text(numbers(i, j)),
             "a finite double");
    }
  }
}

/// \throws std::invalid_argument  if a long double is no double's
template <class Mixture>
DenseComponents dense_components(const char* where, const Mixture& mixture) {
  const Index d = mixture.dimension();
  DenseComponents result;
  result.weights = mixture.weights().template cast<double>();
  result.means = mixture.means().template cast<double>();
  result.covariances.resize(d, d * mixture.component_count());
  for (Index k = 0; k < mixture.component_count(); ++k) {
    result.covariances.middleCols(k * d, d) = mixture.covariance(k).template cast<double>();
  }
  check_all_finite(where, "mean", result.means);
  check_all_finite(where, "covariances", result.covariances);
  return result;
}

/// The mixture that has them. What its family does not allow, its constructor refuses.
template <class Mixture>
Mixture mixture_of(const char* where, const DenseComponents& given) {
  using Scalar = typename Mixture::Scalar;
  constexpr int Dim = Mixture::Dim;
  const Index d = given.means.rows();
  if (Dim != Eigen::Dynamic && d != Dim) {
    reject(where, "dimension of the means", text(d), text(Dim) + ", which the mixture has");
  }
  check_shape(where, "covariances", {given.covariances.rows(), given.covariances.cols()},
              {d, d * given.means.cols()});
  std::vector<typename Mixture::CovarianceMatrix> covariances;
  for (Index k = 0; k < given.means.cols(); ++k) {
    covariances.push_back(given.covariances.middleCols(k * d, d).template cast<Scalar>());
  }
  const Vector<Scalar> weights = given.weights.cast<Scalar>();
  const Matrix<Scalar> means = given.means.cast<Scalar>();
  return Mixture(weights, means, covariances);
}

}  // namespace detail
}  // namespace EIGENMIX_ABI
}  // namespace eigenmix

#endif  // EIGENMIX_IO_DENSE_COMPONENTS_HPP
