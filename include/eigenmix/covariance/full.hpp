// SPDX-License-Identifier: MIT
#ifndef EIGENMIX_COVARIANCE_FULL_HPP
#define EIGENMIX_COVARIANCE_FULL_HPP

#include <eigenmix/covariance/bases.hpp>

namespace eigenmix {
inline namespace EIGENMIX_ABI {
namespace covariance {

/// Every component has a covariance of its own; mclust's VVV, scikit-learn's "full".
/// K Dim (Dim + 1) / 2 covariance parameters; E-step and M-step cost O(Dim²) per sample and
/// component. The covariances of its M-step are DenseLayout's `estimate`, in layout/dense.hpp.
struct Full : detail::FamilyOf<layout::Dense> {
  static constexpr const char* name = "Full";
  static constexpr const char* code = "VVV";
};

/// mclust's name.
using VVV = Full;

}  // namespace covariance
}  // namespace EIGENMIX_ABI
}  // namespace eigenmix

#endif  // EIGENMIX_COVARIANCE_FULL_HPP
