// SPDX-License-Identifier: MIT
#ifndef EIGENMIX_SELECTION_RESULT_HPP
#define EIGENMIX_SELECTION_RESULT_HPP

#include <optional>
#include <stdexcept>
#include <string>
#include <utility>
#include <variant>
#include <vector>

#include <eigenmix/selection/grid.hpp>

namespace eigenmix {
inline namespace EIGENMIX_ABI {
namespace selection {

/// The outcome of `select`: every cell, and the fitted mixture of each that has one. All are kept:
/// a cell is refitted from another's, so they are all there at the end anyway. Members cost O(1),
/// what looks for a cell O(families).
/// \tparam Mixture  the mixture type of each family
template <class... Mixture>
class Selection {
 public:
  using Model = std::variant<Mixture...>;

  /// \param grid    all cells, fitted
  /// \param models  one a cell, in the order of grid.cells(); not checked
  /// \complexity    O(C log C) of C cells
  Selection(Grid grid, std::vector<std::optional<Model>> models)
      : grid_(std::move(grid)), models_(std::move(models)) {
    const std::vector<std::size_t> ranking = grid_.ranking(1);
    if (!ranking.empty()) best_ = ranking.front();
  }

  const Grid& grid() const { return grid_; }  ///< all cells

  /// False if no cell could be fitted.
  bool has_best() const { return best_.has_value(); }

  /// The cell that was chosen: the lowest criterion among the valid ones; only if there are none,
  /// among others. \throws std::runtime_error  if no cell could be fitted; its text is the last's
  const Cell& best() const { return grid_.cells()[best_index()]; }

  /// The mixture that was chosen. \throws std::runtime_error  if no cell could be fitted
  const Model& model() const { return *models_[best_index()]; }

  /// The mixture of a family with component_count components, nothing if that cell failed.
  /// \throws std::invalid_argument  if there is no such cell
  const std::optional<Model>& model(const std::string& family, Index component_count) const {
    return models_[grid_.index_of(family, component_count)];
  }

  /// visitor(mixture) with the mixture that was chosen, of its own type.
  /// \throws std::runtime_error  if no cell could be fitted
  template <class Visitor>
  decltype(auto) visit(Visitor&& visitor) const {
    return std::visit(std::forward<Visitor>(visitor), model());
  }

 private:
  std::size_t best_index() const {
    if (!best_) {
      throw std::runtime_error("select: every cell failed: " + grid_.cells().back().error);
    }
    return *best_;
  }

  Grid grid_;
  std::vector<std::optional<Model>> models_;  // as grid_.cells()
  std::optional<std::size_t> best_;
};

}  // namespace selection
}  // namespace EIGENMIX_ABI
}  // namespace eigenmix

#endif  // EIGENMIX_SELECTION_RESULT_HPP
