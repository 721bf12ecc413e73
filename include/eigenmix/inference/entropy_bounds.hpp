// SPDX-License-Identifier: MIT
#ifndef EIGENMIX_INFERENCE_ENTROPY_BOUNDS_HPP
#define EIGENMIX_INFERENCE_ENTROPY_BOUNDS_HPP

#include <algorithm>
#include <cmath>
#include <vector>

#include <eigenmix/base/cholesky.hpp>
#include <eigenmix/gaussian_mixture.hpp>
#include <eigenmix/inference/log_sum.hpp>
#include <eigenmix/inference/sampled_value.hpp>
#include <eigenmix/noise.hpp>

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

/// A component and what its entropy and divergences are made of.
template <class Real>
struct EntropyPart {
  Real weight = 0;
  Vector<Real> mean;
  Matrix<Real> covariance, lower, whitening;  // [Dim x Dim] Cholesky's factor and its inverse
  Real log_volume = 0;                        // half the log determinant
};

/// Replaces the upper triangle by zeros. \return half the log determinant of L L^T
template <class Real>
Real finish_factor(Matrix<Real>& lower) {
  Real log_volume = 0;
  for (Index j = 0; j < lower.cols(); ++j) {
    log_volume += std::log(lower(j, j));
    for (Index i = 0; i < j; ++i) lower(i, j) = 0;
  }
  return log_volume;
}

/// \throws std::invalid_argument  if its Cholesky factor does not exist
template <class Real>
Matrix<Real> factor_of(const char* where, Matrix<Real> covariance) {
  if (!cholesky_in_place(covariance)) {
    reject(where, "a covariance", "one that cannot be represented",
           "covariances of a more even scale");
  }
  return covariance;
}

/// The components that have weight. Weights of a float mixture sum to one in float only.
template <class Real, class Mixture>
std::vector<EntropyPart<Real>> entropy_parts(const char* where, const Mixture& mixture) {
  std::vector<EntropyPart<Real>> parts;
  const Real total = mixture.weights().template cast<Real>().sum();
  for (Index k = 0; k < mixture.component_count(); ++k) {
    if (!(mixture.weights()(k) > 0)) continue;
    EntropyPart<Real> part;
    part.weight = Real(mixture.weights()(k)) / total;
    part.mean = mixture.means().col(k).template cast<Real>();
    part.covariance = mixture.covariance(k).template cast<Real>();
    part.lower = factor_of(where, part.covariance);
    part.log_volume = finish_factor(part.lower);
    invert(part.lower, part.whitening);
    parts.push_back(std::move(part));
  }
  return parts;
}

/// |W (a - b)|², W lower triangular.
template <class Real>
Real whitened_square(const Matrix<Real>& whitening, const Vector<Real>& a, const Vector<Real>& b) {
  Real sum = 0;
  for (Index i = 0; i < a.size(); ++i) {
    Real along = 0;
    for (Index j = 0; j <= i; ++j) along += whitening(i, j) * (a(j) - b(j));
    sum += along * along;
  }
  return sum;
}

/// The Kullback-Leibler divergence of a from b, in nats.
template <class Real>
Real normal_divergence(const EntropyPart<Real>& a, const EntropyPart<Real>& b) {
  const Index d = a.mean.size();
  Real sum = whitened_square(b.whitening, a.mean, b.mean) - Real(d);
  for (Index j = 0; j < d; ++j) {  // of b.whitening a.lower, which is lower triangular
    for (Index i = j; i < d; ++i) {
      Real entry = 0;
      for (Index l = j; l <= i; ++l) entry += b.whitening(i, l) * a.lower(l, j);
      sum += entry * entry;
    }
  }
  return std::max(Real(0), sum / 2 + b.log_volume - a.log_volume);
}

/// What two components say of a lower bound.
template <class Real>
struct Overlap {
  Real log_affinity;  // log ∫ sqrt(p_a p_b), minus the distance of Bhattacharyya
  Real log_product;   // log ∫ p_a p_b = log N(mean_a; mean_b, S_a + S_b)
};

template <class Real>
Overlap<Real> overlap_of(const char* where, const EntropyPart<Real>& a,
                         const EntropyPart<Real>& b) {
  const Index d = a.mean.size();
  Matrix<Real> middle = a.covariance, whitening;
  for (Index i = 0; i < middle.size(); ++i) {
    middle.data()[i] = a.covariance.data()[i] / 2 + b.covariance.data()[i] / 2;
  }
  middle = factor_of(where, middle);
  const Real log_volume = finish_factor(middle);
  invert(middle, whitening);
  const Real square = whitened_square(whitening, a.mean, b.mean);
  const Real log_two_pi = 2 * half_log_two_pi<Real>, log_two = std::log(Real(2));
  return {std::min(Real(0), -square / 8 - log_volume + a.log_volume / 2 + b.log_volume / 2),
          -square / 4 - log_volume - Real(d) / 2 * (log_two_pi + log_two)};
}

/// The entropy of the normal distribution with the mixture's mean and covariance.
template <class Real>
Real matched_entropy(const char* where, const std::vector<EntropyPart<Real>>& parts) {
  const Vector<Real>& origin = parts[0].mean;
  const Index d = origin.size();
  Vector<Real> mean = origin;
  for (const auto& part : parts) {
    for (Index i = 0; i < d; ++i) mean(i) += part.weight * (part.mean(i) - origin(i));
  }
  Matrix<Real> covariance;
  set_zero(covariance, d, d);
  for (const auto& part : parts) {
    for (Index j = 0; j < d; ++j) {
      for (Index i = 0; i < d; ++i) {
        covariance(i, j) += part.weight * (part.covariance(i, j) +
                                           (part.mean(i) - mean(i)) * (part.mean(j) - mean(j)));
      }
    }
  }
  covariance = factor_of(where, covariance);
  return finish_factor(covariance) + Real(d) * normal_entropy<Real>;
}

/// Σ_i w_i H_i, the entropy once the component is known.
template <class Real>
Real conditional_entropy(const std::vector<EntropyPart<Real>>& parts) {
  Real sum = 0;
  for (const auto& part : parts) {
    sum += part.weight * (part.log_volume + Real(part.mean.size()) * normal_entropy<Real>);
  }
  return sum;
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
  detail::refuse_noise(where, mixture.noise().weight);
  const auto parts = detail::entropy_parts<Real>(where, mixture);
  Real below = 0, jensen = 0, above = 0;
  for (const auto& of : parts) {
    detail::LogSum<Real> affinities, products, likenesses;
    for (const auto& to : parts) {
      const Real log_weight = std::log(to.weight);
      const auto overlap = detail::overlap_of(where, of, to);
      affinities.add(log_weight + overlap.log_affinity);
      products.add(log_weight + overlap.log_product);
      likenesses.add(log_weight - detail::normal_divergence(of, to));
    }
    below -= of.weight * affinities.value();
    jensen -= of.weight * products.value();
    above -= of.weight * likenesses.value();
  }
  const Real conditional = detail::conditional_entropy(parts);
  const Real upper = std::min(conditional + above, detail::matched_entropy(where, parts));
  const Real lower = std::min(upper, std::max(conditional + below, jensen));  // but for rounding
  return {double(lower), double(upper)};
}

}  // namespace EIGENMIX_ABI
}  // namespace eigenmix

#endif  // EIGENMIX_INFERENCE_ENTROPY_BOUNDS_HPP
