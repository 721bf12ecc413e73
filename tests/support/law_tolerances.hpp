// SPDX-License-Identifier: MIT
#ifndef EIGENMIX_TESTS_SUPPORT_LAW_TOLERANCES_HPP
#define EIGENMIX_TESTS_SUPPORT_LAW_TOLERANCES_HPP

#include <cmath>
#include <limits>
#include <string_view>

namespace eigenmix_tests {

/// Families whose M-step has no closed form.
template <class Family>
inline constexpr bool has_iterative_m_step = [] {
  const std::string_view code = Family::code;
  return code == "VEI" || code == "VEE" || code == "EVE" || code == "VVE" || code == "VEV";
}();

/// Bounds for two computations that agree in exact arithmetic, as multiples of eps x condition.
/// All are in units of the component: log densities in nats, means in standard deviations,
/// covariances relative to the deviations of their two dimensions.
/// \tparam IsIterative  whether the M-step ends at a tolerance
template <class Scalar, bool IsIterative = false>
struct LawTolerances {
  static constexpr double eps = double(std::numeric_limits<Scalar>::epsilon());

  /// log p(x_n): the squared distance is a sum of at most D = 12 squares of sums of at most 12
  /// products, so some 26 roundings, of a number below 100 in these tests (ten deviations) whose
  /// centred factors lose another factor of sqrt(condition) <= 2.
  static constexpr double log_density = 26 * 100 * 2 * eps;

  /// Σ_n log p(x_n), per unit of weight.
  static constexpr double mean_log_likelihood = log_density;

  /// Responsibilities: log densities through exp, errors of two components.
  static constexpr double responsibility = 2 * log_density;

  /// One M-step: responsibilities that are off by that much, and sums of up to 256 terms kept in
  /// the scalar (tiles) or of some thousand kept in double or better.
  static constexpr double step = responsibility + 256 * eps;

  /// The parameters after one M-step. An inner iteration ends when it gains no more than 1e-11 nats
  /// per sample and dimension, which another rounding can make it reach one iteration earlier or
  /// later. A relative change of a variance costs half its square: sqrt(2e-11 D), twice that where
  /// the rest of the way is as long again.
  static constexpr double m_step = step + (IsIterative ? 3e-5 : 0);

  /// `iterations` of EM: what one step is off by adds up. The EM map contracts near its fixed
  /// point, but on the way there it can stretch differences by the ratio of complete to missing
  /// information, for the mixtures of these tests less than 4 in all.
  static constexpr double fit(int iterations) { return 4 * iterations * m_step; }
};

}  // namespace eigenmix_tests

#endif  // EIGENMIX_TESTS_SUPPORT_LAW_TOLERANCES_HPP
