// SPDX-License-Identifier: MIT
#ifndef EIGENMIX_STOPPING_MAX_ITERATIONS_HPP
#define EIGENMIX_STOPPING_MAX_ITERATIONS_HPP

#include <eigenmix/stopping/combined.hpp>

namespace eigenmix {
inline namespace EIGENMIX_ABI {
namespace stopping {

/// Exactly n M-steps, then stop; 0 returns the start with its log-likelihood.
class MaxIterations : public Policy {
 public:
  /// \throws std::invalid_argument  if limit < 0
  explicit MaxIterations(Index limit)
      : limit_(detail::non_negative("stopping::MaxIterations", "limit", limit)) {}

  bool operator()(const Iteration& iteration) const { return iteration.number() >= limit_; }
  FitStatus status() const { return FitStatus::iteration_limit; }
  std::string name() const { return "MaxIterations"; }

 private:
  Index limit_;
};

}  // namespace stopping
}  // namespace EIGENMIX_ABI
}  // namespace eigenmix

#endif  // EIGENMIX_STOPPING_MAX_ITERATIONS_HPP
