// SPDX-License-Identifier: MIT
#ifndef EIGENMIX_SAMPLES_STANDARD_TILES_HPP
#define EIGENMIX_SAMPLES_STANDARD_TILES_HPP

#include <algorithm>
#include <cmath>
#include <limits>
#include <vector>

#include <eigenmix/execution/strips.hpp>
#include <eigenmix/kernels/centred_diagonal.hpp>
#include <eigenmix/kernels/distances.hpp>

namespace eigenmix {
inline namespace EIGENMIX_ABI {
namespace detail {

/// Samples tile by tile in standard coordinates, (x - mean) / deviation in every dimension, and
/// their distances to points in the same. A constant dimension does not count in distances.
template <class Samples, class Execution>
class StandardTiles {
 public:
  using Scalar = typename Samples::Scalar;
  using Real = Accumulator<Scalar>;
  static constexpr int Dim = Samples::Dim;

  /// What one thread works with.
  struct Workspace {
    Workspace(Index dimension, Index width)
        : tile(dimension, width),
          standard(column_stride<Scalar>(width), dimension),
          best(padded<Scalar>(width)),
          label(padded<Scalar>(width)) {}

    Tile<Scalar, Dim> tile;
    Matrix<Scalar> standard;  // tile width x Dim
    Vector<Scalar> best;      // squared distance to the nearest point
    Vector<Scalar> label;     // and which it is
  };

  StandardTiles(const Samples& samples, Index points, const Execution& execution)
      : samples_(samples),
        execution_(execution),
        tiling_(Tiling::of<Scalar>(samples.count(), samples.dimension(), points,
                                   (samples.dimension() + 1) * points)),
        workers_(workspace_count(execution, tiling_),
                 Workspace(samples.dimension(), tiling_.tile)) {
    measure();
  }

  Index strip_count() const { return tiling_.strip_count(); }
  Index strip_begin(Index strip) const { return strip * tiling_.strip; }

  /// body(strip, begin, end) for every strip of samples.
  template <class Body>
  void for_each_strip(Body&& body) {
    detail::for_each_strip(execution_, tiling_, workers_, [&](Index strip, Workspace&) {
      body(strip, strip_begin(strip), std::min(samples_.count(), strip_begin(strip + 1)));
    });
  }

  /// body(worker, begin, strip) for every tile, worker.standard its samples.
  template <class Body>
  void for_each(Body&& body) {
    for_each_raw([&](Workspace& worker, Index begin, Index strip) {
      for (Index i = 0; i < samples_.dimension(); ++i) {
        worker.standard.col(i).head(worker.tile.width) =
            (worker.tile.x.col(i).head(worker.tile.width).array() - mean_(i)) *
            inverse_deviation_(i);
      }
      body(worker, begin, strip);
    });
  }

  /// One sample in standard coordinates.
  Vector<Scalar, Dim> point(Index n) const {
    Vector<Scalar, Dim> result(samples_.dimension());
    for (Index i = 0; i < samples_.dimension(); ++i) {
      result(i) = (samples_.value(i, n) - mean_(i)) * inverse_deviation_(i);
    }
    return result;
  }

  /// worker.best = the tile's squared distances to one point.
  template <class Point>
  void distances_to(const Point& point, Workspace& worker) const {
    squared_distances(worker.standard.data(), worker.standard.rows(), worker.tile.width,
                      point.data(), samples_.dimension(), worker.best.data());
  }

  /// worker.best and worker.label = the nearest of several points, the first of equals.
  void find_nearest(const PackedPoints<Scalar, Difference::plain>& points,
                    Workspace& worker) const {
    using S = Simd<Scalar>;
    worker.best.setConstant(std::numeric_limits<Scalar>::max());
    worker.label.setZero();
    for_each_squared_distance(
        worker.standard.data(), worker.standard.rows(), worker.tile.width, points,
        [&](Index k, Index n, const auto& square) {
          Scalar* const best = worker.best.data() + n;
          Scalar* const label = worker.label.data() + n;
          const auto before = S::load(best);
          S::store(label, S::if_less(square, before, S::fill(Scalar(k)), S::load(label)));
          S::store(best, S::min(square, before));
        });
  }

 private:
  template <class Body>
  void for_each_raw(Body&& body) {
    detail::for_each_strip(execution_, tiling_, workers_, [&](Index strip, Workspace& worker) {
      tiling_.for_each_tile(strip, [&](Index begin, Index size) {
        samples_.read(begin, size, worker.tile);
        body(worker, begin, strip);
      });
    });
  }

  /// Mean and variance in two passes: about a sample, then about the mean.
  void measure() {
    const Index d = samples_.dimension();
    mean_.resize(d);
    inverse_deviation_.resize(d);
    for (Index i = 0; i < d; ++i) mean_(i) = samples_.value(i, samples_.first_positive());
    Matrix<Real> sums;
    for (int pass = 0; pass < 2; ++pass) {
      sums.setZero(1 + 2 * d, strip_count());
      for_each_raw([&](Workspace& worker, Index, Index strip) {
        Real* const sum = sums.col(strip).data();
        add_moments_diagonal(worker.tile, worker.tile.weights.data(), mean_.data(), sum[0], sum + 1,
                             sum + 1 + d, 1);
      });
      for (Index strip = 1; strip < sums.cols(); ++strip) sums.col(0) += sums.col(strip);
      for (Index i = 0; i < d; ++i) mean_(i) += Scalar(sums(1 + i, 0) / sums(0, 0));
    }
    for (Index i = 0; i < d; ++i) {
      const Real deviation = std::sqrt(sums(1 + d + i, 0) / sums(0, 0));
      const Real resolution =
          Real(std::numeric_limits<Scalar>::epsilon()) * std::abs(Real(mean_(i)));
      inverse_deviation_(i) = deviation > resolution ? Scalar(1 / deviation) : Scalar(0);
    }
  }

  const Samples& samples_;
  const Execution& execution_;
  Tiling tiling_;
  std::vector<Workspace> workers_;
  Vector<Scalar, Dim> mean_, inverse_deviation_;
};

}  // namespace detail
}  // namespace EIGENMIX_ABI
}  // namespace eigenmix

#endif  // EIGENMIX_SAMPLES_STANDARD_TILES_HPP
