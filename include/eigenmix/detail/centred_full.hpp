// SPDX-License-Identifier: MIT
#ifndef EIGENMIX_DETAIL_CENTRED_FULL_HPP
#define EIGENMIX_DETAIL_CENTRED_FULL_HPP

// The centred kernels of the full and tied families: every difference is taken to a component's
// own mean before anything is multiplied, so no digits cancel however far the data are from zero.

#include <algorithm>

#include <eigenmix/detail/samples.hpp>

namespace eigenmix {
inline namespace EIGENMIX_ABI {
namespace detail {

/// Position of entry (i, j), j <= i, in a lower triangle stored row by row.
constexpr Index packed_index(Index i, Index j) { return i * (i + 1) / 2 + j; }
constexpr Index packed_size(Index d) { return packed_index(d, 0); }

/// Up to this dimension the kernels are unrolled, samples in SIMD lanes; measured faster than
/// matrix products per component up to here, even when the dimension is known only at run time.
inline constexpr int largest_unrolled_dimension = 8;

/// Calls f with the dimension as a compile-time constant where an unrolled kernel exists for it,
/// else with Eigen::Dynamic. A dynamic mixture of small dimension thus loses nothing.
template <int Dim, int Candidate = 1, class F>
void with_unrolled_dimension(Index dimension, F&& f) {
  if constexpr (Dim != Eigen::Dynamic) {
    constexpr int unrolled = Dim <= largest_unrolled_dimension ? Dim : Eigen::Dynamic;
    f(std::integral_constant<int, unrolled>());
  } else if constexpr (Candidate > largest_unrolled_dimension) {
    f(std::integral_constant<int, Eigen::Dynamic>());
  } else if (dimension == Candidate) {
    f(std::integral_constant<int, Candidate>());
  } else {
    with_unrolled_dimension<Dim, Candidate + 1>(dimension, f);
  }
}

/// out(n) = constant - |L^-1 (x_n - mean)|² / 2 over one tile, dimension unrolled.
/// \param factor  L^-1, lower triangular, column-major D x D
template <int D, class Scalar, int Dim>
void log_density_unrolled(const Tile<Scalar, Dim>& tile, const Scalar* mean, const Scalar* factor,
                          Scalar constant, Scalar* out) {
  using S = Simd<Scalar>;
  using Packet = typename S::Packet;
  const Scalar* x = tile.x.data();
  const Index stride = tile.stride();
  const Packet lowest = S::fill(lowest_exponent<Scalar>);
  for (Index n = 0; n < tile.width; n += S::width) {
    Packet difference[std::size_t(D)];
    Packet square = S::fill(0);
    for (int i = 0; i < D; ++i) {
      difference[i] = S::subtract(S::load(x + i * stride + n), S::fill(mean[i]));
      Packet y = S::multiply(S::fill(factor[i]), difference[0]);
      for (int j = 1; j <= i; ++j) {
        y = S::multiply_add(S::fill(factor[j * D + i]), difference[j], y);
      }
      square = S::multiply_add(y, y, square);
    }
    const Packet exponent = S::multiply(S::fill(Scalar(-0.5)), square);
    S::store(out + n, S::add(S::max_number(exponent, lowest), S::fill(constant)));
  }
}

/// Scratch of the dynamic kernels, sized on first use for the widest tile.
template <class Scalar, int Dim>
struct CentredScratch {
  void resize(Index stride, Index dimension) {
    centred.resize(stride, dimension);
    product.resize(stride, dimension);
    scatter.resize(dimension, dimension);
  }

  Eigen::Matrix<Scalar, Eigen::Dynamic, Dim, Eigen::ColMajor> centred, product;
  Matrix<Scalar, Dim, Dim> scatter;
};

/// As log_density_unrolled, by one triangular product per component.
template <class Scalar, int Dim, class Mean>
void log_density_product(const Tile<Scalar, Dim>& tile, const Mean& mean, const Scalar* factor,
                         Scalar constant, Scalar* out, CentredScratch<Scalar, Dim>& scratch) {
  const Index d = tile.dimension(), width = tile.width;
  Eigen::Map<const Matrix<Scalar, Dim, Dim>> inverse_cholesky(factor, d, d);
  Eigen::Map<Vector<Scalar>> result(out, width);
  scratch.resize(tile.stride(), d);
  auto product = scratch.product.topRows(width);
  scratch.centred.topRows(width) = tile.x.topRows(width).rowwise() - mean.transpose();
  product.noalias() = scratch.centred.topRows(width) *
                      inverse_cholesky.transpose().template triangularView<Eigen::Upper>();
  result.setZero();
  for (Index i = 0; i < d; ++i) result.array() += product.col(i).array().square();
  for (Index n = 0; n < width; ++n) {  // std::max(a, NaN) is a
    result(n) = std::max(lowest_exponent<Scalar>, -result(n) / 2) + constant;
  }
}

/// Adds one component's weighted moments about `origin` over one tile, dimension unrolled.
/// \param responsibility  tile.width numbers, zero in the padding
/// \param second          packed lower triangle
template <int D, class Scalar, int Dim, class Real>
void add_moments_unrolled(const Tile<Scalar, Dim>& tile, const Scalar* responsibility,
                          const Scalar* origin, Real& count, Real* first, Real* second) {
  using S = Simd<Scalar>;
  using Packet = typename S::Packet;
  constexpr auto d = std::size_t(D), triangle = d * (d + 1) / 2;
  const Scalar* x = tile.x.data();
  const Index stride = tile.stride();
  Packet sum = S::fill(0), sums[d], squares[triangle];
  for (Packet& s : sums) s = S::fill(0);
  for (Packet& s : squares) s = S::fill(0);
  for (Index n = 0; n < tile.width; n += S::width) {
    const Packet r = S::load(responsibility + n);
    Packet difference[d];
    sum = S::add(sum, r);
    for (std::size_t i = 0, ij = 0; i < d; ++i) {
      difference[i] = S::subtract(S::load(x + Index(i) * stride + n), S::fill(origin[i]));
      const Packet weighted = S::multiply(r, difference[i]);
      sums[i] = S::add(sums[i], weighted);
      for (std::size_t j = 0; j <= i; ++j, ++ij) {
        squares[ij] = S::multiply_add(weighted, difference[j], squares[ij]);
      }
    }
  }
  count += Real(S::sum(sum));
  for (std::size_t i = 0; i < d; ++i) first[i] += Real(S::sum(sums[i]));
  for (std::size_t ij = 0; ij < triangle; ++ij) second[ij] += Real(S::sum(squares[ij]));
}

/// As add_moments_unrolled, by one symmetric product per component.
template <class Scalar, int Dim, class Origin, class Real>
void add_moments_product(const Tile<Scalar, Dim>& tile, const Scalar* responsibility,
                         const Origin& origin, Real& count, Real* first, Real* second,
                         CentredScratch<Scalar, Dim>& scratch) {
  const Index d = tile.dimension(), width = tile.width;
  Eigen::Map<const Vector<Scalar>> r(responsibility, width);
  scratch.resize(tile.stride(), d);
  auto centred = scratch.centred.topRows(width);
  auto product = scratch.product.topRows(width);
  centred = tile.x.topRows(width).rowwise() - origin.transpose();
  product = centred.array().colwise() * r.array();
  scratch.scatter.setZero();
  scratch.scatter.template triangularView<Eigen::Lower>() += product.transpose() * centred;
  count += Real(r.sum());
  for (Index i = 0; i < d; ++i) {
    first[i] += Real(product.col(i).sum());
    for (Index j = 0; j <= i; ++j) second[packed_index(i, j)] += Real(scratch.scatter(i, j));
  }
}

}  // namespace detail
}  // namespace EIGENMIX_ABI
}  // namespace eigenmix

#endif  // EIGENMIX_DETAIL_CENTRED_FULL_HPP
