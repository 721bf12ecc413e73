// SPDX-License-Identifier: MIT
#ifndef EIGENMIX_COVARIANCE_STRUCTURE_SIDE_BY_SIDE_EIGEN_HPP
#define EIGENMIX_COVARIANCE_STRUCTURE_SIDE_BY_SIDE_EIGEN_HPP

#include <limits>

#include <eigenmix/base/symmetric_eigen.hpp>
#include <eigenmix/kernels/simd.hpp>
#include <eigenmix/layout/own_centre_sums.hpp>

namespace eigenmix {
inline namespace EIGENMIX_ABI {
namespace detail {

/// Eigenvalues and eigenvectors of symmetric matrices, one in each lane of a packet, by Jacobi
/// sweeps as in base/symmetric_eigen.hpp. A rotation waits for two roots and three divisions, one
/// after the other; here it does so once for all the lanes. Three matrices of 4 x 4 take a third of
/// the time, eight of 32 x 32 as well (AVX2); one alone as long as there in 4 dimensions, and in 32
/// up to twice as long.
///
/// Pairs that follow one another have no axis in common (p + q is the same, modulo Dim), and need
/// not wait for each other. What becomes of a matrix does not depend on those beside it.
template <class Real>
class SideBySideEigen {
 public:
  static constexpr Index lanes = Simd<Real>::width;

  explicit SideBySideEigen(Index dimension)
      : dimension_(dimension),
        numbers_(Vector<Real>::Zero((axes_begin() + dimension * dimension) * lanes)) {}

  /// \param matrix  [Dim x Dim] symmetric; of which the lower triangle is read
  template <class Block>
  void assign(Index lane, const Block& matrix) {
    for (Index i = 0; i < dimension_; ++i) {
      for (Index j = 0; j <= i; ++j) entry(i, j)[lane] = matrix(i, j);
    }
  }

  /// Takes the matrices in all lanes apart; lanes that were not assigned hold what they held, at
  /// first zeros.
  /// \complexity  O(Dim³) of packets
  void solve() {
    numbers_.tail(dimension_ * dimension_ * lanes).setZero();
    for (Index i = 0; i < dimension_; ++i) S::store(axis(i) + i * lanes, S::fill(Real(1)));
    int i = 0;
    while (i < jacobi_max_sweeps && sweep()) ++i;
  }

  /// Eigenvalue i, in no order.
  Real value(Index lane, Index i) const { return numbers_(packed_index(i, i) * lanes + lane); }
  /// Coordinate i of the axis of value j.
  Real axis(Index lane, Index i, Index j) const {
    return numbers_((axes_begin() + j * dimension_ + i) * lanes + lane);
  }

 private:
  using S = Simd<Real>;
  using Packet = typename S::Packet;
  struct Turn {
    Packet c, s;
  };

  // Packed lower triangles, the roots of their diagonals, and axes, lanes side by side.
  Index roots_begin() const { return packed_size(dimension_); }
  Index axes_begin() const { return roots_begin() + dimension_; }

  /// Entry (i, j), j <= i, of all matrices.
  Real* entry(Index i, Index j) { return numbers_.data() + packed_index(i, j) * lanes; }
  Real* root(Index i) { return numbers_.data() + (roots_begin() + i) * lanes; }
  Real* axis(Index j) { return numbers_.data() + (axes_begin() + j * dimension_) * lanes; }

  /// \return whether any matrix had a pair of axes left to turn
  bool sweep() {
    for (Index i = 0; i < dimension_; ++i) {
      S::store(root(i), S::sqrt(size_of(S::load(entry(i, i)))));
    }
    bool has_turned = false;
    for (Index sum = 0; sum < dimension_; ++sum) {
      for (Index p = 0; p < dimension_; ++p) {
        const Index q = sum < p ? sum - p + dimension_ : sum - p;
        if (p < q && make_zero(p, q)) has_turned = true;
      }
    }
    return has_turned;
  }

  static Packet size_of(const Packet& a) { return S::max(a, S::subtract(S::fill(Real(0)), a)); }

  /// One rotation that makes entry (q, p) zero where it is not yet but rounding.
  /// Golub & Van Loan, Matrix Computations, 4th ed., section 8.5.2.
  /// \return whether there was a matrix where it was not
  bool make_zero(Index p, Index q) {
    const auto zero = S::fill(Real(0)), one = S::fill(Real(1)), half = S::fill(Real(0.5));
    const auto pq = S::load(entry(q, p)), size = size_of(pq);
    const auto scale = S::multiply(S::load(root(p)), S::load(root(q)));
    const auto negligible = S::max(S::multiply(S::fill(epsilon), scale), S::fill(smallest));
    const auto is_off = S::if_less(size, negligible, zero, one);  // NaN is, too
    if (!(S::largest(is_off) > Real(0))) return false;

    const auto pp = S::load(entry(p, p)), qq = S::load(entry(q, q));
    const auto tau = S::divide(S::subtract(qq, pp), S::add(pq, pq)), reach = size_of(tau);
    const auto root = S::sqrt(S::multiply_add(reach, reach, one));
    const auto is_far = S::if_less(reach, S::fill(jacobi_far<Real>), zero, one);
    const auto longer = S::add(reach, S::if_less(zero, is_far, reach, root));
    const auto squared = S::multiply_add(half, S::divide(reach, root), half);
    const auto sign = S::if_less(tau, zero, S::fill(Real(-1)), one);
    const auto t = S::if_less(zero, is_off, S::divide(sign, longer), zero);
    const auto is_turned = S::if_less(is_far, is_off, one, zero);
    const auto c = S::if_less(zero, is_turned, S::sqrt(squared), one);
    const auto moved = S::if_less(zero, is_off, S::multiply(t, pq), zero);
    S::store(entry(p, p), S::subtract(pp, moved));
    S::store(entry(q, q), S::add(qq, moved));
    S::store(entry(q, p), S::if_less(zero, is_off, zero, pq));
    turn_others(p, q, {c, S::multiply(t, c)});
    return true;
  }

  static EIGENMIX_INLINE void turn(Real* p, Real* q, const Turn& by) {
    const auto of_p = S::load(p), of_q = S::load(q);
    S::store(p, S::subtract(S::multiply(by.c, of_p), S::multiply(by.s, of_q)));
    S::store(q, S::multiply_add(by.s, of_p, S::multiply(by.c, of_q)));
  }

  void turn_others(Index p, Index q, const Turn& by) {
    for (Index i = 0; i < p; ++i) turn(entry(p, i), entry(q, i), by);
    for (Index i = p + 1; i < q; ++i) turn(entry(i, p), entry(q, i), by);
    for (Index i = q + 1; i < dimension_; ++i) turn(entry(i, p), entry(i, q), by);
    Real *const of_p = axis(p), *const of_q = axis(q);
    for (Index i = 0; i < dimension_; ++i) turn(of_p + i * lanes, of_q + i * lanes, by);
  }

  static constexpr Real epsilon = std::numeric_limits<Real>::epsilon();
  static constexpr Real smallest = std::numeric_limits<Real>::min();

  Index dimension_;
  Vector<Real> numbers_;
};

}  // namespace detail
}  // namespace EIGENMIX_ABI
}  // namespace eigenmix

#endif  // EIGENMIX_COVARIANCE_STRUCTURE_SIDE_BY_SIDE_EIGEN_HPP
