// SPDX-License-Identifier: MIT
#ifndef EIGENMIX_INFERENCE_CHI_SQUARED_HPP
#define EIGENMIX_INFERENCE_CHI_SQUARED_HPP

#include <cmath>
#include <limits>

#include <eigenmix/base/errors.hpp>

namespace eigenmix {
inline namespace EIGENMIX_ABI {
namespace detail {

/// log Γ(a), a > 0, by Stirling's series (Abramowitz & Stegun 1964, 6.1.41) after the recurrence
/// has brought a above 10: std::lgamma writes a global in the C library, which threads would share.
inline double log_gamma(double a) {
  double product = 1;
  for (; a < 10; ++a) product *= a;
  const double inverse = 1 / a, square = inverse * inverse;
  const double series =
      inverse *
      (1.0 / 12 -
       square * (1.0 / 360 -
                 square * (1.0 / 1260 -
                           square * (1.0 / 1680 -
                                     square * (1.0 / 1188 - square * (691.0 / 360360 -
                                                                      square * (1.0 / 156)))))));
  return (a - 0.5) * std::log(a) - a + half_log_two_pi<double> + series - std::log(product);
}

/// The gamma distribution of shape a and scale one at y > 0: logs of its density, of the
/// probability below and of that above y.
struct GammaTails {
  double log_density, log_below, log_above;
};

/// The series of the lower tail for y < a + 1, the continued fraction of the upper one by the
/// modified method of Lentz for others (Press et al. 2007, section 6.2); the other side's from it.
inline GammaTails gamma_tails(double a, double y) {
  const double epsilon = std::numeric_limits<double>::epsilon();
  const double log_density = (a - 1) * std::log(y) - y - log_gamma(a);
  if (y < a + 1) {
    double term = 1, sum = 1;
    for (double n = a + 1; term > epsilon / 8 * sum; ++n) sum += term *= y / n;
    const double log_below = log_density + std::log(y / a * sum);
    return {log_density, log_below, std::log1p(-std::exp(log_below))};
  }
  const double tiny = std::numeric_limits<double>::min() / epsilon;
  double b = y + 1 - a, c = 1 / tiny, d = 1 / b, fraction = d, change = 0;
  for (double n = 1; std::abs(change - 1) > epsilon; ++n) {
    const double numerator = -n * (n - a);
    b += 2;
    d = numerator * d + b;
    c = b + numerator / c;
    if (std::abs(d) < tiny) d = tiny;
    if (std::abs(c) < tiny) c = tiny;
    d = 1 / d;
    change = d * c;
    fraction *= change;
  }
  const double log_above = log_density + std::log(y * fraction);
  return {log_density, std::log1p(-std::exp(log_above)), log_above};
}

/// The y with probability p below, or, if that is less, q = 1 - p above. Both logs are concave in
/// log y, so that Newton's steps from further out never pass the root. They begin where
/// P(a, y) <= y^a / Γ(a + 1), and above where Laurent & Massart (2000, lemma 1) bound the tail.
inline double gamma_quantile(double a, double p, double q) {
  const bool is_lower = p <= q;
  const double log_tail = std::log(is_lower ? p : q);
  double y = is_lower ? std::exp((log_tail + log_gamma(a + 1)) / a)
                      : a + std::sqrt(-2 * a * log_tail) - log_tail;
  double last = HUGE_VAL;
  for (int i = 0; i < 200 && y > 0; ++i) {
    const GammaTails at = gamma_tails(a, y);
    const double tail = is_lower ? at.log_below : at.log_above;
    const double slope = std::exp(at.log_density + std::log(y) - tail);  // by log y, but for sign
    const double step = (log_tail - tail) / (is_lower ? slope : -slope);
    if (!(std::abs(step) < last)) break;
    y *= std::exp(step);
    last = std::abs(step);
    if (last < std::numeric_limits<double>::epsilon()) break;
  }
  return y;
}

}  // namespace detail

/// The squared radius, in deviations (of Mahalanobis), of the ellipsoid that holds a share p of a
/// normal distribution: the quantile of χ² with as many degrees of freedom as dimensions, to a
/// relative error of 1e-12, of scipy's in up to a million dimensions. A sample is in the ellipsoid
/// of component k if (x - mean_k)^T S_k^-1 (x - mean_k) is at most that. Zero where it underflows.
/// \param p          in [0, 1)
/// \param dimension  at least one
/// \throws std::invalid_argument  if they are not
/// \complexity  some ten sums of O(√dimension) terms
inline double chi_squared_quantile(double p, Index dimension) {
  if (!(p >= 0) || !(p < 1)) {
    detail::reject("chi_squared_quantile", "p", detail::text(p), "a number in [0, 1)");
  }
  detail::at_least_one("chi_squared_quantile", "dimension", dimension);
  if (p == 0) return 0;
  return 2 * detail::gamma_quantile(double(dimension) / 2, p, 1 - p);
}

}  // namespace EIGENMIX_ABI
}  // namespace eigenmix

#endif  // EIGENMIX_INFERENCE_CHI_SQUARED_HPP
