// SPDX-License-Identifier: MIT
#ifndef EIGENMIX_SEARCH_INITIALIZE_HPP
#define EIGENMIX_SEARCH_INITIALIZE_HPP

#include <eigenmix/execution/accepted_execution.hpp>
#include <eigenmix/search/small_em.hpp>

namespace eigenmix {
inline namespace EIGENMIX_ABI {
namespace detail {

/// Whether a start strategy has a member `start`, see initialize.
template <class Mixture, class Strategy, class X, class Samples, class = void>
inline constexpr bool is_start_v = false;
template <class Mixture, class Strategy, class X, class Samples>
inline constexpr bool
    is_start_v<Mixture, Strategy, X, Samples,
               std::void_t<decltype(std::declval<const Strategy&>().template start<Mixture>(
                   std::declval<const Samples&>(), Index(1), execution::Serial()))>> = true;

/// Whether it has a member `start_for`, which searches with the options of the fit to come.
template <class Mixture, class Strategy, class Samples, class Options, class = void>
inline constexpr bool starts_for_options_v = false;
template <class Mixture, class Strategy, class Samples, class Options>
inline constexpr bool starts_for_options_v<
    Mixture, Strategy, Samples, Options,
    std::void_t<decltype(std::declval<const Strategy&>().template start_for<Mixture>(
        std::declval<const Samples&>(), Index(1), std::declval<const Options&>()))>> = true;

/// The mixture that a start strategy makes.
template <class Mixture, class X, class Samples, class Strategy, class Options>
Mixture start_by(const Strategy& strategy, const X& x, const Samples& samples, Index components,
                 const Options& options) {
  if constexpr (starts_for_options_v<Mixture, Strategy, Samples, Options>) {
    return strategy.template start_for<Mixture>(samples, components, options);
  } else if constexpr (is_start_v<Mixture, Strategy, X, Samples>) {
    return strategy.template start<Mixture>(samples, components, options.execution);
  } else if constexpr (std::is_invocable_r_v<Mixture, const Strategy&, const X&, Index,
                                             const decltype(options.execution)&>) {
    return strategy(x, components, options.execution);
  } else {
    constexpr bool callable = std::is_invocable_r_v<Mixture, const Strategy&, const X&, Index>;
    static_assert(callable,
                  "eigenmix: a start strategy must be one of namespace initialization or be "
                  "callable as Mixture(const X& x, Index components); an execution policy comes "
                  "after it");
    if constexpr (callable) return strategy(x, components);
  }
}

/// \param samples  how many have a positive weight
/// \throws std::invalid_argument  unless K is from 1 to that
inline void check_component_count(const char* where, Index components, Index samples) {
  if (components < 1 || components > samples) {
    reject(where, "number of components", text(components),
           "from 1 to the number of samples of positive weight, " + text(samples) +
               " (one sample per column)");
  }
}

}  // namespace detail

/// A mixture of K components to start a fit of x from; by default by short runs of EM (Biernacki,
/// Celeux & Govaert 2003).
///
///     auto mixture = initialize<GaussianMixture<double>>(x, 3);
///
/// \param x           [Dim x N] samples, weighted(x, w) or counted(x, c)
/// \param components  K, from 1 to the number of samples of positive weight
/// \param strategy    SmallEm (default), KMeansPlusPlus, Hierarchical, MergeTree, FromLabels,
///                    FromResponsibilities, RandomSamples, RandomPartition, or fast(), thorough()
///                    or exhaustive(), all of namespace initialization; or one's own, as below
/// \param how         the fit_options(...) of the fit to come, with which SmallEm searches (its
///                    observers are not called) and whose noise the mixture has, or an execution
///                    policy alone; the start is the same for any execution policy
/// \throws std::invalid_argument  if x, K, the options or what the strategy was given are no use
/// \complexity  by default that of a search, see SmallEm: about the larger of 15 ms of one core and
///              a fifth of a fit, but at least eight short runs; memory for the samples searched,
///              [Dim x M] where those are fewer than N, and for each run M labels and K components
///
/// A strategy of one's own is any callable `Mixture(const X& x, Index K)`, or with a third argument
/// `const Execution&`; or a class with one of the members
///
///     template <class Mixture, class Samples, class Execution>
///     Mixture start(const Samples& samples, Index components, const Execution& execution) const;
///     template <class Mixture, class Samples, class Options>
///     Mixture start_for(const Samples& samples, Index components, const Options& options) const;
///
/// of which `start_for` goes first and is given the options of the fit but its stopping policy and
/// observers. Samples have dimension(), count(), value(i, n) and weight(n); K is checked before.
/// Who draws random numbers keeps a public integer `seed`, with which initialization::Restarts
/// makes several of it.
template <class Mixture, class X, class Strategy = initialization::SmallEm,
          class How = execution::Serial>
Mixture initialize(const X& x, Index components, const Strategy& strategy = {},
                   const How& how = {}) {
  if constexpr (is_source_v<X>) {
    return detail::with_start_samples<typename Mixture::Scalar, Mixture::Dim>(
        "initialize", x,
        [&](const auto& y) { return initialize<Mixture>(y, components, strategy, how); });
  } else {
    using Boundary = detail::Boundary<typename Mixture::Scalar, Mixture::Dim>;
    const auto opened = Boundary::checked("initialize", x, Eigen::Dynamic);
    detail::check_component_count("initialize", components, opened.positive_count());
    using Samples = detail::AnySamples<typename Mixture::Scalar, Mixture::Dim>;
    Samples samples(opened);
    const auto options = detail::start_options(how);
    detail::survey_for(options, samples);
    detail::check_options("initialize", options, detail::form_of_mixture<Mixture>,
                          samples.dimension(), components);
    auto mixture = detail::start_by<Mixture>(strategy, x, samples, components, options);
    if (options.noise.weight != 0 && !(mixture.noise().weight > 0))
      mixture.set_noise(options.noise);
    return mixture;
  }
}

}  // namespace EIGENMIX_ABI
}  // namespace eigenmix

#endif  // EIGENMIX_SEARCH_INITIALIZE_HPP
