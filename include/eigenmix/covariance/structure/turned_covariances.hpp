// SPDX-License-Identifier: MIT
#ifndef EIGENMIX_COVARIANCE_STRUCTURE_TURNED_COVARIANCES_HPP
#define EIGENMIX_COVARIANCE_STRUCTURE_TURNED_COVARIANCES_HPP

#include <algorithm>
#include <cmath>
#include <limits>

#include <eigenmix/kernels/simd.hpp>
#include <eigenmix/layout/own_centre_sums.hpp>

namespace eigenmix {
inline namespace EIGENMIX_ABI {
namespace detail {

/// Whether components with common axes have one volume or volumes of their own.
enum class Volumes { equal, free };

/// Covariances seen along axes that are common to all, which turn a pair at a time; components side
/// by side, so that turns and sums vectorise. Those without samples have no say.
template <class Real, int Dim>
class TurnedCovariances {
 public:
  /// \param counts       [K] >= 0, not all zero
  /// \param covariances  [Dim x Dim K]; must outlive this
  TurnedCovariances(const Vector<Real>& counts, const Matrix<Real, Dim>& covariances,
                    Volumes volumes)
      : covariances_(covariances),
        has_equal_volumes_(volumes == Volumes::equal),
        total_(counts.sum()),
        scale_(scale_of(largest_trace(counts, covariances))),
        padded_((counts.size() + S::width - 1) / S::width * S::width),
        weights_(Vector<Real>::Zero(padded_)),
        volumes_(Vector<Real>::Ones(padded_)),
        turned_volumes_(volumes_) {
    weights_.head(counts.size()) = counts.cwiseMax(Real(0));
  }

  Index dimension() const { return covariances_.rows(); }
  bool has_equal_volumes() const { return has_equal_volumes_; }
  auto axes() const { return axes_.topRows(dimension()); }

  /// The variance of component k along axis i.
  Real variance(Index i, Index k) const {
    const Index d = dimension();
    if (weights_(k) > 0) return turned(i, i)[k] / scale_;
    return axis(i).dot(covariances_.middleCols(k * d, d).lazyProduct(axis(i)));
  }

  /// Starts from other axes, of which nothing that came before is left.
  /// \param given  [Dim x Dim] orthogonal
  void turn_to(const Matrix<Real, Dim, Dim>& given) {
    const Index d = dimension();
    axes_.setZero((d + S::width - 1) / S::width * S::width, d);
    axes_.topRows(d) = given;
    turned_.setZero(padded_, packed_size(d));
    for (Index i = 0; i < d; ++i) turned_.col(packed_index(i, i)).setOnes();
    Matrix<Real, Dim, Dim> half(d, d);
    for (Index k = 0; k * d < covariances_.cols(); ++k) {
      if (!(weights_(k) > 0)) continue;
      half = covariances_.middleCols(k * d, d).lazyProduct(axes());
      for (Index i = 0; i < d; ++i) {
        for (Index j = 0; j <= i; ++j) turned(i, j)[k] = axis(i).dot(half.col(j)) * scale_;
      }
    }
    renew_volumes();
  }

  /// Twice the expected negative log-likelihood of a sample, but for constants.
  Real cost() {
    renew_volumes();
    Packet sum = S::fill(Real(0));
    for (Index k = 0; k < padded_; k += S::width) {
      const auto volume = has_equal_volumes_ ? S::load(&volumes_(k)) : log_volumes(k);
      sum = S::multiply_add(S::load(&weights_(k)), volume, sum);
    }
    const Real mean = S::sum(sum) / total_;
    return Real(dimension()) * (has_equal_volumes_ ? std::log(mean) : mean);
  }

  /// Sums over components of two axes' share in the cost. Half the second derivative of the cost by
  /// the angle is qq - pp with the variances held, and less by `excess` as they are renewed. Where
  /// volumes are equal, they give back Σ_k 2 precision covariance_pq² (1 / variance_p -
  /// 1 / variance_q)² / Dim of it, which is left out.
  struct PairCost {
    Real pp, pq, qq;  // Σ_k precision (1 / variance_p - 1 / variance_q) covariance_k in their plane
    Real total;       // Σ_k precision
    Real excess;      // Σ_k 2 precision covariance_pq² (1 / variance_p² + 1 / variance_q²)
  };

  PairCost cost_of(Index p, Index q) const {
    const auto zero = S::fill(Real(0)), one = S::fill(Real(1));
    Packet sum_pp = zero, sum_pq = zero, sum_qq = zero, total = zero, bent = zero;
    for (Index k = 0; k < padded_; k += S::width) {
      const auto pp = S::load(turned(p, p) + k), qq = S::load(turned(q, q) + k);
      const auto pq = S::load(turned(p, q) + k);
      const auto precision = S::multiply(S::load(&weights_(k)), S::load(&volumes_(k)));
      const auto of_p = S::divide(one, pp), of_q = S::divide(one, qq);
      const auto weight = S::multiply(precision, S::subtract(of_p, of_q));
      sum_pp = S::multiply_add(weight, pp, sum_pp);
      sum_pq = S::multiply_add(weight, pq, sum_pq);
      sum_qq = S::multiply_add(weight, qq, sum_qq);
      total = S::add(total, precision);
      const auto squares = S::multiply_add(of_p, of_p, S::multiply(of_q, of_q));
      bent = S::multiply_add(S::multiply(precision, squares), S::multiply(pq, pq), bent);
    }
    return {S::sum(sum_pp), S::sum(sum_pq), S::sum(sum_qq), S::sum(total), 2 * S::sum(bent)};
  }

  /// axis_p <- c axis_p + s axis_q, axis_q <- c axis_q - s axis_p.
  void turn(Index p, Index q, Real c, Real s) {
    if (has_equal_volumes_) foresee(p, q, c, s);
    turn_as_foreseen(p, q, c, s);
  }

  /// Turns so if it gains so much, in the unit of PairCost.
  /// \return whether it did
  bool turn_if_it_gains(Index p, Index q, Real c, Real s, Real least) {
    if (!(foresee(p, q, c, s) >= least)) return false;
    turn_as_foreseen(p, q, c, s);
    return true;
  }

 private:
  using S = Simd<Real>;
  using Packet = typename S::Packet;

  static Real largest_trace(const Vector<Real>& counts, const Matrix<Real, Dim>& covariances) {
    const Index d = covariances.rows();
    Real largest = 0;
    for (Index k = 0; k < counts.size(); ++k) {
      if (counts(k) > 0) largest = std::max(largest, covariances.middleCols(k * d, d).trace());
    }
    return largest;
  }

  /// A power of two that brings covariances near one, where products of two variances would under-
  /// or overflow. One (which keeps the bits) up to the fourth root of what numbers hold, for small
  /// variances beside the largest are squared too.
  static Real scale_of(Real trace) {
    using Limits = std::numeric_limits<Real>;
    constexpr int safe = Limits::max_exponent / 4, most = Limits::max_exponent - 2;
    if (!(trace > 0) || !std::isfinite(trace)) return 1;
    const int exponent = std::ilogb(trace);
    return std::abs(exponent) < safe ? Real(1)
                                     : std::ldexp(Real(1), std::clamp(-exponent, -most, most));
  }

  auto axis(Index i) const { return axes_.col(i).head(dimension()); }

  /// Entry (i, j) of axes^T covariance axes of every component; of the identity for those without
  /// samples, and in the padding.
  Real* turned(Index i, Index j) {
    return turned_.col(i < j ? packed_index(j, i) : packed_index(i, j)).data();
  }
  const Real* turned(Index i, Index j) const {
    return turned_.col(i < j ? packed_index(j, i) : packed_index(i, j)).data();
  }

  /// Of the components from k on.
  Packet log_volumes(Index k) const {
    Packet sum = S::fill(Real(0));
    for (Index i = 0; i < dimension(); ++i) sum = S::add(sum, S::log(S::load(turned(i, i) + k)));
    return S::multiply(sum, S::fill(1 / Real(dimension())));
  }

  /// Of free volumes each is the unit of its component, and stays one.
  void renew_volumes() {
    if (!has_equal_volumes_) return;
    for (Index k = 0; k < padded_; k += S::width) S::store(&volumes_(k), S::exp(log_volumes(k)));
  }

  /// The variances along two axes turned, of the components from k on.
  struct TurnedPair {
    Packet p, q;
    Packet change;  // of their product, as a factor
  };
  TurnedPair turned_pair(Index p, Index q, Index k, Real c, Real s) const {
    const auto pp = S::load(turned(p, p) + k), qq = S::load(turned(q, q) + k);
    const auto cross = S::multiply(S::fill(2 * c * s), S::load(turned(p, q) + k));
    const auto cc = S::fill(c * c), ss = S::fill(s * s);
    const auto to_p = S::add(S::multiply_add(cc, pp, cross), S::multiply(ss, qq));
    const auto to_q = S::add(S::subtract(S::multiply(ss, pp), cross), S::multiply(cc, qq));
    return {to_p, to_q, S::divide(S::multiply(to_p, to_q), S::multiply(pp, qq))};
  }

  /// Volumes after a turn, if they are equal.
  /// \return what it gains, or a lower bound of it, in the unit of PairCost
  Real foresee(Index p, Index q, Real c, Real s) {
    const auto d = S::fill(Real(dimension())), share = S::fill(1 / Real(dimension()));
    Packet sum = S::fill(Real(0));
    for (Index k = 0; k < padded_; k += S::width) {
      const auto change = S::log(turned_pair(p, q, k, c, s).change);
      Packet gained = S::subtract(S::fill(Real(0)), change);
      if (has_equal_volumes_) {
        const auto before = S::load(&volumes_(k));
        const auto after = S::multiply(before, S::exp(S::multiply(share, change)));
        S::store(&turned_volumes_(k), after);
        gained = S::multiply(d, S::subtract(before, after));
      }
      sum = S::multiply_add(S::load(&weights_(k)), gained, sum);
    }
    return S::sum(sum);
  }

  void turn_as_foreseen(Index p, Index q, Real c, Real s) {
    const Index d = dimension();
    turn_pairs(c, s, axes_.col(p).data(), axes_.col(q).data(), axes_.rows());
    turn_pairs(c, s, turned(p, 0), turned(q, 0), p * padded_);  // side by side
    for (Index i = p + 1; i < q; ++i) turn_pairs(c, s, turned(i, p), turned(q, i), padded_);
    for (Index i = q + 1; i < d; ++i) turn_pairs(c, s, turned(i, p), turned(i, q), padded_);
    for (Index k = 0; k < padded_; k += S::width) {
      const TurnedPair pair = turned_pair(p, q, k, c, s);
      const auto apart = S::subtract(S::load(turned(q, q) + k), S::load(turned(p, p) + k));
      const auto pq = S::multiply(S::fill(c * c - s * s), S::load(turned(p, q) + k));
      S::store(turned(p, q) + k, S::multiply_add(S::fill(c * s), apart, pq));
      S::store(turned(p, p) + k, pair.p);
      S::store(turned(q, q) + k, pair.q);
    }
    if (has_equal_volumes_) volumes_.swap(turned_volumes_);
  }

  /// p <- c p + s q, q <- c q - s p, of so many numbers, whole packets.
  static EIGENMIX_INLINE void turn_pairs(Real c, Real s, Real* p, Real* q, Index count) {
    const auto cosine = S::fill(c), sine = S::fill(s);
    for (Index k = 0; k < count; k += S::width) {
      const auto of_p = S::load(p + k), of_q = S::load(q + k);
      S::store(p + k, S::multiply_add(cosine, of_p, S::multiply(sine, of_q)));
      S::store(q + k, S::subtract(S::multiply(cosine, of_q), S::multiply(sine, of_p)));
    }
  }

  const Matrix<Real, Dim>& covariances_;
  bool has_equal_volumes_;
  Real total_;                             // of the counts
  Real scale_;                             // of what is turned, a power of two
  Index padded_;                           // K, to whole packets
  Vector<Real> weights_;                   // counts, zero in the padding
  Vector<Real> volumes_, turned_volumes_;  // padded K; ones if they are free
  Matrix<Real> axes_;                      // rows padded to whole packets
  Matrix<Real> turned_;                    // padded K x lower triangle
};

}  // namespace detail
}  // namespace EIGENMIX_ABI
}  // namespace eigenmix

#endif  // EIGENMIX_COVARIANCE_STRUCTURE_TURNED_COVARIANCES_HPP
