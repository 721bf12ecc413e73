// SPDX-License-Identifier: MIT
#ifndef EIGENMIX_INFERENCE_CONDITION_HPP
#define EIGENMIX_INFERENCE_CONDITION_HPP

#include <cmath>
#include <vector>

#include <eigenmix/inference/component_parts.hpp>
#include <eigenmix/inference/dimensions.hpp>
#include <eigenmix/noise.hpp>

namespace eigenmix {
inline namespace EIGENMIX_ABI {
namespace detail {

/// [count] the values of an Eigen vector of either shape.
template <class Scalar, class Values>
Vector<Scalar> vector_values(const char* where, const Values& values, Index count) {
  if ((values.rows() != 1 && values.cols() != 1) || values.size() != count) {
    reject(where, "shape of the values", text(Shape{values.rows(), values.cols()}),
           "a vector with one value for each of " + text(count) + " indices");
  }
  const auto read = values.derived().eval();
  Vector<Scalar> result(count);
  for (Index i = 0; i < count; ++i) result(i) = read.rows() == 1 ? read(0, i) : read(i, 0);
  return result;
}

/// Refuses, as the program is compiled, values that are no vector of the mixture's Scalar.
template <class Scalar, class Values>
constexpr bool accepts_values() {
  constexpr bool is_expression = is_expression_v<Values>;
  static_assert(is_expression,
                "eigenmix: the values that are known are an Eigen vector, or a number for one");
  if constexpr (is_expression) {
    constexpr bool same_scalar = std::is_same_v<typename Values::Scalar, Scalar>;
    static_assert(same_scalar,
                  "eigenmix: the values that are known have another scalar type than the mixture; "
                  "pass values.cast<Scalar>() with the mixture's Scalar");
    return same_scalar;
  } else {
    return false;
  }
}

/// The values of some dimensions: an Eigen vector, or, of one dimension, a number.
template <class Scalar, class Values>
Vector<Scalar> dimension_values(const char* where, const Values& values, Index count) {
  Vector<Scalar> result;
  if constexpr (std::is_arithmetic_v<Values>) {
    if (count != 1) reject(where, "number of values", "1", text(count));
    set_zero(result, 1);
    result(0) = Scalar(values);
  } else if constexpr (accepts_values<Scalar, Values>()) {
    result = vector_values<Scalar>(where, values, count);
  }
  for (Index i = 0; i < result.size(); ++i) {
    if (std::isfinite(result(i))) continue;
    reject(where, "values(" + text(i) + ")", text(result(i)), "finite values");
  }
  return result;
}

/// Leaves out the dimensions that are apart: all components are the same in them and independent of
/// the others, so their values say nothing, and of values far out nothing is lost beside them.
template <class Parameters, class Real>
void drop_apart(const Parameters& parameters, std::vector<Index>& given, Vector<Real>& values) {
  std::size_t kept = 0;
  for (std::size_t i = 0; i < given.size(); ++i) {
    if (parameters.is_apart(given[i])) continue;
    values(static_cast<Index>(kept)) = values(static_cast<Index>(i));
    given[kept++] = given[i];
  }
  given.resize(kept);
}

/// \param Dim  of the result
template <int Dim, class Mixture, class Values>
auto conditional_over(const char* where, const Mixture& mixture, std::vector<Index> given,
                      const Values& given_values) {
  using Scalar = typename Mixture::Scalar;
  using Real = Accumulator<Scalar>;
  check_dimensions(where, "indices", given, mixture.dimension());
  refuse_noise(where, mixture.noise().weight);
  const std::vector<Index> wanted = other_dimensions(given, mixture.dimension());
  if (wanted.empty()) reject(where, "indices", "all dimensions", "fewer: some must be left");
  Vector<Real> values =
      dimension_values<Scalar>(where, given_values, static_cast<Index>(given.size()))
          .template cast<Real>();
  const auto& parameters = Access::parameters(mixture);
  drop_apart(parameters, given, values);
  DerivedMixture<Scalar, Dim> result(parameters, wanted);
  Vector<Real> weights(mixture.component_count()), deviations;
  for (Index k = 0; k < mixture.component_count(); ++k) {
    const ComponentParts<Real> parts(where, parameters, k, given, wanted);
    weights(k) = std::log(Real(parameters.weights(k))) + parts.log_density(values, deviations);
    auto& covariance = result.covariances[static_cast<std::size_t>(k)];
    for (Index j = 0; j < covariance.cols(); ++j) {
      result.means(j, k) = Scalar(parts.conditional_mean(j, deviations));
      if (!std::isfinite(result.means(j, k))) {
        reject(where, "mean of component " + text(k), text(result.means(j, k)),
               "values that are not so far out that it overflows");
      }
      for (Index i = 0; i < covariance.rows(); ++i) {
        covariance(i, j) = Scalar(parts.conditional_covariance(i, j));
      }
    }
  }
  share_by_logarithms(weights);
  result.weights = weights.template cast<Scalar>();
  return result.made(where);
}

}  // namespace detail

/// The distribution of the other dimensions where some are known: p(y | x) for p(x, y). Component k
/// has the weight w_k N(x | k) / Σ_j w_j N(x | j), in the log domain to the end, the mean
/// μ_y + Σ_yx Σ_xx^-1 (x - μ_x) and the covariance Σ_yy - Σ_yx Σ_xx^-1 Σ_xy (Bishop 2006, equations
/// 2.81 and 2.82). For many values of the same dimensions see Regressor.
///
///     const auto left = condition(mixture, {0, 2}, Eigen::Vector2d(1.5, 0.2));
///     const auto line = eigenmix::condition<0>(mixture, 1.5);   // of a fixed dimension, one less
///
/// \param indices  of the dimensions that are known, each once, and not all
/// \param values   [E] of E indices, in this order: a vector of the mixture's Scalar, or a number
/// \return over the other dimensions, ascending; of full covariances, whatever the family
/// \throws std::invalid_argument  if an index is no dimension or comes twice, there is none or all;
///                                if the values are another number or not finite, or a mean
///                                overflows; if there is noise, of which it is not known where it
///                                ends
/// \complexity  O(K Dim³)
template <class Scalar, int Dim, class Covariance, class Values>
GaussianMixture<Scalar> condition(const GaussianMixture<Scalar, Dim, Covariance>& mixture,
                                  const DimensionList& indices, const Values& values) {
  return detail::conditional_over<Eigen::Dynamic>("condition", mixture, indices.indices(), values);
}

/// The same for dimensions that are known as the program is compiled, of values [E]. The result has
/// a fixed dimension if the mixture has.
template <Index first, Index... rest, class Scalar, int Dim, class Covariance, class Values>
auto condition(const GaussianMixture<Scalar, Dim, Covariance>& mixture, const Values& values) {
  constexpr int count = 1 + int(sizeof...(rest));
  constexpr bool some_are_left = Dim == Eigen::Dynamic || count < Dim;
  static_assert(some_are_left, "eigenmix: condition must leave at least one dimension unknown");
  constexpr bool ok = detail::accepts_dimensions<Dim, first, rest...>() && some_are_left;
  if constexpr (ok) {
    constexpr int left = Dim == Eigen::Dynamic ? Eigen::Dynamic : Dim - count;
    return detail::conditional_over<left>("condition", mixture, {first, rest...}, values);
  }
}

}  // namespace EIGENMIX_ABI
}  // namespace eigenmix

#endif  // EIGENMIX_INFERENCE_CONDITION_HPP
