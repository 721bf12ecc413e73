// SPDX-License-Identifier: MIT
#ifndef EIGENMIX_DETAIL_K_MEANS_HPP
#define EIGENMIX_DETAIL_K_MEANS_HPP

#include <vector>

#include <eigenmix/detail/centred_diagonal.hpp>
#include <eigenmix/detail/tiles.hpp>
#include <eigenmix/random.hpp>

namespace eigenmix {
inline namespace EIGENMIX_ABI {
namespace detail {

/// k-means++ and Lloyd's iterations for the start of a fit, with every dimension measured in
/// standard deviations of the data, so that units do not decide. Tiled; memory O(N).
template <class Samples>
class KMeans {
 public:
  using Scalar = typename Samples::Scalar;
  using Real = Accumulator<Scalar>;
  static constexpr int Dim = Samples::Dim;

  KMeans(const Samples& samples, Index clusters)
      : samples_(samples),
        tiling_(Tiling::of<Scalar>(samples.count(), samples.dimension(), clusters, 1)),
        tile_(samples.dimension(), tiling_.tile),
        closeness_(tile_.stride(), clusters),
        centres_(samples.dimension(), clusters),
        nearest_(samples.count()),
        labels_(static_cast<std::size_t>(samples.count()), 0) {
    measure_scale();
  }

  const std::vector<Index>& labels() const { return labels_; }

  /// Greedy k-means++ (Arthur & Vassilvitskii 2007): every further centre is, of a few samples
  /// drawn with squared distance as probability, the one that leaves the least distance in sum.
  void seed(random::Engine& engine, Index candidates) {
    nearest_.setConstant(Scalar(-1));  // no centre yet: every sample as far as every other
    set_centre(0, draw(engine));
    nearest_.setConstant(std::numeric_limits<Scalar>::lowest());
    approach(0);
    for (Index k = 1; k < centres_.cols(); ++k) {
      Index best = draw(engine);
      if (candidates > 1) best = best_of(engine, best, candidates);
      set_centre(k, best);
      approach(k);
    }
    assign();
  }

  /// Lloyd's iteration until no label changes or `limit` times.
  void refine(Index limit) {
    for (Index i = 0; i < limit; ++i) {
      update_centres();
      if (!assign()) return;
    }
  }

 private:
  template <class Body>
  void for_each_tile(Body&& body) {
    for (Index strip = 0; strip < tiling_.strip_count(); ++strip) {
      tiling_.for_each_tile(strip, [&](Index begin, Index size) {
        samples_.read(begin, size, tile_);
        body(begin, size);
      });
    }
  }

  /// Mean and variance in two passes; a constant dimension does not count in distances.
  void measure_scale() {
    const Index d = samples_.dimension();
    Vector<Real> mean(d), offset(d), variance(d);
    Real total = 0;
    for (Index i = 0; i < d; ++i) mean(i) = Real(samples_.value(i, 0));
    for (int pass = 0; pass < 2; ++pass) {  // about the first sample, then about the mean
      total = 0;
      offset.setZero();
      variance.setZero();
      for (Index n = 0; n < samples_.count(); ++n) {
        const Real weight = Real(samples_.weight(n));
        total += weight;
        for (Index i = 0; i < d; ++i) {
          const Real difference = Real(samples_.value(i, n)) - mean(i);
          offset(i) += weight * difference;
          variance(i) += weight * difference * difference;
        }
      }
      for (Index i = 0; i < d; ++i) mean(i) += offset(i) / total;
    }
    inverse_deviation_.resize(d);
    for (Index i = 0; i < d; ++i) {
      const Real deviation = std::sqrt(variance(i) / total);
      const Real resolution = Real(std::numeric_limits<Scalar>::epsilon()) * std::abs(mean(i));
      inverse_deviation_(i) = deviation > resolution ? Scalar(1 / deviation) : Scalar(0);
    }
  }

  /// out(n) = -(squared distance of the tile's sample n to a point) / 2: the larger the nearer.
  template <class Point>
  void closeness(const Point& point, Scalar* out) const {
    log_density_diagonal(tile_, point.data(), inverse_deviation_.data(), 1, Scalar(0), out);
  }

  void set_centre(Index k, Index sample) {
    for (Index i = 0; i < samples_.dimension(); ++i) centres_(i, k) = samples_.value(i, sample);
  }

  /// Lets centre k take the samples that are nearer to it than to any before.
  void approach(Index k) {
    for_each_tile([&](Index begin, Index size) {
      closeness(centres_.col(k), closeness_.data());
      auto nearest = nearest_.segment(begin, size);
      nearest = nearest.cwiseMax(closeness_.col(0).head(size));
    });
  }

  /// A sample drawn with weight times squared distance as probability, or, once no sample is left
  /// away from a centre, with its weight alone.
  Index draw(random::Engine& engine) const {
    const Real total = mass(true);
    const bool by_distance = total > 0;
    Real left = Real(random::uniform(engine)) * (by_distance ? total : mass(false));
    Index last_possible = 0;
    for (Index n = 0; n < samples_.count(); ++n) {
      const Real share = mass_of(n, by_distance);
      if (!(share > 0)) continue;
      last_possible = n;
      left -= share;
      if (left < 0) break;
    }
    return last_possible;
  }
  Real mass_of(Index n, bool by_distance) const {
    return Real(samples_.weight(n)) * (by_distance ? -Real(nearest_(n)) : Real(1));
  }
  Real mass(bool by_distance) const {
    Real total = 0;
    for (Index n = 0; n < samples_.count(); ++n) total += mass_of(n, by_distance);
    return total;
  }

  Index best_of(random::Engine& engine, Index first, Index candidates) {
    std::vector<Index> drawn{first};
    while (static_cast<Index>(drawn.size()) < candidates) drawn.push_back(draw(engine));
    Matrix<Scalar, Dim> points(samples_.dimension(), candidates);
    for (Index c = 0; c < candidates; ++c) {
      for (Index i = 0; i < samples_.dimension(); ++i) {
        points(i, c) = samples_.value(i, drawn[static_cast<std::size_t>(c)]);
      }
    }
    Vector<Real> gain = Vector<Real>::Zero(candidates);
    for_each_tile([&](Index begin, Index size) {
      for (Index c = 0; c < candidates; ++c) {
        closeness(points.col(c), closeness_.data());
        const auto left = closeness_.col(0).head(size).cwiseMax(nearest_.segment(begin, size));
        gain(c) += Real(left.dot(tile_.weights.head(size)));
      }
    });
    Index best = 0;
    gain.maxCoeff(&best);
    return drawn[static_cast<std::size_t>(best)];
  }

  /// Every sample to its nearest centre. \return whether any label changed
  bool assign() {
    bool changed = false;
    for_each_tile([&](Index begin, Index size) {
      for (Index k = 0; k < centres_.cols(); ++k) {
        closeness(centres_.col(k), closeness_.col(k).data());
      }
      for (Index n = 0; n < size; ++n) {
        Index label = 0;
        nearest_(begin + n) = closeness_.row(n).maxCoeff(&label);
        Index& old = labels_[static_cast<std::size_t>(begin + n)];
        changed = changed || label != old;
        old = label;
      }
    });
    return fill_empty_clusters() || changed;
  }

  Vector<Real> cluster_weights() const {
    Vector<Real> weights = Vector<Real>::Zero(centres_.cols());
    for (Index n = 0; n < samples_.count(); ++n) {
      weights(labels_[static_cast<std::size_t>(n)]) += Real(samples_.weight(n));
    }
    return weights;
  }

  /// A cluster without samples takes the sample farthest from its centre among those whose cluster
  /// can spare one.
  bool fill_empty_clusters() {
    Vector<Real> weights = cluster_weights();
    bool changed = false;
    for (Index k = 0; k < weights.size(); ++k) {
      if (weights(k) > 0) continue;
      Index farthest = -1;
      for (Index n = 0; n < samples_.count(); ++n) {
        const Real weight = Real(samples_.weight(n));
        const Real rest = weights(labels_[static_cast<std::size_t>(n)]) - weight;
        if (!(weight > 0) || !(rest > 0)) continue;
        if (farthest < 0 || nearest_(n) < nearest_(farthest)) farthest = n;
      }
      if (farthest < 0) break;  // fewer samples of positive weight than clusters
      Index& label = labels_[static_cast<std::size_t>(farthest)];
      weights(label) -= Real(samples_.weight(farthest));
      weights(k) += Real(samples_.weight(farthest));
      label = k;
      set_centre(k, farthest);
      nearest_(farthest) = 0;
      changed = true;
    }
    return changed;
  }

  /// Centres to the means of their samples, by offsets from the old ones: no digits are lost far
  /// from zero.
  void update_centres() {
    Matrix<Real> offsets = Matrix<Real>::Zero(samples_.dimension(), centres_.cols());
    for_each_tile([&](Index begin, Index size) {
      for (Index n = 0; n < size; ++n) {
        const Index k = labels_[static_cast<std::size_t>(begin + n)];
        for (Index i = 0; i < samples_.dimension(); ++i) {
          offsets(i, k) += Real(tile_.weights(n)) * Real(tile_.x(n, i) - centres_(i, k));
        }
      }
    });
    const Vector<Real> weights = cluster_weights();
    for (Index k = 0; k < centres_.cols(); ++k) {
      if (!(weights(k) > 0)) continue;
      for (Index i = 0; i < samples_.dimension(); ++i) {
        centres_(i, k) = Scalar(Real(centres_(i, k)) + offsets(i, k) / weights(k));
      }
    }
  }

  const Samples& samples_;
  Tiling tiling_;
  Tile<Scalar, Dim> tile_;
  Matrix<Scalar> closeness_;  // tile width x clusters
  Matrix<Scalar, Dim> centres_;
  Vector<Scalar> inverse_deviation_;
  Vector<Scalar> nearest_;  // N, -(squared distance to the nearest centre) / 2
  std::vector<Index> labels_;
};

}  // namespace detail
}  // namespace EIGENMIX_ABI
}  // namespace eigenmix

#endif  // EIGENMIX_DETAIL_K_MEANS_HPP
