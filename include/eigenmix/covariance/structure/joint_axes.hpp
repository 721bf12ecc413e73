// SPDX-License-Identifier: MIT
#ifndef EIGENMIX_COVARIANCE_STRUCTURE_JOINT_AXES_HPP
#define EIGENMIX_COVARIANCE_STRUCTURE_JOINT_AXES_HPP

#include <algorithm>
#include <cmath>
#include <limits>

#include <eigenmix/covariance/structure/own_axes.hpp>

namespace eigenmix {
inline namespace EIGENMIX_ABI {
namespace detail {

/// The relative difference of two eigenvalues from which on their axes are taken for those of the
/// covariances: turned in their plane they cost its square, which is below rounding.
inline constexpr double eigenvalue_tie = 1e-8;

/// By how much value i, of descending ones, is below the one before, relative to that; >= 0. Of two
/// axes without variance it is zero, not 0 / 0.
template <class Real, int Dim>
Real gap_above(const Vector<Real, Dim>& values, Index i) {
  const Real larger = values(i - 1);
  return larger > 0 ? (larger - values(i)) / larger : Real(0);
}

template <class Real, int Dim>
Real least_gap(const Vector<Real, Dim>& values) {
  Real least = 1;
  for (Index i = 1; i < values.size(); ++i) least = std::min(least, gap_above(values, i));
  return least;
}

/// Where several eigenvalues coincide (spheres have no axes), takes the axes in their subspace
/// that all estimates together have, in descending order.
/// \param values  [Dim] descending
template <class Real, int Dim>
void part_ties(const Vector<Real, Dim>& values, const Matrix<Real, Dim, Dim>& pooled,
               Matrix<Real, Dim, Dim>& axes) {
  using Square = Matrix<Real, Dim, Dim>;
  const Index d = values.size();
  const Real total = pooled.trace();
  if (!(total > 0) || !std::isfinite(total)) return;
  Square turned = axes.transpose().lazyProduct(pooled.lazyProduct(axes) / total);
  Index first = 0;  // of those that coincide
  for (Index i = 1; i < d; ++i) {
    if (gap_above(values, i) >= Real(eigenvalue_tie)) first = i;
    for (Index j = 0; j < first; ++j) turned(i, j) = turned(j, i) = 0;
    turned(i, i) -= Real(2 * first);  // behind those of the subspaces before it, all at most 1
  }
  Square turn;
  symmetric_eigen(turned, turn);
  OwnAxes<Real, Dim>::sort_descending(turned, turn);
  axes = (axes.lazyProduct(turn)).eval();
}

/// Axes that diagonalise all of some covariances at once are those of almost every weighted sum:
/// of a few, that whose eigenvalues are best apart, for where two coincide their axes are lost.
/// Covariances that are zero or not finite have no say.
///
/// The order is that of all estimates' variances along them, so that sweeps take the same pairs in
/// whatever order or directions the samples have their coordinates, and in whatever order
/// components come. In that of the coordinates, turning healthy samples moved a fit in 32
/// dimensions by 0.05 deviations in 25 iterations: sweeps end long before they settle, in places
/// that depend on their order.
/// \param covariances  [Dim x Dim K]
/// \param pooled       [Dim x Dim] all estimates together, for axes that those leave open
/// \return [Dim x Dim] orthogonal; of the coordinates if nothing has a say
/// \complexity  O(K Dim² + Dim³)
template <class Real, int Dim>
Matrix<Real, Dim, Dim> joint_axes(const Matrix<Real, Dim>& covariances,
                                  const Matrix<Real, Dim, Dim>& pooled) {
  constexpr Real well_apart = Real(1e-3);
  constexpr Real spreads[] = {Real(1) / 3, Real(2), Real(7)};
  const Index d = covariances.rows();
  // All sums are taken apart side by side: of 32 eigenvalues two are mostly close in the first.
  Matrix<Real, Dim> sums = Matrix<Real, Dim>::Zero(d, covariances.cols() == d ? d : 3 * d);
  for (Index i = 0; i * d < sums.cols(); ++i) {
    for (Index k = 0; k * d < covariances.cols(); ++k) {
      const auto covariance = covariances.middleCols(k * d, d);
      const Real scale = covariance.trace() * (1 + Real(k) * spreads[i]);
      const bool counts = scale >= std::numeric_limits<Real>::min() && std::isfinite(scale);
      if (counts) sums.middleCols(i * d, d) += covariance * (1 / scale);
    }
  }
  const OwnAxes<Real, Dim> own(sums);
  Index best = 0;
  Real widest = -1;
  for (Index i = 0; i * d < sums.cols() && !(widest > well_apart); ++i) {
    const Real gap = least_gap<Real, Dim>(own.variances.col(i));
    if (!(gap > widest)) continue;
    best = i;
    widest = gap;
  }
  Matrix<Real, Dim, Dim> axes = own.axes.middleCols(best * d, d);
  if (widest < eigenvalue_tie) part_ties<Real, Dim>(own.variances.col(best), pooled, axes);
  Matrix<Real, Dim, Dim> along = axes.transpose().lazyProduct(pooled.lazyProduct(axes).eval());
  OwnAxes<Real, Dim>::sort_descending(along, axes);
  return axes;
}

}  // namespace detail
}  // namespace EIGENMIX_ABI
}  // namespace eigenmix

#endif  // EIGENMIX_COVARIANCE_STRUCTURE_JOINT_AXES_HPP
