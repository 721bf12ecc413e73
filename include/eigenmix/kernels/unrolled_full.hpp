// SPDX-License-Identifier: MIT
#ifndef EIGENMIX_KERNELS_UNROLLED_FULL_HPP
#define EIGENMIX_KERNELS_UNROLLED_FULL_HPP

// The kernels of full covariances in few dimensions: unrolled over the dimension, samples in SIMD
// lanes. They are centred: every difference, to a component's own mean or origin, is taken before
// anything is multiplied, so no digits cancel however far the data are from zero.

#include <eigenmix/kernels/tile.hpp>

namespace eigenmix {
inline namespace EIGENMIX_ABI {
namespace detail {

/// Up to this dimension densities are unrolled, even when it is known only at run time; beyond it
/// the blocked kernel of whitening.hpp is faster.
inline constexpr int largest_unrolled_density = 8;

/// Calls f with the dimension as a compile-time constant where it is at most `Largest`, else with
/// Eigen::Dynamic. A mixture of dynamic but small dimension thus loses nothing.
template <int Dim, int Largest, int Candidate = 1, class F>
void with_unrolled_dimension(Index dimension, F&& f) {
  if constexpr (Dim != Eigen::Dynamic) {
    f(std::integral_constant < int, Dim <= Largest ? Dim : Eigen::Dynamic > ());
  } else if constexpr (Candidate > Largest) {
    f(std::integral_constant<int, Eigen::Dynamic>());
  } else if (dimension == Candidate) {
    f(std::integral_constant<int, Candidate>());
  } else {
    with_unrolled_dimension<Dim, Largest, Candidate + 1>(dimension, f);
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
    typename S::template Packets<D> difference;
    Packet square = S::fill(0);
    EIGENMIX_UNROLL
    for (int i = 0; i < D; ++i) {
      difference[i] = S::subtract(S::load(x + i * stride + n), S::fill(mean[i]));
      Packet y = S::multiply(S::fill(factor[i]), difference[0]);
      EIGENMIX_UNROLL
      for (int j = 1; j <= i; ++j) {
        y = S::multiply_add(S::fill(factor[j * D + i]), difference[j], y);
      }
      square = S::multiply_add(y, y, square);
    }
    const Packet exponent = S::multiply(S::fill(Scalar(-0.5)), square);
    S::store(out + n, S::add(S::max_number(exponent, lowest), S::fill(constant)));
  }
}

/// Up to this dimension the sums of one component fit the registers, and the kernel below is the
/// fastest for the M-step; beyond it, sums over the components at once are.
inline constexpr int largest_unrolled_moments = 4;

/// Adds one component's weighted moments about `origin` over one tile, dimension unrolled.
/// \param responsibility  tile.width numbers, zero in the padding
/// \param second          packed lower triangle
template <int D, class Scalar, int Dim, class Real>
void add_moments_unrolled(const Tile<Scalar, Dim>& tile, const Scalar* responsibility,
                          const Scalar* origin, Real& count, Real* first, Real* second) {
  using S = Simd<Scalar>;
  using Packet = typename S::Packet;
  constexpr int triangle = D * (D + 1) / 2;
  const Scalar* x = tile.x.data();
  const Index stride = tile.stride();
  Packet sum = S::fill(0);
  typename S::template Packets<D> sums;
  typename S::template Packets<triangle> squares;
  EIGENMIX_UNROLL
  for (int i = 0; i < D; ++i) sums[i] = S::fill(0);
  EIGENMIX_UNROLL
  for (int ij = 0; ij < triangle; ++ij) squares[ij] = S::fill(0);
  for (Index n = 0; n < tile.width; n += S::width) {
    const Packet r = S::load(responsibility + n);
    typename S::template Packets<D> difference;
    sum = S::add(sum, r);
    EIGENMIX_UNROLL
    for (int i = 0; i < D; ++i) {
      difference[i] = S::subtract(S::load(x + i * stride + n), S::fill(origin[i]));
      const Packet weighted = S::multiply(r, difference[i]);
      sums[i] = S::add(sums[i], weighted);
      EIGENMIX_UNROLL
      for (int j = 0; j <= i; ++j) {
        const int ij = i * (i + 1) / 2 + j;
        squares[ij] = S::multiply_add(weighted, difference[j], squares[ij]);
      }
    }
  }
  count += Real(S::sum(sum));
  EIGENMIX_UNROLL
  for (int i = 0; i < D; ++i) first[i] += Real(S::sum(sums[i]));
  EIGENMIX_UNROLL
  for (int ij = 0; ij < triangle; ++ij) second[ij] += Real(S::sum(squares[ij]));
}

}  // namespace detail
}  // namespace EIGENMIX_ABI
}  // namespace eigenmix

#endif  // EIGENMIX_KERNELS_UNROLLED_FULL_HPP
