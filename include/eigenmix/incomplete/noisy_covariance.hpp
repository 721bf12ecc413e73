// SPDX-License-Identifier: MIT
#ifndef EIGENMIX_INCOMPLETE_NOISY_COVARIANCE_HPP
#define EIGENMIX_INCOMPLETE_NOISY_COVARIANCE_HPP

#include <cmath>
#include <limits>
#include <string>

#include <eigenmix/base/errors.hpp>
#include <eigenmix/incomplete/noisy_linear.hpp>

namespace eigenmix {
inline namespace EIGENMIX_ABI {
namespace detail {

/// Four decimal digits below the largest number: sums with such a variance are finite.
template <class Scalar>
inline constexpr Accumulator<Scalar> largest_noise =
    Accumulator<Scalar>(std::numeric_limits<Scalar>::max()) / 10000;

/// \return whether it is zero or positive
template <class Scalar>
void check_noise_variance(const std::string& name, Scalar variance) {
  if (variance >= 0 && Accumulator<Scalar>(variance) <= largest_noise<Scalar>) return;
  reject("noisy", name, text(variance), "a variance >= 0 that the scalar can represent");
}

template <class Real>
void check_noise_symmetric(const std::string& name, const Matrix<Real>& s, Real tolerance) {
  for (Index j = 0; j < s.cols(); ++j) {
    for (Index i = 0; i < s.rows(); ++i) {
      const std::string at = " at (" + text(i) + ", " + text(j) + ")";
      if (!std::isfinite(s(i, j))) reject("noisy", name, text(s(i, j)) + at, "finite numbers");
      const Real scale = std::sqrt(std::abs(s(i, i))) * std::sqrt(std::abs(s(j, j)));
      if (std::abs(s(i, j) - s(j, i)) <= tolerance * scale) continue;
      reject("noisy", name, text(s(i, j)) + at + " but " + text(s(j, i)) + " across the diagonal",
             "a symmetric matrix");
    }
  }
}

/// Whether s + share diag(s) is positive definite, dimensions without variance aside.
template <class Real>
bool is_definite_with(const Matrix<Real>& s, Real share) {
  Matrix<Real> scaled = s;
  for (Index j = 0; j < s.cols(); ++j) {
    for (Index i = 0; i < s.rows(); ++i) {
      const bool is_null = !(s(i, i) > 0) || !(s(j, j) > 0);
      if (is_null && s(i, j) != 0) return false;
      scaled(i, j) = is_null ? Real(0) : s(i, j) / std::sqrt(s(i, i)) / std::sqrt(s(j, j));
      if (i == j) scaled(i, j) = 1 + share;
    }
  }
  return cholesky_in_place(scaled);
}

/// Checks one covariance of noise and makes it symmetric.
/// \param name  of it, for messages
/// \param s     [in, out] [m x m], of numbers of Scalar
/// \return whether there is noise in every direction
/// \throws std::invalid_argument  unless it is finite, and symmetric and positive semidefinite to
///                                the rounding of Scalar
template <class Scalar>
bool check_noise_covariance(const std::string& name, Matrix<Accumulator<Scalar>>& s) {
  using Real = Accumulator<Scalar>;
  const Real epsilon = Real(std::numeric_limits<Scalar>::epsilon());
  check_noise_symmetric(name, s, std::sqrt(epsilon));
  bool is_definite = true;
  for (Index i = 0; i < s.rows(); ++i) {
    check_noise_variance(name + ", entry (" + text(i) + ", " + text(i) + ")", Scalar(s(i, i)));
    is_definite = is_definite && s(i, i) > 0;
    for (Index j = 0; j < i; ++j) s(i, j) = s(j, i) = (s(i, j) + s(j, i)) / 2;
  }
  const Real rounding = 64 * Real(s.rows()) * epsilon;  // of one that was computed
  if (!is_definite_with(s, rounding)) {
    reject("noisy", name, "one that is indefinite", "a positive semidefinite matrix");
  }
  return is_definite && is_definite_with(s, -rounding);
}

/// \param of  which, for messages
/// \throws std::invalid_argument  unless it is finite and R R^T + S is positive definite: what is
///                                seen then has a density under any mixture
template <class Real>
void check_projection(const std::string& of, const Matrix<Real>& r, const Matrix<Real>& s) {
  for (Index j = 0; j < r.cols(); ++j) {
    for (Index i = 0; i < r.rows(); ++i) {
      if (std::isfinite(r(i, j))) continue;
      reject("noisy", "projection" + of, text(r(i, j)) + " at (" + text(i) + ", " + text(j) + ")",
             "finite numbers");
    }
  }
  Matrix<Real> sum;
  dense_product_transposed(r, r, sum);
  sum += s;
  if (is_definite_with(sum, -rounding_share<Real>(r.rows()))) return;
  reject("noisy", "projection" + of, "one whose rows depend on each other in exact numbers",
         "R R^T + S positive definite");
}

}  // namespace detail
}  // namespace EIGENMIX_ABI
}  // namespace eigenmix

#endif  // EIGENMIX_INCOMPLETE_NOISY_COVARIANCE_HPP
