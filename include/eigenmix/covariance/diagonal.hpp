// SPDX-License-Identifier: MIT
#ifndef EIGENMIX_COVARIANCE_DIAGONAL_HPP
#define EIGENMIX_COVARIANCE_DIAGONAL_HPP

#include <eigenmix/covariance/bases.hpp>

namespace eigenmix {
inline namespace EIGENMIX_ABI {
namespace covariance {

/// Every component has a variance per dimension, no correlations; mclust's VVI, "diag".
/// K Dim covariance parameters; E-step and M-step cost O(Dim) per sample and component.
struct Diagonal : detail::FamilyOf<layout::Diagonal> {
  static constexpr const char* name = "Diagonal";
  static constexpr const char* code = "VVI";
};

/// mclust's name.
using VVI = Diagonal;

}  // namespace covariance
}  // namespace EIGENMIX_ABI
}  // namespace eigenmix

#endif  // EIGENMIX_COVARIANCE_DIAGONAL_HPP
