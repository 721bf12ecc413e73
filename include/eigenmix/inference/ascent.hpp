// SPDX-License-Identifier: MIT
#ifndef EIGENMIX_INFERENCE_ASCENT_HPP
#define EIGENMIX_INFERENCE_ASCENT_HPP

#include <cmath>
#include <limits>
#include <utility>

#include <eigenmix/inference/local_density.hpp>

namespace eigenmix {
inline namespace EIGENMIX_ABI {
namespace detail {

/// x of L L^T x = b. \param lower  L, a Cholesky factor
template <class Real>
Vector<Real> cholesky_solution(const Matrix<Real>& lower, Vector<Real> b) {
  for (Index j = 0; j < b.size(); ++j) {
    b(j) /= lower(j, j);
    for (Index i = j + 1; i < b.size(); ++i) b(i) -= lower(i, j) * b(j);
  }
  for (Index j = b.size() - 1; j >= 0; --j) {
    for (Index i = j + 1; i < b.size(); ++i) b(j) -= lower(i, j) * b(i);
    b(j) /= lower(j, j);
  }
  return b;
}

template <class Real>
Real inner(const Vector<Real>& a, const Vector<Real>& b) {
  Real sum = 0;
  for (Index i = 0; i < a.size(); ++i) sum += a(i) * b(i);
  return sum;
}

/// A step towards a mode, and its length in local deviations.
template <class Real>
struct AscentStep {
  bool is_defined = false;  // whether the matrix was positive definite
  Vector<Real> step;        // [Dim]
  Real length = 0;
  Matrix<Real> factor;  // [Dim x Dim] Cholesky's, of the matrix
};

/// matrix^-1 gradient.
template <class Real>
AscentStep<Real> step_of(Matrix<Real> matrix, const Vector<Real>& gradient) {
  AscentStep<Real> result;
  if (!cholesky_in_place(matrix)) return result;
  result.step = cholesky_solution(matrix, gradient);
  const Real square = inner(result.step, gradient);
  if (!std::isfinite(square)) return result;
  result.is_defined = true;
  result.length = std::sqrt(std::max(Real(0), square));
  result.factor = std::move(matrix);
  return result;
}

enum class AscentEnd { mode, no_mode, unfinished };

/// From a point uphill to where the gradient vanishes, by the fixed-point iteration
/// x + (Σ r_k P_k)^-1 gradient, which is EM's and never goes down (Carreira-Perpinan
/// 2000), and near a maximum by Newton's steps.
template <class Real>
class Ascent {
 public:
  /// \param density  is moved
  Ascent(LocalDensity<Real>& density, Vector<Real> start)
      : density_(density), point_(std::move(start)) {}

  /// O(K Dim² + Dim³) an iteration, O(K Dim³) where Newton's steps are tried.
  AscentEnd run(Index max_iterations) {
    density_.move_to(point_);
    Real before = std::numeric_limits<Real>::infinity();
    for (Index i = 0; i < max_iterations; ++i) {
      AscentStep<Real> newton = newton_step();
      if (newton.is_defined && is_last(newton.length, before)) {
        return finish(std::move(newton));
      }
      before = newton.is_defined ? newton.length : std::numeric_limits<Real>::infinity();
      if (newton.is_defined && newton.length < newton_range && try_step(newton.step)) continue;
      const auto climb = step_of(density_.mean_precision(), density_.gradient());
      if (!climb.is_defined || !(climb.length > stationary)) return AscentEnd::no_mode;
      for (Index j = 0; j < point_.size(); ++j) point_(j) += climb.step(j);
      density_.move_to(point_);
    }
    return AscentEnd::unfinished;
  }

  const Vector<Real>& point() const { return point_; }
  /// Of the negative Hessian at a mode.
  const Matrix<Real>& factor() const { return factor_; }

 private:
  // Lengths in local deviations: a Newton step that is longer might leave the mode's surroundings;
  // below which a point is a saddle or a minimum; from which on Newton's steps only lose to
  // rounding. Where a maximum is flat to the fourth order lengths go down by 4 / 9 a step.
  static constexpr Real newton_range = Real(0.3), stationary = Real(1e-12), rounding = Real(1e-6);

  static bool is_last(Real length, Real before) {
    return length <= std::numeric_limits<Real>::epsilon() ||
           (length < rounding && length > before / 2);
  }

  /// Not defined unless the Hessian is negative definite by more than its rounding.
  AscentStep<Real> newton_step() const {
    Matrix<Real> curvature = density_.hessian();
    const Matrix<Real> scale = density_.mean_precision();
    const Real slack = 32 * std::numeric_limits<Real>::epsilon();
    Matrix<Real> least = curvature;
    for (Index i = 0; i < curvature.size(); ++i) {
      curvature.data()[i] = -curvature.data()[i];
      least.data()[i] = curvature.data()[i] - slack * scale.data()[i];
    }
    if (!cholesky_in_place(least)) return {};
    return step_of(std::move(curvature), density_.gradient());
  }

  /// Takes a step that does not go down by more than rounding. \return whether it did
  bool try_step(const Vector<Real>& step) {
    const Real before = density_.log_density();
    Vector<Real> next = point_;
    for (Index j = 0; j < next.size(); ++j) next(j) += step(j);
    density_.move_to(next);
    const Real slack = 64 * std::numeric_limits<Real>::epsilon() * (1 + std::abs(before));
    if (density_.log_density() >= before - slack) {
      point_ = std::move(next);
      return true;
    }
    density_.move_to(point_);
    return false;
  }

  AscentEnd finish(AscentStep<Real> newton) {
    factor_ = std::move(newton.factor);
    try_step(newton.step);
    return AscentEnd::mode;
  }

  LocalDensity<Real>& density_;
  Vector<Real> point_;
  Matrix<Real> factor_;
};

}  // namespace detail
}  // namespace EIGENMIX_ABI
}  // namespace eigenmix

#endif  // EIGENMIX_INFERENCE_ASCENT_HPP
