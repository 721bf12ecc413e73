// SPDX-License-Identifier: MIT
#ifndef EIGENMIX_ADAPTATION_ADAPT_HPP
#define EIGENMIX_ADAPTATION_ADAPT_HPP

#include <eigenmix/adaptation/map_step.hpp>
#include <eigenmix/gaussian_mixture.hpp>
#include <eigenmix/layout/given_moments.hpp>

namespace eigenmix {
inline namespace EIGENMIX_ABI {

/// A background model brought to few samples by relevance MAP (Reynolds, Quatieri & Dunn 2000,
/// equations 11 to 14): a speaker's model from the world's.
///
///     const auto speaker = adapt(world, x);                                       // the means
///     const auto other = adapt(world, x, {adaptation::Parts::all, 16});
///
/// A component that owns n of N samples, of mean m and covariance S, takes alpha = n / (n + r) of
/// them, r the relevance of the part:
/// \f[ \mu' = \mu + \alpha (m - \mu), \quad w' \propto \alpha \frac{n}{N} + (1 - \alpha) w, \quad
///     \Sigma' = \alpha [S + (m - \mu')(m - \mu')^T]
///             + (1 - \alpha) [\Sigma + (\mu - \mu')(\mu - \mu')^T] \f]
/// With one r for means and covariances the last is equation 13, whose squares of means cancel;
/// with two, or means that stay, it is still the second moment about the new mean, which equation
/// 13 is not: that would depend on where zero lies. A component without samples keeps its mean and
/// covariance. Relevance 0 for all that adapts is mixture.m_step(moments), the rest fixed, and
/// infinite relevance the background, both to the bit. The weight of a noise adapts with the
/// weights.
/// \param background  any family; covariances adapt where each component has its own: Full,
///                    Diagonal, Spherical
/// \param moments     of background.moments(x); sums of several are those of all
/// \param options     what adapts, and its relevance: see adaptation::Options
/// \return the adapted mixture, its components in the same order
/// \throws std::invalid_argument  if moments are of another shape, not finite or without weight, if
///         a relevance is negative, covariances of another family shall adapt, or a covariance is
///         no longer positive definite
/// \complexity  O(K Dim³) for dense families whose covariances adapt, O(K Dim²) if none do,
///              O(K Dim) for the others
template <class Scalar, int Dim, class Family, class Layout>
GaussianMixture<Scalar, Dim, Family> adapt(const GaussianMixture<Scalar, Dim, Family>& background,
                                           const Moments<Scalar, Dim, Layout>& moments,
                                           const adaptation::Options& options = {}) {
  using Mixture = GaussianMixture<Scalar, Dim, Family>;
  constexpr bool ok = std::is_same_v<Layout, typename Family::Layout>;
  static_assert(ok,
                "eigenmix: the moments are of another family than the mixture; take those of "
                "background.moments(x)");
  if constexpr (ok) {
    const auto& parameters = detail::Access::parameters(background);
    const detail::MapStep<std::decay_t<decltype(parameters)>> step(parameters, options);
    detail::check_given_moments("adapt", moments, background.dimension(),
                                background.component_count(), parameters.has_noise());
    auto moved = moments;
    return detail::Access::make<Mixture>(step(moved));
  } else {
    return background;
  }
}

/// The same from samples. Bitwise the same for every execution policy.
/// \param x  [Dim x N] samples, weighted(x, w) or counted(x, c)
/// \throws std::invalid_argument  as above, or if x has the wrong number of rows, no columns, or
///                                numbers that are not finite or whose squares are not
/// \complexity  a pass over x, seldom two, and the above
template <class Scalar, int Dim, class Family, class X, class Execution = execution::Serial>
GaussianMixture<Scalar, Dim, Family> adapt(const GaussianMixture<Scalar, Dim, Family>& background,
                                           const X& x, const adaptation::Options& options = {},
                                           const Execution& execution = {}) {
  using Mixture = GaussianMixture<Scalar, Dim, Family>;
  const auto& parameters = detail::Access::parameters(background);
  using Parameters = std::decay_t<decltype(parameters)>;
  const detail::MapStep<Parameters> step(parameters, options);
  const auto opened = detail::Boundary<Scalar, Dim>::checked("adapt", x, background.dimension());
  const detail::AnySamples<Scalar, Dim> samples(opened);
  auto moments =
      detail::moments_under<Parameters>(parameters, samples, detail::accepted_execution(execution));
  detail::check_summed_moments("adapt", moments, parameters.has_noise());
  return detail::Access::make<Mixture>(step(moments));
}

}  // namespace EIGENMIX_ABI
}  // namespace eigenmix

#endif  // EIGENMIX_ADAPTATION_ADAPT_HPP
