// SPDX-License-Identifier: MIT
#ifndef EIGENMIX_SELECTION_PRINT_HPP
#define EIGENMIX_SELECTION_PRINT_HPP

#include <algorithm>
#include <iomanip>
#include <ostream>
#include <sstream>
#include <string>

#include <eigenmix/report/format_guard.hpp>
#include <eigenmix/selection/result.hpp>

namespace eigenmix {
inline namespace EIGENMIX_ABI {
namespace detail {

/// A criterion's value and a mark of its cell's status.
inline std::string entry_of(const selection::Cell& cell) {
  using selection::CellStatus;
  if (cell.status == CellStatus::failed) return "NA ";
  std::ostringstream text;
  text << std::fixed << std::setprecision(4) << cell.criterion;
  if (cell.status == CellStatus::degenerate) return text.str() + "*";
  if (cell.status == CellStatus::spurious) return text.str() + "?";
  return text.str() + (cell.status == CellStatus::converged ? " " : "+");
}

inline int widest_entry(const selection::Grid& grid) {
  std::size_t width = 0;
  for (const selection::Cell& cell : grid.cells()) {
    width = std::max({width, entry_of(cell).size(), cell.family.size() + 1});
  }
  return static_cast<int>(width);
}

}  // namespace detail

namespace selection {

/// Prints the criterion of every cell, a row for each K and a column for each family, and the three
/// best. `*` marks a degenerate cell, `?` a spurious one, `+` one whose fit was stopped before it
/// converged, NA one that could not be fitted. Four decimals; the stream's format is left as it
/// was.
inline std::ostream& operator<<(std::ostream& out, const Grid& grid) {
  const detail::FormatGuard guard(out);
  out.flags(std::ios::dec | std::ios::right);
  out.fill(' ');
  const int width = detail::widest_entry(grid) + 1;
  out << grid.criterion() << " (lower is better)\n  K";
  for (const std::string& family : grid.families()) out << std::setw(width) << family + ' ';
  for (Index k = grid.range().first(); k <= grid.range().last(); ++k) {
    out << '\n' << std::setw(3) << k;
    for (const std::string& family : grid.families()) {
      out << std::setw(width) << detail::entry_of(grid.at(family, k));
    }
  }
  out << "\n  * degenerate, ? spurious, + stopped before it converged, NA not fitted\nbest:";
  for (const std::size_t index : grid.ranking(3)) {
    const Cell& cell = grid.cells()[index];
    out << "  " << cell.family << ',' << cell.component_count << ' ' << detail::entry_of(cell);
  }
  return out << '\n';
}

/// Prints the grid of a selection.
template <class... Mixture>
std::ostream& operator<<(std::ostream& out, const Selection<Mixture...>& selection) {
  return out << selection.grid();
}

}  // namespace selection
}  // namespace EIGENMIX_ABI
}  // namespace eigenmix

#endif  // EIGENMIX_SELECTION_PRINT_HPP
