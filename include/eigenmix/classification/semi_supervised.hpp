// SPDX-License-Identifier: MIT
#ifndef EIGENMIX_CLASSIFICATION_SEMI_SUPERVISED_HPP
#define EIGENMIX_CLASSIFICATION_SEMI_SUPERVISED_HPP

#include <type_traits>
#include <utility>

#include <eigenmix/classification/labelled_parameters.hpp>
#include <eigenmix/degeneracy/drop.hpp>
#include <eigenmix/gaussian_mixture.hpp>
#include <eigenmix/initialization/start.hpp>
#include <eigenmix/stopping/standard.hpp>

namespace eigenmix {
inline namespace EIGENMIX_ABI {
namespace detail {

/// \param weights       [K] of the components that the fit begins with
/// \param noise_weight  likewise
/// \throws std::invalid_argument  unless every sample that counts has something allowed to it, of
///                                positive weight
template <class Weights, class Samples>
void check_allowed(const classification::AllowedComponents& known, const Weights& weights,
                   double noise_weight, const Samples& samples) {
  const Index components = weights.size();
  for (Index n = 0; n < samples.count(); ++n) {
    if (!(samples.weight(n) > 0)) continue;
    bool is_any_allowed = known.allows(components, n) && noise_weight > 0;
    bool has_weight = is_any_allowed;
    for (Index k = 0; k < components; ++k) {
      if (!known.allows(k, n)) continue;
      is_any_allowed = true;
      has_weight |= weights(k) > 0;
    }
    if (has_weight) continue;
    if (!is_any_allowed) {
      reject("fit_semi_supervised", "components allowed to sample " + text(n), "none",
             "at least one for every sample");
    }
    reject("fit_semi_supervised", "weight of the components allowed to sample " + text(n), "0",
           "a start that gives one of them some");
  }
}

/// What runs the fit, behind checks.
template <class Mixture, class Samples, class Stopping, class Options>
FitResult fit_labelled(Mixture& mixture, const Samples& samples,
                       const classification::AllowedComponents& known, Stopping stopping,
                       Options& options) {
  using Labelled = LabelledParameters<ParametersOf<Mixture>>;
  Labelled working(Access::parameters(mixture), known);
  Mixture shown = mixture;
  const auto judge = [&](const Iteration& iteration) {
    Access::parameters(shown) = working;
    return judge_iteration(stopping, options.observers, iteration, std::as_const(shown));
  };
  const FitPolicies policies{
      options.execution, m_step_policies(options), options.noise, options.leap_memory, judge,
      options.pairs};
  FitResult result = run_em<Labelled>(working, samples, policies);
  Access::parameters(mixture) = std::move(working);
  return result;
}

}  // namespace detail

namespace classification {

/// Fits a mixture to samples of which some are labelled: maximum likelihood of what is known,
/// Σ_n w_n log Σ_{k allowed to n} w_k N(x_n | k). It is EM in which components that are not allowed
/// have no responsibility (Dempster, Laird & Rubin 1977, section 4.3; for labels in part Ambroise &
/// Govaert 2000).
///
///     const classification::AllowedComponents known(labels, 3);   // -1 where there is no label
///     auto mixture = initialize<GaussianMixture<double>>(x, 3, known);
///     const FitResult result = classification::fit_semi_supervised(mixture, x, known);
///
/// The loop is that of GaussianMixture::fit, with all that it says of stops, leaps, priors, fixed
/// parts and threads; where everything is allowed the fit is the same to the bit, and where every
/// sample is allowed one component its first step is the M-step of labels, which its stopping
/// policy has to find out. Of a mixture with noise, samples of which anything is known are no
/// noise, unless the mask has a row that says so.
/// \param mixture  to start from; its components are those that `known` names by number
/// \param x        [Dim x N] samples, weighted(x, w) or counted(x, c), N >= K of positive weight
/// \param known    [K x N] of what is allowed; for samples of weight zero it does not matter
/// \param options  the fit_options(...) of a fit. degeneracy::Drop is refused, and a policy of the
///                 user's own that asks for a drop at that moment: labels name components by number
/// \return of the fit; log_likelihood is the sum above
/// \throws std::invalid_argument  as GaussianMixture::fit, whose name some texts have, and if
///                                `known` is of another shape or a sample has no component allowed
///                                of positive weight; the mixture is as it was
/// \throws degeneracy::CollapsedComponent  only under degeneracy::Throw; likewise
/// \complexity  that of GaussianMixture::fit, and O(N K) an iteration
template <class Mixture, class X, class Options = FitOptions<>>
FitResult fit_semi_supervised(Mixture& mixture, const X& x, const AllowedComponents& known,
                              Options options = {}) {
  constexpr bool are_options = detail::is_fit_options_v<Options>;
  static_assert(are_options,
                "eigenmix: the last argument of fit_semi_supervised is what fit_options(...) "
                "returns");
  if constexpr (are_options) {
    constexpr bool drops = std::is_base_of_v<degeneracy::Drop, decltype(options.degeneracy)>;
    static_assert(!drops,
                  "eigenmix: fit_semi_supervised cannot drop components, which labels name by "
                  "number: pass another degeneracy policy, such as degeneracy::ResolutionFloor");
    constexpr const char* where = "fit_semi_supervised";
    using Boundary = detail::Boundary<typename Mixture::Scalar, Mixture::Dim>;
    const auto opened = Boundary::checked(where, x, mixture.dimension());
    const Index components = mixture.component_count();
    if (opened.positive_count() < components) {
      detail::reject(where, "samples of positive weight", detail::text(opened.positive_count()),
                     "at least as many as components, " + detail::text(components));
    }
    const auto& parameters = detail::Access::parameters(mixture);
    detail::check_options(where, options, *parameters.form, mixture.dimension(), components);
    const double noise =
        parameters.has_noise() ? double(parameters.noise_weight) : options.noise.weight;
    known.check_shape(where, components, opened.count(), noise > 0);
    detail::Vector<typename Mixture::Scalar> weights = parameters.weights;
    if (options.fixed.equal_weights) weights.setOnes();  // whatever the start has
    detail::check_allowed(known, weights, noise, opened);
    detail::AnySamples<typename Mixture::Scalar, Mixture::Dim> samples(opened);
    detail::survey_for(options, samples);
    if constexpr (!drops) {
      return detail::fit_labelled(mixture, samples, known,
                                  detail::stopping_of(options, stopping::standard()), options);
    }
  }
  return {};
}

}  // namespace classification
}  // namespace EIGENMIX_ABI
}  // namespace eigenmix

#endif  // EIGENMIX_CLASSIFICATION_SEMI_SUPERVISED_HPP
