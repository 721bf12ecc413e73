// SPDX-License-Identifier: MIT
#ifndef EIGENMIX_LAYOUT_DENSE_FLOOR_HPP
#define EIGENMIX_LAYOUT_DENSE_FLOOR_HPP

#include <algorithm>
#include <cmath>
#include <limits>

#include <eigenmix/base/cholesky.hpp>
#include <eigenmix/base/symmetric_eigen.hpp>
#include <eigenmix/layout/group_floor.hpp>
#include <eigenmix/layout/own_centre_sums.hpp>

namespace eigenmix {
inline namespace EIGENMIX_ABI {
namespace detail {

/// How dense covariances are held above a floor, and compared on it.
struct DenseFloor {
  /// Whether a covariance is certainly above the floor: the trace of the inverse bounds
  /// 1 / smallest eigenvalue from above and costs no decomposition. `raise` decides the rest.
  template <class Block, class Density, class Floor>
  static bool is_above(const Block& block, const Density& density, Index group,
                       const Floor& floor) {
    using Real = typename Density::Real;
    for (Index i = 0; i < block.rows(); ++i) {
      if (!(Real(block(i, i)) >= floor.column(i))) return false;
    }
    const auto unit = [&](Index i) { return std::sqrt(floor.axis(i, Real(block(i, i)))); };
    return density.inflation(group, unit) <= Real(1);
  }

  /// Whether a covariance is above the floor: covariance - diag(floor.axis) has a Cholesky factor.
  template <class Block, class Real>
  static bool is_feasible(const Block& block, const GroupFloor<Real>& floor) {
    constexpr int Dim = Block::RowsAtCompileTime;
    Matrix<Real, Dim, Dim> rest = block.template cast<Real>();
    for (Index i = 0; i < rest.rows(); ++i) {
      if (!(rest(i, i) >= floor.column(i))) return false;
      rest(i, i) -= floor.axis(i, rest(i, i));
    }
    return cholesky_in_place(rest);
  }

  /// Raises the variances of columns to the floor, by independent noise of what they lack.
  /// \return how many were raised
  template <class Block, class Real>
  static Index raise_columns(Block&& block, const GroupFloor<Real>& floor) {
    using Scalar = typename std::decay_t<Block>::Scalar;
    Index raised = 0;
    for (Index i = 0; i < block.rows(); ++i) {
      // Where all directions have a floor that high, the columns have it as well.
      if (floor.axes[i] >= floor.columns[i] || Real(block(i, i)) >= floor.column(i)) continue;
      block(i, i) = Scalar(floor.column(i));
      ++raised;
    }
    return raised;
  }

  /// Raises a covariance that is too near to a singular one. Where only the numbers set the floor,
  /// which is far below anything that is measured, by independent noise of that variance: it costs
  /// no decomposition, of which a search among many singular ones would take most of its time.
  /// \return how many directions were raised
  template <class Block, class Real>
  static Index raise_axes(Block&& block, const GroupFloor<Real>& floor) {
    using Scalar = typename std::decay_t<Block>::Scalar;
    if (floor.has_axes) return raise_eigenvalues(block, floor);
    for (Index i = 0; i < block.rows(); ++i) {
      if (floor.columns[i] > 0) block(i, i) += Scalar(floor.axis(i, Real(block(i, i))));
    }
    return block.rows();
  }

  /// Raises the eigenvalues of F^-1/2 covariance F^-1/2, F = diag(floor.axis), that are below 1 to
  /// 1: the most likely covariance with F as its floor. O(Dim³), some ten sweeps.
  /// \return how many were raised
  template <class Block, class Real>
  static Index raise_eigenvalues(Block& block, const GroupFloor<Real>& floor) {
    using Scalar = typename std::decay_t<Block>::Scalar;
    constexpr int Dim = std::decay_t<Block>::RowsAtCompileTime;
    const Index d = block.rows();
    Vector<Real, Dim> unit(d);
    for (Index i = 0; i < d; ++i) unit(i) = std::sqrt(floor.axis(i, Real(block(i, i))));
    Matrix<Real, Dim, Dim> scaled(d, d), vectors(d, d);
    for (Index j = 0; j < d; ++j) {
      for (Index i = 0; i < d; ++i) scaled(i, j) = Real(block(i, j)) / unit(i) / unit(j);
    }
    symmetric_eigen(scaled, vectors);
    Index raised = 0;
    for (Index l = 0; l < d; ++l) {
      if (scaled(l, l) >= Real(1)) continue;
      scaled(l, l) = 1;
      ++raised;
    }
    for (Index i = 0; raised > 0 && i < d; ++i) {
      for (Index j = 0; j <= i; ++j) {
        Real sum = 0;
        for (Index l = 0; l < d; ++l) sum += vectors(i, l) * scaled(l, l) * vectors(j, l);
        block(i, j) = block(j, i) = Scalar(sum * unit(i) * unit(j));
      }
    }
    return raised;
  }

  /// Both, as far as needed. \return how many were raised
  template <class Block, class Real>
  static Index raise(Block&& block, const GroupFloor<Real>& floor) {
    const Index raised = raise_columns(block, floor);
    return is_feasible(block, floor) ? raised : raised + raise_axes(block, floor);
  }

  /// The last resort: variances at or above the floor, no correlations.
  template <class Block, class Real>
  static void drop_correlations(Block&& block, const GroupFloor<Real>& floor) {
    using Scalar = typename std::decay_t<Block>::Scalar;
    for (Index j = 0; j < block.cols(); ++j) {
      for (Index i = 0; i < block.rows(); ++i) {
        const Scalar least = Scalar(std::max(floor.column(i), floor.axis(i, Real(0))));
        block(i, j) = i == j ? std::max(block(i, i), least) : Scalar(0);
      }
    }
  }

  /// Twice the expected negative log-likelihood of a covariance, but for constants:
  /// count log |covariance| + tr(covariance^-1 scatter).
  /// \return infinity unless it is positive definite
  template <class Block, class Real>
  static Real cost(const Block& block, const Real* scatter, Real count, Index) {
    constexpr int Dim = Block::RowsAtCompileTime;
    const Index d = block.rows();
    Matrix<Real, Dim, Dim> lower = block.template cast<Real>(), inverse(d, d);
    if (!cholesky_in_place(lower)) return std::numeric_limits<Real>::infinity();
    invert(lower, inverse);
    Real sum = 0;
    for (Index l = 0; l < d; ++l) {  // row l of the inverse factor, squared by the scatter
      sum += 2 * count * std::log(lower(l, l));
      for (Index i = 0; i <= l; ++i) {
        Real product = 0;
        for (Index j = 0; j <= l; ++j) {
          product += scatter[i > j ? packed_index(i, j) : packed_index(j, i)] * inverse(l, j);
        }
        sum += inverse(l, i) * product;
      }
    }
    return std::isnan(sum) ? std::numeric_limits<Real>::infinity() : sum;
  }
};

}  // namespace detail
}  // namespace EIGENMIX_ABI
}  // namespace eigenmix

#endif  // EIGENMIX_LAYOUT_DENSE_FLOOR_HPP
