// SPDX-License-Identifier: MIT
#ifndef EIGENMIX_SELECTION_SEARCH_HPP
#define EIGENMIX_SELECTION_SEARCH_HPP

#include <algorithm>
#include <limits>
#include <mutex>
#include <numeric>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include <eigenmix/em/concurrent_fits.hpp>
#include <eigenmix/report/merit.hpp>
#include <eigenmix/search/initialize.hpp>
#include <eigenmix/selection/cell_starts.hpp>
#include <eigenmix/selection/criteria.hpp>
#include <eigenmix/selection/families.hpp>
#include <eigenmix/selection/nested_start.hpp>
#include <eigenmix/selection/result.hpp>
#include <eigenmix/selection/settings.hpp>

namespace eigenmix {
inline namespace EIGENMIX_ABI {
namespace detail {

/// Fits every cell of a grid: first from its own start, then, where a family ended below one that
/// is nested in it, from that one's solution.
template <class Settings, class Samples, class... Mixture>
class GridSearch {
 public:
  using Selection = selection::Selection<Mixture...>;
  using Model = typename Selection::Model;

  GridSearch(const Settings& settings, const Samples& samples, selection::Grid grid)
      : settings_(settings),
        samples_(samples),
        grid_(std::move(grid)),
        models_(grid_.cells().size()),
        singles_(family_count, std::numeric_limits<double>::quiet_NaN()),
        labels_(static_cast<std::size_t>(grid_.range().size())) {}

  Selection run() {
    const Index families = static_cast<Index>(family_count), range = grid_.range().size();
    for_each_fit(settings_.options, families + range, [&](Index i, const auto& alone) {
      i < families ? fit_single(static_cast<std::size_t>(i), alone) : group(i - families, alone);
    });
    // The largest first: threads then end at nearly the same time.
    for_each_fit(settings_.options, families * range, [&](Index i, const auto& alone) {
      const auto family = static_cast<std::size_t>(i % families);
      const Index offset = range - 1 - i / families;
      keep(index_of(family, offset), fit(family, offset, alone, nullptr));
    });
    for_each_fit(settings_.options, range,
                 [&](Index i, const auto& alone) { refit_column(range - 1 - i, alone); });
    return Selection(std::move(grid_), std::move(models_));
  }

 private:
  using Cell = selection::Cell;
  using CellStatus = selection::CellStatus;
  static constexpr std::size_t family_count = sizeof...(Mixture);
  template <std::size_t I>
  using MixtureAt = std::variant_alternative_t<I, Model>;

  /// The groups that all families start from, or why there are none.
  struct Labels {
    std::vector<int> of_samples;
    std::string error;
  };

  struct Outcome {
    Cell cell;
    std::optional<Model> model;
  };

  /// task(I) for I = family, a number known to the compiler.
  template <class Task, std::size_t... I>
  static void with_family(std::size_t family, Task&& task, std::index_sequence<I...>) {
    ((family == I ? task(std::integral_constant<std::size_t, I>()) : void()), ...);
  }
  template <class Task>
  static void with_family(std::size_t family, Task&& task) {
    with_family(family, task, std::make_index_sequence<family_count>());
  }

  std::size_t index_of(std::size_t family, Index offset) const {
    return family * static_cast<std::size_t>(grid_.range().size()) +
           static_cast<std::size_t>(offset);
  }

  /// \param offset  K less the first K of the range, here and below
  template <class Options>
  void group(Index offset, const Options& options) {
    if constexpr (gives_labels_v<Strategy, Samples, execution::Serial>) {
      Labels& labels = labels_[static_cast<std::size_t>(offset)];
      const Index components = grid_.range().first() + offset;
      labels.error = failure_of([&] {
        check_component_count("select", components, samples_.positive_count());
        labels.of_samples = settings_.strategy.labels(samples_, components, options.execution);
      });
    }
  }

  template <class Options>
  void fit_single(std::size_t family, const Options& options) {
    with_family(family, [&](auto i) {
      failure_of([&] {  // its cells will say why
        using Single = MixtureAt<decltype(i)::value>;
        auto single = Access::make<Single>(
            start_maker<Single>("select", samples_, options.execution).single());
        if constexpr (is_source_v<std::decay_t<decltype(settings_.x.all)>>) {
          auto own = unobserved(options);  // the likeliest, whatever cells have beside
          own.prior.reset();
          own.fixed = {};
          own.noise = {};
          single.fit(settings_.x.all, own);
        }
        singles_[family] = double(single.log_likelihood(settings_.x.all, options.execution));
      });
    });
  }

  template <class Made, class Options>
  Made start(Index offset, const Options& options) const {
    const Index components = grid_.range().first() + offset;
    if constexpr (gives_labels_v<Strategy, Samples, execution::Serial>) {
      const Labels& labels = labels_[static_cast<std::size_t>(offset)];
      if (!labels.error.empty()) throw std::runtime_error(labels.error);
      return mixture_of_groups<Made>("select", samples_, labels.of_samples, components,
                                     options.execution);
    } else {
      return initialize<Made>(settings_.x.start, components, settings_.strategy, options);
    }
  }

  /// Fits one cell, from its own start or, if there is one, from the solution of a nested family.
  template <std::size_t I, class Options>
  Outcome fit(Index offset, const Options& options, const Model* nested) const {
    using Made = MixtureAt<I>;
    if (nested != nullptr) {
      return fit_from<I>(offset, options, [&] {
        return from_nested<Made>(dense(*nested), samples_, options.execution);
      });
    }
    Outcome outcome = fit_from<I>(offset, options, [&] { return start<Made>(offset, options); });
    if constexpr (searches_too_v<Strategy>) {
      const Index components = grid_.range().first() + offset;
      if (components == 1 || !labels_[static_cast<std::size_t>(offset)].error.empty()) {
        return outcome;
      }
      Outcome other = fit_from<I>(offset, options, [&] {
        return initialize<Made>(settings_.x.start, components, settings_.strategy.search, options);
      });
      if (is_better(other.cell, outcome.cell)) return other;
    }
    return outcome;
  }

  template <std::size_t I, class Options, class Start>
  Outcome fit_from(Index offset, const Options& options, const Start& begin) const {
    const Cell& empty = grid_.cells()[index_of(I, offset)];
    Outcome outcome;
    outcome.cell.family = empty.family;
    outcome.cell.component_count = empty.component_count;
    Cell cell = outcome.cell;
    outcome.cell.error = failure_of([&] {
      MixtureAt<I> mixture = begin();
      cell.fit = mixture.fit(settings_.x.all, options);
      cell.input = selection::criterion_input(mixture, settings_.x.all, options.execution,
                                              cell.fit.parameter_count);
      cell.input.single_log_likelihood = singles_[I];
      cell.criterion = double(settings_.criterion(std::as_const(cell.input)));
      if (std::isnan(cell.criterion)) cell.criterion = selection::criteria::infeasible;
      cell.status = status_of(cell.fit);
      outcome.model.emplace(std::in_place_index<I>, std::move(mixture));
      outcome.cell = std::move(cell);
    });
    return outcome;
  }

  static auto dense(const Model& model) {
    return std::visit([](const auto& mixture) { return as_full(mixture); }, model);
  }

  static CellStatus status_of(const FitResult& fit) {
    // A fit that went back from a step down may have left a component on the floor one step
    // earlier.
    const bool fell_from_floor =
        fit.status == FitStatus::likelihood_decreased && fit.repairs.floored > 0;
    const bool is_short = fit.repairs.dropped > 0 || fit.coincident_count > 0;  // of K components
    const bool rises_for_ever = fit.status == FitStatus::no_finite_maximum;
    if (fit.collapsed_count > 0 || is_short || fell_from_floor || rises_for_ever) {
      return CellStatus::degenerate;
    }
    if (fit.spurious_count > 0) return CellStatus::spurious;
    if (fit.converged()) return CellStatus::converged;
    return fit.status == FitStatus::iteration_limit ? CellStatus::iteration_limit
                                                    : CellStatus::stopped;
  }

  template <class Options>
  Outcome fit(std::size_t family, Index offset, const Options& options, const Model* nested) const {
    Outcome outcome;
    with_family(family,
                [&](auto i) { outcome = fit<decltype(i)::value>(offset, options, nested); });
    return outcome;
  }

  void keep(std::size_t index, Outcome outcome) {
    grid_.cells()[index] = std::move(outcome.cell);
    models_[index] = std::move(outcome.model);
    const std::lock_guard<std::mutex> lock(mutex_);
    std::apply([&](auto&... observers) { (observers(std::as_const(grid_.cells()[index])), ...); },
               settings_.observers);
  }

  /// All families of one K, those first that are nested in others.
  template <class Options>
  void refit_column(Index offset, const Options& options) {
    std::vector<std::size_t> order(family_count);
    std::iota(order.begin(), order.end(), std::size_t(0));
    std::stable_sort(order.begin(), order.end(), [&](std::size_t a, std::size_t b) {
      return freedom(grid_.families()[a]) < freedom(grid_.families()[b]);
    });
    for (const std::size_t family : order) {
      const std::optional<std::size_t> better = better_nested(family, offset);
      if (better) refit(family, *better, offset, options);
    }
  }

  /// The likeliest of the families nested in this one, if this one did not do as well.
  std::optional<std::size_t> better_nested(std::size_t family, Index offset) const {
    const Cell* highest = &grid_.cells()[index_of(family, offset)];
    const std::string& own = highest->family;
    double margin = resolution(*highest);
    std::optional<std::size_t> best;
    for (std::size_t other = 0; other < family_count; ++other) {
      const Cell& cell = grid_.cells()[index_of(other, offset)];
      if (!cell.has_maximum() || !is_nested(cell.family, own)) continue;
      if (!is_better(cell, *highest, margin)) continue;
      highest = &cell;
      margin = 0;
      best = other;
    }
    return best;
  }

  /// More than fits stop short of their optima by, see selection::cell_stopping, and than rounding
  /// leaves.
  static double resolution(const Cell& cell) {
    const double rounding = 1e3 * double(std::numeric_limits<Scalar>::epsilon());
    return std::max(5e-3, rounding * std::abs(cell.fit.log_likelihood));
  }

  template <class Options>
  void refit(std::size_t family, std::size_t nested, Index offset, const Options& options) {
    const std::optional<Model>& solution = models_[index_of(nested, offset)];
    Outcome outcome = fit(family, offset, options, &*solution);
    outcome.cell.refitted_from = grid_.families()[nested];
    const std::size_t index = index_of(family, offset);
    if (is_better(outcome.cell, grid_.cells()[index])) keep(index, std::move(outcome));
  }

  /// Likelier by more than `margin` and no less sound. Of two degenerate cells the first stays: a
  /// higher likelihood is then no merit.
  static bool is_better(const Cell& candidate, const Cell& current, double margin = 0) {
    if (!candidate.has_maximum()) {
      return current.status == CellStatus::failed && candidate.status != CellStatus::failed;
    }
    if (!current.has_maximum()) return true;
    return soundness_of(candidate.fit) <= soundness_of(current.fit) &&
           candidate.fit.log_posterior > current.fit.log_posterior + margin;
  }

  using Strategy = std::decay_t<decltype(std::declval<Settings>().strategy)>;
  using Scalar = typename Samples::Scalar;

  Settings settings_;
  const Samples& samples_;
  selection::Grid grid_;
  std::vector<std::optional<Model>> models_;  // as grid_.cells()
  std::vector<double> singles_;               // of each family, with one component
  std::vector<Labels> labels_;                // of each K
  std::mutex mutex_;                          // for observers
};

}  // namespace detail
}  // namespace EIGENMIX_ABI
}  // namespace eigenmix

#endif  // EIGENMIX_SELECTION_SEARCH_HPP
