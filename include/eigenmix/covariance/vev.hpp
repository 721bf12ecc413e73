// SPDX-License-Identifier: MIT
#ifndef EIGENMIX_COVARIANCE_VEV_HPP
#define EIGENMIX_COVARIANCE_VEV_HPP

#include <eigenmix/covariance/bases.hpp>
#include <eigenmix/covariance/structure/diagonal_parts.hpp>
#include <eigenmix/covariance/structure/own_axes.hpp>

namespace eigenmix {
inline namespace EIGENMIX_ABI {
namespace covariance {

/// Components have ellipsoids of one shape, of sizes and orientations of their own; mclust's VEV.
/// K + Dim - 1 + K Dim (Dim - 1) / 2 covariance parameters. The M-step takes an eigendecomposition
/// for each component and iterates, see covariance/structure/diagonal_parts.hpp.
struct VEV : detail::FamilyOf<layout::Dense> {
  static constexpr const char* name = "VEV";
  static constexpr const char* code = "VEV";
  static constexpr const char* common = "one shape for all components";

  static Index parameter_count(Index dimension, Index components) {
    return components + dimension - 1 + components * (dimension * (dimension - 1) / 2);
  }

  template <class Real, int Dim>
  static void unite(const detail::Vector<Real>& counts, const detail::Matrix<Real, Dim>&,
                    detail::Matrix<Real, Dim>& estimates) {
    if (counts.size() == 1) return;  // one covariance has the form
    detail::OwnAxes<Real, Dim> own(estimates);
    detail::Vector<Real, Dim> shape = own.variances * counts;
    shape /= detail::volume_of(shape);
    detail::share_shape(counts, shape, own.variances);
    own.compose(estimates);
  }
};

}  // namespace covariance
}  // namespace EIGENMIX_ABI
}  // namespace eigenmix

#endif  // EIGENMIX_COVARIANCE_VEV_HPP
