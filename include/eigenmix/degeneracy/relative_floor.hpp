// SPDX-License-Identifier: MIT
#ifndef EIGENMIX_DEGENERACY_RELATIVE_FLOOR_HPP
#define EIGENMIX_DEGENERACY_RELATIVE_FLOOR_HPP

#include <eigenmix/degeneracy/policy.hpp>

namespace eigenmix {
inline namespace EIGENMIX_ABI {
namespace degeneracy {

/// Keeps every component at least `ratio` times as wide, in variance and every direction, as all
/// the data.
///
/// Only a collapsed component is touched. The raised covariance is the most likely one above the
/// floor, so the likelihood still never falls. Being relative to the variance of each dimension, it
/// means the same in metres and in millimetres; but the farther groups lie apart, the wider it
/// makes each of them at least, which is why it is not the default.
class RelativeFloor {
 public:
  /// \param ratio  least variance of a component / variance of the data; > 0
  /// \throws std::invalid_argument  unless ratio is finite and > 0
  explicit RelativeFloor(double ratio)
      : ratio_(detail::positive("degeneracy::RelativeFloor", "ratio", ratio)) {}

  Floor floor_at(const Place& place) const {
    return {ratio_ * place.variance, ratio_ * place.variance};
  }
  Action on_collapse(const Collapse&) const { return Action::floor; }

 private:
  double ratio_;
};

}  // namespace degeneracy
}  // namespace EIGENMIX_ABI
}  // namespace eigenmix

#endif  // EIGENMIX_DEGENERACY_RELATIVE_FLOOR_HPP
