// SPDX-License-Identifier: MIT
#ifndef EIGENMIX_DEGENERACY_RESOLUTION_FLOOR_HPP
#define EIGENMIX_DEGENERACY_RESOLUTION_FLOOR_HPP

#include <eigenmix/degeneracy/policy.hpp>

namespace eigenmix {
inline namespace EIGENMIX_ABI {
namespace degeneracy {

/// Keeps every component as wide as the numbers at its place can tell: the default.
///
/// A value recorded in steps of r is uncertain by a variance of r² / 12 (Sheppard 1898). Along a
/// column r is the step of its values, if they are multiples of one as whole numbers or tenths are,
/// or their rounding where the component lies, whichever is larger. Along other axes it is what
/// every policy leaves, the rounding: columns in steps may depend on each other more closely than a
/// step, for steps may be exact, as those of time or of a design are. It does not matter where
/// other components are or how far. Only a collapsed component is touched, so healthy fits are
/// exact maximum likelihood.
class ResolutionFloor {
 public:
  Floor floor_at(const Place& place) const {
    const double resolution = place.step > place.rounding ? place.step : place.rounding;
    return {resolution * resolution * (1.0 / 12), 0};
  }
  Action on_collapse(const Collapse&) const { return Action::floor; }
};

}  // namespace degeneracy
}  // namespace EIGENMIX_ABI
}  // namespace eigenmix

#endif  // EIGENMIX_DEGENERACY_RESOLUTION_FLOOR_HPP
