// SPDX-License-Identifier: MIT
#ifndef EIGENMIX_SEARCH_CANDIDATE_HPP
#define EIGENMIX_SEARCH_CANDIDATE_HPP

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <utility>

#include <eigenmix/base/fwd.hpp>
#include <eigenmix/report/merit.hpp>

namespace eigenmix {
inline namespace EIGENMIX_ABI {
namespace detail {

/// How a search spends its iterations.
struct SearchPlan {
  Index runs;         ///< short runs at first
  Index iterations;   ///< of EM in the first round, doubled in every further one
  Index kept;         ///< runs, and moves, that go on until they have converged
  Index move_rounds;  ///< times that split-and-merge moves are tried
  Index shakes;       ///< in a row that lead to nothing better before the search ends
  Index budget;       ///< iterations of EM after which no new move or shake is tried
};

/// One run of a search: its parameters and what is known of them.
template <class Parameters>
struct Candidate {
  Candidate(Parameters begun, Index run_number, std::uint64_t run_seed)
      : parameters(std::move(begun)), number(run_number), seed(run_seed) {}

  Parameters parameters;
  Index number;        // of the start it comes from
  std::uint64_t seed;  // of that start
  Merit merit;
  Index starts = 1;  // that gave the same partition
  Index iterations = 0;
  bool converged = false;
  bool is_at_end = false;  // where a fit from here would end
};

/// The best to the front, in order; of equals the first.
/// \param runs       pointers to Candidates
/// \param abandoned  where the others go, or nullptr
template <class Runs>
EIGENMIX_COLD void keep_best(Runs& runs, std::size_t count, Runs* abandoned) {
  for (std::size_t i = 0; i < std::min(count, runs.size()); ++i) {
    std::size_t best = i;
    for (std::size_t j = i + 1; j < runs.size(); ++j) {
      if (is_better(runs[j]->merit, runs[best]->merit)) best = j;
    }
    runs[i].swap(runs[best]);
  }
  for (; runs.size() > count; runs.pop_back()) {
    if (abandoned != nullptr) abandoned->push_back(std::move(runs.back()));
  }
}

/// The best of the sound ones that are not at their end, or nullptr.
/// \param runs  pointers to Candidates
template <class Runs>
EIGENMIX_COLD typename Runs::value_type* best_sound(Runs& runs) {
  typename Runs::value_type* best = nullptr;
  for (auto& run : runs) {
    if (run->is_at_end || run->merit.soundness != Soundness::sound) continue;
    if (best == nullptr || is_better(run->merit, (*best)->merit)) best = &run;
  }
  return best;
}

}  // namespace detail
}  // namespace EIGENMIX_ABI
}  // namespace eigenmix

#endif  // EIGENMIX_SEARCH_CANDIDATE_HPP
