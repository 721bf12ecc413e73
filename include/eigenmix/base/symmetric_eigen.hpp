// SPDX-License-Identifier: MIT
#ifndef EIGENMIX_BASE_SYMMETRIC_EIGEN_HPP
#define EIGENMIX_BASE_SYMMETRIC_EIGEN_HPP

#include <algorithm>
#include <cmath>
#include <limits>

#include <eigenmix/base/fwd.hpp>

namespace eigenmix {
inline namespace EIGENMIX_ABI {
namespace detail {

/// One Jacobi rotation that makes a(p, q) zero and is accumulated in the columns of v.
/// Golub & Van Loan, Matrix Computations, 4th ed., section 8.5.2.
template <class Real, int Dim>
void jacobi_rotate(Matrix<Real, Dim, Dim>& a, Matrix<Real, Dim, Dim>& v, Index p, Index q) {
  const Real tau = (a(q, q) - a(p, p)) / (2 * a(p, q));
  const Real size = std::abs(tau);
  const Real root = size < Real(1e8) ? std::sqrt(1 + size * size) : size;  // no overflow
  const Real t = (tau >= 0 ? Real(1) : Real(-1)) / (size + root);
  const Real c = 1 / std::sqrt(1 + t * t);
  const Real s = t * c;
  for (Index i = 0; i < a.rows(); ++i) {
    const Real ip = a(i, p), iq = a(i, q);
    a(i, p) = c * ip - s * iq;
    a(i, q) = s * ip + c * iq;
  }
  for (Index i = 0; i < a.rows(); ++i) {
    const Real pi = a(p, i), qi = a(q, i);
    a(p, i) = c * pi - s * qi;
    a(q, i) = s * pi + c * qi;
  }
  for (Index i = 0; i < a.rows(); ++i) {
    const Real ip = v(i, p), iq = v(i, q);
    v(i, p) = c * ip - s * iq;
    v(i, q) = s * ip + c * iq;
  }
}

/// One rotation for every pair of rows that is not yet orthogonal to rounding.
/// \return whether there was any
template <class Real, int Dim>
bool jacobi_sweep(Matrix<Real, Dim, Dim>& a, Matrix<Real, Dim, Dim>& v) {
  bool rotated = false;
  for (Index p = 0; p < a.rows(); ++p) {
    for (Index q = p + 1; q < a.rows(); ++q) {
      const Real scale = std::sqrt(std::abs(a(p, p))) * std::sqrt(std::abs(a(q, q)));
      const Real negligible =
          std::max(std::numeric_limits<Real>::epsilon() * scale, std::numeric_limits<Real>::min());
      if (std::abs(a(p, q)) <= negligible) continue;
      jacobi_rotate(a, v, p, q);
      rotated = true;
    }
  }
  return rotated;
}

/// Eigenvalues (left on the diagonal of a) and eigenvectors (columns of v) of a symmetric matrix,
/// by cyclic Jacobi sweeps.
///
/// Eigen::SelfAdjointEigenSolver does the same and is faster from about Dim = 16 on, but adds
/// 3.3 s to the 2.0 s a user's small program takes to compile (g++ 12, -O2), and a fit needs
/// eigenvalues only when a component has collapsed. Jacobi is also the more accurate of the two
/// for the small eigenvalues that matter here (Demmel & Veselic 1992).
template <class Real, int Dim>
void symmetric_eigen(Matrix<Real, Dim, Dim>& a, Matrix<Real, Dim, Dim>& v) {
  v.setIdentity(a.rows(), a.rows());
  constexpr int max_sweeps = 30;  // quadratic convergence: 6 to 10 sweeps are usual
  int sweep = 0;
  while (sweep < max_sweeps && jacobi_sweep(a, v)) ++sweep;
}

}  // namespace detail
}  // namespace EIGENMIX_ABI
}  // namespace eigenmix

#endif  // EIGENMIX_BASE_SYMMETRIC_EIGEN_HPP
