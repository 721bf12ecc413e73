// SPDX-License-Identifier: MIT
#ifndef EIGENMIX_DEGENERACY_ABSOLUTE_FLOOR_HPP
#define EIGENMIX_DEGENERACY_ABSOLUTE_FLOOR_HPP

#include <eigenmix/degeneracy/policy.hpp>

namespace eigenmix {
inline namespace EIGENMIX_ABI {
namespace degeneracy {

/// Keeps every eigenvalue of every covariance at or above a variance known from elsewhere, such as
/// the resolution of a sensor.
class AbsoluteFloor {
 public:
  /// \param variance  in the squared unit of the data; > 0
  /// \throws std::invalid_argument  unless variance is finite and > 0
  explicit AbsoluteFloor(double variance)
      : variance_(detail::positive("degeneracy::AbsoluteFloor", "variance", variance)) {}

  Floor floor_at(const Place&) const { return {variance_, variance_}; }
  Action on_collapse(const Collapse&) const { return Action::floor; }

 private:
  double variance_;
};

}  // namespace degeneracy
}  // namespace EIGENMIX_ABI
}  // namespace eigenmix

#endif  // EIGENMIX_DEGENERACY_ABSOLUTE_FLOOR_HPP
