// SPDX-License-Identifier: MIT
#ifndef EIGENMIX_STOPPING_PARAMETER_CHANGE_HPP
#define EIGENMIX_STOPPING_PARAMETER_CHANGE_HPP

#include <eigenmix/stopping/combined.hpp>

namespace eigenmix {
inline namespace EIGENMIX_ABI {
namespace stopping {

/// Stops when no parameter has changed by more than a tolerance in the last step, of accelerated
/// steps in eight in a row. Measured as Iteration::parameter_change says: weights as they are, means
/// in standard deviations of their component, covariances relative to the deviations of their two
/// dimensions. Costs O(K Dim²) an iteration, less where covariances are shared or have no
/// correlations.
class ParameterChange : public Policy {
 public:
  /// \param tolerance  in these units; >= 0
  /// \throws std::invalid_argument  if it is negative or NaN
  explicit ParameterChange(double tolerance)
      : tolerance_(detail::non_negative("stopping::ParameterChange", "tolerance", tolerance)) {}

  bool operator()(const Iteration& iteration) {
    in_a_row_ = iteration.parameter_change() <= tolerance_ ? in_a_row_ + 1 : 0;
    return in_a_row_ >= (iteration.expected_gain() ? leaps : 1);
  }
  FitStatus status() const { return FitStatus::converged; }
  std::string name() const { return "ParameterChange"; }

 private:
  static constexpr int leaps = 8;  // a single accelerated step may be short by chance

  double tolerance_;
  int in_a_row_ = 0;
};

}  // namespace stopping
}  // namespace EIGENMIX_ABI
}  // namespace eigenmix

#endif  // EIGENMIX_STOPPING_PARAMETER_CHANGE_HPP
