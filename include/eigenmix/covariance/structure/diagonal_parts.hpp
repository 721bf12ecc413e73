// SPDX-License-Identifier: MIT
#ifndef EIGENMIX_COVARIANCE_STRUCTURE_DIAGONAL_PARTS_HPP
#define EIGENMIX_COVARIANCE_STRUCTURE_DIAGONAL_PARTS_HPP

#include <cmath>

#include <eigenmix/base/fwd.hpp>

namespace eigenmix {
inline namespace EIGENMIX_ABI {
namespace detail {

/// The iterative M-steps end when an iteration lowers the cost by no more than this, in nats per
/// sample and dimension: of a million samples that is less than a fit's default stop leaves, and
/// the next M-step goes on from there.
inline constexpr double inner_tolerance = 1e-11;

/// ... or after so many iterations, which none of them may need for the likelihood to rise.
inline constexpr int max_inner_iterations = 500;

/// The geometric mean of variances: the volume of a covariance, |covariance|^(1/Dim), by
/// logarithms.
template <class Variances>
auto volume_of(const Variances& variances) {
  return std::exp(variances.array().log().mean());
}

/// Scales variances or a covariance to a volume: in two steps where the ratio is beyond the scalar,
/// as that of a component near zero to one far away on its floor may be.
template <class Real, class Block>
void change_volume(Real from, Real to, Block&& block) {
  const Real ratio = to / from;
  if (ratio > 0 && std::isfinite(ratio)) {
    block *= ratio;
  } else {
    block /= from;
    block *= to;
  }
}

/// The most likely variances of one volume for all (Celeux & Govaert 1995, model [λB_k]): those
/// given, scaled to the mean volume. In closed form.
/// \param counts     [K] >= 0, not all zero
/// \param variances  [Dim x K] the components' own, > 0, in their axes; replaced
template <class Real, int Dim>
void share_volume(const Vector<Real>& counts, Matrix<Real, Dim>& variances) {
  Vector<Real> volumes(counts.size());
  for (Index k = 0; k < counts.size(); ++k) volumes(k) = volume_of(variances.col(k));
  const Real common = volumes.dot(counts) / counts.sum();
  for (Index k = 0; k < counts.size(); ++k) change_volume(volumes(k), common, variances.col(k));
}

/// The most likely variances of one shape for all and volumes of their own (Celeux & Govaert 1995,
/// model [λ_kB]): volumes and shape in turn, each the best for the other. The cost is convex in
/// their logarithms, so wherever it starts it ends at the one minimum.
/// \param counts     [K] >= 0, not all zero
/// \param shape      [Dim] a guess, > 0
/// \param variances  [Dim x K] the components' own, in their axes; replaced
template <class Real, int Dim>
void share_shape(const Vector<Real>& counts, Vector<Real, Dim> shape,
                 Matrix<Real, Dim>& variances) {
  const Real total = counts.sum();
  Vector<Real> volumes(counts.size());
  Real last = 0;
  for (int i = 0;; ++i) {
    for (Index k = 0; k < counts.size(); ++k) {
      volumes(k) = (variances.col(k).array() / shape.array()).mean();
    }
    const Real cost = volumes.array().log().matrix().dot(counts) / total;
    const bool is_better = i == 0 || last - cost > Real(inner_tolerance);
    if (!is_better || i == max_inner_iterations) break;
    last = cost;
    shape.setZero();
    for (Index k = 0; k < counts.size(); ++k) shape += counts(k) / volumes(k) * variances.col(k);
    shape /= volume_of(shape);
  }
  for (Index k = 0; k < counts.size(); ++k) variances.col(k) = volumes(k) * shape;
}

}  // namespace detail
}  // namespace EIGENMIX_ABI
}  // namespace eigenmix

#endif  // EIGENMIX_COVARIANCE_STRUCTURE_DIAGONAL_PARTS_HPP
