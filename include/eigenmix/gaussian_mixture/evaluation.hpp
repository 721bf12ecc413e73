// SPDX-License-Identifier: MIT
#ifndef EIGENMIX_GAUSSIAN_MIXTURE_EVALUATION_HPP
#define EIGENMIX_GAUSSIAN_MIXTURE_EVALUATION_HPP

// What a mixture says of every sample: the definitions of its members that give K x N or 1 x N
// numbers.

#include <algorithm>
#include <cmath>

#include <eigenmix/gaussian_mixture.hpp>

namespace eigenmix {
inline namespace EIGENMIX_ABI {

template <class Scalar, int Dim, class Covariance>
template <class X, class Execution>
detail::Matrix<Scalar> GaussianMixture<Scalar, Dim, Covariance>::log_component_densities(
    const X& x, const Execution& execution) const {
  const auto opened = checked_unweighted("log_component_densities", x);
  const AnySamples samples(opened);
  detail::Matrix<Scalar> result(component_count(), samples.count());
  detail::for_each_density_tile<Parameters>(
      parameters_, samples, detail::accepted_execution(execution), parameters_.log_normalizers,
      [&](const Workspace& workspace, Index begin) {
        for (Index n = 0; n < workspace.tile.size; ++n) {
          const Scalar common = workspace.common.size() > 0 ? workspace.common(n) : Scalar(0);
          for (Index k = 0; k < component_count(); ++k) {
            result(k, begin + n) = workspace.storage(n, k) + common;
          }
        }
      });
  return result;
}

template <class Scalar, int Dim, class Covariance>
template <class X, class Execution>
auto GaussianMixture<Scalar, Dim, Covariance>::log_density(const X& x,
                                                           const Execution& execution) const
    -> LogDensities {
  const auto opened = checked_unweighted("log_density", x);
  const AnySamples samples(opened);
  LogDensities result(samples.count());
  detail::share_out<Parameters>(parameters_, samples, detail::accepted_execution(execution),
                                [&](const Workspace& workspace, Index begin) {
                                  for (Index n = 0; n < workspace.tile.size; ++n) {
                                    result(begin + n) = workspace.log_density(n);
                                  }
                                });
  return result;
}

template <class Scalar, int Dim, class Covariance>
template <class X, class Execution>
detail::Matrix<Scalar> GaussianMixture<Scalar, Dim, Covariance>::log_responsibilities(
    const X& x, const Execution& execution) const {
  const auto opened = checked_unweighted("log_responsibilities", x);
  const AnySamples samples(opened);
  detail::Matrix<Scalar> result(component_count(), samples.count());
  detail::for_each_density_tile<Parameters>(
      parameters_, samples, detail::accepted_execution(execution), parameters_.log_constants,
      [&](const Workspace& workspace, Index begin) {
        for (Index n = 0; n < workspace.tile.size; ++n) {
          Scalar largest = workspace.storage(n, 0);
          for (Index k = 1; k < workspace.storage.cols(); ++k) {
            largest = std::max(largest, workspace.storage(n, k));
          }
          Scalar sum = 0;
          for (Index k = 0; k < workspace.storage.cols(); ++k) {
            sum += std::exp(workspace.storage(n, k) - largest);
          }
          const Scalar log_sum = std::log(sum);
          for (Index k = 0; k < component_count(); ++k) {
            result(k, begin + n) = workspace.storage(n, k) - largest - log_sum;
          }
        }
      });
  return result;
}

template <class Scalar, int Dim, class Covariance>
template <class X, class Execution>
auto GaussianMixture<Scalar, Dim, Covariance>::classify(const X& x,
                                                        const Execution& execution) const
    -> Labels {
  const auto opened = checked_unweighted("classify", x);
  const AnySamples samples(opened);
  Labels result(samples.count());
  detail::for_each_density_tile<Parameters>(
      parameters_, samples, detail::accepted_execution(execution), parameters_.log_constants,
      [&](const Workspace& workspace, Index begin) {
        for (Index n = 0; n < workspace.tile.size; ++n) {
          Index most = 0;
          for (Index k = 1; k < workspace.storage.cols(); ++k) {
            if (workspace.storage(n, k) > workspace.storage(n, most)) most = k;
          }
          result(begin + n) = most;
        }
      });
  return result;
}

template <class Scalar, int Dim, class Covariance>
template <class X, class Execution>
Expectation<Scalar> GaussianMixture<Scalar, Dim, Covariance>::expect(
    const char* where, const X& x, const Execution& execution) const {
  const auto opened = checked_unweighted(where, x);
  const AnySamples samples(opened);
  Expectation<Scalar> result{detail::Matrix<Scalar>(component_count(), samples.count()), 0};
  result.log_likelihood = detail::share_out<Parameters>(
      parameters_, samples, detail::accepted_execution(execution),
      [&](const Workspace& workspace, Index begin) {
        for (Index n = 0; n < workspace.tile.size; ++n) {
          for (Index k = 0; k < component_count(); ++k) {
            result.responsibilities(k, begin + n) = workspace.storage(n, k);
          }
        }
      });
  return result;
}

}  // namespace EIGENMIX_ABI
}  // namespace eigenmix

#endif  // EIGENMIX_GAUSSIAN_MIXTURE_EVALUATION_HPP
