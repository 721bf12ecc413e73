// SPDX-License-Identifier: MIT
#ifndef EIGENMIX_INFERENCE_NORMALS_HPP
#define EIGENMIX_INFERENCE_NORMALS_HPP

#include <cmath>
#include <type_traits>
#include <utility>
#include <vector>

#include <eigenmix/gaussian_mixture.hpp>
#include <eigenmix/inference/log_sum.hpp>
#include <eigenmix/noise.hpp>

// Mixtures taken apart and put together: what most of algebra/ begins and ends with.

namespace eigenmix {
inline namespace EIGENMIX_ABI {
namespace detail {

template <class T>
inline constexpr bool is_gaussian_mixture_v = false;
template <class Scalar, int Dim, class Covariance>
inline constexpr bool is_gaussian_mixture_v<GaussianMixture<Scalar, Dim, Covariance>> = true;

/// Components with dense covariances, in what is summed in.
template <class Real, int Dim>
using Normals = std::vector<Component<Real, Dim>>;

/// The fixed one of two dimensions, where there is one.
constexpr int common_size(int a, int b) { return a == Eigen::Dynamic ? b : a; }

/// Refuses two mixtures that cannot lie in one space, as far as types tell.
template <class A, class B>
constexpr bool are_of_one_space() {
  constexpr bool same_scalar = std::is_same_v<typename A::Scalar, typename B::Scalar>;
  static_assert(same_scalar,
                "eigenmix: the two mixtures have different scalar types; make both of float or "
                "both of double");
  constexpr bool same_dim =
      A::Dim == Eigen::Dynamic || B::Dim == Eigen::Dynamic || A::Dim == B::Dim;
  static_assert(same_dim,
                "eigenmix: the two mixtures have different fixed dimensions; bring one to the "
                "other's by affine_image");
  return same_scalar && same_dim;
}

/// Of both mixtures' space, with covariances of any form.
template <class A, class B>
using CommonMixture = GaussianMixture<typename A::Scalar, common_size(A::Dim, B::Dim)>;

/// What a mixture's algebra is done in.
template <class Mixture>
using NormalsOf = Normals<typename Mixture::Real, Mixture::Dim>;

inline void check_same_dimension(const char* where, Index first, Index other) {
  if (first == other) return;
  reject(where, "dimension of the second mixture", text(other),
         text(first) + ", that of the first");
}

/// A mixture's components.
/// \tparam Dim  of the result: the mixture's, or another where one of the two is not fixed
/// \throws std::invalid_argument  if it has a background
template <int Dim, class Mixture>
EIGENMIX_COLD Normals<typename Mixture::Real, Dim> normals_of(const char* where,
                                                              const Mixture& mixture) {
  using Real = typename Mixture::Real;
  refuse_noise(where, mixture.noise().weight);
  const Index d = mixture.dimension();
  Normals<Real, Dim> result;
  for (Index k = 0; k < mixture.component_count(); ++k) {
    const auto covariance = mixture.covariance(k);
    Component<Real, Dim> normal{Real(mixture.weights()(k)), Vector<Real, Dim>(d),
                                Matrix<Real, Dim, Dim>(d, d)};
    for (Index j = 0; j < d; ++j) {
      normal.mean(j) = Real(mixture.means()(j, k));
      for (Index i = 0; i < d; ++i) normal.covariance(i, j) = Real(covariance(i, j));
    }
    result.push_back(std::move(normal));
  }
  return result;
}

/// The mixture of given components.
/// \param normals  at least one, of weights that sum to one within 1e-5
/// \throws std::invalid_argument  if a number cannot be represented in the mixture's scalar
template <class Mixture>
EIGENMIX_COLD Mixture mixture_of_normals(const char* where, const NormalsOf<Mixture>& normals) {
  using Scalar = typename Mixture::Scalar;
  constexpr int Dim = Mixture::Dim;
  using Covariance = typename Mixture::Covariance;
  const Index d = normals.front().mean.size(), count = static_cast<Index>(normals.size());
  Vector<Scalar> weights(count);
  Matrix<Scalar, Dim> means(d, count);
  for (Index k = 0; k < count; ++k) {
    const auto& normal = normals[static_cast<std::size_t>(k)];
    weights(k) = Scalar(normal.weight);
    for (Index i = 0; i < d; ++i) means(i, k) = Scalar(normal.mean(i));
  }
  Parameters<Scalar, Dim, typename Covariance::Layout> parameters(form_of<Covariance, Scalar, Dim>);
  set_weights_and_means(where, weights, means, parameters);
  Matrix<Scalar, Dim, Dim> covariance(d, d);
  for (Index k = 0; k < count; ++k) {
    const auto& normal = normals[static_cast<std::size_t>(k)];
    for (Index j = 0; j < d; ++j) {
      for (Index i = 0; i < d; ++i) covariance(i, j) = Scalar(normal.covariance(i, j));
    }
    set_dense(where, k, covariance, parameters);
  }
  finish(where, parameters);
  return Access::make<Mixture>(std::move(parameters));
}

/// log Σ exp(terms), of terms that are finite or minus infinity.
template <class Real>
Real log_of_sum(const std::vector<Real>& terms) {
  LogSum<Real> sum;
  for (const Real term : terms) sum.add(term);
  return sum.value();
}

/// Gives components the weights that are proportional to exp(log_weights).
/// \return log Σ exp(log_weights). \throws std::invalid_argument  if all of them are minus infinity
template <class Real, int Dim>
Real set_log_weights(const char* where, const std::vector<Real>& log_weights,
                     Normals<Real, Dim>& normals) {
  const Real log_sum = log_of_sum(log_weights);
  if (!std::isfinite(log_sum)) {
    reject(where, "log density of every component", text(log_sum),
           "squared distances that can be represented");
  }
  Real sum = 0;  // one but for rounding of the logarithm, which is large where that is
  for (std::size_t k = 0; k < normals.size(); ++k) {
    normals[k].weight = std::exp(log_weights[k] - log_sum);
    sum += normals[k].weight;
  }
  for (auto& normal : normals) normal.weight /= sum;
  return log_sum;
}

}  // namespace detail
}  // namespace EIGENMIX_ABI
}  // namespace eigenmix

#endif  // EIGENMIX_INFERENCE_NORMALS_HPP
