// SPDX-License-Identifier: MIT
#ifndef EIGENMIX_INFERENCE_DENSE_STEPS_HPP
#define EIGENMIX_INFERENCE_DENSE_STEPS_HPP

#include <algorithm>
#include <cmath>
#include <limits>
#include <string>
#include <type_traits>

#include <eigenmix/base/cholesky.hpp>
#include <eigenmix/base/errors.hpp>
#include <eigenmix/base/symmetric_eigen.hpp>

// Matrices from outside, checked, and the few steps that are done with them, in plain loops:
// Eigen's products would be a class for each pair of types.

namespace eigenmix {
inline namespace EIGENMIX_ABI {
namespace detail {

/// Refuses, with one sentence, an argument that cannot be a matrix of this scalar and size.
template <class Scalar, int Rows, int Cols, class Given>
constexpr bool accepts_matrix() {
  constexpr bool same_scalar = std::is_same_v<typename Given::Scalar, Scalar>;
  static_assert(same_scalar,
                "eigenmix: a matrix or vector has another scalar type than the mixture; pass "
                "a.cast<Scalar>() with the mixture's Scalar");
  constexpr int rows = Given::RowsAtCompileTime, cols = Given::ColsAtCompileTime;
  constexpr bool same_size = (rows == Eigen::Dynamic || Rows == Eigen::Dynamic || rows == Rows) &&
                             (cols == Eigen::Dynamic || Cols == Eigen::Dynamic || cols == Cols);
  static_assert(same_size,
                "eigenmix: a matrix or vector has another fixed number of rows or columns than "
                "the mixture and the other arguments need; vectors are columns");
  return same_scalar && same_size;
}

template <class Real, int Rows, int Cols, int Options>
EIGENMIX_COLD void check_finite_entries(const char* where, const char* what,
                                        const Eigen::Matrix<Real, Rows, Cols, Options>& matrix) {
  for (Index j = 0; j < matrix.cols(); ++j) {
    for (Index i = 0; i < matrix.rows(); ++i) {
      if (std::isfinite(matrix(i, j))) continue;
      reject(where, std::string(what) + "(" + text(i) + ", " + text(j) + ")", text(matrix(i, j)),
             "finite numbers");
    }
  }
}

/// A checked copy of a matrix from outside, in what is summed in.
/// \throws std::invalid_argument  if it is not [rows x cols] or has a number that is not finite
template <class Scalar, int Rows, int Cols, class Given>
EIGENMIX_COLD Matrix<Accumulator<Scalar>, Rows, Cols> checked_matrix(
    const char* where, const char* what, const Eigen::MatrixBase<Given>& given, Index rows,
    Index cols) {
  using Real = Accumulator<Scalar>;
  Matrix<Real, Rows, Cols> result(rows, cols);
  if constexpr (accepts_matrix<Scalar, Rows, Cols, Given>()) {
    check_shape(where, what, {given.rows(), given.cols()}, {rows, cols});
    const typename Given::PlainObject plain = given;
    for (Index j = 0; j < cols; ++j) {
      for (Index i = 0; i < rows; ++i) result(i, j) = Real(plain(i, j));
    }
    check_finite_entries(where, what, result);
  }
  return result;
}

/// Refuses what is not symmetric to sqrt(eps) of its deviations, as a mixture does of covariances,
/// and makes it so to the bit.
template <class Scalar, class Real, int Dim>
EIGENMIX_COLD void make_symmetric(const char* where, const char* what,
                                  Matrix<Real, Dim, Dim>& matrix) {
  const Real tolerance = std::sqrt(Real(std::numeric_limits<Scalar>::epsilon()));
  for (Index j = 0; j < matrix.cols(); ++j) {
    for (Index i = 0; i < j; ++i) {
      const Real scale = std::sqrt(std::abs(matrix(i, i))) * std::sqrt(std::abs(matrix(j, j)));
      if (!(std::abs(matrix(i, j) - matrix(j, i)) <= tolerance * scale)) {
        const std::string at = "(" + text(i) + ", " + text(j) + ")";
        reject(where, what + at, text(matrix(i, j)) + " but " + text(matrix(j, i)) + " opposite",
               "a symmetric matrix");
      }
      matrix(i, j) = matrix(j, i) = (matrix(i, j) + matrix(j, i)) / 2;
    }
  }
}

/// The lower triangular L with L L^T = matrix, zeros above.
/// \return false unless the matrix is positive definite by more than `least` of each variance, that
///         is, the share of it that the dimensions before do not explain
template <class Real, int Dim>
bool lower_root(const Matrix<Real, Dim, Dim>& matrix, Matrix<Real, Dim, Dim>& lower,
                Real least = 0) {
  lower = matrix;
  if (!cholesky_in_place(lower)) return false;
  for (Index j = 0; j < lower.cols(); ++j) {
    if (!(lower(j, j) * lower(j, j) > least * matrix(j, j))) return false;
    for (Index i = 0; i < j; ++i) lower(i, j) = 0;
  }
  return true;
}

/// a b
template <class Real, int Rows, int Inner, int Cols, int OfA, int OfB>
Matrix<Real, Rows, Cols> matrix_times(const Eigen::Matrix<Real, Rows, Inner, OfA>& a,
                                      const Eigen::Matrix<Real, Inner, Cols, OfB>& b) {
  Matrix<Real, Rows, Cols> result;
  set_zero(result, a.rows(), b.cols());
  for (Index j = 0; j < b.cols(); ++j) {
    for (Index l = 0; l < b.rows(); ++l) {
      for (Index i = 0; i < a.rows(); ++i) result(i, j) += a(i, l) * b(l, j);
    }
  }
  return result;
}

/// a^T b
template <class Real, int Rows, int Inner, int Cols, int OfA, int OfB>
Matrix<Real, Rows, Cols> matrix_transposed_times(const Eigen::Matrix<Real, Inner, Rows, OfA>& a,
                                                 const Eigen::Matrix<Real, Inner, Cols, OfB>& b) {
  Matrix<Real, Rows, Cols> result;
  set_zero(result, a.cols(), b.cols());
  for (Index j = 0; j < b.cols(); ++j) {
    for (Index i = 0; i < a.cols(); ++i) {
      for (Index l = 0; l < a.rows(); ++l) result(i, j) += a(l, i) * b(l, j);
    }
  }
  return result;
}

template <class Real, int Rows, int Cols, int OfA>
Matrix<Real, Cols, Rows> transpose_of(const Eigen::Matrix<Real, Rows, Cols, OfA>& a) {
  Matrix<Real, Cols, Rows> result(a.cols(), a.rows());
  for (Index j = 0; j < a.cols(); ++j) {
    for (Index i = 0; i < a.rows(); ++i) result(j, i) = a(i, j);
  }
  return result;
}

/// Adds a a^T; what was symmetric to the bit remains so.
template <class Real, int Dim, int Cols, int OfA>
void add_outer_square(const Eigen::Matrix<Real, Dim, Cols, OfA>& a, Matrix<Real, Dim, Dim>& to) {
  for (Index j = 0; j < a.rows(); ++j) {
    for (Index i = j; i < a.rows(); ++i) {
      for (Index l = 0; l < a.cols(); ++l) to(i, j) += a(i, l) * a(j, l);
      to(j, i) = to(i, j);
    }
  }
}

/// Replaces the columns of x by those of L^-1 x.
template <class Real, int Dim, int Cols, int OfX>
void solve_lower(const Matrix<Real, Dim, Dim>& lower, Eigen::Matrix<Real, Dim, Cols, OfX>& x) {
  for (Index n = 0; n < x.cols(); ++n) {
    for (Index j = 0; j < x.rows(); ++j) {
      x(j, n) /= lower(j, j);
      for (Index i = j + 1; i < x.rows(); ++i) x(i, n) -= lower(i, j) * x(j, n);
    }
  }
}

/// Replaces the columns of x by those of L^-T x.
template <class Real, int Dim, int Cols, int OfX>
void solve_lower_transposed(const Matrix<Real, Dim, Dim>& lower,
                            Eigen::Matrix<Real, Dim, Cols, OfX>& x) {
  for (Index n = 0; n < x.cols(); ++n) {
    for (Index j = x.rows() - 1; j >= 0; --j) {
      for (Index i = j + 1; i < x.rows(); ++i) x(j, n) -= lower(i, j) * x(i, n);
      x(j, n) /= lower(j, j);
    }
  }
}

/// Half the log of the determinant of L L^T.
template <class Real, int Dim>
Real log_root_of(const Matrix<Real, Dim, Dim>& lower) {
  Real sum = 0;
  for (Index i = 0; i < lower.rows(); ++i) sum += std::log(lower(i, i));
  return sum;
}

/// log N(offset; 0, L L^T), of an offset that is whitened in place; minus infinity beyond what can
/// be represented, never NaN.
template <class Real, int Dim>
Real log_normal(const Matrix<Real, Dim, Dim>& lower, Vector<Real, Dim>& offset) {
  solve_lower(lower, offset);
  Real square = 0;
  for (Index i = 0; i < offset.size(); ++i) square += offset(i) * offset(i);
  if (!std::isfinite(square)) return -std::numeric_limits<Real>::infinity();
  return -square / 2 - log_root_of(lower) - Real(offset.size()) * half_log_two_pi<Real>;
}

/// Refuses a covariance of noise that has a variance below zero along some axis, by more than
/// rounding.
template <class Scalar, class Real, int Dim>
EIGENMIX_COLD void check_semidefinite(const char* where, const char* what,
                                      Matrix<Real, Dim, Dim> matrix) {
  Matrix<Real, Dim, Dim> axes;
  symmetric_eigen(matrix, axes);
  Real least = 0, most = 0;
  for (Index i = 0; i < matrix.rows(); ++i) {
    least = std::min(least, matrix(i, i));
    most = std::max(most, matrix(i, i));
  }
  const Real rounding = 8 * Real(matrix.rows()) * Real(std::numeric_limits<Scalar>::epsilon());
  if (least >= -rounding * most) return;
  reject(where, what, "one with the eigenvalue " + text(least), "a positive semidefinite matrix");
}

}  // namespace detail
}  // namespace EIGENMIX_ABI
}  // namespace eigenmix

#endif  // EIGENMIX_INFERENCE_DENSE_STEPS_HPP
