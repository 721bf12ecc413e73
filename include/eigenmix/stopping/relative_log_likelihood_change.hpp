// SPDX-License-Identifier: MIT
#ifndef EIGENMIX_STOPPING_RELATIVE_LOG_LIKELIHOOD_CHANGE_HPP
#define EIGENMIX_STOPPING_RELATIVE_LOG_LIKELIHOOD_CHANGE_HPP

#include <cmath>

#include <eigenmix/stopping/combined.hpp>

namespace eigenmix {
inline namespace EIGENMIX_ABI {
namespace stopping {

/// Stops when |L - L_previous| <= tolerance (1 + |L|), as mclust does, whose default is 1e-5. The 1
/// keeps the rule defined where L crosses zero. Under a prior L is the log-posterior; after an
/// accelerated step L_previous is that of eight steps before.
class RelativeLogLikelihoodChange : public Policy {
 public:
  /// \param tolerance  a plain number; >= 0
  /// \throws std::invalid_argument  if it is negative or NaN
  explicit RelativeLogLikelihoodChange(double tolerance)
      : tolerance_(detail::non_negative("stopping::RelativeLogLikelihoodChange", "tolerance",
                                        tolerance)) {}

  bool operator()(const Iteration& iteration) const {
    return std::abs(iteration.recent_gain()) <=
           tolerance_ * (1 + std::abs(iteration.log_posterior()));
  }
  FitStatus status() const { return FitStatus::converged; }
  std::string name() const { return "RelativeLogLikelihoodChange"; }

 private:
  double tolerance_;
};

}  // namespace stopping
}  // namespace EIGENMIX_ABI
}  // namespace eigenmix

#endif  // EIGENMIX_STOPPING_RELATIVE_LOG_LIKELIHOOD_CHANGE_HPP
