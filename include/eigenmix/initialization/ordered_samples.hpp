// SPDX-License-Identifier: MIT
#ifndef EIGENMIX_INITIALIZATION_ORDERED_SAMPLES_HPP
#define EIGENMIX_INITIALIZATION_ORDERED_SAMPLES_HPP

#include <algorithm>
#include <numeric>
#include <vector>

#include <eigenmix/base/fill.hpp>
#include <eigenmix/samples/standard_tiles.hpp>

namespace eigenmix {
inline namespace EIGENMIX_ABI {
namespace detail {

/// A copy of samples in standard coordinates, those that lie together side by side: gathered from
/// where they are a tile of a million in three dimensions took ten times as long to read as to
/// compare. Four bytes, Dim numbers, and a weight if there are any for each sample; while they are
/// sorted four and a number more.
template <class Samples>
class OrderedSamples {
 public:
  using Scalar = typename Samples::Scalar;
  using Tiles = StandardTiles<Samples>;
  using Workspace = typename Tiles::Workspace;

  explicit OrderedSamples(Tiles& tiles) : tiles_(tiles) {}

  bool empty() const { return order_.empty(); }
  void clear() {
    order_.clear();
    x_.resize(0, 0);
  }

  /// The number of the sample at a position of the order: the same while there is none.
  Index number(Index position) const {
    return empty() ? position : Index(order_[static_cast<std::size_t>(position)]);
  }
  /// What is in the order, in that of the samples' numbers.
  EIGENMIX_NOINLINE std::vector<int> by_number(const std::vector<int>& ordered) const {
    std::vector<int> result(ordered.size());
    for (std::size_t position = 0; position < ordered.size(); ++position) {
      result[static_cast<std::size_t>(order_[position])] = ordered[position];
    }
    return result;
  }
  Index tile_count() const { return static_cast<Index>(begins_.size()) - 1; }
  Index begin(Index tile) const { return begins_[static_cast<std::size_t>(tile)]; }

  /// Sorts the samples by their labels, and those of a label by where they are.
  /// \param labels   [in, out] in the order, each in [0, clusters)
  /// \param nearest  [in, out] squared distances to the nearest centre, in the order
  EIGENMIX_NOINLINE void sort(std::vector<int>& labels, Index clusters, Vector<Scalar>& nearest) {
    if (empty()) copy();
    std::vector<Index> from(static_cast<std::size_t>(clusters) + 1, 0);
    for (const int label : labels) ++from[static_cast<std::size_t>(label) + 1];
    std::partial_sum(from.begin(), from.end(), from.begin());
    std::vector<int> source(labels.size());
    std::vector<Index> next = from;
    for (std::size_t position = 0; position < labels.size(); ++position) {
      Index& to = next[static_cast<std::size_t>(labels[position])];
      source[static_cast<std::size_t>(to++)] = static_cast<int>(position);
    }
    permute(source, labels, nearest);
    std::iota(source.begin(), source.end(), 0);
    begins_.assign(1, 0);
    for (std::size_t k = 0; k + 1 < from.size(); ++k) {
      cut(source.data() + from[k], from[k + 1] - from[k]);
    }
    permute(source, labels, nearest);
  }

  /// worker.tile = one of the tiles.
  void read(Index tile, Workspace& worker) const {
    Tile<Scalar, Samples::Dim>& to = worker.tile;
    const Index first = begin(tile), d = tiles_.dimension();
    to.size = begin(tile + 1) - first;
    to.width = padded<Scalar>(to.size);
    std::fill_n(to.weights.data(), to.size, Scalar(1));
    for (Index i = 0; i < x_.cols(); ++i) {
      Scalar* const values = i < d ? to.x.data() + i * to.stride() : to.weights.data();
      std::copy_n(x_.data() + i * x_.rows() + first, to.size, values);
      std::fill_n(values + to.size, to.width - to.size, values[to.size - 1]);
    }
    to.is_weighted = x_.cols() > d;
    std::fill_n(to.weights.data() + to.size, to.width - to.size, Scalar(0));
  }

 private:
  /// The samples as they come, and their weights.
  void copy() {
    const Index d = tiles_.dimension();
    order_.resize(static_cast<std::size_t>(tiles_.count()));
    std::iota(order_.begin(), order_.end(), 0);
    x_.resize(tiles_.count(), d + (tiles_.is_weighted() ? 1 : 0));
    tiles_.for_each([&](Workspace& worker, Index begin, Index) {
      const Tile<Scalar, Samples::Dim>& tile = worker.tile;
      for (Index i = 0; i < x_.cols(); ++i) {
        const Scalar* const values =
            i < d ? tile.x.data() + i * tile.stride() : tile.weights.data();
        std::copy_n(values, tile.size, x_.data() + i * x_.rows() + begin);
      }
    });
  }

  /// \param source  at each position the one that its sample comes from
  void permute(const std::vector<int>& source, std::vector<int>& labels, Vector<Scalar>& nearest) {
    permute(source, order_.data());
    permute(source, labels.data());
    permute(source, nearest.data());
    for (Index i = 0; i < x_.cols(); ++i) permute(source, x_.data() + i * x_.rows());
  }
  template <class Number>
  static void permute(const std::vector<int>& source, Number* numbers) {
    const std::vector<Number> before(numbers, numbers + source.size());
    for (std::size_t m = 0; m < source.size(); ++m) {
      numbers[m] = before[static_cast<std::size_t>(source[m])];
    }
  }

  /// Cuts positions into tiles of at most `room` of them, always across the widest dimension.
  void cut(int* positions, Index size) {
    if (size <= Tiles::room) {
      if (size > 0) begins_.push_back(begins_.back() + size);
      return;
    }
    const Index half = padded<Scalar>(size / 2);
    const Scalar* const x = widest(positions, size);
    std::nth_element(positions, positions + half, positions + size,
                     [x](int a, int b) { return x[a] < x[b]; });
    cut(positions, half);
    cut(positions + half, size - half);
  }

  const Scalar* widest(const int* positions, Index size) const {
    const Scalar* result = x_.data();
    Scalar most = -1;
    for (Index i = 0; i < tiles_.dimension(); ++i) {
      const Scalar* const x = x_.data() + i * x_.rows();
      Scalar low = x[positions[0]], high = low;
      for (Index m = 1; m < size; ++m) {
        low = std::min(low, x[positions[m]]);
        high = std::max(high, x[positions[m]]);
      }
      if (!(high - low > most)) continue;
      most = high - low;
      result = x;
    }
    return result;
  }

  Tiles& tiles_;
  std::vector<int> order_;     // N, numbers of samples
  Matrix<Scalar> x_;           // N x D, and weights if there are any, in order
  std::vector<Index> begins_;  // of the tiles, and N
};

}  // namespace detail
}  // namespace EIGENMIX_ABI
}  // namespace eigenmix

#endif  // EIGENMIX_INITIALIZATION_ORDERED_SAMPLES_HPP
