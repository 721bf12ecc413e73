// SPDX-License-Identifier: MIT
#ifndef EIGENMIX_INFERENCE_LINE_HPP
#define EIGENMIX_INFERENCE_LINE_HPP

#include <algorithm>
#include <cmath>
#include <limits>
#include <utility>
#include <vector>

#include <eigenmix/base/errors.hpp>
#include <eigenmix/inference/log_sum.hpp>
#include <eigenmix/inference/normal_tail.hpp>
#include <eigenmix/noise.hpp>

namespace eigenmix {
inline namespace EIGENMIX_ABI {
namespace detail {

/// A component of a mixture on a line.
template <class Real>
struct LinePart {
  Real weight, log_weight, mean, deviation;
};

/// A mixture on a line: probabilities of half-lines and their inverse.
template <class Real>
class Line {
 public:
  explicit Line(std::vector<LinePart<Real>> parts) : parts_(std::move(parts)) {}

  /// The same turned about zero.
  Line mirrored() const {
    auto parts = parts_;
    for (auto& part : parts) part.mean = -part.mean;
    return Line(std::move(parts));
  }

  /// P(X > x) to the relative error of upper_tail, and P(X <= x).
  Real above(Real x) const { return tail(x, Real(1)); }
  Real below(Real x) const { return tail(x, Real(-1)); }

  Real log_above(Real x) const { return log_tail(x, Real(1)); }
  Real log_below(Real x) const { return log_tail(x, Real(-1)); }

  /// The x with P(X <= x) = p, for p in (0, 1/2].
  ///
  /// P(X <= x) - p is written as a difference of two sums of positive numbers, U - V: what lies
  /// below x of components that are above it and above x of those below it, and what is left of
  /// weights and p. The root of log U - log V is then defined by the tails alone where p is the
  /// weight of all components below a gap. Newton's steps as long as they stay between the bounds
  /// and halve, else bisection (Press et al. 2007, section 9.4).
  Real quantile(Real p) const {
    // Q(c) <= exp(-c²/2) / 2: no component has more than p below mean - c deviations.
    const Real c = std::sqrt(std::max(Real(0), -2 * std::log(2 * p)));
    Real low = std::numeric_limits<Real>::infinity(), high = -low;
    for (const auto& part : parts_) {
      low = std::min(low, part.mean - c * part.deviation);
      high = std::max(high, part.mean);
    }
    Real x = low / 2 + high / 2, last_step = high - low;
    for (int iteration = 0; iteration < most_iterations; ++iteration) {
      const Balance balance = balance_at(x, p);
      if (!(std::abs(balance.log_ratio) > 0)) break;
      (balance.log_ratio < 0 ? low : high) = x;
      Real next = x - balance.log_ratio / balance.slope;
      const bool is_good = next > low && next < high && 2 * std::abs(next - x) < last_step;
      if (!is_good) next = low / 2 + high / 2;
      last_step = std::abs(next - x);
      x = next;
      if (!(last_step > std::numeric_limits<Real>::epsilon() / 2 * std::abs(x))) break;
    }
    return x;
  }

 private:
  // Halvings of the widest interval down to the last bit of its smallest number take 2100.
  static constexpr int most_iterations = 3000;

  struct Balance {
    Real log_ratio, slope;  // log U - log V, and its derivative
  };

  static Real deviations(const LinePart<Real>& part, Real x) {
    return (x - part.mean) / part.deviation;
  }

  /// The probability above x, or, for a side of -1, below.
  Real tail(Real x, Real side) const {
    Real sum = 0;
    for (const auto& part : parts_) sum += part.weight * upper_tail(side * deviations(part, x));
    return std::min(sum, Real(1));
  }

  /// Near zero it comes from the other side's probability, which has the digits.
  Real log_tail(Real x, Real side) const {
    const Real other = tail(x, -side);
    if (other < Real(0.5)) return std::log1p(-other);
    LogSum<Real> sum;
    for (const auto& part : parts_) {
      sum.add(part.log_weight + log_upper_tail(side * deviations(part, x)));
    }
    return sum.value();
  }

  Balance balance_at(Real x, Real p) const {
    LogSum<Real> below, above;
    Real left = 0;
    for (const auto& part : parts_) {
      const Real z = deviations(part, x);
      if (z < 0) {
        below.add(part.log_weight + log_upper_tail(-z));
      } else {
        above.add(part.log_weight + log_upper_tail(z));
        left += part.weight;
      }
    }
    if (left > p) below.add(std::log(left - p));
    if (left < p) above.add(std::log(p - left));
    const Real log_below = below.value(), log_above = above.value();
    Real slope = 0;
    for (const auto& part : parts_) {
      const Real z = deviations(part, x);
      const Real log_density =
          part.log_weight - z * z / 2 - std::log(part.deviation) - half_log_two_pi<Real>;
      slope += std::exp(log_density - (z < 0 ? log_below : log_above));
    }
    return {log_below - log_above, slope};
  }

  std::vector<LinePart<Real>> parts_;
};

/// The components that have weight. \throws std::invalid_argument  if there is another dimension
///                                                                 than one, or noise
template <class Real, class Mixture>
Line<Real> line_of(const char* where, const Mixture& mixture) {
  constexpr bool is_line = Mixture::Dim == 1 || Mixture::Dim == Eigen::Dynamic;
  static_assert(is_line,
                "eigenmix: probabilities of half-lines and quantiles are those of a mixture in one "
                "dimension; take the marginal of one first");
  if (mixture.dimension() != 1) {
    reject(where, "dimension of the mixture", text(mixture.dimension()),
           "1; take the marginal of one first");
  }
  refuse_noise(where, mixture.noise().weight);
  std::vector<LinePart<Real>> parts;
  const auto variances = mixture.variances();
  const Real total = mixture.weights().template cast<Real>().sum();  // one in Scalar only
  for (Index k = 0; k < mixture.component_count(); ++k) {
    const Real weight = Real(mixture.weights()(k)) / total;
    if (!(weight > 0)) continue;
    parts.push_back(
        {weight, std::log(weight), Real(mixture.means()(0, k)), std::sqrt(Real(variances(0, k)))});
  }
  return Line<Real>(std::move(parts));
}

}  // namespace detail
}  // namespace EIGENMIX_ABI
}  // namespace eigenmix

#endif  // EIGENMIX_INFERENCE_LINE_HPP
