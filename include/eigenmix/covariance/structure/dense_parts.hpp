// SPDX-License-Identifier: MIT
#ifndef EIGENMIX_COVARIANCE_STRUCTURE_DENSE_PARTS_HPP
#define EIGENMIX_COVARIANCE_STRUCTURE_DENSE_PARTS_HPP

#include <eigenmix/base/cholesky.hpp>
#include <eigenmix/covariance/structure/diagonal_parts.hpp>

namespace eigenmix {
inline namespace EIGENMIX_ABI {
namespace detail {

/// The volume of a dense covariance, |covariance|^(1/Dim); NaN unless it is positive definite by
/// more than rounding. A pivot of a singular matrix is off by some eps of its diagonal entry; a
/// common volume would scale a matrix by that noise, up to above the floor that otherwise catches
/// it.
template <class Block>
auto dense_volume(const Block& covariance) {
  using Real = typename Block::Scalar;
  constexpr int Dim = Block::RowsAtCompileTime;
  Matrix<Real, Dim, Dim> lower = covariance;
  constexpr Real nan = std::numeric_limits<Real>::quiet_NaN();
  if (!cholesky_in_place(lower)) return nan;
  constexpr Real rounding = 1000 * std::numeric_limits<Real>::epsilon();
  for (Index i = 0; i < lower.rows(); ++i) {
    if (!(lower(i, i) * lower(i, i) > rounding * covariance(i, i))) return nan;
  }
  return std::exp(2 * lower.diagonal().array().log().mean());
}

/// The most likely covariances of one volume for all (Celeux & Govaert 1995, model [λC_k]).
/// \param counts       [K] >= 0, not all zero
/// \param covariances  [Dim x Dim K] the components' own; replaced
template <class Real, int Dim>
void share_dense_volume(const Vector<Real>& counts, Matrix<Real, Dim>& covariances) {
  const Index d = covariances.rows();
  Vector<Real> volumes(counts.size());
  for (Index k = 0; k < counts.size(); ++k) {
    volumes(k) = dense_volume(covariances.middleCols(k * d, d));
  }
  const Real common = volumes.dot(counts) / counts.sum();
  for (Index k = 0; k < counts.size(); ++k) {
    change_volume(volumes(k), common, covariances.middleCols(k * d, d));
  }
}

/// The most likely covariances that are multiples of one matrix (Celeux & Govaert 1995, model
/// [λ_kC]): volumes and matrix in turn, each the best for the other.
template <class Real, int Dim>
class CommonForm {
 public:
  /// \param form  [Dim x Dim] a guess, symmetric positive definite
  explicit CommonForm(const Matrix<Real, Dim, Dim>& form) : form_(form) {}

  /// \param counts       [K] >= 0, not all zero
  /// \param covariances  [Dim x Dim K] the components' own; replaced. NaN if their mean is singular
  void share(const Vector<Real>& counts, Matrix<Real, Dim>& covariances) {
    const Index d = covariances.rows();
    Vector<Real> volumes(counts.size());
    Real last = 0;
    for (int i = 0;; ++i) {
      if (!normalise()) break;
      for (Index k = 0; k < counts.size(); ++k) {
        volumes(k) = inverse_.cwiseProduct(covariances.middleCols(k * d, d)).sum() / Real(d);
      }
      const Real cost = volumes.array().log().matrix().dot(counts) / counts.sum();
      const bool is_better = i == 0 || last - cost > Real(inner_tolerance);
      if (!is_better || i == max_inner_iterations) break;
      last = cost;
      form_.setZero(d, d);
      for (Index k = 0; k < counts.size(); ++k) {
        form_ += counts(k) / volumes(k) * covariances.middleCols(k * d, d);
      }
    }
    for (Index k = 0; k < counts.size(); ++k) covariances.middleCols(k * d, d) = volumes(k) * form_;
  }

 private:
  /// Brings the form to determinant one and inverts it.
  bool normalise() {
    const Index d = form_.rows();
    lower_ = form_;
    if (!cholesky_in_place(lower_)) {
      form_.setConstant(std::numeric_limits<Real>::quiet_NaN());
      return false;
    }
    const Real volume = std::exp(2 * lower_.diagonal().array().log().mean());
    form_ /= volume;
    invert(lower_, inverse_lower_);
    inverse_.resize(d, d);
    for (Index i = 0; i < d; ++i) {
      for (Index j = 0; j <= i; ++j) {
        const Real entry = inverse_lower_.col(i).tail(d - i).dot(inverse_lower_.col(j).tail(d - i));
        inverse_(i, j) = inverse_(j, i) = entry * volume;
      }
    }
    return true;
  }

  Matrix<Real, Dim, Dim> form_, lower_, inverse_lower_, inverse_;
};

}  // namespace detail
}  // namespace EIGENMIX_ABI
}  // namespace eigenmix

#endif  // EIGENMIX_COVARIANCE_STRUCTURE_DENSE_PARTS_HPP
