// SPDX-License-Identifier: MIT
#ifndef EIGENMIX_TESTS_SUPPORT_TOLERANCES_HPP
#define EIGENMIX_TESTS_SUPPORT_TOLERANCES_HPP

// What the oracle tests allow, and why. u is half the machine epsilon of the scalar under test.

#include "support/naive_em.hpp"

namespace eigenmix_tests {

template <class Scalar>
inline constexpr double unit_roundoff = double(std::numeric_limits<Scalar>::epsilon()) / 2;

/// How much a mixture magnifies relative errors of samples and means.
///
/// With samples and means off by u of themselves, the whitened difference L^-1 (x - mean) is off by
/// at most 2 u times ||L^-1 diag(deviation)||_F max_i |x_i| / deviation_i: the first factor is the
/// condition of the correlations (its square is the trace of their inverse), the second how many
/// deviations away from zero the data lie.
inline double magnification(const Model& model, const Eigen::MatrixXd& x) {
  Exact largest = 0;
  for (Index k = 0; k < model.component_count(); ++k) {
    const ExactMatrix& covariance = model.covariances[std::size_t(k)];
    const ExactVector deviation = covariance.diagonal().cwiseSqrt();
    const ExactMatrix whitened = inverse_cholesky(covariance) * deviation.asDiagonal();
    const ExactVector extent = x.cwiseAbs().rowwise().maxCoeff().template cast<Exact>();
    const Exact offset = extent.cwiseQuotient(deviation).maxCoeff();
    largest = std::max(largest, whitened.norm() * offset);
  }
  return double(largest);
}

/// What rounding can do to the parameters, in the units of parameter_error, and to the mean
/// log-likelihood, in nats, in `iterations` iterations of EM.
///
/// One iteration: a log density moves by |y| times the error of y, whose |y|² is Dim on average;
/// responsibilities, hence moments, move by the difference of two of them: 2 * 2 u sqrt(Dim)
/// magnification, and the second moments by twice that. The D + 1 terms of a log density add their
/// own rounding. A tile is 256 samples at most, at least 4 of them side by side: 64 additions in a
/// row. Later iterations contract what earlier ones got wrong, at worst barely: the sum of all.
template <class Scalar>
double em_rounding(Index iterations, Index dimension, double magnification) {
  const double d = double(dimension);
  const double one = 64 + 8 * (d + 1 + std::sqrt(d) * magnification);
  return double(iterations + 1) * one * unit_roundoff<Scalar>;
}

/// The same against golden parameters, which are rounded to double: covariances by a unit or two,
/// means by u of themselves, that is times the magnification in deviations. Never above `promised`
/// but for float.
template <class Scalar>
double golden_em_tolerance(Index iterations, Index dimension, double magnification,
                           double promised) {
  const double rounding = em_rounding<Scalar>(iterations, dimension, magnification);
  const double golden_rounding = unit_roundoff<double> * (2 + magnification);
  return std::is_same_v<Scalar, float> ? rounding : std::min(promised, rounding + golden_rounding);
}

/// Relative error allowed to a log density that a textbook Cholesky in double gets wrong by
/// `yardstick` on the same case: 20 times as much, for another order of the same operations, and
/// 1e-13 where it was lucky (400 roundings; a log density of 20 dimensions has 250 terms).
/// Proportionally less in a wider scalar, but for the golden value's own rounding.
template <class Scalar>
double density_tolerance(double yardstick) {
  const double in_double = std::max(1e-13, 20 * yardstick);
  return in_double * unit_roundoff<Scalar> / unit_roundoff<double> + unit_roundoff<double>;
}

/// Absolute error allowed to a responsibility, likewise.
template <class Scalar>
double responsibility_tolerance(double yardstick) {
  const double in_double = 20 * yardstick + 1e-14;
  return in_double * unit_roundoff<Scalar> / unit_roundoff<double> + unit_roundoff<double>;
}

/// Absolute error allowed where the expected number was printed with so many decimals, and the
/// number itself is promised to 1e-8 of itself: half a unit of the last, and a tenth for the
/// decimal's own place.
inline double printed_tolerance(double expected, int decimals) {
  return std::max(1e-8 * std::abs(expected), 0.6 * std::pow(10.0, -decimals));
}

}  // namespace eigenmix_tests

#endif  // EIGENMIX_TESTS_SUPPORT_TOLERANCES_HPP
