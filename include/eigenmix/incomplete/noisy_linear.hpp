// SPDX-License-Identifier: MIT
#ifndef EIGENMIX_INCOMPLETE_NOISY_LINEAR_HPP
#define EIGENMIX_INCOMPLETE_NOISY_LINEAR_HPP

// What is asked of small matrices here, in plain loops by columns: products of Eigen's for every
// pair of types would take longer to compile than the rest.

#include <algorithm>
#include <cmath>
#include <limits>

#include <eigenmix/base/cholesky.hpp>

namespace eigenmix {
inline namespace EIGENMIX_ABI {
namespace detail {

/// a b.
template <class Real>
void dense_product(const Matrix<Real>& a, const Matrix<Real>& b, Matrix<Real>& result) {
  set_zero(result, a.rows(), b.cols());
  for (Index j = 0; j < b.cols(); ++j) {
    for (Index l = 0; l < a.cols(); ++l) {
      for (Index i = 0; i < a.rows(); ++i) result(i, j) += a(i, l) * b(l, j);
    }
  }
}

/// a b^T.
template <class Real>
void dense_product_transposed(const Matrix<Real>& a, const Matrix<Real>& b, Matrix<Real>& result) {
  set_zero(result, a.rows(), b.rows());
  for (Index l = 0; l < a.cols(); ++l) {
    for (Index j = 0; j < b.rows(); ++j) {
      for (Index i = 0; i < a.rows(); ++i) result(i, j) += a(i, l) * b(j, l);
    }
  }
}

/// a m a^T of a symmetric m. \param scratch  of any size
template <class Real>
void dense_image(const Matrix<Real>& a, const Matrix<Real>& m, Matrix<Real>& scratch,
                 Matrix<Real>& result) {
  dense_product(a, m, scratch);
  dense_product_transposed(scratch, a, result);
}

/// lower^-1 x, in place.
template <class Real>
void substitute_forward(const Matrix<Real>& lower, Matrix<Real>& x) {
  for (Index j = 0; j < x.cols(); ++j) {
    for (Index l = 0; l < x.rows(); ++l) {
      x(l, j) /= lower(l, l);
      for (Index i = l + 1; i < x.rows(); ++i) x(i, j) -= lower(i, l) * x(l, j);
    }
  }
}

/// lower^-T x, in place.
template <class Real>
void substitute_backward(const Matrix<Real>& lower, Matrix<Real>& x) {
  for (Index j = 0; j < x.cols(); ++j) {
    for (Index l = x.rows() - 1; l >= 0; --l) {
      for (Index i = l + 1; i < x.rows(); ++i) x(l, j) -= lower(i, l) * x(i, j);
      x(l, j) /= lower(l, l);
    }
  }
}

/// What is below this share of a variance, after what the other dimensions tell was taken off, is
/// rounding of the sum of two covariances.
template <class Real>
Real rounding_share(Index dimension) {
  return 4 * Real(dimension) * std::numeric_limits<Real>::epsilon();
}

/// The Cholesky factor of a sum of two covariances, one of which may be singular and so much larger
/// that rounding has left the sum so: it is then raised by as much.
/// \param t  [in, out] [m x m] symmetric; raised if need be
/// \return false if it is not positive definite then
template <class Real>
bool factorise_sum(Matrix<Real>& t, Matrix<Real>& lower) {
  const Real share = rounding_share<Real>(t.rows());
  for (int attempt = 0; attempt < 2; ++attempt) {
    lower = t;
    bool is_clear = cholesky_in_place(lower);
    for (Index i = 0; i < t.rows() && is_clear; ++i) {
      is_clear = lower(i, i) * lower(i, i) > share * t(i, i);
    }
    if (is_clear) return true;
    if (attempt == 0) {
      for (Index i = 0; i < t.rows(); ++i) t(i, i) += 4 * share * t(i, i);
    }
  }
  lower = t;
  return cholesky_in_place(lower);
}

/// A root of a covariance that may be singular: root root^T = s but for what is rounding.
template <class Real>
void semidefinite_root(const Matrix<Real>& s, Matrix<Real>& root) {
  const Index m = s.rows();
  const Real share = rounding_share<Real>(m);
  root = s;
  for (Index j = 0; j < m; ++j) {
    const bool is_null = !(root(j, j) > share * s(j, j));
    const Real pivot = is_null ? Real(0) : std::sqrt(root(j, j));
    for (Index i = 0; i < j; ++i) root(i, j) = 0;
    root(j, j) = pivot;
    for (Index i = j + 1; i < m; ++i) root(i, j) = is_null ? Real(0) : root(i, j) / pivot;
    for (Index l = j + 1; l < m; ++l) {
      for (Index i = l; i < m; ++i) root(i, l) -= root(i, j) * root(l, j);
    }
  }
}

}  // namespace detail
}  // namespace EIGENMIX_ABI
}  // namespace eigenmix

#endif  // EIGENMIX_INCOMPLETE_NOISY_LINEAR_HPP
