// SPDX-License-Identifier: MIT
#ifndef EIGENMIX_DEGENERACY_THROW_HPP
#define EIGENMIX_DEGENERACY_THROW_HPP

#include <eigenmix/degeneracy/resolution_floor.hpp>

namespace eigenmix {
inline namespace EIGENMIX_ABI {
namespace degeneracy {

/// Ends the fit with degeneracy::CollapsedComponent, the mixture as it was before.
class Throw : public ResolutionFloor {
 public:
  Action on_collapse(const Collapse&) const { return Action::raise_error; }
};

}  // namespace degeneracy
}  // namespace EIGENMIX_ABI
}  // namespace eigenmix

#endif  // EIGENMIX_DEGENERACY_THROW_HPP
