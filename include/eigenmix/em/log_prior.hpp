// SPDX-License-Identifier: MIT
#ifndef EIGENMIX_EM_LOG_PRIOR_HPP
#define EIGENMIX_EM_LOG_PRIOR_HPP

#include <cmath>

#include <eigenmix/detail/parameters.hpp>
#include <eigenmix/prior/policy.hpp>

namespace eigenmix {
inline namespace EIGENMIX_ABI {
namespace detail {

/// The log density of a prior at the parameters of a mixture, without what does not depend on them.
template <class Parameters, class Prior>
double log_prior(const Parameters& parameters, const Prior& prior) {
  if constexpr (prior::is_flat_v<Prior>) {
    return 0;
  } else {
    using Covariance = typename Parameters::Covariance;
    const Index d = parameters.dimension();
    double sum = 0;
    const auto log_determinant = [&](Index g) {
      return -2 *
             (double(parameters.factors.log_normalizer(g)) + double(d) * half_log_two_pi<double>);
    };
    for (Index g = 0; g < parameters.group_count(); ++g) {
      double trace = 0;  // of Λ covariance^-1
      for (Index j = 0; j < d; ++j) {
        trace += double(
            parameters.factors.squared_distance(g, [&](Index i) { return prior.root(i, j); }));
      }
      sum -= (prior.extra_count(0) * log_determinant(g) + trace) / 2;
    }
    for (Index k = 0; k < parameters.component_count(); ++k) {
      const double emphasis = prior.concentration() - 1;
      if (emphasis > 0) sum += emphasis * std::log(double(parameters.weights(k)));
      if (!(prior.mean_count() > 0)) continue;
      const Index g = Covariance::group_of(k);
      const auto offset = [&](Index i) { return double(parameters.means(i, k)) - prior.mean()(i); };
      const double distance = double(parameters.factors.squared_distance(g, offset));
      sum -= (log_determinant(g) + prior.mean_count() * distance) / 2;
    }
    return sum;
  }
}

}  // namespace detail
}  // namespace EIGENMIX_ABI
}  // namespace eigenmix

#endif  // EIGENMIX_EM_LOG_PRIOR_HPP
