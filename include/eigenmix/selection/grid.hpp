// SPDX-License-Identifier: MIT
#ifndef EIGENMIX_SELECTION_GRID_HPP
#define EIGENMIX_SELECTION_GRID_HPP

#include <algorithm>
#include <limits>
#include <string>
#include <utility>
#include <vector>

#include <eigenmix/report/result.hpp>
#include <eigenmix/selection/criterion_input.hpp>

namespace eigenmix {
inline namespace EIGENMIX_ABI {
namespace selection {

/// Numbers of components to choose from, made by `components`.
class ComponentRange {
 public:
  /// \throws std::invalid_argument  unless 1 <= first <= last
  ComponentRange(Index first, Index last) : first_(first), last_(last) {
    detail::at_least_one("selection::components", "first number of components", first);
    if (last < first) {
      detail::reject("selection::components", "last number of components", detail::text(last),
                     "at least the first, " + detail::text(first));
    }
  }

  Index first() const { return first_; }             ///< the least K
  Index last() const { return last_; }               ///< the greatest
  Index size() const { return last_ - first_ + 1; }  ///< how many

 private:
  Index first_, last_;
};

/// K = first, ..., last. \throws std::invalid_argument  unless 1 <= first <= last
inline ComponentRange components(Index first, Index last) { return {first, last}; }

/// How a cell of the grid ended.
enum class CellStatus {
  converged,        ///< a convergence policy was satisfied
  iteration_limit,  ///< stopping::MaxIterations came first
  stopped,          ///< something else came first: cell.fit.status tells
  spurious,         ///< a component rests on a few samples that lie close together, see
                    ///< spurious_components: the likelihood may be no more than that
  degenerate,       ///< a component collapsed onto the variance floor or lost its samples, two are
                    ///< the same, or the degeneracy policy dropped one: the likelihood is not that
                    ///< of K components. Or it rises for ever, see
                    ///< FitStatus::no_finite_maximum. Atoms, see FitResult::atoms, are none of
                    ///< that
  failed            ///< there is no fit: cell.error tells why
};

/// The name of a status.
inline const char* to_string(CellStatus status) {
  switch (status) {
    case CellStatus::converged: return "converged";
    case CellStatus::iteration_limit: return "iteration_limit";
    case CellStatus::stopped: return "stopped";
    case CellStatus::spurious: return "spurious";
    case CellStatus::degenerate: return "degenerate";
    case CellStatus::failed: return "failed";
  }
  return "unknown";
}

/// One cell of the grid: a family with K components, and how well it did.
struct Cell {
  std::string family;         ///< its code such as "VVV", or its name where it has none
  Index component_count = 0;  ///< K, as asked for
  CellStatus status = CellStatus::failed;
  std::string error;  ///< why it failed, or empty
  /// Lower is better; +infinity where it failed.
  double criterion = std::numeric_limits<double>::infinity();
  CriterionInput input;
  FitResult fit;
  /// Family from whose solution it was fitted in the end, because its own start had led to a lower
  /// likelihood than this one, which is nested in it; else empty.
  std::string refitted_from;

  /// Whether the fit ended at a maximum of the likelihood.
  bool has_maximum() const {
    return status != CellStatus::degenerate && status != CellStatus::failed;
  }

  /// Whether it may be chosen before spurious, degenerate and failed ones.
  bool is_valid() const { return has_maximum() && status != CellStatus::spurious; }
};

/// All cells of a selection: families times a range of numbers of components, and the name of the
/// criterion. All look-ups cost O(families).
class Grid {
 public:
  /// Of cells that are not fitted yet; nothing is checked. O(cells)
  Grid(std::vector<std::string> families, ComponentRange range, std::string criterion)
      : families_(std::move(families)),
        range_(range),
        criterion_(std::move(criterion)),
        cells_(families_.size() * static_cast<std::size_t>(range.size())) {
    for (std::size_t i = 0; i < cells_.size(); ++i) {
      cells_[i].family = families_[i / static_cast<std::size_t>(range.size())];
      cells_[i].component_count =
          range.first() + static_cast<Index>(i % static_cast<std::size_t>(range.size()));
    }
  }

  const std::vector<std::string>& families() const { return families_; }
  const ComponentRange& range() const { return range_; }
  const std::string& criterion() const { return criterion_; }

  /// Family by family, each from the least to the greatest K.
  const std::vector<Cell>& cells() const { return cells_; }
  std::vector<Cell>& cells() { return cells_; }

  /// The index in cells() of a family with component_count components.
  /// \throws std::invalid_argument  if there is none
  std::size_t index_of(const std::string& family, Index component_count) const {
    const auto found = std::find(families_.begin(), families_.end(), family);
    if (found == families_.end()) {
      detail::reject("Grid", "family", family, "one of the grid");
    }
    if (component_count < range_.first() || component_count > range_.last()) {
      detail::reject("Grid", "number of components", detail::text(component_count),
                     detail::text(range_.first()) + " to " + detail::text(range_.last()));
    }
    return static_cast<std::size_t>((found - families_.begin()) * range_.size() + component_count -
                                    range_.first());
  }

  /// The cell of a family with component_count components.
  /// \throws std::invalid_argument  if there is none
  const Cell& at(const std::string& family, Index component_count) const {
    return cells_[index_of(family, component_count)];
  }

  /// Indices of the best `count` cells that have a fit, best first: valid before other ones, then
  /// by criterion; of equals the first. Fewer if there are fewer. O(C log C) of C cells, and throws
  /// nothing.
  std::vector<std::size_t> ranking(std::size_t count) const {
    std::vector<std::size_t> order;
    for (std::size_t i = 0; i < cells_.size(); ++i) {
      if (cells_[i].status != CellStatus::failed) order.push_back(i);
    }
    std::stable_sort(order.begin(), order.end(), [&](std::size_t a, std::size_t b) {
      if (cells_[a].is_valid() != cells_[b].is_valid()) return cells_[a].is_valid();
      return cells_[a].criterion < cells_[b].criterion;
    });
    order.resize(std::min(count, order.size()));
    return order;
  }

 private:
  std::vector<std::string> families_;
  ComponentRange range_;
  std::string criterion_;
  std::vector<Cell> cells_;
};

}  // namespace selection
}  // namespace EIGENMIX_ABI
}  // namespace eigenmix

#endif  // EIGENMIX_SELECTION_GRID_HPP
