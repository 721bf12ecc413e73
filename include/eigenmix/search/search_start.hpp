// SPDX-License-Identifier: MIT
#ifndef EIGENMIX_SEARCH_SEARCH_START_HPP
#define EIGENMIX_SEARCH_SEARCH_START_HPP

#include <eigenmix/search/search.hpp>

namespace eigenmix {
inline namespace EIGENMIX_ABI {
namespace detail {

/// Tells what a search did, and which run was the best.
template <class Parameters>
using SearchReport = FunctionRef<void(const Search<Parameters>&, const Candidate<Parameters>&)>;

/// What is searched for.
struct SearchTask {
  Index components;
  std::uint64_t seed;
  Index subset;  ///< samples that are searched; of all, a draw
  SearchPlan plan;
};

/// The start that a search finds, see Search::best_of_runs.
template <class Parameters>
Parameters search_start(const typename Search<Parameters>::Samples& samples,
                        const typename Parameters::Form& form, const SearchTask& task,
                        const RunPolicies& policies, SearchReport<Parameters> report) {
  using Samples = typename Search<Parameters>::Samples;
  const auto search_in = [&](const Samples& searched) {
    Search<Parameters> search(searched, form, task.plan, policies);
    auto best = search.best_of_runs(task.components, task.seed);
    report(search, *best);
    return std::move(best->parameters);
  };
  if (task.subset == samples.count()) return search_in(samples);
  const auto subset = draw_subset(samples, task.subset, task.seed);
  const auto opened = Boundary<typename Parameters::Scalar, Parameters::Dim>::checked(
      "SmallEm", subset, samples.dimension());
  Samples part(opened);
  part.set_columns(samples.columns());
  return search_in(part);
}

/// Moves from parameters that are a fit's, see Search::improve. \return how many were made
template <class Parameters>
Index improve(const typename Search<Parameters>::Samples& samples, const SearchPlan& plan,
              const RunPolicies& policies, Parameters& parameters) {
  return Search<Parameters>(samples, *parameters.form, plan, policies).improve(parameters);
}

}  // namespace detail
}  // namespace EIGENMIX_ABI
}  // namespace eigenmix

#endif  // EIGENMIX_SEARCH_SEARCH_START_HPP
