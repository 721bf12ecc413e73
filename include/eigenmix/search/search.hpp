// SPDX-License-Identifier: MIT
#ifndef EIGENMIX_SEARCH_SEARCH_HPP
#define EIGENMIX_SEARCH_SEARCH_HPP

#include <algorithm>
#include <memory>
#include <utility>
#include <vector>

#include <eigenmix/initialization/k_means_plus_plus.hpp>
#include <eigenmix/samples/any_samples.hpp>
#include <eigenmix/search/candidate.hpp>
#include <eigenmix/search/partitions.hpp>
#include <eigenmix/search/runner.hpp>
#include <eigenmix/search/scouts.hpp>
#include <eigenmix/search/settled.hpp>
#include <eigenmix/search/shake.hpp>
#include <eigenmix/search/split_merge.hpp>

namespace eigenmix {
inline namespace EIGENMIX_ABI {
namespace detail {

/// The search for a start: short runs of EM in rounds, of which half is abandoned each time, then
/// split-and-merge moves from the best. Which run is abandoned depends on the likelihoods alone, so
/// the result is the same for every execution policy; runs and moves are what is spread over it.
/// \tparam Options  of every run: those of the fit, but on one thread and unobserved
template <class Parameters>
class Search {
 public:
  using Samples = AnySamples<typename Parameters::Scalar, Parameters::Dim>;
  using Run = Candidate<Parameters>;
  using Runs = std::vector<std::unique_ptr<Run>>;  // cheaper to compile than to move runs

  /// \param form  of the family
  Search(const Samples& samples, const typename Parameters::Form& form, const SearchPlan& plan,
         const RunPolicies& policies)
      : samples_(samples),
        maker_("SmallEm", form, samples, AnyExecution::one_thread()),
        plan_(plan),
        policies_(policies),
        runner_(samples, policies) {}

  /// The best of runs from starts of its own, each that converged improved by moves.
  EIGENMIX_COLD std::unique_ptr<Run> best_of_runs(Index components, std::uint64_t seed) {
    Runs runs;
    if (auto settled = begin_runs(components, seed, runs)) return settled;
    return best_of(std::move(runs));
  }

  /// Begins runs from starts of its own.
  /// \return the best of them where that settles the search, else nothing
  EIGENMIX_COLD std::unique_ptr<Run> begin_runs(Index components, std::uint64_t seed, Runs& runs) {
    random::Engine engine(seed);
    Scouts scouts(samples_, components, engine);
    if (!begin_scouted(scouts, components, engine, runs)) return nullptr;
    keep_best(runs, 1, &abandoned_);
    rearrange(runs.front(), 1);
    return std::move(runs.front());
  }

  /// The best of runs that have begun, likewise.
  EIGENMIX_COLD std::unique_ptr<Run> best_of(Runs runs) {
    race(runs, plan_.kept, &abandoned_);
    Runs before_moves;
    for (auto& run : runs) {
      before_moves.push_back(std::make_unique<Run>(*run));
      improve(run);
      shake(*this, samples_, plan_.shakes, run);
      if (runs.size() > 1) come_to_rest(*run);
    }
    keep_best(runs, 1, &abandoned_);
    rearrange(runs.front(), 3);
    const auto is_other = [&](const auto& run) { return run->number != runs.front()->number; };
    before_moves.erase(std::remove_if(before_moves.begin(), before_moves.end(), is_other),
                       before_moves.end());
    turn_to_sound(before_moves, runs.front());
    turn_to_sound(abandoned_, runs.front());
    return std::move(runs.front());
  }

  /// Tries moves until none is better. \return how many were made
  EIGENMIX_COLD Index improve(std::unique_ptr<Run>& best) {
    Index made = 0;
    while (made < plan_.move_rounds && best->parameters.component_count() > 1 && make_move(best)) {
      ++made;
    }
    return made;
  }

  /// Tries moves from where a fit of these parameters would end. \return how many were made
  /// \param parameters  [in, out] changed only if moves were made
  EIGENMIX_COLD Index improve(Parameters& parameters) {
    auto run = std::make_unique<Run>(parameters, 0, 0);
    runner_.advance(*run, 10000, end_tolerance);
    const Index made = improve(run);
    if (made > 0) parameters = std::move(run->parameters);
    return made;
  }

  /// Whether the best of the runs is better than the best so far, which it then is: really so, by
  /// more than either is sure to.
  EIGENMIX_COLD bool replace_by_best_of(Runs& runs, Index count, std::unique_ptr<Run>& best) {
    race(runs, count, nullptr);
    keep_best(runs, 1, static_cast<Runs*>(nullptr));
    if (!is_better(runs.front()->merit, best->merit, gain_tolerance)) return false;
    come_to_rest(*best);
    come_to_rest(*runs.front());
    if (!is_better(runs.front()->merit, best->merit, gain_tolerance)) return false;
    runs.front()->iterations += best->iterations;
    best.swap(runs.front());
    return true;
  }

  bool has_budget() const { return spent_ < plan_.budget; }

  /// EM to where a fit from here would end.
  void finish(Run& run, Index iterations = longest_run) const {
    runner_.advance(run, iterations, end_tolerance);
  }

  /// A start from a partition.
  Parameters begin(const std::vector<int>& labels, Index components) const {
    return maker_.of_groups(labels, components);
  }

  /// Those that were not the best, in the order they were abandoned.
  const Runs& abandoned() const { return abandoned_; }

 private:
  // Far below what tells optima apart, which differ by nats, and far above where EM crawls.
  static constexpr double gain_tolerance = 0.1;
  // A run that needs more is on a ridge, where likelihoods compare: that is left to the fit.
  static constexpr Index longest_run = 300;
  // Where a fit from the search would end, see stopping::standard.
  static constexpr double end_tolerance = 5e-5;
  // None of so many becomes a spurious component late.
  static constexpr Index many_samples = 2000;
  // So many differ in where they look; most groups that stand apart are found by two of them.
  static constexpr Index first_runs = 5;

  /// Runs from where the samples of the best would go without what binds them, while it helps.
  EIGENMIX_COLD void rearrange(std::unique_ptr<Run>& best, int times) {
    const Index components = best->parameters.component_count();
    if (!may_bind_samples<typename Parameters::Layout>(samples_, components)) return;
    const Partitions<Parameters> partitions(maker_, samples_, components);
    for (int i = 0; i < times; ++i) {
      std::vector<int> labels = likeliest_components(best->parameters, samples_);
      if (!move_samples(maker_, samples_, labels, components)) return;
      partitions.unbind(labels);
      auto run = std::make_unique<Run>(begin(labels, components), best->number, best->seed);
      runner_.advance(*run, longest_run, gain_tolerance);
      spent_ += run->iterations;
      if (!is_better(run->merit, best->merit, gain_tolerance)) return;
      best.swap(run);
    }
  }

  /// A run from each partition that a scout finds. Two that agree settle the search at once if EM
  /// from there ends among components that stand apart; else the first few runs tell by where they
  /// end.
  /// \return whether the search is settled
  EIGENMIX_COLD bool begin_scouted(Scouts& scouts, Index components, random::Engine& engine,
                                   Runs& runs) {
    Partitions<Parameters> partitions(maker_, samples_, components);
    for (Index i = 0; i < plan_.runs; ++i) {
      if (i == first_runs && begun_are_settled(partitions, runs)) return true;
      const std::uint64_t run_seed = engine();
      auto* const same = partitions.add(
          {scouts.labels(scouting_of(i, Parameters::Layout::is_dense), run_seed), run_seed});
      if (i >= first_runs || same == nullptr || same->starts != 2) continue;
      partitions.begin(*same, runs);
      runner_.advance(*same->run, plan_.iterations, gain_tolerance);
      spent_ += same->run->iterations;
      if (is_settled(runs)) return true;
    }
    partitions.begin_all(runs);
    return false;
  }

  bool begun_are_settled(Partitions<Parameters>& partitions, Runs& runs) {
    partitions.begin_all(runs);
    advance_all(runs, plan_.iterations, true);
    return is_settled(runs);
  }

  /// Who keeps several runs asked for more than one that is settled, and gets it.
  bool is_settled(const Runs& runs) const {
    return plan_.kept == 1 && are_settled(runs, samples_.positive_count(), 2 * gain_tolerance);
  }

  /// Rounds of EM, the worse half abandoned after each, or three quarters where iterations are
  /// dear, until `kept` are left and have converged.
  /// \param runs       [out] those
  /// \param abandoned  where the others go, or nullptr
  EIGENMIX_COLD void race(Runs& runs, Index count, Runs* abandoned) {
    const std::size_t share = plan_.budget < 10 * plan_.iterations ? 4 : 2;
    Index iterations = plan_.iterations;
    const auto kept = static_cast<std::size_t>(count);
    advance_all(runs, iterations, true);
    while (runs.size() > kept) {
      keep_best(runs, std::max(kept, runs.size() / share), abandoned);
      iterations *= 2;
      if (runs.size() > kept) advance_all(runs, iterations);
    }
    advance_all(runs, longest_run);
  }

  /// \param only_new  whether those that were advanced before are left as they are
  EIGENMIX_COLD void advance_all(const Runs& runs, Index iterations, bool only_new = false) {
    const auto one = [&](Index i) {
      Run& run = *runs[static_cast<std::size_t>(i)];
      if (run.converged || (only_new && run.iterations > 0)) return;
      runner_.advance(run, iterations, gain_tolerance);
    };
    for (const auto& run : runs) spent_ -= run->iterations;
    policies_.execution.run(static_cast<Index>(runs.size()), one);
    for (const auto& run : runs) spent_ += run->iterations;
  }

  /// Runs may become unsound as they go on, few samples and the likelier so. The best goes on until
  /// a fit would end, and if it is unsound then, a few of those that were not so good do.
  EIGENMIX_COLD void turn_to_sound(Runs& others, std::unique_ptr<Run>& best) {
    if (samples_.count() >= many_samples) return;
    finish(*best);
    for (int i = 0; i < 4 && best->merit.soundness != Soundness::sound; ++i) {
      std::unique_ptr<Run>* const next = best_sound(others);
      if (next == nullptr) return;
      finish(**next);
      (*next)->is_at_end = true;
      if (is_better((*next)->merit, best->merit)) best.swap(*next);
    }
  }

  /// The best of the moves from `best`, if it is better.
  EIGENMIX_COLD bool make_move(std::unique_ptr<Run>& best) {
    typename Parameters::Moments moments;
    MomentPass<Parameters>(samples_, AnyExecution::one_thread())
        .accumulate(best->parameters, moments);
    const SplitMerge<Parameters> split_merge(best->parameters, moments);
    degeneracy::ResolutionFloor floor;  // a move is no reason to throw, drop or re-seed
    MStep<Parameters> m_step("split and merge", samples_.columns(),
                             {AnyDegeneracy(floor), policies_.prior, policies_.fixed});
    Runs runs;
    Index left = (plan_.budget - spent_) / (2 * plan_.iterations);
    for (const SplitMergeMove& move : split_merge.moves(merge_pairs)) {
      if (touches(move, policies_.fixed)) continue;
      if (left-- <= 0) break;
      runs.push_back(
          std::make_unique<Run>(split_merge.apply(move, m_step), best->number, best->seed));
    }
    return !runs.empty() && replace_by_best_of(runs, plan_.kept, best);
  }

  /// On a ridge, where EM crawls, a run may be farther from its limit than was said, and two optima
  /// that differ by half a nat in the wrong order.
  EIGENMIX_COLD void come_to_rest(Run& run) {
    spent_ -= run.iterations;
    runner_.advance(run, longest_run, gain_tolerance / 20);
    spent_ += run.iterations;
  }

  static constexpr Index merge_pairs = 3;

  const Samples& samples_;
  StartMaker<Parameters> maker_;
  SearchPlan plan_;
  const RunPolicies& policies_;
  Runner<Parameters> runner_;
  Runs abandoned_;
  Index spent_ = 0;  // iterations of all runs
};

}  // namespace detail
}  // namespace EIGENMIX_ABI
}  // namespace eigenmix

#endif  // EIGENMIX_SEARCH_SEARCH_HPP
