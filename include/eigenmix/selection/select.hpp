// SPDX-License-Identifier: MIT
#ifndef EIGENMIX_SELECTION_SELECT_HPP
#define EIGENMIX_SELECTION_SELECT_HPP

#include <eigenmix/selection/cell_starts.hpp>
#include <eigenmix/selection/search.hpp>
#include <eigenmix/stopping/standard.hpp>

namespace eigenmix {
inline namespace EIGENMIX_ABI {
namespace detail {

template <class T>
inline constexpr bool is_cell_observer_v = std::is_invocable_v<T&, const selection::Cell&>;

/// Observers of cells.
struct OfCells {
  template <class Observer>
  static constexpr bool value = is_cell_observer_v<Observer>;
};
/// Observers of the iterations of every fit.
struct OfIterations {
  template <class Observer>
  static constexpr bool value = !is_cell_observer_v<Observer>;
};

/// The observers of one kind.
template <class Kind, class... Observers>
auto observers_of(const std::tuple<Observers...>& observers) {
  const auto if_of_kind = [](const auto& observer) {
    if constexpr (Kind::template value<std::decay_t<decltype(observer)>>) {
      return std::make_tuple(observer);
    } else {
      return std::tuple<>();
    }
  };
  return std::apply([&](const auto&... each) { return std::tuple_cat(if_of_kind(each)...); },
                    observers);
}

/// Whether a strategy makes partitions into any number of groups at once, as Hierarchical does.
template <class Strategy, class X, class Execution, class = void>
inline constexpr bool gives_tree_v = false;
template <class Strategy, class X, class Execution>
inline constexpr bool
    gives_tree_v<Strategy, X, Execution,
                 std::void_t<decltype(std::declval<const Strategy&>().tree(
                     std::declval<const X&>(), std::declval<const Execution&>()))>> = true;

template <class... Family, class X, class Criterion, class Strategy, class Stopping, class Options>
auto search_grid(const X& x, selection::Families<Family...>, selection::ComponentRange range,
                 const Criterion& criterion, const Strategy& strategy, const Stopping& stopping,
                 const Options& options) {
  using Expression = typename ExpressionOf<X>::Type;
  using Scalar = typename Expression::Scalar;
  constexpr int Dim = Expression::RowsAtCompileTime;
  const auto opened = Boundary<Scalar, Dim>::open("select", x, Eigen::Dynamic);
  AnySamples<Scalar, Dim> samples(opened);
  survey_for(options, samples);
  const auto unobserved = with_policies(options, options.stopping, options.execution,
                                        observers_of<OfIterations>(options.observers));
  auto observers = observers_of<OfCells>(options.observers);
  using Settings = SearchSettings<X, Criterion, Strategy, Stopping,
                                  std::decay_t<decltype(unobserved)>, decltype(observers)>;
  const Settings settings{x, criterion, strategy, stopping, unobserved, std::move(observers)};
  check_prior("select", options, samples.dimension());
  check_noise("select", options.noise);
  selection::Grid grid({family_code<Family>()...}, range, criterion_name_v<Criterion>);
  return GridSearch<Settings, AnySamples<Scalar, Dim>, GaussianMixture<Scalar, Dim, Family>...>(
             settings, samples, std::move(grid))
      .run();
}

template <class... Family, class X, class Criterion, class Strategy, class Stopping, class Options>
auto select_model(const X& x, selection::Families<Family...> families,
                  selection::ComponentRange range, const Criterion& criterion,
                  const Strategy& strategy, const Stopping& stopping, const Options& options) {
  using Execution = std::decay_t<decltype(options.execution)>;
  if constexpr (gives_tree_v<Strategy, X, Execution>) {
    using Expression = typename ExpressionOf<X>::Type;
    Boundary<typename Expression::Scalar, Expression::RowsAtCompileTime>::open("select", x,
                                                                               Eigen::Dynamic);
    const auto tree = strategy.tree(x, options.execution);
    return search_grid(x, families, range, criterion, tree, stopping, options);
  } else {
    return search_grid(x, families, range, criterion, strategy, stopping, options);
  }
}

}  // namespace detail

namespace selection {

/// What select uses when it is not told otherwise: a cell's log-likelihood to an estimated 1e-3
/// nats, so a BIC to 0.002, a thousandth of the least difference that is said to count (2; Kass &
/// Raftery 1995). To the standard of a fit it takes half as long again; the chosen mixture can be
/// fitted on from there.
inline stopping::Standard cell_stopping() {
  return stopping::AitkenAcceleration(1e-3) || stopping::MaxIterations(10000);
}

/// Fits every family with every number of components and chooses by a criterion.
///
///     const auto families = selection::families<covariance::VVV, covariance::EEE>();
///     const auto chosen = selection::select(x, families, selection::components(1, 9));
///     chosen.visit([](const auto& mixture) { ... });
///
/// The mixtures have the scalar and the fixed number of rows, if any, of x. A cell that cannot be
/// fitted is reported in its place and does not lose the others; one in which a component
/// collapsed, is spurious or the same as another is chosen only if there is no other. A strategy
/// that offers `labels(samples, K, execution)`, as initialization::KMeansPlusPlus does, groups the
/// samples once for each K and all families start from the same groups; one that offers `tree(x,
/// execution)`, as initialization::Hierarchical does, once for all. A cell less likely than a
/// family nested in it at the same K is fitted once more, from that family's solution, and keeps
/// what is likelier if it is no less sound; likewise a degenerate or failed one.
///
/// With a threaded execution policy in `options` the cells are spread over the threads, each on
/// one, or, if observers of iterations listen, fitted one after the other with all. The result is
/// the same to the bit. Strategy, degeneracy policy, criterion and x, and a stopping policy behind
/// std::ref, are then used by several threads at once.
/// \param x          [Dim x N] samples or weighted(x, w)
/// \param families   families<...>(), the columns of the table
/// \param range      components(first, last), its rows
/// \param criterion  any callable double(const Evidence&), lower is better; default BIC, which is
///                   consistent in the number of components (Keribin 2000) and mclust's choice
/// \param strategy   default CellStarts: the better of Hierarchical, mclust's, and of a search of
///                   each cell's own; or one of namespace initialization, such as Hierarchical
///                   alone, or a class of the user's own that can start any family, by a member
///                   `labels` or `start` such as those have
/// \param stopping   of every fit, default cell_stopping()
/// \param options    fit_options(...); an observer that takes a `const Cell&`, such as Progress, is
///                   called once for each cell that is done, and again if it was bettered, never by
///                   two threads at once
/// \return a Selection: all cells, and the chosen mixture
/// \throws std::invalid_argument  if x is not as said
template <class... Family, class X, class Criterion = criteria::Bic, class Strategy = CellStarts,
          class Stopping = stopping::Standard, class Options = FitOptions<>>
auto select(const X& x, Families<Family...> families, ComponentRange range,
            const Criterion& criterion = {}, const Strategy& strategy = {},
            const Stopping& stopping = cell_stopping(), const Options& options = {}) {
  constexpr bool are_samples = detail::is_expression_v<typename detail::ExpressionOf<X>::Type>;
  constexpr bool is_criterion = detail::is_criterion_v<Criterion>;
  constexpr bool are_options = detail::is_fit_options_v<Options>;
  static_assert(are_samples,
                "eigenmix: samples must be an Eigen expression with one sample per column, or "
                "eigenmix::weighted(x, weights); wrap a raw buffer in an Eigen::Map");
  static_assert(is_criterion,
                "eigenmix: a criterion must be callable as double(const selection::Evidence&), as "
                "those of selection::criteria are; the start strategy comes after it");
  static_assert(are_options,
                "eigenmix: the last argument of select is what fit_options(...) returns; wrap the "
                "execution policy or observer in it");
  if constexpr (are_samples && is_criterion && are_options) {
    return detail::select_model(x, families, range, criterion, strategy, stopping, options);
  }
}

}  // namespace selection
}  // namespace EIGENMIX_ABI
}  // namespace eigenmix

#endif  // EIGENMIX_SELECTION_SELECT_HPP
