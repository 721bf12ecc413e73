// SPDX-License-Identifier: MIT
#ifndef EIGENMIX_INFERENCE_SAMPLED_VALUE_HPP
#define EIGENMIX_INFERENCE_SAMPLED_VALUE_HPP

#include <cmath>

#include <eigenmix/version.hpp>

namespace eigenmix {
inline namespace EIGENMIX_ABI {

/// A number found by drawing samples of a mixture, and the standard error of drawing them.
struct SampledValue {
  double value = 0;
  double standard_error = 0;
};

namespace detail {

/// The mean of numbers that are drawn, one by one (Welford 1962).
class DrawnMean {
 public:
  void add(double number) {
    count_ += 1;
    const double offset = number - mean_;
    mean_ += offset / count_;
    squares_ += offset * (number - mean_);
  }

  /// Of two or more numbers, none of them -infinity. Infinite, with an infinite error, if one was.
  SampledValue estimate() const {
    if (!std::isfinite(mean_) || !std::isfinite(squares_)) return {HUGE_VAL, HUGE_VAL};
    return {mean_, std::sqrt(squares_ / (count_ - 1) / count_)};
  }

 private:
  double count_ = 0, mean_ = 0, squares_ = 0;
};

}  // namespace detail

}  // namespace EIGENMIX_ABI
}  // namespace eigenmix

#endif  // EIGENMIX_INFERENCE_SAMPLED_VALUE_HPP
