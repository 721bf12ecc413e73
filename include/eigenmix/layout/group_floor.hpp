// SPDX-License-Identifier: MIT
#ifndef EIGENMIX_LAYOUT_GROUP_FLOOR_HPP
#define EIGENMIX_LAYOUT_GROUP_FLOOR_HPP

#include <algorithm>

#include <eigenmix/base/fwd.hpp>

namespace eigenmix {
inline namespace EIGENMIX_ABI {
namespace detail {

/// How narrow the covariance of one group may become; see VarianceFloor.
template <class Real>
struct GroupFloor {
  const Real* columns;    // [Dim] least variances, 0 in dimensions that tell nothing
  const Real* axes;       // [Dim] c of covariance - diag(c) >= 0, what a policy wants; or all 0
  const Real* noise;      // [Dim] the same, what the numbers can tell
  Real ratio;             // and what a factor can: least eigenvalue of the correlation matrix
  bool has_axes = false;  // whether a policy wants something
  Real slack = 1;         // times all of it

  Real column(Index i) const { return slack * columns[i]; }

  /// What the variance along any axis is measured against, in the unit of dimension i.
  Real axis(Index i, Real variance) const {
    return slack * std::max({axes[i], noise[i], ratio * variance});
  }

  /// A little lower, or by a factor, for what was raised to it once and has lost a rounding since.
  GroupFloor lowered(Real factor = 1) const {
    return {columns, axes, noise, ratio, has_axes, Real(0.99) / factor};
  }
};

}  // namespace detail
}  // namespace EIGENMIX_ABI
}  // namespace eigenmix

#endif  // EIGENMIX_LAYOUT_GROUP_FLOOR_HPP
