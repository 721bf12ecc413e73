// SPDX-License-Identifier: MIT
#ifndef EIGENMIX_SEARCH_SCOUTS_HPP
#define EIGENMIX_SEARCH_SCOUTS_HPP

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <limits>
#include <utility>
#include <vector>

#include <eigenmix/initialization/dense_k_means.hpp>
#include <eigenmix/initialization/diagonal_em.hpp>
#include <eigenmix/initialization/over_clusters.hpp>
#include <eigenmix/search/scout_points.hpp>
#include <eigenmix/search/scouting.hpp>

namespace eigenmix {
inline namespace EIGENMIX_ABI {
namespace detail {

/// Partitions of samples for a search to start from, one for each kind of coordinates.
class Scouts {
 public:
  template <class View>
  Scouts(const View& samples, Index groups, random::Engine& engine)
      : all_(samples.count()),
        points_(samples, engine),
        groups_(groups),
        seen_(std::min(points_.count(), std::max(least_seen, 50 * groups))) {}

  /// \return [N] numbers in [0, K), each of which occurs
  EIGENMIX_COLD std::vector<int> labels(Scouting scouting, std::uint64_t seed) {
    random::Engine engine(seed);
    const std::vector<int> found = found_by(scouting, engine);
    std::vector<int> result(static_cast<std::size_t>(all_), 0);
    for (std::size_t m = 0; m < found.size(); ++m) {
      result[static_cast<std::size_t>(points_.order[m])] = found[m];
    }
    return result;
  }

 private:
  // Fifty of each group, and 500 in all, show where it is; EM then sees all.
  static constexpr Index least_seen = 500;
  // Of more the eigenvectors would take longer than the runs from where they lead.
  static constexpr Index most_invariant = 32;

  std::vector<int> found_by(Scouting scouting, random::Engine& engine) {
    const Index some = std::min(std::max(Index(1), groups_ - 1), points_.dimension());
    const Index half = (groups_ + 1) / 2;
    switch (scouting) {
      case Scouting::flattest_column: return in_flattest(groups_, engine);
      case Scouting::united_clusters: return united(groups_, engine);
      case Scouting::mended_clusters: return mended(united(groups_, engine));
      case Scouting::mended_column: return mended(in_flattest(groups_, engine));
      case Scouting::raw_columns: return clusters(scaled(points_.deviations), engine);
      case Scouting::invariant_plane: return clusters(invariant(some), engine);
      case Scouting::random: return at_random(engine);
      case Scouting::widest_columns: return clusters(widest(some), engine);
      case Scouting::invariant_axis: return clusters(invariant(1), engine);
      case Scouting::shells: return shells(united(half, engine), engine);
      case Scouting::column_shells:
        if (half < 2) return clusters(scaled(points_.deviations), engine);  // shells of all, again
        return shells(in_flattest(half, engine), engine);
      default: return clusters(points_.points, engine);
    }
  }

  std::vector<int> clusters(const Matrix<double>& coordinates, random::Engine& engine) const {
    return clusters(coordinates, groups_, engine);
  }

  std::vector<int> clusters(const Matrix<double>& coordinates, Index groups,
                            random::Engine& engine) const {
    DenseKMeans k_means(coordinates, points_.weights, seen_);
    // In many dimensions a point of the last group without a centre is hardly farther from one than
    // the others are: it is drawn once in K. Ten iterations, after which EM moves labels better.
    k_means.run(groups, 2 + std::min(groups, Index(8)), 10, engine);
    return k_means.labels();
  }

  std::vector<int> in_flattest(Index groups, random::Engine& engine) const {
    return clusters(column(flattest(points_.points)), groups, engine);
  }

  std::vector<int> united(Index groups, random::Engine& engine) {
    const Matrix<double> coordinates = scaled(inverse(widths()));
    const Index small = std::min(5 * groups_, seen_ / 5);
    if (groups == 1) return std::vector<int>(static_cast<std::size_t>(points_.count()), 0);
    if (small <= groups) return clusters(coordinates, groups, engine);
    DenseKMeans k_means(coordinates, points_.weights, seen_);
    k_means.run(small, 1, 3, engine);
    std::vector<int> labels = k_means.labels();
    const bool full = points_.dimension() <= 64 && seen_ > 4 * points_.dimension();
    OverClusters over(coordinates, points_.weights, labels, small, full);
    const std::vector<int> group = over.unite(groups);
    for (int& label : labels) label = group[static_cast<std::size_t>(label)];
    return labels;
  }

  /// The partition itself where a group loses all.
  std::vector<int> mended(const std::vector<int>& labels) const {
    std::vector<int> better =
        DiagonalEm(points_.points, points_.weights, seen_).run(labels, groups_, 10);
    std::vector<bool> occurs(static_cast<std::size_t>(groups_), false);
    for (const int label : better) occurs[static_cast<std::size_t>(label)] = true;
    const bool all = std::find(occurs.begin(), occurs.end(), false) == occurs.end();
    return all ? better : labels;
  }

  std::vector<int> at_random(random::Engine& engine) const {
    std::vector<int> labels(static_cast<std::size_t>(points_.count()));
    for (std::size_t m = 0; m < labels.size(); ++m) {
      labels[m] = static_cast<int>(static_cast<Index>(m) < groups_
                                       ? static_cast<Index>(m)
                                       : random::uniform_index(engine, groups_));
    }
    return labels;
  }

  Matrix<double> column(Index i) const { return points_.points.col(i); }

  Matrix<double> scaled(const Vector<double>& by) const {
    Matrix<double> result = points_.points;
    for (Index i = 0; i < result.cols(); ++i) {
      for (Index n = 0; n < result.rows(); ++n) result(n, i) *= by(i);
    }
    return result;
  }

  Index flattest(const Matrix<double>& x) const {
    Index result = 0;
    double least = std::numeric_limits<double>::infinity();
    for (Index i = 0; i < x.cols(); ++i) {
      if (!(points_.deviations(i) > 0)) continue;
      const double moment = fourth_moment(x.data() + i * x.rows(), points_.weights, seen_);
      if (moment < least) {
        least = moment;
        result = i;
      }
    }
    return result;
  }

  /// [D] of groups, compared with standard deviations.
  const Vector<double>& widths() {
    if (widths_.size() > 0) return widths_;
    widths_.resize(points_.dimension());
    const Index some = std::min(seen_, std::max(Index(200), 25 * groups_));  // widths within 5 %
    for (Index i = 0; i < widths_.size(); ++i) {
      widths_(i) =
          pair_distance(points_.points.data() + i * points_.count(), some, 0.5 / double(groups_));
    }
    return widths_;
  }

  /// A column in which more than that share of all pairs is equal tells no width.
  static Vector<double> inverse(Vector<double> widths) {
    for (Index i = 0; i < widths.size(); ++i) widths(i) = widths(i) > 1e-3 ? 1 / widths(i) : 1;
    return widths;
  }

  Matrix<double> widest(Index count) {
    const Vector<double> by = inverse(widths());
    std::vector<std::pair<double, Index>> order;
    for (Index i = 0; i < by.size(); ++i) order.emplace_back(-by(i), i);
    std::sort(order.begin(), order.end());
    Matrix<double> result(points_.count(), count);
    for (Index c = 0; c < count; ++c) {
      const Index i = order[static_cast<std::size_t>(c)].second;
      for (Index n = 0; n < result.rows(); ++n) result(n, c) = points_.points(n, i) * by(i);
    }
    return result;
  }

  /// Standard columns instead where there are no invariant ones.
  Matrix<double> invariant(Index count) {
    if (!has_axes_) {
      has_axes_ = true;
      if (points_.dimension() <= most_invariant && seen_ > 3 * points_.dimension()) {
        axes_ = invariant_axes(points_.points, seen_);
      }
    }
    if (axes_.size() == 0) return points_.points;
    return project(points_.points, axes_.leftCols(count), points_.count());
  }

  /// Of half as many groups each of the largest is cut into a core and a shell.
  std::vector<int> shells(std::vector<int> labels, random::Engine& engine) const {
    Index count = (groups_ + 1) / 2;
    std::vector<std::pair<double, int>> order;
    for (Index k = 0; k < count; ++k) order.emplace_back(0, static_cast<int>(k));
    for (std::size_t m = 0; m < labels.size(); ++m) {
      order[static_cast<std::size_t>(labels[m])].first -= points_.weights(static_cast<Index>(m));
    }
    std::sort(order.begin(), order.end());
    for (std::size_t k = 0; count < groups_; ++k, ++count) {
      if (!cut_shell(order[k].second, static_cast<int>(count), labels, engine))
        return at_random(engine);
    }
    return mended(labels);
  }

  /// By the logarithm of the distance from the centre, since shells differ by factors.
  /// \return false if there are fewer than two
  bool cut_shell(int group, int shell, std::vector<int>& labels, random::Engine& engine) const {
    std::vector<Index> members;
    for (std::size_t m = 0; m < labels.size(); ++m) {
      if (labels[m] == group) members.push_back(static_cast<Index>(m));
    }
    const auto count = static_cast<Index>(members.size());
    if (count < 2) return false;
    Vector<double> weights(count);
    for (Index m = 0; m < count; ++m)
      weights(m) = points_.weights(members[static_cast<std::size_t>(m)]);
    const Matrix<double> distances = log_distances(members);
    DenseKMeans k_means(distances, weights, count);
    k_means.run(2, 2, 10, engine);
    for (Index m = 0; m < count; ++m) {
      if (k_means.labels()[static_cast<std::size_t>(m)] == 1) {
        labels[static_cast<std::size_t>(members[static_cast<std::size_t>(m)])] = shell;
      }
    }
    return true;
  }

  /// [members x 1] of squared distances from their mean, in deviations.
  Matrix<double> log_distances(const std::vector<Index>& members) const {
    const auto count = static_cast<Index>(members.size());
    Matrix<double> distance = Matrix<double>::Zero(count, 1);
    for (Index i = 0; i < points_.dimension(); ++i) {
      const double* const x = points_.points.data() + i * points_.count();
      double first = 0, second = 0;
      for (const Index m : members) first += x[m] / double(count);
      for (const Index m : members) second += (x[m] - first) * (x[m] - first) / double(count);
      for (Index m = 0; second > 0 && m < count; ++m) {
        const double off = x[members[static_cast<std::size_t>(m)]] - first;
        distance(m, 0) += off * off / second;
      }
    }
    for (Index m = 0; m < count; ++m) distance(m, 0) = std::log(distance(m, 0) + 1e-9);
    return distance;
  }

  Index all_;
  ScoutPoints points_;
  Index groups_, seen_;
  Vector<double> widths_;
  Matrix<double> axes_;
  bool has_axes_ = false;
};

}  // namespace detail
}  // namespace EIGENMIX_ABI
}  // namespace eigenmix

#endif  // EIGENMIX_SEARCH_SCOUTS_HPP
