// SPDX-License-Identifier: MIT
#ifndef EIGENMIX_COVARIANCE_VEE_HPP
#define EIGENMIX_COVARIANCE_VEE_HPP

#include <eigenmix/covariance/bases.hpp>
#include <eigenmix/covariance/structure/dense_parts.hpp>

namespace eigenmix {
inline namespace EIGENMIX_ABI {
namespace covariance {

/// Components are multiples of one matrix: their volumes vary, shape and orientation are common;
/// mclust's VEE.
/// K - 1 + Dim (Dim + 1) / 2 covariance parameters. The M-step iterates, see
/// covariance/structure/dense_parts.hpp.
struct VEE : detail::FamilyOf<layout::Dense> {
  static constexpr const char* name = "VEE";
  static constexpr const char* code = "VEE";
  static constexpr const char* common = "one shape and orientation for all components";

  static Index parameter_count(Index dimension, Index components) {
    return components - 1 + detail::packed_size(dimension);
  }

  template <class Real, int Dim>
  static void unite(const detail::Vector<Real>& counts, const detail::Matrix<Real, Dim>& previous,
                    detail::Matrix<Real, Dim>& estimates) {
    if (counts.size() == 1) return;  // one covariance has the form
    const Index d = estimates.rows();
    detail::Matrix<Real, Dim, Dim> form;
    if (previous.cols() > 0) {
      form = previous.leftCols(d);
    } else {
      form.setZero(d, d);
      for (Index k = 0; k < counts.size(); ++k) {
        form += counts(k) * estimates.middleCols(k * d, d);
      }
    }
    detail::CommonForm<Real, Dim>(form).share(counts, estimates);
  }
};

}  // namespace covariance
}  // namespace EIGENMIX_ABI
}  // namespace eigenmix

#endif  // EIGENMIX_COVARIANCE_VEE_HPP
