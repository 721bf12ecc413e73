// SPDX-License-Identifier: MIT
#ifndef EIGENMIX_DETAIL_CENTRED_DIAGONAL_HPP
#define EIGENMIX_DETAIL_CENTRED_DIAGONAL_HPP

// The centred kernels of the diagonal and spherical families, samples in SIMD lanes. `step` is 1
// where every dimension has a number of its own and 0 where all share one.

#include <eigenmix/detail/samples.hpp>

namespace eigenmix {
inline namespace EIGENMIX_ABI {
namespace detail {

/// out(n) = constant - Σ_i ((x_in - mean_i) / deviation_i)² / 2 over one tile.
template <class Scalar, int Dim>
void log_density_diagonal(const Tile<Scalar, Dim>& tile, const Scalar* mean,
                          const Scalar* inverse_deviation, Index step, Scalar constant,
                          Scalar* out) {
  using S = Simd<Scalar>;
  using Packet = typename S::Packet;
  const Index d = tile.dimension();
  const Scalar* x = tile.x.data();
  const Packet lowest = S::fill(lowest_exponent<Scalar>);
  for (Index n = 0; n < tile.width; n += S::width) {
    Packet square = S::fill(0);
    for (Index i = 0; i < d; ++i) {
      const Packet difference = S::subtract(S::load(x + i * tile.stride() + n), S::fill(mean[i]));
      const Packet y = S::multiply(difference, S::fill(inverse_deviation[i * step]));
      square = S::multiply_add(y, y, square);
    }
    const Packet exponent = S::multiply(S::fill(Scalar(-0.5)), square);
    S::store(out + n, S::add(S::max_number(exponent, lowest), S::fill(constant)));
  }
}

/// Adds one component's weighted moments about `origin` over one tile.
/// \param responsibility  tile.width numbers, zero in the padding
/// \param second          squares per dimension (step 1) or their sum (step 0)
template <class Scalar, int Dim, class Real>
void add_moments_diagonal(const Tile<Scalar, Dim>& tile, const Scalar* responsibility,
                          const Scalar* origin, Real& count, Real* first, Real* second,
                          Index step) {
  using S = Simd<Scalar>;
  using Packet = typename S::Packet;
  Packet sum = S::fill(0);
  for (Index n = 0; n < tile.width; n += S::width) sum = S::add(sum, S::load(responsibility + n));
  count += Real(S::sum(sum));
  for (Index i = 0; i < tile.dimension(); ++i) {
    const Scalar* x = tile.x.data() + i * tile.stride();
    const Packet centre = S::fill(origin[i]);
    Packet sums = S::fill(0), squares = S::fill(0);
    for (Index n = 0; n < tile.width; n += S::width) {
      const Packet difference = S::subtract(S::load(x + n), centre);
      const Packet weighted = S::multiply(S::load(responsibility + n), difference);
      sums = S::add(sums, weighted);
      squares = S::multiply_add(weighted, difference, squares);
    }
    first[i] += Real(S::sum(sums));
    second[i * step] += Real(S::sum(squares));
  }
}

}  // namespace detail
}  // namespace EIGENMIX_ABI
}  // namespace eigenmix

#endif  // EIGENMIX_DETAIL_CENTRED_DIAGONAL_HPP
