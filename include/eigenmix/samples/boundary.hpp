// SPDX-License-Identifier: MIT
#ifndef EIGENMIX_SAMPLES_BOUNDARY_HPP
#define EIGENMIX_SAMPLES_BOUNDARY_HPP

#include <eigenmix/samples/samples.hpp>
#include <eigenmix/weighted.hpp>

namespace eigenmix {
inline namespace EIGENMIX_ABI {
namespace detail {

template <class T>
inline constexpr bool is_expression_v = std::is_base_of_v<Eigen::DenseBase<T>, T>;

template <class T>
inline constexpr bool is_weighted_v = false;
template <class X, class W>
inline constexpr bool is_weighted_v<WeightedSamples<X, W>> = true;

/// The samples' expression, weighted or not.
template <class X>
struct ExpressionOf {
  using Type = X;
};
template <class X, class W>
struct ExpressionOf<WeightedSamples<X, W>> {
  using Type = X;
};

/// Refuses, with one sentence and not a page of Eigen, an argument that no mixture of this
/// scalar and dimension can take.
template <class Scalar, int Rows, class Expression>
constexpr bool accepts() {
  constexpr bool is_expression = is_expression_v<Expression>;
  static_assert(
      is_expression,
      "eigenmix: samples must be an Eigen expression with one sample per column, or "
      "eigenmix::weighted(x, weights) or counted(x, counts); wrap a raw buffer in an Eigen::Map");
  if constexpr (is_expression) {
    constexpr bool same_scalar = std::is_same_v<typename Expression::Scalar, Scalar>;
    static_assert(same_scalar,
                  "eigenmix: the samples (or weights) have another scalar type than the mixture; "
                  "pass x.cast<Scalar>() with the mixture's Scalar");
    constexpr int rows = Expression::RowsAtCompileTime;
    constexpr bool same_rows = Rows == Eigen::Dynamic || rows == Eigen::Dynamic || rows == Rows;
    static_assert(same_rows,
                  "eigenmix: the samples have another fixed number of rows than the mixture has "
                  "dimensions; one sample is one column, so perhaps pass x.transpose()");
    return same_scalar && same_rows;
  } else {
    return false;
  }
}

/// The argument itself, or, for one that a static_assert has refused, something of the right type,
/// so that the refusal is the only error the compiler prints.
template <class Accepted, class Given>
const Accepted& stand_in(const Given& given) {
  if constexpr (std::is_same_v<Accepted, Given>) {
    return given;
  } else {
    throw std::logic_error("eigenmix: unreachable");
  }
}

/// The boundary of every function that takes samples, weighted or not.
template <class Scalar, int Dim>
struct Boundary {
  template <class X>
  static auto checked(const char* where, const X& x, Index dimension) {
    using Accepted = std::conditional_t<accepts<Scalar, Dim, X>(), X, Matrix<Scalar, Dim>>;
    return Samples<Scalar, Dim, Accepted, UnitWeights<Scalar>>(where, dimension,
                                                               stand_in<Accepted>(x));
  }

  /// For what is said of each sample alone, where a weight has no meaning.
  template <class X>
  static auto checked_unweighted(const char* where, const X& x, Index dimension) {
    constexpr bool weighted = is_weighted_v<X>;
    static_assert(!weighted,
                  "eigenmix: weights do not change what is said of a single sample; pass the "
                  "samples without weighted()");
    using Accepted = std::conditional_t<weighted, Matrix<Scalar, Dim>, X>;
    return checked(where, stand_in<Accepted>(x), dimension);
  }

  template <class X, class W>
  static auto checked(const char* where, const WeightedSamples<X, W>& x, Index dimension) {
    constexpr bool ok = accepts<Scalar, Dim, X>() && accepts<Scalar, Eigen::Dynamic, W>();
    using Accepted = std::conditional_t<ok, X, Matrix<Scalar, Dim>>;
    using AcceptedWeights = std::conditional_t<ok, W, Vector<Scalar>>;
    return Samples<Scalar, Dim, Accepted, GivenWeights<AcceptedWeights>>(
        where, dimension, stand_in<Accepted>(x.samples()), stand_in<AcceptedWeights>(x.weights()),
        x.meaning());
  }
};

}  // namespace detail
}  // namespace EIGENMIX_ABI
}  // namespace eigenmix

#endif  // EIGENMIX_SAMPLES_BOUNDARY_HPP
