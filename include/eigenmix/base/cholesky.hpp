// SPDX-License-Identifier: MIT
#ifndef EIGENMIX_BASE_CHOLESKY_HPP
#define EIGENMIX_BASE_CHOLESKY_HPP

#include <cmath>
#include <limits>

#include <eigenmix/base/fill.hpp>
#include <eigenmix/base/fwd.hpp>

namespace eigenmix {
inline namespace EIGENMIX_ABI {
namespace detail {

/// Replaces the lower triangle of a symmetric matrix by its Cholesky factor, column by column.
/// Eigen's takes 2 s of README's program's 11 to compile. In four dimensions this takes 16 to 37 ns
/// where Eigen's takes 39 to 53, in 64 up to 1.4 times as long, 18 µs: two thousandths of an
/// iteration over 20 000 samples.
/// \return false unless the matrix is finite and positive definite by more than denormal numbers
template <class Real, int Dim>
bool cholesky_in_place(Matrix<Real, Dim, Dim>& matrix) {
  const Index d = matrix.rows();
  for (Index j = 0; j < d; ++j) {
    Real* const column = matrix.data() + j * d;
    const Real pivot = column[j];  // NaN or infinite if anything before it was
    const bool has_inverse =
        pivot >= std::numeric_limits<Real>::min() && pivot <= std::numeric_limits<Real>::max();
    if (!has_inverse) return false;
    const Real inverse = 1 / pivot;  // so that no column waits for the root of the one before
    for (Index k = j + 1; k < d; ++k) {
      Real* const next = matrix.data() + k * d;
      const Real scale = column[k] * inverse;
      for (Index i = k; i < d; ++i) next[i] -= scale * column[i];
    }
    column[j] = std::sqrt(pivot);
    for (Index i = j + 1; i < d; ++i) column[i] /= column[j];
  }
  return true;
}

/// The inverse of a lower triangular matrix, a column at a time by forward substitution: in few
/// dimensions a fraction of the time of Eigen's solver, in 64 a hundredth of an iteration.
template <class Real, int Dim>
void invert(const Matrix<Real, Dim, Dim>& lower, Matrix<Real, Dim, Dim>& inverse) {
  const Index d = lower.rows();
  set_identity(inverse, d);
  for (Index j = 0; j < d; ++j) {
    Real* const x = inverse.data() + j * d;
    for (Index l = j; l < d; ++l) {
      const Real* const column = lower.data() + l * d;
      x[l] /= column[l];
      for (Index i = l + 1; i < d; ++i) x[i] -= x[l] * column[i];
    }
  }
}

}  // namespace detail
}  // namespace EIGENMIX_ABI
}  // namespace eigenmix

#endif  // EIGENMIX_BASE_CHOLESKY_HPP
