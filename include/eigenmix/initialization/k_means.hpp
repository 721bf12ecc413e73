// SPDX-License-Identifier: MIT
#ifndef EIGENMIX_INITIALIZATION_K_MEANS_HPP
#define EIGENMIX_INITIALIZATION_K_MEANS_HPP

#include <algorithm>
#include <cstdint>
#include <limits>
#include <vector>

#include <eigenmix/base/fill.hpp>
#include <eigenmix/kernels/distances.hpp>
#include <eigenmix/random.hpp>
#include <eigenmix/samples/standard_tiles.hpp>

namespace eigenmix {
inline namespace EIGENMIX_ABI {
namespace detail {

/// k-means++ and Lloyd's iterations for the start of a fit, in standard coordinates, so that units
/// do not decide. Tiled and threaded like the E-step, with sums in an order of their own; memory
/// O(N).
template <class Samples>
class KMeans {
 public:
  using Scalar = typename Samples::Scalar;
  using Real = Accumulator<Scalar>;
  using Label = int;

  template <class Execution>
  EIGENMIX_NOINLINE KMeans(const Samples& samples, Index clusters, const Execution& execution)
      : samples_(samples),
        tiles_(samples, clusters, execution),
        labels_(static_cast<std::size_t>(samples.count()), 0) {
    set_zero(centres_, samples.dimension(), clusters);
    set_zero(nearest_, padded<Scalar>(samples.count()));
    set_zero(masses_, tiles_.strip_count());
  }

  const std::vector<Label>& labels() const { return labels_; }

  /// Greedy k-means++ (Arthur & Vassilvitskii 2007): every further centre is, of a few samples
  /// drawn with squared distance as probability, the one that leaves the least distance in sum.
  void seed(random::Engine& engine, Index candidates) {
    measure_weights();
    set_point(centres_, 0, draw(engine));
    fill(nearest_, std::numeric_limits<Scalar>::max());
    std::vector<Index> drawn(static_cast<std::size_t>(candidates));
    for (Index k = 1; k < centres_.cols(); ++k) {
      newest_ = k - 1;
      measure_distances();
      for (Index& n : drawn) n = draw(engine);
      set_point(centres_, k, candidates > 1 ? best_of(drawn) : drawn[0]);
    }
  }

  /// Lloyd's iteration until no label changes or `limit` times.
  void refine(Index limit) {
    assign();
    for (Index i = 0; i < limit; ++i) {
      update_centres();
      if (!assign()) return;
    }
  }

 private:
  using Tiles = StandardTiles<Samples>;
  using Workspace = typename Tiles::Workspace;
  using Points = Matrix<Scalar>;

  /// What is done with every tile; one function of them all is compiled for each member.
  using Pass = void (KMeans::*)(Workspace& worker, Index begin, Index strip);

  void for_each_tile(Pass pass) {
    tiles_.for_each([this, pass](Workspace& worker, Index begin, Index strip) {
      (this->*pass)(worker, begin, strip);
    });
  }

  /// points(., k) = sample n
  EIGENMIX_NOINLINE void set_point(Points& points, Index k, Index n) const {
    for (Index i = 0; i < points.rows(); ++i) points(i, k) = tiles_.standard(i, n);
  }

  /// What samples are drawn by: weight times squared distance, or, at first and once no sample is
  /// left away from a centre, the weight alone.
  Real mass_of(Index n) const {
    return Real(samples_.weight(n)) * (by_distance_ ? Real(nearest_(n)) : Real(1));
  }

  EIGENMIX_NOINLINE void measure_weights() {
    by_distance_ = false;
    for (Index strip = 0; strip < masses_.size(); ++strip) {
      const Index end = std::min(samples_.count(), tiles_.strip_begin(strip + 1));
      Real mass = 0;
      for (Index n = tiles_.strip_begin(strip); n < end; ++n) mass += Real(samples_.weight(n));
      masses_(strip) = mass;
    }
    add_masses();
  }

  void measure_distances() {
    by_distance_ = true;
    for (Real& mass : masses_) mass = 0;
    for_each_tile(&KMeans::approach);
    add_masses();
    if (!(total_mass_ > 0)) measure_weights();
  }

  void add_masses() {
    total_mass_ = 0;
    for (const Real mass : masses_) total_mass_ += mass;
  }

  /// Lets the newest centre take the samples that are nearer to it than to any before.
  void approach(Workspace& worker, Index begin, Index strip) {
    tiles_.distances_to(centres_.data() + newest_ * centres_.rows(), worker);
    Scalar* const nearest = nearest_.data() + begin;
    Real mass = masses_(strip);
    for (Index n = 0; n < worker.tile.size; ++n) {
      nearest[n] = std::min(nearest[n], worker.best(n));
      mass += Real(worker.tile.weights(n)) * Real(nearest[n]);
    }
    masses_(strip) = mass;
  }

  EIGENMIX_NOINLINE Index draw(random::Engine& engine) const {
    Real left = Real(random::uniform(engine)) * total_mass_;
    Index strip = 0;
    while (strip + 1 < masses_.size() && left >= masses_(strip)) left -= masses_(strip++);
    Index last_possible = 0;
    for (Index n = tiles_.strip_begin(strip); n < samples_.count(); ++n) {
      const Real share = mass_of(n);
      if (!(share > 0)) continue;
      last_possible = n;
      left -= share;
      if (left < 0) return n;
    }
    return last_possible;
  }

  /// Of the samples drawn, the one that leaves the least distance in sum if it becomes a centre.
  EIGENMIX_NOINLINE Index best_of(const std::vector<Index>& drawn) {
    const auto count = static_cast<Index>(drawn.size());
    set_zero(candidates_, samples_.dimension(), count);
    for (Index c = 0; c < count; ++c) {
      set_point(candidates_, c, drawn[static_cast<std::size_t>(c)]);
    }
    set_zero(sums_, count, tiles_.strip_count());
    for_each_tile(&KMeans::try_candidates);
    add_strips();
    const Real* const best = std::min_element(sums_.data(), sums_.data() + count);
    return drawn[static_cast<std::size_t>(best - sums_.data())];
  }

  void try_candidates(Workspace& worker, Index begin, Index strip) {
    for (Index c = 0; c < candidates_.cols(); ++c) {
      tiles_.distances_to(candidates_.data() + c * candidates_.rows(), worker);
      sums_(c, strip) +=
          Real(weighted_sum_of_smaller(worker.best.data(), nearest_.data() + begin,
                                       worker.tile.weights.data(), worker.tile.size));
    }
  }

  /// Adds the sums of all strips up in the first column.
  void add_strips() {
    for (Index strip = 1; strip < sums_.cols(); ++strip) {
      for (Index i = 0; i < sums_.rows(); ++i) sums_(i, 0) += sums_(i, strip);
    }
  }

  /// Every sample to its nearest centre, and the sums that the new centres are made of.
  /// \return whether any label changed
  bool assign() {
    points_.resize(centres_.rows(), centres_.cols());
    for (Index k = 0; k < centres_.cols(); ++k) {
      for (Index i = 0; i < centres_.rows(); ++i) points_.set(i, k, centres_(i, k));
    }
    set_zero(sums_, 1 + centres_.cols() * (first_moment + centres_.rows()), tiles_.strip_count());
    for_each_tile(&KMeans::label);
    add_strips();
    return fill_empty_clusters() || sums_(0, 0) > 0;
  }

  // What a strip adds up to: how many labels are new, and of each cluster weight, number of samples
  // of positive weight, and first moment.
  static constexpr Index weight = 0, number = 1, first_moment = 2;

  Real* sums_of(Index cluster, Index strip = 0) {
    const Index each = first_moment + centres_.rows();
    return sums_.data() + strip * sums_.rows() + 1 + cluster * each;
  }

  void label(Workspace& worker, Index begin, Index strip) {
    tiles_.find_nearest(points_, worker);
    const Index d = centres_.rows(), stride = worker.tile.stride();
    Real* const of_strip = sums_of(0, strip);
    for (Index n = 0; n < worker.tile.size; ++n) {
      nearest_(begin + n) = worker.best(n);
      const auto label = static_cast<Label>(worker.label(n));
      Label& old = labels_[static_cast<std::size_t>(begin + n)];
      if (label != old) sums_(0, strip) += 1;
      old = label;
      const Real share = Real(worker.tile.weights(n));
      Real* const sums = of_strip + label * (first_moment + d);
      sums[weight] += share;
      if (share > 0) sums[number] += 1;
      const Scalar* const x = worker.tile.x.data() + n;
      for (Index i = 0; i < d; ++i) sums[first_moment + i] += share * Real(x[i * stride]);
    }
  }

  /// A cluster without samples takes the sample farthest from its centre among those whose cluster
  /// can spare one.
  EIGENMIX_NOINLINE bool fill_empty_clusters() {
    bool changed = false;
    for (Index k = 0; k < centres_.cols(); ++k) {
      if (sums_of(k)[number] > 0) continue;
      Index farthest = -1;
      for (Index n = 0; n < samples_.count(); ++n) {
        const Index from = labels_[static_cast<std::size_t>(n)];
        if (!(samples_.weight(n) > 0) || sums_of(from)[number] < 2) continue;
        if (farthest < 0 || nearest_(n) > nearest_(farthest)) farthest = n;
      }
      if (farthest < 0) break;  // fewer samples of positive weight than clusters
      move(farthest, k);
      changed = true;
    }
    return changed;
  }

  /// Gives a sample to another cluster.
  void move(Index sample, Index to) {
    Label& label = labels_[static_cast<std::size_t>(sample)];
    const Real moved = Real(samples_.weight(sample));
    Real* const from = sums_of(label);
    Real* const other = sums_of(to);
    from[weight] -= moved;
    other[weight] += moved;
    from[number] -= 1;
    other[number] += 1;
    for (Index i = 0; i < centres_.rows(); ++i) {
      const Real moment = moved * Real(tiles_.standard(i, sample));
      from[first_moment + i] -= moment;
      other[first_moment + i] += moment;
    }
    label = static_cast<Label>(to);
    nearest_(sample) = 0;
  }

  void update_centres() {
    for (Index k = 0; k < centres_.cols(); ++k) {
      const Real* const sums = sums_of(k);
      if (!(sums[weight] > 0)) continue;
      for (Index i = 0; i < centres_.rows(); ++i) {
        centres_(i, k) = Scalar(sums[first_moment + i] / sums[weight]);
      }
    }
  }

  const Samples& samples_;
  Tiles tiles_;
  Points centres_, candidates_;                     // in standard coordinates
  PackedPoints<Scalar, Difference::plain> points_;  // the centres for the kernel
  Vector<Scalar> nearest_;                          // N, squared distance to the nearest centre
  std::vector<Label> labels_;                       // N
  Matrix<Real> sums_;                               // a column for each strip; of all in the first
  Vector<Real> masses_;                             // one for each strip
  Real total_mass_ = 0;
  bool by_distance_ = false;
  Index newest_ = 0;  // centre
};

/// How groups are looked for.
struct KMeansTask {
  Index clusters;
  std::uint64_t seed;
  Index candidates;        ///< tried for every centre
  Index lloyd_iterations;  ///< at most
};

/// [N] the group of each sample, in [0, K): k-means++, then Lloyd's iterations.
template <class Samples>
std::vector<int> k_means_labels(const Samples& samples, const KMeansTask& task,
                                const AnyExecution& execution) {
  random::Engine engine(task.seed);
  KMeans<Samples> k_means(samples, task.clusters, execution);
  k_means.seed(engine, task.candidates);
  k_means.refine(task.lloyd_iterations);
  return k_means.labels();
}

}  // namespace detail
}  // namespace EIGENMIX_ABI
}  // namespace eigenmix

#endif  // EIGENMIX_INITIALIZATION_K_MEANS_HPP
