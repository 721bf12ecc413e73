// SPDX-License-Identifier: MIT
#ifndef EIGENMIX_KERNELS_NORMALISE_HPP
#define EIGENMIX_KERNELS_NORMALISE_HPP

#include <algorithm>

#include <eigenmix/kernels/exp.hpp>

namespace eigenmix {
inline namespace EIGENMIX_ABI {
namespace detail {

/// A tile's number for every sample and component: `components` columns of `width` numbers,
/// `stride` apart. Log densities, then responsibilities. They are of all components in order, or of
/// those listed.
template <class Scalar>
struct TileValues {
  Scalar* column(Index c) const { return data + c * stride; }
  /// The component of column c.
  Index component(Index c) const { return listed_count < 0 ? c : Index(listed[c]); }
  /// Columns of components, of which there are `all`.
  Index component_columns(Index all) const { return listed_count < 0 ? all : listed_count; }

  Scalar* data = nullptr;
  Index stride = 0;
  Index width = 0;
  Index components = 0;
  /// Whether responsibilities far below a component's largest in the tile cannot change its
  /// moments.
  bool tails_are_negligible = false;
  const int* listed = nullptr;      ///< components of the first columns
  Index listed_count = -1;          ///< how many are listed; if negative, they are all components
  const Scalar* largest = nullptr;  ///< of each sample's log densities, where they are known
};

/// Equation 5 on the samples of one packet from column `n` on: turns joint log densities into
/// responsibilities, in place.
///
/// r_nk = w_n exp(l_nk - max_j l_nj) / Σ_j exp(l_nj - max_i l_ni)
/// \param largest  out: max_j l_nj
/// \param sum      out: Σ_j exp(l_nj - largest), from 1 to K
template <class Scalar, class Packet>
EIGENMIX_INLINE void normalise_packet(const TileValues<Scalar>& values, Index n,
                                      const FlushedExp<Scalar>& exp, const Scalar* weights,
                                      Packet& largest, Packet& sum) {
  using S = Simd<Scalar>;
  Scalar* const first = values.data + n;
  if (values.largest != nullptr) {
    largest = S::load(values.largest + n);
  } else {
    largest = S::load(first);
    for (Index k = 1; k < values.components; ++k) {
      largest = S::max(largest, S::load(first + k * values.stride));
    }
  }
  sum = S::fill(0);
  for (Index k = 0; k < values.components; ++k) {
    const Packet share = exp(S::subtract(S::load(first + k * values.stride), largest));
    sum = S::add(sum, share);
    S::store(first + k * values.stride, share);
  }
  const Packet scale = S::divide(S::load(weights + n), sum);
  for (Index k = 0; k < values.components; ++k) {
    Scalar* const value = first + k * values.stride;
    S::store(value, S::multiply(S::load(value), scale));
  }
}

/// Joint log densities to responsibilities, and the log density of the mixture for each sample.
/// \param weights      [width] of the samples, zero in the padding
/// \param log_density  [width] out: log Σ_k exp(l_nk)
/// \return Σ_n w_n log Σ_k exp(l_nk)
template <class Scalar>
Accumulator<Scalar> normalise(const TileValues<Scalar>& values, const Scalar* weights,
                              Scalar* log_density) {
  using S = Simd<Scalar>;
  using Real = Accumulator<Scalar>;
  const FlushedExp<Scalar> exp;
  Real total = 0;
  for (Index n = 0; n < values.width; n += S::width) {
    typename S::Packet largest, sum;
    normalise_packet(values, n, exp, weights, largest, sum);
    const auto logarithm = S::add(largest, S::log(sum));
    S::store(log_density + n, logarithm);
    total += Real(S::sum(S::multiply(S::load(weights + n), logarithm)));
  }
  return total;
}

/// Joint log densities to responsibilities where every weight is one, or zero in the padding, and
/// of the log densities of the mixture only the sum is wanted: sums of up to 8 packets are
/// multiplied before the logarithm is taken, which in few dimensions would cost a tenth of the
/// pass. The product stays below K^8.
/// \param weights  [width] one, or zero in the padding
/// \param lowest   out: min_n max_k l_nk, how unlikely the most unlikely sample is
/// \return Σ_n w_n log Σ_k exp(l_nk)
template <class Scalar>
Accumulator<Scalar> normalise_unweighted(const TileValues<Scalar>& values, const Scalar* weights,
                                         Scalar& lowest) {
  using S = Simd<Scalar>;
  using Real = Accumulator<Scalar>;
  constexpr Index packets_per_log = 8;
  const FlushedExp<Scalar> exp;
  const auto one = S::fill(1);
  auto least = S::fill(std::numeric_limits<Scalar>::max());
  Real total = 0;
  for (Index begin = 0; begin < values.width; begin += packets_per_log * S::width) {
    const Index end = std::min(values.width, begin + packets_per_log * S::width);
    auto product = one;
    for (Index n = begin; n < end; n += S::width) {
      typename S::Packet largest, sum;
      normalise_packet(values, n, exp, weights, largest, sum);
      least = S::min(least, largest);
      const auto weight = S::load(weights + n);
      total += Real(S::sum(S::multiply(weight, largest)));
      product = S::multiply(product, S::multiply_add(weight, S::subtract(sum, one), one));
    }
    total += Real(S::sum(S::log(product)));
  }
  lowest = S::least(least);
  return total;
}

}  // namespace detail
}  // namespace EIGENMIX_ABI
}  // namespace eigenmix

#endif  // EIGENMIX_KERNELS_NORMALISE_HPP
