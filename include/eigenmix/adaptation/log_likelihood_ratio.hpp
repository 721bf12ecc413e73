// SPDX-License-Identifier: MIT
#ifndef EIGENMIX_ADAPTATION_LOG_LIKELIHOOD_RATIO_HPP
#define EIGENMIX_ADAPTATION_LOG_LIKELIHOOD_RATIO_HPP

#include <limits>
#include <type_traits>

#include <eigenmix/adaptation/options.hpp>
#include <eigenmix/adaptation/top_ratios.hpp>
#include <eigenmix/gaussian_mixture.hpp>

namespace eigenmix {
inline namespace EIGENMIX_ABI {
namespace detail {

template <class Model, class Background>
EIGENMIX_COLD void check_scoring(const Model& model, const Background& background,
                                 const adaptation::Scoring& scoring) {
  const char* const where = "log_likelihood_ratio";
  if (model.dimension() != background.dimension()) {
    reject(where, "dimension of the model", text(model.dimension()),
           text(background.dimension()) + ", that of the background");
  }
  if (!scoring.top) return;
  const Index components = background.component_count();
  if (model.component_count() != components) {
    reject(where, "components of the model", text(model.component_count()),
           text(components) + ", those of the background, where some of them score for all");
  }
  if (*scoring.top < 1 || *scoring.top > components) {
    reject(where, "top components", text(*scoring.top),
           "a number in [1, " + text(components) + "]");
  }
}

}  // namespace detail

/// The score of samples by a model and the background that it was adapted from (Reynolds, Quatieri
/// & Dunn 2000, equation 8): the mean over samples of log p(x | model) - log p(x | background), in
/// nats. Above zero the model is likelier.
///
///     const double score = log_likelihood_ratio(speaker, world, x);
///     const double nearly = log_likelihood_ratio(speaker, world, x, {5});
///
/// With `top`, an approximation: both densities of a sample are summed over the `top` components
/// that it is likeliest under in the background, those of equal place in the model, and the noise.
/// It is good where a few components have nearly all of a sample and the model's are near to the
/// background's, as adapted ones are; K of them are all, and exact. The same to the bit for every
/// execution policy.
/// \param model, background  of one Scalar and Dim, any families; with `top` of as many components
/// \param x        [Dim x N] samples; of weighted(x, w) or counted(x, c) the weighted mean
/// \param scoring  see adaptation::Scoring; by default exact
/// \throws std::invalid_argument  if dimensions, or with `top` components, differ, top is not in
///         [1, K], x has the wrong number of rows, no columns or numbers that are not finite, or
///         the background's densities of it cannot be represented
/// \complexity  two passes over x; with `top` one under the background, and of the model O(N top
///              Dim²) for dense families, O(N top Dim) for the others
template <class Scalar, int Dim, class ModelFamily, class Family, class X,
          class Execution = execution::Serial>
Accumulator<Scalar> log_likelihood_ratio(const GaussianMixture<Scalar, Dim, ModelFamily>& model,
                                         const GaussianMixture<Scalar, Dim, Family>& background,
                                         const X& x, const adaptation::Scoring& scoring = {},
                                         const Execution& execution = {}) {
  using Real = Accumulator<Scalar>;
  const char* const where = "log_likelihood_ratio";
  detail::check_scoring(model, background, scoring);
  const auto opened = detail::Boundary<Scalar, Dim>::checked(where, x, background.dimension());
  const detail::AnySamples<Scalar, Dim> samples(opened);
  const auto& of_model = detail::Access::parameters(model);
  const auto& of_background = detail::Access::parameters(background);
  const detail::AnyExecution policy(detail::accepted_execution(execution));
  Real sum = 0;
  if (scoring.top && *scoring.top < background.component_count()) {
    sum = detail::sum_of_top_ratios(of_model, of_background, samples, *scoring.top, policy);
  } else {
    const auto log_likelihood = [&](const auto& parameters) {
      return detail::share_out<std::decay_t<decltype(parameters)>>(parameters, samples, policy,
                                                                   [](const auto&, Index) {});
    };
    sum = log_likelihood(of_model) - log_likelihood(of_background);
  }
  if (!(sum < std::numeric_limits<Real>::infinity())) {
    detail::reject(where, "log densities of x", "some beyond the range of the scalar",
                   "samples nearer to the components, compared with their deviations");
  }
  return sum / Real(samples.total_weight());
}

}  // namespace EIGENMIX_ABI
}  // namespace eigenmix

#endif  // EIGENMIX_ADAPTATION_LOG_LIKELIHOOD_RATIO_HPP
