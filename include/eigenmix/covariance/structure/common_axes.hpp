// SPDX-License-Identifier: MIT
#ifndef EIGENMIX_COVARIANCE_STRUCTURE_COMMON_AXES_HPP
#define EIGENMIX_COVARIANCE_STRUCTURE_COMMON_AXES_HPP

#include <algorithm>
#include <cmath>
#include <limits>

#include <eigenmix/covariance/structure/diagonal_parts.hpp>
#include <eigenmix/covariance/structure/joint_axes.hpp>
#include <eigenmix/covariance/structure/own_axes.hpp>
#include <eigenmix/layout/own_centre_sums.hpp>

namespace eigenmix {
inline namespace EIGENMIX_ABI {
namespace detail {

/// Whether components with common axes have one volume or volumes of their own.
enum class Volumes { equal, free };

/// The most likely covariances with common axes and variances of their own along them: the M-step
/// of EVE and VVE.
///
/// Axes are improved a pair at a time. With the variances held, the cost of turning two axes is a
/// quadratic form in the turned axis, whose best angle is known in closed form (Celeux & Govaert
/// 1995; of the algorithm of Flury & Gautschi 1986, the step for one pair); variances are renewed
/// after every turn, so the cost never rises. It has several minima: the search starts from the
/// axes of the last M-step, or, where there was none, from the best of several. A sweep of all
/// pairs costs O(K Dim³).
///
/// What cannot be computed is left as NaN: covariances that are singular along the common axes have
/// no volume, and those that are not finite stay so.
template <class Real, int Dim>
class CommonAxes {
 public:
  /// \param counts       [K] >= 0, not all zero
  /// \param covariances  [Dim x Dim K] the components' own; must outlive this
  CommonAxes(const Vector<Real>& counts, const Matrix<Real, Dim>& covariances, Volumes volumes)
      : counts_(counts), covariances_(covariances), has_equal_volumes_(volumes == Volumes::equal) {}

  /// \param previous  [Dim x Dim K] covariances with common axes, or without columns
  void find(const Matrix<Real, Dim>& previous) {
    const bool is_warm = previous.cols() > 0;
    pool();
    if (is_warm) {
      turn_to(joint_axes(previous, pooled_));
    } else {
      turn_to_best_start();
    }
    // In 32 dimensions 120 to 230 sweeps, ten times an E-step, settle what may gain a little each;
    // a step that has a step before it also has one after it, which goes on.
    const int most = is_warm ? 20 : max_inner_iterations;
    Real last = cost();
    for (int i = 0; i < most; ++i) {
      sweep();
      const Real now = cost();
      if (!(last - now > Real(inner_tolerance) * Real(dimension()))) return;
      last = now;
    }
  }

  /// [Dim x K] of the components' own covariances, along the axes. Of a component that is to share
  /// its volume, NaN where it is but rounding of the terms it is summed from: of three samples in
  /// three dimensions a common volume made variances of 1e10, out of one of 1e-17.
  Matrix<Real, Dim> variances() const {
    constexpr Real rounding = 64 * std::numeric_limits<Real>::epsilon();
    const Index d = dimension();
    Matrix<Real, Dim> result(d, component_count());
    for (Index i = 0; i < d; ++i) result.row(i) = turned(i, i).transpose();
    for (Index k = 0; has_equal_volumes_ && k < component_count(); ++k) {
      for (Index i = 0; i < d; ++i) {
        Real reach = 0;
        for (Index j = 0; j < d; ++j) {
          reach += std::abs(axes_(j, i)) * std::sqrt(covariances_(j, k * d + j));
        }
        const bool is_known = result(i, k) > rounding * reach * reach;
        if (!is_known) result(i, k) = std::numeric_limits<Real>::quiet_NaN();
      }
    }
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
  /// [K] entry (i, j) of axes^T covariance axes of every component.
  auto turned(Index i, Index j) const { return turned_.col(column(i, j)); }
  auto turned(Index i, Index j) { return turned_.col(column(i, j)); }
  static Index column(Index i, Index j) { return i < j ? packed_index(j, i) : packed_index(i, j); }

  /// From the axes of every component and of all together, the one that is best after a few sweeps.
  void turn_to_best_start() {
    constexpr int sweeps = 3;
    const Index d = dimension();
    Square best;
    Real least = std::numeric_limits<Real>::quiet_NaN();  // until there is a cost
    const Matrix<Real, Dim> all = pooled_;
    for (Index k = -1; k < component_count(); ++k) {
      const auto own = covariances_.middleCols(std::max<Index>(k, 0) * d, d);
      turn_to(joint_axes(k < 0 ? all : Matrix<Real, Dim>(own), pooled_));
      for (int i = 0; i < sweeps; ++i) sweep();
      const Real now = cost();
      const bool is_better = now < least || (std::isnan(least) && !std::isnan(now));
      if (k >= 0 && !is_better) continue;
      least = now;
      best = axes_;
    }
    turn_to(best);
  }

  void pool() {
    const Index d = dimension();
    pooled_.setZero(d, d);
    for (Index k = 0; k < component_count(); ++k) {
      if (counts_(k) > 0) pooled_ += counts_(k) * covariances_.middleCols(k * d, d);
    }
  }

  void turn_to(const Square& axes) {
    const Index d = dimension();
    axes_ = axes;
    turned_.resize(component_count(), packed_size(d));
    Square half(d, d);
    for (Index k = 0; k < component_count(); ++k) {
      half = covariances_.middleCols(k * d, d).lazyProduct(axes_);
      for (Index i = 0; i < d; ++i) {
        for (Index j = 0; j <= i; ++j) turned(i, j)(k) = axes_.col(i).dot(half.col(j));
      }
    }
    renew_volumes();
  }

  void renew_volumes() {
    volumes_.setZero(component_count());
    for (Index i = 0; i < dimension(); ++i) volumes_ += turned(i, i).array().log().matrix();
    volumes_ /= Real(dimension());  // their logarithms
    if (has_equal_volumes_) volumes_ = volumes_.array().exp();
  }

  /// Twice the expected negative log-likelihood of a sample, but for constants.
  Real cost() {
    renew_volumes();
    Real sum = 0;
    for (Index k = 0; k < component_count(); ++k) {
      if (counts_(k) > 0) sum += counts_(k) * volumes_(k);
    }
    const Real mean = sum / counts_.sum();
    return Real(dimension()) * (has_equal_volumes_ ? std::log(mean) : mean);
  }

  void sweep() {
    for (Index p = 0; p < dimension(); ++p) {
      for (Index q = p + 1; q < dimension(); ++q) improve_pair(p, q);
    }
  }

  /// Turns axes p and q by the angle that is best for the variances along them.
  void improve_pair(Index p, Index q) {
    Real pp = 0, pq = 0, qq = 0;  // of Σ_k (1 / variance_p - 1 / variance_q) covariance_k
    Real total = 0;
    for (Index k = 0; k < component_count(); ++k) {
      if (!(counts_(k) > 0)) continue;
      const Real precision = counts_(k) * (has_equal_volumes_ ? volumes_(k) : Real(1));
      const Real along_p = turned(p, p)(k), along_q = turned(q, q)(k);
      const Real weight = precision / along_p - precision / along_q;
      pp += weight * along_p;
      pq += weight * turned(p, q)(k);
      qq += weight * along_q;
      total += precision;
    }
    const Real half = (pp - qq) / 2;
    const Real radius = std::sqrt(half * half + pq * pq);
    const Real gain = half + radius;  // axis p is to have the least
    // Of all pairs together a twentieth of what ends the sweeps: half of them come to this in the
    // end, and left alone save 8 % of a fit in 32 dimensions.
    const Real least = Real(inner_tolerance / 10) * total / Real(dimension());
    if (!(gain > least) || !std::isfinite(gain)) return;
    const Real c = std::sqrt(std::max(1 - half / radius, Real(0)) / 2);
    const Real s = std::sqrt(std::max(1 + half / radius, Real(0)) / 2);
    turn(p, q, c, pq > 0 ? -s : s);
  }

  static void turn_pair(Real c, Real s, Real& p, Real& q) {
    const Real before = p;
    p = c * before + s * q;
    q = c * q - s * before;
  }

  /// axis_p <- c axis_p + s axis_q, axis_q <- c axis_q - s axis_p.
  void turn(Index p, Index q, Real c, Real s) {
    const Index d = dimension(), components = component_count();
    for (Index i = 0; i < d; ++i) turn_pair(c, s, axes_(i, p), axes_(i, q));
    for (Index i = 0; i < d; ++i) {
      if (i == p || i == q) continue;
      Real* const ip = turned(i, p).data();
      Real* const iq = turned(i, q).data();
      for (Index k = 0; k < components; ++k) turn_pair(c, s, ip[k], iq[k]);
    }
    for (Index k = 0; k < components; ++k) {
      Real& pp = turned(p, p)(k);
      Real& qq = turned(q, q)(k);
      Real& pq = turned(p, q)(k);
      const Real before = pp * qq, cross = 2 * c * s * pq, p_before = pp;
      pq = (c * c - s * s) * pq + c * s * (qq - p_before);
      pp = c * c * p_before + cross + s * s * qq;
      qq = s * s * p_before - cross + c * c * qq;
      if (has_equal_volumes_) volumes_(k) *= std::pow(pp * qq / before, 1 / Real(d));
    }
  }

  const Vector<Real>& counts_;
  const Matrix<Real, Dim>& covariances_;
  bool has_equal_volumes_;
  Square pooled_;  // Σ_k counts(k) covariance_k
  Square axes_;
  Matrix<Real> turned_;   // K x lower triangle: components side by side, so that turns vectorise
  Vector<Real> volumes_;  // K, or their logarithms if they are free
};

}  // namespace detail
}  // namespace EIGENMIX_ABI
}  // namespace eigenmix

#endif  // EIGENMIX_COVARIANCE_STRUCTURE_COMMON_AXES_HPP
