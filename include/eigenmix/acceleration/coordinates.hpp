// SPDX-License-Identifier: MIT
#ifndef EIGENMIX_ACCELERATION_COORDINATES_HPP
#define EIGENMIX_ACCELERATION_COORDINATES_HPP

#include <algorithm>
#include <cmath>

#include <eigenmix/acceleration/covariance_coordinates.hpp>

namespace eigenmix {
inline namespace EIGENMIX_ABI {
namespace detail {

/// Coordinates of the mixtures about a reference w0, mu0, Sigma0 = L0 L0^T whose parts came from n0
/// samples, in which the complete data's information there is the identity. All are zero there:
///
///     log weight  log w = log w0 + z / √n0, then normalised
///     mean        mu = mu0 + L0 u / √n0
///     factor      L = L0 T, see CovarianceCoordinates
///     noise       log odds = those of noise0 + z / √(n0 (1 - noise0))
///
/// in this order. So a step as long as the gradient is about EM's. The gradient needs no more than
/// the M-step found: with e from a mean to the M-step's, d/dz = n0^-1/2 (n - N w), d/du = n0^-1/2 n
/// T^-T L^-1 e (Xu & Jordan 1996; Salakhutdinov, Roweis & Ghahramani 2003).
class Coordinates {
 public:
  explicit Coordinates(const MixtureShape& shape) : shape_(shape) {}

  /// \param reference, counts  of an M-step's start
  /// \return false if a covariance is not positive definite
  bool assign(const Numbers& reference, const Numbers& counts) {
    reference_ = reference;
    covariances_.clear();
    covariances_.reserve(index(shape_.groups));
    for (Index g = 0; g < shape_.groups; ++g) {
      covariances_.emplace_back(shape_, counts[index(shape_.covariance_count(g))]);
      if (!covariances_.back().assign(reference.data() + shape_.covariance(g))) return false;
    }
    scales_.resize(index(2 * shape_.components + 1));
    for (Index i = 0; i < 2 * shape_.components; ++i) {
      const double count = counts[index(i)];
      scales_[index(i)] = count > 0 ? 1 / std::sqrt(count) : 0;
    }
    const double noise = reference[index(shape_.noise())];
    const double information = counts[index(shape_.total_count())] * noise * (1 - noise);
    scales_.back() = information > 0 ? 1 / std::sqrt(information) : 0;
    return true;
  }

  std::size_t size() const { return index(noise()) + 1; }

  /// Parts that have no samples follow EM: they stay wherever it has put them last.
  void follow(const Numbers& em) {
    for (Index k = 0; k < shape_.components; ++k) {
      if (!is_free(k)) reference_[index(k)] = em[index(k)];
      if (mean_scale(k) > 0) continue;
      for (Index i = shape_.mean(k); i < shape_.mean(k + 1); ++i) {
        reference_[index(i)] = em[index(i)];
      }
    }
    for (Index g = 0; g < shape_.groups; ++g) {
      if (covariances_[index(g)].is_free()) continue;
      covariances_[index(g)].assign(em.data() + shape_.covariance(g));
      for (Index i = shape_.covariance(g); i < shape_.covariance(g + 1); ++i) {
        reference_[index(i)] = em[index(i)];
      }
    }
  }

  /// The mixture at a point; remembers its factors for the gradient there.
  void put(const double* point, double* mixture) {
    put_weights(point, mixture);
    for (Index i = shape_.mean(0); i < shape_.noise(); ++i) mixture[i] = reference_[index(i)];
    for (Index k = 0; k < shape_.components; ++k) {
      group_of(k).add_product(point + shape_.mean(k), mean_scale(k), mixture + shape_.mean(k));
    }
    for (Index g = 0; g < shape_.groups; ++g) {
      CovarianceCoordinates& each = covariances_[index(g)];  // others stay to the bit
      if (each.is_free()) each.put(point + covariance(g), mixture + shape_.covariance(g));
    }
  }

  /// The coordinates of a mixture. \return false if a covariance is not positive definite
  bool locate(const double* mixture, double* point) {
    for (Index k = 0; k < shape_.components; ++k) {
      point[k] = is_free(k) ? std::log(mixture[k] / reference_[index(k)]) / scales_[index(k)] : 0;
      for (Index i = shape_.mean(k); i < shape_.mean(k + 1); ++i) {
        point[i] = mixture[i] - reference_[index(i)];
      }
      group_of(k).find_coordinates(mean_scale(k), point + shape_.mean(k));
    }
    bool are_definite = true;
    for (Index g = 0; g < shape_.groups; ++g) {
      are_definite =
          covariances_[index(g)].locate(mixture + shape_.covariance(g), point + covariance(g)) &&
          are_definite;
    }
    const double before = reference_[index(shape_.noise())], now = mixture[shape_.noise()];
    const bool has_noise = scales_.back() > 0;
    point[noise()] =
        has_noise ? std::log(now / (1 - now) * (1 - before) / before) / scales_.back() : 0;
    return are_definite;
  }

  /// The longest multiple of a step, at most 1, that moves no mean by more than two deviations and
  /// changes no deviation or weight more than threefold. What is known of the curvature here says
  /// nothing of there, and thin components far from all others have a high likelihood.
  double longest(const double* step) const {
    double largest = std::max(1.0, std::abs(step[noise()]) * scales_.back());
    for (Index k = 0; k < shape_.components; ++k) {
      const double* const u = step + shape_.mean(k);
      const double size = std::sqrt(dot(u, u, index(shape_.dimension))) * mean_scale(k);
      largest = std::max({largest, std::abs(step[k]) * scales_[index(k)], size / 2});
    }
    for (Index g = 0; g < shape_.groups; ++g) {
      largest = std::max(largest, covariances_[index(g)].log_change(step + covariance(g)));
    }
    return 1 / largest;
  }

  /// The gradient of what EM maximises, where the last call of `put` was.
  /// \param mixture   there
  /// \param em        where the M-step leads from there
  /// \param gradient  [out] [size]
  void gradient(const double* mixture, const double* em, const double* counts, double* gradient) {
    weight_gradient(mixture, em, counts, gradient);
    for (CovarianceCoordinates& each : covariances_) each.begin_gradient();
    for (Index k = 0; k < shape_.components; ++k) {
      double* const out = gradient + shape_.mean(k);
      for (Index i = 0; i < shape_.dimension; ++i) {
        out[i] = em[shape_.mean(k) + i] - mixture[shape_.mean(k) + i];
      }
      group_of(k).take_offset(out, counts[shape_.mean_count(k)], mean_scale(k));
    }
    for (Index g = 0; g < shape_.groups; ++g) {
      covariances_[index(g)].gradient(mixture + shape_.covariance(g), em + shape_.covariance(g),
                                      counts[shape_.covariance_count(g)], gradient + covariance(g));
    }
  }

 private:
  static std::size_t index(Index i) { return static_cast<std::size_t>(i); }

  Index covariance(Index g) const {
    return shape_.mean(shape_.components) + g * CovarianceCoordinates::size(shape_);
  }
  Index noise() const { return covariance(shape_.groups); }
  double mean_scale(Index k) const { return scales_[index(shape_.mean_count(k))]; }
  CovarianceCoordinates& group_of(Index k) { return covariances_[index(shape_.group_of(k))]; }
  bool is_free(Index k) const { return scales_[index(k)] > 0; }

  void put_weights(const double* point, double* mixture) const {
    double free_weight = 1, sum = 0;
    for (Index k = 0; k < shape_.components; ++k) {
      mixture[k] = reference_[index(k)];
      if (is_free(k)) {
        sum += mixture[k] *= std::exp(point[k] * scales_[index(k)]);
      } else {
        free_weight -= mixture[k];
      }
    }
    for (Index k = 0; k < shape_.components; ++k) {
      if (is_free(k)) mixture[k] *= free_weight / sum;
    }
    const double before = reference_[index(shape_.noise())];
    const double odds = before / (1 - before) * std::exp(point[noise()] * scales_.back());
    mixture[shape_.noise()] = odds / (1 + odds);
  }

  void weight_gradient(const double* mixture, const double* em, const double* counts,
                       double* gradient) const {
    double free_weight = 0, of_em = 0, free_count = 0;
    for (Index k = 0; k < shape_.components; ++k) {
      if (!is_free(k)) continue;
      free_weight += mixture[k];
      of_em += em[k];
      free_count += counts[k];
    }
    for (Index k = 0; k < shape_.components; ++k) {
      const double gain = is_free(k) ? em[k] / of_em - mixture[k] / free_weight : 0;
      gradient[k] = free_count * gain * scales_[index(k)];
    }
    const double gain = em[shape_.noise()] - mixture[shape_.noise()];
    gradient[noise()] = counts[shape_.total_count()] * gain * scales_.back();
  }

  MixtureShape shape_;
  Numbers reference_;
  std::vector<CovarianceCoordinates> covariances_;  // one a group
  Numbers scales_;  // 1 / √n0 of weights, of means, and for the noise; 0 of what is fixed
};

}  // namespace detail
}  // namespace EIGENMIX_ABI
}  // namespace eigenmix

#endif  // EIGENMIX_ACCELERATION_COORDINATES_HPP
