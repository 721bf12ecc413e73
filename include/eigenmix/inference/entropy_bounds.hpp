// SPDX-License-Identifier: MIT
#ifndef EIGENMIX_INFERENCE_ENTROPY_BOUNDS_HPP
#define EIGENMIX_INFERENCE_ENTROPY_BOUNDS_HPP

#include <algorithm>
#include <cmath>
#include <numeric>
#include <utility>
#include <vector>

#include <eigenmix/inference/factored_normals.hpp>
#include <eigenmix/inference/log_sum.hpp>
#include <eigenmix/inference/sampled_value.hpp>

namespace eigenmix {
inline namespace EIGENMIX_ABI {

/// What the entropy of a mixture lies between, in nats.
struct EntropyBounds {
  double lower = 0;
  double upper = 0;
};

namespace detail {

/// ln(2 pi e) / 2: the entropy of a standard normal number.
template <class Real>
inline constexpr Real normal_entropy = half_log_two_pi<Real> + Real(0.5L);

/// The components that have weight. Weights of a float mixture sum to one in float only.
template <class Mixture>
NormalsOf<Mixture> possible_normals(const char* where, const Mixture& mixture) {
  NormalsOf<Mixture> result;
  for (auto& normal : normals_of<Mixture::Dim>(where, mixture)) {
    if (normal.weight > 0) result.push_back(std::move(normal));
  }
  normalise_weights(result);
  return result;
}

/// What two components say of a lower bound.
template <class Real>
struct Overlap {
  Real log_affinity;  // log ∫ sqrt(p_a p_b), minus the distance of Bhattacharyya
  Real log_product;   // log ∫ p_a p_b = log N(mean_a; mean_b, S_a + S_b)
};

/// \param log_volumes  half the log determinants of both covariances, added
template <class Real, int Dim>
Overlap<Real> overlap_of(const char* where, const Component<Real, Dim>& a,
                         const Component<Real, Dim>& b, Real log_volumes) {
  const auto sum = factored(where, Component<Real, Dim>{1, a.mean, a.covariance + b.covariance});
  Vector<Real, Dim> offset = a.mean - b.mean;
  const Real log_product = log_normal(sum.root, offset);
  // 2 log ∫ sqrt(p_a p_b) - log ∫ p_a p_b does not hang on how far they are apart.
  const Real rest = Real(offset.size()) * (half_log_two_pi<Real> + std::log(Real(2)));
  return {std::min(Real(0), (log_product - sum.log_root + rest + log_volumes) / 2), log_product};
}

/// Σ_i w_i H_i, the entropy once the component is known.
template <class Real, int Dim>
Real conditional_entropy(const std::vector<FactoredNormal<Real, Dim>>& parts) {
  Real sum = 0;
  for (const auto& part : parts) {
    sum += part.weight * (part.log_root + Real(part.mean.size()) * normal_entropy<Real>);
  }
  return sum;
}

/// The entropy of the normal distribution with the mean and covariance of them all.
template <class Real, int Dim>
Real matched_entropy(const char* where, const Normals<Real, Dim>& normals) {
  std::vector<Index> all(normals.size());
  std::iota(all.begin(), all.end(), Index(0));
  const auto one = moment_match(normals, all);
  return factored(where, one).log_root + Real(one.mean.size()) * normal_entropy<Real>;
}

}  // namespace detail

/// Bounds of the entropy -∫ p log p of a mixture without sampling, the best of several. Below: by
/// Jensen's inequality -Σ_i w_i log Σ_j w_j N(mean_i; mean_j, S_i + S_j) (Huber et al. 2008), and
/// Σ_i w_i (H_i - log Σ_j w_j exp(-B_ij)), with B the distance of Bhattacharyya (Kolchinsky &
/// Tracey 2017). Above: the same with divergences KL(i||j) in B's place, which is at most
/// Σ_i w_i (H_i - log w_i) (Huber et al.); and the entropy of the normal distribution of the
/// mixture's mean and covariance. They meet where components are one or are far apart.
/// \return in nats; of the units of the samples: in other units the log of their ratio is added
/// \throws std::invalid_argument  if there is noise
/// \complexity  O(K² Dim³)
template <class Scalar, int Dim, class Covariance>
EntropyBounds entropy_bounds(const GaussianMixture<Scalar, Dim, Covariance>& mixture) {
  using Real = Accumulator<Scalar>;
  const char* const where = "entropy_bounds";
  const auto normals = detail::possible_normals(where, mixture);
  const auto parts = detail::all_factored(where, normals);
  Real below = 0, jensen = 0, above = 0;
  for (std::size_t i = 0; i < parts.size(); ++i) {
    const auto& of = parts[i];
    detail::LogSum<Real> affinities, products, likenesses;
    for (std::size_t j = 0; j < parts.size(); ++j) {
      const auto& to = parts[j];
      const Real log_weight = std::log(to.weight);
      const auto overlap =
          detail::overlap_of(where, normals[i], normals[j], of.log_root + to.log_root);
      affinities.add(log_weight + overlap.log_affinity);
      products.add(log_weight + overlap.log_product);
      likenesses.add(log_weight - detail::normal_kl(of, to));
    }
    below -= of.weight * affinities.value();
    jensen -= of.weight * products.value();
    above -= of.weight * likenesses.value();
  }
  const Real conditional = detail::conditional_entropy(parts);
  const Real upper = std::min(conditional + above, detail::matched_entropy(where, normals));
  const Real lower = std::min(upper, std::max(conditional + below, jensen));  // but for rounding
  return {double(lower), double(upper)};
}

}  // namespace EIGENMIX_ABI
}  // namespace eigenmix

#endif  // EIGENMIX_INFERENCE_ENTROPY_BOUNDS_HPP
