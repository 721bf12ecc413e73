// SPDX-License-Identifier: MIT
#ifndef EIGENMIX_ALGEBRA_REDUCTION_HPP
#define EIGENMIX_ALGEBRA_REDUCTION_HPP

#include <cmath>
#include <limits>
#include <utility>
#include <vector>

#include <eigenmix/algebra/merge_table.hpp>
#include <eigenmix/inference/factored_normals.hpp>

namespace eigenmix {
inline namespace EIGENMIX_ABI {

/// What is left of a mixture: limits as trackers set them, all off by default. They act in order.
struct ReductionLimits {
  /// Components of a smaller weight are left out, in [0, 1); the heaviest remains in any case.
  double prune_below = 0;
  /// Components whose mean lies nearer to that of a heavier one than this squared Mahalanobis
  /// distance, in the lighter one's covariance, become one with it: (mean_i - mean_j)^T S_i^-1
  /// (mean_i - mean_j), as in GM-PHD filters (Vo & Ma 2006, table II), where four is usual.
  double merge_distance = 0;
  /// Pairs are merged, the cheapest first, while that costs less than so many nats of
  /// Kullback-Leibler divergence at most: Runnalls' B(i, j), see reduce.
  double merge_cost = 0;
  /// And, whatever that costs, until there are no more than this, at least one.
  Index max_components = std::numeric_limits<Index>::max();
};

namespace detail {

EIGENMIX_COLD inline void check_reduction_limits(const char* where, const ReductionLimits& limits) {
  if (!(limits.prune_below >= 0) || !(limits.prune_below < 1)) {
    reject(where, "prune_below", text(limits.prune_below), "a number in [0, 1)");
  }
  non_negative(where, "merge_distance", limits.merge_distance);
  non_negative(where, "merge_cost", limits.merge_cost);
  at_least_one(where, "max_components", limits.max_components);
}

/// The heaviest of so many components that are not taken yet.
template <class Real, int Dim>
std::size_t heaviest_of(const Normals<Real, Dim>& normals, const std::vector<bool>& is_taken) {
  std::size_t heaviest = normals.size();
  for (std::size_t k = 0; k < normals.size(); ++k) {
    if (is_taken[k]) continue;
    if (heaviest == normals.size() || normals[k].weight > normals[heaviest].weight) heaviest = k;
  }
  return heaviest;
}

/// Components of at least that weight, or the heaviest.
template <class Real, int Dim>
Normals<Real, Dim> pruned_normals(const Normals<Real, Dim>& normals, double least) {
  Normals<Real, Dim> result;
  for (const auto& normal : normals) {
    if (!(double(normal.weight) < least)) result.push_back(normal);
  }
  if (result.empty()) {
    result.push_back(normals[heaviest_of(normals, std::vector<bool>(normals.size(), false))]);
  }
  normalise_weights(result);
  return result;
}

/// The heaviest component with all that are near to it, then of the others again.
template <class Real, int Dim>
EIGENMIX_COLD Normals<Real, Dim> joined_normals(const char* where,
                                                const Normals<Real, Dim>& normals,
                                                double distance) {
  const auto factors = all_factored(where, normals);
  std::vector<bool> is_taken(normals.size(), false);
  Normals<Real, Dim> result;
  for (std::size_t left = normals.size(); left > 0;) {
    const std::size_t centre = heaviest_of(normals, is_taken);
    std::vector<Index> members;
    for (std::size_t k = 0; k < normals.size(); ++k) {
      if (is_taken[k]) continue;
      Vector<Real, Dim> offset = normals[k].mean - normals[centre].mean;
      solve_lower(factors[k].root, offset);
      Real square = 0;
      for (Index i = 0; i < offset.size(); ++i) square += offset(i) * offset(i);
      if (k != centre && !(double(square) < distance)) continue;
      is_taken[k] = true;
      members.push_back(static_cast<Index>(k));
    }
    left -= members.size();
    result.push_back(moment_match(normals, members));
  }
  return result;
}

/// A mixture with covariances of any form, of the space of this one.
template <class Mixture>
using FreeMixture = GaussianMixture<typename Mixture::Scalar, Mixture::Dim>;

}  // namespace detail

/// The one normal distribution of the mixture's mean and covariance, which is the nearest to it in
/// Kullback-Leibler divergence from the mixture (Bishop 2006, section 10.7).
/// \param mixture  without a background
/// \return of one component, covariance of any form
/// \throws std::invalid_argument  if there is a background, or the covariance cannot be represented
/// \complexity  O(K Dim² + Dim³)
template <class Mixture>
auto collapse(const Mixture& mixture) -> GaussianMixture<typename Mixture::Scalar, Mixture::Dim> {
  const auto normals = detail::normals_of<Mixture::Dim>("collapse", mixture);
  std::vector<Index> all;
  for (Index k = 0; k < mixture.component_count(); ++k) all.push_back(k);
  auto one = detail::moment_match(normals, all);
  one.weight = 1;
  return detail::mixture_of_normals<detail::FreeMixture<Mixture>>("collapse", {one});
}

/// A mixture of fewer components that is near to this one. Components are pruned, joined to heavier
/// ones near by, and then merged in pairs, the one first whose merge may cost least
/// Kullback-Leibler divergence from the mixture (Runnalls 2007, IEEE Trans. Aerosp. Electron. Syst.
/// 43, 989-999): B(i, j) = [(w_i + w_j) log |S_ij| - w_i log |S_i| - w_j log |S_j|] / 2 nats, S_ij
/// the covariance of the two together. Merges keep the mixture's mean and covariance. `refine`
/// improves what comes out.
///
///     ReductionLimits limits;
///     limits.prune_below = 1e-5;
///     limits.max_components = 100;
///     mixture = reduce(mixture, limits);
///
/// \param mixture  without a background
/// \return covariances of any form
/// \throws std::invalid_argument  if limits are not as they say, there is a background, or a merged
///                                covariance cannot be represented
/// \complexity  O(K² Dim³), of which the joining takes O(K² Dim²); memory O(K² + K Dim²)
template <class Mixture>
auto reduce(const Mixture& mixture, const ReductionLimits& limits)
    -> GaussianMixture<typename Mixture::Scalar, Mixture::Dim> {
  constexpr const char* where = "reduce";
  detail::check_reduction_limits(where, limits);
  auto normals =
      detail::pruned_normals(detail::normals_of<Mixture::Dim>(where, mixture), limits.prune_below);
  if (limits.merge_distance > 0)
    normals = detail::joined_normals(where, normals, limits.merge_distance);
  const bool is_small = static_cast<Index>(normals.size()) <= limits.max_components;
  if (limits.merge_cost > 0 || !is_small) {
    detail::MergeTable<typename Mixture::Real, Mixture::Dim> table(where, std::move(normals));
    while (table.count() > 1 && (table.count() > limits.max_components ||
                                 double(table.least_cost()) < limits.merge_cost)) {
      if (!std::isfinite(table.least_cost())) {
        detail::reject(where, "covariance of two components together",
                       "one that cannot be represented", "means that are nearer together");
      }
      table.merge_cheapest();
    }
    normals = table.left();
  }
  detail::normalise_weights(normals);
  return detail::mixture_of_normals<detail::FreeMixture<Mixture>>(where, normals);
}

}  // namespace EIGENMIX_ABI
}  // namespace eigenmix

#include <eigenmix/algebra/refinement.hpp>

#endif  // EIGENMIX_ALGEBRA_REDUCTION_HPP
