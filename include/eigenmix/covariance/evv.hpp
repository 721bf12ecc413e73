// SPDX-License-Identifier: MIT
#ifndef EIGENMIX_COVARIANCE_EVV_HPP
#define EIGENMIX_COVARIANCE_EVV_HPP

#include <eigenmix/covariance/bases.hpp>
#include <eigenmix/covariance/structure/dense_parts.hpp>

namespace eigenmix {
inline namespace EIGENMIX_ABI {
namespace covariance {

/// Components have covariances of one volume; shape and orientation are their own; mclust's EVV.
/// 1 + K (Dim (Dim + 1) / 2 - 1) covariance parameters.
struct EVV : detail::FamilyOf<layout::Dense> {
  static constexpr const char* name = "EVV";
  static constexpr const char* code = "EVV";
  static constexpr const char* common = "one volume for all components";

  static Index parameter_count(Index dimension, Index components) {
    return 1 + components * (detail::packed_size(dimension) - 1);
  }

  template <class Real, int Dim>
  static void unite(const detail::Vector<Real>& counts, const detail::Matrix<Real, Dim>&,
                    detail::Matrix<Real, Dim>& estimates) {
    if (counts.size() == 1) return;  // one covariance has the form
    detail::share_dense_volume(counts, estimates);
  }
};

}  // namespace covariance
}  // namespace EIGENMIX_ABI
}  // namespace eigenmix

#endif  // EIGENMIX_COVARIANCE_EVV_HPP
