// SPDX-License-Identifier: MIT
#ifndef EIGENMIX_STOPPING_PARAMETER_CHANGE_HPP
#define EIGENMIX_STOPPING_PARAMETER_CHANGE_HPP

#include <eigenmix/stopping/combined.hpp>

namespace eigenmix {
inline namespace EIGENMIX_ABI {
namespace stopping {

/// Stops when no parameter has changed by more than a tolerance in the last M-step, measured as
/// Iteration::parameter_change says: weights as they are, means in standard deviations of their
/// component, covariances relative to the deviations of their two dimensions. Costs O(K Dim²) an
/// iteration, less where covariances are shared or have no correlations.
class ParameterChange : public Policy {
 public:
  /// \param tolerance  in these units; >= 0
  /// \throws std::invalid_argument  if it is negative or NaN
  explicit ParameterChange(double tolerance)
      : tolerance_(detail::non_negative("stopping::ParameterChange", "tolerance", tolerance)) {}

  bool operator()(const Iteration& iteration) const {
    return iteration.parameter_change() <= tolerance_;
  }
  FitStatus status() const { return FitStatus::converged; }
  std::string name() const { return "ParameterChange"; }

 private:
  double tolerance_;
};

}  // namespace stopping
}  // namespace EIGENMIX_ABI
}  // namespace eigenmix

#endif  // EIGENMIX_STOPPING_PARAMETER_CHANGE_HPP
