// SPDX-License-Identifier: MIT
#ifndef EIGENMIX_SAMPLES_STAND_IN_HPP
#define EIGENMIX_SAMPLES_STAND_IN_HPP

#include <type_traits>

#include <eigenmix/samples/boundary.hpp>

namespace eigenmix {
inline namespace EIGENMIX_ABI {

/// Whether X are samples of another kind than a matrix: some that were seen in part, through noise,
/// as counts, or that lie elsewhere. They go wherever a function that takes them says so.
///
/// Such a class has member types Scalar and MakesMoments, which is void; a constant RowsAtCompileTime, as
/// Eigen's expressions have; and the members
///
///     template <class Parameters>
///     auto open(const char* where, Index dimension, const detail::AnyExecution& execution) const;
///     template <class Scalar, int Dim>
///     detail::StandIn<Scalar, Dim> stand_in(const char* where) const;
///
/// `open` checks the samples for a mixture of so many dimensions, Eigen::Dynamic for any, and gives
/// what makes their moments: see em/moment_source.hpp.
template <class X, class = void>
inline constexpr bool is_source_v = false;
template <class X>
inline constexpr bool is_source_v<X, std::void_t<typename X::MakesMoments>> = true;

namespace detail {

/// Samples in memory that stand for others while a start is looked for.
template <class Scalar, int Dim>
struct StandIn {
  Matrix<Scalar, Dim> x;
  Vector<Scalar> weights;  ///< as many as columns of x
  WeightMeaning meaning = WeightMeaning::count;

  auto weighted() const {
    return WeightedSamples<Matrix<Scalar, Dim>, Vector<Scalar>>(x, weights, meaning);
  }
};

/// How samples are kept: by Eigen's rule, plain matrices by reference and the rest by value.
template <class X, class = void>
struct KeptSamples {
  using Type = X;
};
template <class X>
struct KeptSamples<X, std::void_t<typename X::Nested>> {
  using Type = typename X::Nested;
};

/// What a start is found from, of a type.
template <class X, class = void>
struct StartSamplesOf {
  using Type = X;
};
template <class X>
struct StartSamplesOf<X, typename X::MakesMoments> {
  using Type =
      WeightedSamples<Matrix<typename X::Scalar, X::RowsAtCompileTime>, Vector<typename X::Scalar>>;
};
template <class X>
using StartSamples = typename StartSamplesOf<X>::Type;

/// body(y), y what a start is found from: samples in memory themselves, or what stands for others.
template <class Scalar, int Dim, class X, class Body>
decltype(auto) with_start_samples(const char* where, const X& x, Body&& body) {
  if constexpr (is_source_v<X>) {
    const StandIn<Scalar, Dim> stand_in = x.template stand_in<Scalar, Dim>(where);
    return body(stand_in.weighted());
  } else {
    return body(x);
  }
}

}  // namespace detail
}  // namespace EIGENMIX_ABI
}  // namespace eigenmix

#endif  // EIGENMIX_SAMPLES_STAND_IN_HPP
