// SPDX-License-Identifier: MIT
#ifndef EIGENMIX_SAMPLES_STANDARD_TILES_HPP
#define EIGENMIX_SAMPLES_STANDARD_TILES_HPP

#include <algorithm>
#include <cmath>
#include <limits>
#include <vector>

#include <eigenmix/base/fill.hpp>
#include <eigenmix/base/function_ref.hpp>
#include <eigenmix/execution/any_execution.hpp>
#include <eigenmix/execution/strips.hpp>
#include <eigenmix/kernels/centred_diagonal.hpp>
#include <eigenmix/kernels/distances.hpp>

namespace eigenmix {
inline namespace EIGENMIX_ABI {
namespace detail {

/// Samples tile by tile in standard coordinates, (x - mean) / deviation in every dimension, and
/// their distances to points in the same. A constant dimension does not count in distances.
template <class Samples>
class StandardTiles {
 public:
  using Scalar = typename Samples::Scalar;
  using Real = Accumulator<Scalar>;
  static constexpr int Dim = Samples::Dim;
  /// Samples that every workspace has room for.
  static constexpr Index room = 128;

  /// What one thread works with.
  struct Workspace {
    Tile<Scalar, Dim> tile;  // in standard coordinates
    Vector<Scalar> best;     // squared distance to the nearest point
    Vector<Scalar> label;    // and which it is
    // Some of all points, the numbers they have there, and squared distances to all.
    PackedPoints<Scalar, Difference::plain> near;
    std::vector<int> numbers;
    Vector<Scalar> gaps;
  };

  template <class Execution>
  EIGENMIX_NOINLINE StandardTiles(const Samples& samples, Index points, const Execution& execution)
      : samples_(samples),
        execution_(execution),
        tiling_(Tiling::of<Scalar>(samples.count(), samples.dimension(), points,
                                   (samples.dimension() + 1) * points)),
        workers_(workspace_count(execution, tiling_)) {
    const Index width = padded<Scalar>(std::max(tiling_.tile, room));
    for (Workspace& worker : workers_) {
      worker.tile.resize(samples.dimension(), width);
      set_zero(worker.best, width);
      set_zero(worker.label, width);
    }
    measure();
  }

  Index dimension() const { return samples_.dimension(); }
  Index count() const { return samples_.count(); }
  bool is_weighted() const { return !samples_.is_unit(); }
  Index strip_count() const { return tiling_.strip_count(); }
  Index strip_begin(Index strip) const { return strip * tiling_.strip; }

  /// body(worker, begin, strip) for every tile, worker.tile its samples.
  void for_each(FunctionRef<void(Workspace&, Index, Index)> body) {
    for_each_strip([&](Workspace& worker, Index strip) {
      const Index end = std::min(samples_.count(), strip_begin(strip + 1));
      for (Index begin = strip_begin(strip); begin < end; begin += tiling_.tile) {
        samples_.read(begin, std::min(tiling_.tile, end - begin), worker.tile);
        standardise(worker.tile);
        body(worker, begin, strip);
      }
    });
  }

  /// body(worker, strip) for every strip.
  void for_each_strip(FunctionRef<void(Workspace&, Index)> body) {
    detail::for_each_strip(execution_, tiling_, workers_,
                           [&](Index strip, Workspace& worker) { body(worker, strip); });
  }

  /// Coordinate i of sample n.
  Scalar standard(Index i, Index n) const {
    return (samples_.value(i, n) - mean_(i)) * inverse_deviation_(i);
  }

  /// worker.best = the tile's squared distances to one point.
  void distances_to(const Scalar* point, Workspace& worker) const {
    squared_distances(worker.tile.x.data(), worker.tile.stride(), worker.tile.width, point,
                      samples_.dimension(), worker.best.data());
  }

  /// worker.best and worker.label = the nearest of several points, the first of equals.
  void find_nearest(const PackedPoints<Scalar, Difference::plain>& points,
                    Workspace& worker) const {
    using S = Simd<Scalar>;
    const Tile<Scalar, Dim>& tile = worker.tile;
    for (Index n = 0; n < tile.width; ++n) {
      worker.best(n) = std::numeric_limits<Scalar>::max();
      worker.label(n) = 0;
    }
    for_each_squared_distance(
        tile.x.data(), tile.stride(), tile.width, points,
        [&](Index k, Index n, const auto& square) {
          Scalar* const best = worker.best.data() + n;
          Scalar* const label = worker.label.data() + n;
          const auto before = S::load(best);
          S::store(label, S::if_less(square, before, S::fill(Scalar(k)), S::load(label)));
          S::store(best, S::min(square, before));
        });
  }

 private:
  void standardise(Tile<Scalar, Dim>& tile) const {
    using S = Simd<Scalar>;
    for (Index i = 0; i < tile.dimension(); ++i) {
      Scalar* const x = tile.x.data() + i * tile.stride();
      const auto mean = S::fill(mean_(i)), scale = S::fill(inverse_deviation_(i));
      for (Index n = 0; n < tile.width; n += S::width) {
        S::store(x + n, S::multiply(S::subtract(S::load(x + n), mean), scale));
      }
    }
  }

  /// Mean and variance in two passes: about a sample, then about the mean. Coordinates are the
  /// samples' own until both are known.
  EIGENMIX_NOINLINE void measure() {
    const Index d = samples_.dimension();
    Vector<Scalar> mean;
    set_zero(mean, d);
    set_zero(mean_, d);
    set_zero(inverse_deviation_, d);
    for (Index i = 0; i < d; ++i) {
      mean(i) = samples_.value(i, samples_.first_positive());
      inverse_deviation_(i) = 1;
    }
    const Index size = 1 + 2 * d;  // of a strip's sums: weight, first and second moments
    Matrix<Real> sums;
    for (int pass = 0; pass < 2; ++pass) {
      set_zero(sums, size, strip_count());
      for_each([&](Workspace& worker, Index, Index strip) {
        Real* const sum = &sums(0, strip);
        add_moments_diagonal(worker.tile, worker.tile.weights.data(), mean.data(), sum[0], sum + 1,
                             sum + 1 + d, 1);
      });
      for (Index strip = 1; strip < strip_count(); ++strip) {
        for (Index i = 0; i < size; ++i) sums(i, 0) += sums(i, strip);
      }
      for (Index i = 0; i < d; ++i) mean(i) += Scalar(sums(1 + i, 0) / sums(0, 0));
    }
    for (Index i = 0; i < d; ++i) {
      const Real deviation = std::sqrt(sums(1 + d + i, 0) / sums(0, 0));
      const Real resolution =
          Real(std::numeric_limits<Scalar>::epsilon()) * std::abs(Real(mean(i)));
      mean_(i) = mean(i);
      inverse_deviation_(i) = deviation > resolution ? Scalar(1 / deviation) : Scalar(0);
    }
  }

  const Samples& samples_;
  AnyExecution execution_;
  Tiling tiling_;
  std::vector<Workspace> workers_;
  Vector<Scalar> mean_, inverse_deviation_;
};

}  // namespace detail
}  // namespace EIGENMIX_ABI
}  // namespace eigenmix

#endif  // EIGENMIX_SAMPLES_STANDARD_TILES_HPP
