// SPDX-License-Identifier: MIT
#ifndef EIGENMIX_COVARIANCE_EVI_HPP
#define EIGENMIX_COVARIANCE_EVI_HPP

#include <eigenmix/covariance/bases.hpp>
#include <eigenmix/covariance/structure/diagonal_parts.hpp>

namespace eigenmix {
inline namespace EIGENMIX_ABI {
namespace covariance {

/// Components have diagonal covariances of one volume and shapes of their own; mclust's EVI.
/// 1 + K (Dim - 1) covariance parameters.
struct EVI : detail::FamilyOf<layout::Diagonal> {
  static constexpr const char* name = "EVI";
  static constexpr const char* code = "EVI";
  static constexpr const char* common = "one volume for all components";

  static Index parameter_count(Index dimension, Index components) {
    return 1 + components * (dimension - 1);
  }

  template <class Real, int Dim>
  static void unite(const detail::Vector<Real>& counts, const detail::Matrix<Real, Dim>&,
                    detail::Matrix<Real, Dim>& estimates) {
    if (counts.size() == 1) return;  // one covariance has the form
    detail::share_volume(counts, estimates);
  }
};

}  // namespace covariance
}  // namespace EIGENMIX_ABI
}  // namespace eigenmix

#endif  // EIGENMIX_COVARIANCE_EVI_HPP
