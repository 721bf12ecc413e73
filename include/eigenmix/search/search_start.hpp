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

/// call(searched): with the samples, or with as many of them as are to be searched.
template <class Samples, class Call>
auto with_searched(const Samples& samples, const SearchTask& task, const Call& call) {
  if (task.subset == samples.count()) return call(samples);
  const auto subset = draw_subset(samples, task.subset, task.seed);
  const auto opened = Boundary<typename Samples::Scalar, Samples::Dim>::checked(
      "SmallEm", subset, samples.dimension());
  Samples part(opened);
  part.set_columns(samples.columns());
  return call(part);
}

/// The start that a search finds, see Search::best_of_runs.
template <class Parameters>
Parameters search_start(const typename Search<Parameters>::Samples& samples,
                        const typename Parameters::Form& form, const SearchTask& task,
                        const RunPolicies& policies, SearchReport<Parameters> report) {
  return with_searched(samples, task, [&](const auto& searched) {
    Search<Parameters> search(searched, form, task.plan, policies);
    auto best = search.best_of_runs(task.components, task.seed);
    report(search, *best);
    return std::move(best->parameters);
  });
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
