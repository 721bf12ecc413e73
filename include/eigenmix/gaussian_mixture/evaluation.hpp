// SPDX-License-Identifier: MIT
#ifndef EIGENMIX_GAUSSIAN_MIXTURE_EVALUATION_HPP
#define EIGENMIX_GAUSSIAN_MIXTURE_EVALUATION_HPP

// What a mixture says of samples: the definitions of its members that do not change it.

#include <algorithm>
#include <cmath>

#include <eigenmix/gaussian_mixture.hpp>

namespace eigenmix {
inline namespace EIGENMIX_ABI {

// NOLINTBEGIN(readability-function-*): the branch of sources counts as a level of nesting

template <class Scalar, int Dim, class Covariance>
template <class X, class Execution>
detail::Matrix<Scalar> GaussianMixture<Scalar, Dim, Covariance>::log_component_densities(
    const X& x, const Execution& execution) const {
  if constexpr (is_source_v<X>) {
    return answers("log_component_densities", x, execution).log_component_densities();
  } else {
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
}

template <class Scalar, int Dim, class Covariance>
template <class X, class Execution>
auto GaussianMixture<Scalar, Dim, Covariance>::log_density(const X& x,
                                                           const Execution& execution) const
    -> LogDensities {
  if constexpr (is_source_v<X>) {
    return answers("log_density", x, execution).log_density();
  } else {
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
}

template <class Scalar, int Dim, class Covariance>
template <class X, class Execution>
detail::Matrix<Scalar> GaussianMixture<Scalar, Dim, Covariance>::log_responsibilities(
    const X& x, const Execution& execution) const {
  if constexpr (is_source_v<X>) {
    return answers("log_responsibilities", x, execution).log_responsibilities();
  } else {
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
}

template <class Scalar, int Dim, class Covariance>
template <class X, class Execution>
auto GaussianMixture<Scalar, Dim, Covariance>::classify(const X& x,
                                                        const Execution& execution) const
    -> Labels {
  if constexpr (is_source_v<X>) {
    return answers("classify", x, execution).classify();
  } else {
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
}

template <class Scalar, int Dim, class Covariance>
template <class X, class Execution>
Expectation<Scalar> GaussianMixture<Scalar, Dim, Covariance>::expect(
    const char* where, const X& x, const Execution& execution) const {
  if constexpr (is_source_v<X>) {
    return answers(where, x, execution).expect();
  } else {
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
}

template <class Scalar, int Dim, class Covariance>
template <class X, class Execution>
auto GaussianMixture<Scalar, Dim, Covariance>::log_likelihood(const X& x,
                                                              const Execution& execution) const
    -> Real {
  if constexpr (is_source_v<X>) {
    return answers("log_likelihood", x, execution).log_likelihood();
  } else {
    const auto opened = checked("log_likelihood", x);
    const AnySamples samples(opened);
    return detail::share_out<Parameters>(parameters_, samples,
                                         detail::accepted_execution(execution),
                                         [](const Workspace&, Index) {});
  }
}

template <class Scalar, int Dim, class Covariance>
template <class X, class Execution>
auto GaussianMixture<Scalar, Dim, Covariance>::moments(const X& x, const Execution& execution) const
    -> Moments {
  if constexpr (is_source_v<X>) {
    auto pass =
        x.template open<Parameters>("moments", dimension(), detail::accepted_execution(execution));
    Moments result;
    pass.accumulate(parameters_, result);
    return result;
  } else {
    const auto opened = checked("moments", x);
    const AnySamples samples(opened);
    return detail::moments_under<Parameters>(parameters_, samples,
                                             detail::accepted_execution(execution));
  }
}

template <class Scalar, int Dim, class Covariance>
template <class X, class Execution>
auto GaussianMixture<Scalar, Dim, Covariance>::moments_about(const X& x, const Means& origin,
                                                             const Execution& execution) const
    -> Moments {
  const auto opened = checked("moments_about", x);
  detail::check_shape("moments_about", "origin", {origin.rows(), origin.cols()},
                      {dimension(), component_count()});
  const AnySamples samples(opened);
  return detail::moments_about<Parameters>(parameters_, samples,
                                           detail::Origins<Scalar, Dim>(origin),
                                           detail::accepted_execution(execution));
}

// NOLINTEND(readability-function-*)

}  // namespace EIGENMIX_ABI
}  // namespace eigenmix

#endif  // EIGENMIX_GAUSSIAN_MIXTURE_EVALUATION_HPP
