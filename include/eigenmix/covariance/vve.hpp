// SPDX-License-Identifier: MIT
#ifndef EIGENMIX_COVARIANCE_VVE_HPP
#define EIGENMIX_COVARIANCE_VVE_HPP

#include <eigenmix/covariance/bases.hpp>
#include <eigenmix/covariance/structure/common_axes.hpp>

namespace eigenmix {
inline namespace EIGENMIX_ABI {
namespace covariance {

/// Components have common axes; volumes and shapes are their own; mclust's VVE.
/// K Dim + Dim (Dim - 1) / 2 covariance parameters. The M-step iterates, see
/// covariance/structure/common_axes.hpp.
struct VVE : detail::FamilyOf<layout::Dense> {
  static constexpr const char* name = "VVE";
  static constexpr const char* code = "VVE";
  static constexpr const char* common = "one orientation for all components";

  static Index parameter_count(Index dimension, Index components) {
    return components * dimension + dimension * (dimension - 1) / 2;
  }

  template <class Real, int Dim>
  static void unite(const detail::Vector<Real>& counts, const detail::Matrix<Real, Dim>& previous,
                    detail::Matrix<Real, Dim>& estimates) {
    if (counts.size() == 1) return;  // one covariance has the form
    detail::CommonAxes<Real, Dim> common_axes(counts, estimates, detail::Volumes::free);
    common_axes.find(previous);
    const detail::Matrix<Real, Dim> variances = common_axes.variances();
    common_axes.compose(variances, estimates);
  }
};

}  // namespace covariance
}  // namespace EIGENMIX_ABI
}  // namespace eigenmix

#endif  // EIGENMIX_COVARIANCE_VVE_HPP
