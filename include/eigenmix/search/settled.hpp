// SPDX-License-Identifier: MIT
#ifndef EIGENMIX_SEARCH_SETTLED_HPP
#define EIGENMIX_SEARCH_SETTLED_HPP

#include <algorithm>

#include <eigenmix/report/merit.hpp>
#include <eigenmix/search/split_merge.hpp>

namespace eigenmix {
inline namespace EIGENMIX_ABI {
namespace detail {

/// Whether uniting any two components would lose more than a chance split of one gains, and, for
/// each of their samples, what uniting equal groups 3.84 deviations apart loses,
/// log(1 + 3.84² / 4) / 2 - log 2: groups that are four apart mostly do. O(K² Dim³).
template <class Parameters>
EIGENMIX_COLD bool stand_apart(const Parameters& p, Index samples) {
  const Index k = p.component_count(), d = p.dimension();
  const double free = double(p.form->parameter_count(d, k)) / double(k) + double(d);
  const double least = (10 + free / 2) / double(samples);
  for (Index i = 0; i < k; ++i) {
    for (Index j = i + 1; j < k; ++j) {
      const double loss = merge_loss(p, i, j) - mixing_entropy(p, i, j);
      if (!(loss > std::max(least, 0.08 * double(p.weights(i) + p.weights(j))))) return false;
    }
  }
  return true;
}

/// Whether two starts at least have converged, all that have to the same optimum, and its components
/// stand apart. To search on is then of no use.
/// \param runs     pointers to Candidates, one or more
/// \param samples  how many there are
/// \param margin   of log-likelihoods of the same optimum
template <class Runs>
EIGENMIX_COLD bool are_settled(const Runs& runs, Index samples, double margin) {
  const auto* best = runs.front().get();
  for (const auto& run : runs) {
    if (is_better(run->merit, best->merit)) best = run.get();
  }
  if (!best->converged || best->merit.has_failed) return false;
  if (best->merit.soundness != Soundness::sound) return false;
  Index agreeing = 0;
  for (const auto& run : runs) {
    if (!run->converged) continue;
    if (is_better(best->merit, run->merit, margin)) return false;
    agreeing += run->starts;
  }
  return agreeing >= 2 && stand_apart(best->parameters, samples);
}

}  // namespace detail
}  // namespace EIGENMIX_ABI
}  // namespace eigenmix

#endif  // EIGENMIX_SEARCH_SETTLED_HPP
