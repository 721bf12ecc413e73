// SPDX-License-Identifier: MIT
#ifndef EIGENMIX_COVARIANCE_SPHERICAL_HPP
#define EIGENMIX_COVARIANCE_SPHERICAL_HPP

#include <eigenmix/covariance/bases.hpp>

namespace eigenmix {
inline namespace EIGENMIX_ABI {
namespace covariance {

/// Every component has one variance; mclust's VII, scikit-learn's "spherical".
/// K covariance parameters; E-step and M-step cost O(Dim) per sample and component.
struct Spherical : detail::FamilyOf<layout::Isotropic> {
  static constexpr const char* name = "Spherical";
  static constexpr const char* code = "VII";
};

/// mclust's names.
using VII = Spherical;
using V = Spherical;  ///< in one dimension

}  // namespace covariance
}  // namespace EIGENMIX_ABI
}  // namespace eigenmix

#endif  // EIGENMIX_COVARIANCE_SPHERICAL_HPP
