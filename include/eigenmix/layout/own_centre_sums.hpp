// SPDX-License-Identifier: MIT
#ifndef EIGENMIX_LAYOUT_OWN_CENTRE_SUMS_HPP
#define EIGENMIX_LAYOUT_OWN_CENTRE_SUMS_HPP

// The centred kernel of the M-step's sums in more than a few dimensions: one component at a time,
// differences to its own origin, and only of the samples that it owns. Where responsibilities are
// nearly all or nothing, as in many dimensions they mostly are, that is a K-th of the work.

#include <algorithm>
#include <limits>
#include <vector>

#include <eigenmix/kernels/inner_products.hpp>
#include <eigenmix/samples/samples.hpp>

namespace eigenmix {
inline namespace EIGENMIX_ABI {
namespace detail {

/// Position of entry (i, j), j <= i, in a lower triangle stored row by row.
constexpr Index packed_index(Index i, Index j) { return i * (i + 1) / 2 + j; }
constexpr Index packed_size(Index d) { return packed_index(d, 0); }

/// The samples of a tile that one component owns, and their sums.
template <class Scalar, int Dim>
class OwnCentreSums {
 public:
  using S = Simd<Scalar>;

  /// Finds the samples with a responsibility, and if tails are negligible only those above a 256th
  /// of a rounding of the largest in the tile (9e-19 in double): a tile's others sum to less than
  /// one rounding of the count.
  /// \return how many there are
  Index select(const Scalar* column, Index width, bool tails_are_negligible) {
    column_ = column;
    threshold_ = 0;
    if (tails_are_negligible) {
      auto largest = S::fill(0);
      for (Index n = 0; n < width; n += S::width) largest = S::max(largest, S::load(column + n));
      threshold_ = S::largest(largest) * std::numeric_limits<Scalar>::epsilon() / 256;
    }
    width_ = width;
    count_ = 0;
    for (Index n = 0; n < width; ++n) count_ += column[n] > threshold_ ? 1 : 0;
    return count_;
  }

  /// Whether the selected samples cost less here than all samples of the tile in a product over all
  /// components: measured, on AVX-512, to be so below a third of them at D = 16 and two thirds at
  /// 64.
  bool is_cheaper(Index dimension) const { return count_ * (dimension + 36) < width_ * dimension; }

  /// Takes the selected samples' differences to `origin`, unweighted and weighted.
  template <class Origin>
  void centre(const Tile<Scalar, Dim>& tile, const Origin& origin) {
    constexpr Index group = S::block_rows;
    const Index d = tile.dimension();
    resize(tile.stride(), (d + group - 1) / group * group);
    list_samples();
    gather(column_, Scalar(0), responsibility_.data());
    for (Index i = 0; i < d; ++i) {
      gather(tile.x.col(i).data(), origin(i), centred_.col(i).data());
      multiply(centred_.col(i).data(), weighted_.col(i).data());
    }
    for (Index i = d; i < centred_.cols(); ++i) centred_.col(i).head(padded_).setZero();
  }

  template <class Real>
  void add_count_and_first(Index dimension, Real& count, Real* first) const {
    count += column_sum(responsibility_.data(), padded_);
    for (Index i = 0; i < dimension; ++i) first[i] += column_sum(weighted_.col(i).data(), padded_);
  }

  /// \param second  packed lower triangle
  template <class Real>
  void add_second(Index dimension, Real* second) const {
    constexpr Index group = S::block_rows;
    for (Index begin = 0; begin < dimension; begin += group) {
      for_each_inner_product<Scalar>(
          centred_.col(begin).data(), centred_.rows(), padded_, dimension - begin,
          [&](Index c) { return weighted_.col(begin + c).data(); },
          [&](Index c, const Scalar* sums) {
            const Index i = begin + c, end = std::min(i + 1, begin + group);
            for (Index j = begin; j < end; ++j) second[packed_index(i, j)] += sums[j - begin];
          });
    }
  }

 private:
  void resize(Index stride, Index columns) {
    centred_.resize(stride, columns);
    weighted_.resize(stride, columns);
    responsibility_.resize(stride);
    samples_.reserve(static_cast<std::size_t>(stride));
  }

  void list_samples() {
    samples_.clear();
    for (Index n = 0; n < width_; ++n) {
      if (column_[n] > threshold_) samples_.push_back(static_cast<int>(n));
    }
    padded_ = padded<Scalar>(count_);
  }

  /// to = from - origin at the selected samples, zero in the padding.
  void gather(const Scalar* from, Scalar origin, Scalar* to) const {
    const int* const samples = samples_.data();
    if (count_ == width_) {
      const auto subtrahend = S::fill(origin);
      for (Index m = 0; m < width_; m += S::width) {
        S::store(to + m, S::subtract(S::load(from + m), subtrahend));
      }
      return;
    }
    for (Index m = 0; m < count_; ++m) to[m] = from[samples[m]] - origin;
    for (Index m = count_; m < padded_; ++m) to[m] = 0;
  }

  void multiply(const Scalar* centred, Scalar* weighted) const {
    const Scalar* const r = responsibility_.data();
    for (Index m = 0; m < padded_; m += S::width) {
      S::store(weighted + m, S::multiply(S::load(centred + m), S::load(r + m)));
    }
  }

  const Scalar* column_ = nullptr;  // of the tile's responsibilities
  Index width_ = 0;
  Scalar threshold_ = 0;
  Index count_ = 0;   // samples selected
  Index padded_ = 0;  // and padding
  std::vector<int> samples_;
  Vector<Scalar> responsibility_;
  Matrix<Scalar> centred_, weighted_;  // selected samples x Dim, and zeros to a whole group
};

}  // namespace detail
}  // namespace EIGENMIX_ABI
}  // namespace eigenmix

#endif  // EIGENMIX_LAYOUT_OWN_CENTRE_SUMS_HPP
