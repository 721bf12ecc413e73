// SPDX-License-Identifier: MIT
#ifndef EIGENMIX_INITIALIZATION_AGGLOMERATION_VARIABLES_HPP
#define EIGENMIX_INITIALIZATION_AGGLOMERATION_VARIABLES_HPP

#include <cmath>
#include <limits>

#include <eigenmix/base/symmetric_eigen.hpp>

namespace eigenmix {
inline namespace EIGENMIX_ABI {
namespace detail {

/// x less its weighted mean, about the first point, so that an offset costs no digits.
template <class Real>
Matrix<Real> centred_variables(const Matrix<Real>& x, const Vector<Real>& weights) {
  const Vector<Real> first = x.col(0);
  Matrix<Real> result = x.colwise() - first;
  const Vector<Real> mean = result.lazyProduct(weights) / weights.sum();
  result.colwise() -= mean;
  return result;
}

/// The first rows of `x` are those it had that vary, in units of their standard deviations (divisor
/// n - 1); their number is returned. Of samples that are all equal one row of zeros stays: a matrix
/// without any has no rows to read.
/// \param size  [Dim] the largest |x| before centring, which says what deviation is mere rounding
template <class Real>
Index scale_variables(const Vector<Real>& size, const Vector<Real>& weights, Matrix<Real>& x) {
  Index kept = 0;
  for (Index i = 0; i < x.rows(); ++i) {
    const Real largest = x.row(i).cwiseAbs().maxCoeff();
    if (!(largest > 4 * std::numeric_limits<Real>::epsilon() * size(i))) continue;
    x.row(kept) = x.row(i) / largest;  // squares can neither overflow nor vanish
    const Real squares = x.row(kept).cwiseAbs2().dot(weights);
    x.row(kept++) *= std::sqrt((weights.sum() - 1) / squares);
  }
  if (kept > 0) return kept;
  x.row(0).setZero();
  return 1;
}

/// The principal components of x, each divided by the fourth root of its sum of squares: with the
/// singular value decomposition x = V D U^T these are D^(1/2) U^T, half-way between x and sphered
/// x. Components without extent are left out, but for one if none has any. Scrucca & Raftery
/// (2015), Adv. Data Anal. Classif. 9.
template <class Real>
Matrix<Real> root_scaled_components(const Matrix<Real>& x, const Vector<Real>& weights) {
  const Index d = x.rows();
  Matrix<Real> squares = Matrix<Real>::Zero(d, d), axes;
  for (Index n = 0; n < x.cols(); ++n) {
    squares.noalias() += weights(n) * x.col(n).lazyProduct(x.col(n).transpose());
  }
  symmetric_eigen<Real, Eigen::Dynamic>(squares, axes);
  const Real smallest =
      Real(d) * std::numeric_limits<Real>::epsilon() * squares.diagonal().maxCoeff();
  Index kept = 0;
  for (Index i = 0; i < d; ++i) {
    if (!(squares(i, i) > smallest)) continue;
    axes.col(kept++) = axes.col(i) / std::sqrt(std::sqrt(squares(i, i)));
  }
  if (kept == 0) return Matrix<Real>::Zero(1, x.cols());
  return axes.leftCols(kept).transpose().lazyProduct(x);
}

}  // namespace detail
}  // namespace EIGENMIX_ABI
}  // namespace eigenmix

#endif  // EIGENMIX_INITIALIZATION_AGGLOMERATION_VARIABLES_HPP
