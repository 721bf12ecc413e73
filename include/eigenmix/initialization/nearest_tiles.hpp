// SPDX-License-Identifier: MIT
#ifndef EIGENMIX_INITIALIZATION_NEAREST_TILES_HPP
#define EIGENMIX_INITIALIZATION_NEAREST_TILES_HPP

#include <algorithm>
#include <cmath>
#include <limits>
#include <numeric>
#include <vector>

#include <eigenmix/base/fill.hpp>
#include <eigenmix/base/function_ref.hpp>
#include <eigenmix/initialization/ordered_samples.hpp>
#include <eigenmix/samples/standard_tiles.hpp>

namespace eigenmix {
inline namespace EIGENMIX_ABI {
namespace detail {

/// Samples in order, in tiles with a ball around each: a point outside of what a ball reaches is not
/// evaluated.
///
/// With c and r the ball's centre and radius, a sample x of the tile and points p and q,
///
///     |x - p| >= |c - p| - r    and    |x - q| <= |c - q| + r,
///
/// so p is nearer to no sample than what it has already, at most f away, if |c - p| > r + f, and
/// not nearest to any if |c - p| > |c - q| + 2 r. Distances are evaluated from the same rounded
/// coordinates as where nothing is left out, to a relative error of (Dim + 3) eps each, of which
/// four enter; bounds are widened by twice as much, and by the root of the smallest normal number,
/// which is more than squares that underflow lose. So what is left out would have changed nothing.
/// What is no number is evaluated.
///
/// Order and tiles depend on samples and centres, not on the threads. Memory: that of the order, and
/// 2 Dim + 3 numbers, and one for each candidate, a tile, of which there are at most N / 64 + K.
template <class Samples>
class NearestTiles {
 public:
  using Scalar = typename Samples::Scalar;
  using Real = Accumulator<Scalar>;
  using Tiles = StandardTiles<Samples>;
  using Workspace = typename Tiles::Workspace;

  explicit NearestTiles(Tiles& tiles) : tiles_(tiles), samples_(tiles) {}

  bool empty() const { return samples_.empty(); }
  void clear() { samples_.clear(); }

  /// The number of the sample at a position: the same while there is no order.
  Index number(Index position) const { return samples_.number(position); }
  std::vector<int> by_number(const std::vector<int>& ordered) const {
    return samples_.by_number(ordered);
  }
  Index begin(Index tile) const { return samples_.begin(tile); }
  Real mass(Index tile) const { return masses_(tile); }  ///< of weight times squared distance

  Index strip_of(Index tile) const { return tile / per_strip_; }
  /// The masses of a strip's tiles in sum.
  Real sum(Index strip) const {
    return std::accumulate(masses_.data() + first_of(strip), masses_.data() + first_of(strip + 1),
                           Real(0));
  }

  /// Where the samples begin that are left of a strip after tiles whose masses are taken off.
  Index pass(Index strip, Real& left) const {
    Index tile = first_of(strip), end = first_of(strip + 1);
    while (end > tile + 1 && !(masses_(end - 1) > 0)) --end;
    while (tile + 1 < end && left >= masses_(tile)) left -= masses_(tile++);
    return begin(tile);
  }

  /// See OrderedSamples::sort.
  EIGENMIX_NOINLINE void sort(std::vector<int>& labels, Index clusters, Vector<Scalar>& nearest) {
    samples_.sort(labels, clusters, nearest);
    const Index strips = tiles_.strip_count();
    per_strip_ = padded<Scalar>((tile_count() + strips - 1) / strips);
    measure(nearest);
  }

  /// What samples of a tile are drawn by, and how far a point is out of reach.
  /// \param worker  whose tile it is
  void renew(Index tile, const Scalar* nearest, const Workspace& worker) {
    const Index size = worker.tile.size;
    masses_(tile) =
        Real(weighted_sum_of_smaller(nearest, nearest, worker.tile.weights.data(), size));
    const Scalar farthest = *std::max_element(nearest, nearest + size);
    reaches_(tile) = widened(radii_(tile) + std::sqrt(farthest));
  }

  /// body(worker, tile, c) for every tile and point c that may be nearer to one of its samples than
  /// what that has, worker.tile the samples and worker.best their squared distances to the point.
  EIGENMIX_NOINLINE void for_each_reached(const Matrix<Scalar>& points,
                                          FunctionRef<void(Workspace&, Index, Index)> body) {
    if (gaps_.rows() < points.cols() * balls_.rows()) gaps_.resize(points.cols() * balls_.rows());
    tiles_.for_each_strip([&](Workspace& worker, Index strip) {
      const Index first = first_of(strip), end = first_of(strip + 1), d = points.rows();
      for (Index c = 0; c < points.cols() && first < end; ++c) {
        squared_distances(balls_.data() + first, balls_.rows(), per_strip_, points.data() + c * d,
                          d, gaps_.data() + c * balls_.rows() + first);
      }
      for (Index tile = first; tile < end; ++tile) reach_for(points, tile, worker, body);
    });
  }

  /// body(worker, begin, strip) for every tile, worker.best and worker.label the nearest of all
  /// centres, of which only those are evaluated that may be.
  /// \param points  the centres, as the kernel has them
  EIGENMIX_NOINLINE void for_each_nearest(const Matrix<Scalar>& centres,
                                          const PackedPoints<Scalar, Difference::plain>& points,
                                          FunctionRef<void(Workspace&, Index, Index)> body) {
    by_dimension(centres, centres.cols(), by_dimension_);
    tiles_.for_each_strip([&](Workspace& worker, Index strip) {
      for (Index tile = first_of(strip); tile < first_of(strip + 1); ++tile) {
        choose(tile, points, worker);
        samples_.read(tile, worker);
        tiles_.find_nearest(worker.near, worker);
        for (Index n = 0; n < worker.tile.size; ++n) {
          worker.label(n) = Scalar(worker.numbers[static_cast<std::size_t>(worker.label(n))]);
        }
        body(worker, begin(tile), strip);
      }
    });
  }

  /// Of all pairs of a sample and a centre those that balls around the centres would not rule out,
  /// each as large as its farthest sample asks for.
  /// \param known  how many centres are there
  EIGENMIX_NOINLINE double share_in_reach(const Matrix<Scalar>& centres, Index known,
                                          const std::vector<int>& labels,
                                          const Vector<Scalar>& nearest) {
    Vector<Scalar> farthest, gaps;
    Vector<double> counts;
    set_zero(farthest, known);
    set_zero(counts, known);
    for (Index position = 0; position < static_cast<Index>(labels.size()); ++position) {
      const Index k = labels[static_cast<std::size_t>(position)];
      farthest(k) = std::max(farthest(k), nearest(position));
      counts(k) += 1;
    }
    by_dimension(centres, known, by_dimension_);
    gaps.resize(by_dimension_.rows());
    double pairs = 0;
    for (Index k = 0; k < known; ++k) {
      squared_distances(by_dimension_.data(), by_dimension_.rows(), by_dimension_.rows(),
                        centres.data() + k * centres.rows(), centres.rows(), gaps.data());
      const Scalar reach = 4 * farthest(k);
      Index reached = 0;
      for (Index j = 0; j < known; ++j) reached += gaps(j) > reach ? 0 : 1;
      pairs += counts(k) * double(reached);
    }
    return pairs / (double(labels.size()) * double(known));
  }

 private:
  /// body(worker, tile, c) for one tile.
  void reach_for(const Matrix<Scalar>& points, Index tile, Workspace& worker,
                 const FunctionRef<void(Workspace&, Index, Index)>& body) {
    bool is_read = false;
    for (Index c = 0; c < points.cols(); ++c) {
      if (gaps_(c * balls_.rows() + tile) > reaches_(tile)) continue;
      if (!is_read) samples_.read(tile, worker);
      is_read = true;
      tiles_.distances_to(points.data() + c * points.rows(), worker);
      body(worker, tile, c);
    }
  }

  /// Tiles before a strip.
  Index first_of(Index strip) const { return std::min(tile_count(), strip * per_strip_); }
  Index tile_count() const { return samples_.tile_count(); }

  /// The square of a distance that no rounding leads past.
  Scalar widened(Scalar distance) const {
    const Scalar slack = Scalar(8 * (balls_.cols() + 4)) * std::numeric_limits<Scalar>::epsilon();
    const Scalar wide = distance + slack * distance + std::sqrt(std::numeric_limits<Scalar>::min());
    return wide * wide;
  }

  /// Points, one a column, dimension by dimension; padded with the last.
  static void by_dimension(const Matrix<Scalar>& points, Index count, Matrix<Scalar>& out) {
    out.resize(padded<Scalar>(count), points.rows());
    for (Index i = 0; i < out.cols(); ++i) {
      for (Index k = 0; k < out.rows(); ++k) out(k, i) = points(i, std::min(k, count - 1));
    }
  }

  /// Each tile's ball about the mean of its samples.
  void measure(const Vector<Scalar>& nearest) {
    const Index d = tiles_.dimension(), strips = tiles_.strip_count();
    set_zero(middles_, d, tile_count());
    set_zero(balls_, per_strip_ * strips, d);
    set_zero(radii_, tile_count());
    set_zero(reaches_, tile_count());
    set_zero(masses_, tile_count());
    tiles_.for_each_strip([&](Workspace& worker, Index strip) {
      for (Index tile = first_of(strip); tile < first_of(strip + 1); ++tile) {
        samples_.read(tile, worker);
        const Index size = worker.tile.size;
        for (Index i = 0; i < d; ++i) {
          const Scalar* const x = worker.tile.x.data() + i * worker.tile.stride();
          middles_(i, tile) = balls_(tile, i) =
              std::accumulate(x, x + size, Scalar(0)) / Scalar(size);
        }
        tiles_.distances_to(&middles_(0, tile), worker);
        const Scalar* const squares = worker.best.data();
        radii_(tile) = std::sqrt(*std::max_element(squares, squares + size));
        renew(tile, nearest.data() + begin(tile), worker);
      }
    });
  }

  /// worker.near = the centres that may be nearest to one of a tile's samples, worker.numbers which
  /// those are.
  void choose(Index tile, const PackedPoints<Scalar, Difference::plain>& points,
              Workspace& worker) const {
    using S = Simd<Scalar>;
    if (worker.gaps.rows() != by_dimension_.rows()) {
      worker.gaps.resize(by_dimension_.rows());
      worker.near.resize(by_dimension_.cols(), points.count());
    }
    squared_distances(by_dimension_.data(), by_dimension_.rows(), by_dimension_.rows(),
                      &middles_(0, tile), by_dimension_.cols(), worker.gaps.data());
    auto least = S::load(worker.gaps.data());
    for (Index k = S::width; k < worker.gaps.rows(); k += S::width) {
      least = S::min(least, S::load(worker.gaps.data() + k));
    }
    const Scalar limit = widened(std::sqrt(S::least(least)) + 2 * radii_(tile));
    worker.near.truncate(0);
    worker.numbers.clear();
    for (Index k = 0; k < points.count(); ++k) {
      if (worker.gaps(k) > limit) continue;
      worker.near.append(points, k);
      worker.numbers.push_back(static_cast<int>(k));
    }
  }

  Tiles& tiles_;
  OrderedSamples<Samples> samples_;
  Matrix<Scalar> middles_;          // D x tiles, the balls' centres
  Matrix<Scalar> balls_;            // the same, tiles x D
  Vector<Scalar> radii_, reaches_;  // of tiles; squared distance from which points are too far
  Vector<Real> masses_;             // of tiles
  Vector<Scalar> gaps_;             // squared, from each ball's centre to points
  Matrix<Scalar> by_dimension_;     // centres x D
  Index per_strip_ = 0;             // tiles, whole packets of them
};

}  // namespace detail
}  // namespace EIGENMIX_ABI
}  // namespace eigenmix

#endif  // EIGENMIX_INITIALIZATION_NEAREST_TILES_HPP
