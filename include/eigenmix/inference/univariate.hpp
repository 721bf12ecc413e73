// SPDX-License-Identifier: MIT
#ifndef EIGENMIX_INFERENCE_UNIVARIATE_HPP
#define EIGENMIX_INFERENCE_UNIVARIATE_HPP

#include <cmath>
#include <limits>
#include <type_traits>

#include <eigenmix/gaussian_mixture.hpp>
#include <eigenmix/inference/line.hpp>
#include <eigenmix/samples/boundary.hpp>

// Probabilities and quantiles of mixtures in one dimension, fixed or not. Of others, and of those
// with a background, whose end is not known: std::invalid_argument, or a message of the compiler.

namespace eigenmix {
inline namespace EIGENMIX_ABI {
namespace detail {

/// of(line, x) for a number, or for each of a [1 x N] expression.
template <class Mixture, class X, class Of>
auto of_numbers(const char* where, const Mixture& mixture, const X& x, const Of& of) {
  using Scalar = typename Mixture::Scalar;
  using Real = Accumulator<Scalar>;
  const auto line = line_of<Real>(where, mixture);
  if constexpr (std::is_arithmetic_v<X>) {
    if (std::isnan(Real(x))) reject(where, "x", "nan", "a number");
    return Scalar(of(line, Real(x)));
  } else {
    const auto samples = Boundary<Scalar, Mixture::Dim>::checked_unweighted(where, x, 1);
    typename Mixture::LogDensities result(samples.count());
    for (Index n = 0; n < samples.count(); ++n) {
      result(n) = Scalar(of(line, Real(samples.value(0, n))));
    }
    return result;
  }
}

template <class Real>
void check_probability(const char* where, const char* what, Real p) {
  if (!(p >= 0) || !(p <= 1)) reject(where, what, text(p), "a number in [0, 1]");
}

/// The x with P(X <= x) = p, where q = 1 - p; whichever is less is looked at.
template <class Real>
Real quantile_on(const Line<Real>& line, Real p, Real q) {
  if (p == 0) return -std::numeric_limits<Real>::infinity();
  if (q == 0) return std::numeric_limits<Real>::infinity();
  return p <= q ? line.quantile(p) : -line.mirrored().quantile(q);
}

}  // namespace detail

/// P(X <= x), to a relative error of some 4 + z² units of rounding, z the deviations from the
/// components: also far below them, until it underflows at 38.
/// \param x  a number, not NaN, or a [1 x N] expression of finite ones
/// \return a Scalar, or a row of N. O(K) each
/// \throws std::invalid_argument  if x is not as said, there is noise, or a dimension other than 1
template <class Scalar, int Dim, class Covariance, class X>
auto cdf(const GaussianMixture<Scalar, Dim, Covariance>& mixture, const X& x) {
  return detail::of_numbers("cdf", mixture, x,
                            [](const auto& line, auto at) { return line.below(at); });
}

/// P(X > x), likewise: also where cdf is one but for less than rounding. As cdf.
template <class Scalar, int Dim, class Covariance, class X>
auto survival(const GaussianMixture<Scalar, Dim, Covariance>& mixture, const X& x) {
  return detail::of_numbers("survival", mixture, x,
                            [](const auto& line, auto at) { return line.above(at); });
}

/// log P(X <= x), natural, at any distance from the components: minus infinity only where the
/// squared distance in deviations overflows. As cdf.
template <class Scalar, int Dim, class Covariance, class X>
auto log_cdf(const GaussianMixture<Scalar, Dim, Covariance>& mixture, const X& x) {
  return detail::of_numbers("log_cdf", mixture, x,
                            [](const auto& line, auto at) { return line.log_below(at); });
}

/// log P(X > x), natural, likewise. As cdf.
template <class Scalar, int Dim, class Covariance, class X>
auto log_survival(const GaussianMixture<Scalar, Dim, Covariance>& mixture, const X& x) {
  return detail::of_numbers("log_survival", mixture, x,
                            [](const auto& line, auto at) { return line.log_above(at); });
}

/// The x with P(X <= x) = p, to the last bits that p, weights and x have: where the density is not
/// tiny beside p to 1e-12 of the components' deviations. In a gap between components that are far
/// apart, where P(X <= x) is p to rounding all over, where the tails on both sides balance. Above
/// 1/2 it is the quantile of the upper tail 1 - p; for p nearer to one than 1e-10 give that to
/// quantile_of_survival, since p itself has lost its digits. Newton's steps between bounds, else
/// bisection (Press et al. 2007, section 9.4).
/// \param p  in [0, 1]; minus infinity for 0, infinity for 1
/// \throws std::invalid_argument  if p is not as said, there is noise, or a dimension other than 1
/// \complexity  O(K) an iteration, some ten; a hundred in a gap
template <class Scalar, int Dim, class Covariance>
Scalar quantile(const GaussianMixture<Scalar, Dim, Covariance>& mixture, Accumulator<Scalar> p) {
  const auto line = detail::line_of<Accumulator<Scalar>>("quantile", mixture);
  detail::check_probability("quantile", "p", p);
  return Scalar(detail::quantile_on(line, p, 1 - p));
}

/// The x with P(X > x) = q, likewise. \param q  in [0, 1]; infinity for 0, minus infinity for 1
template <class Scalar, int Dim, class Covariance>
Scalar quantile_of_survival(const GaussianMixture<Scalar, Dim, Covariance>& mixture,
                            Accumulator<Scalar> q) {
  const auto line = detail::line_of<Accumulator<Scalar>>("quantile_of_survival", mixture);
  detail::check_probability("quantile_of_survival", "q", q);
  return Scalar(detail::quantile_on(line, 1 - q, q));
}

}  // namespace EIGENMIX_ABI
}  // namespace eigenmix

#endif  // EIGENMIX_INFERENCE_UNIVARIATE_HPP
