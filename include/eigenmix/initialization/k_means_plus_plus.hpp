// SPDX-License-Identifier: MIT
#ifndef EIGENMIX_INITIALIZATION_K_MEANS_PLUS_PLUS_HPP
#define EIGENMIX_INITIALIZATION_K_MEANS_PLUS_PLUS_HPP

#include <vector>

#include <eigenmix/initialization/k_means.hpp>
#include <eigenmix/initialization/start.hpp>

namespace eigenmix {
inline namespace EIGENMIX_ABI {
namespace initialization {

/// Greedy k-means++, some Lloyd iterations, and the normal distribution of each group: the cheapest
/// start that knows the data.
///
/// Dimensions are measured in standard deviations of the data, so units do not decide; every sample
/// belongs to a group, so the first covariances are real ones (scikit-learn's k-means++ start knows
/// only K samples and starts from covariances of zero plus a ridge).
/// From 64 centres, 16384 samples and 32 samples a centre on, in eight dimensions at most, samples
/// are put in order where clusters are small beside their distances, and a centre is compared with
/// those only that it may be nearest to, see detail::NearestTiles: of a million points of a room and
/// 2000 centres one pair in 500.
/// \complexity  O(N K Dim (ln K + lloyd_iterations)) time, and the two passes of an M-step for
///              `start`; K² Dim more to see whether an order pays; a label and a distance for each
///              sample in memory; in order a copy of the samples and, while they are sorted, 16
///              bytes a sample: in double and three dimensions 52 bytes altogether
/// \see Arthur & Vassilvitskii (2007), k-means++: the advantages of careful seeding
struct KMeansPlusPlus {
  /// A fixed default, so that a fit that is run twice gives the same answer twice.
  std::uint64_t seed = 0;

  /// At most this many, >= 0: later ones move few labels, and EM moves them better.
  Index lloyd_iterations = 10;

  /// \param components  K >= 1
  /// \param execution   any execution policy; the same result
  /// \return  [N] the group of each sample, in [0, K)
  /// \throws std::invalid_argument  if lloyd_iterations < 0
  template <class Samples, class Execution>
  std::vector<int> labels(const Samples& samples, Index components,
                          const Execution& execution) const {
    detail::non_negative("KMeansPlusPlus", "lloyd_iterations", lloyd_iterations);
    return detail::k_means_labels<detail::NearestTiles>(
        samples, detail::greedy_task(components, seed, lloyd_iterations), execution);
  }

  /// The mixture of the groups, see detail::StartMaker::of_groups.
  /// \param components  K, from 1 to the number of samples of positive weight
  /// \throws std::invalid_argument  if lloyd_iterations < 0, or if squares of the samples cannot be
  ///                                represented
  template <class Mixture, class Samples, class Execution>
  Mixture start(const Samples& samples, Index components, const Execution& execution) const {
    return detail::mixture_of_groups<Mixture>(
        "KMeansPlusPlus", samples, labels(samples, components, execution), components, execution);
  }
};

}  // namespace initialization
}  // namespace EIGENMIX_ABI
}  // namespace eigenmix

#endif  // EIGENMIX_INITIALIZATION_K_MEANS_PLUS_PLUS_HPP
