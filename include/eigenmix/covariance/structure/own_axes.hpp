// SPDX-License-Identifier: MIT
#ifndef EIGENMIX_COVARIANCE_STRUCTURE_OWN_AXES_HPP
#define EIGENMIX_COVARIANCE_STRUCTURE_OWN_AXES_HPP

#include <algorithm>
#include <utility>

#include <eigenmix/base/symmetric_eigen.hpp>

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
    const Index d = covariances.rows();
    Matrix<Real, Dim, Dim> diagonal, vectors;
    for (Index k = 0; k < variances.cols(); ++k) {
      diagonal = covariances.middleCols(k * d, d);
      symmetric_eigen(diagonal, vectors);
      sort_descending(diagonal, vectors);
      variances.col(k) = diagonal.diagonal();
      axes.middleCols(k * d, d) = vectors;
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
      for (Index i = j; i < d; ++i) {
        Real sum = 0;
        for (Index l = 0; l < d; ++l) sum += axes(i, l) * variances(l) * axes(j, l);
        covariance(i, j) = covariance(j, i) = sum;
      }
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
};

}  // namespace detail
}  // namespace EIGENMIX_ABI
}  // namespace eigenmix

#endif  // EIGENMIX_COVARIANCE_STRUCTURE_OWN_AXES_HPP
