// SPDX-License-Identifier: MIT
#ifndef EIGENMIX_SEARCH_EXHAUSTIVE_HPP
#define EIGENMIX_SEARCH_EXHAUSTIVE_HPP

#include <algorithm>
#include <chrono>
#include <cmath>
#include <cstdint>
#include <limits>
#include <memory>
#include <utility>
#include <vector>

#include <eigenmix/report/surety.hpp>
#include <eigenmix/search/presets.hpp>

namespace eigenmix {
inline namespace EIGENMIX_ABI {
namespace detail {

/// When to begin no further search.
struct SearchBudget {
  Index searches;
  std::chrono::duration<double> time;
};

/// How a search ended.
struct SearchEnd {
  std::uint64_t seed = 0;
  Merit merit;
  Index iterations = 0;
};

/// The ends of searches that knew nothing of one another, in the order of their seeds, and the
/// best of them, of equals the first.
template <class Parameters>
struct SearchEnds {
  using Run = Candidate<Parameters>;

  void add(std::unique_ptr<Run> end) {
    const bool is_best = run == nullptr || is_better(end->merit, run->merit);
    all.push_back({end->seed, end->merit, end->iterations});
    if (!is_best) return;
    best = all.size() - 1;
    run = std::move(end);
  }

  std::vector<SearchEnd> all;
  std::size_t best = 0;
  std::unique_ptr<Run> run;  // of the best
};

/// On a ridge as well, an end is to be told from another.
inline constexpr Index most_iterations = 3000;

/// One search: from a partition found in coordinates of a random kind, with a few moves and shakes.
template <class Parameters>
EIGENMIX_COLD std::unique_ptr<Candidate<Parameters>> search_once(
    const typename Search<Parameters>::Samples& samples, const typename Parameters::Form& form,
    const SearchTask& task, const RunPolicies& policies) {
  random::Engine engine(task.seed);
  std::vector<int> labels(static_cast<std::size_t>(samples.count()), 0);
  if (task.components > 1) {
    Scouts scouts(samples, task.components, engine);
    const Index kind = random::uniform_index(engine, scouting_count);
    labels = scouts.labels(scouting_of(kind, Parameters::Layout::is_dense), engine());
  }
  Search<Parameters> search(samples, form, task.plan, policies);
  typename Search<Parameters>::Runs runs;
  runs.push_back(
      std::make_unique<Candidate<Parameters>>(search.begin(labels, task.components), 0, task.seed));
  auto best = search.best_of(std::move(runs));
  search.finish(*best, most_iterations);
  return best;
}

/// One search for each task, all at once.
template <class Parameters>
EIGENMIX_COLD std::vector<std::unique_ptr<Candidate<Parameters>>> search_at_once(
    const typename Search<Parameters>::Samples& samples, const typename Parameters::Form& form,
    const std::vector<SearchTask>& tasks, const RunPolicies& policies) {
  const RunPolicies on_one{AnyExecution::one_thread(), policies.lend, policies.prior,
                           policies.fixed, policies.noise};
  std::vector<std::unique_ptr<Candidate<Parameters>>> runs(tasks.size());
  policies.execution.run(static_cast<Index>(tasks.size()), [&](Index i) {
    const auto at = static_cast<std::size_t>(i);
    runs[at] = search_once<Parameters>(samples, form, tasks[at], on_one);
  });
  return runs;
}

/// Searches until the budget ends, as many at once as the policies have threads.
template <class Parameters>
SearchEnds<Parameters> search_until(const typename Search<Parameters>::Samples& samples,
                                    const typename Parameters::Form& form, const SearchTask& task,
                                    const SearchBudget& budget, const RunPolicies& policies) {
  using Clock = std::chrono::steady_clock;
  return with_searched(samples, task, [&](const auto& searched) {
    const auto began = Clock::now();
    random::Engine engine(task.seed);
    SearchEnds<Parameters> ends;
    for (Index left = budget.searches; left > 0;) {
      const bool is_timed = std::isfinite(budget.time.count());  // else no thread need wait
      const Index count = is_timed ? std::min(left, Index(policies.execution.concurrency())) : left;
      std::vector<SearchTask> tasks(static_cast<std::size_t>(count), task);
      for (SearchTask& own : tasks) own.seed = engine();
      for (auto& run : search_at_once<Parameters>(searched, form, tasks, policies)) {
        ends.add(std::move(run));
      }
      left -= count;
      if (Clock::now() - began >= budget.time) break;
    }
    return ends;
  });
}

}  // namespace detail

namespace initialization {

/// Searches that know nothing of one another, until a budget ends: how often they end in the same
/// optimum tells how sure one may be that there is no better one, see Surety, which fit_best
/// returns.
///
///     const auto best = fit_best<Mixture>(x, 3, initialization::exhaustive(10s));
///     out << best.surety;
///
/// Each is EM from a partition found in coordinates of a random kind, see detail::Scouting, moved
/// twice at most and shaken until four shakes have led to nothing better (iterated local search:
/// Lourenço, Martin & Stützle 2003). Of 42 sets of samples the best optimum known was found in 38
/// by 200 such searches and in 32 by 1000 fits from single partitions, which take less than half as
/// long. Of more samples than SmallEm searches a draw of that size is searched.
/// \complexity  a search takes 10 to 100 times as many iterations of EM as a fit from one start
struct Exhaustive {
  /// A fixed default, so that a search by number that is run twice gives the same answer twice.
  std::uint64_t seed = 0;
  /// Searches at most, >= 1: so many tell a chance of a hundredth.
  Index searches = 100;
  /// Once it is over no search begins, but as many as there are threads are always done; > 0. Not
  /// limited by default: with it the answer depends on the machine.
  std::chrono::duration<double> time =
      std::chrono::duration<double>(std::numeric_limits<double>::infinity());

  /// \throws std::invalid_argument  if a number is not as said
  template <class Mixture, class Samples, class Options>
  Mixture start_for(const Samples& samples, Index components, const Options& options) const {
    return search<Mixture>(samples, components, options, [](const auto&) {});
  }

  /// A start likewise, of so many components with those options; tells `report` the
  /// detail::SearchEnds.
  template <class Mixture, class Samples, class Options, class Report>
  Mixture search(const Samples& samples, Index components, const Options& options,
                 Report&& report) const {
    detail::at_least_one("Exhaustive", "searches", searches);
    if (!(time.count() > 0)) {
      detail::reject("Exhaustive", "seconds", detail::text(time.count()), "a number > 0");
    }
    using Parameters = detail::ParametersOf<Mixture>;
    SmallEm like;
    like.seed = seed;
    auto task = like.task_for<typename Parameters::Layout>(samples, components);
    constexpr Index first_iterations = 10, kept = 1, moves = 2, shakes = 4;
    task.plan = {1, first_iterations, kept, moves, shakes, std::numeric_limits<Index>::max() / 2};
    return detail::with_run_policies(options, [&](const detail::RunPolicies& policies) {
      auto ends = detail::search_until<Parameters>(samples, detail::form_of_mixture<Mixture>, task,
                                                   {searches, time}, policies);
      report(ends);
      return detail::Access::make<Mixture>(std::move(ends.run->parameters));
    });
  }
};

/// Searches until the time is over, and for so many seeds at most as anybody has time for. The
/// answer depends on the machine, as a time limit's does.
inline Exhaustive exhaustive(std::chrono::duration<double> time, std::uint64_t seed = 0) {
  return {seed, std::numeric_limits<Index>::max(), time};
}

}  // namespace initialization
}  // namespace EIGENMIX_ABI
}  // namespace eigenmix

#endif  // EIGENMIX_SEARCH_EXHAUSTIVE_HPP
