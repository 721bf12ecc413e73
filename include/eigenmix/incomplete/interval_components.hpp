// SPDX-License-Identifier: MIT
#ifndef EIGENMIX_INCOMPLETE_INTERVAL_COMPONENTS_HPP
#define EIGENMIX_INCOMPLETE_INTERVAL_COMPONENTS_HPP

#include <cmath>
#include <vector>

#include <eigenmix/incomplete/interval_moments.hpp>
#include <eigenmix/inference/log_sum.hpp>
#include <eigenmix/parameters/parameters.hpp>

namespace eigenmix {
inline namespace EIGENMIX_ABI {
namespace detail {

/// A range on a line.
template <class Real>
struct Interval {
  Real lower, upper;

  bool is_bounded() const { return std::isfinite(lower) && std::isfinite(upper); }
};

/// What is said where intervals meet a mixture of several dimensions.
template <int Dim>
constexpr bool is_on_a_line() {
  constexpr bool ok = Dim == 1 || Dim == Eigen::Dynamic;
  static_assert(ok,
                "eigenmix: binned and truncated samples are those of a mixture in one dimension; "
                "take the marginal of one first");
  return ok;
}
inline void check_line(const char* where, Index dimension) {
  if (dimension == 1 || dimension == Eigen::Dynamic) return;
  reject(where, "dimension of the mixture", text(dimension),
         "1: intervals are those of one dimension");
}

/// The components of a mixture on a line, as probabilities of intervals see them.
template <class Parameters>
class LineComponents {
 public:
  using Real = typename Parameters::Real;
  using Moments = typename Parameters::Moments;
  using Range = Interval<Real>;

  explicit LineComponents(const Parameters& parameters) : has_noise_(parameters.has_noise()) {
    const Real log_share = has_noise_ ? std::log1p(-Real(parameters.noise_weight)) : Real(0);
    for (Index k = 0; k < parameters.component_count(); ++k) {
      parts_.push_back({Real(parameters.means(0, k)), std::sqrt(Real(parameters.variance(0, k))),
                        std::log(Real(parameters.weights(k))) + log_share});
    }
    log_noise_ = std::log(Real(parameters.noise_weight)) + Real(parameters.log_noise_density);
  }

  Index count() const { return static_cast<Index>(parts_.size()); }
  bool has_noise() const { return has_noise_; }

  /// Log weights, of all samples.
  Real log_weight(Index k) const { return part(k).log_weight; }

  IntervalMoments<Real> inside(Index k, const Range& range) const {
    return moments_inside(part(k).mean, part(k).deviation, range.lower, range.upper);
  }

  /// Log of the noise's weight times its probability of a bounded interval.
  Real log_noise_inside(const Range& range) const {
    return log_noise_ + std::log(range.upper - range.lower);
  }

  /// [K] where the moments of an interval's samples are best taken about.
  typename Moments::Origin means() const {
    typename Moments::Origin result(1, count());
    for (Index k = 0; k < count(); ++k) result(0, k) = part(k).mean;
    return result;
  }

 private:
  struct Part {
    Real mean, deviation, log_weight;
  };

  const Part& part(Index k) const { return parts_[static_cast<std::size_t>(k)]; }

  std::vector<Part> parts_;
  bool has_noise_;
  Real log_noise_;
};

/// Adds so many samples of component k that lie in an interval, by what is expected of them
/// (McLachlan & Jones 1988, see binned).
template <class Moments, class Real>
void add_interval(const IntervalMoments<Real>& inside, Index k, Real count, Moments& moments) {
  if (!(count > 0)) return;
  const Real offset = (inside.anchor - moments.origin()(0, k)) + inside.offset;
  moments.counts()(k) += count;
  moments.first()(0, k) += count * offset;
  // In one dimension every layout keeps one number of a group: the sum of the squares.
  moments.second()(0, Moments::Layout::group_of(k)) += count * (inside.variance + offset * offset);
}

}  // namespace detail
}  // namespace EIGENMIX_ABI
}  // namespace eigenmix

#endif  // EIGENMIX_INCOMPLETE_INTERVAL_COMPONENTS_HPP
