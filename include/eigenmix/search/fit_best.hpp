// SPDX-License-Identifier: MIT
#ifndef EIGENMIX_SEARCH_FIT_BEST_HPP
#define EIGENMIX_SEARCH_FIT_BEST_HPP

#include <cstdint>
#include <mutex>
#include <optional>
#include <string>
#include <vector>

#include <eigenmix/em/concurrent_fits.hpp>
#include <eigenmix/report/merit.hpp>
#include <eigenmix/search/initialize.hpp>

namespace eigenmix {
inline namespace EIGENMIX_ABI {

/// One of several runs.
struct Run {
  std::uint64_t seed = 0;
  FitResult result;   ///< status not_run if it failed
  std::string error;  ///< what it failed with; empty for a run that ended

  /// A run that ended, whose components are sound: see FitResult::soundness.
  bool is_valid() const {
    return error.empty() && result.status != FitStatus::abandoned &&
           detail::soundness_of(result) == Soundness::sound;
  }
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

/// Several runs, which may run at once, and the best mixture so far: no other is kept.
template <class Mixture>
class Restarts {
 public:
  explicit Restarts(Index count) : runs_(static_cast<std::size_t>(count)) {}

  template <class X, class Strategy, class Stopping, class Options>
  void run(Index index, const X& x, Index components, Strategy strategy, const Stopping& stopping,
           const Options& options) {
    Run run;
    strategy.seed += static_cast<decltype(strategy.seed)>(index);
    run.seed = static_cast<std::uint64_t>(strategy.seed);
    std::optional<Mixture> mixture;
    try {
      keep_better(x, components, strategy, stopping, options, mixture, run);
      if constexpr (std::is_same_v<Strategy, initialization::SmallEm>) {
        const initialization::KMeansPlusPlus plain{run.seed};
        keep_better(x, components, plain, stopping, start_options(options), mixture, run);
      }
    } catch (const std::runtime_error& error) {  // bad arguments are logic errors and pass
      run.error = error.what();
      mixture.reset();
    }
    const std::lock_guard<std::mutex> lock(mutex_);
    const auto i = static_cast<std::size_t>(index);
    runs_[i] = std::move(run);
    if (mixture && (!mixture_ || is_preferred(i))) {
      mixture_ = std::move(mixture);
      best_ = i;
    }
  }

  /// Fits from a start. \param mixture, run  [in, out] the better of that fit and the one before
  template <class X, class Strategy, class Stopping, class Options>
  static void keep_better(const X& x, Index components, const Strategy& strategy,
                          const Stopping& stopping, const Options& options,
                          std::optional<Mixture>& mixture, Run& run) {
    try {
      auto other = initialize<Mixture>(x, components, strategy, options);
      FitResult result = other.fit(x, stopping, options);
      if (mixture && !is_better(merit_of(result), merit_of(run.result))) return;
      mixture = std::move(other);
      run.result = std::move(result);
      run.error.clear();
    } catch (const degeneracy::CollapsedComponent& error) {  // another start may not meet one
      if (!mixture) run.error = error.what();
    }
  }

  BestFit<Mixture> best() {
    if (!mixture_) throw std::runtime_error("fit_best: every run failed: " + runs_.back().error);
    return {std::move(*mixture_), runs_[best_].result, best_, std::move(runs_)};
  }

 private:
  /// Whether run i is better than the best so far; in whatever order they end, the first of equals.
  bool is_preferred(std::size_t i) const {
    const Merit candidate = merit_of(runs_[i].result), best = merit_of(runs_[best_].result);
    return is_better(candidate, best) || (!is_better(best, candidate) && i < best_);
  }

  std::mutex mutex_;
  std::vector<Run> runs_;
  std::size_t best_ = 0;
  std::optional<Mixture> mixture_;  // of run best_
};

/// The runs that a search abandoned, each in its place; the best is left to be filled in.
template <class Search>
std::vector<Run> report_of(const Search& search) {
  std::vector<Run> runs(search.abandoned().size() + 1);
  for (const auto& abandoned : search.abandoned()) {
    Run& run = runs[static_cast<std::size_t>(abandoned->number)];
    run.seed = abandoned->seed;
    run.result.status = FitStatus::abandoned;
    run.result.stopped_by = "search";
    run.result.iterations = abandoned->iterations;
    run.result.log_likelihood = run.result.log_posterior = abandoned->merit.log_posterior;
  }
  return runs;
}

}  // namespace detail

/// Fits x from the best start that a search finds: short runs in rounds, of which the worse half is
/// abandoned each time, then split-and-merge moves, then the fit.
///
///     const auto best = fit_best<Mixture>(x, 3, starts::thorough());
///
/// `runs` tells every one: those that were abandoned with FitStatus::abandoned and the
/// log-likelihood they had by then, of the samples searched. Runs are spread over a threaded
/// execution policy in `options`; the result is the same.
/// \param x         [Dim x N] samples or weighted(x, w)
/// \param strategy  starts::thorough(), starts::fast(), or a SmallEm of other numbers
/// \throws std::invalid_argument  if x or a number is not as said
template <class Mixture, class X, class Stopping = stopping::Standard, class Options = FitOptions<>>
BestFit<Mixture> fit_best(const X& x, Index components, const initialization::SmallEm& strategy,
                          const Stopping& stopping = stopping::standard(),
                          const Options& options = {}) {
  static_assert(detail::is_fit_options_v<Options>,
                "eigenmix: the last argument of fit_best is what fit_options(...) returns");
  using View = detail::AnySamples<typename Mixture::Scalar, Mixture::Dim>;
  const auto samples =
      detail::Boundary<typename Mixture::Scalar, Mixture::Dim>::open("fit_best", x, Eigen::Dynamic);
  detail::check_component_count("fit_best", components, samples.positive_count());
  View view(samples);
  detail::survey_for(options, view);
  std::vector<Run> runs(1);
  runs[0].seed = strategy.seed;
  std::size_t best = 0;
  Mixture mixture = strategy.template search<Mixture>(
      view, components, options, [&](const auto& search, const auto& found) {
        runs = detail::report_of(search);
        best = static_cast<std::size_t>(found.number);
        runs[best].seed = found.seed;
      });
  runs[best].result = mixture.fit(x, stopping, options);
  FitResult result = runs[best].result;
  return {std::move(mixture), std::move(result), best, std::move(runs)};
}

/// Fits x from several starts that differ in the strategy's seed, and keeps the best.
///
/// Best is the highest log-likelihood among the runs that ended without a collapsed or spurious
/// component (see spurious_components); only if there is none, among those that did; of equals the
/// first. A run that ends in a std::runtime_error, such as degeneracy::CollapsedComponent, does not
/// lose the others. Where the strategy is SmallEm, as it is by default, each run also fits from the
/// plain k-means++ start of its seed, unobserved, and keeps the better of the two: so n runs are
/// never worse than n such starts.
///
/// With a threaded execution policy in `options` the runs are spread over the threads, each on one,
/// or, if there are fewer runs than threads or observers listen, one after the other with all. The
/// result is the same. Start strategy, degeneracy policy, x, and a stopping policy behind std::ref
/// are then used by several threads at once, and every run has scratch of its own.
/// \param x         [Dim x N] samples or weighted(x, w)
/// \param starts    number of runs, >= 1; run i uses seed strategy.seed + i
/// \param strategy  any start strategy with a public `seed`
/// \throws std::invalid_argument  if x or a number is not as said
/// \throws std::runtime_error     if every run failed; its text is the last run's
template <class Mixture, class X, class Strategy = initialization::SmallEm,
          class Stopping = stopping::Standard, class Options = FitOptions<>>
BestFit<Mixture> fit_best(const X& x, Index components, Index starts, Strategy strategy = {},
                          const Stopping& stopping = stopping::standard(),
                          const Options& options = {}) {
  static_assert(detail::has_seed_v<Strategy>,
                "eigenmix: fit_best varies the start by its seed; the strategy must have a public "
                "integer `seed`; an execution policy goes in fit_options");
  constexpr bool are_options = detail::is_fit_options_v<Options>;
  static_assert(are_options,
                "eigenmix: the last argument of fit_best is what fit_options(...) returns");
  detail::at_least_one("fit_best", "starts", starts);
  detail::Restarts<Mixture> restarts(starts);
  if constexpr (are_options) {
    constexpr bool is_observed = std::tuple_size<decltype(options.observers)>::value != 0;
    if (!is_observed && starts >= options.execution.concurrency()) {
      detail::for_each_fit(options, starts, [&](Index i, const auto& alone) {
        restarts.run(i, x, components, strategy, stopping, alone);
      });
    } else {
      for (Index i = 0; i < starts; ++i)
        restarts.run(i, x, components, strategy, stopping, options);
    }
  }
  return restarts.best();
}

}  // namespace EIGENMIX_ABI
}  // namespace eigenmix

#endif  // EIGENMIX_SEARCH_FIT_BEST_HPP
