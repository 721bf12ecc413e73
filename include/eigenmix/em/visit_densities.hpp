// SPDX-License-Identifier: MIT
#ifndef EIGENMIX_EM_VISIT_DENSITIES_HPP
#define EIGENMIX_EM_VISIT_DENSITIES_HPP

#include <eigenmix/em/expectation.hpp>
#include <eigenmix/em/moment_source.hpp>

namespace eigenmix {
inline namespace EIGENMIX_ABI {
namespace detail {

/// visit(m, values) for every sample m of an evaluated tile: its log densities under the components,
/// and the noise's, with what they have in common.
template <class Parameters, class Visit>
void visit_tile(const Workspace<Parameters>& workspace, Visit&& visit) {
  using Scalar = typename Parameters::Scalar;
  Vector<Scalar> values(workspace.storage.cols());
  for (Index m = 0; m < workspace.tile.size; ++m) {
    const Scalar common = workspace.common.size() > 0 ? workspace.common(m) : Scalar(0);
    for (Index k = 0; k < values.size(); ++k) values(k) = workspace.storage(m, k) + common;
    visit(m, values);
  }
}

/// The `evaluate` of a source whose samples can be read like any: see moment_source.
template <class Parameters, class Samples>
void visit_densities(const Parameters& parameters, const Samples& samples,
                     const AnyExecution& execution,
                     const Vector<typename Parameters::Scalar>& constants,
                     SampleVisit<typename Parameters::Scalar> visit) {
  for_each_density_tile<Parameters>(
      parameters, samples, execution, constants,
      [&](const Workspace<Parameters>& workspace, Index begin) {
        visit_tile(workspace, [&](Index m, const auto& values) { visit(begin + m, values); });
      });
}

}  // namespace detail
}  // namespace EIGENMIX_ABI
}  // namespace eigenmix

#endif  // EIGENMIX_EM_VISIT_DENSITIES_HPP
