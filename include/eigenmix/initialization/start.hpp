// SPDX-License-Identifier: MIT
#ifndef EIGENMIX_INITIALIZATION_START_HPP
#define EIGENMIX_INITIALIZATION_START_HPP

#include <algorithm>
#include <vector>

#include <eigenmix/gaussian_mixture.hpp>
#include <eigenmix/samples/any_samples.hpp>

namespace eigenmix {
inline namespace EIGENMIX_ABI {
namespace detail {

/// Whether a start strategy says first which sample goes to which component,
///
///     std::vector<int> labels(const Samples& samples, Index components, const Execution&) const;
///
/// numbers in [0, K), each of which occurs. Its start is then `mixture_of_groups` of them, and
/// several mixture types can start from one call.
template <class Strategy, class Samples, class Execution, class = void>
inline constexpr bool gives_labels_v = false;
template <class Strategy, class Samples, class Execution>
inline constexpr bool
    gives_labels_v<Strategy, Samples, Execution,
                   std::enable_if_t<std::is_same_v<std::vector<int>,
                                                   decltype(std::declval<const Strategy&>().labels(
                                                       std::declval<const Samples&>(), Index(1),
                                                       std::declval<const Execution&>()))>>> = true;

/// What a mixture type is made of.
template <class Mixture>
using ParametersOf = eigenmix::detail::Parameters<typename Mixture::Scalar, Mixture::Dim,
                                                  typename Mixture::Covariance>;

/// What is known of the dimensions of samples; nothing of those that are no view.
template <class Samples>
Columns columns_of(const Samples&) {
  return {};
}
template <class Scalar, int Dim>
const Columns& columns_of(const SamplesView<Scalar, Dim>& samples) {
  return samples.columns();
}

/// The mixture an M-step makes of responsibilities; every component must have some.
template <class Mixture, class Samples, class Source, class Degeneracy, class Execution>
Mixture mixture_from(const char* where, const Samples& samples, const Source& source,
                     Index components, Degeneracy degeneracy, const Execution& execution) {
  using Parameters = ParametersOf<Mixture>;
  Vector<typename Mixture::Scalar, Mixture::Dim> one_sample(samples.dimension());
  for (Index i = 0; i < samples.dimension(); ++i)
    one_sample(i) = samples.value(i, samples.first_positive());
  const Origins<typename Mixture::Scalar, Mixture::Dim> near(one_sample, components);
  MomentPass<Parameters> pass;
  auto& moments = moments_about_means(samples, source, near, execution, pass);
  for (Index k = 0; k < components; ++k) {
    if (is_empty(moments, k)) {
      reject(where, "weight of the samples of component " + text(k), text(moments.counts()(k)),
             "at least one sample");
    }
  }
  Parameters next;
  Repairs repairs;
  MStep<Parameters> m_step(where, columns_of(samples));
  m_step(moments, Parameters(), degeneracy, next, repairs);
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
  all.apart = one.apart;
  all.factors.set_apart(one.apart);
  for (Index g = 0; g < all.group_count(); ++g) {
    all.group(g) = one.group(0);
    all.factorise(g);
  }
  all.prepare();
  return Access::make<Mixture>(std::move(all));
}

/// The normal distribution of all samples, as a mixture of one component.
template <class Mixture, class Samples, class Execution>
Mixture single_component(const Samples& samples, const Execution& execution) {
  return mixture_from<Mixture>("initialize", samples, UnitResponsibilities(), 1,
                               degeneracy::ResolutionFloor(), execution);
}

/// Notes which components collapse for want of samples: no more of them than dimensions, which
/// always lie in a plane. More that do are what is there, see Atom.
class NoteThin : public degeneracy::ResolutionFloor {
 public:
  /// \param most  the weight of as many samples as there are dimensions
  NoteThin(double most, std::vector<Index>& noted) : most_(1.001 * most), noted_(&noted) {}
  degeneracy::Action on_collapse(const degeneracy::Collapse& collapse) {
    if (collapse.effective_count <= most_) noted_->push_back(collapse.component);
    return degeneracy::Action::floor;
  }

 private:
  double most_;
  std::vector<Index>* noted_;
};

/// The mixture of groups of samples, for a start. A group of no more samples than dimensions has no
/// covariance of its own, and would start, and stay, a collapsed component: it gets the average
/// covariance of the others, or, if no group has one, that of all the data in a K-th of its volume.
template <class Mixture, class Samples, class Label, class Execution>
Mixture mixture_of_groups(const char* where, const Samples& samples,
                          const std::vector<Label>& labels, Index components,
                          const Execution& execution) {
  using Scalar = typename Mixture::Scalar;
  std::vector<Index> thin;
  const LabelResponsibilities<Label> source(labels.data());
  double total = 0;
  for (Index n = 0; n < samples.count(); ++n) total += double(samples.weight(n));
  const Index informative = columns_of(samples).informative(samples.dimension());
  const NoteThin note(double(informative) * total / double(samples.positive_count()), thin);
  Mixture floored = mixture_from<Mixture>(where, samples, source, components, note, execution);
  if (thin.empty()) return floored;
  Mixture mixture = floored;
  auto& parameters = Access::parameters(mixture);
  auto pooled = parameters.group(0).eval();
  pooled.setZero();
  Scalar weight = 0;
  for (Index g = 0; g < parameters.group_count(); ++g) {
    if (std::find(thin.begin(), thin.end(), g) != thin.end()) continue;
    pooled += parameters.weights(g) * parameters.group(g);
    weight += parameters.weights(g);
  }
  if (weight > 0) {
    pooled /= weight;
  } else {
    const Mixture single = single_component<Mixture>(samples, execution);
    pooled = Access::parameters(single).group(0) *
             std::pow(Scalar(components), -2 / Scalar(samples.dimension()));
  }
  for (const Index g : thin) parameters.group(g) = pooled;
  parameters.covariances = parameters.united_covariances().template cast<Scalar>();
  for (Index g = 0; g < parameters.group_count(); ++g) {
    if (!parameters.factorise(g)) return floored;  // common parts of what is nearly singular
  }
  parameters.prepare();
  return mixture;
}

}  // namespace detail
}  // namespace EIGENMIX_ABI
}  // namespace eigenmix

#endif  // EIGENMIX_INITIALIZATION_START_HPP
