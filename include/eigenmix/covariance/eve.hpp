// SPDX-License-Identifier: MIT
#ifndef EIGENMIX_COVARIANCE_EVE_HPP
#define EIGENMIX_COVARIANCE_EVE_HPP

#include <eigenmix/covariance/bases.hpp>
#include <eigenmix/covariance/structure/common_axes.hpp>

namespace eigenmix {
inline namespace EIGENMIX_ABI {
namespace covariance {

/// Components have common axes and one volume; their shapes are their own; mclust's EVE.
/// 1 + K (Dim - 1) + Dim (Dim - 1) / 2 covariance parameters. The M-step iterates, see
/// covariance/structure/common_axes.hpp.
struct EVE : detail::FamilyOf<layout::Dense> {
  static constexpr const char* name = "EVE";
  static constexpr const char* code = "EVE";
  static constexpr const char* common = "one volume and orientation for all components";

  static Index parameter_count(Index dimension, Index components) {
    return 1 + components * (dimension - 1) + dimension * (dimension - 1) / 2;
  }

  template <class Real, int Dim>
  static void unite(const detail::Vector<Real>& counts, const detail::Matrix<Real, Dim>& previous,
                    detail::Matrix<Real, Dim>& estimates) {
    if (counts.size() == 1) return;  // one covariance has the form
    detail::CommonAxes<Real, Dim> common_axes(counts, estimates, detail::Volumes::equal);
    common_axes.find(previous);
    detail::Matrix<Real, Dim> variances = common_axes.variances();
    detail::share_volume(counts, variances);
    common_axes.compose(variances, estimates);
  }
};

}  // namespace covariance
}  // namespace EIGENMIX_ABI
}  // namespace eigenmix

#endif  // EIGENMIX_COVARIANCE_EVE_HPP
