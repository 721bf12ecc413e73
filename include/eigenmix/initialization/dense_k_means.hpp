// SPDX-License-Identifier: MIT
#ifndef EIGENMIX_INITIALIZATION_DENSE_K_MEANS_HPP
#define EIGENMIX_INITIALIZATION_DENSE_K_MEANS_HPP

#include <algorithm>
#include <cmath>
#include <limits>
#include <vector>

#include <eigenmix/base/fill.hpp>
#include <eigenmix/random.hpp>

namespace eigenmix {
inline namespace EIGENMIX_ABI {
namespace detail {

/// k-means++ and Lloyd's iterations on a few thousand points in coordinates of any kind, for which
/// KMeans, which reads the samples tile by tile, is not made. Points are rows, so that every loop
/// runs along contiguous numbers whatever the dimension; in double, whatever the samples are, so
/// that it is compiled once.
class DenseKMeans {
 public:
  /// \param points   [M x D] one point per row, in random order
  /// \param weights  [M] > 0
  /// \param seen     how many of the first points decide where the centres are
  DenseKMeans(Matrix<double>&& temporary, const Vector<double>& weights, Index seen) = delete;
  DenseKMeans(const Matrix<double>& points, const Vector<double>& weights, Index seen)
      : points_(points),
        weights_(weights),
        seen_(std::min(seen, points.rows())),
        nearest_(points.rows()),
        distance_(points.rows()),
        labels_(static_cast<std::size_t>(points.rows()), 0) {}

  /// Greedy k-means++, at most `limit` iterations, and every point to its nearest centre.
  void run(Index clusters, Index candidates, Index limit, random::Engine& engine) {
    seed(clusters, candidates, engine);
    for (Index i = 0; i < limit && assign(seen_); ++i) update();
    assign(points_.rows());
    fill_empty();
  }

  const std::vector<int>& labels() const { return labels_; }
  const Matrix<double>& centres() const { return centres_; }  ///< [D x K]

 private:
  EIGENMIX_NOINLINE void seed(Index clusters, Index candidates, random::Engine& engine) {
    centres_.resize(points_.cols(), clusters);
    std::fill_n(nearest_.data(), seen_, std::numeric_limits<double>::max());
    Index chosen = draw(engine, false);
    for (Index k = 0;; ++k) {
      for (Index i = 0; i < points_.cols(); ++i) centres_(i, k) = points_(chosen, i);
      measure(chosen);
      for (Index n = 0; n < seen_; ++n) nearest_(n) = std::min(nearest_(n), distance_(n));
      if (k + 1 == clusters) return;
      chosen = best_of(candidates, engine);
    }
  }

  /// Of some points drawn the one that leaves the least distance in sum if it becomes a centre.
  Index best_of(Index candidates, random::Engine& engine) {
    Index best = 0;
    double least = std::numeric_limits<double>::max();
    for (Index c = 0; c < candidates; ++c) {
      const Index drawn = draw(engine, true);
      measure(drawn);
      double left = 0;
      for (Index n = 0; n < seen_; ++n) left += weights_(n) * std::min(nearest_(n), distance_(n));
      if (c > 0 && !(left < least)) continue;
      least = left;
      best = drawn;
    }
    return best;
  }

  /// A point by weight, times squared distance if any point is left away from the centres.
  Index draw(random::Engine& engine, bool by_distance) const {
    double total = 0;
    for (Index n = 0; n < seen_; ++n) total += mass(n, by_distance);
    if (!(total > 0)) return by_distance ? draw(engine, false) : 0;
    double left = random::uniform(engine) * total;
    Index last = 0;
    for (Index n = 0; n < seen_; ++n) {
      if (!(mass(n, by_distance) > 0)) continue;
      last = n;
      left -= mass(n, by_distance);
      if (left < 0) break;
    }
    return last;
  }
  double mass(Index n, bool by_distance) const {
    return by_distance ? weights_(n) * nearest_(n) : weights_(n);
  }

  /// distance_ = squared distances to a point.
  void measure(Index to) {
    std::fill_n(distance_.data(), seen_, 0.0);
    for (Index i = 0; i < points_.cols(); ++i) {
      add_squares(points_.data() + i * points_.rows(), points_(to, i), seen_, distance_.data());
    }
  }
  static void add_squares(const double* x, double from, Index count, double* sums) {
    for (Index n = 0; n < count; ++n) sums[n] += (x[n] - from) * (x[n] - from);
  }

  /// The first `count` points to their nearest centres. \return whether any label changed
  bool assign(Index count) {
    bool changed = false;
    std::vector<int> found(static_cast<std::size_t>(count), 0);
    for (Index k = 0; k < centres_.cols(); ++k) {
      std::fill_n(distance_.data(), count, 0.0);
      for (Index i = 0; i < points_.cols(); ++i) {
        add_squares(points_.data() + i * points_.rows(), centres_(i, k), count, distance_.data());
      }
      for (Index n = 0; n < count; ++n) {
        if (k > 0 && !(distance_(n) < nearest_(n))) continue;
        nearest_(n) = distance_(n);
        found[static_cast<std::size_t>(n)] = static_cast<int>(k);
      }
    }
    for (std::size_t n = 0; n < found.size(); ++n) {
      changed = changed || labels_[n] != found[n];
      labels_[n] = found[n];
    }
    return changed;
  }

  /// Centres to the means of their points; one without stays.
  void update() {
    const Index clusters = centres_.cols();
    Vector<double> count(clusters), sum(clusters);
    fill(count, 0.0);
    for (Index n = 0; n < seen_; ++n) count(labels_[static_cast<std::size_t>(n)]) += weights_(n);
    for (Index i = 0; i < points_.cols(); ++i) {
      fill(sum, 0.0);
      for (Index n = 0; n < seen_; ++n) {
        sum(labels_[static_cast<std::size_t>(n)]) += weights_(n) * points_(n, i);
      }
      for (Index k = 0; k < clusters; ++k) {
        if (count(k) > 0) centres_(i, k) = sum(k) / count(k);
      }
    }
  }

  /// A cluster without points takes the farthest of those whose cluster can spare one.
  EIGENMIX_NOINLINE void fill_empty() {
    std::vector<Index> count(static_cast<std::size_t>(centres_.cols()), 0);
    for (const int label : labels_) ++count[static_cast<std::size_t>(label)];
    for (std::size_t k = 0; k < count.size(); ++k) {
      if (count[k] > 0) continue;
      std::size_t farthest = labels_.size();
      for (std::size_t n = 0; n < labels_.size(); ++n) {
        if (count[static_cast<std::size_t>(labels_[n])] < 2) continue;
        if (farthest == labels_.size() ||
            nearest_(static_cast<Index>(n)) > nearest_(static_cast<Index>(farthest))) {
          farthest = n;
        }
      }
      if (farthest == labels_.size()) return;  // fewer points than clusters
      --count[static_cast<std::size_t>(labels_[farthest])];
      count[k] = 1;
      labels_[farthest] = static_cast<int>(k);
      nearest_(static_cast<Index>(farthest)) = 0;
    }
  }

  const Matrix<double>& points_;
  const Vector<double>& weights_;
  Index seen_;
  Vector<double> nearest_, distance_;  // M, squared: to the nearest centre; scratch
  Matrix<double> centres_;
  std::vector<int> labels_;
};

}  // namespace detail
}  // namespace EIGENMIX_ABI
}  // namespace eigenmix

#endif  // EIGENMIX_INITIALIZATION_DENSE_K_MEANS_HPP
