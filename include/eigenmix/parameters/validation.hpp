// SPDX-License-Identifier: MIT
#ifndef EIGENMIX_PARAMETERS_VALIDATION_HPP
#define EIGENMIX_PARAMETERS_VALIDATION_HPP

#include <algorithm>
#include <limits>

#include <eigenmix/parameters/parameters.hpp>

namespace eigenmix {
inline namespace EIGENMIX_ABI {
namespace detail {

/// Checks mixture weights and stores them. A sum within the tolerance is brought to one; one that
/// is there to rounding already is kept to the bit, so that parameters survive a round trip.
template <class Parameters, class Weights>
void set_weights(const char* where, const Weights& weights, Parameters& parameters) {
  using Scalar = typename Parameters::Scalar;
  if (weights.size() < 1 || (weights.rows() != 1 && weights.cols() != 1)) {
    reject(where, "shape of the weights", text(Shape{weights.rows(), weights.cols()}),
           "a vector with one weight for each component");
  }
  parameters.weights.resize(weights.size());
  for (Index k = 0; k < weights.size(); ++k) {
    parameters.weights(k) = weights.rows() == 1 ? weights(0, k) : weights(k, 0);
  }
  Accumulator<Scalar> sum = 0;  // of thousands of floats a float sum is off by the tolerance
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
  if (!(std::abs(sum - 1) > rounding)) return;
  for (Index k = 0; k < weights.size(); ++k) {
    parameters.weights(k) = Scalar(parameters.weights(k) / sum);
  }
}

template <class Parameters, class Means>
void set_means(const char* where, const Means& means, Index components, Parameters& parameters) {
  constexpr int Dim = Parameters::Dim;
  const Index dimension = Dim == Eigen::Dynamic ? means.rows() : Index(Dim);
  check_shape(where, "means", {means.rows(), means.cols()}, {dimension, components});
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

/// The first half of constructing a mixture.
template <class Parameters, class W, class M>
void set_weights_and_means(const char* where, const Eigen::MatrixBase<W>& weights,
                           const Eigen::MatrixBase<M>& means, Parameters& parameters) {
  using Scalar = typename Parameters::Scalar;
  constexpr bool same_scalar =
      std::is_same_v<typename W::Scalar, Scalar> && std::is_same_v<typename M::Scalar, Scalar>;
  static_assert(same_scalar,
                "eigenmix: the weights or means have another scalar type than the mixture; pass "
                "weights.cast<Scalar>() with the mixture's Scalar");
  if constexpr (same_scalar) {
    set_weights(where, weights.derived(), parameters);
    set_means(where, means.derived(), weights.size(), parameters);
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

/// Stores one component's covariance by `store(block)`, which tells what is wrong with it. A
/// component that shares its covariance with an earlier one must bring the same.
template <class Parameters, class Store>
void set_covariance(const char* where, Index k, Parameters& parameters, Store&& store) {
  using Layout = typename Parameters::Layout;
  const Index group = Layout::group_of(k);
  const std::string name = "covariance " + text(k);
  const std::string family = std::string(", as covariance::") + parameters.form->name + " has";
  auto block = parameters.group(group);
  const auto before = block.eval();
  if (const char* needed = store(block)) {
    reject(where, name, "another structure", needed + family);
  }
  if (group < k) {
    if (block == before) return;
    reject(where, name, "one unlike covariance 0", "one covariance for all components" + family);
  }
  if (!parameters.factorise(group)) {
    reject(where, name, "one that is not positive definite", "a positive definite matrix");
  }
}

/// How far covariances may be from having parts in common, in deviations: what the digits of a
/// printed table allow, or, of covariances that were rounded, what that makes of their parts. The
/// least eigenvalue, and with it volume and shape, which all components have in common, are known
/// to rounding times the condition (Weyl), and recomposing them takes some Dim operations more.
template <class Parameters>
EIGENMIX_COLD double tolerance_of_common_parts(const Parameters& parameters) {
  if (!Parameters::Layout::is_dense) return common_parts_tolerance;
  using Scalar = typename Parameters::Scalar;
  const Index d = parameters.dimension();
  double condition = 1;  // of the worst component: at most the product of two traces
  for (Index k = 0; k < parameters.component_count(); ++k) {
    double trace = 0;
    for (Index i = 0; i < d; ++i) trace += double(parameters.variance(i, k));
    const auto ones = [](Index) { return typename Parameters::Real(1); };
    const Index group = Parameters::Layout::group_of(k);
    condition = std::max(condition, trace * double(parameters.density.squared_size(group, ones)));
  }
  const double rounding = double(std::numeric_limits<Scalar>::epsilon());
  return std::max(common_parts_tolerance, 4 * double(d) * rounding * condition);
}

/// Whether a group's covariance is `expected`, to a tolerance in deviations.
template <class Layout, class Block, class Expected>
bool is_near_to(const Block& block, const Expected& expected, double tolerance) {
  for (Index j = 0; j < block.cols(); ++j) {
    for (Index i = 0; i < block.rows(); ++i) {
      const auto error = std::abs(double(expected(i, j)) - double(block(i, j)));
      const double scale = double(Layout::entry_scale(block, i, j));
      if (!(error <= tolerance * scale)) return false;
    }
  }
  return true;
}

/// Checks that the components have in common what the family says.
template <class Parameters>
void check_common_parts(const char* where, const Parameters& parameters) {
  using Layout = typename Parameters::Layout;
  if (!parameters.form->has_common_parts()) return;
  const auto united = parameters.united_covariances();
  const double tolerance = tolerance_of_common_parts(parameters);
  const Index width = Layout::storage_cols(parameters.dimension());
  for (Index k = 0; k < parameters.component_count(); ++k) {
    const auto expected = united.middleCols(k * width, width);
    if (is_near_to<Layout>(parameters.group(k), expected, tolerance)) continue;
    reject(where, "covariance " + text(k), "one unlike the others",
           std::string(parameters.form->common) + ", as covariance::" + parameters.form->name +
               " has");
  }
}

/// The covariance of component k from a dense matrix, symmetrised.
template <class Parameters, class Dense>
void set_dense(const char* where, Index k, const Dense& given, Parameters& parameters) {
  using Scalar = typename Parameters::Scalar;
  const Index d = parameters.dimension();
  const std::string name = "covariance " + text(k);
  check_shape(where, name.c_str(), {given.rows(), given.cols()}, {d, d});
  check_finite_and_symmetric(where, k, given);
  const Matrix<Scalar, Parameters::Dim, Parameters::Dim> dense = (given + given.transpose()) / 2;
  set_covariance(where, k, parameters,
                 [&](auto& block) { return Parameters::Layout::store(block, dense); });
}

/// The covariance of component k from variances alone.
template <class Parameters, class Variances>
void set_diagonal(const char* where, Index k, const Variances& variances, Parameters& parameters) {
  const Vector<typename Parameters::Scalar> given = variances;
  for (Index i = 0; i < given.size(); ++i) {
    if (!(given(i) > 0) || !std::isfinite(given(i))) {
      reject(where, "variances(" + text(i) + ", " + text(k) + ")", text(given(i)),
             "a finite number > 0");
    }
  }
  set_covariance(where, k, parameters,
                 [&](auto& block) { return Parameters::Layout::store_diagonal(block, given); });
}

/// The last part of constructing a mixture.
template <class Parameters>
void finish(const char* where, Parameters& parameters) {
  check_common_parts(where, parameters);
  parameters.derive();
}

}  // namespace detail
}  // namespace EIGENMIX_ABI
}  // namespace eigenmix

#endif  // EIGENMIX_PARAMETERS_VALIDATION_HPP
