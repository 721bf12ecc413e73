// SPDX-License-Identifier: MIT
#ifndef EIGENMIX_COVARIANCE_EEI_HPP
#define EIGENMIX_COVARIANCE_EEI_HPP

#include <eigenmix/covariance/bases.hpp>

namespace eigenmix {
inline namespace EIGENMIX_ABI {
namespace covariance {

/// All components share a variance per dimension, no correlations; mclust's EEI.
/// Dim covariance parameters. Densities are distances in one metric; E-step and M-step cost O(Dim)
/// per sample and component, of which second moments are a K-th.
struct EEI : detail::FamilyOf<layout::SharedDiagonal> {
  static constexpr const char* name = "EEI";
  static constexpr const char* code = "EEI";
};

}  // namespace covariance
}  // namespace EIGENMIX_ABI
}  // namespace eigenmix

#endif  // EIGENMIX_COVARIANCE_EEI_HPP
