// SPDX-License-Identifier: MIT
#ifndef EIGENMIX_INFERENCE_NORMAL_TAIL_HPP
#define EIGENMIX_INFERENCE_NORMAL_TAIL_HPP

#include <cmath>

#include <eigenmix/base/fwd.hpp>

namespace eigenmix {
inline namespace EIGENMIX_ABI {
namespace detail {

/// The probability that a standard normal number is above z; relative error some z² units of
/// rounding, that of z itself, far out on both sides. By std::erfc, which keeps its digits there.
template <class Real>
Real upper_tail(Real z) {
  return std::erfc(z * Real(0.707106781186547524400844362104849039L)) / 2;
}

/// Its log, also where it underflows: far out by Laplace's continued fraction
/// φ(z) / (z + 1 / (z + 2 / (z + ...))) (Abramowitz & Stegun 1964, 26.2.14), of which 24 terms are
/// exact to the last bit of a long double from z = 10 on. Minus infinity only where z² overflows.
template <class Real>
Real log_upper_tail(Real z) {
  if (z < 0) return std::log1p(-upper_tail(-z));
  if (z < 10) return std::log(upper_tail(z));
  Real denominator = z;
  for (int term = 24; term >= 1; --term) denominator = z + Real(term) / denominator;
  return -z * z / 2 - half_log_two_pi<Real> - std::log(denominator);
}

}  // namespace detail
}  // namespace EIGENMIX_ABI
}  // namespace eigenmix

#endif  // EIGENMIX_INFERENCE_NORMAL_TAIL_HPP
