// SPDX-License-Identifier: MIT
#ifndef EIGENMIX_EM_RESTARTS_HPP
#define EIGENMIX_EM_RESTARTS_HPP

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include <eigenmix/initialization/initialize.hpp>

namespace eigenmix {
inline namespace EIGENMIX_ABI {

/// One of several runs.
struct Run {
  std::uint64_t seed = 0;
  FitResult result;   ///< status not_run if it failed
  std::string error;  ///< what it failed with; empty for a run that ended

  /// A run whose likelihood was not won by a component collapsing on a few samples.
  bool is_valid() const { return error.empty() && result.collapsed == 0; }
};

/// The best of several runs and the report of all.
template <class Mixture>
struct BestFit {
  Mixture mixture;
  FitResult result;       ///< of the run it came from
  std::size_t best = 0;   ///< the index of that run
  std::vector<Run> runs;  ///< in the order they were started
};

namespace detail {

template <class T, class = void>
inline constexpr bool has_seed_v = false;
template <class T>
inline constexpr bool has_seed_v<T, std::void_t<decltype(++std::declval<T&>().seed)>> = true;

/// Whether run a is to be preferred: valid before collapsed, then the higher likelihood.
inline bool is_better(const Run& a, const Run& b) {
  if (a.is_valid() != b.is_valid()) return a.is_valid();
  return a.result.log_likelihood > b.result.log_likelihood;
}

}  // namespace detail

/// Fits x from several starts that differ in the strategy's seed, and keeps the best.
///
/// Best is the highest log-likelihood among the runs that ended without a collapsed component; only
/// if there is none, among those that did. A run that ends in a std::runtime_error, such as
/// degeneracy::CollapsedComponent, does not lose the others.
/// \param x         [Dim x N] samples or weighted(x, w)
/// \param starts    number of runs, >= 1; run i uses seed strategy.seed + i
/// \param strategy  any start strategy with a public `seed`
/// \throws std::invalid_argument  if x or a number is not as said
/// \throws std::runtime_error     if every run failed; its text is the last run's
template <class Mixture, class X, class Strategy = initialization::KMeansPlusPlus,
          class Stopping = stopping::Standard, class Options = FitOptions<>>
BestFit<Mixture> fit_best(const X& x, Index components, Index starts, Strategy strategy = {},
                          const Stopping& stopping = stopping::standard(),
                          const Options& options = {}) {
  static_assert(detail::has_seed_v<Strategy>,
                "eigenmix: fit_best varies the start by its seed; the strategy must have a public "
                "integer `seed`");
  if (starts < 1) detail::reject("fit_best", "starts", detail::text(starts), "at least one");
  std::vector<Run> runs;
  std::optional<Mixture> best_mixture;
  std::size_t best = 0;
  for (Index i = 0; i < starts; ++i, ++strategy.seed) {
    Run run;
    run.seed = strategy.seed;
    std::optional<Mixture> mixture;
    try {
      mixture = initialize<Mixture>(x, components, strategy);
      run.result = mixture->fit(x, stopping, options);
    } catch (const std::runtime_error& error) {  // bad arguments are logic errors and pass
      run.error = error.what();
      mixture.reset();
    }
    if (mixture && (!best_mixture || detail::is_better(run, runs[best]))) {
      best_mixture = std::move(mixture);
      best = runs.size();
    }
    runs.push_back(std::move(run));
  }
  if (!best_mixture) throw std::runtime_error("fit_best: every run failed: " + runs.back().error);
  return {std::move(*best_mixture), runs[best].result, best, std::move(runs)};
}

}  // namespace EIGENMIX_ABI
}  // namespace eigenmix

#endif  // EIGENMIX_EM_RESTARTS_HPP
