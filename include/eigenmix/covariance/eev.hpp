// SPDX-License-Identifier: MIT
#ifndef EIGENMIX_COVARIANCE_EEV_HPP
#define EIGENMIX_COVARIANCE_EEV_HPP

#include <eigenmix/covariance/bases.hpp>
#include <eigenmix/covariance/structure/own_axes.hpp>

namespace eigenmix {
inline namespace EIGENMIX_ABI {
namespace covariance {

/// Components are one ellipsoid turned in different ways: volume and shape are common, orientations
/// their own; mclust's EEV.
/// Dim + K Dim (Dim - 1) / 2 covariance parameters. The M-step takes an eigendecomposition for each
/// component.
struct EEV : detail::FamilyOf<layout::Dense> {
  static constexpr const char* name = "EEV";
  static constexpr const char* code = "EEV";
  static constexpr const char* common = "one volume and shape for all components";

  static Index parameter_count(Index dimension, Index components) {
    return dimension + components * (dimension * (dimension - 1) / 2);
  }

  template <class Real, int Dim>
  static void unite(const detail::Vector<Real>& counts, const detail::Matrix<Real, Dim>&,
                    detail::Matrix<Real, Dim>& estimates) {
    if (counts.size() == 1) return;  // one covariance has the form
    detail::OwnAxes<Real, Dim> own(estimates);
    const detail::Vector<Real, Dim> common_variances = own.variances * counts / counts.sum();
    own.variances.colwise() = common_variances;
    own.compose(estimates);
  }
};

}  // namespace covariance
}  // namespace EIGENMIX_ABI
}  // namespace eigenmix

#endif  // EIGENMIX_COVARIANCE_EEV_HPP
