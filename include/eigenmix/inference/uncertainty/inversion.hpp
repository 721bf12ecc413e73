// SPDX-License-Identifier: MIT
#ifndef EIGENMIX_INFERENCE_UNCERTAINTY_INVERSION_HPP
#define EIGENMIX_INFERENCE_UNCERTAINTY_INVERSION_HPP

#include <limits>

#include <eigenmix/inference/uncertainty/information.hpp>

namespace eigenmix {
inline namespace EIGENMIX_ABI {
namespace detail {

/// T M T^T, T given by what it makes of a vector.
/// \param matrix  symmetric
/// \param size    rows of T
/// \param map     map(in, out)
template <class Real, class Map>
Matrix<Real> congruent(const Matrix<Real>& matrix, Index size, const Map& map) {
  Matrix<Real> half(size, matrix.cols()), result(size, size);
  for (Index j = 0; j < matrix.cols(); ++j) map(matrix.col(j).data(), half.col(j).data());
  const Matrix<Real> flipped = half.transpose();
  for (Index j = 0; j < size; ++j) map(flipped.col(j).data(), result.col(j).data());
  for (Index j = 0; j < size; ++j) {
    for (Index i = 0; i < j; ++i) result(i, j) = result(j, i);
  }
  return result;
}

template <class Real>
void mirror_lower(Matrix<Real>& matrix) {
  for (Index j = 0; j < matrix.cols(); ++j) {
    for (Index i = 0; i < j; ++i) matrix(i, j) = matrix(j, i);
  }
}

/// A B.
template <class Real>
Matrix<Real> matrix_product(const Matrix<Real>& a, const Matrix<Real>& b) {
  Matrix<Real> result;
  set_zero(result, a.rows(), b.cols());
  for (Index j = 0; j < b.cols(); ++j) {
    for (Index l = 0; l < a.cols(); ++l) {
      for (Index i = 0; i < a.rows(); ++i) result(i, j) += a(i, l) * b(l, j);
    }
  }
  return result;
}

/// The information of a fit in joint coordinates, and its inverse.
template <class Parameters>
class JointInformation {
 public:
  using Real = typename Parameters::Real;
  using Coordinates = ErrorCoordinates<Parameters>;

  JointInformation(const Coordinates& coordinates, InformationSums<Real> sums)
      : coordinates_(coordinates), size_(coordinates.free_size()) {
    mirror_lower(sums.missing);
    Matrix<Real> information = CompleteInformation<Parameters>(coordinates, sums.score).matrix();
    complete_ = joined(information);
    information -= sums.missing;
    information_ = joined(information);
    score_.resize(size_);
    coordinates.join(sums.score.data(), score_.data());
    if (sums.outer.size() == 0) return;
    mirror_lower(sums.outer);
    outer_ = joined(sums.outer);
  }

  const Matrix<Real>& information() const { return information_; }

  /// Inverts it. \return false unless it is positive definite by more than rounding
  bool invert_information() {
    // In units of what is known of a parameter if the components are known: what is left of that
    // then shows as it is, and sums of so many samples are rounded in their last digits.
    Vector<Real> units(size_);
    for (Index i = 0; i < size_; ++i) {
      if (!(complete_(i, i) > 0)) return false;
      units(i) = 1 / std::sqrt(complete_(i, i));
    }
    Matrix<Real> factor = information_, inverse;
    for (Index j = 0; j < size_; ++j) {
      for (Index i = 0; i < size_; ++i) factor(i, j) *= units(i) * units(j);
    }
    if (!cholesky_in_place(factor) || !is_above_rounding(factor)) return false;
    invert(factor, inverse);
    set_zero(covariance_, size_, size_);
    for (Index j = 0; j < size_; ++j) {
      for (Index i = j; i < size_; ++i) {
        for (Index l = i; l < size_; ++l) covariance_(i, j) += inverse(l, i) * inverse(l, j);
        covariance_(i, j) *= units(i) * units(j);
      }
    }
    mirror_lower(covariance_);
    return true;
  }

  const Matrix<Real>& inverse() const { return covariance_; }

  /// I^-1 J I^-1.
  Matrix<Real> sandwich() const {
    return matrix_product(covariance_, matrix_product(outer_, covariance_));
  }

  /// What one Newton step would raise the log-likelihood by, s^T I^-1 s / 2.
  Real newton_gain() const {
    Real sum = 0;
    for (Index j = 0; j < size_; ++j) {
      for (Index i = 0; i < size_; ++i) sum += score_(i) * covariance_(i, j) * score_(j);
    }
    return sum / 2;
  }

 private:
  /// Whether all pivots of a factor are.
  bool is_above_rounding(const Matrix<Real>& factor) const {
    constexpr Real rounding = 64 * std::numeric_limits<Real>::epsilon();
    for (Index i = 0; i < size_; ++i) {
      if (!(factor(i, i) * factor(i, i) > rounding * Real(size_))) return false;
    }
    return true;
  }

  Matrix<Real> joined(const Matrix<Real>& apart) const {
    return congruent(apart, size_,
                     [this](const Real* in, Real* out) { coordinates_.join(in, out); });
  }

  const Coordinates& coordinates_;
  Index size_;
  Matrix<Real> information_, complete_, outer_, covariance_;
  Vector<Real> score_;
};

}  // namespace detail
}  // namespace EIGENMIX_ABI
}  // namespace eigenmix

#endif  // EIGENMIX_INFERENCE_UNCERTAINTY_INVERSION_HPP
