// SPDX-License-Identifier: MIT
#ifndef EIGENMIX_INCOMPLETE_INTERVAL_MOMENTS_HPP
#define EIGENMIX_INCOMPLETE_INTERVAL_MOMENTS_HPP

#include <algorithm>
#include <cmath>
#include <limits>
#include <type_traits>

#include <eigenmix/base/errors.hpp>
#include <eigenmix/incomplete/interval_quadrature.hpp>
#include <eigenmix/inference/normal_tail.hpp>

namespace eigenmix {
inline namespace EIGENMIX_ABI {

/// A normal number X that is known to lie in an interval.
template <class Real>
struct IntervalMoments {
  Real log_probability;  ///< log P(lower <= X <= upper), natural
  Real anchor;           ///< the end that is nearer to the mean of X, or that mean if it is inside
  Real offset;           ///< E[X | inside] - anchor; far out it has digits that the mean has not
  Real variance;         ///< of X given that it is inside

  Real mean() const { return anchor + offset; }  ///< E[X | inside]
};

namespace detail {

/// The mean lies inside, at distances of that many deviations from the ends.
template <class Real>
IntervalMoments<Real> interval_around(Real mean, Real deviation, Real below, Real above) {
  const TailPart<Real> left = tail_part(Real(0), below), right = tail_part(Real(0), above);
  const Real largest = std::max(left.log_integral, right.log_integral);
  const Real of_left = std::exp(left.log_integral - largest);
  const Real of_right = std::exp(right.log_integral - largest), all = of_left + of_right;
  const Real offset = (of_right * right.mean - of_left * left.mean) / all;
  const Real from_left = left.mean + offset, from_right = right.mean - offset;
  const Real variance = (of_left * (left.variance + from_left * from_left) +
                         of_right * (right.variance + from_right * from_right)) /
                        all;
  // Near one the probability comes from what lies outside, which has the digits.
  const Real outside = upper_tail(below) + upper_tail(above);
  const Real log_probability =
      outside < Real(0.5) ? std::log1p(-outside) : largest + std::log(all) - half_log_two_pi<Real>;
  return {log_probability, mean, deviation * offset, deviation * deviation * variance};
}

/// As interval_moments, unchecked.
/// \param deviation  > 0
template <class Real>
IntervalMoments<Real> moments_inside(Real mean, Real deviation, Real lower, Real upper) {
  const Real a = (lower - mean) / deviation, b = (upper - mean) / deviation;
  if (a < 0 && b > 0) return interval_around(mean, deviation, -a, b);
  const bool is_above = a >= 0;
  const Real begin = is_above ? a : -b;
  // Not from a and b: of a narrow interval far out their difference has no digits.
  const TailPart<Real> part = tail_part(begin, (upper - lower) / deviation);
  const Real side = is_above ? Real(1) : Real(-1);
  return {part.log_integral - begin * begin / 2 - half_log_two_pi<Real>, is_above ? lower : upper,
          side * deviation * part.mean, deviation * deviation * part.variance};
}

}  // namespace detail

/// Probability, mean and variance of a normal number in an interval, at any distance from its mean
/// and of any width: on [40, 41] N(0, 1) has mean 40.02496884720726 and variance 6.2266837859e-4.
/// Mean (as an offset from an end) and variance have relative errors of some ten units of rounding,
/// beside what the rounding of (lower - mean) / deviation makes of them; the log probability has
/// some of that, and z² units more of itself z deviations out. Not by differences of the normal
/// distribution function, which cancel, but by Gauss's rule (Abramowitz & Stegun 1964, 25.4.30):
/// see incomplete/interval_quadrature.hpp.
/// \param mean      of the normal number
/// \param variance  > 0, likewise
/// \param lower     may be minus infinity
/// \param upper     > lower; may be infinity
/// \return where the square of the distance overflows a log probability of minus infinity, and the
///         moments of the end. O(1), some 32 exponentials
/// \throws std::invalid_argument  if a number is not as said
template <class Real>
IntervalMoments<Real> interval_moments(Real mean, Real variance, Real lower, Real upper) {
  constexpr bool is_real = std::is_floating_point_v<Real>;
  static_assert(is_real, "eigenmix: interval_moments takes four numbers of one floating type");
  if (!std::isfinite(mean)) {
    detail::reject("interval_moments", "mean", detail::text(mean), "a finite number");
  }
  detail::positive("interval_moments", "variance", variance);
  if (!(lower < upper)) {
    detail::reject("interval_moments", "upper end", detail::text(upper),
                   "more than the lower, " + detail::text(lower));
  }
  using Wide = Accumulator<Real>;
  const auto wide =
      detail::moments_inside(Wide(mean), std::sqrt(Wide(variance)), Wide(lower), Wide(upper));
  return {Real(wide.log_probability), Real(wide.anchor), Real(wide.offset), Real(wide.variance)};
}

}  // namespace EIGENMIX_ABI
}  // namespace eigenmix

#endif  // EIGENMIX_INCOMPLETE_INTERVAL_MOMENTS_HPP
