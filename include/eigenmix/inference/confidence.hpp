// SPDX-License-Identifier: MIT
#ifndef EIGENMIX_INFERENCE_CONFIDENCE_HPP
#define EIGENMIX_INFERENCE_CONFIDENCE_HPP

#include <algorithm>
#include <cmath>
#include <vector>

#include <eigenmix/gaussian_mixture.hpp>
#include <eigenmix/inference/chi_squared.hpp>
#include <eigenmix/inference/sampled_value.hpp>
#include <eigenmix/noise.hpp>

namespace eigenmix {
inline namespace EIGENMIX_ABI {
namespace detail {

/// The quantile of sorted numbers at a share of them in (0, 1), between the two nearest (Hazen
/// 1914). Its error: that of the rank, √(N share (1 - share)) as a binomial number has it, times
/// the spacing of the numbers, of which the mean is taken as far as that error reaches.
inline SampledValue sorted_quantile(const std::vector<double>& sorted, double share) {
  const auto count = double(sorted.size());
  const auto number = [&](double rank) {
    return sorted[static_cast<std::size_t>(std::min(std::max(rank, 0.0), count - 1))];
  };
  const double rank = std::min(std::max(share * count - 0.5, 0.0), count - 1);
  const double below = std::floor(rank), part = rank - below;
  const double error = std::sqrt(count * share * (1 - share));
  const double first = std::max(0.0, std::floor(rank - error));
  const double last = std::min(count - 1, std::ceil(rank + error));
  const double spacing = last > first ? (number(last) - number(first)) / (last - first) : 0;
  return {number(below) + part * (number(below + 1) - number(below)), error * spacing};
}

}  // namespace detail

/// The level of the highest-density region of probability p: the smallest region that holds so
/// much of the mixture is where log_density is at least that. The 1 - p quantile of log p(X), X of
/// the mixture, by sampling (Hyndman 1996). Its standard error is that of an order statistic: the
/// binomial deviation of its rank, √(N p (1 - p)), times the spacing of the log densities around
/// it, which is one over N times their density there.
///
///     const SampledValue level = highest_density_level(mixture, 0.95, 10000, engine);
///     const bool is_inside = mixture.log_density(x)(0) >= level.value;
///
/// \param p       in (0, 1)
/// \param count   samples, at least two; there should be many on either side of the level
/// \param engine  any UniformRandomBitGenerator
/// \return in nats
/// \throws std::invalid_argument  if a number is not as said or there is noise
/// \complexity  O(count (K Dim² + log count)); memory for Dim numbers a sample
template <class Scalar, int Dim, class Covariance, class Generator>
SampledValue highest_density_level(const GaussianMixture<Scalar, Dim, Covariance>& mixture,
                                   double p, Index count, Generator&& engine) {
  const char* const where = "highest_density_level";
  if (!(p > 0) || !(p < 1)) detail::reject(where, "p", detail::text(p), "a number in (0, 1)");
  if (count < 2) detail::reject(where, "count", detail::text(count), "at least two samples");
  detail::refuse_noise(where, mixture.noise().weight);
  const auto drawn = mixture.sample(count, engine).samples;
  const auto heights = mixture.log_density(drawn);
  std::vector<double> sorted(static_cast<std::size_t>(count));
  for (Index n = 0; n < count; ++n) sorted[static_cast<std::size_t>(n)] = double(heights(n));
  std::sort(sorted.begin(), sorted.end());
  return detail::sorted_quantile(sorted, 1 - p);
}

}  // namespace EIGENMIX_ABI
}  // namespace eigenmix

#endif  // EIGENMIX_INFERENCE_CONFIDENCE_HPP
