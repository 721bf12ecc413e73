// SPDX-License-Identifier: MIT
#ifndef EIGENMIX_GAUSSIAN_MIXTURE_FIT_HPP
#define EIGENMIX_GAUSSIAN_MIXTURE_FIT_HPP

#include <eigenmix/degeneracy/spurious.hpp>
#include <eigenmix/gaussian_mixture.hpp>
#include <eigenmix/samples/any_samples.hpp>

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

/// The moments of all samples about their means, by two passes: the means first, then the second
/// moments about them, so that no digits cancel wherever the first origins were.
/// \param near  origins of the first pass
template <class Parameters, class Samples, class Source, class Execution>
typename Parameters::Moments& moments_about_means(
    const Samples& samples, const Source& source,
    const typename MomentPass<Parameters>::Origins& near, const Execution& execution,
    MomentPass<Parameters>& pass) {
  const typename MomentPass<Parameters>::Origins means(
      pass(samples, source, near, execution).means().template cast<typename Parameters::Scalar>());
  return pass(samples, source, means, execution);
}

}  // namespace detail

template <class Scalar, int Dim, class Covariance>
void GaussianMixture<Scalar, Dim, Covariance>::set_noise(const Noise& noise) {
  detail::check_noise("set_noise", noise);
  parameters_.noise_weight = Scalar(noise.weight);
  parameters_.log_noise_density = Scalar(noise.log_density);
  parameters_.prepare();
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
  const auto opened = open("m_step", x);
  detail::SamplesView<Scalar, Dim> samples(opened);
  samples.survey();
  static_assert(std::is_same_v<typename R::Scalar, Scalar>,
                "eigenmix: the responsibilities have another scalar type than the mixture; pass "
                "responsibilities.template cast<Scalar>()");
  detail::check_shape("m_step", "responsibilities", responsibilities.rows(),
                      responsibilities.cols(), component_count(), samples.count());
  const detail::GivenResponsibilities<R> given(responsibilities.derived());
  detail::check_responsibilities("m_step", given, component_count(), samples.count(),
                                 parameters_.has_noise());
  detail::MomentPass<Parameters> pass;
  const typename detail::MomentPass<Parameters>::Origins near(means());
  auto& moments = detail::moments_about_means(samples, given, near,
                                              detail::accepted_execution(execution), pass);
  Parameters next;
  Repairs repairs;
  detail::MStep<Parameters> m_step("m_step", samples.columns());
  m_step(moments, parameters_, degeneracy, next, repairs);
  parameters_ = std::move(next);
  return repairs;
}

template <class Scalar, int Dim, class Covariance>
template <class Degeneracy>
Repairs GaussianMixture<Scalar, Dim, Covariance>::maximize(Moments moments, Degeneracy degeneracy) {
  static_assert(degeneracy::is_policy_v<Degeneracy>,
                "eigenmix: maximize takes a degeneracy policy, see degeneracy/policy.hpp");
  detail::check_shape("maximize", "moments (dimensions x components)", moments.dimension(),
                      moments.component_count(), dimension(), component_count());
  if (!(moments.counts().sum() > 0) || moments.counts().minCoeff() < 0 ||
      !moments.flat().allFinite()) {
    detail::reject("maximize", "moments", "no or negative counts or numbers that are not finite",
                   "finite moments of at least one sample");
  }
  Parameters next;
  Repairs repairs;
  detail::MStep<Parameters> m_step("maximize");
  m_step(moments, parameters_, degeneracy, next, repairs);
  parameters_ = std::move(next);
  return repairs;
}

template <class Scalar, int Dim, class Covariance>
template <class X, class Stopping, class Options>
FitResult GaussianMixture<Scalar, Dim, Covariance>::fit(const X& x, Stopping stopping,
                                                        Options options) {
  const auto samples = open("fit", x);
  if (samples.positive_count() < component_count()) {
    detail::reject("fit", "samples of positive weight", detail::text(samples.positive_count()),
                   "at least as many as components, " + detail::text(component_count()));
  }
  GaussianMixture working = *this;
  constexpr bool are_options = detail::is_fit_options_v<Options>;
  static_assert(are_options,
                "eigenmix: the third argument of fit is what fit_options(...) returns; wrap the "
                "degeneracy policy, execution policy or observer in it");
  if constexpr (are_options) {
    using View = detail::SamplesView<Scalar, Dim>;
    View view(samples);
    detail::survey_for<Options>(view);
    detail::EmLoop<GaussianMixture, View, Stopping, Options> loop(
        working, view, std::move(stopping), std::move(options));
    FitResult result = loop.run();
    *this = std::move(working);
    return result;
  } else {
    return {};
  }
}

}  // namespace EIGENMIX_ABI
}  // namespace eigenmix

#endif  // EIGENMIX_GAUSSIAN_MIXTURE_FIT_HPP
