// SPDX-License-Identifier: MIT
#ifndef EIGENMIX_INITIALIZATION_RANDOM_PARTITION_HPP
#define EIGENMIX_INITIALIZATION_RANDOM_PARTITION_HPP

#include <utility>
#include <vector>

#include <eigenmix/initialization/start.hpp>

namespace eigenmix {
inline namespace EIGENMIX_ABI {
namespace initialization {

/// Every sample to a random component. All components then start near the centre of the data: the
/// least informative start, kept because published comparisons use it (McLachlan & Peel 2000,
/// section 2.12). Every component has a sample.
/// \complexity  two passes, O(N K Dim²) for dense families, O(N K Dim) for others; memory for a
///              label a sample
struct RandomPartition {
  std::uint64_t seed = 0;  ///< fixed, so that a fit that is run twice gives the same answer twice

  /// The mixture of the groups, see detail::StartMaker::of_groups.
  /// \param components  K, from 1 to the number of samples of positive weight
  /// \throws std::invalid_argument  if squares of the samples cannot be represented
  template <class Mixture, class Samples, class Execution>
  Mixture start(const Samples& samples, Index components, const Execution& execution) const {
    random::Engine engine(seed);
    std::vector<int> labels(static_cast<std::size_t>(samples.count()), 0);
    for (Index n = 0; n < samples.count(); ++n) {
      if (!(samples.weight(n) > 0)) continue;  // who is not there takes no random number either
      labels[static_cast<std::size_t>(n)] =
          static_cast<int>(random::uniform_index(engine, components));
    }
    give_everyone_one(samples, components, engine, labels);
    return detail::mixture_of_groups<Mixture>("RandomPartition", samples, labels, components,
                                              execution);
  }

 private:
  /// A few samples may leave a component out by chance; the first K of a random order do not.
  template <class Samples>
  static void give_everyone_one(const Samples& samples, Index components, random::Engine& engine,
                                std::vector<int>& labels) {
    std::vector<Index> order;
    for (Index n = 0; n < samples.count(); ++n) {
      if (samples.weight(n) > 0) order.push_back(n);
    }
    for (Index k = 0; k < components; ++k) {
      const auto left = static_cast<Index>(order.size()) - k;
      if (left < 1) return;
      const auto chosen = static_cast<std::size_t>(k + random::uniform_index(engine, left));
      std::swap(order[static_cast<std::size_t>(k)], order[chosen]);
      labels[static_cast<std::size_t>(order[static_cast<std::size_t>(k)])] = static_cast<int>(k);
    }
  }
};

}  // namespace initialization
}  // namespace EIGENMIX_ABI
}  // namespace eigenmix

#endif  // EIGENMIX_INITIALIZATION_RANDOM_PARTITION_HPP
