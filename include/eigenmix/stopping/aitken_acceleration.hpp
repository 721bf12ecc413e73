// SPDX-License-Identifier: MIT
#ifndef EIGENMIX_STOPPING_AITKEN_ACCELERATION_HPP
#define EIGENMIX_STOPPING_AITKEN_ACCELERATION_HPP

#include <algorithm>
#include <cmath>
#include <limits>

#include <eigenmix/stopping/combined.hpp>

namespace eigenmix {
inline namespace EIGENMIX_ABI {
namespace stopping {

/// Stops when the log-likelihood, under a prior the log-posterior, still to be gained is estimated
/// to be no more than a tolerance.
///
/// EM converges linearly: with a the ratio of the last two gains, the gains still to come sum to
/// gain a / (1 - a) (Böhning et al. 1994; McLachlan & Krishnan 2008, section 4.9). A small gain
/// alone says little: at a = 0.99, one hundred times as much is still missing. Two estimates in a
/// row must agree.
///
/// Accelerated steps have no such ratio. There the estimate is the method's own, and it must be small
/// as must be what the last eight steps gained together: in directions of which it knows nothing yet
/// the method takes what is missing for what EM's next step would bring. Of 209 slow fits, stopped so
/// at 5e-5 nats, two small steps in a row left 0.86 nats once, eight no more than 6.1e-5, EM's rule
/// 7.0e-5. A plateau can fool either: of 381 in all families eight steps left 14 nats once, EM's rule 9.
class AitkenAcceleration : public Policy {
 public:
  /// \param tolerance  in nats of the whole data set; >= 0
  /// \throws std::invalid_argument  if it is negative or NaN
  explicit AitkenAcceleration(double tolerance)
      : tolerance_(detail::non_negative("stopping::AitkenAcceleration", "tolerance", tolerance)) {}

  bool operator()(const Iteration& iteration) {
    const double gain = iteration.gain(), before = previous_gain_;
    const double resolution = iteration.resolution();
    previous_gain_ = gain;
    if (const auto expected = iteration.expected_gain()) {
      in_a_row_ = 0;
      return std::max(iteration.recent_gain(), *expected) <= std::max(tolerance_, resolution);
    }
    if (is_at_rest(gain, before, resolution)) return true;
    // Where rounding is a part of it, as in float sums, a gain would fall by chance.
    const double noise = 16 * resolution > gain ? resolution : 0;
    const double ratio = (gain + noise) / before;
    const bool both_rise = gain > 0 && before > 0;
    const bool linear = both_rise && ratio < 1;
    const double left = linear ? gain * ratio / (1 - ratio) : infinity;
    in_a_row_ = gain <= tolerance_ && left <= tolerance_ ? in_a_row_ + 1 : 0;
    return in_a_row_ == 2;  // one estimate alone can be fooled by a plateau
  }
  FitStatus status() const { return FitStatus::converged; }
  std::string name() const { return "AitkenAcceleration"; }

 private:
  /// A gain that the sum over the samples cannot resolve is the end, whatever the tolerance: one
  /// that comes after much larger ones, or that of two iterations, since that of one may be small
  /// by rounding alone, and rounding may alternate for ever.
  static bool is_at_rest(double gain, double before, double resolution) {
    if (before > 4 * resolution) return std::abs(gain) <= resolution;
    return std::abs(gain + before) <= resolution;
  }

  double tolerance_;
  static constexpr double infinity = std::numeric_limits<double>::infinity();

  double previous_gain_ = infinity;
  int in_a_row_ = 0;
};

}  // namespace stopping
}  // namespace EIGENMIX_ABI
}  // namespace eigenmix

#endif  // EIGENMIX_STOPPING_AITKEN_ACCELERATION_HPP
