// SPDX-License-Identifier: MIT
#ifndef EIGENMIX_INFERENCE_REGRESSION_KERNEL_HPP
#define EIGENMIX_INFERENCE_REGRESSION_KERNEL_HPP

#include <cmath>
#include <limits>
#include <type_traits>

#include <eigenmix/base/fill.hpp>
#include <eigenmix/kernels/normalise.hpp>

namespace eigenmix {
inline namespace EIGENMIX_ABI {
namespace detail {

/// Where a tile's samples are: dimensions `stride` apart.
template <class Scalar>
struct TileSamples {
  const Scalar* x;
  Index stride;
};

/// The conditional means of all components, m_k(x) = offset_k + G_k (x - mean_k), packed for tiles:
/// samples lie in SIMD lanes, and some outputs at a time share what is loaded of a sample.
template <class Scalar>
class ConditionalMeans {
 public:
  using S = Simd<Scalar>;
  using Packet = typename S::Packet;

  /// Some outputs, and where the numbers of component 0 for them are.
  struct Block {
    Index first;
    const Scalar* packed;
  };

  void resize(Index inputs, Index outputs, Index components) {
    inputs_ = inputs;
    outputs_ = outputs;
    components_ = components;
    const Index blocks = outputs / block_rows + outputs % block_rows;
    component_size_ = outputs + inputs * (blocks + outputs);
    set_zero(packed_, component_size_ * components);
  }

  Index outputs() const { return outputs_; }
  Index components() const { return components_; }

  /// \param offset  (j) the mean of output j
  /// \param mean    (i) of input i
  /// \param gain    (j, i)
  template <class Offset, class Mean, class Gain>
  void assign(Index k, Offset&& offset, Mean&& mean, Gain&& gain) {
    Scalar* to = packed_.data() + k * component_size_;
    for_each_block([&](const Block& block, auto count) {
      constexpr int rows = decltype(count)::value;
      for (Index j = 0; j < rows; ++j) *to++ = Scalar(offset(block.first + j));
      for (Index i = 0; i < inputs_; ++i) {
        *to++ = Scalar(mean(i));
        for (Index j = 0; j < rows; ++j) *to++ = Scalar(gain(block.first + j, i));
      }
    });
  }

  /// visit(block, number of its outputs as a constant) for all blocks.
  template <class Visit>
  EIGENMIX_INLINE void for_each_block(Visit&& visit) const {
    Block block{0, packed_.data()};
    for (; block.first + block_rows <= outputs_; block.first += block_rows) {
      visit(block, std::integral_constant<int, block_rows>());
      block.packed += block_rows + inputs_ * (1 + block_rows);
    }
    for (; block.first < outputs_; ++block.first) {
      visit(block, std::integral_constant<int, 1>());
      block.packed += 1 + inputs_ * 2;
    }
  }

  /// out[j] = entry block.first + j of m_k, at the packet of samples that x begins with. What
  /// overflows is held at a quarter of the largest number, so that a share of zero of it is zero.
  template <int rows>
  EIGENMIX_INLINE void at(Index k, const Block& block, TileSamples<Scalar> x, Packet* out) const {
    const Scalar* from = block.packed + k * component_size_;
    EIGENMIX_UNROLL
    for (int j = 0; j < rows; ++j) out[j] = S::fill(from[j]);
    from += rows;
    for (Index i = 0; i < inputs_; ++i) {
      const Packet difference = S::subtract(S::load(x.x + i * x.stride), S::fill(from[0]));
      EIGENMIX_UNROLL
      for (int j = 0; j < rows; ++j) {
        out[j] = S::multiply_add(S::fill(from[1 + j]), difference, out[j]);
      }
      from += 1 + rows;
    }
    const Packet bound = S::fill(std::numeric_limits<Scalar>::max() / 4);
    EIGENMIX_UNROLL
    for (int j = 0; j < rows; ++j) {
      out[j] = S::min(S::max_number(out[j], S::subtract(S::fill(0), bound)), bound);
    }
  }

 private:
  static constexpr int block_rows = 4;

  Index inputs_ = 0, outputs_ = 0, components_ = 0;
  Index component_size_ = 0;
  Vector<Scalar> packed_;  // of a component, block by block: offsets; of each input mean and gains
};

/// What a regression says of a tile of samples, which lie in SIMD lanes.
template <class Scalar>
class RegressionTile {
 public:
  using S = Simd<Scalar>;
  using Packet = typename S::Packet;
  using Means = ConditionalMeans<Scalar>;

  /// \param values  log densities of the samples, to be turned into responsibilities
  RegressionTile(const Means& means, TileSamples<Scalar> samples, const TileValues<Scalar>& values)
      : means_(means), samples_(samples), values_(values) {
    mean_.resize(values.width, means.outputs());
  }

  /// Entry j of E(y | x_n).
  Scalar mean(Index j, Index n) const { return mean_(n, j); }
  /// Entry (i, j) of Cov(y | x_n).
  Scalar covariance(Index i, Index j, Index n) const {
    return covariance_(n, j * means_.outputs() + i);
  }

  /// \param weights  of the tile's samples, one, or zero in the padding
  void compute_means(const Scalar* weights) {
    share_out(weights);
    for (Index n = 0; n < values_.width; n += S::width) {
      add_lines(n, [](Index, Index, const Packet&) {});
    }
  }

  /// Means, and covariances: those of the components, and that of their means about the mean.
  /// \param within  [outputs² x components] conditional covariances
  void compute_covariances(const Scalar* weights, const Matrix<Scalar>& within) {
    const Index outputs = means_.outputs();
    covariance_.resize(values_.width, outputs * outputs);
    lines_.resize(S::width, outputs * means_.components());
    share_out(weights);
    for (Index n = 0; n < values_.width; n += S::width) {
      add_lines(n, [&](Index k, Index j, const Packet& value) { S::store(line(k, j), value); });
      centre_lines(n);
      for (Index j = 0; j < outputs; ++j) {
        for (Index i = 0; i <= j; ++i) set_covariance(i, j, n, within);
      }
    }
  }

 private:
  void share_out(const Scalar* weights) {
    BlockNormaliser<Scalar> block;
    for (Index n = 0; n < values_.width; n += S::block) block.normalise(values_, n, weights);
  }

  Scalar* line(Index k, Index j) { return lines_.data() + (k * means_.outputs() + j) * S::width; }

  /// Sums the components' means by responsibility at the packet of samples from n on.
  template <class Visit>
  EIGENMIX_INLINE void add_lines(Index n, Visit&& visit) {
    const TileSamples<Scalar> at{samples_.x + n, samples_.stride};
    means_.for_each_block([&](const typename Means::Block& block, auto count) {
      constexpr int rows = decltype(count)::value;
      typename S::template Packets<rows> sum, value;
      EIGENMIX_UNROLL
      for (int j = 0; j < rows; ++j) sum[j] = S::fill(0);
      for (Index k = 0; k < means_.components(); ++k) {
        const Packet share = S::load(values_.column(k) + n);
        means_.template at<rows>(k, block, at, value);
        EIGENMIX_UNROLL
        for (int j = 0; j < rows; ++j) {
          visit(k, block.first + j, value[j]);
          sum[j] = S::multiply_add(share, value[j], sum[j]);
        }
      }
      EIGENMIX_UNROLL
      for (int j = 0; j < rows; ++j) S::store(&mean_(n, block.first + j), sum[j]);
    });
  }

  /// Turns the components' means into offsets from the mean, whose squares do not overflow.
  void centre_lines(Index n) {
    const Packet bound = S::fill(std::sqrt(std::numeric_limits<Scalar>::max()) / 4);
    const Packet lower = S::subtract(S::fill(0), bound);
    for (Index j = 0; j < means_.outputs(); ++j) {
      const Packet mean = S::load(&mean_(n, j));
      for (Index k = 0; k < means_.components(); ++k) {
        const Packet offset = S::subtract(S::load(line(k, j)), mean);
        S::store(line(k, j), S::min(S::max(offset, lower), bound));
      }
    }
  }

  void set_covariance(Index i, Index j, Index n, const Matrix<Scalar>& within) {
    const Index outputs = means_.outputs(), entry = j * outputs + i;
    Packet sum = S::fill(0);
    for (Index k = 0; k < means_.components(); ++k) {
      const Packet product = S::multiply(S::load(line(k, i)), S::load(line(k, j)));
      const Packet both = S::add(product, S::fill(within(entry, k)));
      sum = S::multiply_add(S::load(values_.column(k) + n), both, sum);
    }
    S::store(&covariance_(n, entry), sum);
    S::store(&covariance_(n, i * outputs + j), sum);
  }

  const Means& means_;
  TileSamples<Scalar> samples_;
  TileValues<Scalar> values_;
  Matrix<Scalar> mean_;        // [width x outputs]
  Matrix<Scalar> covariance_;  // [width x outputs²]
  Matrix<Scalar> lines_;       // [packet x outputs of each component]
};

}  // namespace detail
}  // namespace EIGENMIX_ABI
}  // namespace eigenmix

#endif  // EIGENMIX_INFERENCE_REGRESSION_KERNEL_HPP
