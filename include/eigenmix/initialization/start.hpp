// SPDX-License-Identifier: MIT
#ifndef EIGENMIX_INITIALIZATION_START_HPP
#define EIGENMIX_INITIALIZATION_START_HPP

#include <eigenmix/gaussian_mixture.hpp>

namespace eigenmix {
inline namespace EIGENMIX_ABI {
namespace detail {

/// What a mixture type is made of.
template <class Mixture>
using ParametersOf = eigenmix::detail::Parameters<typename Mixture::Scalar, Mixture::Dim,
                                                  typename Mixture::Covariance>;

/// A start should not be thinner than this, in variance, compared with the data: a group of fewer
/// samples than dimensions has no covariance of its own, and a start on the floor of a fit would be
/// a collapsed component that never recovers. 1e-3 is a thirtieth of the data's deviation, thinner
/// than any group that k-means can tell apart, and the first M-step corrects it.
inline degeneracy::RelativeFloor start_floor() { return degeneracy::RelativeFloor(1e-3); }

/// The mixture an M-step makes of responsibilities; every component must have some.
template <class Mixture, class Samples, class Source, class Degeneracy>
Mixture mixture_from(const char* where, const Samples& samples, const Source& source,
                     Index components, Degeneracy degeneracy) {
  using Parameters = ParametersOf<Mixture>;
  Matrix<typename Mixture::Scalar, Mixture::Dim> near(samples.dimension(), components);
  for (Index i = 0; i < samples.dimension(); ++i) near.row(i).setConstant(samples.value(i, 0));
  MomentPass<Parameters> pass;
  const auto& moments = pass(samples, source, near, execution::Serial());
  for (Index k = 0; k < components; ++k) {
    if (is_empty(moments, k)) {
      reject(where, "weight of the samples of component " + text(k), text(moments.counts()(k)),
             "at least one sample");
    }
  }
  Parameters next;
  maximize_from(samples, source, near, Parameters(), degeneracy, next);
  return Access::make<Mixture>(std::move(next));
}

/// The same component K times, but for its mean.
template <class Mixture, class Means>
Mixture spread_out(const Mixture& single, const Means& means) {
  const auto& one = Access::parameters(single);
  ParametersOf<Mixture> all;
  all.resize(means.rows(), means.cols());
  all.weights.setConstant(1 / typename Mixture::Scalar(means.cols()));
  all.means = means;
  for (Index g = 0; g < all.group_count(); ++g) {
    all.group(g) = one.group(0);
    all.factorise(g);
  }
  all.renew_constants();
  return Access::make<Mixture>(std::move(all));
}

/// The normal distribution of all samples, as a mixture of one component.
template <class Mixture, class Samples>
Mixture single_component(const Samples& samples) {
  return mixture_from<Mixture>("initialize", samples, UnitResponsibilities(), 1, start_floor());
}

}  // namespace detail
}  // namespace EIGENMIX_ABI
}  // namespace eigenmix

#endif  // EIGENMIX_INITIALIZATION_START_HPP
