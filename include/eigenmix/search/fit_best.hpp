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
#include <eigenmix/search/exhaustive.hpp>
#include <eigenmix/search/initialize.hpp>
#include <eigenmix/search/restarts.hpp>

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
  Surety surety;  ///< of searches and restarts that knew nothing of one another; else of none
};

namespace detail {

/// Several runs, which may run at once, and the best mixture so far: no other is kept.
template <class Mixture>
class BestOfRuns {
 public:
  explicit BestOfRuns(Index count) : runs_(static_cast<std::size_t>(count)) {}

  /// \param strategy  of run 0
  template <class X, class Strategy, class Options>
  void run(Index index, const X& x, Index components, Strategy strategy, const Options& options) {
    Run run;
    strategy.seed += static_cast<decltype(strategy.seed)>(index);
    run.seed = static_cast<std::uint64_t>(strategy.seed);
    std::optional<Mixture> mixture;
    try {
      const auto fit_from = [&](const auto& start, const auto& start_options) {
        keep_better(mixture, run, [&] {
          auto other = initialize<Mixture>(x, components, start, start_options);
          FitResult result = other.fit(x, start_options);
          return std::make_pair(std::move(other), std::move(result));
        });
      };
      fit_from(strategy, options);
      if constexpr (std::is_same_v<Strategy, initialization::SmallEm>) {
        fit_from(initialization::KMeansPlusPlus{run.seed}, unobserved(options));
      }
    } catch (const SourceFailure&) {
      throw;
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

  /// \param mixture, run  [in, out] the better of a fit and the one before
  /// \param fit           makes a mixture and its result
  template <class Fit>
  static void keep_better(std::optional<Mixture>& mixture, Run& run, const Fit& fit) {
    try {
      auto [other, result] = fit();
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
    std::vector<Merit> ends;
    for (const Run& run : runs_) ends.push_back(merit_of(run.result));
    return {std::move(*mixture_), runs_[best_].result, best_, std::move(runs_),
            surety_of(std::move(ends))};
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

/// What is known of a run of a search that found better ones.
inline Run abandoned_run(std::uint64_t seed, Index iterations, double log_posterior) {
  Run run;
  run.seed = seed;
  run.result.status = FitStatus::abandoned;
  run.result.stopped_by = "search";
  run.result.iterations = iterations;
  run.result.log_likelihood = run.result.log_posterior = log_posterior;
  return run;
}

/// The runs that a search abandoned, each in its place; the best is left to be filled in.
template <class Search>
std::vector<Run> report_of(const Search& search) {
  std::vector<Run> runs(search.abandoned().size() + 1);
  for (const auto& run : search.abandoned()) {
    runs[static_cast<std::size_t>(run->number)] =
        abandoned_run(run->seed, run->iterations, run->merit.log_posterior);
  }
  return runs;
}

/// What a search tells of its runs.
struct FoundRuns {
  std::vector<Run> all;
  std::size_t best = 0;
  Surety surety;
};

/// The fit from what a search finds.
/// \param find  (samples, runs) -> a mixture; fills in the runs
template <class Mixture, class X, class Options, class Find>
BestFit<Mixture> fit_found(const X& x, Index components, const Options& options, const Find& find) {
  using Scalar = typename Mixture::Scalar;
  FoundRuns runs;
  Mixture mixture =
      with_start_samples<Scalar, Mixture::Dim>("fit_best", x, [&](const auto& start_x) {
        const auto opened =
            Boundary<Scalar, Mixture::Dim>::checked("fit_best", start_x, Eigen::Dynamic);
        check_component_count("fit_best", components, opened.positive_count());
        check_options("fit_best", options, form_of_mixture<Mixture>, opened.dimension(),
                      components);
        AnySamples<Scalar, Mixture::Dim> samples(opened);
        survey_for(options, samples);
        return find(samples, runs);
      });
  runs.all[runs.best].result = mixture.fit(x, options);
  FitResult result = runs.all[runs.best].result;
  return {std::move(mixture), std::move(result), runs.best, std::move(runs.all), runs.surety};
}

/// The best of searches until a budget ends.
template <class Mixture, class X, class Options>
BestFit<Mixture> best_of_searches(const X& x, Index components,
                                  const initialization::Exhaustive& strategy,
                                  const Options& options) {
  return fit_found<Mixture>(x, components, options, [&](const auto& samples, FoundRuns& runs) {
    std::vector<Merit> merits;
    const auto report = [&](const auto& ends) {
      for (const SearchEnd& end : ends.all) {
        runs.all.push_back(abandoned_run(end.seed, end.iterations, end.merit.log_posterior));
        merits.push_back(end.merit);
      }
      runs.best = ends.best;
    };
    auto mixture =
        strategy.template search<Mixture>(samples, components, start_options(options), report);
    runs.surety = surety_of(std::move(merits));
    return mixture;
  });
}

/// The best of the runs of one search.
template <class Mixture, class X, class Options>
BestFit<Mixture> best_of_search(const X& x, Index components,
                                const initialization::SmallEm& strategy, const Options& options) {
  return fit_found<Mixture>(x, components, options, [&](const auto& samples, FoundRuns& runs) {
    runs.all.resize(1);
    runs.all[0].seed = strategy.seed;
    return strategy.template search<Mixture>(samples, components, options,
                                             [&](const auto& search, const auto& found) {
                                               runs.all = report_of(search);
                                               runs.best = static_cast<std::size_t>(found.number);
                                               runs.all[runs.best].seed = found.seed;
                                             });
  });
}

/// The best of several starts.
template <class Mixture, class X, class Strategy, class Options>
BestFit<Mixture> best_of_restarts(const X& x, Index components,
                                  const initialization::Restarts<Strategy>& restarts,
                                  const Options& options) {
  at_least_one("fit_best", "runs", restarts.runs);
  BestOfRuns<Mixture> best(restarts.runs);
  constexpr bool is_observed = std::tuple_size<decltype(options.observers)>::value != 0;
  if (!is_observed && restarts.runs >= options.execution.concurrency()) {
    for_each_fit(options, restarts.runs, [&](Index i, const auto& on_one) {
      best.run(i, x, components, restarts.strategy, on_one);
    });
  } else {
    for (Index i = 0; i < restarts.runs; ++i) {
      best.run(i, x, components, restarts.strategy, options);
    }
  }
  return best.best();
}

}  // namespace detail

/// Fits x from the best start that is found.
///
///     const auto best = fit_best<Mixture>(x, 3, initialization::thorough());
///     const auto other = fit_best<Mixture>(x, 3, initialization::Restarts{10});
///
/// A SmallEm is one search: short runs in rounds, of which the worse half is abandoned each time,
/// then split-and-merge moves, then the fit (Biernacki, Celeux & Govaert 2003). `runs` tells every
/// one: those that were abandoned with FitStatus::abandoned and the log-likelihood they had by
/// then, of the samples searched.
///
/// An Exhaustive is many searches that know nothing of one another, until a budget ends; the best
/// is fitted, `runs` tells them all, and `surety` how often they ended in the same optimum.
///
/// Restarts are whole fits from starts that differ in their seed. Best is the highest
/// log-likelihood among those that ended without a collapsed or spurious component (see
/// spurious_components); only if there is none, among those that did; of equals the first. A run
/// that ends in a std::runtime_error, such as degeneracy::CollapsedComponent, does not lose the
/// others.
///
/// With a threaded execution policy in `options` runs are spread over the threads, restarts each on
/// one, or, if there are fewer of them than threads or observers listen, one after the other with
/// all. The result is the same. Start strategy, degeneracy policy, x, and a stopping policy behind
/// std::ref are then used by several threads at once, and every run has scratch of its own.
/// \param x           [Dim x N] samples, weighted(x, w) or counted(x, c)
/// \param components  K, from 1 to the number of samples of positive weight
/// \param strategy    a SmallEm, of which initialization::fast(), thorough() and exhaustive() are
///                    some; an Exhaustive, as exhaustive(10s) is; or Restarts, of at least one run
/// \param options     see fit_options
/// \throws std::invalid_argument  if x or a number is not as said
/// \throws std::runtime_error     if every run failed; its text is the last run's
/// \complexity  of a SmallEm or Exhaustive its search and one fit; of Restarts a start and a fit a
///              run, two of each where their strategy is SmallEm. Of the mixtures only the best is
///              kept, beside the memory of each run at work
template <class Mixture, class X, class Strategy = initialization::SmallEm,
          class Options = FitOptions<>>
BestFit<Mixture> fit_best(const X& x, Index components, const Strategy& strategy = {},
                          const Options& options = {}) {
  constexpr bool are_options = detail::is_fit_options_v<Options>;
  static_assert(are_options,
                "eigenmix: the last argument of fit_best is what fit_options(...) returns");
  constexpr bool is_search = std::is_same_v<Strategy, initialization::SmallEm>;
  constexpr bool are_searches = std::is_same_v<Strategy, initialization::Exhaustive>;
  constexpr bool is_restarts = initialization::is_restarts_v<Strategy>;
  static_assert(
      is_search || are_searches || is_restarts,
      "eigenmix: fit_best takes initialization::SmallEm or Exhaustive, or several starts, "
      "initialization::Restarts(10, strategy); an execution policy goes in fit_options");
  if constexpr (are_options && is_search) {
    return detail::best_of_search<Mixture>(x, components, strategy, options);
  } else if constexpr (are_options && are_searches) {
    return detail::best_of_searches<Mixture>(x, components, strategy, options);
  } else if constexpr (are_options && is_restarts) {
    return detail::best_of_restarts<Mixture>(x, components, strategy, options);
  }
}

}  // namespace EIGENMIX_ABI
}  // namespace eigenmix

#endif  // EIGENMIX_SEARCH_FIT_BEST_HPP
