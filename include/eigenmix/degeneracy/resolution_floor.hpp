// SPDX-License-Identifier: MIT
#ifndef EIGENMIX_DEGENERACY_RESOLUTION_FLOOR_HPP
#define EIGENMIX_DEGENERACY_RESOLUTION_FLOOR_HPP

#include <eigenmix/degeneracy/policy.hpp>

namespace eigenmix {
inline namespace EIGENMIX_ABI {
namespace degeneracy {

/// Keeps every component as wide as the numbers at its place can tell: the default.
///
/// A value recorded in steps r is uncertain by a variance of r² / 12 (Sheppard 1898): that of the
/// step of a column whose values are multiples of one, such as whole numbers or tenths, and of the
/// rounding of the numbers where the component lies. It does not depend on where other components
/// are or how far. Along columns only: two columns in steps may still depend on each other as
/// closely as they do, for steps may be exact, as those of time or of a design are. Only a
/// collapsed component is touched, so healthy fits are exact maximum likelihood.
class ResolutionFloor {
 public:
  Floor floor_at(const Place& place) const { return {place.resolution * place.resolution / 12, 0}; }
  Action on_collapse(const Collapse&) const { return Action::floor; }
};

}  // namespace degeneracy
}  // namespace EIGENMIX_ABI
}  // namespace eigenmix

#endif  // EIGENMIX_DEGENERACY_RESOLUTION_FLOOR_HPP
