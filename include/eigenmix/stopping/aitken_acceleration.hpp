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

/// Stops when the log-likelihood still to be gained is estimated to be no more than a tolerance.
///
/// EM converges linearly: with a the ratio of the last two gains, the gains still to come sum to
/// gain a / (1 - a) (Böhning et al. 1994; McLachlan & Krishnan 2008, section 4.9). A small gain
/// alone says little: at a = 0.99, one hundred times as much is still missing. Two estimates in a
/// row must agree.
class AitkenAcceleration : public Policy {
 public:
  /// \param tolerance  in nats of the whole data set, where a sample weighs 1 or more; of samples
  ///                   that all weigh less, per largest weight; >= 0
  /// \throws std::invalid_argument  if it is negative or NaN
  explicit AitkenAcceleration(double tolerance)
      : tolerance_(detail::non_negative("stopping::AitkenAcceleration", "tolerance", tolerance)) {}

  bool operator()(const Iteration& iteration) {
    const double gain = iteration.gain();
    // Not smaller than rounding lets it be: gains of float sums would fall by chance.
    const double ratio = (gain + iteration.resolution()) / previous_gain_;
    const bool both_rise = gain > 0 && previous_gain_ > 0;
    // A gain of two iterations that the sum over the samples cannot resolve is the end, whatever the
    // tolerance: that of one may be small by rounding alone, and rounding may alternate for ever.
    const double of_two = iteration.number() > 1 ? gain + previous_gain_ : gain;
    previous_gain_ = gain;
    if (std::abs(of_two) <= iteration.resolution()) return true;
    const bool linear = both_rise && ratio < 1;
    const double left = linear ? gain * ratio / (1 - ratio) : infinity;
    const double tolerance = tolerance_ * std::min(1.0, iteration.largest_weight());
    in_a_row_ = gain <= tolerance && left <= tolerance ? in_a_row_ + 1 : 0;
    return in_a_row_ == 2;  // one estimate alone can be fooled by a plateau
  }
  FitStatus status() const { return FitStatus::converged; }
  std::string name() const { return "AitkenAcceleration"; }

 private:
  double tolerance_;
  static constexpr double infinity = std::numeric_limits<double>::infinity();

  double previous_gain_ = infinity;
  int in_a_row_ = 0;
};

}  // namespace stopping
}  // namespace EIGENMIX_ABI
}  // namespace eigenmix

#endif  // EIGENMIX_STOPPING_AITKEN_ACCELERATION_HPP
