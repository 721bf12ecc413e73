// SPDX-License-Identifier: MIT
#ifndef EIGENMIX_CLASSIFICATION_CLASS_DENSITIES_HPP
#define EIGENMIX_CLASSIFICATION_CLASS_DENSITIES_HPP

#include <algorithm>
#include <limits>

#include <eigenmix/gaussian_mixture.hpp>

namespace eigenmix {
inline namespace EIGENMIX_ABI {
namespace detail {

/// How likely samples are in each class.
template <class Scalar>
struct ClassDensities {
  Matrix<Scalar> of_classes;  ///< [C x N] logarithms, less `common`
  Vector<Scalar> common;      ///< [N] what all classes have in common, or empty: nothing
};

/// Of components that are classes. What dimensions that tell nothing make of a density is the same
/// for all, and may be so much that their differences would be lost beside it.
template <class Mixture, class X, class Execution>
ClassDensities<typename Mixture::Scalar> densities_of_components(const Mixture& mixture, const X& x,
                                                                 const Execution& execution) {
  using Scalar = typename Mixture::Scalar;
  const auto opened =
      Boundary<Scalar, Mixture::Dim>::checked("log_posterior", x, mixture.dimension());
  const AnySamples<Scalar, Mixture::Dim> samples(opened);
  const auto& parameters = Access::parameters(mixture);
  using Parameters = std::decay_t<decltype(parameters)>;
  const bool has_common = parameters.apart.size() > 0;
  ClassDensities<Scalar> result;
  result.of_classes.resize(mixture.component_count(), samples.count());
  result.common.resize(has_common ? samples.count() : 0);
  for_each_density_tile<Parameters>(parameters, samples, accepted_execution(execution),
                                    parameters.log_normalizers,
                                    [&](const Workspace<Parameters>& workspace, Index begin) {
                                      for (Index n = 0; n < workspace.tile.size; ++n) {
                                        if (has_common)
                                          result.common(begin + n) = workspace.common(n);
                                        for (Index k = 0; k < mixture.component_count(); ++k) {
                                          result.of_classes(k, begin + n) = workspace.storage(n, k);
                                        }
                                      }
                                    });
  return result;
}

/// The most probable class of a sample, the first of equals. Beside the density of a sample that is
/// far from everything priors would be lost, so that the largest is taken off before they are added.
/// \param log_priors   [C]
/// \param log_density  (c) -> of the sample in class c
template <class LogDensity>
Index most_probable_class(const Vector<double>& log_priors, const LogDensity& log_density) {
  constexpr double nothing = -std::numeric_limits<double>::infinity();
  double largest = nothing, most = nothing;
  for (Index c = 0; c < log_priors.size(); ++c) {
    if (log_priors(c) > nothing) largest = std::max(largest, double(log_density(c)));
  }
  Index best = 0;
  for (Index c = 0; c < log_priors.size(); ++c) {
    const double joint = (double(log_density(c)) - largest) + log_priors(c);
    if (!(joint > most)) continue;
    most = joint;
    best = c;
  }
  return best;
}

/// [1 x N] the most probable classes where each is a component.
template <class Mixture, class X, class Execution>
typename Mixture::Labels most_probable_components(const Mixture& mixture, const X& x,
                                                  const Vector<double>& log_priors,
                                                  const Execution& execution) {
  const auto samples_of_x = Boundary<typename Mixture::Scalar, Mixture::Dim>::checked_unweighted(
      "classify", x, mixture.dimension());
  const AnySamples<typename Mixture::Scalar, Mixture::Dim> samples(samples_of_x);
  const auto& parameters = Access::parameters(mixture);
  using Parameters = std::decay_t<decltype(parameters)>;
  typename Mixture::Labels result(samples.count());
  for_each_density_tile<Parameters>(
      parameters, samples, accepted_execution(execution), parameters.log_normalizers,
      [&](const Workspace<Parameters>& workspace, Index begin) {
        for (Index n = 0; n < workspace.tile.size; ++n) {
          result(begin + n) =
              most_probable_class(log_priors, [&](Index c) { return workspace.storage(n, c); });
        }
      });
  return result;
}

}  // namespace detail
}  // namespace EIGENMIX_ABI
}  // namespace eigenmix

#endif  // EIGENMIX_CLASSIFICATION_CLASS_DENSITIES_HPP
