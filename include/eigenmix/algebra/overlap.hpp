// SPDX-License-Identifier: MIT
#ifndef EIGENMIX_ALGEBRA_OVERLAP_HPP
#define EIGENMIX_ALGEBRA_OVERLAP_HPP

#include <algorithm>
#include <cmath>
#include <limits>
#include <stdexcept>
#include <vector>

#include <eigenmix/inference/dense_steps.hpp>
#include <eigenmix/inference/normals.hpp>

namespace eigenmix {
inline namespace EIGENMIX_ABI {
namespace detail {

/// log ∫ p q of two mixtures, the log of a sum of N(mean_i | mean_j, S_i + S_j).
template <class Real, int Dim>
EIGENMIX_COLD Real log_overlap_of(const char* where, const Normals<Real, Dim>& p,
                                  const Normals<Real, Dim>& q) {
  LogSum<Real> total;
  Matrix<Real, Dim, Dim> sum, root;
  Vector<Real, Dim> offset;
  for (const auto& a : p) {
    for (const auto& b : q) {
      sum = a.covariance + b.covariance;
      offset = a.mean - b.mean;
      if (!lower_root(sum, root)) {
        reject(where, "sum of two covariances", "one that cannot be represented",
               "covariances of a more even scale");
      }
      total.add(std::log(a.weight) + std::log(b.weight) + log_normal(root, offset));
    }
  }
  return total.value();
}

/// log ∫ a², log ∫ b² and log ∫ a b of two mixtures.
template <class Real>
struct LogOverlaps {
  Real of_a, of_b, of_both;
};

template <class A, class B>
LogOverlaps<typename A::Real> log_overlaps(const char* where, const A& a, const B& b) {
  if constexpr (are_of_one_space<A, B>()) {
    constexpr int Dim = common_size(A::Dim, B::Dim);
    check_same_dimension(where, a.dimension(), b.dimension());
    const auto p = normals_of<Dim>(where, a), q = normals_of<Dim>(where, b);
    return {log_overlap_of(where, p, p), log_overlap_of(where, q, q), log_overlap_of(where, p, q)};
  } else {
    throw std::logic_error("eigenmix: unreachable");
  }
}

}  // namespace detail

/// The distance of two densities in L², (∫ (a(x) - b(x))² dx)^1/2, in closed form. Its unit is that
/// of the root of a density, so it depends on the units of x: see cauchy_schwarz_divergence. Of
/// nearly equal densities it is exact to 1e-8 of the norm of one, not of the distance. Its square
/// is the integral square difference of Williams & Maybeck (2003), FUSION.
/// \param a, b  of one dimension and scalar, without backgrounds
/// \return >= 0; zero or infinite where densities are beyond the range of the scalar
/// \throws std::invalid_argument  if dimensions differ or there is a background
/// \complexity  O((K_a + K_b)² Dim³)
template <class A, class B>
typename A::Real l2_distance(const A& a, const B& b) {
  using Real = typename A::Real;
  const auto logs = detail::log_overlaps("l2_distance", a, b);
  const Real largest = std::max(logs.of_a, logs.of_b);  // no less than of_both
  const Real square = std::exp(logs.of_a - largest) + std::exp(logs.of_b - largest) -
                      2 * std::exp(logs.of_both - largest);
  return std::sqrt(std::max(square, Real(0))) * std::exp(largest / 2);
}

/// -log of the cosine of the angle between two densities, ∫ a b / (∫ a² ∫ b²)^1/2, in nats
/// (Principe 2010, Information Theoretic Learning; closed form of Kampa, Hasanbelliu & Principe
/// 2011). Zero only for equal ones, symmetric, the same in any units; no metric. In the log domain
/// to the end: of mixtures that lie apart it is large and finite.
/// \param a, b  of one dimension and scalar, without backgrounds
/// \return >= 0; infinite if the squares of all distances are beyond the scalar's range
/// \throws std::invalid_argument  if dimensions differ or there is a background
/// \complexity  O((K_a + K_b)² Dim³)
template <class A, class B>
typename A::Real cauchy_schwarz_divergence(const A& a, const B& b) {
  using Real = typename A::Real;
  const auto logs = detail::log_overlaps("cauchy_schwarz_divergence", a, b);
  return std::max((logs.of_a - logs.of_both) / 2 + (logs.of_b - logs.of_both) / 2, Real(0));
}

}  // namespace EIGENMIX_ABI
}  // namespace eigenmix

#endif  // EIGENMIX_ALGEBRA_OVERLAP_HPP
