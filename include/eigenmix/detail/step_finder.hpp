// SPDX-License-Identifier: MIT
#ifndef EIGENMIX_DETAIL_STEP_FINDER_HPP
#define EIGENMIX_DETAIL_STEP_FINDER_HPP

#include <algorithm>
#include <cmath>

#include <eigenmix/fwd.hpp>

namespace eigenmix {
inline namespace EIGENMIX_ABI {
namespace detail {

/// The step of numbers that are recorded in steps: whole numbers, tenths, 1 / 255. It is their
/// greatest common divisor, by Euclid's algorithm with the rounding of every number in mind. Of
/// numbers without a step the divisor falls to their rounding within two or three of them.
class StepFinder {
 public:
  /// \param epsilon  rounding of the numbers, relative
  explicit StepFinder(double epsilon) : epsilon_(epsilon) {}

  bool is_possible() const { return is_possible_; }

  /// The step so far, 0 if there is none.
  double step() const { return is_possible_ ? step_ : 0; }

  void see(double value) {
    const double size = std::abs(value);
    if (!is_possible_ || size == 0) return;
    const double rounding = 4 * epsilon_ * size;
    if (step_ == 0) {
      step_ = size;
      uncertainty_ = rounding;
      return;
    }
    const double multiple = std::nearbyint(size / step_);
    const double tolerance = rounding + multiple * uncertainty_;
    // A number that has no digits left where the step lies, such as a far sentinel, says nothing.
    if (tolerance > step_ / 16) return;
    const double rest = std::abs(size - multiple * step_);
    if (rest <= tolerance) {
      if (multiple * uncertainty_ > rounding) {
        step_ = size / multiple;
        uncertainty_ = rounding / multiple;
      }
      return;
    }
    reduce(rest, tolerance);
    is_possible_ = step_ > 512 * epsilon_ * size;
  }

 private:
  /// The greatest common divisor of step and rest.
  void reduce(double rest, double tolerance) {
    const double negligible = 2 * tolerance;
    while (rest > negligible) {
      const double next = std::abs(step_ - std::nearbyint(step_ / rest) * rest);
      step_ = rest;
      rest = next;
    }
    uncertainty_ = negligible;
  }

  double epsilon_;
  double step_ = 0;
  double uncertainty_ = 0;  // of the step, from the rounding of the numbers it came from
  bool is_possible_ = true;
};

}  // namespace detail
}  // namespace EIGENMIX_ABI
}  // namespace eigenmix

#endif  // EIGENMIX_DETAIL_STEP_FINDER_HPP
