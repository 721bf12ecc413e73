// SPDX-License-Identifier: MIT
#ifndef EIGENMIX_INCOMPLETE_INTERVAL_MAXIMUM_HPP
#define EIGENMIX_INCOMPLETE_INTERVAL_MAXIMUM_HPP

// Where a likelihood rises for ever as components grow, shrink or go away: what a fit then says.

#include <cmath>
#include <string>

#include <eigenmix/base/errors.hpp>
#include <eigenmix/report/result.hpp>

namespace eigenmix {
inline namespace EIGENMIX_ABI {
namespace detail {

/// Whether a fit's likelihood may be judged: not where a prior bounds it, or parts are fixed.
template <class Parameters>
bool is_free_fit(const Parameters& parameters, const FitResult& result) {
  return result.log_posteriors.empty() && result.parameter_count == parameters.parameter_count();
}

/// Whether components have one variance: then none of them can leave the others.
template <class Parameters>
bool have_one_variance(const Parameters& parameters) {
  for (Index k = 1; k < parameters.component_count(); ++k) {
    if (parameters.variance(0, k) != parameters.variance(0, 0)) return false;
  }
  return true;
}

/// A fit that found no maximum has not converged, whatever its last steps gained.
EIGENMIX_COLD inline void tell_no_maximum(const std::string& why, FitResult& result) {
  result.status = FitStatus::no_finite_maximum;
  result.stopped_by += ", no finite maximum: " + why;
}

/// The variance of the distribution on [0, 1] of density ~ exp(-θ u) that has mean y in (0, 1).
/// By bisection: the mean falls with θ.
template <class Real>
Real unit_exponential_variance(Real y) {
  const Real mean = y <= Real(0.5) ? y : 1 - y;
  const auto mean_of = [](Real theta) { return 1 / theta - 1 / std::expm1(theta); };
  Real low = Real(1e-2), high = 1 / mean;  // at 1 / mean the mean is less
  if (mean >= mean_of(low)) {              // nearly uniform: 1/2 - θ / 12, 1/12 - θ² / 240
    const Real theta = 12 * (Real(0.5) - mean);
    return Real(1) / 12 - theta * theta / 240;
  }
  for (int halving = 0; halving < 100; ++halving) {
    const Real middle = low / 2 + high / 2;
    (mean_of(middle) > mean ? low : high) = middle;
  }
  const Real half = low / 2, ratio = half < 300 ? 1 / (2 * std::sinh(half)) : Real(0);
  return 1 / (low * low) - ratio * ratio;
}

/// The largest variance that samples within a window with this mean can have if a normal
/// distribution is to be the likeliest there, that of the exponential one: from it on the
/// likelihood rises with the variance for ever (del Castillo 1994, The singly truncated normal
/// distribution, Ann. Inst. Statist. Math. 46, for one end). Infinite without ends.
/// \param mean  inside
template <class Real>
Real largest_variance(Real lower, Real upper, Real mean) {
  const Real below = mean - lower, above = upper - mean;
  if (!std::isfinite(above)) return below * below;
  if (!std::isfinite(below)) return above * above;
  if (!(below > 0) || !(above > 0)) return 0;
  const Real width = upper - lower;
  return width * width * unit_exponential_variance(below / width);
}

}  // namespace detail
}  // namespace EIGENMIX_ABI
}  // namespace eigenmix

#endif  // EIGENMIX_INCOMPLETE_INTERVAL_MAXIMUM_HPP
