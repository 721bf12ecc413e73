// SPDX-License-Identifier: MIT
#ifndef EIGENMIX_SEARCH_SMALL_EM_HPP
#define EIGENMIX_SEARCH_SMALL_EM_HPP

#include <eigenmix/initialization/start_options.hpp>
#include <eigenmix/search/search_start.hpp>

namespace eigenmix {
inline namespace EIGENMIX_ABI {
namespace initialization {

/// Short runs of EM from several starts, the best of them continued, then split-and-merge moves and
/// shakes from where it ends: the default start (Biernacki, Celeux & Govaert 2003; Ueda et al.
/// 2000; Lourenço, Martin & Stützle 2003).
///
/// Runs are judged by the likelihood of the very mixture asked for, and those with spurious
/// components come last. They begin with partitions found in coordinates of several kinds, since no
/// one kind shows all groups, see detail::Scouting. Where two of the first five agree on components
/// that stand apart, the search ends with them. Covariances with few samples for their parameters
/// hold on to whatever they begin with: samples are moved to where the likelihood of the partition
/// is highest, see detail::SampleMoves, before EM where covariances are wholly the components'
/// own, and from its end where parts are common.
///
/// What is left out for size: partitions are looked for among 500 samples, or 50 for each component
/// if that is more, to whose centres the others then go; of more than 4000 samples, than 20 for
/// each component and each of its dimensions and one, and than a fiftieth of all, a subset is
/// searched that large; invariant coordinates are not made of more than 32 dimensions; where an
/// iteration is dear, three quarters of the runs are abandoned each round instead of half, and
/// moves and shakes are tried only while the budget lasts. Eight runs are always done, unless the
/// search is settled before.
/// \complexity  with M samples searched of N about effort times 20 N / M iterations of EM over the
///              M, or what 3e6 max(1, K / 4) evaluations of a normal density in one dimension cost,
///              if that is more; O(M (Dim + runs) + runs K Dim²) memory for dense families
struct SmallEm {
  /// A fixed default, so that a fit that is run twice gives the same answer twice.
  std::uint64_t seed = 0;

  /// Short runs at first, each from a partition found in coordinates of another kind, then from
  /// random ones in turn; >= 1, and 1 for a single k-means++ start, without moves or shakes.
  Index runs = 14;

  /// EM iterations of the first round, >= 1. The worse half of the runs is then abandoned, the
  /// others get twice as many, and so on.
  Index iterations = 10;

  /// How many runs, and how many moves, go on until they have converged, >= 1. Each such run is
  /// moved and shaken.
  Index kept = 1;

  /// How often moves are tried, >= 0: merge two overlapping components and split a third, kept only
  /// if the likelihood turns out higher.
  Index move_rounds = 2;

  /// Then random shares of the samples are given to other components, each time from the best so
  /// far, until so many, >= 0, in a row have led to nothing better, see detail::shaken; after the
  /// first 24 in a row half of them free a component for a part of another, see detail::regrouped.
  /// They find what moves do not, and moves what they do not: of 5 spherical components on faithful
  /// the best in 28 of 40, without them in 16; without moves, of 4 full ones in none of 20, with
  /// both in all.
  Index shakes = 12;

  /// 1: beyond the runs that are always done, no more work than about 15 ms of one core, of more
  /// than four components so long for every four, or a fifth of a fit, whichever is more; 2: twice
  /// as much. Finite and > 0.
  double effort = 1;

  /// \throws std::invalid_argument  if a number is not as said
  template <class Mixture, class Samples, class Execution>
  Mixture start(const Samples& samples, Index components, const Execution& execution) const {
    return start_for<Mixture>(samples, components, detail::start_options(execution));
  }

  /// A start for a fit with options: short runs have its degeneracy policy, prior, noise and fixed
  /// parts, and compare by the posterior. Fixed parts are those of each k-means++ start or random
  /// partition, and no move touches a component that has some; a run that throws CollapsedComponent
  /// is out.
  /// \throws std::invalid_argument  if a number is not as said
  template <class Mixture, class Samples, class Options>
  Mixture start_for(const Samples& samples, Index components, const Options& options) const {
    return search<Mixture>(samples, components, options, [](const auto&...) {});
  }

  /// A start likewise; tells `report` the detail::Search it was found by, unless there was nothing
  /// to search. \throws std::invalid_argument  if a number is not as said
  template <class Mixture, class Samples, class Options, class Report>
  Mixture search(const Samples& samples, Index components, const Options& options,
                 Report&& report) const {
    validate();
    if (components == 1 || runs < 2) {
      const detail::AnyExecution execution(options.execution);
      const auto labels = detail::k_means_labels(
          samples, detail::greedy_task(components, seed, KMeansPlusPlus().lloyd_iterations),
          execution);
      return detail::mixture_of_groups<Mixture>("SmallEm", samples, labels, components, execution);
    }
    using Parameters = detail::ParametersOf<Mixture>;
    const auto task = task_for<typename Parameters::Layout>(samples, components);
    return detail::with_run_policies(options, [&](const detail::RunPolicies& policies) {
      return detail::Access::make<Mixture>(detail::search_start<Parameters>(
          samples, detail::form_of_mixture<Mixture>, task, policies, report));
    });
  }

  /// What a search for so many components of a layout comes to.
  template <class Layout, class Samples>
  detail::SearchTask task_for(const Samples& samples, Index components) const {
    const Index subset = subset_size(samples, components);
    return {components, seed, subset, plan_for<Layout>(samples, components, subset)};
  }

  /// \throws std::invalid_argument  if a number is not as said. O(1)
  void validate() const {
    detail::at_least_one("SmallEm", "runs", runs);
    detail::at_least_one("SmallEm", "iterations", iterations);
    detail::at_least_one("SmallEm", "kept", kept);
    detail::non_negative("SmallEm", "move_rounds", move_rounds);
    detail::non_negative("SmallEm", "shakes", shakes);
    detail::positive("SmallEm", "effort", effort);
  }

 private:
  /// Enough for the shape of every component: 20 for each of its dimensions and one more. A
  /// fiftieth of all, so that of more samples more is seen. 4000 at least: of ten overlapping
  /// groups and 3000 samples in 8 dimensions a subset of 2000 led to an optimum of all that is 30
  /// nats below the best, and spared 9 of 44 ms.
  template <class Samples>
  static Index subset_size(const Samples& samples, Index components) {
    const Index enough = 20 * components * (samples.dimension() + 1);
    return std::min(samples.count(), std::max({Index(4000), enough, samples.count() / 50}));
  }

  /// What a sample and a component cost in one iteration, in units of one dimension's some 5 ns, as
  /// SSE2 takes, measured up to 50 dimensions; AVX-512 takes 0.4 of that where they are dense.
  template <class Layout>
  static double cost_in(double d) {
    if (!Layout::is_dense) return 1 + d / 10;
    return Layout::is_shared ? 1 + d / 8 + d * d / 100 : 1 + d * d / 30;
  }

  /// What can be afforded, in iterations over the subset: twenty over all the samples, of some
  /// hundred that a fit takes, or what 3e6 evaluations of a normal density in one dimension take,
  /// for every four components if there are more, as there are more ways to place them: of ten
  /// diagonal ones on the digits' 12 principal components that gains 135 nats.
  /// Eight runs are always done, fewer where two agree on groups that stand apart.
  template <class Layout, class Samples>
  detail::SearchPlan plan_for(const Samples& samples, Index components, Index size) const {
    const double d = double(samples.dimension());
    const double one = double(size) * double(components) * cost_in<Layout>(d);
    const double share = 20 * double(samples.count()) / double(size);
    const double crowd = std::max(1.0, double(components) / 4);
    const double budget = std::min(effort * std::max(share, 3e6 * crowd / one), 1e9);
    const auto affordable = std::max(Index(8), static_cast<Index>(budget / double(3 * iterations)));
    return {std::min(runs, affordable), iterations, kept, move_rounds, shakes,
            static_cast<Index>(budget)};
  }
};

}  // namespace initialization
}  // namespace EIGENMIX_ABI
}  // namespace eigenmix

#endif  // EIGENMIX_SEARCH_SMALL_EM_HPP
