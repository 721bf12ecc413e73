// SPDX-License-Identifier: MIT
#ifndef EIGENMIX_INITIALIZATION_AGGLOMERATION_MERGE_TREE_HPP
#define EIGENMIX_INITIALIZATION_AGGLOMERATION_MERGE_TREE_HPP

#include <utility>
#include <vector>

#include <eigenmix/initialization/agglomeration/merges.hpp>
#include <eigenmix/initialization/start.hpp>

namespace eigenmix {
inline namespace EIGENMIX_ABI {
namespace initialization {

/// The partitions of some samples into any number of groups that one agglomeration makes; what
/// Hierarchical::tree returns. Each partition is the next one with two of its groups united.
///
/// It is itself a start strategy, for those samples: `initialize<Mixture>(x, K, tree)` with any K
/// and any mixture type, so that a choice among many models agglomerates once.
class MergeTree {
 public:
  /// Made by Hierarchical::tree.
  /// \param point_of_samples  [N] numbers in [0, points)
  /// \param merges            points - 1 of them
  /// \param most_components   how many of the points differ
  MergeTree(std::vector<int> point_of_samples, std::vector<detail::Merge> merges,
            Index most_components)
      : point_of_samples_(std::move(point_of_samples)),
        merges_(std::move(merges)),
        most_components_(most_components) {}

  /// The samples that the partitions are of.
  Index sample_count() const { return static_cast<Index>(point_of_samples_.size()); }

  /// The largest K: how many different samples were agglomerated.
  Index most_components() const { return most_components_; }

  /// The partition into K groups.
  /// \param components  K, from 1 to most_components()
  /// \return  [N] numbers in [0, K) by first appearance: sample 0 is in group 0
  /// \throws std::invalid_argument  if K is not as said
  /// \complexity  O(N log N) at most
  std::vector<int> labels(Index components) const {
    if (components < 1 || components > most_components()) {
      detail::reject("MergeTree", "number of components", detail::text(components),
                     "from 1 to the number of distinct samples agglomerated, " +
                         detail::text(most_components()));
    }
    const std::vector<int> group = groups(components);
    std::vector<int> label_of(group.size(), none);
    std::vector<int> result(point_of_samples_.size());
    int next = 0;
    for (std::size_t n = 0; n < result.size(); ++n) {
      int& label = label_of[at(group[at(point_of_samples_[n])])];
      if (label == none) label = next++;
      result[n] = label;
    }
    return result;
  }

  /// The same of components K and the samples that the tree was made of, [N] numbers in [0, K).
  /// \throws std::invalid_argument  if their number is another, or K is not as said
  template <class Samples, class Execution>
  std::vector<int> labels(const Samples& samples, Index components, const Execution&) const {
    if (samples.count() != sample_count()) {
      detail::reject("MergeTree", "samples", detail::text(samples.count()),
                     "the " + detail::text(sample_count()) + " samples the tree was made of");
    }
    return labels(components);
  }

  /// \throws std::invalid_argument  as labels does
  template <class Mixture, class Samples, class Execution>
  Mixture start(const Samples& samples, Index components, const Execution& execution) const {
    return detail::mixture_of_groups<Mixture>(
        "MergeTree", samples, labels(samples, components, execution), components, execution);
  }

 private:
  static constexpr int none = -1;

  static std::size_t at(int i) { return static_cast<std::size_t>(i); }

  /// [points] a group for each, when so many are left.
  std::vector<int> groups(Index left) const {
    // A point's parent is one it was united with; a place holds a root.
    std::vector<int> parent(merges_.size() + 1), place(merges_.size() + 1);
    for (std::size_t p = 0; p < parent.size(); ++p) parent[p] = place[p] = static_cast<int>(p);
    std::size_t count = parent.size();
    for (const detail::Merge& merge : merges_) {
      if (count == static_cast<std::size_t>(left)) break;
      --count;
      parent[at(place[at(merge.second)])] = place[at(merge.first)];
      place[at(merge.second)] = place[count];
    }
    for (std::size_t p = 0; p < parent.size(); ++p) parent[p] = root(parent, static_cast<int>(p));
    return parent;
  }

  /// Halves the way on its way, so that it stays short.
  static int root(std::vector<int>& parent, int p) {
    while (parent[at(p)] != p) {
      parent[at(p)] = parent[at(parent[at(p)])];
      p = parent[at(p)];
    }
    return p;
  }

  std::vector<int> point_of_samples_;
  std::vector<detail::Merge> merges_;
  Index most_components_;
};

}  // namespace initialization
}  // namespace EIGENMIX_ABI
}  // namespace eigenmix

#endif  // EIGENMIX_INITIALIZATION_AGGLOMERATION_MERGE_TREE_HPP
