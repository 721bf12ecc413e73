// SPDX-License-Identifier: MIT
#ifndef EIGENMIX_STOPPING_MEAN_LOG_LIKELIHOOD_CHANGE_HPP
#define EIGENMIX_STOPPING_MEAN_LOG_LIKELIHOOD_CHANGE_HPP

#include <cmath>

#include <eigenmix/stopping/combined.hpp>

namespace eigenmix {
inline namespace EIGENMIX_ABI {
namespace stopping {

/// Stops when the log-likelihood per sample changes by no more than a tolerance in one iteration
/// (scikit-learn, whose default is 1e-3 and stops early: see include/eigenmix/reference.md, Stopping),
/// or in eight accelerated ones together.
/// Under a prior it is the log-posterior that counts.
class MeanLogLikelihoodChange : public Policy {
 public:
  /// \param tolerance  in nats per sample (per unit of weight); >= 0
  /// \throws std::invalid_argument  if it is negative or NaN
  explicit MeanLogLikelihoodChange(double tolerance)
      : tolerance_(
            detail::non_negative("stopping::MeanLogLikelihoodChange", "tolerance", tolerance)) {}

  bool operator()(const Iteration& iteration) const {
    return std::abs(iteration.recent_gain()) <= tolerance_ * iteration.total_weight();
  }
  FitStatus status() const { return FitStatus::converged; }
  std::string name() const { return "MeanLogLikelihoodChange"; }

 private:
  double tolerance_;
};

}  // namespace stopping
}  // namespace EIGENMIX_ABI
}  // namespace eigenmix

#endif  // EIGENMIX_STOPPING_MEAN_LOG_LIKELIHOOD_CHANGE_HPP
