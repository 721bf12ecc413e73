// SPDX-License-Identifier: MIT
#ifndef EIGENMIX_STOPPING_AITKEN_ACCELERATION_HPP
#define EIGENMIX_STOPPING_AITKEN_ACCELERATION_HPP

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
/// alone says little: at a = 0.99, one hundred times as much is still missing.
class AitkenAcceleration : public Policy {
 public:
  /// \param tolerance  in nats of the whole data set; >= 0
  /// \throws std::invalid_argument  if it is negative or NaN
  explicit AitkenAcceleration(double tolerance)
      : tolerance_(detail::non_negative("stopping::AitkenAcceleration", "tolerance",
                                                  tolerance)) {}

  bool operator()(const Iteration& iteration) {
    const double gain = iteration.gain();
    const double ratio = gain / previous_gain_;
    previous_gain_ = gain;
    // A gain the sum over the samples cannot resolve is the end, whatever the tolerance.
    const double noise = 4 * std::numeric_limits<double>::epsilon() *
                         (1 + std::abs(iteration.log_likelihood()));
    if (std::abs(gain) <= noise) return true;
    if (!(ratio > 0 && ratio < 1)) return false;  // not in the linear phase
    return gain <= tolerance_ && gain * ratio / (1 - ratio) <= tolerance_;
  }
  FitStatus status() const { return FitStatus::converged; }
  std::string name() const { return "AitkenAcceleration"; }

 private:
  double tolerance_;
  double previous_gain_ = std::numeric_limits<double>::infinity();
};

}  // namespace stopping
}  // namespace EIGENMIX_ABI
}  // namespace eigenmix

#endif  // EIGENMIX_STOPPING_AITKEN_ACCELERATION_HPP
