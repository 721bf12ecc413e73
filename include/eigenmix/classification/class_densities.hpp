// SPDX-License-Identifier: MIT
#ifndef EIGENMIX_CLASSIFICATION_CLASS_DENSITIES_HPP
#define EIGENMIX_CLASSIFICATION_CLASS_DENSITIES_HPP

#include <limits>
#include <type_traits>

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

/// The most probable class of each sample, the first of equals. Beside the density of a sample that
/// is far from everything priors would be lost, so that the largest is taken off before they are
/// added.
/// \param log_priors     [C]
/// \param log_densities  [N x C] scratch, of samples in classes
/// \param labels         [N] out
template <class Densities>
void find_most_probable(const Vector<double>& log_priors, Densities log_densities, Index* labels) {
  using Scalar = typename Densities::Scalar;
  constexpr Scalar nothing = -std::numeric_limits<Scalar>::infinity();
  const Index classes = log_priors.size();
  Vector<Scalar> largest = Vector<Scalar>::Constant(log_densities.rows(), nothing);
  for (Index c = 0; c < classes; ++c) {
    if (log_priors(c) > nothing) largest = largest.cwiseMax(log_densities.col(c));
  }
  for (Index c = 0; c < classes; ++c) {
    log_densities.col(c) = (log_densities.col(c) - largest).array() + Scalar(log_priors(c));
  }
  for (Index n = 0; n < log_densities.rows(); ++n) {
    Index most = 0;
    for (Index c = 1; c < classes; ++c) {
      if (log_densities(n, c) > log_densities(n, most)) most = c;
    }
    labels[n] = most;
  }
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
      [&](Workspace<Parameters>& workspace, Index begin) {
        find_most_probable(log_priors, workspace.storage.topRows(workspace.tile.size),
                           result.data() + begin);
      });
  return result;
}

}  // namespace detail
}  // namespace EIGENMIX_ABI
}  // namespace eigenmix

#endif  // EIGENMIX_CLASSIFICATION_CLASS_DENSITIES_HPP
