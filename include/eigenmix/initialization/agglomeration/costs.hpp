// SPDX-License-Identifier: MIT
#ifndef EIGENMIX_INITIALIZATION_AGGLOMERATION_COSTS_HPP
#define EIGENMIX_INITIALIZATION_AGGLOMERATION_COSTS_HPP

#include <algorithm>
#include <vector>

#include <eigenmix/initialization/agglomeration/groups.hpp>

namespace eigenmix {
inline namespace EIGENMIX_ABI {
namespace detail {

/// The greedy agglomeration, exactly, of groups whose costs change only where groups do.
///
/// All costs are kept (M²/2 numbers), with the cheapest partner of each group among those before
/// it. A merge computes M costs; a row that lost its partner keeps the old cost as a lower bound,
/// and is searched anew only when that bound is the least of all. Time about O(M²) (Müllner 2011,
/// arXiv:1109.2378, generic algorithm: the criterion VVV is not reducible, so that a
/// nearest-neighbour chain would not do). Of equal costs the pair is taken that comes last, by its
/// second place and then its first, as mclust takes it.
template <class Groups, class Real>
class StoredCosts {
 public:
  explicit StoredCosts(Groups groups)
      : groups_(std::move(groups)),
        count_(groups_.count()),
        costs_(static_cast<std::size_t>(count_ * (count_ - 1) / 2)),
        fresh_(static_cast<std::size_t>(count_ + agglomeration_lanes)),
        cheapest_(static_cast<std::size_t>(count_)),
        partner_(static_cast<std::size_t>(count_)) {
    for (Index g = 1; g < count_; ++g) {
      groups_.costs(g, g, fresh_.data());
      std::copy_n(fresh_.data(), g, row(g));
      search(g);
    }
  }

  /// All merges in their order, down to one group.
  std::vector<Merge> merges() {
    std::vector<Merge> result;
    while (count_ > 1) {
      const Index second = last_smallest(cheapest_.data(), 1, count_).index;
      const Index first = partner_[static_cast<std::size_t>(second)];
      if (first == lost) {
        search(second);
        continue;
      }
      merge(first, second);
      result.push_back({static_cast<int>(first), static_cast<int>(second)});
    }
    return result;
  }

 private:
  static constexpr Index lost = -1;

  /// The costs of group g with the groups before it.
  Real* row(Index g) { return costs_.data() + g * (g - 1) / 2; }

  void search(Index g) {
    if (g == 0) return;
    const auto found = last_smallest(row(g), 0, g);
    cheapest_[static_cast<std::size_t>(g)] = found.value;
    partner_[static_cast<std::size_t>(g)] = found.index;
  }

  void merge(Index first, Index second) {
    groups_.merge(first, second);
    --count_;
    if (second < count_) move_last(second);
    groups_.costs(first, count_, fresh_.data());
    std::copy_n(fresh_.data(), first, row(first));
    search(first);
    for (Index g = first + 1; g < count_; ++g) {
      row(g)[first] = fresh_[static_cast<std::size_t>(g)];
      Index& partner = partner_[static_cast<std::size_t>(g)];
      if (partner == first || partner == second) partner = lost;
      consider(g, first);
      if (second < g) consider(g, second);
    }
  }

  /// The group behind the last takes a place that fell free. What was the least of its costs with
  /// all groups is a lower bound of those with the groups now before it.
  void move_last(Index to) {
    groups_.move(count_, to);
    const Real* const last = row(count_);
    std::copy_n(last, to, row(to));
    for (Index g = to + 1; g < count_; ++g) row(g)[to] = last[g];
    cheapest_[static_cast<std::size_t>(to)] = cheapest_[static_cast<std::size_t>(count_)];
    partner_[static_cast<std::size_t>(to)] = lost;
  }

  /// The group at a place before g is another now.
  void consider(Index g, Index other) {
    const Real cost = row(g)[other];
    Real& cheapest = cheapest_[static_cast<std::size_t>(g)];
    Index& partner = partner_[static_cast<std::size_t>(g)];
    const bool is_last = cost == cheapest && partner != lost && other > partner;
    if (cost < cheapest || is_last) {
      cheapest = cost;
      partner = other;
    }
  }

  Groups groups_;
  Index count_;
  std::vector<Real> costs_;     // the rows one after the other
  std::vector<Real> fresh_;     // of the merged group, with every other
  std::vector<Real> cheapest_;  // of each row, or a bound below
  std::vector<Index> partner_;  // where it is, or lost
};

}  // namespace detail
}  // namespace EIGENMIX_ABI
}  // namespace eigenmix

#endif  // EIGENMIX_INITIALIZATION_AGGLOMERATION_COSTS_HPP
