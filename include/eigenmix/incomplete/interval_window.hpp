// SPDX-License-Identifier: MIT
#ifndef EIGENMIX_INCOMPLETE_INTERVAL_WINDOW_HPP
#define EIGENMIX_INCOMPLETE_INTERVAL_WINDOW_HPP

#include <algorithm>
#include <cmath>
#include <limits>

#include <eigenmix/incomplete/interval_components.hpp>

namespace eigenmix {
inline namespace EIGENMIX_ABI {
namespace detail {

/// A range outside of which samples were neither seen nor counted.
template <class Parameters>
class Window {
 public:
  using Real = typename Parameters::Real;
  using Moments = typename Parameters::Moments;
  using Components = LineComponents<Parameters>;
  using Range = Interval<Real>;

  explicit Window(const Range& range) : range_(range) {}

  const Range& range() const { return range_; }

  /// \throws std::invalid_argument  if there is noise, and it is not known how much of it is inside
  void check_noise_inside(const char* where, const Components& components,
                          const Parameters& parameters) const {
    if (!components.has_noise()) return;
    if (!range_.is_bounded()) {
      reject(where, "weight of the noise", text(parameters.noise_weight),
             "none where samples of any size are seen: the background has no end there");
    }
    const Real inside = noise_inside(parameters);
    if (inside <= 1 + Real(probability_sum_tolerance)) return;
    reject(where, "log density of the noise", text(parameters.log_noise_density),
           "at most " + text(-std::log(range_.upper - range_.lower)) +
               ", with which all of it lies where samples are seen");
  }

  /// Log of the probability that a sample is seen.
  Real log_probability(const Components& components) const {
    LogSum<Real> sum;
    for (Index k = 0; k < components.count(); ++k) {
      sum.add(components.log_weight(k) + components.inside(k, range_).log_probability);
    }
    if (components.has_noise()) sum.add(components.log_noise_inside(range_));
    return sum.value();
  }

  /// Makes of the moments of samples that were seen those of all that there must have been, N / P
  /// for N seen with probability P (McLachlan & Jones 1988), and of the log-likelihood that of
  /// samples that had to be inside.
  /// \param moments  [in, out]
  void add_unseen(const Components& components, const Parameters& parameters,
                  Moments& moments) const {
    const Real seen = moments.total_weight(), log_probability = this->log_probability(components);
    moments.log_likelihood() -= seen * log_probability;
    if (!std::isfinite(log_probability)) return;  // which the fit reports
    // Beyond that the unseen are all there is, whatever their number.
    const Real factor = seen * std::exp(std::min(-log_probability, Real(200)));
    const Real infinite = std::numeric_limits<Real>::infinity();
    Real unseen = 0;
    const auto add_side = [&](const Range& side) {
      if (!(side.lower < side.upper)) return;
      for (Index k = 0; k < components.count(); ++k) {
        const auto inside = components.inside(k, side);
        const Real count = factor * std::exp(components.log_weight(k) + inside.log_probability);
        add_interval(inside, k, count, moments);
        unseen += count;
      }
    };
    add_side({-infinite, range_.lower});
    add_side({range_.upper, infinite});
    if (components.has_noise()) {
      const Real outside = std::max(1 - noise_inside(parameters), Real(0));
      unseen += factor * Real(parameters.noise_weight) * outside;
    }
    moments.total_weight() += unseen;
  }

 private:
  Real noise_inside(const Parameters& parameters) const {
    return std::exp(Real(parameters.log_noise_density)) * (range_.upper - range_.lower);
  }

  Range range_;
};

}  // namespace detail
}  // namespace EIGENMIX_ABI
}  // namespace eigenmix

#endif  // EIGENMIX_INCOMPLETE_INTERVAL_WINDOW_HPP
