// SPDX-License-Identifier: MIT
#ifndef EIGENMIX_COVARIANCE_VEI_HPP
#define EIGENMIX_COVARIANCE_VEI_HPP

#include <eigenmix/covariance/bases.hpp>
#include <eigenmix/covariance/structure/diagonal_parts.hpp>

namespace eigenmix {
inline namespace EIGENMIX_ABI {
namespace covariance {

/// Components are multiples of one diagonal matrix: their volumes vary, their shape is common, no
/// correlations; mclust's VEI.
/// K + Dim - 1 covariance parameters. The M-step iterates, see covariance/structure/diagonal_parts.hpp.
struct VEI : detail::FamilyOf<layout::Diagonal> {
  static constexpr const char* name = "VEI";
  static constexpr const char* code = "VEI";
  static constexpr const char* common = "one shape for all components";

  static Index parameter_count(Index dimension, Index components) {
    return components + dimension - 1;
  }

  template <class Real, int Dim>
  static void unite(const detail::Vector<Real>& counts, const detail::Matrix<Real, Dim>& previous,
                    detail::Matrix<Real, Dim>& estimates) {
    if (counts.size() == 1) return;  // one covariance has the form
    detail::Vector<Real, Dim> shape = detail::Vector<Real, Dim>::Ones(estimates.rows());
    if (previous.cols() > 0) shape = previous.col(0) / detail::volume_of(previous.col(0));
    detail::share_shape(counts, shape, estimates);
  }
};

}  // namespace covariance
}  // namespace EIGENMIX_ABI
}  // namespace eigenmix

#endif  // EIGENMIX_COVARIANCE_VEI_HPP
