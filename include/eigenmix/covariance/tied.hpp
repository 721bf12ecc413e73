// SPDX-License-Identifier: MIT
#ifndef EIGENMIX_COVARIANCE_TIED_HPP
#define EIGENMIX_COVARIANCE_TIED_HPP

#include <eigenmix/covariance/bases.hpp>

namespace eigenmix {
inline namespace EIGENMIX_ABI {
namespace covariance {

/// All components share one covariance; mclust's EEE, scikit-learn's "tied".
/// Dim (Dim + 1) / 2 covariance parameters; E-step and M-step cost O(Dim²) per sample and
/// component.
struct Tied : detail::FamilyOf<layout::SharedDense> {
  static constexpr const char* name = "Tied";
  static constexpr const char* code = "EEE";
};

/// mclust's name.
using EEE = Tied;

}  // namespace covariance
}  // namespace EIGENMIX_ABI
}  // namespace eigenmix

#endif  // EIGENMIX_COVARIANCE_TIED_HPP
