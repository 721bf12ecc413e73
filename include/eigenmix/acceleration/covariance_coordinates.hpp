// SPDX-License-Identifier: MIT
#ifndef EIGENMIX_ACCELERATION_COVARIANCE_COORDINATES_HPP
#define EIGENMIX_ACCELERATION_COVARIANCE_COORDINATES_HPP

#include <algorithm>
#include <cmath>
#include <utility>

#include <eigenmix/acceleration/mixture_numbers.hpp>
#include <eigenmix/base/cholesky.hpp>

namespace eigenmix {
inline namespace EIGENMIX_ABI {
namespace detail {

/// Coordinates t of one covariance about a reference Sigma0 = L0 L0^T from n0 samples:
///
///     Sigma = L L^T,  L = L0 T,  T_ij = t_ij / √n0 (i > j),  T_ii = exp(t_ii / √(2 n0))
///
/// of a diagonal one T_ii only, of an isotropic one T_ii = exp(t / √(2 Dim n0)) for all i. With S the
/// second moments about the mean, n their count and M = L^-1 (S - n Sigma) L^-T, the gradient is
/// n0^-1/2 times the lower triangle of T^-T M, on the diagonal T_ii / √2 times that.
class CovarianceCoordinates {
 public:
  /// \param count  n0; 0: the covariance is fixed, and its coordinates stay zero
  CovarianceCoordinates(const MixtureShape& shape, double count)
      : shape_(shape), d_(shape.dimension) {
    if (!(count > 0)) return;
    const bool is_isotropic = shape.form == CovarianceForm::isotropic;
    scale_ = 1 / std::sqrt(count);
    log_scale_ = scale_ / std::sqrt(is_isotropic ? 2 * double(shape.informative) : 2.0);
  }

  bool is_free() const { return scale_ > 0; }

  /// How many there are.
  static Index size(const MixtureShape& shape) {
    const Index d = shape.dimension;
    return shape.is_dense() ? d * (d + 1) / 2 : shape.is_diagonal() ? d : 1;
  }

  /// \param covariance  the reference
  /// \return false unless it is positive definite
  bool assign(const double* covariance) {
    if (!factorise(covariance)) return false;
    factor_ = root_;
    turn_.setZero(root_.rows(), root_.cols());
    for (Index i = 0; i < d_; ++i) at(turn_, i, i) = 1;
    return true;
  }

  /// out += scale L0 u, of a mean's coordinates.
  void add_product(const double* u, double scale, double* out) const {
    for (Index i = 0; i < d_; ++i) {
      for (Index j = first(i); j <= i; ++j) out[i] += scale * at(root_, i, j) * u[j];
    }
  }

  /// The inverse of it: of an offset from the reference mean, its coordinates.
  void find_coordinates(double scale, double* offset) const {
    solve(root_, offset);
    for (Index i = 0; i < d_; ++i) offset[i] = scale > 0 ? offset[i] / scale : 0;
  }

  /// The covariance at t; keeps its factors T and L.
  void put(const double* t, double* covariance) {
    if (shape_.is_dense()) return put_dense(t, covariance);
    for (Index i = 0; i < d_; ++i) {
      turn_.data()[i] = std::exp(t[entry(i)] * log_scale_);
      factor_.data()[i] = root_.data()[i] * turn_.data()[i];
      covariance[entry(i)] = factor_.data()[i] * factor_.data()[i];
    }
  }

  /// The coordinates t of a covariance; no gradient then until the next `put`.
  /// \return false unless it is positive definite
  bool locate(const double* covariance, double* t) {
    std::swap(factor_, root_);
    const bool is_definite = factorise(covariance);
    std::swap(factor_, root_);
    if (!is_definite) return false;
    for (Index j = 0; j < factor_.cols(); ++j) make_turn(j);
    for (Index i = 0; i < d_; ++i) {
      for (Index j = first(i); j < i; ++j) {
        t[place(i, j)] = is_free() ? at(factor_, i, j) / scale_ : 0;
      }
      t[place(i, i)] = is_free() ? std::log(at(factor_, i, i)) / log_scale_ : 0;
    }
    return true;
  }

  /// By how much the logarithm of some deviation of the reference changes along a step, about.
  double log_change(const double* step) const {
    double largest = 0;
    for (Index i = 0; i < d_; ++i) {
      for (Index j = first(i); j <= i; ++j) {
        const double scale = i == j ? log_scale_ : scale_;
        largest = std::max(largest, std::abs(step[place(i, j)]) * scale);
      }
    }
    return largest;
  }

  /// Before the gradients of the means of a group.
  void begin_gradient() { excess_.setZero(d_, shape_.is_dense() ? d_ : 1); }

  /// Makes of the way e from a mean to the M-step's the gradient of the mean's coordinates, and adds
  /// n e e^T to the second moments.
  /// \param offset  [in, out]
  /// \param count   of samples; 0 of a mean left to EM: it does not move, or few samples move it
  /// \param scale   of the mean's coordinates
  void take_offset(double* offset, double count, double scale) {
    for (Index i = 0; i < d_; ++i) {
      for (Index j = first(i); j <= i; ++j) at(excess_, i, j) += count * offset[i] * offset[j];
    }
    solve(factor_, offset);
    solve_transposed(turn_, offset);
    for (Index i = 0; i < d_; ++i) offset[i] *= count * scale;
  }

  /// \param covariance  where the last call of `put` was
  /// \param em          the M-step's from there
  /// \param count       of samples
  /// \param out         [out] [size]
  void gradient(const double* covariance, const double* em, double count, double* out) {
    if (shape_.is_dense()) return dense_gradient(covariance, em, count, out);
    const bool is_diagonal = shape_.is_diagonal();
    for (Index e = 0; e < size(shape_); ++e) {
      const double dimensions = is_diagonal ? 1 : double(shape_.informative);
      double excess = count * dimensions * (em[e] - covariance[e]);
      for (Index i = e; i < (is_diagonal ? e + 1 : d_); ++i) excess += excess_.data()[i];
      out[e] = excess / covariance[e] * log_scale_;
    }
  }

 private:
  using Square = Matrix<double>;

  /// Where dimension i is in what is stored of a covariance that is not dense.
  Index entry(Index i) const { return shape_.is_diagonal() ? i : 0; }
  /// Where the coordinate of entry (i, j) of the factor is.
  Index place(Index i, Index j) const { return shape_.is_dense() ? i * (i + 1) / 2 + j : entry(i); }
  /// The first column of row i of a lower triangle.
  Index first(Index i) const { return shape_.is_dense() ? 0 : i; }
  double& at(Square& lower, Index i, Index j) const {
    return lower.data()[shape_.is_dense() ? j * d_ + i : i];
  }
  double at(const Square& lower, Index i, Index j) const {
    return lower.data()[shape_.is_dense() ? j * d_ + i : i];
  }

  bool factorise(const double* covariance) {
    root_.resize(d_, shape_.is_dense() ? d_ : 1);
    for (Index i = 0; i < root_.size(); ++i) {
      root_.data()[i] = shape_.is_dense() ? covariance[i] : std::sqrt(covariance[entry(i)]);
      if (!std::isfinite(root_.data()[i])) return false;
    }
    return !shape_.is_dense() || cholesky_in_place(root_);
  }

  /// Makes of column j of L that of T = L0^-1 L.
  void make_turn(Index j) {
    if (!shape_.is_dense()) {
      for (Index i = 0; i < d_; ++i) factor_.data()[i] /= root_.data()[i];
      return;
    }
    for (Index i = 0; i < j; ++i) factor_(i, j) = 0;
    solve(root_, factor_.data() + j * d_);
  }

  /// x = lower^-1 x.
  void solve(const Square& lower, double* x) const {
    for (Index i = 0; i < d_; ++i) {
      for (Index j = first(i); j < i; ++j) x[i] -= at(lower, i, j) * x[j];
      x[i] /= at(lower, i, i);
    }
  }

  /// x = lower^-T x.
  void solve_transposed(const Square& lower, double* x) const {
    for (Index i = d_ - 1; i >= 0; --i) {
      x[i] /= at(lower, i, i);
      for (Index j = first(i); j < i; ++j) x[j] -= at(lower, i, j) * x[i];
    }
  }

  void put_dense(const double* t, double* covariance) {
    for (Index i = 0; i < d_; ++i) {
      for (Index j = 0; j <= i; ++j) {
        const double value = *t++;
        turn_(i, j) = i == j ? std::exp(value * log_scale_) : value * scale_;
      }
    }
    for (Index i = 0; i < d_; ++i) {
      for (Index j = 0; j <= i; ++j) factor_(i, j) = product(i, j);
      for (Index j = 0; j <= i; ++j) {
        double sum = 0;
        for (Index l = 0; l <= j; ++l) sum += factor_(i, l) * factor_(j, l);
        covariance[i * d_ + j] = covariance[j * d_ + i] = sum;
      }
    }
  }

  /// Entry (i, j) of L0 T.
  double product(Index i, Index j) const {
    double sum = 0;
    for (Index l = j; l <= i; ++l) sum += root_(i, l) * turn_(l, j);
    return sum;
  }

  void dense_gradient(const double* covariance, const double* em, double count, double* out) {
    for (Index i = 0; i < d_; ++i) {  // S - n Sigma
      for (Index j = 0; j <= i; ++j) {
        excess_(i, j) += count * (em[j * d_ + i] - covariance[j * d_ + i]);
        excess_(j, i) = excess_(i, j);
      }
    }
    for (Index j = 0; j < d_; ++j) solve(factor_, excess_.data() + j * d_);
    for (Index i = 0; i < d_; ++i) {
      for (Index j = 0; j < i; ++j) std::swap(excess_(i, j), excess_(j, i));
    }
    for (Index j = 0; j < d_; ++j) {
      solve(factor_, excess_.data() + j * d_);
      solve_transposed(turn_, excess_.data() + j * d_);
    }
    for (Index i = 0; i < d_; ++i) {
      for (Index j = 0; j <= i; ++j) {
        *out++ = excess_(i, j) * (i == j ? turn_(i, i) * log_scale_ : scale_);
      }
    }
  }

  MixtureShape shape_;
  Index d_;
  double scale_ = 0, log_scale_ = 0;  // of coordinates off the diagonal, and on it
  Square root_;                       // L0: of others than dense ones the diagonal
  Square factor_, turn_;              // L and T, where the last call of `put` was
  Square excess_;                     // Σ n e e^T, and S - n Sigma
};

}  // namespace detail
}  // namespace EIGENMIX_ABI
}  // namespace eigenmix

#endif  // EIGENMIX_ACCELERATION_COVARIANCE_COORDINATES_HPP
