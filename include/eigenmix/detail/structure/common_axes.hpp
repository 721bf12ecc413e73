// SPDX-License-Identifier: MIT
#ifndef EIGENMIX_DETAIL_STRUCTURE_COMMON_AXES_HPP
#define EIGENMIX_DETAIL_STRUCTURE_COMMON_AXES_HPP

#include <cmath>
#include <limits>

#include <eigenmix/detail/structure/diagonal_parts.hpp>
#include <eigenmix/detail/structure/own_axes.hpp>

namespace eigenmix {
inline namespace EIGENMIX_ABI {
namespace detail {

/// Whether components with common axes have one volume or volumes of their own.
enum class Volumes { equal, free };

/// The most likely covariances with common axes and variances of their own along them: the M-step of
/// EVE and VVE.
///
/// Axes are improved a pair at a time. With the variances held, the cost of turning two axes is a
/// quadratic form in the turned axis, whose best angle is known in closed form (Celeux & Govaert
/// 1995; of the algorithm of Flury & Gautschi 1986, the step for one pair); variances are renewed
/// after every turn, so the cost never rises. It has several minima: the search starts from the axes
/// of the last M-step, or, where there was none, from the best of several.
template <class Real, int Dim>
class CommonAxes {
 public:
  /// \param counts       [K] >= 0, not all zero
  /// \param covariances  [Dim x Dim K] the components' own; must outlive this
  CommonAxes(const Vector<Real>& counts, const Matrix<Real, Dim>& covariances, Volumes volumes)
      : counts_(counts), covariances_(covariances), has_equal_volumes_(volumes == Volumes::equal) {}

  /// \param previous  [Dim x Dim K] covariances with common axes, or without columns
  void find(const Matrix<Real, Dim>& previous) {
    if (previous.cols() > 0) {
      turn_to(axes_of(previous));
    } else {
      turn_to_best_start();
    }
    Real last = cost();
    for (int i = 0; i < max_inner_iterations; ++i) {
      sweep();
      const Real now = cost();
      if (!(last - now > Real(inner_tolerance) * Real(dimension()))) return;
      last = now;
    }
  }

  /// [Dim x K] of the components' own covariances, along the axes.
  Matrix<Real, Dim> variances() const {
    Matrix<Real, Dim> result(dimension(), component_count());
    for (Index k = 0; k < component_count(); ++k) result.col(k) = turned(k).diagonal();
    return result;
  }

  /// axes variances axes^T of every component.
  /// \param covariances  may be those that were given
  void compose(const Matrix<Real, Dim>& variances, Matrix<Real, Dim>& covariances) const {
    const Index d = dimension();
    for (Index k = 0; k < component_count(); ++k) {
      OwnAxes<Real, Dim>::compose_one(axes_, variances.col(k), covariances.middleCols(k * d, d));
    }
  }

 private:
  using Square = Matrix<Real, Dim, Dim>;

  Index dimension() const { return covariances_.rows(); }
  Index component_count() const { return counts_.size(); }
  auto turned(Index k) const { return turned_.middleCols(k * dimension(), dimension()); }
  auto turned(Index k) { return turned_.middleCols(k * dimension(), dimension()); }

  /// Axes that diagonalise all of some covariances at once are those of almost every weighted sum.
  static Square axes_of(const Matrix<Real, Dim>& covariances) {
    const Index d = covariances.rows();
    Square sum = Square::Zero(d, d), vectors;
    for (Index k = 0; k * d < covariances.cols(); ++k) {
      const auto covariance = covariances.middleCols(k * d, d);
      sum += covariance / (covariance.trace() * (1 + Real(k) / 3));
    }
    symmetric_eigen(sum, vectors);
    return vectors;
  }

  /// From the axes of every component and of all together, the one that is best after a few sweeps.
  void turn_to_best_start() {
    constexpr int sweeps = 3;
    const Index d = dimension();
    Square best;
    Real least = std::numeric_limits<Real>::infinity();
    const Matrix<Real, Dim> all = pooled();
    for (Index k = -1; k < component_count(); ++k) {
      turn_to(axes_of(k < 0 ? all : Matrix<Real, Dim>(covariances_.middleCols(k * d, d))));
      for (int i = 0; i < sweeps; ++i) sweep();
      if (k >= 0 && !(cost() < least)) continue;
      least = cost();
      best = axes_;
    }
    turn_to(best);
  }

  Matrix<Real, Dim> pooled() const {
    const Index d = dimension();
    Matrix<Real, Dim> sum = Matrix<Real, Dim>::Zero(d, d);
    for (Index k = 0; k < component_count(); ++k) {
      sum += counts_(k) * covariances_.middleCols(k * d, d);
    }
    return sum;
  }

  void turn_to(const Square& axes) {
    const Index d = dimension();
    axes_ = axes;
    turned_.resize(d, covariances_.cols());
    Square half(d, d);
    for (Index k = 0; k < component_count(); ++k) {
      half = covariances_.middleCols(k * d, d).lazyProduct(axes_);
      turned(k) = axes_.transpose().lazyProduct(half);
    }
  }

  /// Twice the expected negative log-likelihood of a sample, but for constants.
  Real cost() const {
    Real sum = 0;
    for (Index k = 0; k < component_count(); ++k) {
      if (!(counts_(k) > 0)) continue;
      const Real log_volume = turned(k).diagonal().array().log().mean();
      sum += counts_(k) * (has_equal_volumes_ ? std::exp(log_volume) : log_volume);
    }
    const Real mean = sum / counts_.sum();
    return Real(dimension()) * (has_equal_volumes_ ? std::log(mean) : mean);
  }

  void sweep() {
    precisions_.resize(component_count());
    for (Index k = 0; k < component_count(); ++k) {
      const Real volume = has_equal_volumes_ ? volume_of(turned(k).diagonal()) : Real(1);
      precisions_(k) = counts_(k) > 0 ? counts_(k) * volume : Real(0);
    }
    for (Index p = 0; p < dimension(); ++p) {
      for (Index q = p + 1; q < dimension(); ++q) improve_pair(p, q);
    }
  }

  /// Turns axes p and q by the angle that is best for the variances along them.
  void improve_pair(Index p, Index q) {
    Real pp = 0, pq = 0, qq = 0;  // of Σ_k (1 / variance_p - 1 / variance_q) covariance
    for (Index k = 0; k < component_count(); ++k) {
      if (!(precisions_(k) > 0)) continue;
      const auto covariance = turned(k);
      const Real weight = precisions_(k) / covariance(p, p) - precisions_(k) / covariance(q, q);
      pp += weight * covariance(p, p);
      pq += weight * covariance(p, q);
      qq += weight * covariance(q, q);
    }
    const Real radius = std::hypot((pp - qq) / 2, pq);
    const Real gain = (pp - qq) / 2 + radius;  // axis p is to have the least
    const Real rounding = std::numeric_limits<Real>::epsilon() * precisions_.sum();
    if (!(gain > rounding) || !std::isfinite(gain)) return;
    turn(p, q, std::atan2(-pq, (qq - pp) / 2) / 2);
  }

  void turn(Index p, Index q, Real angle) {
    const Real c = std::cos(angle), s = std::sin(angle);
    const auto turn_columns = [&](auto&& matrix) {
      for (Index i = 0; i < matrix.rows(); ++i) {
        const Real ip = matrix(i, p), iq = matrix(i, q);
        matrix(i, p) = c * ip + s * iq;
        matrix(i, q) = c * iq - s * ip;
      }
    };
    turn_columns(axes_);
    for (Index k = 0; k < component_count(); ++k) {
      Real volume_before = 0;
      auto covariance = turned(k);
      if (has_equal_volumes_) volume_before = covariance(p, p) * covariance(q, q);
      turn_columns(covariance);
      turn_columns(covariance.transpose());
      if (!has_equal_volumes_ || !(precisions_(k) > 0)) continue;
      const Real change = covariance(p, p) / volume_before * covariance(q, q);
      precisions_(k) *= std::pow(change, 1 / Real(dimension()));
    }
  }

  const Vector<Real>& counts_;
  const Matrix<Real, Dim>& covariances_;
  bool has_equal_volumes_;
  Square axes_;
  Matrix<Real, Dim> turned_;  // Dim x Dim K, axes^T covariance axes
  Vector<Real> precisions_;   // K, count times volume, of which a variance takes a part
};

}  // namespace detail
}  // namespace EIGENMIX_ABI
}  // namespace eigenmix

#endif  // EIGENMIX_DETAIL_STRUCTURE_COMMON_AXES_HPP
