// SPDX-License-Identifier: MIT
#ifndef EIGENMIX_DETAIL_VALIDATION_HPP
#define EIGENMIX_DETAIL_VALIDATION_HPP

#include <eigenmix/detail/parameters.hpp>

namespace eigenmix {
inline namespace EIGENMIX_ABI {
namespace detail {

/// Checks mixture weights and stores them. A sum within the tolerance is brought to one; one that
/// is there to rounding already is kept to the bit, so that parameters survive a round trip.
template <class Parameters, class Weights>
void set_weights(const char* where, const Weights& weights, Parameters& parameters) {
  using Scalar = typename Parameters::Scalar;
  if (weights.size() < 1) reject(where, "number of weights", "0", "at least one component");
  parameters.weights = weights;
  Scalar sum = 0;
  for (Index k = 0; k < weights.size(); ++k) {
    const Scalar weight = parameters.weights(k);
    if (!(weight >= 0) || !std::isfinite(weight)) {
      reject(where, "weight " + text(k), text(weight), "a finite number >= 0");
    }
    sum += weight;
  }
  if (std::abs(double(sum) - 1) > probability_sum_tolerance) {
    reject(where, "sum of the weights", text(sum), "1 within 1e-5");
  }
  const Scalar rounding = Scalar(weights.size()) * std::numeric_limits<Scalar>::epsilon();
  if (std::abs(sum - 1) > rounding) parameters.weights /= sum;
}

template <class Parameters, class Means>
void set_means(const char* where, const Means& means, Index components, Parameters& parameters) {
  constexpr int Dim = Parameters::Dim;
  const Index dimension = Dim == Eigen::Dynamic ? means.rows() : Index(Dim);
  check_shape(where, "means", means.rows(), means.cols(), dimension, components);
  if (dimension < 1) reject(where, "rows of means", "0", "at least one dimension");
  const Vector<typename Parameters::Scalar> weights = parameters.weights;
  parameters.resize(dimension, components);
  parameters.weights = weights;
  parameters.means = means;
  for (Index k = 0; k < components; ++k) {
    for (Index i = 0; i < dimension; ++i) {
      if (!std::isfinite(parameters.means(i, k))) {
        reject(where, "means(" + text(i) + ", " + text(k) + ")", text(parameters.means(i, k)),
               "finite means");
      }
    }
  }
}

/// Symmetric to sqrt(eps) of the deviations involved: computed covariances are seldom symmetric to
/// the last bit, and an entry in the wrong place is always further off.
template <class Dense>
void check_finite_and_symmetric(const char* where, Index k, const Dense& covariance) {
  using std::abs;
  using std::sqrt;
  using Scalar = typename Dense::Scalar;
  const Scalar tolerance = sqrt(std::numeric_limits<Scalar>::epsilon());
  for (Index j = 0; j < covariance.cols(); ++j) {
    for (Index i = 0; i < covariance.rows(); ++i) {
      if (!std::isfinite(covariance(i, j))) {
        reject(where, "covariance " + text(k),
               text(covariance(i, j)) + " at (" + text(i) + ", " + text(j) + ")", "finite numbers");
      }
    }
  }
  for (Index j = 0; j < covariance.cols(); ++j) {
    for (Index i = 0; i < j; ++i) {
      const Scalar scale = sqrt(abs(covariance(i, i))) * sqrt(abs(covariance(j, j)));
      if (!(abs(covariance(i, j) - covariance(j, i)) <= tolerance * scale)) {
        reject(where, "covariance " + text(k),
               text(covariance(i, j)) + " at (" + text(i) + ", " + text(j) + ") but " +
                   text(covariance(j, i)) + " at (" + text(j) + ", " + text(i) + ")",
               "a symmetric matrix");
      }
    }
  }
}

/// Stores the covariance of component k, symmetrised, in the layout of the family.
template <class Parameters, class Dense>
void set_covariance(const char* where, Index k, const Dense& given, Parameters& parameters) {
  using Covariance = typename Parameters::Covariance;
  using Scalar = typename Parameters::Scalar;
  constexpr int Dim = Parameters::Dim;
  const Index d = parameters.dimension();
  const std::string name = "covariance " + text(k);
  check_shape(where, name.c_str(), given.rows(), given.cols(), d, d);
  check_finite_and_symmetric(where, k, given);
  const Matrix<Scalar, Dim, Dim> dense = (given + given.transpose()) / 2;
  const Index group = Covariance::group_of(k);
  if (group < k) {
    if (dense != parameters.covariance(group)) {
      reject(where, name, "one unlike covariance 0",
             std::string("one covariance for all components, as covariance::") + Covariance::name +
                 " has");
    }
    return;
  }
  auto block = parameters.group(group);
  if (const char* needed = Covariance::store(block, dense)) {
    reject(where, name, "another structure",
           needed + std::string(", as covariance::") + Covariance::name + " has");
  }
  if (!parameters.factorise(group)) {
    reject(where, name, "one that is not positive definite", "a positive definite matrix");
  }
}

}  // namespace detail
}  // namespace EIGENMIX_ABI
}  // namespace eigenmix

#endif  // EIGENMIX_DETAIL_VALIDATION_HPP
