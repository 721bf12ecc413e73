// SPDX-License-Identifier: MIT
#ifndef EIGENMIX_DEGENERACY_DROP_HPP
#define EIGENMIX_DEGENERACY_DROP_HPP

#include <eigenmix/degeneracy/resolution_floor.hpp>

namespace eigenmix {
inline namespace EIGENMIX_ABI {
namespace degeneracy {

/// Removes collapsed components, atoms among them, so that the fit ends with fewer than it began
/// with. A covariance shared by all components, and the last component, are floored instead.
class Drop : public ResolutionFloor {
 public:
  Action on_collapse(const Collapse&) const { return Action::drop; }
};

}  // namespace degeneracy
}  // namespace EIGENMIX_ABI
}  // namespace eigenmix

#endif  // EIGENMIX_DEGENERACY_DROP_HPP
