// SPDX-License-Identifier: MIT
#ifndef EIGENMIX_MPI_SELECT_HPP
#define EIGENMIX_MPI_SELECT_HPP

#include <optional>
#include <utility>
#include <vector>

#include <eigenmix/mpi/fit.hpp>
#include <eigenmix/selection/select.hpp>

namespace eigenmix {
inline namespace EIGENMIX_ABI {
namespace detail {

/// What samples say of a mixture, added up over processes.
class InputSum {
 public:
  explicit InputSum(const Communicator& processes) : processes_(processes) {}

  void add_up(std::vector<selection::CriterionInput*>& inputs) const {
    std::vector<double> sums;
    for (const auto* input : inputs) {
      sums.insert(sums.end(),
                  {input->log_likelihood, input->sample_weight, input->hard_classification,
                   input->soft_classification, input->single_log_likelihood});
    }
    processes_.sum(sums.data(), static_cast<Index>(sums.size()));
    const double* at = sums.data();
    for (auto* input : inputs) {
      input->log_likelihood = *at++;
      input->sample_weight = *at++;
      input->hard_classification = *at++;
      input->soft_classification = *at++;
      input->single_log_likelihood = *at++;
    }
  }

  selection::CriterionInput of(selection::CriterionInput input) const {
    std::vector<selection::CriterionInput*> one{&input};
    add_up(one);
    return input;
  }

 private:
  const Communicator& processes_;
};

/// A criterion of what all processes' samples say.
template <class Criterion>
class SummedCriterion {
 public:
  static constexpr const char* name = criterion_name_v<Criterion>;

  SummedCriterion(const Communicator& processes, const Criterion& criterion)
      : processes_(processes), criterion_(criterion) {}

  double operator()(const selection::CriterionInput& input) const {
    return double(criterion_(InputSum(processes_).of(input)));
  }

 private:
  Communicator processes_;
  Criterion criterion_;
};

/// An observer of cells that is called in process 0 alone; what it throws all throw, as all fit the
/// same cells.
template <class Observer>
class CellOnRoot {
 public:
  CellOnRoot(const Communicator& processes, const Observer& observer)
      : processes_(processes), observer_(observer) {}

  void operator()(const selection::Cell& cell) {
    agree(processes_, [&] {
      if (processes_.is_root()) observer_(cell);
    });
  }

 private:
  Communicator processes_;
  Observer observer_;
};

/// What a choice of select is to be where samples are spread.
template <class Start, class Choice, class Failed>
auto spread_choice(const Communicator& processes, const Choice& choice, const Failed& failure) {
  if constexpr (is_criterion_v<Choice>) {
    return SummedCriterion<Choice>(processes, choice);
  } else if constexpr (Start::template value<Choice>) {
    return choice;
  } else if constexpr (IsCellObserver::value<Choice>) {
    return CellOnRoot<Choice>(processes, choice);
  } else {
    return OnRoot<Choice>(processes, choice, failure);
  }
}

/// Options with a criterion, if they name none.
template <class Options>
auto with_criterion(const Options& options) {
  using Found = decltype(choices_of<IsCriterion>(options.observers));
  if constexpr (std::tuple_size<Found>::value == 0) {
    return with_policies(
        options, options.stopping, options.execution,
        std::tuple_cat(options.observers, std::make_tuple(selection::criteria::Bic())));
  } else {
    return options;
  }
}

/// The selection with inputs of all processes instead of shares.
template <class... Mixture>
selection::Selection<Mixture...> with_summed_inputs(const Communicator& processes,
                                                    const selection::Selection<Mixture...>& of) {
  selection::Grid grid = of.grid();
  std::vector<std::optional<std::variant<Mixture...>>> models;
  std::vector<selection::CriterionInput*> inputs;
  for (auto& cell : grid.cells()) {
    models.push_back(of.model(cell.family, cell.component_count));
    if (cell.status != selection::CellStatus::failed) inputs.push_back(&cell.input);
  }
  InputSum(processes).add_up(inputs);
  return {std::move(grid), std::move(models)};
}

}  // namespace detail

namespace mpi {

/// Collective: a criterion's input of a mixture and all processes' samples, the same in each, for
/// every execution policy.
/// \throws std::invalid_argument  if samples are no use
/// \complexity  one E-step of the process's own samples, an allreduce of five numbers
template <class Mixture, class X, class Execution = execution::Serial>
selection::CriterionInput criterion_input(const Mixture& mixture, const Spread<X>& x,
                                          const Execution& execution = {}) {
  return eigenmix::detail::InputSum(x.processes())
      .of(selection::criterion_input(mixture, x, execution));
}

/// selection::select of spread samples: cell after cell, each fitted by all processes with all
/// threads; policies and observers of fits as mpi::fit has them, criterion of all samples. Starts
/// are looked for by every process alike among what stands for the samples, see Spread::stand_in.
/// Observers of cells are called on rank 0; the inputs that they see are the share of its samples.
/// \param families, range, options, \return, \throws  as selection::select and mpi::fit
/// \complexity  of selection::select, over the number of processes, but for the starts
template <class... Family, class X, class Options = FitOptions<>>
auto select(const Spread<X>& x, selection::Families<Family...> families,
            selection::ComponentRange range, const Options& options = {}) {
  static_assert(eigenmix::detail::is_fit_options_v<Options>,
                "eigenmix: the last argument of select is what fit_options(...) returns");
  using Mixture = eigenmix::detail::MixtureOf<Spread<X>, eigenmix::detail::First<Family...>>;
  using Start = eigenmix::detail::IsStart<Mixture, eigenmix::detail::StartSamples<Spread<X>>>;
  const auto& processes = x.processes();
  const auto chosen = eigenmix::detail::together(processes, [&] {
    const auto agreed = eigenmix::detail::agreed_options(
        processes, eigenmix::detail::with_criterion(options),
        [&](const auto& choice, const auto& failure) {
          return eigenmix::detail::spread_choice<Start>(processes, choice, failure);
        });
    return selection::select(x, families, range, agreed);
  });
  return eigenmix::detail::with_summed_inputs(processes, chosen);
}

}  // namespace mpi
}  // namespace EIGENMIX_ABI
}  // namespace eigenmix

#endif  // EIGENMIX_MPI_SELECT_HPP
