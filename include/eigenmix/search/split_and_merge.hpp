// SPDX-License-Identifier: MIT
#ifndef EIGENMIX_SEARCH_SPLIT_AND_MERGE_HPP
#define EIGENMIX_SEARCH_SPLIT_AND_MERGE_HPP

#include <limits>

#include <eigenmix/initialization/start_options.hpp>
#include <eigenmix/search/search_start.hpp>

namespace eigenmix {
inline namespace EIGENMIX_ABI {

/// Moves a fitted mixture to a better optimum where split and merge find one (Ueda, Nakano,
/// Ghahramani & Hinton 2000), and fits it from there: two components that overlap become one, a
/// third becomes two, EM goes on, and what comes out is kept only if its log-likelihood is higher
/// by 0.1 nats (Minagawa, Tagawa & Tanaka 2002: not all moves that look better are), without a
/// spurious component that was not there before. Under a prior it is the posterior that must rise,
/// and components of which parts are fixed take no part in moves.
///
///     mixture.fit(x);
///     const FitResult result = split_and_merge(mixture, x);
///     if (result.moves > 0) { ... }
///
/// \param mixture    K components
/// \param x          [Dim x N] samples, weighted(x, w) or counted(x, c), N >= K
/// \param rounds     moves made at most, >= 0; ten, because few fits make more than three
/// \param options    the fit_options(...) of the fit, whose observers are called in the last fit
///                   alone; the result is the same for any execution policy
/// \return of the last fit, and the number of moves made. A round costs some 3 K times 20 EM
///         iterations
/// \throws std::invalid_argument  if x or a number is not as said
/// \throws degeneracy::CollapsedComponent  under degeneracy::Throw; the mixture is then as it was
template <class Mixture, class X, class Options = FitOptions<>>
FitResult split_and_merge(Mixture& mixture, const X& x, Index rounds = 10,
                          const Options& options = {}) {
  static_assert(detail::is_fit_options_v<Options>,
                "eigenmix: the last argument of split_and_merge is what fit_options(...) returns");
  constexpr const char* where = "split_and_merge";
  using Parameters = detail::ParametersOf<Mixture>;
  using Scalar = typename Mixture::Scalar;
  const auto opened =
      detail::Boundary<Scalar, Mixture::Dim>::checked(where, x, mixture.dimension());
  detail::non_negative(where, "rounds", rounds);
  if (opened.positive_count() < mixture.component_count()) {
    detail::reject(where, "samples of positive weight", detail::text(opened.positive_count()),
                   "at least as many as components, " + detail::text(mixture.component_count()));
  }
  detail::AnySamples<Scalar, Mixture::Dim> samples(opened);
  detail::survey_for(options, samples);
  // No budget: who asks for this wants the optimum.
  const detail::SearchPlan plan{1, 20, 2, rounds, 0, std::numeric_limits<Index>::max() / 2};
  Mixture moved = mixture;
  Parameters& parameters = detail::Access::parameters(moved);
  const Index moves = detail::with_run_policies(
      detail::start_options(options), [&](const detail::RunPolicies& policies) {
        return detail::improve<Parameters>(samples, plan, policies, parameters);
      });
  FitResult result = moved.fit(x, options);
  result.moves = moves;
  mixture = std::move(moved);
  return result;
}

}  // namespace EIGENMIX_ABI
}  // namespace eigenmix

#endif  // EIGENMIX_SEARCH_SPLIT_AND_MERGE_HPP
