// SPDX-License-Identifier: MIT
#ifndef EIGENMIX_PRIOR_LOG_PRIOR_HPP
#define EIGENMIX_PRIOR_LOG_PRIOR_HPP

#include <cmath>

#include <eigenmix/parameters/parameters.hpp>
#include <eigenmix/prior/normal_inverse_wishart.hpp>

namespace eigenmix {
inline namespace EIGENMIX_ABI {
namespace detail {

/// log |covariance| of a group.
template <class Parameters>
double log_determinant(const Parameters& parameters, Index group) {
  const double constant = double(parameters.dimension()) * half_log_two_pi<double>;
  return -2 * (double(parameters.density.log_normalizer(group)) + constant);
}

/// The inverse Wishart factor of a group's covariance.
template <class Parameters>
double log_prior_of_group(const Parameters& parameters, const prior::NormalInverseWishart& prior,
                          Index group) {
  double trace = 0;  // of Λ covariance^-1
  for (Index j = 0; j < parameters.dimension(); ++j) {
    trace += double(
        parameters.density.squared_distance(group, [&](Index i) { return prior.root(i, j); }));
  }
  return -(prior.extra_count(0) * log_determinant(parameters, group) + trace) / 2;
}

/// The normal factor of a component's mean and the Dirichlet factor of its weight.
template <class Parameters>
double log_prior_of_component(const Parameters& parameters,
                              const prior::NormalInverseWishart& prior, Index k) {
  const double emphasis = prior.concentration() - 1;
  double sum = emphasis > 0 ? emphasis * std::log(double(parameters.weights(k))) : 0;
  if (!(prior.mean_count() > 0)) return sum;
  const Index group = Parameters::Layout::group_of(k);
  const auto offset = [&](Index i) { return double(parameters.means(i, k)) - prior.mean()(i); };
  const double distance = double(parameters.density.squared_distance(group, offset));
  return sum - (log_determinant(parameters, group) + prior.mean_count() * distance) / 2;
}

/// The log density of a prior at the parameters of a mixture, without what does not depend on them.
/// \param prior  or nullptr: 0
template <class Parameters>
double log_prior(const Parameters& parameters, const prior::NormalInverseWishart* prior) {
  if (prior == nullptr) return 0;
  double sum = 0;
  for (Index g = 0; g < parameters.group_count(); ++g) {
    sum += log_prior_of_group(parameters, *prior, g);
  }
  for (Index k = 0; k < parameters.component_count(); ++k) {
    sum += log_prior_of_component(parameters, *prior, k);
  }
  return sum;
}

}  // namespace detail
}  // namespace EIGENMIX_ABI
}  // namespace eigenmix

#endif  // EIGENMIX_PRIOR_LOG_PRIOR_HPP
