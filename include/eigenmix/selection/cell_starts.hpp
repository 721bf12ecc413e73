// SPDX-License-Identifier: MIT
#ifndef EIGENMIX_SELECTION_CELL_STARTS_HPP
#define EIGENMIX_SELECTION_CELL_STARTS_HPP

#include <type_traits>
#include <utility>
#include <vector>

#include <eigenmix/initialization/hierarchical.hpp>
#include <eigenmix/search/small_em.hpp>

namespace eigenmix {
inline namespace EIGENMIX_ABI {
namespace detail {

/// The groups of a tree, and a search.
struct TreeAndSearch {
  initialization::MergeTree tree;
  initialization::SmallEm search;

  template <class Samples, class Execution>
  std::vector<int> labels(const Samples& samples, Index components,
                          const Execution& execution) const {
    return tree.labels(samples, components, execution);
  }
};

/// Whether cells start from a search as well as from common groups.
template <class Strategy, class = void>
inline constexpr bool searches_too_v = false;
template <class Strategy>
inline constexpr bool
    searches_too_v<Strategy, std::void_t<decltype(std::declval<const Strategy&>().search)>> = true;

}  // namespace detail

namespace selection {

/// What the cells of a grid start from when nothing else is said: the groups of one agglomeration,
/// mclust's start, which all cells have in common, and a search of each cell's own, by the
/// likelihood of its own family; the better of the two fits is kept. Agglomeration alone misses
/// every third set of four groups in a row along one of several columns; the search alone has no
/// hierarchy to offer where groups are many and small.
struct CellStarts {
  initialization::Hierarchical hierarchical;
  initialization::SmallEm search;

  /// The groups of x, from 1 on, agglomerated once, and the search.
  /// \param x          [Dim x N] samples, weighted(x, w) or counted(x, c)
  /// \param execution  any execution policy
  /// \throws std::invalid_argument  if x cannot be used or hierarchical.most_points < 1
  /// \complexity  that of initialization::Hierarchical; memory for a label a sample in the tree
  template <class X, class Execution = execution::Serial>
  detail::TreeAndSearch tree(const X& x, const Execution& execution = {}) const {
    return {hierarchical.tree(x, execution), search};
  }
};

}  // namespace selection
}  // namespace EIGENMIX_ABI
}  // namespace eigenmix

#endif  // EIGENMIX_SELECTION_CELL_STARTS_HPP
