// SPDX-License-Identifier: MIT
#ifndef EIGENMIX_GAUSSIAN_MIXTURE_EVALUATION_HPP
#define EIGENMIX_GAUSSIAN_MIXTURE_EVALUATION_HPP

// What a mixture says of every sample: the definitions of its members that give K x N or 1 x N
// numbers.

#include <eigenmix/gaussian_mixture.hpp>

namespace eigenmix {
inline namespace EIGENMIX_ABI {

template <class Scalar, int Dim, class Covariance>
template <class X, class Execution>
detail::Matrix<Scalar> GaussianMixture<Scalar, Dim, Covariance>::log_component_densities(
    const X& x, const Execution& execution) const {
  const auto samples = open_unweighted("log_component_densities", x);
  detail::Matrix<Scalar> result(component_count(), samples.count());
  detail::for_each_density_tile(
      parameters_, samples, parameters_.log_normalizers, detail::accepted_execution(execution),
      [&](const auto& worker, Index begin, Index) {
        const Index size = worker.tile.size;
        result.middleCols(begin, size) =
            worker.storage.topLeftCorner(size, component_count()).transpose();
        for (Index n = 0; n < worker.common.size() && n < size; ++n) {
          for (Index k = 0; k < component_count(); ++k) result(k, begin + n) += worker.common(n);
        }
      });
  return result;
}

template <class Scalar, int Dim, class Covariance>
template <class X, class Execution>
auto GaussianMixture<Scalar, Dim, Covariance>::log_density(const X& x,
                                                           const Execution& execution) const
    -> LogDensities {
  const auto samples = open_unweighted("log_density", x);
  LogDensities result(samples.count());
  detail::for_each_responsibility_tile(parameters_, samples, detail::accepted_execution(execution),
                                       [&](const auto& worker, Index begin) {
                                         result.segment(begin, worker.tile.size) =
                                             worker.log_density.head(worker.tile.size).transpose();
                                       });
  return result;
}

template <class Scalar, int Dim, class Covariance>
template <class X, class Execution>
auto GaussianMixture<Scalar, Dim, Covariance>::classify(const X& x,
                                                        const Execution& execution) const
    -> Labels {
  const auto samples = open_unweighted("classify", x);
  Labels result(samples.count());
  detail::for_each_density_tile(parameters_, samples, parameters_.log_constants,
                                detail::accepted_execution(execution),
                                [&](const auto& worker, Index begin, Index) {
                                  for (Index n = 0; n < worker.tile.size; ++n) {
                                    worker.storage.row(n).maxCoeff(&result(begin + n));
                                  }
                                });
  return result;
}

template <class Scalar, int Dim, class Covariance>
template <class X, class Execution>
Expectation<Scalar> GaussianMixture<Scalar, Dim, Covariance>::expect(
    const char* where, const X& x, const Execution& execution) const {
  const auto samples = open_unweighted(where, x);
  Expectation<Scalar> result{detail::Matrix<Scalar>(component_count(), samples.count()), 0};
  result.log_likelihood = detail::for_each_responsibility_tile(
      parameters_, samples, detail::accepted_execution(execution),
      [&](const auto& worker, Index begin) {
        const Index size = worker.tile.size;
        result.responsibilities.middleCols(begin, size) =
            worker.storage.topLeftCorner(size, component_count()).transpose();
      });
  return result;
}

}  // namespace EIGENMIX_ABI
}  // namespace eigenmix

#endif  // EIGENMIX_GAUSSIAN_MIXTURE_EVALUATION_HPP
