// SPDX-License-Identifier: MIT
#ifndef EIGENMIX_INITIALIZATION_AGGLOMERATION_POINTS_HPP
#define EIGENMIX_INITIALIZATION_AGGLOMERATION_POINTS_HPP

#include <algorithm>
#include <map>
#include <vector>

#include <eigenmix/random.hpp>
#include <eigenmix/samples/standard_tiles.hpp>

namespace eigenmix {
inline namespace EIGENMIX_ABI {
namespace detail {

/// What an agglomeration begins with: every sample by itself, as in mclust, if there are few
/// enough; else the distinct points among them, each standing for all equal samples, so that
/// rounded data need no luck; else a random sample of them.
///
/// Points are numbered in the samples' order.
template <class Samples>
class AgglomerationPoints {
 public:
  static constexpr int unknown = -1;

  /// \param most  points at most; a sample of that size is drawn if there are more
  AgglomerationPoints(const Samples& samples, Index most, std::uint64_t seed)
      : samples_(samples),
        numbers_(Before{&samples}),
        point_of_(static_cast<std::size_t>(samples.count()), unknown) {
    if (samples.positive_count() <= most) {
      collect_each(samples.positive_count(), seed);
    } else if (!collect_distinct(most)) {
      clear();
      collect_each(most, seed);
    }
    measure_weights();
  }

  Index count() const { return static_cast<Index>(first_.size()); }

  /// Those that differ: no mixture of more components can be estimated from them.
  Index distinct_count() const { return static_cast<Index>(numbers_.size()); }

  /// [Dim x M] coordinates
  Matrix<double> coordinates() const {
    Matrix<double> result(samples_.dimension(), count());
    for (Index m = 0; m < count(); ++m) {
      for (Index i = 0; i < result.rows(); ++i) result(i, m) = double(samples_.value(i, first(m)));
    }
    return result;
  }

  /// [M] the weight of each point, in units of that of an average sample: the criteria treat small
  /// groups by how many samples they have, and a start must not depend on the unit of the weights.
  const Vector<double>& weights() const { return weights_; }

  /// [N] the point of every sample; that of samples that were not drawn, or have no weight and so
  /// were not asked, is the nearest one in standard coordinates: one pass serves every number of
  /// components, whereas the most likely component would take a model and a pass for each.
  template <class Execution>
  std::vector<int> point_of_samples(const Execution& execution) const {
    std::vector<int> result = point_of_;
    if (std::find(result.begin(), result.end(), unknown) == result.end()) return result;
    using Tiles = StandardTiles<Samples>;
    using Scalar = typename Samples::Scalar;
    Tiles tiles(samples_, count(), execution);
    PackedPoints<Scalar, Difference::plain> points;
    points.resize(samples_.dimension(), count());
    for (Index m = 0; m < count(); ++m) {
      for (Index i = 0; i < points.dimension(); ++i) points.set(i, m, tiles.standard(i, first(m)));
    }
    tiles.for_each([&](typename Tiles::Workspace& worker, Index begin, Index) {
      tiles.find_nearest(points, worker);
      for (Index n = 0; n < worker.tile.size; ++n) {
        int& point = result[static_cast<std::size_t>(begin + n)];
        if (point == unknown) point = static_cast<int>(worker.label(n));
      }
    });
    return result;
  }

 private:
  /// Orders samples by their coordinates.
  struct Before {
    bool operator()(Index a, Index b) const {
      for (Index i = 0; i < samples->dimension(); ++i) {
        const auto of_a = samples->value(i, a), of_b = samples->value(i, b);
        if (of_a != of_b) return of_a < of_b;
      }
      return false;
    }
    const Samples* samples;
  };

  Index first(Index m) const { return first_[static_cast<std::size_t>(m)]; }

  void clear() {
    numbers_.clear();
    first_.clear();
    std::fill(point_of_.begin(), point_of_.end(), unknown);
  }

  /// \return false, soon, if there are more than `most` points
  bool collect_distinct(Index most) {
    for (Index n = 0; n < samples_.count(); ++n) {
      if (!(samples_.weight(n) > 0)) continue;
      const auto [place, is_new] = numbers_.emplace(n, static_cast<int>(count()));
      if (is_new) first_.push_back(n);
      point_of_[static_cast<std::size_t>(n)] = place->second;
      if (count() > most) return false;
    }
    return true;
  }

  /// `wanted` samples, all or some of those that have a weight. Selection sampling (Knuth, The Art
  /// of Computer Programming 2, algorithm S): in their order, every set of that size equally
  /// likely.
  void collect_each(Index wanted, std::uint64_t seed) {
    random::Engine engine(seed);
    Index left = samples_.positive_count();
    for (Index n = 0; n < samples_.count() && wanted > 0; ++n) {
      if (!(samples_.weight(n) > 0)) continue;
      if (random::uniform_index(engine, left--) >= wanted) continue;
      point_of_[static_cast<std::size_t>(n)] = static_cast<int>(count());
      numbers_.emplace(n, point_of_[static_cast<std::size_t>(n)]);
      first_.push_back(n);
      --wanted;
    }
  }

  void measure_weights() {
    weights_.setZero(count());
    Index asked = 0;
    for (Index n = 0; n < samples_.count(); ++n) {
      const int point = point_of_[static_cast<std::size_t>(n)];
      if (point == unknown) continue;
      weights_(point) += double(samples_.weight(n)) / samples_.largest_weight();
      ++asked;
    }
    weights_ *= double(asked) / weights_.sum();
  }

  const Samples& samples_;
  std::map<Index, int, Before> numbers_;  // of a sample for each that differs
  std::vector<Index> first_;              // M, the first sample at the point
  std::vector<int> point_of_;             // N
  Vector<double> weights_;                // M
};

}  // namespace detail
}  // namespace EIGENMIX_ABI
}  // namespace eigenmix

#endif  // EIGENMIX_INITIALIZATION_AGGLOMERATION_POINTS_HPP
