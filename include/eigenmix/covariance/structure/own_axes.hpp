// SPDX-License-Identifier: MIT
#ifndef EIGENMIX_COVARIANCE_STRUCTURE_OWN_AXES_HPP
#define EIGENMIX_COVARIANCE_STRUCTURE_OWN_AXES_HPP

#include <algorithm>
#include <utility>

#include <eigenmix/base/symmetric_eigen.hpp>
#include <eigenmix/covariance/structure/side_by_side_eigen.hpp>

namespace eigenmix {
inline namespace EIGENMIX_ABI {
namespace detail {

/// Covariances taken apart into variances in their own axes, in descending order, and those axes.
template <class Real, int Dim>
struct OwnAxes {
  /// \param covariances  [Dim x Dim K]
  explicit OwnAxes(const Matrix<Real, Dim>& covariances)
      : variances(covariances.rows(), covariances.cols() / covariances.rows()),
        axes(covariances.rows(), covariances.cols()) {
    const Index d = covariances.rows(), components = variances.cols();
    SideBySideEigen<Real> eigen(d);
    for (Index first = 0; first < components; first += eigen.lanes) {
      const Index count = std::min(eigen.lanes, components - first);
      for (Index lane = 0; lane < count; ++lane) {
        eigen.assign(lane, covariances.middleCols((first + lane) * d, d));
      }
      eigen.solve();
      for (Index lane = 0; lane < count; ++lane) take(eigen, lane, first + lane);
    }
  }

  /// axes variances axes^T of every component.
  void compose(Matrix<Real, Dim>& covariances) const {
    const Index d = variances.rows();
    for (Index k = 0; k < variances.cols(); ++k) {
      compose_one(axes.middleCols(k * d, d), variances.col(k), covariances.middleCols(k * d, d));
    }
  }

  template <class Axes, class Variances, class Block>
  static void compose_one(const Axes& axes, const Variances& variances, Block&& covariance) {
    const Index d = axes.rows();
    for (Index j = 0; j < d; ++j) {
      auto below = covariance.col(j).tail(d - j);
      below.setZero();
      for (Index l = 0; l < d; ++l) below += (variances(l) * axes(j, l)) * axes.col(l).tail(d - j);
      for (Index i = j + 1; i < d; ++i) covariance(j, i) = covariance(i, j);
    }
  }

  /// The largest variance first, with its axis.
  static void sort_descending(Matrix<Real, Dim, Dim>& diagonal, Matrix<Real, Dim, Dim>& vectors) {
    const Index d = diagonal.rows();
    for (Index i = 0; i < d; ++i) {
      Index largest = i;
      for (Index j = i + 1; j < d; ++j) {
        if (diagonal(j, j) > diagonal(largest, largest)) largest = j;
      }
      if (largest == i) continue;
      std::swap(diagonal(i, i), diagonal(largest, largest));
      vectors.col(i).swap(vectors.col(largest));
    }
  }

  Matrix<Real, Dim> variances;  // Dim x K
  Matrix<Real, Dim> axes;       // Dim x Dim K

 private:
  void take(const SideBySideEigen<Real>& eigen, Index lane, Index k) {
    const Index d = variances.rows();
    for (Index j = 0; j < d; ++j) {
      Index place = j;  // behind those that are larger
      for (; place > 0 && variances(place - 1, k) < eigen.value(lane, j); --place) {
        variances(place, k) = variances(place - 1, k);
        axes.col(k * d + place) = axes.col(k * d + place - 1);
      }
      variances(place, k) = eigen.value(lane, j);
      for (Index i = 0; i < d; ++i) axes(i, k * d + place) = eigen.axis(lane, i, j);
    }
  }
};

}  // namespace detail
}  // namespace EIGENMIX_ABI
}  // namespace eigenmix

#endif  // EIGENMIX_COVARIANCE_STRUCTURE_OWN_AXES_HPP
