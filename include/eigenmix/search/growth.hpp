// SPDX-License-Identifier: MIT
#ifndef EIGENMIX_SEARCH_GROWTH_HPP
#define EIGENMIX_SEARCH_GROWTH_HPP

#include <limits>
#include <memory>
#include <optional>
#include <utility>
#include <vector>

#include <eigenmix/parameters/component_moves.hpp>
#include <eigenmix/random.hpp>
#include <eigenmix/search/search_start.hpp>

namespace eigenmix {
inline namespace EIGENMIX_ABI {
namespace detail {

/// Responsibilities of a mixture of which two components are the same, each responsible for the
/// samples on its side of a plane.
template <class Parameters>
class CutResponsibilities {
 public:
  using Real = typename Parameters::Real;
  using Axis = Vector<typename Parameters::Scalar, Parameters::Dim>;

  struct Plane {
    Axis normal;
    Real offset;
  };

  /// \param p  components `below` the plane and the last are the same
  CutResponsibilities(const Parameters& p, Index below, Plane plane)
      : p_(&p), below_(below), plane_(std::move(plane)) {}

  Real operator()(Workspace<Parameters>& workspace, Index) const {
    using Scalar = typename Parameters::Scalar;
    fill_log_densities(*p_, p_->log_constants, workspace);
    const auto& tile = workspace.tile;
    for (Index n = 0; n < tile.size; ++n) {
      Real height = -plane_.offset;
      for (Index i = 0; i < tile.dimension(); ++i) {
        height += Real(plane_.normal(i)) * Real(tile.x(n, i));
      }
      const Index other = height > 0 ? below_ : p_->component_count() - 1;
      workspace.storage(n, other) = -std::numeric_limits<Scalar>::infinity();
    }
    return normalise(workspace.values(), tile.weights.data(), workspace.log_density.data());
  }

 private:
  const Parameters* p_;
  Index below_;
  Plane plane_;
};

/// Ways to one component more, each of which leaves all components but one as they are: a component
/// in two halves across its longest axis; a narrow and a wide one about its mean; and two parts
/// between samples of it (Verbeek, Vlassis & Kröse 2003), as many samples say what no axis does.
template <class Parameters>
class Growth {
 public:
  using Scalar = typename Parameters::Scalar;
  using Layout = typename Parameters::Layout;
  using Samples = AnySamples<Scalar, Parameters::Dim>;
  using Runs = typename Search<Parameters>::Runs;

  /// \param from      K components
  /// \param policies  of the fit to come, whose masks are of K + 1 components
  Growth(const Parameters& from, const Samples& samples, const RunPolicies& policies)
      : from_(from),
        samples_(samples),
        policies_(policies),
        labels_(likeliest_components(from, samples)) {}

  /// Adds the runs; none if every component is empty or has fixed parts.
  EIGENMIX_COLD void add_to(Runs& runs, std::uint64_t seed) const {
    random::Engine engine(seed);
    const auto add = [&](Parameters begun) {
      const auto number = static_cast<Index>(runs.size());
      runs.push_back(std::make_unique<Candidate<Parameters>>(std::move(begun), number, engine()));
    };
    for (Index k = 0; k < from_.component_count(); ++k) {
      if (policies_.fixed != nullptr && touches(*policies_.fixed, k)) continue;
      const std::vector<Index> members = members_of(k);
      if (members.size() < 2) continue;
      add(split_component("grow", from_, k));
      if (!Layout::is_shared) add(split_component("grow", from_, k, narrow_share));
      for (int cut = 0; cut < cuts; ++cut) {
        if (auto begun = cut_between(k, members, engine)) add(std::move(*begun));
      }
    }
  }

 private:
  using Cut = CutResponsibilities<Parameters>;

  // Of each component, between two of its samples; figures at grow.
  static constexpr int cuts = 3;
  static constexpr double narrow_share = 0.2;  // of the variance; of the wide one 1.8: one to three

  std::vector<Index> members_of(Index k) const {
    std::vector<Index> result;
    for (Index n = 0; n < samples_.count(); ++n) {
      if (labels_[static_cast<std::size_t>(n)] == k && samples_.weight(n) > 0) result.push_back(n);
    }
    return result;
  }

  /// The parameters after an M-step of what lies on either side of the middle between two samples,
  /// distances measured in the component's deviations; of other components those they had.
  EIGENMIX_COLD std::optional<Parameters> cut_between(Index k, const std::vector<Index>& members,
                                                      random::Engine& engine) const {
    const auto draw = [&] {
      return members[static_cast<std::size_t>(
          random::uniform_index(engine, static_cast<Index>(members.size())))];
    };
    const auto plane = plane_between(k, draw(), draw());
    const Index last = from_.component_count();
    Parameters halved = with_copy(from_, k);
    halved.weights(k) = halved.weights(last) = from_.weights(k) / 2;
    settle("grow", halved);
    const Cut source(halved, k, plane);
    auto moments = moments_from<Parameters>({source, value_columns(halved)}, samples_,
                                            Origins<Scalar, Parameters::Dim>(halved.means),
                                            AnyExecution::one_thread());
    if (is_empty(moments, k) || is_empty(moments, last)) return std::nullopt;
    degeneracy::ResolutionFloor floor;
    const MStepPolicies policies{AnyDegeneracy(floor), policies_.prior, nullptr};
    Parameters next(*from_.form);
    MStepOutcome outcome;
    MStep<Parameters>("grow", samples_.columns(), policies)(moments, halved, next, outcome);
    restore_others(k, next);
    return next;
  }

  /// Takes back what an M-step did to components but k and the last.
  EIGENMIX_COLD void restore_others(Index k, Parameters& next) const {
    const Index last = from_.component_count();
    const Scalar share = next.weights(k) + next.weights(last);
    for (const Index half : {k, last}) next.weights(half) *= from_.weights(k) / share;
    for (Index j = 0; j < last; ++j) {
      if (j == k) continue;
      next.weights(j) = from_.weights(j);
      next.means.col(j) = from_.means.col(j);
      if (!Layout::is_shared) next.group(j) = from_.group(j);
    }
    settle("grow", next);
  }

  typename Cut::Plane plane_between(Index k, Index a, Index b) const {
    using Real = typename Parameters::Real;
    typename Cut::Plane plane{typename Cut::Axis(from_.dimension()), 0};
    for (Index i = 0; i < from_.dimension(); ++i) {
      const Real at_a = Real(samples_.value(i, a)), at_b = Real(samples_.value(i, b));
      plane.normal(i) = Scalar((at_b - at_a) / Real(from_.variance(i, k)));
      plane.offset += Real(plane.normal(i)) * (at_a + at_b) / 2;
    }
    return plane;
  }

  const Parameters& from_;
  const Samples& samples_;
  const RunPolicies& policies_;
  std::vector<int> labels_;  // N, the likeliest component of each sample
};

/// The start that a search for one component more finds: see grow.
/// \param from  K components; the task is for K + 1
template <class Parameters>
Parameters grown_start(const Parameters& from, const typename Search<Parameters>::Samples& samples,
                       const SearchTask& task, const RunPolicies& policies) {
  return with_searched(samples, task, [&](const auto& searched) {
    Search<Parameters> search(searched, *from.form, task.plan, policies);
    typename Search<Parameters>::Runs runs;
    if (policies.fixed == nullptr || !has_masks(*policies.fixed)) {  // which other starts move
      auto settled = search.begin_runs(task.components, task.seed, runs);
      if (settled != nullptr) return std::move(settled->parameters);
    }
    Growth<Parameters>(from, searched, policies).add_to(runs, task.seed);
    if (runs.empty()) {
      reject("grow", "components to cut", "0", "one that owns two samples and has no fixed parts");
    }
    return std::move(search.best_of(std::move(runs))->parameters);
  });
}

}  // namespace detail
}  // namespace EIGENMIX_ABI
}  // namespace eigenmix

#endif  // EIGENMIX_SEARCH_GROWTH_HPP
