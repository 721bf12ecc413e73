// SPDX-License-Identifier: MIT
#ifndef EIGENMIX_COVARIANCE_BASES_HPP
#define EIGENMIX_COVARIANCE_BASES_HPP

#include <eigenmix/layout/dense.hpp>
#include <eigenmix/layout/diagonal.hpp>

namespace eigenmix {
inline namespace EIGENMIX_ABI {
namespace detail {

/// What all families of a layout have: it, and, unless they say otherwise, all its numbers free.
template <class L>
struct FamilyOf {
  using Layout = L;

  /// Of the covariances of K components.
  static Index parameter_count(Index dimension, Index components) {
    return L::parameter_count(dimension, components);
  }
};

}  // namespace detail

namespace covariance {

/// What a family of one's own derives from, if its covariances have correlations: storage, moments
/// and densities as of covariance::Full. The family adds `name`, `common`, `parameter_count` and
/// `unite`, see covariance/policy.hpp; examples/07_own_family.cpp is one.
///
/// `unite` is given, for K components over Dim dimensions, counts [K], and as previous covariances
/// and estimates [Dim x Dim K] the components' matrices side by side; where there was no M-step
/// before, no columns. They are double for mixtures of float.
using DenseBase = detail::FamilyOf<layout::Dense>;

/// What a family of one's own without correlations derives from: storage, moments and densities as
/// of covariance::Diagonal. `unite` is given counts [K] and, for covariances, variances [Dim x K].
using DiagonalBase = detail::FamilyOf<layout::Diagonal>;

}  // namespace covariance
}  // namespace EIGENMIX_ABI
}  // namespace eigenmix

#endif  // EIGENMIX_COVARIANCE_BASES_HPP
