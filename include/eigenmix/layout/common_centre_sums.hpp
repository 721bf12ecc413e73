// SPDX-License-Identifier: MIT
#ifndef EIGENMIX_LAYOUT_COMMON_CENTRE_SUMS_HPP
#define EIGENMIX_LAYOUT_COMMON_CENTRE_SUMS_HPP

// The expanded kernel of the M-step's sums: moments of many components about one common centre are
// one matrix product, features of the samples times responsibilities. It costs one multiply-add per
// feature and component, half of what the centred kernels need, which take differences to an origin
// of each component's own; see origins.hpp for where its cancellation is harmless.

#include <algorithm>
#include <vector>

#include <eigenmix/kernels/inner_products.hpp>
#include <eigenmix/layout/origins.hpp>
#include <eigenmix/samples/samples.hpp>

namespace eigenmix {
inline namespace EIGENMIX_ABI {
namespace detail {

/// The pooled components of one tile.
template <class Scalar, int Dim>
class CommonCentreSums {
 public:
  using S = Simd<Scalar>;

  /// Forgets the components of the last tile; sizes the scratch on first use.
  void clear(const Tile<Scalar, Dim>& tile, Index components) {
    components_.clear();
    components_.reserve(static_cast<std::size_t>(components));
    columns_.clear();
    columns_.reserve(static_cast<std::size_t>(components));
    shifted_.resize(tile.stride(), padded_features(tile.dimension()));
    features_.resize(tile.stride(), group);
  }

  /// \param column  the component's responsibilities, tile.width numbers
  void add(Index component, const Scalar* column) {
    components_.push_back(component);
    columns_.push_back(column);
  }

  bool is_empty() const { return components_.empty(); }
  const std::vector<Index>& components() const { return components_; }
  const std::vector<const Scalar*>& columns() const { return columns_; }

  /// Takes the differences of the tile's samples to the common centre.
  template <class Centre>
  void shift(const Tile<Scalar, Dim>& tile, const Centre& centre) {
    width_ = tile.width;
    for (Index i = 0; i < shifted_.cols(); ++i) {
      Scalar* to = shifted_.col(i).data();
      const bool inside = i < tile.dimension();
      const Scalar* from = tile.x.col(inside ? i : 0).data();
      const auto origin = S::fill(inside ? centre(i) : Scalar(0));
      for (Index n = 0; n < width_; n += S::width) {
        S::store(to + n, inside ? S::subtract(S::load(from + n), origin) : S::fill(0));
      }
    }
  }

  /// Σ_n r_nk (x_in - centre_i). \param to  (k) -> Dim sums to add to
  template <class To>
  void add_first(Index dimension, To&& to) {
    for (Index begin = 0; begin < dimension; begin += group) {
      add_group(shifted_.col(begin).data(), std::min(group, dimension - begin),
                [&](Index k) { return to(k) + begin; });
    }
  }

  /// Sums over products of differences, of which `pair` says which. The n-th call of pair(i, j)
  /// sets the dimensions of the n-th.
  /// \param to  (k) -> count sums to add to
  template <class Pair, class To>
  void add_products(Index count, Pair&& pair, To&& to) {
    Index i = 0, j = 0;
    for (Index begin = 0; begin < count; begin += group) {
      const Index size = std::min(group, count - begin);
      for (Index f = 0; f < size; ++f) {
        pair(i, j);
        const Scalar* a = shifted_.col(i).data();
        const Scalar* b = shifted_.col(j).data();
        Scalar* feature = features_.col(f).data();
        for (Index n = 0; n < width_; n += S::width) {
          S::store(feature + n, S::multiply(S::load(a + n), S::load(b + n)));
        }
      }
      clear_features(size);
      add_group(features_.data(), size, [&](Index k) { return to(k) + begin; });
    }
  }

  /// Σ_n r_nk |x_n - centre|². \param to  (k) -> the sum to add to
  template <class To>
  void add_squared_norm(Index dimension, To&& to) {
    Scalar* feature = features_.data();
    for (Index n = 0; n < width_; n += S::width) {
      auto square = S::fill(0);
      for (Index i = 0; i < dimension; ++i) {
        const auto difference = S::load(shifted_.col(i).data() + n);
        square = S::multiply_add(difference, difference, square);
      }
      S::store(feature + n, square);
    }
    clear_features(1);
    add_group(feature, 1, to);
  }

 private:
  static constexpr Index group = S::block_rows;

  static Index padded_features(Index count) { return (count + group - 1) / group * group; }

  /// Makes the last group of features whole.
  void clear_features(Index used) {
    for (Index f = used; f < group; ++f) features_.col(f).head(width_).setZero();
  }

  template <class To>
  void add_group(const Scalar* features, Index used, To&& to) {
    for_each_inner_product<Scalar>(
        features, features_.rows(), width_, static_cast<Index>(columns_.size()),
        [&](Index c) { return columns_[static_cast<std::size_t>(c)]; },
        [&](Index c, const Scalar* sums) {
          auto* sum = to(components_[static_cast<std::size_t>(c)]);
          for (Index f = 0; f < used; ++f) sum[f] += sums[f];
        });
  }

  Index width_ = 0;
  std::vector<Index> components_;
  std::vector<const Scalar*> columns_;  // their responsibilities
  Matrix<Scalar> shifted_;              // tile width x Dim, and zeros to a whole group
  Matrix<Scalar> features_;             // tile width x group
};

/// Counts and first moments of the pooled components about their centre.
template <class Scalar, int Dim, class Moments>
void add_pooled_first(const Tile<Scalar, Dim>& tile, const Origins<Scalar, Dim>& origins,
                      Moments& moments, CommonCentreSums<Scalar, Dim>& pooled) {
  auto counts = moments.counts();
  auto first = moments.first();
  for (std::size_t c = 0; c < pooled.components().size(); ++c) {
    counts(pooled.components()[c]) += column_sum(pooled.columns()[c], tile.width);
  }
  pooled.shift(tile, origins.centre);
  pooled.add_first(tile.dimension(), [&](Index k) { return first.col(k).data(); });
}

}  // namespace detail
}  // namespace EIGENMIX_ABI
}  // namespace eigenmix

#endif  // EIGENMIX_LAYOUT_COMMON_CENTRE_SUMS_HPP
