// SPDX-License-Identifier: MIT
#ifndef EIGENMIX_GAUSSIAN_MIXTURE_FIT_HPP
#define EIGENMIX_GAUSSIAN_MIXTURE_FIT_HPP

// The members of a mixture that change its parameters.

#include <eigenmix/gaussian_mixture.hpp>
#include <eigenmix/layout/given_moments.hpp>

namespace eigenmix {
inline namespace EIGENMIX_ABI {
namespace detail {

/// Responsibilities given from outside: K x N, >= 0, columns summing to one, or, where noise has
/// the rest, to no more.
/// \param given  (k, n) -> number
template <class Given>
void check_responsibilities(const char* where, const Given& given, Index components, Index samples,
                            bool has_noise = false) {
  for (Index n = 0; n < samples; ++n) {
    double sum = 0;
    for (Index k = 0; k < components; ++k) {
      const auto share = given(k, n);
      if (!(share >= 0)) {
        reject(where, "responsibility(" + text(k) + ", " + text(n) + ")", text(share),
               "a number >= 0");
      }
      sum += double(share);
    }
    if (has_noise && sum < 1) continue;
    if (!(std::abs(sum - 1) <= probability_sum_tolerance)) {
      reject(where, "sum of the responsibilities of sample " + text(n), text(sum), "1 within 1e-5");
    }
  }
}

}  // namespace detail

template <class Scalar, int Dim, class Covariance>
void GaussianMixture<Scalar, Dim, Covariance>::set_noise(const Noise& noise) {
  detail::check_noise("set_noise", noise);
  parameters_.set_noise(noise.weight, noise.log_density);
}

template <class Scalar, int Dim, class Covariance>
template <class X, class R, class Degeneracy, class Execution>
Repairs GaussianMixture<Scalar, Dim, Covariance>::m_step(
    const X& x, const Eigen::DenseBase<R>& responsibilities, Degeneracy degeneracy,
    const Execution& execution) {
  static_assert(
      degeneracy::is_policy_v<Degeneracy>,
      "eigenmix: m_step takes a degeneracy policy, see degeneracy/policy.hpp, and after it an "
      "execution policy");
  const auto opened = checked("m_step", x);
  AnySamples samples(opened);
  samples.survey();
  static_assert(std::is_same_v<typename R::Scalar, Scalar>,
                "eigenmix: the responsibilities have another scalar type than the mixture; pass "
                "responsibilities.template cast<Scalar>()");
  detail::check_shape("m_step", "responsibilities",
                      {responsibilities.rows(), responsibilities.cols()},
                      {component_count(), samples.count()});
  const detail::GivenResponsibilities<R> given(responsibilities.derived());
  detail::check_responsibilities("m_step", given, component_count(), samples.count(),
                                 parameters_.has_noise());
  Moments moments = detail::moments_from<Parameters>({given, component_count()}, samples,
                                                     detail::Origins<Scalar, Dim>(means()),
                                                     detail::accepted_execution(execution));
  return detail::apply_m_step<Parameters>("m_step", moments, samples.columns(),
                                          {detail::AnyDegeneracy(degeneracy)}, parameters_);
}

template <class Scalar, int Dim, class Covariance>
template <class Degeneracy>
Repairs GaussianMixture<Scalar, Dim, Covariance>::m_step(Moments moments, Degeneracy degeneracy) {
  static_assert(degeneracy::is_policy_v<Degeneracy>,
                "eigenmix: m_step takes a degeneracy policy, see degeneracy/policy.hpp");
  detail::check_given_moments("m_step", moments, dimension(), component_count(),
                              parameters_.has_noise());
  return detail::apply_m_step<Parameters>("m_step", moments, {},
                                          {detail::AnyDegeneracy(degeneracy)}, parameters_);
}

template <class Scalar, int Dim, class Covariance>
template <class X, class Stopping, class Options>
FitResult GaussianMixture<Scalar, Dim, Covariance>::fit(const X& x, Stopping stopping,
                                                        Options options) {
  constexpr bool are_options = detail::is_fit_options_v<Options>;
  static_assert(are_options,
                "eigenmix: the third argument of fit is what fit_options(...) returns; wrap the "
                "degeneracy policy, execution policy or observer in it");
  static_assert(detail::names_no_stopping_v<Options>,
                "eigenmix: fit takes one stopping policy; it is the second argument or one of "
                "fit_options(...)");
  if constexpr (!are_options) {
    return {};
  } else if constexpr (is_source_v<X>) {
    auto pass = x.template open<Parameters>("fit", dimension(), options.execution);
    check_fit(options, pass.positive_count());
    detail::survey_for(options, pass);
    return run_fit(stopping, options, [&](auto& working, const auto& policies) {
      FitResult result = detail::run_em<Parameters>(
          working, detail::opened_moment_source<Parameters>(pass), policies);
      pass.report(working, result);
      return result;
    });
  } else {
    const auto opened = checked("fit", x);
    check_fit(options, opened.positive_count());
    AnySamples samples(opened);
    detail::survey_for(options, samples);
    return run_fit(stopping, options, [&](auto& working, const auto& policies) {
      return detail::run_em<Parameters>(working, samples, policies);
    });
  }
}

template <class Scalar, int Dim, class Covariance>
template <class Options>
void GaussianMixture<Scalar, Dim, Covariance>::check_fit(const Options& options,
                                                         Index samples) const {
  if (samples < component_count()) {
    detail::reject("fit", "samples of positive weight", detail::text(samples),
                   "at least as many as components, " + detail::text(component_count()));
  }
  detail::check_options("fit", options, *parameters_.form, dimension(), component_count());
}

template <class Scalar, int Dim, class Covariance>
template <class Stopping, class Options, class Engine>
FitResult GaussianMixture<Scalar, Dim, Covariance>::run_fit(Stopping& stopping, Options& options,
                                                            const Engine& engine) {
  GaussianMixture working = *this;
  const auto judge = [&](const Iteration& iteration) {
    return detail::judge_iteration(stopping, options.observers, iteration, std::as_const(working));
  };
  const detail::FitPolicies policies{options.execution,
                                     detail::m_step_policies(options),
                                     options.noise,
                                     options.leap_memory,
                                     judge,
                                     options.pairs};
  FitResult result = engine(working.parameters_, policies);
  *this = std::move(working);
  return result;
}

template <class Scalar, int Dim, class Covariance>
template <class X, class... Choices>
FitResult GaussianMixture<Scalar, Dim, Covariance>::fit(const X& x,
                                                        FitOptions<Choices...> options) {
  auto rest = detail::with_policies(options, detail::DefaultStopping(), options.execution,
                                    options.observers);
  return fit(x, detail::stopping_of(options, stopping::standard()), std::move(rest));
}

}  // namespace EIGENMIX_ABI
}  // namespace eigenmix

#endif  // EIGENMIX_GAUSSIAN_MIXTURE_FIT_HPP
