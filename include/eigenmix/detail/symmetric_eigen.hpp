// SPDX-License-Identifier: MIT
#ifndef EIGENMIX_DETAIL_SYMMETRIC_EIGEN_HPP
#define EIGENMIX_DETAIL_SYMMETRIC_EIGEN_HPP

#include <cmath>
#include <limits>

#include <eigenmix/fwd.hpp>

namespace eigenmix {
inline namespace EIGENMIX_ABI {
namespace detail {

/// One Jacobi rotation that makes a(p, q) zero and is accumulated in the columns of v.
/// Golub & Van Loan, Matrix Computations, 4th ed., section 8.5.2.
template <class Real, int Dim>
void jacobi_rotate(Matrix<Real, Dim, Dim>& a, Matrix<Real, Dim, Dim>& v, Index p, Index q) {
  const Real tau = (a(q, q) - a(p, p)) / (2 * a(p, q));
  const Real t = (tau >= 0 ? Real(1) : Real(-1)) / (std::abs(tau) + std::hypot(Real(1), tau));
  const Real c = 1 / std::hypot(Real(1), t);
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
  v.setIdentity(d, d);
  constexpr int max_sweeps = 30;  // quadratic convergence: 6 to 10 sweeps are usual
  for (int sweep = 0; sweep < max_sweeps; ++sweep) {
    bool rotated = false;
    for (Index p = 0; p < d; ++p) {
      for (Index q = p + 1; q < d; ++q) {
        const Real scale = std::sqrt(std::abs(a(p, p))) * std::sqrt(std::abs(a(q, q)));
        if (std::abs(a(p, q)) <= std::numeric_limits<Real>::epsilon() * scale ||
            std::abs(a(p, q)) < std::numeric_limits<Real>::min()) {
          continue;
        }
        jacobi_rotate(a, v, p, q);
        rotated = true;
      }
    }
    if (!rotated) return;
  }
}

}  // namespace detail
}  // namespace EIGENMIX_ABI
}  // namespace eigenmix

#endif  // EIGENMIX_DETAIL_SYMMETRIC_EIGEN_HPP
