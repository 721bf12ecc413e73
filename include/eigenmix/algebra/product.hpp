// SPDX-License-Identifier: MIT
#ifndef EIGENMIX_ALGEBRA_PRODUCT_HPP
#define EIGENMIX_ALGEBRA_PRODUCT_HPP

#include <cmath>
#include <limits>
#include <stdexcept>
#include <vector>

#include <eigenmix/inference/dense_steps.hpp>
#include <eigenmix/inference/normals.hpp>

namespace eigenmix {
inline namespace EIGENMIX_ABI {

/// A mixture given a measurement.
template <class Mixture>
struct BayesUpdate {
  Mixture posterior;
  typename Mixture::Real log_evidence;  ///< log p(z), natural
};

/// A product of two densities, brought to one.
template <class Mixture>
struct MixtureProduct {
  Mixture mixture;
  typename Mixture::Real log_constant;  ///< log ∫ a(x) b(x) dx, natural
};

namespace detail {

/// z = H x + v, v ~ N(0, R).
template <class Real, int Dim, int E>
struct LinearMeasurement {
  Matrix<Real, E, Dim> map;      // H
  Vector<Real, E> value;         // z
  Matrix<Real, E, E> noise;      // R
  Matrix<Real, E, E> root = {};  // of R, lower triangular
};

/// The normal distribution of x given a measurement, in place. Joseph's form (Bucy & Joseph 1968)
/// of square roots: (I - K H) L and K R^1/2 are squared and added, so that nothing is subtracted
/// that could leave a negative variance, and an error of the gain K counts by its square.
/// \return log p(z)
template <class Real, int Dim, int E>
EIGENMIX_COLD Real condition_on(const char* where, const LinearMeasurement<Real, Dim, E>& given,
                                Component<Real, Dim>& normal) {
  Matrix<Real, Dim, Dim> root;
  Matrix<Real, E, E> innovation = given.noise, innovation_root;
  if (!lower_root(normal.covariance, root)) {
    reject(where, "a covariance", "one that is not positive definite", "a positive definite one");
  }
  const Matrix<Real, E, Dim> seen = matrix_times(given.map, root);
  add_outer_square(seen, innovation);
  if (!lower_root(innovation, innovation_root)) {
    reject(where, "covariance of the measurement", "one that cannot be represented",
           "H, R and covariances of a more even scale");
  }
  Matrix<Real, Dim, E> gain = matrix_times(root, transpose_of(seen));  // P H^T, then times S^-1
  Matrix<Real, E, Dim> turned = transpose_of(gain);
  solve_lower(innovation_root, turned);
  solve_lower_transposed(innovation_root, turned);
  gain = transpose_of(turned);
  Vector<Real, E> residual = given.value - matrix_times(given.map, normal.mean);
  normal.mean += matrix_times(gain, residual);
  Matrix<Real, Dim, Dim> rest = matrix_times(gain, given.map);
  for (Index j = 0; j < rest.cols(); ++j) {
    for (Index i = 0; i < rest.rows(); ++i) rest(i, j) = Real(i == j ? 1 : 0) - rest(i, j);
  }
  fill(normal.covariance, Real(0));
  add_outer_square(matrix_times(rest, root), normal.covariance);
  add_outer_square(matrix_times(gain, given.root), normal.covariance);
  return log_normal(innovation_root, residual);
}

/// The products of all pairs of components, each brought to one: those of b are measurements of x.
/// \return the logs of their weights
template <class Real, int Dim>
EIGENMIX_COLD std::vector<Real> pair_up(const char* where, const Normals<Real, Dim>& a,
                                        const Normals<Real, Dim>& b, Normals<Real, Dim>& products) {
  std::vector<Real> log_weights;
  LinearMeasurement<Real, Dim, Dim> given;
  set_identity(given.map, a.front().mean.size());
  for (const auto& of_a : a) {
    for (const auto& of_b : b) {
      given.value = of_b.mean;
      given.noise = of_b.covariance;
      if (!lower_root(given.noise, given.root)) {
        reject(where, "a covariance", "one that is not positive definite",
               "a positive definite one");
      }
      products.push_back(of_a);
      log_weights.push_back(std::log(of_a.weight) + std::log(of_b.weight) +
                            condition_on(where, given, products.back()));
    }
  }
  return log_weights;
}

}  // namespace detail

/// Bayes' rule for a measurement z = H x + v, v ~ N(0, R), of an x whose distribution before is the
/// mixture: p(x | z) is a mixture of as many components, each updated by Kalman's filter, with
/// weights in proportion to w_k N(z | H mean_k, H covariance_k H^T + R) (Alspach & Sorenson 1972,
/// IEEE Trans. Autom. Control 17, 439-448). Weights are made of their logarithms: of a measurement
/// however far they are finite and sum to one.
/// \param mixture  without a background
/// \param h        [E x Dim], of any rank
/// \param z        [E]
/// \param r        [E x E] symmetric positive definite
/// \return the posterior, covariances of any form, and log p(z) in nats
/// \throws std::invalid_argument  if shapes or numbers are not as said, or the squares of all
///                                distances from z, in deviations, are beyond the scalar's range
/// \complexity  O(K (Dim² E + Dim E² + Dim³ + E³))
template <class Mixture, class H, class Z, class R>
auto bayes_update(const Mixture& mixture, const Eigen::MatrixBase<H>& h,
                  const Eigen::MatrixBase<Z>& z, const Eigen::MatrixBase<R>& r)
    -> BayesUpdate<GaussianMixture<typename Mixture::Scalar, Mixture::Dim>> {
  constexpr const char* where = "bayes_update";
  using Scalar = typename Mixture::Scalar;
  using Real = typename Mixture::Real;
  constexpr int Dim = Mixture::Dim, E = H::RowsAtCompileTime;
  const Index rows = detail::at_least_one(where, "rows of H", h.rows());
  detail::LinearMeasurement<Real, Dim, E> given{
      detail::checked_matrix<Scalar, E, Dim>(where, "H", h, rows, mixture.dimension()),
      detail::checked_matrix<Scalar, E, 1>(where, "z", z, rows, 1),
      detail::checked_matrix<Scalar, E, E>(where, "R", r, rows, rows)};
  detail::make_symmetric<Scalar>(where, "R", given.noise);
  if (!detail::lower_root(given.noise, given.root)) {
    detail::reject(where, "R", "one that is not positive definite", "a positive definite matrix");
  }
  auto normals = detail::normals_of<Dim>(where, mixture);
  std::vector<Real> log_weights;
  for (auto& normal : normals) {
    log_weights.push_back(std::log(normal.weight) + detail::condition_on(where, given, normal));
  }
  const Real log_evidence = detail::set_log_weights(where, log_weights, normals);
  return {detail::mixture_of_normals<GaussianMixture<Scalar, Dim>>(where, normals), log_evidence};
}

/// The product of two densities as one: a(x) b(x) / ∫ a b, as the fusion of two independent
/// estimates under a flat prior, or a message of belief propagation. Component i of a and j of b
/// give i K_b + j, of covariance (A^-1 + B^-1)^-1 and weight in proportion to
/// w_i w_j N(mean_i | mean_j, A + B), made of its logarithm (Bromiley 2003, Products and
/// Convolutions of Gaussian Probability Density Functions).
/// \param a, b  of one dimension and scalar, without backgrounds
/// \return the product, K_a K_b components with covariances of any form, and log ∫ a b in nats
/// \throws std::invalid_argument  if dimensions differ, there is a background, or the squares of
///                                all distances, in deviations, are beyond the scalar's range
/// \complexity  O(K_a K_b Dim³)
template <class A, class B>
auto product(const A& a, const B& b) -> MixtureProduct<detail::CommonMixture<A, B>> {
  constexpr const char* where = "product";
  using Real = typename A::Real;
  constexpr int Dim = detail::common_size(A::Dim, B::Dim);
  if constexpr (detail::are_of_one_space<A, B>()) {
    detail::check_same_dimension(where, a.dimension(), b.dimension());
    detail::Normals<Real, Dim> normals;
    const auto log_weights = detail::pair_up(where, detail::normals_of<Dim>(where, a),
                                             detail::normals_of<Dim>(where, b), normals);
    const Real log_constant = detail::set_log_weights(where, log_weights, normals);
    return {detail::mixture_of_normals<detail::CommonMixture<A, B>>(where, normals), log_constant};
  } else {
    throw std::logic_error("eigenmix: unreachable");
  }
}

}  // namespace EIGENMIX_ABI
}  // namespace eigenmix

#endif  // EIGENMIX_ALGEBRA_PRODUCT_HPP
