// SPDX-License-Identifier: MIT
#ifndef EIGENMIX_INCOMPLETE_NOISY_SAMPLES_HPP
#define EIGENMIX_INCOMPLETE_NOISY_SAMPLES_HPP

#include <algorithm>
#include <numeric>
#include <string>
#include <utility>
#include <vector>

#include <eigenmix/execution/strips.hpp>
#include <eigenmix/incomplete/noisy_covariance.hpp>
#include <eigenmix/layout/own_centre_sums.hpp>
#include <eigenmix/samples/boundary.hpp>

namespace eigenmix {
inline namespace EIGENMIX_ABI {
namespace detail {

/// What noise the samples of a block have.
enum class NoiseKind {
  none,
  common,     ///< of one covariance
  variances,  ///< of a sample's own variances, independent in every dimension
  full,       ///< of a sample's own covariance
};

/// Samples that are treated alike.
template <class Scalar>
struct NoisyBlock {
  using Real = Accumulator<Scalar>;

  Index count() const { return x.cols(); }
  bool is_own() const { return kind == NoiseKind::variances || kind == NoiseKind::full; }
  bool is_projected() const { return projection.size() > 0; }

  NoiseKind kind = NoiseKind::none;
  Matrix<Scalar> x;            // [m x n] what is seen
  Vector<Scalar> weights;      // [n]
  std::vector<Index> numbers;  // [n] among all samples
  Index first_positive = -1;   // of weight > 0; -1 if there is none
  Matrix<Real> covariance;     // [m x m] of noise that is common
  Matrix<Scalar> own;          // [n + padding x m] variances or [n + .. x packed_size(m)] triangles
  Matrix<Real> projection;     // [m x Dim]; empty where the thing itself is seen
};

/// What is read of samples of weight zero, which may hold anything.
enum class Weightless { as_they_are, as_another };

/// Fills a tile; the padding repeats the last sample, with weight zero.
template <class Scalar>
void read_tile(const NoisyBlock<Scalar>& block, Index begin, Index size, Weightless weightless,
               Tile<Scalar, Eigen::Dynamic>& tile) {
  const Index m = block.x.rows();
  tile.size = size;
  tile.width = padded<Scalar>(size);
  tile.is_weighted = true;
  const auto copy = [&](Index from, Index n) {
    const Scalar* const x = block.x.data() + from * m;
    for (Index i = 0; i < m; ++i) tile.x.data()[i * tile.stride() + n] = x[i];
  };
  for (Index n = 0; n < size; ++n) {
    tile.weights(n) = block.weights(begin + n);
    const bool is_replaced = weightless == Weightless::as_another && !(tile.weights(n) > 0);
    copy(is_replaced ? block.first_positive : begin + n, n);
  }
  for (Index n = size; n < tile.width; ++n) {
    tile.weights(n) = Scalar(0);
    for (Index i = 0; i < m; ++i) tile.x(n, i) = tile.x(size - 1, i);
  }
}

/// Samples with noise, sorted into blocks: those of equal noise and projection are one, and those
/// whose noise no other sample has another.
template <class Scalar_>
class NoisySamples {
 public:
  using Scalar = Scalar_;
  using Real = Accumulator<Scalar>;
  using Block = NoisyBlock<Scalar>;

  /// \param dimension  of the thing
  explicit NoisySamples(Index dimension) : dimension_(dimension) {}

  /// Samples with one covariance of noise.
  /// \param s           [m x m] checked; or empty, for none
  /// \param projection  [m x Dim]; or empty
  template <class Opened>
  void add_common(const Opened& opened, const Matrix<Real>& s, Matrix<Real> projection) {
    const bool has_noise = s.size() > 0 && !s.isZero(0);
    Block block = begin_block(opened, has_noise ? NoiseKind::common : NoiseKind::none);
    std::iota(block.numbers.begin(), block.numbers.end(), Index(0));
    const Index m = opened.dimension();
    block.covariance = s;
    if (!has_noise) set_zero(block.covariance, m, m);
    if (projection.size() > 0 && !is_identity(projection)) block.projection = std::move(projection);
    finish_block(opened, std::move(block));
    finish(opened);
  }

  /// Samples of which each has noise of its own.
  /// \param own   [m x N] variances or [packed_size(m) x N] lower triangles, checked
  template <class Opened>
  void add_own(const Opened& opened, const Matrix<Scalar>& own, NoiseKind kind) {
    Block exact = begin_block(opened, NoiseKind::none, 0), loose = begin_block(opened, kind, 0);
    set_zero(exact.covariance, dimension_, dimension_);
    for (const std::vector<Index>& run : equal_runs(own)) {
      if ((own.col(run[0]).array() == Scalar(0)).all()) {
        exact.numbers = run;
      } else if (static_cast<Index>(run.size()) < fewest_together) {
        loose.numbers.insert(loose.numbers.end(), run.begin(), run.end());
      } else {
        Block block = begin_block(opened, NoiseKind::common, 0);
        block.covariance = matrix_of(own.col(run[0]), kind);
        block.numbers = run;
        finish_block(opened, std::move(block));
      }
    }
    std::sort(loose.numbers.begin(), loose.numbers.end());
    take_own(own, loose);
    finish_block(opened, std::move(exact));
    finish_block(opened, std::move(loose));
    finish(opened);
  }

  Index dimension() const { return dimension_; }
  Index count() const { return static_cast<Index>(weights_.size()); }
  Index positive_count() const { return positive_count_; }
  Scalar weight(Index n) const { return weights_[static_cast<std::size_t>(n)]; }
  bool is_unit() const { return is_unit_; }
  const std::vector<Block>& blocks() const { return blocks_; }

  /// body(block, begin, end) for the parts of blocks that lie in a strip, blocks one after another.
  template <class Body>
  void for_each_segment(const Tiling& tiling, Index strip, Body&& body) const {
    const Index begin = strip * tiling.strip, end = std::min(count(), begin + tiling.strip);
    Index before = 0;
    for (const Block& block : blocks_) {
      const Index first = std::max(begin, before), last = std::min(end, before + block.count());
      if (first < last) body(block, first - before, last - before);
      before += block.count();
    }
  }

  /// Whether samples are seen whole and without noise, as those of a matrix are.
  bool is_plain() const {
    return blocks_.size() == 1 && blocks_[0].kind == NoiseKind::none && !is_projected();
  }
  bool is_projected() const {
    return std::any_of(blocks_.begin(), blocks_.end(),
                       [](const Block& block) { return block.is_projected(); });
  }

  /// Whether every sample has noise in every direction that is seen of it.
  bool is_bounded() const { return is_bounded_; }
  void set_unbounded() { is_bounded_ = false; }

  /// [m x m] the covariance of one sample's noise, of those that have their own.
  template <class Own>
  static Matrix<Real> matrix_of(const Own& own, NoiseKind kind) {
    const bool is_full = kind == NoiseKind::full;
    Index m = own.size();
    if (is_full) {
      m = 0;
      while (packed_size(m) < own.size()) ++m;
    }
    Matrix<Real> result;
    set_zero(result, m, m);
    for (Index i = 0; i < m; ++i) {
      if (!is_full) result(i, i) = Real(own(i));
      for (Index j = 0; is_full && j <= i; ++j) {
        result(i, j) = result(j, i) = Real(own(packed_index(i, j)));
      }
    }
    return result;
  }

 private:
  /// Fewer samples of equal noise are not worth a block: some lanes of two packets.
  static constexpr Index fewest_together = 16;

  static bool is_identity(const Matrix<Real>& r) {
    for (Index j = 0; j < r.cols(); ++j) {
      for (Index i = 0; i < r.rows(); ++i) {
        if (r(i, j) != (i == j ? Real(1) : Real(0))) return false;
      }
    }
    return r.rows() == r.cols();
  }

  template <class Opened>
  static Block begin_block(const Opened& opened, NoiseKind kind, Index count = -1) {
    Block block;
    block.kind = kind;
    block.numbers.resize(static_cast<std::size_t>(count < 0 ? opened.count() : count));
    return block;
  }

  /// Copies what the block's numbers say of the samples.
  template <class Opened>
  void finish_block(const Opened& opened, Block block) {
    if (block.numbers.empty()) return;
    const auto size = static_cast<Index>(block.numbers.size());
    block.x.resize(opened.dimension(), size);
    block.weights.resize(size);
    for (Index n = 0; n < size; ++n) {
      Index& number = block.numbers[static_cast<std::size_t>(n)];
      for (Index i = 0; i < block.x.rows(); ++i) block.x(i, n) = opened.value(i, number);
      block.weights(n) = opened.weight(number);
      if (block.weights(n) > 0 && block.first_positive < 0) block.first_positive = n;
      number += count();
    }
    blocks_.push_back(std::move(block));
  }

  /// Copies what the block's numbers say of noise, side by side as lanes read it, and behind it as
  /// many of the last as a packet may read too much.
  static void take_own(const Matrix<Scalar>& own, Block& block) {
    const auto size = static_cast<Index>(block.numbers.size());
    if (size == 0) return;
    block.own.resize(size + padded<Scalar>(1), own.rows());
    for (Index n = 0; n < block.own.rows(); ++n) {
      const Index from = block.numbers[static_cast<std::size_t>(std::min(n, size - 1))];
      for (Index i = 0; i < own.rows(); ++i) block.own(n, i) = own(i, from);
    }
  }

  template <class Opened>
  void finish(const Opened& opened) {
    for (Index n = 0; n < opened.count(); ++n) weights_.push_back(opened.weight(n));
    positive_count_ += opened.positive_count();
    is_unit_ = is_unit_ && opened.is_unit();
  }

  /// The numbers of samples of equal noise, by noise and within it in order.
  static std::vector<std::vector<Index>> equal_runs(const Matrix<Scalar>& own) {
    std::vector<Index> order(static_cast<std::size_t>(own.cols()));
    std::iota(order.begin(), order.end(), Index(0));
    const auto before = [&](Index a, Index b) {
      const Scalar *const of_a = own.data() + a * own.rows(), *const of_b =
                                                                  own.data() + b * own.rows();
      return std::lexicographical_compare(of_a, of_a + own.rows(), of_b, of_b + own.rows());
    };
    std::stable_sort(order.begin(), order.end(), before);
    std::vector<std::vector<Index>> runs;
    for (const Index n : order) {
      if (runs.empty() || before(runs.back()[0], n)) runs.emplace_back();
      runs.back().push_back(n);
    }
    return runs;
  }

  Index dimension_;
  std::vector<Block> blocks_;
  std::vector<Scalar> weights_;  // in the user's order
  Index positive_count_ = 0;
  bool is_unit_ = true, is_bounded_ = true;
};

}  // namespace detail
}  // namespace EIGENMIX_ABI
}  // namespace eigenmix

#endif  // EIGENMIX_INCOMPLETE_NOISY_SAMPLES_HPP
