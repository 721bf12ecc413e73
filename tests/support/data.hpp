// SPDX-License-Identifier: MIT
#ifndef EIGENMIX_TESTS_SUPPORT_DATA_HPP
#define EIGENMIX_TESTS_SUPPORT_DATA_HPP

#include <algorithm>
#include <cmath>
#include <type_traits>
#include <vector>

#include <support/engine.hpp>

// Random mixtures and samples, the same wherever the tests run, and the distance between mixtures.

namespace eigenmix_tests {

using eigenmix::Index;
using Wide = long double;

template <class Scalar>
using Vector = Eigen::Matrix<Scalar, Eigen::Dynamic, 1>;
template <class Scalar>
using Matrix = Eigen::Matrix<Scalar, Eigen::Dynamic, Eigen::Dynamic>;

/// A type as an argument.
template <class T>
struct TypeOf {
  using type = T;
};

/// Rows of a mixture type, `if_dynamic` where they are not fixed.
template <class Mixture>
constexpr Index dimension_of(Index if_dynamic = 4) {
  return Mixture::Dim == Eigen::Dynamic ? if_dynamic : Index(Mixture::Dim);
}

/// I - 2 v v^T / |v|²: orthogonal and far from diagonal.
template <class Scalar>
Matrix<Scalar> random_reflection(Index d, eigenmix::random::Engine& engine) {
  eigenmix::random::Normal normal;
  Vector<Scalar> v(d);
  for (Index i = 0; i < d; ++i) v(i) = Scalar(1 + normal(engine) / 4);
  const Matrix<Scalar> identity = Matrix<Scalar>::Identity(d, d);
  return identity - v * v.transpose() * (2 / v.squaredNorm());
}

/// What a family's name in mclust says of volume, shape and orientation: E(qual) for all
/// components, V(arying), or I for spheres and for axes along the coordinates.
template <class Family>
struct Letters {
  static constexpr char volume = Family::code[0], shape = Family::code[1],
                        orientation = Family::code[2];
  static constexpr bool is_spherical = shape == 'I';
  static constexpr bool is_dense = orientation != 'I';
};

/// log2 of variances in their own axes, with sum zero and none beyond 3/4.
template <class Real>
Vector<Real> random_log_shape(Index d, eigenmix::random::Engine& engine) {
  Vector<Real> result(d);
  for (Index i = 0; i < d; ++i) result(i) = 1.5 * eigenmix::random::uniform(engine) - 0.75;
  result.array() -= result.mean();
  const Real largest = result.cwiseAbs().maxCoeff();
  return largest > 0.75 ? Vector<Real>(result * (0.75 / largest)) : result;
}

/// Covariances of the family with variances in [0.5, 2], hence a condition of at most 4: volume,
/// shape and axes one by one, so that nothing of the library has a say in them.
/// \param letters  of the family: volume, shape, orientation
/// \tparam Real  Wide: a template, so that it can be compiled once
template <class Real>
std::vector<Matrix<Real>> random_covariances(const char* letters, Index d, Index components,
                                             eigenmix::random::Engine& engine) {
  Real log_volume = 0;
  Vector<Real> log_shape = Vector<Real>::Zero(d);
  Matrix<Real> axes = Matrix<Real>::Identity(d, d);
  std::vector<Matrix<Real>> result;
  for (Index k = 0; k < components; ++k) {
    const auto is_drawn = [k](char letter) { return letter == 'V' || (letter == 'E' && k == 0); };
    if (is_drawn(letters[0])) log_volume = 0.5 * eigenmix::random::uniform(engine) - 0.25;
    if (is_drawn(letters[1])) log_shape = random_log_shape<Real>(d, engine);
    if (is_drawn(letters[2]) && d > 1) axes = random_reflection<Real>(d, engine);
    Vector<Real> variances(d);
    for (Index i = 0; i < d; ++i) variances(i) = std::exp2(log_volume + log_shape(i));
    const Matrix<Real> turned = axes.lazyProduct(variances.asDiagonal() * axes.transpose());
    result.push_back((turned + turned.transpose()) / 2);
  }
  return result;
}

#ifdef EIGENMIX_TESTS_SHARED_ENGINE
extern template std::vector<Matrix<Wide>> random_covariances(const char*, Index, Index,
                                                             eigenmix::random::Engine&);
#endif

/// K components in a row along the diagonal, `separation` apart (the deviations are about one),
/// with unequal weights.
template <class Mixture>
Mixture random_mixture(Index d, Index components, double separation,
                       eigenmix::random::Engine& engine) {
  using Scalar = typename Mixture::Scalar;
  eigenmix::random::Normal normal;
  Vector<Scalar> weights(components);
  typename Mixture::Means means(d, components);
  for (Index k = 0; k < components; ++k) {
    weights(k) = Scalar(1 + eigenmix::random::uniform(engine));
    const double along = separation * double(k) / std::sqrt(double(d));
    for (Index i = 0; i < d; ++i) means(i, k) = Scalar(along + normal(engine) / 8);
  }
  weights /= weights.sum();
  std::vector<typename Mixture::CovarianceMatrix> covariances;
  for (const auto& wide :
       random_covariances<Wide>(Mixture::Covariance::code, d, components, engine)) {
    covariances.push_back(wide.template cast<Scalar>());
  }
  return Mixture(weights, means, covariances);
}

/// A start that EM has some way to go from: means half a deviation off, wider, equal weights.
template <class Mixture>
Mixture perturbed(const Mixture& mixture) {
  using Scalar = typename Mixture::Scalar;
  Vector<Scalar> weights(mixture.component_count());
  weights.setConstant(1 / Scalar(weights.size()));
  typename Mixture::Means means = mixture.means();
  auto covariances = mixture.covariances();
  for (Index k = 0; k < means.cols(); ++k) {
    means.col(k).array() += Scalar(k % 2 == 0 ? 0.5 : -0.5) / std::sqrt(Scalar(means.rows()));
    covariances[std::size_t(k)] *= Scalar(1.5);
  }
  return Mixture(weights, means, covariances);
}

/// Largest difference of any parameter of two mixtures: weights as they are, means in deviations
/// of the first, covariances relative to the deviations of their two dimensions. Infinite if the
/// shapes differ or a number is not finite.
template <class Mixture, class Other>
double parameter_distance(const Mixture& a, const Other& b) {
  if (a.component_count() != b.component_count() || a.dimension() != b.dimension()) {
    return std::numeric_limits<double>::infinity();
  }
  double largest = 0;
  const auto see = [&](Wide difference) {
    const double size = std::abs(double(difference));
    largest = size <= largest ? largest : (size > largest ? size : HUGE_VAL);
  };
  for (Index k = 0; k < a.component_count(); ++k) {
    see(Wide(a.weights()(k)) - Wide(b.weights()(k)));
    const auto of_a = a.covariance(k);
    const auto of_b = b.covariance(k);
    for (Index i = 0; i < a.dimension(); ++i) {
      const Wide deviation = std::sqrt(Wide(of_a(i, i)));
      see((Wide(a.means()(i, k)) - Wide(b.means()(i, k))) / deviation);
      for (Index j = 0; j < a.dimension(); ++j) {
        const Wide other = std::sqrt(Wide(of_a(j, j)));
        see((Wide(of_a(i, j)) - Wide(of_b(i, j))) / deviation / other);
      }
    }
  }
  return largest;
}

/// Whether a Cholesky factor of a symmetric matrix exists: all pivots are positive.
template <class Real>
bool is_positive_definite(Matrix<Real> a) {
  for (Index j = 0; j < a.rows(); ++j) {
    if (!(a(j, j) > 0)) return false;
    for (Index i = j + 1; i < a.rows(); ++i) {
      const Real factor = a(i, j) / a(j, j);
      for (Index l = j + 1; l < a.rows(); ++l) a(i, l) -= factor * a(j, l);
    }
  }
  return true;
}

/// Whether every parameter is finite, the weights are a distribution to rounding, and every
/// covariance is symmetric to the bit and positive definite.
template <class Mixture>
bool is_sound(const Mixture& mixture) {
  using Scalar = typename Mixture::Scalar;
  using Real = eigenmix::Accumulator<Scalar>;
  const Scalar rounding =
      Scalar(mixture.component_count()) * std::numeric_limits<Scalar>::epsilon();
  bool sound = mixture.means().allFinite() && (mixture.weights().array() >= 0).all() &&
               std::abs(mixture.weights().sum() - 1) <= rounding;
  for (Index k = 0; k < mixture.component_count(); ++k) {
    const Matrix<Real> covariance = mixture.covariance(k).template cast<Real>();
    // Scaled to a unit diagonal, which neither overflows nor underflows.
    const Vector<Real> deviations = covariance.diagonal().cwiseSqrt();
    const Matrix<Real> scaled = deviations.cwiseInverse().asDiagonal() * covariance *
                                deviations.cwiseInverse().asDiagonal();
    sound = sound && covariance == covariance.transpose() && scaled.allFinite() &&
            is_positive_definite(scaled);
  }
  return sound;
}

/// Whether a sequence of log-likelihoods never falls by more than rounding, `tolerance` per unit
/// of total weight.
inline bool never_falls(const std::vector<double>& trace, double tolerance, double weight) {
  for (std::size_t i = 1; i < trace.size(); ++i) {
    if (!(trace[i] >= trace[i - 1] - tolerance * weight)) return false;
  }
  return true;
}

}  // namespace eigenmix_tests

#endif  // EIGENMIX_TESTS_SUPPORT_DATA_HPP
