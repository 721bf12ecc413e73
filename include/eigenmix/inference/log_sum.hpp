// SPDX-License-Identifier: MIT
#ifndef EIGENMIX_INFERENCE_LOG_SUM_HPP
#define EIGENMIX_INFERENCE_LOG_SUM_HPP

#include <cmath>
#include <limits>

#include <eigenmix/base/fwd.hpp>

namespace eigenmix {
inline namespace EIGENMIX_ABI {
namespace detail {

/// The log of a sum of numbers that come one by one, as logs. Nothing overflows, and what
/// underflows is negligible beside the largest.
template <class Real>
class LogSum {
 public:
  /// \param log_term  not NaN; minus infinity adds nothing
  void add(Real log_term) {
    if (!(log_term > -std::numeric_limits<Real>::infinity())) return;
    if (log_term > largest_) {
      sum_ = sum_ * std::exp(largest_ - log_term) + 1;
      largest_ = log_term;
    } else {
      sum_ += std::exp(log_term - largest_);
    }
  }

  /// Minus infinity of no terms.
  Real value() const { return sum_ > 0 ? largest_ + std::log(sum_) : largest_; }

 private:
  Real largest_ = -std::numeric_limits<Real>::infinity();
  Real sum_ = 0;
};

}  // namespace detail
}  // namespace EIGENMIX_ABI
}  // namespace eigenmix

#endif  // EIGENMIX_INFERENCE_LOG_SUM_HPP
