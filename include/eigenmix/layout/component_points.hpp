// SPDX-License-Identifier: MIT
#ifndef EIGENMIX_LAYOUT_COMPONENT_POINTS_HPP
#define EIGENMIX_LAYOUT_COMPONENT_POINTS_HPP

#include <cstddef>
#include <vector>

#include <eigenmix/kernels/distances.hpp>

namespace eigenmix {
inline namespace EIGENMIX_ABI {
namespace detail {

/// Some of a mixture's components as points, to which distances are taken.
template <class Scalar, Difference Form>
class ComponentPoints {
 public:
  /// A thread's memory: the points of those components that are asked for.
  struct Picked {
    PackedPoints<Scalar, Form> points;
    std::vector<Index> columns;
    std::size_t room = 0;  // for points
  };

  void clear(Index dimension, Index components) {
    points_.resize(dimension, components);
    points_.truncate(0);
    components_.clear();
    place_.assign(static_cast<std::size_t>(components), -1);
  }

  /// \param set  (points, p): writes point p
  template <class Set>
  void add(Index k, Set&& set) {
    const auto point = static_cast<Index>(components_.size());
    set(points_, point);
    points_.truncate(point + 1);
    place_[static_cast<std::size_t>(k)] = static_cast<int>(point);
    components_.push_back(k);
  }

  bool is_empty() const { return components_.empty(); }

  /// Writes the columns of `out` whose components are among these.
  /// \param x  columns of out.width numbers, one for each dimension, `stride` apart
  void log_densities(const Scalar* x, Index stride, const Vector<Scalar>& constants,
                     const TileValues<Scalar>& out, Picked& picked) const {
    if (out.listed_count < 0) {
      const auto column = [&](Index point) { return components_[static_cast<std::size_t>(point)]; };
      log_densities_by_distance(x, stride, points_, column, constants, out);
      return;
    }
    if (picked.points.dimension() != points_.dimension() || picked.room < place_.size()) {
      picked.room = place_.size();
      picked.points.resize(points_.dimension(), static_cast<Index>(picked.room));
      picked.columns.reserve(picked.room);
    }
    picked.points.truncate(0);
    picked.columns.clear();
    for (Index c = 0; c < out.listed_count; ++c) {
      const int point = place_[static_cast<std::size_t>(out.listed[c])];
      if (point < 0) continue;
      picked.points.append(points_, point);
      picked.columns.push_back(c);
    }
    const auto column = [&](Index point) {
      return picked.columns[static_cast<std::size_t>(point)];
    };
    log_densities_by_distance(x, stride, picked.points, column, constants, out);
  }

 private:
  std::vector<Index> components_;  // that the points stand for
  std::vector<int> place_;         // of each component among the points; -1 if it is none of these
  PackedPoints<Scalar, Form> points_;
};

}  // namespace detail
}  // namespace EIGENMIX_ABI
}  // namespace eigenmix

#endif  // EIGENMIX_LAYOUT_COMPONENT_POINTS_HPP
