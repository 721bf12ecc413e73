// SPDX-License-Identifier: MIT
#ifndef EIGENMIX_KERNELS_CENTRED_DIAGONAL_HPP
#define EIGENMIX_KERNELS_CENTRED_DIAGONAL_HPP

// The centred kernel of the M-step's sums for diagonal and spherical families, samples in SIMD
// lanes. `step` is 1 where every dimension has a number of its own and 0 where all share one.

#include <eigenmix/kernels/tile.hpp>

namespace eigenmix {
inline namespace EIGENMIX_ABI {
namespace detail {

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

#endif  // EIGENMIX_KERNELS_CENTRED_DIAGONAL_HPP
