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

/// Equation 5 on the samples of one block of packets, in place:
///
///     r_nk = w_n f_nk exp(l_nk - max_j l_nj) / Σ_j f_nj exp(l_nj - max_i l_ni)
///
/// where f is one, or a factor that is no part of the logarithms.
template <class Scalar>
class BlockNormaliser {  // NOLINT(cppcoreguidelines-pro-type-member-init): normalise fills them
 public:
  using S = Simd<Scalar>;
  using Packet = typename S::Packet;
  using Packets = typename S::template Packets<S::block_packets>;

  /// \param n        the block's first sample
  /// \param weights  [width] of the samples, zero in the padding
  /// \param change   (k, i, share) -> share times f, of component k and the block's packet i
  template <class Change>
  EIGENMIX_INLINE void normalise(const TileValues<Scalar>& values, Index n, const Scalar* weights,
                                 Change&& change) {
    Scalar* const first = values.data + n;
    // By value: for all that compilers know, storing packets might change them.
    const Index stride = values.stride, components = values.components;
    find_largest(values, n);
    EIGENMIX_UNROLL
    for (int i = 0; i < S::block_packets; ++i) sum[i] = S::fill(0);
    Index k = 0;
    for (; k + 1 < components; k += 2) share<2>(first, stride, k, change);
    if (k < components) share<1>(first, stride, k, change);
    Packets scale;
    EIGENMIX_UNROLL
    for (int i = 0; i < S::block_packets; ++i) {
      scale[i] = S::divide(S::load(weights + n + i * S::width), sum[i]);
    }
    for (k = 0; k < components; ++k) {
      EIGENMIX_UNROLL
      for (int i = 0; i < S::block_packets; ++i) {
        Scalar* const value = first + k * stride + i * S::width;
        S::store(value, S::multiply(S::load(value), scale[i]));
      }
    }
  }
  EIGENMIX_INLINE void normalise(const TileValues<Scalar>& values, Index n, const Scalar* weights) {
    normalise(values, n, weights, [](Index, int, const Packet& share) { return share; });
  }

  Packets largest;  ///< of each sample: max_j l_nj
  Packets sum;      ///< and Σ_j f_nj exp(l_nj - largest), from 1 to K where f is one

 private:
  EIGENMIX_INLINE void find_largest(const TileValues<Scalar>& values, Index n) {
    const Scalar* const first = values.data + n;
    const Index stride = values.stride;
    const Index components = values.largest != nullptr ? 1 : values.components;
    EIGENMIX_UNROLL
    for (int i = 0; i < S::block_packets; ++i) {
      largest[i] = S::load((values.largest != nullptr ? values.largest + n : first) + i * S::width);
    }
    for (Index k = 1; k < components; ++k) {
      EIGENMIX_UNROLL
      for (int i = 0; i < S::block_packets; ++i) {
        largest[i] = S::max(largest[i], S::load(first + k * stride + i * S::width));
      }
    }
  }

  /// Exponentials of `count` components from k on, side by side; see FlushedExp.
  template <int count, class Change>
  EIGENMIX_INLINE void share(Scalar* first, Index stride, Index k, Change& change) {
    typename S::template Packets<count * S::block_packets> shares;
    EIGENMIX_UNROLL
    for (int j = 0; j < count * S::block_packets; ++j) {
      const int i = j % S::block_packets;
      const Scalar* const column = first + (k + j / S::block_packets) * stride;
      shares[j] = S::subtract(S::load(column + i * S::width), largest[i]);
    }
    exp_.template apply<count * S::block_packets>(shares);
    EIGENMIX_UNROLL
    for (int j = 0; j < count * S::block_packets; ++j) {
      const int i = j % S::block_packets;
      const Index component = k + j / S::block_packets;
      const Packet changed = change(component, i, shares[j]);
      sum[i] = S::add(sum[i], changed);
      S::store(first + component * stride + i * S::width, changed);
    }
  }

  FlushedExp<Scalar> exp_;
};

/// Joint log densities to responsibilities, and the log density of the mixture for each sample.
/// \param weights      [width] of the samples, zero in the padding
/// \param log_density  [width] out: log Σ_k exp(l_nk)
/// \return Σ_n w_n log Σ_k exp(l_nk)
template <class Scalar>
Accumulator<Scalar> normalise(const TileValues<Scalar>& values, const Scalar* weights,
                              Scalar* log_density) {
  using S = Simd<Scalar>;
  using Real = Accumulator<Scalar>;
  BlockNormaliser<Scalar> block;
  Real total = 0;
  for (Index begin = 0; begin < values.width; begin += S::block) {
    block.normalise(values, begin, weights);
    EIGENMIX_UNROLL
    for (int i = 0; i < S::block_packets; ++i) {
      const Index n = begin + i * S::width;
      const auto logarithm = S::add(block.largest[i], S::log(block.sum[i]));
      S::store(log_density + n, logarithm);
      total += Real(S::sum(S::multiply(S::load(weights + n), logarithm)));
    }
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
  constexpr Index blocks_per_log = 4;
  BlockNormaliser<Scalar> block;
  const auto one = S::fill(1);
  auto least = S::fill(std::numeric_limits<Scalar>::max());
  Real total = 0;
  for (Index begin = 0; begin < values.width; begin += blocks_per_log * S::block) {
    const Index end = std::min(values.width, begin + blocks_per_log * S::block);
    auto product = one;
    for (Index n = begin; n < end; n += S::block) {
      block.normalise(values, n, weights);
      EIGENMIX_UNROLL
      for (int i = 0; i < S::block_packets; ++i) {
        least = S::min(least, block.largest[i]);
        const auto weight = S::load(weights + n + i * S::width);
        total += Real(S::sum(S::multiply(weight, block.largest[i])));
        const auto others = S::subtract(block.sum[i], one);
        product = S::multiply(product, S::multiply_add(weight, others, one));
      }
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
