// SPDX-License-Identifier: MIT
#ifndef EIGENMIX_INITIALIZATION_K_MEANS_HPP
#define EIGENMIX_INITIALIZATION_K_MEANS_HPP

#include <limits>
#include <vector>

#include <eigenmix/kernels/distances.hpp>
#include <eigenmix/random.hpp>
#include <eigenmix/samples/standard_tiles.hpp>

namespace eigenmix {
inline namespace EIGENMIX_ABI {
namespace detail {

/// k-means++ and Lloyd's iterations for the start of a fit, in standard coordinates, so that units
/// do not decide. Tiled and threaded like the E-step, with sums in an order of their own; memory
/// O(N).
template <class Samples, class Execution>
class KMeans {
 public:
  using Scalar = typename Samples::Scalar;
  using Real = Accumulator<Scalar>;
  using Label = int;
  static constexpr int Dim = Samples::Dim;

  KMeans(const Samples& samples, Index clusters, const Execution& execution)
      : samples_(samples),
        tiles_(samples, clusters, execution),
        centres_(samples.dimension(), clusters),
        nearest_(samples.count()),
        labels_(static_cast<std::size_t>(samples.count()), 0) {}

  const std::vector<Label>& labels() const { return labels_; }

  /// Greedy k-means++ (Arthur & Vassilvitskii 2007): every further centre is, of a few samples
  /// drawn with squared distance as probability, the one that leaves the least distance in sum.
  void seed(random::Engine& engine, Index candidates) {
    nearest_.setOnes();  // no centre yet: every sample as far as every other
    measure_mass();
    centres_.col(0) = tiles_.point(draw(engine));
    nearest_.setConstant(std::numeric_limits<Scalar>::max());
    for (Index k = 1; k < centres_.cols(); ++k) {
      approach(k - 1);
      std::vector<Index> drawn;
      for (Index c = 0; c < candidates; ++c) drawn.push_back(draw(engine));
      centres_.col(k) = tiles_.point(candidates > 1 ? best_of(drawn) : drawn[0]);
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
  using Tiles = StandardTiles<Samples, Execution>;
  using Workspace = typename Tiles::Workspace;

  /// What one strip adds up to.
  struct Sums {
    Matrix<Real> first;    // Dim x clusters, of the samples with that label
    Vector<Real> weights;  // clusters
    Vector<Index> counts;  // clusters, samples of positive weight
    bool changed = false;  // whether any label is new
  };

  /// Lets centre k take the samples that are nearer to it than to any before.
  void approach(Index k) {
    tiles_.for_each([&](Workspace& worker, Index begin, Index) {
      tiles_.distances_to(centres_.col(k), worker);
      auto nearest = nearest_.segment(begin, worker.tile.size);
      nearest = nearest.cwiseMin(worker.best.head(worker.tile.size));
    });
    measure_mass();
  }

  Real mass_of(Index n, bool by_distance) const {
    return Real(samples_.weight(n)) * (by_distance ? Real(nearest_(n)) : Real(1));
  }

  /// What samples are drawn by: weight times squared distance, or, once no sample is left away from
  /// a centre, the weight alone.
  void measure_mass() {
    by_distance_ = true;
    for (;; by_distance_ = false) {
      masses_.assign(static_cast<std::size_t>(tiles_.strip_count()), Real(0));
      tiles_.for_each_strip([&](Index strip, Index begin, Index end) {
        Real mass = 0;
        for (Index n = begin; n < end; ++n) mass += mass_of(n, by_distance_);
        masses_[static_cast<std::size_t>(strip)] = mass;
      });
      total_mass_ = 0;
      for (const Real mass : masses_) total_mass_ += mass;
      if (total_mass_ > 0 || !by_distance_) return;
    }
  }

  Index draw(random::Engine& engine) const {
    Real left = Real(random::uniform(engine)) * total_mass_;
    std::size_t strip = 0;
    while (strip + 1 < masses_.size() && left >= masses_[strip]) left -= masses_[strip++];
    Index last_possible = 0;
    for (Index n = tiles_.strip_begin(static_cast<Index>(strip)); n < samples_.count(); ++n) {
      const Real share = mass_of(n, by_distance_);
      if (!(share > 0)) continue;
      last_possible = n;
      left -= share;
      if (left < 0) return n;
    }
    return last_possible;
  }

  /// Of the samples drawn, the one that leaves the least distance in sum if it becomes a centre.
  Index best_of(const std::vector<Index>& drawn) {
    const auto count = static_cast<Index>(drawn.size());
    Matrix<Scalar, Dim> points(samples_.dimension(), count);
    for (Index c = 0; c < count; ++c) {
      points.col(c) = tiles_.point(drawn[static_cast<std::size_t>(c)]);
    }
    Matrix<Real> left = Matrix<Real>::Zero(count, tiles_.strip_count());
    tiles_.for_each([&](Workspace& worker, Index begin, Index strip) {
      const Index size = worker.tile.size;
      for (Index c = 0; c < count; ++c) {
        tiles_.distances_to(points.col(c), worker);
        const auto nearest = worker.best.head(size).cwiseMin(nearest_.segment(begin, size));
        left(c, strip) += Real(nearest.dot(worker.tile.weights.head(size)));
      }
    });
    Index best = 0;
    left.rowwise().sum().minCoeff(&best);
    return drawn[static_cast<std::size_t>(best)];
  }

  /// Every sample to its nearest centre, and the sums that the new centres are made of.
  /// \return whether any label changed
  bool assign() {
    points_.resize(centres_.rows(), centres_.cols());
    for (Index k = 0; k < centres_.cols(); ++k) {
      for (Index i = 0; i < centres_.rows(); ++i) points_.set(i, k, centres_(i, k));
    }
    sums_.resize(static_cast<std::size_t>(tiles_.strip_count()));
    for (Sums& sums : sums_) {
      sums.first.setZero(samples_.dimension(), centres_.cols());
      sums.weights.setZero(centres_.cols());
      sums.counts.setZero(centres_.cols());
      sums.changed = false;
    }
    tiles_.for_each([&](Workspace& worker, Index begin, Index strip) {
      tiles_.find_nearest(points_, worker);
      nearest_.segment(begin, worker.tile.size) = worker.best.head(worker.tile.size);
      add_labels(worker, begin, sums_[static_cast<std::size_t>(strip)]);
    });
    for (std::size_t strip = 1; strip < sums_.size(); ++strip) {
      sums_[0].first += sums_[strip].first;
      sums_[0].weights += sums_[strip].weights;
      sums_[0].counts += sums_[strip].counts;
      sums_[0].changed |= sums_[strip].changed;
    }
    return fill_empty_clusters() || sums_[0].changed;
  }

  void add_labels(const Workspace& worker, Index begin, Sums& sums) {
    for (Index n = 0; n < worker.tile.size; ++n) {
      const auto label = static_cast<Label>(worker.label(n));
      Label& old = labels_[static_cast<std::size_t>(begin + n)];
      sums.changed = sums.changed || label != old;
      old = label;
      const Real weight = Real(worker.tile.weights(n));
      sums.weights(label) += weight;
      sums.counts(label) += weight > 0 ? 1 : 0;
      for (Index i = 0; i < samples_.dimension(); ++i) {
        sums.first(i, label) += weight * Real(worker.standard(n, i));
      }
    }
  }

  /// A cluster without samples takes the sample farthest from its centre among those whose cluster
  /// can spare one.
  bool fill_empty_clusters() {
    Vector<Index>& counts = sums_[0].counts;
    bool changed = false;
    for (Index k = 0; k < counts.size(); ++k) {
      if (counts(k) > 0) continue;
      Index farthest = -1;
      for (Index n = 0; n < samples_.count(); ++n) {
        if (!(samples_.weight(n) > 0) || counts(labels_[static_cast<std::size_t>(n)]) < 2) continue;
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
    const Real weight = Real(samples_.weight(sample));
    const Vector<Real> moved = weight * tiles_.point(sample).template cast<Real>();
    sums_[0].first.col(label) -= moved;
    sums_[0].first.col(to) += moved;
    sums_[0].weights(label) -= weight;
    sums_[0].weights(to) += weight;
    --sums_[0].counts(label);
    ++sums_[0].counts(to);
    label = static_cast<Label>(to);
    nearest_(sample) = 0;
  }

  void update_centres() {
    for (Index k = 0; k < centres_.cols(); ++k) {
      const Real weight = sums_[0].weights(k);
      if (!(weight > 0)) continue;
      centres_.col(k) = (sums_[0].first.col(k) / weight).template cast<Scalar>();
    }
  }

  const Samples& samples_;
  Tiles tiles_;
  Matrix<Scalar, Dim> centres_;                     // in standard coordinates
  PackedPoints<Scalar, Difference::plain> points_;  // the same for the kernel
  Vector<Scalar> nearest_;                          // N, squared distance to the nearest centre
  std::vector<Label> labels_;                       // N
  std::vector<Sums> sums_;                          // one per strip; of all in the first
  std::vector<Real> masses_;                        // one per strip
  Real total_mass_ = 0;
  bool by_distance_ = true;
};

}  // namespace detail
}  // namespace EIGENMIX_ABI
}  // namespace eigenmix

#endif  // EIGENMIX_INITIALIZATION_K_MEANS_HPP
