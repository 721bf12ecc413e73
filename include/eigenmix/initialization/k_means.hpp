// SPDX-License-Identifier: MIT
#ifndef EIGENMIX_INITIALIZATION_K_MEANS_HPP
#define EIGENMIX_INITIALIZATION_K_MEANS_HPP

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <limits>
#include <vector>

#include <eigenmix/initialization/clusters.hpp>
#include <eigenmix/initialization/lloyd.hpp>
#include <eigenmix/initialization/seeds.hpp>

namespace eigenmix {
inline namespace EIGENMIX_ABI {
namespace detail {

/// How groups are looked for.
struct KMeansTask {
  Index clusters;
  std::uint64_t seed;
  Index candidates;        ///< tried for every centre
  Index lloyd_iterations;  ///< at most
};

/// Greedy k-means++: 2 + ln K candidates, as Arthur & Vassilvitskii's own implementation tries.
inline KMeansTask greedy_task(Index clusters, std::uint64_t seed, Index lloyd_iterations) {
  return {clusters, seed, 2 + static_cast<Index>(std::log(double(clusters))), lloyd_iterations};
}

/// Whether there is so much to do that an order of the samples may pay, which keeps a copy of them:
/// in more than eight dimensions balls around groups that are not far apart overlap, and the copy
/// grows.
inline bool may_order(Index count, Index dimension, Index clusters) {
  return clusters >= 64 && dimension <= 8 && count >= std::max(Index(16384), 32 * clusters) &&
         count <= std::numeric_limits<int>::max();
}

/// [N] the group of each sample, in [0, K): k-means++, then Lloyd's iterations.
/// \tparam Near  see Clusters
template <template <class> class Near = AsTheyCome, class Samples>
std::vector<int> k_means_labels(const Samples& samples, const KMeansTask& task,
                                const AnyExecution& execution) {
  using Clusters = detail::Clusters<Samples, Near>;
  random::Engine engine(task.seed);
  Clusters clusters(samples, task.clusters, execution);
  // An order took less time at any share below all, so long as few pairs more are evaluated than
  // balls around the clusters say: 0.8.
  if (may_order(samples.count(), samples.dimension(), task.clusters)) clusters.largest_share = 0.8;
  Seeds<Clusters>(clusters).sow(engine, task.candidates, 16);
  Lloyd<Clusters>(clusters).refine(task.lloyd_iterations);
  clusters.leave_order();
  return clusters.labels;
}

}  // namespace detail
}  // namespace EIGENMIX_ABI
}  // namespace eigenmix

#endif  // EIGENMIX_INITIALIZATION_K_MEANS_HPP
