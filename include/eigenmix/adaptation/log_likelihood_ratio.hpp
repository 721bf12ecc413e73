// SPDX-License-Identifier: MIT
#ifndef EIGENMIX_ADAPTATION_LOG_LIKELIHOOD_RATIO_HPP
#define EIGENMIX_ADAPTATION_LOG_LIKELIHOOD_RATIO_HPP

#include <algorithm>
#include <cmath>
#include <limits>

#include <eigenmix/adaptation/options.hpp>
#include <eigenmix/gaussian_mixture.hpp>
#include <eigenmix/inference/log_sum.hpp>

namespace eigenmix {
inline namespace EIGENMIX_ABI {
namespace detail {

/// The components that each sample of a tile is likeliest under, best first.
template <class Scalar>
class TopComponents {
 public:
  TopComponents(Index top, Index samples) : values_(top, samples), components_(top, samples) {
    values_.setConstant(-std::numeric_limits<Scalar>::infinity());
    components_.setConstant(-1);  // none: components without weight are never among them
  }

  /// \param column  of log densities of component k
  void add(Index k, const Scalar* column) {
    const Index last = values_.rows() - 1;
    for (Index n = 0; n < values_.cols(); ++n) {
      if (column[n] > values_(last, n)) insert(k, column[n], n);
    }
  }

  auto of(Index n) const { return components_.col(n); }

 private:
  void insert(Index k, Scalar value, Index n) {
    Index place = values_.rows() - 1;
    for (; place > 0 && values_(place - 1, n) < value; --place) {
      values_(place, n) = values_(place - 1, n);
      components_(place, n) = components_(place - 1, n);
    }
    values_(place, n) = value;
    components_(place, n) = k;
  }

  Matrix<Scalar> values_;
  Matrix<Index> components_;
};

/// What the noise makes of a sample's density, in logarithms.
template <class Parameters, class Sample>
typename Parameters::Real log_noise_density(const Parameters& p, const Sample& sample) {
  using Real = typename Parameters::Real;
  if (!p.has_noise()) return -std::numeric_limits<Real>::infinity();
  Real sum =
      std::log(Real(p.noise_weight)) + Real(p.log_noise_density) + Real(p.log_normalizer_apart());
  for (Index i = 0; i < p.dimension(); ++i) {
    if (!p.is_apart(i)) continue;
    const Real difference = sample(i) - Real(p.means(i, 0));
    sum -= difference * difference / Real(p.apart(i)) / 2;
  }
  return sum;
}

/// The log density of one sample by some components, and the noise.
/// \param components  those from -1 on are left out
template <class Parameters, class Sample, class Components>
typename Parameters::Real log_density_of(const Parameters& p, const Sample& sample,
                                         const Components& components) {
  using Real = typename Parameters::Real;
  LogSum<Real> sum;
  sum.add(log_noise_density(p, sample));
  for (Index place = 0; place < components.size(); ++place) {
    const Index k = components(place);
    if (k < 0) break;
    const auto offset = [&](Index i) { return sample(i) - Real(p.means(i, k)); };
    const Real square = p.density.squared_distance(Parameters::Layout::group_of(k), offset);
    sum.add(Real(p.log_constants(k)) + std::max(-square / 2, lowest_exponent<Real>));
  }
  return sum.value();
}

/// Σ_n w_n of the log ratio of two densities, each by the components that are the background's
/// `top` likeliest of the sample.
template <class Model, class Background>
typename Background::Real sum_of_top_ratios(
    const Model& model, const Background& background,
    const typename DensityPass<Background>::Samples& samples, Index top,
    const AnyExecution& execution) {
  using Scalar = typename Background::Scalar;
  using Real = typename Background::Real;
  return DensityPass<Background>(background, samples, execution)
      .template sum_over_tiles<Real>(background.log_constants, [&](Workspace<Background>& workspace,
                                                                   Index begin, Real& sum) {
        TopComponents<Scalar> best(top, workspace.tile.size);
        for (Index k = 0; k < background.component_count(); ++k) {
          best.add(k, workspace.storage.col(k).data());
        }
        Vector<Real, Background::Dim> sample(background.dimension());
        for (Index n = 0; n < workspace.tile.size; ++n) {
          if (!(workspace.tile.weights(n) > 0)) continue;
          for (Index i = 0; i < sample.size(); ++i) {
            sample(i) = Real(samples.value(i, begin + n));
          }
          sum += Real(workspace.tile.weights(n)) * (log_density_of(model, sample, best.of(n)) -
                                                    log_density_of(background, sample, best.of(n)));
        }
      });
}

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
/// background's, as adapted ones are; K of them are all, and exact.
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
