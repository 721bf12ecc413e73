// SPDX-License-Identifier: MIT
#ifndef EIGENMIX_INFERENCE_ENTROPY_HPP
#define EIGENMIX_INFERENCE_ENTROPY_HPP

#include <algorithm>
#include <cmath>

#include <eigenmix/inference/entropy_bounds.hpp>
#include <eigenmix/noise.hpp>

namespace eigenmix {
inline namespace EIGENMIX_ABI {
namespace detail {

/// Samples that are drawn and evaluated at a time, so that memory does not grow with their number.
inline constexpr Index drawn_at_a_time = 4096;

/// -Σ_k r_k log r_k of a sample: what is not known of its component, in nats.
template <class Responsibilities>
double label_entropy(const Responsibilities& responsibilities, Index n) {
  double sum = 0;
  for (Index k = 0; k < responsibilities.rows(); ++k) {
    const auto share = double(responsibilities(k, n));
    if (share > 0) sum -= share * std::log(share);
  }
  return sum;
}

}  // namespace detail

/// The entropy -∫ p log p of a mixture by sampling. Of the terms of
/// H = Σ_k w_k H_k + H(w) - E[H(component | x)], which is the chain rule (Cover & Thomas 2006,
/// sections 2.2 and 8.6), only the last is sampled. Where components overlap wholly or not at all
/// it does not vary, and elsewhere it is at most log K, whatever log p is.
///
///     const SampledValue nats = entropy(mixture, 10000, engine);
///
/// \param count   samples, at least two
/// \param engine  any UniformRandomBitGenerator
/// \return in nats, see entropy_bounds for units; zero error means that no two samples differed
/// \throws std::invalid_argument  if count < 2 or there is noise
/// \complexity  that of drawing and of responsibilities of `count` samples, O(count K Dim²)
template <class Scalar, int Dim, class Covariance, class Generator>
SampledValue entropy(const GaussianMixture<Scalar, Dim, Covariance>& mixture, Index count,
                     Generator&& engine) {
  if (count < 2) detail::reject("entropy", "count", detail::text(count), "at least two samples");
  detail::refuse_noise("entropy", mixture.noise().weight);
  const auto parts = detail::all_factored("entropy", detail::possible_normals("entropy", mixture));
  auto known = double(detail::conditional_entropy(parts));
  for (const auto& part : parts) known -= double(part.weight * std::log(part.weight));
  detail::DrawnMean unknown;
  for (Index begin = 0; begin < count; begin += detail::drawn_at_a_time) {
    const auto drawn =
        mixture.sample(std::min(detail::drawn_at_a_time, count - begin), engine).samples;
    const auto responsibilities = mixture.responsibilities(drawn);
    for (Index n = 0; n < drawn.cols(); ++n) {
      unknown.add(detail::label_entropy(responsibilities, n));
    }
  }
  const SampledValue drawn_part = unknown.estimate();
  return {known - drawn_part.value, drawn_part.standard_error};
}

}  // namespace EIGENMIX_ABI
}  // namespace eigenmix

#endif  // EIGENMIX_INFERENCE_ENTROPY_HPP
