// SPDX-License-Identifier: MIT
#ifndef EIGENMIX_STOPPING_LOG_LIKELIHOOD_CHANGE_HPP
#define EIGENMIX_STOPPING_LOG_LIKELIHOOD_CHANGE_HPP

#include <cmath>

#include <eigenmix/stopping/combined.hpp>

namespace eigenmix {
inline namespace EIGENMIX_ABI {
namespace stopping {

/// Stops when the total log-likelihood changes by no more than a tolerance in one iteration
/// (mixtools, mlpack, Spark), or in eight accelerated ones together. Under a prior it is the log-posterior that counts.
class LogLikelihoodChange : public Policy {
 public:
  /// \param tolerance  in nats of the whole data set; >= 0
  /// \throws std::invalid_argument  if it is negative or NaN
  explicit LogLikelihoodChange(double tolerance)
      : tolerance_(detail::non_negative("stopping::LogLikelihoodChange", "tolerance", tolerance)) {}

  bool operator()(const Iteration& iteration) const {
    return std::abs(iteration.recent_gain()) <= tolerance_;
  }
  FitStatus status() const { return FitStatus::converged; }
  std::string name() const { return "LogLikelihoodChange"; }

 private:
  double tolerance_;
};

}  // namespace stopping
}  // namespace EIGENMIX_ABI
}  // namespace eigenmix

#endif  // EIGENMIX_STOPPING_LOG_LIKELIHOOD_CHANGE_HPP
