// SPDX-License-Identifier: MIT
#ifndef EIGENMIX_SELECTION_SELECT_HPP
#define EIGENMIX_SELECTION_SELECT_HPP

#include <eigenmix/selection/cell_starts.hpp>
#include <eigenmix/selection/choices.hpp>
#include <eigenmix/selection/search.hpp>
#include <eigenmix/stopping/standard.hpp>

namespace eigenmix {
inline namespace EIGENMIX_ABI {
namespace selection {

/// What select uses when it is not told otherwise: a cell's log-likelihood to an estimated 1e-3
/// nats, so a BIC to 0.002, a thousandth of the least difference that is said to count (2; Kass &
/// Raftery 1995). To the standard of a fit it takes half as long again; the chosen mixture can be
/// fitted on from there.
inline stopping::Standard cell_stopping() {
  return stopping::AitkenAcceleration(1e-3) || stopping::MaxIterations(10000);
}

}  // namespace selection

namespace detail {

/// The mixture of a family that x can be fitted by.
template <class X, class Family>
using MixtureOf = GaussianMixture<typename ExpressionOf<X>::Type::Scalar,
                                  ExpressionOf<X>::Type::RowsAtCompileTime, Family>;

template <class... Family>
using First = std::tuple_element_t<0, std::tuple<Family...>>;

/// Fits all cells, from one strategy.
template <class... Family, class X, class StartX, class Strategy, class Options>
auto search_grid(const SamplesOfSelect<X, StartX>& x, selection::Families<Family...>,
                 selection::ComponentRange range, const Strategy& strategy,
                 const Options& options) {
  using Expression = typename ExpressionOf<X>::Type;
  using Scalar = typename Expression::Scalar;
  constexpr int Dim = Expression::RowsAtCompileTime;
  const auto opened = Boundary<Scalar, Dim>::checked("select", x.start, Eigen::Dynamic);
  AnySamples<Scalar, Dim> samples(opened);
  survey_for(options, samples);
  using OfFits =
      IsOther<IsCriterion, IsCellObserver, IsStart<MixtureOf<X, First<Family...>>, StartX>>;
  const auto criterion = choice_of<IsCriterion, selection::criteria::Bic>(options.observers);
  const auto of_fits = options_of_fits<OfFits>(options, selection::cell_stopping());
  auto observers = choices_of<IsCellObserver>(options.observers);
  using Criterion = std::decay_t<decltype(criterion)>;
  using Settings = SearchSettings<X, StartX, Criterion, Strategy, std::decay_t<decltype(of_fits)>,
                                  decltype(observers)>;
  const Settings settings{x, criterion, strategy, of_fits, std::move(observers)};
  check_prior("select", options, samples.dimension());
  check_noise("select", options.noise);
  selection::Grid grid({family_code<Family>()...}, range, criterion_name_v<Criterion>);
  return GridSearch<Settings, AnySamples<Scalar, Dim>, GaussianMixture<Scalar, Dim, Family>...>(
             settings, samples, std::move(grid))
      .run();
}

/// Makes the partitions that all cells have in common, if the strategy has any.
template <class... Family, class X, class StartX, class Options>
auto select_model(const SamplesOfSelect<X, StartX>& x, selection::Families<Family...> families,
                  selection::ComponentRange range, const Options& options) {
  using Start = IsStart<MixtureOf<X, First<Family...>>, StartX>;
  const auto strategy = choice_of<Start, selection::CellStarts>(options.observers);
  using Execution = std::decay_t<decltype(options.execution)>;
  if constexpr (gives_tree_v<std::decay_t<decltype(strategy)>, StartX, Execution>) {
    using Expression = typename ExpressionOf<X>::Type;
    Boundary<typename Expression::Scalar, Expression::RowsAtCompileTime>::checked("select", x.start,
                                                                                  Eigen::Dynamic);
    const auto tree = strategy.tree(x.start, options.execution);
    return search_grid(x, families, range, tree, options);
  } else {
    return search_grid(x, families, range, strategy, options);
  }
}

}  // namespace detail

namespace selection {

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
/// \param x          [Dim x N] samples, weighted(x, w) or counted(x, c)
/// \param families   families<...>(), the columns of the table
/// \param range      components(first, last), its rows
/// \param options    fit_options(...), among which may be, beside what a fit takes:
///                   a criterion, any callable double(const CriterionInput&), lower is better;
///                   default BIC, which is consistent in the number of components (Keribin 2000)
///                   and mclust's choice;
///                   a start strategy: one of namespace initialization, such as Hierarchical, or a
///                   class of the user's own that can start any family, by a member `labels` or
///                   `start` such as those have; default CellStarts, the better of Hierarchical,
///                   mclust's, and of a search of each cell's own;
///                   a stopping policy of every fit, default cell_stopping();
///                   observers that take a `const Cell&`, such as Progress, called once for each
///                   cell that is done, and again if it was bettered, never by two threads at once
/// \return a Selection: all cells, and the chosen mixture
/// \throws std::invalid_argument  if x, the dimension of a prior or noise is not as said
/// \complexity  by default one agglomeration, see initialization::Hierarchical, and for each cell
///              two fits, a search for the start of one, and a pass for the criterion; at most one
///              fit more of each. Memory: the mixtures of all cells, a label a sample for each K
///              and for the tree, and what fits and searches at work need
template <class... Family, class X, class Options = FitOptions<>>
auto select(const X& x, Families<Family...> families, ComponentRange range,
            const Options& options = {}) {
  constexpr bool are_samples =
      is_source_v<X> || detail::is_expression_v<typename detail::ExpressionOf<X>::Type>;
  constexpr bool are_options = detail::is_fit_options_v<Options>;
  static_assert(are_samples,
                "eigenmix: samples must be an Eigen expression with one sample per column, or "
                "eigenmix::weighted(x, weights); wrap a raw buffer in an Eigen::Map");
  static_assert(are_options,
                "eigenmix: the last argument of select is what fit_options(...) returns; wrap the "
                "criterion, start strategy, execution policy or observer in it");
  if constexpr (are_samples && are_options) {
    using Mixture = detail::MixtureOf<X, detail::First<Family...>>;
    using Choices = std::decay_t<decltype(options.observers)>;
    constexpr bool are_known =
        detail::are_of<detail::IsCriterion, detail::IsCellObserver,
                       detail::IsStart<Mixture, detail::StartSamples<X>>,
                       detail::IsFitObserver<Mixture>>(static_cast<const Choices*>(nullptr));
    static_assert(are_known,
                  "eigenmix: an option of select must be one of a fit, a criterion callable as "
                  "double(const selection::CriterionInput&), a start strategy, or an observer "
                  "callable with (const selection::Cell&)");
    if constexpr (are_known) {
      return detail::with_start_samples<typename Mixture::Scalar, Mixture::Dim>(
          "select", x, [&](const auto& start_x) {
            using StartX = std::decay_t<decltype(start_x)>;
            const detail::SamplesOfSelect<X, StartX> samples{x, start_x};
            return detail::select_model(samples, families, range, options);
          });
    }
  }
}

}  // namespace selection
}  // namespace EIGENMIX_ABI
}  // namespace eigenmix

#endif  // EIGENMIX_SELECTION_SELECT_HPP
