// SPDX-License-Identifier: MIT
#ifndef EIGENMIX_INFERENCE_FACTORED_NORMALS_HPP
#define EIGENMIX_INFERENCE_FACTORED_NORMALS_HPP

#include <algorithm>
#include <cmath>
#include <limits>
#include <utility>
#include <vector>

#include <eigenmix/inference/dense_steps.hpp>
#include <eigenmix/inference/normals.hpp>

namespace eigenmix {
inline namespace EIGENMIX_ABI {
namespace detail {

/// A normal distribution with the root of its covariance, for divergences.
template <class Real, int Dim>
struct FactoredNormal {
  Real weight;
  Vector<Real, Dim> mean;
  Matrix<Real, Dim, Dim> root;  // lower triangular
  Real log_root;                // half the log of the determinant of the covariance
};

/// \throws std::invalid_argument  if a covariance is not positive definite
template <class Real, int Dim>
EIGENMIX_COLD FactoredNormal<Real, Dim> factored(const char* where,
                                                 const Component<Real, Dim>& normal) {
  FactoredNormal<Real, Dim> result{normal.weight, normal.mean, {}, 0};
  if (!lower_root(normal.covariance, result.root)) {
    reject(where, "a covariance", "one that is not positive definite", "a positive definite one");
  }
  result.log_root = log_root_of(result.root);
  return result;
}

template <class Real, int Dim>
EIGENMIX_COLD std::vector<FactoredNormal<Real, Dim>> all_factored(
    const char* where, const Normals<Real, Dim>& normals) {
  std::vector<FactoredNormal<Real, Dim>> result;
  for (const auto& normal : normals) result.push_back(factored(where, normal));
  return result;
}

/// KL(a || b) of two normal distributions in nats, infinite beyond what can be represented:
/// half of |L_b^-1 L_a|² + |L_b^-1 (mean_a - mean_b)|² - Dim, and log |L_b| - log |L_a|.
template <class Real, int Dim>
Real normal_kl(const FactoredNormal<Real, Dim>& a, const FactoredNormal<Real, Dim>& b) {
  const Index d = a.mean.size();
  Matrix<Real, Dim, Dim> ratio = a.root;
  Vector<Real, Dim> offset = a.mean - b.mean;
  solve_lower(b.root, ratio);
  solve_lower(b.root, offset);
  Real sum = 0;
  for (Index j = 0; j < d; ++j) {
    // x² - 1 - 2 log x of the diagonal, which is what differs from zero if a and b are alike
    const Real x = ratio(j, j);
    sum += (x - 1) * (x + 1) - 2 * std::log(x) + offset(j) * offset(j);
    for (Index i = j + 1; i < d; ++i) sum += ratio(i, j) * ratio(i, j);
  }
  return std::isfinite(sum) ? std::max(sum / 2, Real(0)) : std::numeric_limits<Real>::infinity();
}

/// Adds part (covariance + offset offset^T), symmetric to the bit.
template <class Real, int Dim>
void add_moments(Real part, const Matrix<Real, Dim, Dim>& covariance,
                 const Vector<Real, Dim>& offset, Matrix<Real, Dim, Dim>& to) {
  for (Index j = 0; j < offset.size(); ++j) {
    for (Index i = j; i < offset.size(); ++i) {
      to(i, j) += part * (covariance(i, j) + offset(i) * offset(j));
      to(j, i) = to(i, j);
    }
  }
}

/// One normal distribution of the weight, mean and covariance that some have together. Means are
/// taken from the heaviest one's, second moments from the mean: nothing cancels far from zero.
/// \param members  indices, at least one; those without weight count alike if none has any
template <class Real, int Dim, class Members>
Component<Real, Dim> moment_match(const Normals<Real, Dim>& normals, const Members& members) {
  const auto normal_at = [&](Index k) -> const Component<Real, Dim>& {
    return normals[static_cast<std::size_t>(k)];
  };
  Real total = 0;
  Index heaviest = *members.begin();
  for (const Index k : members) {
    total += normal_at(k).weight;
    if (normal_at(k).weight > normal_at(heaviest).weight) heaviest = k;
  }
  const auto share = [&](Index k) {
    return total > 0 ? normal_at(k).weight / total : 1 / Real(members.size());
  };
  const Vector<Real, Dim>& origin = normal_at(heaviest).mean;
  const Index d = origin.size();
  Component<Real, Dim> result{total, origin, {}};
  for (const Index k : members) {
    const Real part = share(k);
    for (Index i = 0; i < d; ++i) result.mean(i) += part * (normal_at(k).mean(i) - origin(i));
  }
  set_zero(result.covariance, d, d);
  for (const Index k : members) {
    Vector<Real, Dim> offset = normal_at(k).mean - result.mean;
    add_moments(share(k), normal_at(k).covariance, offset, result.covariance);
  }
  return result;
}

/// Brings weights to a sum of one; what is that already, to rounding, is kept to the bit.
template <class Real, int Dim>
void normalise_weights(Normals<Real, Dim>& normals) {
  Real sum = 0;
  for (const auto& normal : normals) sum += normal.weight;
  const Real rounding = Real(normals.size()) * std::numeric_limits<Real>::epsilon();
  if (std::abs(sum - 1) <= rounding) return;
  for (auto& normal : normals) normal.weight /= sum;
}

}  // namespace detail
}  // namespace EIGENMIX_ABI
}  // namespace eigenmix

#endif  // EIGENMIX_INFERENCE_FACTORED_NORMALS_HPP
