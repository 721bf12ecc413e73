// SPDX-License-Identifier: MIT
#ifndef EIGENMIX_INCOMPLETE_NOISY_SHARES_HPP
#define EIGENMIX_INCOMPLETE_NOISY_SHARES_HPP

#include <cmath>
#include <limits>

#include <eigenmix/incomplete/noisy_lanes.hpp>
#include <eigenmix/kernels/normalise.hpp>

namespace eigenmix {
inline namespace EIGENMIX_ABI {
namespace detail {

/// Takes log |T| / 2 off the log densities of a tile, pivot by pivot.
template <class Scalar>
void subtract_half_log(const LaneTile<Scalar>& tile, Index dimension, Scalar* out) {
  using S = Simd<Scalar>;
  const auto half = S::fill(Scalar(0.5));
  for (Index n = 0; n < tile.width; n += S::width) {
    auto negative = S::fill(0);
    for (Index i = 0; i < dimension; ++i) {
      const Scalar* const inverse = tile.kept + packed_index(i, i) * tile.stride;
      negative = S::add(negative, S::log(S::load(inverse + n)));
    }
    S::store(out + n, S::multiply_add(half, negative, S::load(out + n)));
  }
}

/// Replaces the numbers 1 / |T| of a tile by their roots, if none is so far from one that it would
/// bring back what the exponentials beside it leave away, or leaves the scalar's range.
/// \return whether it did
template <class Scalar>
bool take_roots(Index width, Scalar* products) {
  using S = Simd<Scalar>;
  constexpr int decimals = std::numeric_limits<Scalar>::max_exponent10 / 4;
  const Scalar largest = std::pow(Scalar(10), Scalar(decimals));
  auto least = S::fill(largest), most = S::fill(0);
  for (Index n = 0; n < width; n += S::width) {
    least = S::min(least, S::load(products + n));
    most = S::max(most, S::load(products + n));
  }
  if (!(S::least(least) > 1 / largest && S::largest(most) < largest)) return false;
  for (Index n = 0; n < width; n += S::width) {
    S::store(products + n, S::sqrt(S::load(products + n)));
  }
  return true;
}

/// Equation 5 of a tile, as `normalise`, of densities exp(values) factors: a square root instead of
/// a logarithm for every component.
/// \param values   in: exponents; out: weighted responsibilities
/// \param factors  a column of values.stride numbers for each component
/// \return Σ_n w_n log Σ_k exp(values_nk) factors_nk
template <class Scalar>
Accumulator<Scalar> normalise_products(const TileValues<Scalar>& values, const Scalar* factors,
                                       const Scalar* weights) {
  using S = Simd<Scalar>;
  BlockNormaliser<Scalar> block;
  Accumulator<Scalar> total = 0;
  for (Index begin = 0; begin < values.width; begin += S::block) {
    const Scalar* const first = factors + begin;
    block.normalise(values, begin, weights, [&](Index k, int i, const auto& share) {
      return S::multiply(share, S::load(first + k * values.stride + i * S::width));
    });
    EIGENMIX_UNROLL
    for (int i = 0; i < S::block_packets; ++i) {
      const auto logarithm = S::add(block.largest[i], S::log(block.sum[i]));
      const auto weight = S::load(weights + begin + i * S::width);
      total += Accumulator<Scalar>(S::sum(S::multiply(weight, logarithm)));
    }
  }
  return total;
}

}  // namespace detail
}  // namespace EIGENMIX_ABI
}  // namespace eigenmix

#endif  // EIGENMIX_INCOMPLETE_NOISY_SHARES_HPP
