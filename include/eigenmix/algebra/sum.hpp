// SPDX-License-Identifier: MIT
#ifndef EIGENMIX_ALGEBRA_SUM_HPP
#define EIGENMIX_ALGEBRA_SUM_HPP

#include <cmath>
#include <stdexcept>
#include <utility>
#include <vector>

#include <eigenmix/inference/normals.hpp>

namespace eigenmix {
inline namespace EIGENMIX_ABI {
namespace detail {

/// Adds the components of a mixture, each with this share of its weight.
template <class Real, int Dim, class Mixture>
void append_normals(const char* where, Real share, const Mixture& mixture, Normals<Real, Dim>& to) {
  if (!to.empty()) {
    const Index first = to.front().mean.size();
    if (mixture.dimension() != first) {
      reject(where, "dimension of a mixture", text(mixture.dimension()),
             text(first) + ", that of the first");
    }
  }
  for (auto& normal : normals_of<Dim>(where, mixture)) {
    normal.weight *= share;
    to.push_back(std::move(normal));
  }
}

/// A checked distribution over so many mixtures.
template <class Real, class W>
EIGENMIX_COLD Vector<Real> checked_shares(const char* where, const W& weights, Index mixtures) {
  if (weights.size() != mixtures || (weights.rows() != 1 && weights.cols() != 1)) {
    reject(where, "shape of the weights", text(Shape{weights.rows(), weights.cols()}),
           "a vector with one weight for each of " + text(mixtures) + " mixtures");
  }
  Vector<Real> result(mixtures);
  Real sum = 0;
  for (Index m = 0; m < mixtures; ++m) {
    result(m) = Real(weights.rows() == 1 ? weights(0, m) : weights(m, 0));
    if (!(result(m) >= 0) || !std::isfinite(result(m))) {
      reject(where, "weight " + text(m), text(result(m)), "a finite number >= 0");
    }
    sum += result(m);
  }
  if (!(std::abs(sum - 1) <= Real(probability_sum_tolerance))) {
    reject(where, "sum of the weights", text(sum), "1 within 1e-5");
  }
  for (Index m = 0; m < mixtures; ++m) result(m) /= sum;
  return result;
}

}  // namespace detail

/// The distribution of x + y, x of a and y of b independently: the convolution of their densities.
/// Component i of a and j of b give i K_b + j, of the sums of their means and covariances (Bromiley
/// 2003, Products and Convolutions of Gaussian Probability Density Functions).
/// \param a, b  of one dimension and scalar, without backgrounds
/// \return K_a K_b components with covariances of any form
/// \throws std::invalid_argument  if dimensions differ, there is a background, or a sum cannot be
///                                represented
/// \complexity  O(K_a K_b Dim³)
template <class A, class B>
auto convolution(const A& a, const B& b) -> detail::CommonMixture<A, B> {
  constexpr const char* where = "convolution";
  constexpr int Dim = detail::common_size(A::Dim, B::Dim);
  if constexpr (detail::are_of_one_space<A, B>()) {
    detail::check_same_dimension(where, a.dimension(), b.dimension());
    const auto first = detail::normals_of<Dim>(where, a),
               second = detail::normals_of<Dim>(where, b);
    detail::Normals<typename A::Real, Dim> normals;
    for (const auto& of_a : first) {
      for (const auto& of_b : second) {
        auto sum = of_a;
        sum.weight *= of_b.weight;
        sum.mean += of_b.mean;
        sum.covariance += of_b.covariance;
        normals.push_back(std::move(sum));
      }
    }
    return detail::mixture_of_normals<detail::CommonMixture<A, B>>(where, normals);
  } else {
    throw std::logic_error("eigenmix: unreachable");
  }
}

/// The mixture of mixtures Σ_m weights_m mixture_m(x): by definition the union of their
/// components, in order.
/// \param weights   [M] >= 0, summing to one within 1e-5 (then brought to one)
/// \param mixtures  M >= 1 of one dimension, without backgrounds
/// \return Σ_m K_m components with covariances of any form
/// \throws std::invalid_argument  if an argument is not as said
/// \complexity  O(Σ_m K_m Dim³)
template <class W, class Scalar, int Dim, class Covariance>
auto mix(const Eigen::MatrixBase<W>& weights,
         const std::vector<GaussianMixture<Scalar, Dim, Covariance>>& mixtures)
    -> GaussianMixture<Scalar, Dim> {
  constexpr const char* where = "mix";
  using Real = Accumulator<Scalar>;
  const Index count = static_cast<Index>(mixtures.size());
  if (count == 0) detail::reject(where, "number of mixtures", "0", "at least one");
  const auto shares = detail::checked_shares<Real>(where, weights.derived(), count);
  detail::Normals<Real, Dim> normals;
  for (Index m = 0; m < count; ++m) {
    detail::append_normals(where, shares(m), mixtures[static_cast<std::size_t>(m)], normals);
  }
  return detail::mixture_of_normals<GaussianMixture<Scalar, Dim>>(where, normals);
}

/// The same of two mixtures, whose families may differ: weights(0) a(x) + weights(1) b(x).
template <class W, class A, class B>
auto mix(const Eigen::MatrixBase<W>& weights, const A& a, const B& b)
    -> detail::CommonMixture<A, B> {
  constexpr const char* where = "mix";
  using Real = typename A::Real;
  if constexpr (detail::are_of_one_space<A, B>()) {
    detail::check_same_dimension(where, a.dimension(), b.dimension());
    const auto shares = detail::checked_shares<Real>(where, weights.derived(), 2);
    detail::NormalsOf<detail::CommonMixture<A, B>> normals;
    detail::append_normals(where, shares(0), a, normals);
    detail::append_normals(where, shares(1), b, normals);
    return detail::mixture_of_normals<detail::CommonMixture<A, B>>(where, normals);
  } else {
    throw std::logic_error("eigenmix: unreachable");
  }
}

}  // namespace EIGENMIX_ABI
}  // namespace eigenmix

#endif  // EIGENMIX_ALGEBRA_SUM_HPP
