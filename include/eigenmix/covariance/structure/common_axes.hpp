// SPDX-License-Identifier: MIT
#ifndef EIGENMIX_COVARIANCE_STRUCTURE_COMMON_AXES_HPP
#define EIGENMIX_COVARIANCE_STRUCTURE_COMMON_AXES_HPP

#include <algorithm>
#include <cmath>
#include <limits>

#include <eigenmix/covariance/structure/diagonal_parts.hpp>
#include <eigenmix/covariance/structure/joint_axes.hpp>
#include <eigenmix/covariance/structure/own_axes.hpp>
#include <eigenmix/covariance/structure/turned_covariances.hpp>

namespace eigenmix {
inline namespace EIGENMIX_ABI {
namespace detail {

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
      : counts_(counts), covariances_(covariances), turned_(counts, covariances, volumes) {}

  /// \param previous  [Dim x Dim K] covariances with common axes, or without columns
  void find(const Matrix<Real, Dim>& previous) {
    const bool is_warm = previous.cols() > 0;
    pool();
    if (is_warm) {
      turned_.turn_to(joint_axes(previous, pooled_));
    } else {
      turn_to_best_start();
    }
    // In 32 dimensions over a hundred sweeps settle what may gain a little each; a step that has a
    // step before it also has one after it, which goes on. To end where a sweep gains under a
    // twentieth of what all have saves a quarter of an iteration, and led a cell of faithful's grid
    // (VVE, 3) to an optimum 0.5 nats below.
    const int most = is_warm ? 20 : max_inner_iterations;
    Real last = turned_.cost();
    for (int i = 0; i < most; ++i) {
      sweep();
      const Real now = turned_.cost();
      if (!(last - now > Real(inner_tolerance) * Real(dimension()))) return;
      last = now;
    }
  }

  /// [Dim x K] of the components' own covariances, along the axes. Of a component that is to share
  /// its volume, NaN where it is but rounding of the terms it is summed from: of three samples in
  /// three dimensions a common volume made variances of 1e10, out of one of 1e-17.
  Matrix<Real, Dim> variances() const {
    // Small ones, turned through all the sweeps, are off by up to 5 epsilon (float, Dim = 16, 32).
    constexpr Real rounding = 64 * std::numeric_limits<Real>::epsilon();
    const Index d = dimension();
    Matrix<Real, Dim> result(d, component_count());
    for (Index k = 0; k < component_count(); ++k) {
      for (Index i = 0; i < d; ++i) result(i, k) = turned_.variance(i, k);
    }
    for (Index k = 0; turned_.has_equal_volumes() && k < component_count(); ++k) {
      for (Index i = 0; i < d; ++i) {
        Real reach = 0;
        for (Index j = 0; j < d; ++j) {
          reach += std::abs(turned_.axes()(j, i)) * std::sqrt(covariances_(j, k * d + j));
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
      OwnAxes<Real, Dim>::compose_one(turned_.axes(), variances.col(k),
                                      covariances.middleCols(k * d, d));
    }
  }

 private:
  using Square = Matrix<Real, Dim, Dim>;

  Index dimension() const { return covariances_.rows(); }
  Index component_count() const { return counts_.size(); }
  /// From the axes of every component and of all together, the one that is best after a few sweeps.
  void turn_to_best_start() {
    constexpr int sweeps = 3;
    const Index d = dimension();
    Square best;
    Real least = std::numeric_limits<Real>::quiet_NaN();  // until there is a cost
    const Matrix<Real, Dim> all = pooled_;
    for (Index k = -1; k < component_count(); ++k) {
      const auto own = covariances_.middleCols(std::max<Index>(k, 0) * d, d);
      turned_.turn_to(joint_axes(k < 0 ? all : Matrix<Real, Dim>(own), pooled_));
      for (int i = 0; i < sweeps; ++i) sweep();
      const Real now = turned_.cost();
      const bool is_better = now < least || (std::isnan(least) && !std::isnan(now));
      if (k >= 0 && !is_better) continue;
      least = now;
      best = turned_.axes();
    }
    turned_.turn_to(best);
  }

  void pool() {
    const Index d = dimension();
    pooled_.setZero(d, d);
    for (Index k = 0; k < component_count(); ++k) {
      if (counts_(k) > 0) pooled_ += counts_(k) * covariances_.middleCols(k * d, d);
    }
  }

  void sweep() {
    for (Index p = 0; p < dimension(); ++p) {
      for (Index q = p + 1; q < dimension(); ++q) improve_pair(p, q);
    }
  }

  /// Turns axes p and q by the angle that is best for the variances along them, or further, where
  /// that pays: renewed, the variances follow.
  void improve_pair(Index p, Index q) {
    const auto cost = turned_.cost_of(p, q);
    const Real half = (cost.pp - cost.qq) / 2;
    const Real radius = std::sqrt(half * half + cost.pq * cost.pq);
    const Real gain = half + radius;  // axis p is to have the least
    // Of all pairs together a twentieth of what ends the sweeps: half of them come to this in the
    // end, and left alone save 8 % of a fit in 32 dimensions.
    const Real least = Real(inner_tolerance / 10) * cost.total / Real(dimension());
    if (!(gain > least) || !std::isfinite(gain)) return;
    const Real c = std::sqrt(std::max(1 - half / radius, Real(0)) / 2);
    const Real s = std::sqrt(std::max(1 + half / radius, Real(0)) / 2);
    const Real sine = cost.pq > 0 ? -s : s;
    // A step of Newton's is this one times the ratio of curvatures. Of equal volumes the ratio is
    // too large, and the longer step is refused more often than Newton's would be.
    const Real curvature = -2 * half;
    const Real ratio = curvature / std::max(curvature - cost.excess, curvature / 4);
    const Real further = ratio * sine;
    if (ratio > Real(1.02) && std::abs(further) < Real(0.5)) {
      const Real cosine = std::sqrt(1 - further * further);
      if (turned_.turn_if_it_gains(p, q, cosine, further, gain)) return;
    }
    turned_.turn(p, q, c, sine);
  }

  const Vector<Real>& counts_;
  const Matrix<Real, Dim>& covariances_;
  TurnedCovariances<Real, Dim> turned_;
  Square pooled_;  // Σ_k counts(k) covariance_k
};

}  // namespace detail
}  // namespace EIGENMIX_ABI
}  // namespace eigenmix

#endif  // EIGENMIX_COVARIANCE_STRUCTURE_COMMON_AXES_HPP
