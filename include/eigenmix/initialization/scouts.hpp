// SPDX-License-Identifier: MIT
#ifndef EIGENMIX_INITIALIZATION_SCOUTS_HPP
#define EIGENMIX_INITIALIZATION_SCOUTS_HPP

#include <cstdint>
#include <vector>

#include <eigenmix/detail/dense_k_means.hpp>
#include <eigenmix/detail/over_clusters.hpp>
#include <eigenmix/initialization/scout_points.hpp>

namespace eigenmix {
inline namespace EIGENMIX_ABI {
namespace detail {

/// Coordinates to look for groups in. No one of them shows all: raw columns fail where units
/// differ, standardised ones where many columns are noise or groups are far apart, single ones
/// where groups differ in several, invariant ones where shares differ. Per cent of 30 sets at six
/// deviations that one fit from each misses (full; D 2 to 20, N 200 and 1000, K 2 and 4):
///
///     groups           flattest  united  raw  standard  invariant  widest
///     on one axis             6      34   12        53         50       6
///     at corners             47       3    0         6         16      62
///     unequal shares         54       4    4        21         39      39
///     elongated               6      34   62        53         50       6
///
enum class Scouting {
  flattest_column,  ///< the one of least fourth moment
  united_clusters,  ///< columns by the width of groups; small clusters there, united
  raw_columns,      ///< as they are
  standard_columns,
  invariant_plane,  ///< the K - 1 flattest of invariant coordinates
  random,           ///< no coordinates: every sample to a random group
  widest_columns,   ///< the K - 1 that are widest measured in the width of groups
  invariant_axis,   ///< the flattest of invariant coordinates
  shells,           ///< the distance from the centre: groups inside one another
  count
};

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
    switch (scouting) {
      case Scouting::flattest_column: return clusters(column(flattest(points_.points)), engine);
      case Scouting::united_clusters: return united(engine);
      case Scouting::raw_columns: return clusters(scaled(points_.deviations), engine);
      case Scouting::invariant_plane: return clusters(invariant(some), engine);
      case Scouting::random: return at_random(engine);
      case Scouting::widest_columns: return clusters(widest(some), engine);
      case Scouting::invariant_axis: return clusters(invariant(1), engine);
      case Scouting::shells: return clusters(distances(), engine);
      default: return clusters(points_.points, engine);
    }
  }

  std::vector<int> clusters(const Matrix<double>& coordinates, random::Engine& engine) const {
    DenseKMeans k_means(coordinates, points_.weights, seen_);
    // 2 + ln K, as Arthur & Vassilvitskii's own implementation tries; ten iterations, after which
    // EM moves labels better.
    k_means.run(groups_, 2 + static_cast<Index>(std::log(double(groups_))), 10, engine);
    return k_means.labels();
  }

  std::vector<int> united(random::Engine& engine) {
    const Matrix<double> coordinates = scaled(inverse(widths()));
    const Index small = std::min(5 * groups_, seen_ / 5);
    if (small <= groups_) return clusters(coordinates, engine);
    DenseKMeans k_means(coordinates, points_.weights, seen_);
    k_means.run(small, 1, 3, engine);
    std::vector<int> labels = k_means.labels();
    const bool full = points_.dimension() <= 64 && seen_ > 4 * points_.dimension();
    OverClusters over(coordinates, points_.weights, labels, small, full);
    const std::vector<int> group = over.unite(groups_);
    for (int& label : labels) label = group[static_cast<std::size_t>(label)];
    return labels;
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
    for (Index i = 0; i < widths_.size(); ++i) {
      widths_(i) =
          pair_distance(points_.points.data() + i * points_.count(), seen_, 0.5 / double(groups_));
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
    Matrix<double> result = Matrix<double>::Zero(points_.count(), count);
    for (Index c = 0; c < count; ++c) {
      for (Index i = 0; i < axes_.rows(); ++i) {
        for (Index n = 0; n < result.rows(); ++n)
          result(n, c) += points_.points(n, i) * axes_(i, c);
      }
    }
    return result;
  }

  /// Logarithms, since shells differ by factors.
  Matrix<double> distances() const {
    Matrix<double> result = Matrix<double>::Zero(points_.count(), 1);
    for (Index i = 0; i < points_.dimension(); ++i) {
      for (Index n = 0; n < result.rows(); ++n) {
        result(n, 0) += points_.points(n, i) * points_.points(n, i);
      }
    }
    for (Index n = 0; n < result.rows(); ++n) result(n, 0) = std::log(result(n, 0) + 1e-9);
    return result;
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

#endif  // EIGENMIX_INITIALIZATION_SCOUTS_HPP
