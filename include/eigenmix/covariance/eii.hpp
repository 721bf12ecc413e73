// SPDX-License-Identifier: MIT
#ifndef EIGENMIX_COVARIANCE_EII_HPP
#define EIGENMIX_COVARIANCE_EII_HPP

#include <eigenmix/covariance/bases.hpp>

namespace eigenmix {
inline namespace EIGENMIX_ABI {
namespace covariance {

/// All components share one variance: spheres of one size; mclust's EII, and its E in one
/// dimension. One covariance parameter. Densities are distances in one metric; E-step and M-step
/// cost O(Dim) per sample and component, of which second moments are a K-th.
struct EII : detail::FamilyOf<layout::SharedIsotropic> {
  static constexpr const char* name = "EII";
  static constexpr const char* code = "EII";
};

/// mclust's name in one dimension.
using E = EII;

}  // namespace covariance
}  // namespace EIGENMIX_ABI
}  // namespace eigenmix

#endif  // EIGENMIX_COVARIANCE_EII_HPP
