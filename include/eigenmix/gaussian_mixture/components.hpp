// SPDX-License-Identifier: MIT
#ifndef EIGENMIX_GAUSSIAN_MIXTURE_COMPONENTS_HPP
#define EIGENMIX_GAUSSIAN_MIXTURE_COMPONENTS_HPP

// The members of a mixture that are about its components: one by one, one more, one less.

#include <eigenmix/gaussian_mixture.hpp>

namespace eigenmix {
inline namespace EIGENMIX_ABI {

template <class Scalar, int Dim, class Covariance>
auto GaussianMixture<Scalar, Dim, Covariance>::covariance(Index k) const -> CovarianceMatrix {
  detail::check_component("covariance", k, component_count());
  return parameters_.covariance(k);
}

template <class Scalar, int Dim, class Covariance>
auto GaussianMixture<Scalar, Dim, Covariance>::covariances() const
    -> std::vector<CovarianceMatrix> {
  std::vector<CovarianceMatrix> result;
  for (Index k = 0; k < component_count(); ++k) result.push_back(parameters_.covariance(k));
  return result;
}

template <class Scalar, int Dim, class Covariance>
auto GaussianMixture<Scalar, Dim, Covariance>::variances() const -> Means {
  Means result(dimension(), component_count());
  for (Index k = 0; k < component_count(); ++k) {
    for (Index i = 0; i < dimension(); ++i) result(i, k) = parameters_.variance(i, k);
  }
  return result;
}

template <class Scalar, int Dim, class Covariance>
auto GaussianMixture<Scalar, Dim, Covariance>::component(Index k) const -> Component {
  detail::check_component("component", k, component_count());
  return {weights()(k), means().col(k), parameters_.covariance(k)};
}

template <class Scalar, int Dim, class Covariance>
Index GaussianMixture<Scalar, Dim, Covariance>::split(Index k) {
  detail::check_component("split", k, component_count());
  parameters_ = detail::split_component("split", parameters_, k);
  return component_count() - 1;
}

template <class Scalar, int Dim, class Covariance>
Index GaussianMixture<Scalar, Dim, Covariance>::merge(Index i, Index j) {
  detail::check_component("merge", i, component_count());
  detail::check_component("merge", j, component_count());
  if (i == j) detail::reject("merge", "components", "the same twice", "two");
  parameters_ = detail::merge_components("merge", parameters_, i, j);
  return i < j ? i : j;
}

template <class Scalar, int Dim, class Covariance>
Index GaussianMixture<Scalar, Dim, Covariance>::insert(const Component& component) {
  parameters_ = detail::insert_component("insert", parameters_, component);
  return component_count() - 1;
}

template <class Scalar, int Dim, class Covariance>
void GaussianMixture<Scalar, Dim, Covariance>::erase(Index k) {
  detail::check_component("erase", k, component_count());
  if (component_count() == 1) {
    detail::reject("erase", "number of components", "1", "at least two, of which one is left");
  }
  const auto& weights = parameters_.weights;
  if (!(weights.head(k).sum() + weights.tail(component_count() - k - 1).sum() > 0)) {
    detail::reject("erase", "weight of the other components", "0", "one that has some");
  }
  Parameters next = parameters_;
  next.erase(k);
  parameters_ = std::move(next);
}

template <class Scalar, int Dim, class Covariance>
template <class Generator>
auto GaussianMixture<Scalar, Dim, Covariance>::sample(Index count, Generator&& engine) const
    -> Sample<Scalar, Dim> {
  if (count < 0) detail::reject("sample", "count", detail::text(count), "a number >= 0");
  Sample<Scalar, Dim> result{Means(dimension(), count), Labels(count)};
  detail::draw_samples(parameters_, engine, result.samples, result.labels);
  return result;
}

}  // namespace EIGENMIX_ABI
}  // namespace eigenmix

#endif  // EIGENMIX_GAUSSIAN_MIXTURE_COMPONENTS_HPP
