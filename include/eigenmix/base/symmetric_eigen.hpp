// SPDX-License-Identifier: MIT
#ifndef EIGENMIX_BASE_SYMMETRIC_EIGEN_HPP
#define EIGENMIX_BASE_SYMMETRIC_EIGEN_HPP

#include <algorithm>
#include <cmath>
#include <limits>

#include <eigenmix/base/fill.hpp>
#include <eigenmix/base/fwd.hpp>

namespace eigenmix {
inline namespace EIGENMIX_ABI {
namespace detail {

inline constexpr int jacobi_max_sweeps = 30;  // quadratic convergence: 5 to 10 are usual

/// The size of (a_qq - a_pp) / 2 a_pq from which on the cosine of the rotation that makes a_pq zero
/// is one to rounding. Below it the square does not overflow.
template <class Real>
inline constexpr Real jacobi_far = Real(std::numeric_limits<Real>::digits > 53 ? 1e20 : 1e8);

/// Two numbers turned by an angle of cosine c and sine s.
template <class Real>
void rotate(Real& p, Real& q, Real c, Real s) {
  const Real of_p = p, of_q = q;
  p = c * of_p - s * of_q;
  q = s * of_p + c * of_q;
}

/// One Jacobi rotation that makes a(p, q) zero and is accumulated in the columns of v.
/// Golub & Van Loan, Matrix Computations, 4th ed., section 8.5.2.
/// \param a, v  d x d, by columns
template <class Real>
void jacobi_rotate(Real* a, Real* v, Index d, Index p, Index q) {
  const Real tau = (a[q + q * d] - a[p + p * d]) / (2 * a[p + q * d]);
  const Real size = std::abs(tau);
  const Real root = size < jacobi_far<Real> ? std::sqrt(1 + size * size) : size;
  const Real t = (tau >= 0 ? Real(1) : Real(-1)) / (size + root);
  const Real c = 1 / std::sqrt(1 + t * t);
  const Real s = t * c;
  for (Index i = 0; i < d; ++i) rotate(a[i + p * d], a[i + q * d], c, s);
  for (Index i = 0; i < d; ++i) rotate(a[p + i * d], a[q + i * d], c, s);
  for (Index i = 0; i < d; ++i) rotate(v[i + p * d], v[i + q * d], c, s);
}

/// One rotation for every pair of rows that is not yet orthogonal to rounding.
/// \return whether there was any
template <class Real>
bool jacobi_sweep(Real* a, Real* v, Index d) {
  bool rotated = false;
  for (Index p = 0; p < d; ++p) {
    for (Index q = p + 1; q < d; ++q) {
      const Real scale = std::sqrt(std::abs(a[p + p * d])) * std::sqrt(std::abs(a[q + q * d]));
      const Real negligible =
          std::max(std::numeric_limits<Real>::epsilon() * scale, std::numeric_limits<Real>::min());
      if (std::abs(a[p + q * d]) <= negligible) continue;
      jacobi_rotate(a, v, d, p, q);
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
  const Index d = a.rows();
  set_identity(v, d);
  int sweep = 0;
  while (sweep < jacobi_max_sweeps && jacobi_sweep(a.data(), v.data(), d)) ++sweep;
}

}  // namespace detail
}  // namespace EIGENMIX_ABI
}  // namespace eigenmix

#endif  // EIGENMIX_BASE_SYMMETRIC_EIGEN_HPP
