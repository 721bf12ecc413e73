// SPDX-License-Identifier: MIT
#ifndef EIGENMIX_STOPPING_TIME_LIMIT_HPP
#define EIGENMIX_STOPPING_TIME_LIMIT_HPP

#include <eigenmix/stopping/combined.hpp>

namespace eigenmix {
inline namespace EIGENMIX_ABI {
namespace stopping {

/// Stops at the first E-step that ends at or after the limit. An iteration is never cut short, so
/// a fit may take one iteration longer than the limit.
class TimeLimit : public Policy {
 public:
  /// \param limit  any std::chrono duration >= 0, e.g. std::chrono::milliseconds(20)
  /// \throws std::invalid_argument  if it is negative or NaN
  explicit TimeLimit(Iteration::Seconds limit)
      : limit_(detail::non_negative("stopping::TimeLimit", "seconds", limit.count())) {}

  bool operator()(const Iteration& iteration) const {
    return iteration.elapsed().count() >= limit_;
  }
  FitStatus status() const { return FitStatus::time_limit; }
  std::string name() const { return "TimeLimit"; }

 private:
  double limit_;
};

}  // namespace stopping
}  // namespace EIGENMIX_ABI
}  // namespace eigenmix

#endif  // EIGENMIX_STOPPING_TIME_LIMIT_HPP
