// SPDX-License-Identifier: MIT
#ifndef EIGENMIX_ALGEBRA_WASSERSTEIN_HPP
#define EIGENMIX_ALGEBRA_WASSERSTEIN_HPP

#include <algorithm>
#include <cmath>
#include <limits>
#include <stdexcept>
#include <vector>

#include <eigenmix/algebra/transport.hpp>
#include <eigenmix/base/symmetric_eigen.hpp>
#include <eigenmix/inference/factored_normals.hpp>

namespace eigenmix {
inline namespace EIGENMIX_ABI {

/// A distance of two mixtures and the plan that it is of.
template <class Real>
struct MixtureTransport {
  Real distance;              ///< in the unit of the samples
  detail::Matrix<Real> plan;  ///< [K_a x K_b] >= 0; rows sum to a's weights, columns to b's
};

namespace detail {

/// Turns two columns of `to` and `axes` so that those of `to` are orthogonal.
/// \return whether they were not, to rounding
template <class Real, int Dim>
bool make_orthogonal(Matrix<Real, Dim, Dim>& to, Matrix<Real, Dim, Dim>& axes, Index p, Index q) {
  Real of_p = 0, of_q = 0, both = 0;
  for (Index i = 0; i < to.rows(); ++i) {
    of_p += to(i, p) * to(i, p);
    of_q += to(i, q) * to(i, q);
    both += to(i, p) * to(i, q);
  }
  const Real negligible = std::numeric_limits<Real>::epsilon() * std::sqrt(of_p) * std::sqrt(of_q);
  if (!(std::abs(both) > std::max(negligible, std::numeric_limits<Real>::min()))) return false;
  const Real tau = (of_q - of_p) / (2 * both);
  const Real size = std::abs(tau);
  const Real root = size < Real(1e8) ? std::sqrt(1 + size * size) : size;
  const Real t = (tau >= 0 ? Real(1) : Real(-1)) / (size + root);
  const Real c = 1 / std::sqrt(1 + t * t);
  for (Index i = 0; i < to.rows(); ++i) {
    rotate(to(i, p), to(i, q), c, t * c);
    rotate(axes(i, p), axes(i, q), c, t * c);
  }
  return true;
}

/// The orthogonal matrix nearest to a regular one, U V^T of its singular vectors, by one-sided
/// Jacobi rotations (Hestenes 1958). An eigendecomposition of matrix^T matrix would have the
/// condition of its square: of deviations 1 : 1e8 nothing would be right.
template <class Real, int Dim>
Matrix<Real, Dim, Dim> nearest_orthogonal(Matrix<Real, Dim, Dim> matrix) {
  const Index d = matrix.rows();
  Real largest = 0;
  for (Index i = 0; i < matrix.size(); ++i) largest = std::max(largest, std::abs(matrix.data()[i]));
  for (Index i = 0; i < matrix.size(); ++i) matrix.data()[i] /= largest;  // squares must not end
  Matrix<Real, Dim, Dim> axes;
  set_identity(axes, d);
  constexpr int max_sweeps = 30;  // quadratic convergence: 6 to 10 sweeps are usual
  bool rotated = true;
  for (int sweep = 0; sweep < max_sweeps && rotated; ++sweep) {
    rotated = false;
    for (Index p = 0; p < d; ++p) {
      for (Index q = p + 1; q < d; ++q) rotated = make_orthogonal(matrix, axes, p, q) || rotated;
    }
  }
  for (Index j = 0; j < d; ++j) {
    Real square = 0;
    for (Index i = 0; i < d; ++i) square += matrix(i, j) * matrix(i, j);
    const Real length = std::sqrt(square);
    for (Index i = 0; i < d; ++i) matrix(i, j) /= length;
  }
  return matrix_times(matrix, transpose_of(axes));
}

/// The squared Wasserstein distance of two normal distributions, |mean_a - mean_b|² + tr(A + B -
/// 2 (A^1/2 B A^1/2)^1/2). The trace is taken as the least |L_a - L_b U|² over orthogonal U, where
/// nothing cancels, instead of as a difference (Bhatia, Jain & Lim 2019, theorem 1).
template <class Real, int Dim>
Real squared_wasserstein(const FactoredNormal<Real, Dim>& a, const FactoredNormal<Real, Dim>& b) {
  const auto turned =
      matrix_times(b.root, nearest_orthogonal(matrix_transposed_times(b.root, a.root)));
  Real sum = 0;
  for (Index j = 0; j < a.mean.size(); ++j) {
    const Real offset = a.mean(j) - b.mean(j);
    sum += offset * offset;
    for (Index i = 0; i < a.mean.size(); ++i) {
      const Real between = a.root(i, j) - turned(i, j);
      sum += between * between;
    }
  }
  return sum;
}

/// Weights brought to a sum of one in what is summed in.
template <class Real, int Dim>
Vector<Real> weights_of(const std::vector<FactoredNormal<Real, Dim>>& normals) {
  Vector<Real> result(static_cast<Index>(normals.size()));
  Real sum = 0;
  for (const auto& normal : normals) sum += normal.weight;
  for (Index k = 0; k < result.size(); ++k) {
    result(k) = normals[static_cast<std::size_t>(k)].weight / sum;
  }
  return result;
}

}  // namespace detail

/// The Wasserstein-type distance of Delon & Desolneux (2020, SIAM J. Imaging Sci. 13, MW_2): the
/// root of the least Σ_ij plan_ij W_2²(a_i, b_j) over all plans with the mixtures' weights, that is
/// the Wasserstein distance where plans between the mixtures are mixtures themselves. A metric, no
/// less than W_2, and equal to it for single components.
/// \param a, b  of one dimension and scalar, without backgrounds
/// \return the distance in the unit of the samples, and the plan
/// \throws std::invalid_argument  if dimensions differ, there is a background, or squared distances
///                                are beyond the scalar's range
/// \complexity  O(K_a K_b Dim³), and about O((K_a + K_b)³) for the plan
template <class A, class B>
MixtureTransport<typename A::Real> mw2_distance(const A& a, const B& b) {
  constexpr const char* where = "mw2_distance";
  using Real = typename A::Real;
  constexpr int Dim = detail::common_size(A::Dim, B::Dim);
  if constexpr (detail::are_of_one_space<A, B>()) {
    detail::check_same_dimension(where, a.dimension(), b.dimension());
    const auto p = detail::all_factored(where, detail::normals_of<Dim>(where, a));
    const auto q = detail::all_factored(where, detail::normals_of<Dim>(where, b));
    detail::Matrix<Real> costs(a.component_count(), b.component_count());
    for (Index j = 0; j < costs.cols(); ++j) {
      for (Index i = 0; i < costs.rows(); ++i) {
        costs(i, j) = detail::squared_wasserstein(p[static_cast<std::size_t>(i)],
                                                  q[static_cast<std::size_t>(j)]);
        if (std::isfinite(costs(i, j))) continue;
        detail::reject(where, "squared distance of two components", detail::text(costs(i, j)),
                       "one that can be represented");
      }
    }
    const detail::Transport<Real> transport(costs, detail::weights_of(p), detail::weights_of(q));
    return {std::sqrt(transport.cost()), transport.plan()};
  } else {
    throw std::logic_error("eigenmix: unreachable");
  }
}

}  // namespace EIGENMIX_ABI
}  // namespace eigenmix

#endif  // EIGENMIX_ALGEBRA_WASSERSTEIN_HPP
