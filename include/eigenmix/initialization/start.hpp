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

/// Whether a start strategy says first which sample goes to which component, by a public member
///
///     template <class Samples, class Execution>
///     std::vector<int> labels(const Samples& samples, Index components, const Execution&) const;
///
/// that returns [N] numbers in [0, K), each of which occurs. Samples are AnySamples: dimension(),
/// count(), value(i, n), weight(n). selection::select takes a strategy with no other member: each
/// start is then `mixture_of_groups` of the labels, and several mixture types start from one call.
/// The other forms of a strategy, which `initialize` takes, are listed there.
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
                                                  typename Mixture::Covariance::Layout>;

/// What its family is.
template <class Mixture>
inline constexpr const auto& form_of_mixture =
    form_of<typename Mixture::Covariance, typename Mixture::Scalar, Mixture::Dim>;

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

/// Makes parameters to start from of samples whose components somebody knows.
template <class Parameters>
class StartMaker {
 public:
  using Scalar = typename Parameters::Scalar;
  using Samples = AnySamples<Scalar, Parameters::Dim>;
  using Fill = decltype(ResponsibilitySource<Parameters>::fill);

  /// \param where  who asks, for error messages
  /// \param form   of the family
  StartMaker(const char* where, const typename Parameters::Form& form, const Samples& samples,
             const AnyExecution& execution)
      : where_(where), form_(form), samples_(samples), execution_(execution) {}

  /// What an M-step makes of responsibilities; every component must have some.
  Parameters from(Fill fill, Index components) const;

  /// The normal distribution of all samples, as one component.
  Parameters single() const { return from(UnitResponsibilities(), 1); }

  /// Of groups of samples, for a start. A group of no more samples than dimensions has no
  /// covariance of its own, and would start, and stay, a collapsed component: it gets the average
  /// covariance of the others, or, if no group has one, that of all the data in a K-th of its
  /// volume.
  /// \param labels  [N] in [0, K)
  Parameters of_groups(const std::vector<int>& labels, Index components) const;

  const typename Parameters::Form& form() const { return form_; }

 private:
  Parameters from(Fill fill, Index components, const AnyDegeneracy& degeneracy) const;

  /// The average covariance of the groups that have one, or that of all the data, made smaller.
  Matrix<Scalar> covariance_for(const std::vector<Index>& thin, const Parameters& floored) const;

  const char* where_;
  const typename Parameters::Form& form_;
  const Samples& samples_;
  AnyExecution execution_;
};

template <class Parameters>
EIGENMIX_NOINLINE Parameters StartMaker<Parameters>::from(Fill fill, Index components) const {
  degeneracy::ResolutionFloor floor;
  return from(fill, components, AnyDegeneracy(floor));
}

template <class Parameters>
EIGENMIX_NOINLINE Parameters StartMaker<Parameters>::of_groups(const std::vector<int>& labels,
                                                               Index components) const {
  std::vector<Index> thin;
  NoteThin note(double(samples_.columns().informative(samples_.dimension())), thin);
  Parameters floored =
      from(LabelResponsibilities<int>(labels.data()), components, AnyDegeneracy(note));
  if (thin.empty()) return floored;
  Parameters result = floored;
  const Matrix<Scalar> common = covariance_for(thin, floored);
  for (const Index g : thin) result.group(g) = common;
  result.covariances = result.united_covariances().template cast<Scalar>();
  for (Index g = 0; g < result.group_count(); ++g) {
    if (!result.factorise(g)) return floored;  // common parts of what is nearly singular
  }
  result.derive();
  return result;
}

template <class Parameters>
EIGENMIX_NOINLINE Parameters StartMaker<Parameters>::from(Fill fill, Index components,
                                                          const AnyDegeneracy& degeneracy) const {
  Vector<Scalar, Parameters::Dim> one_sample(samples_.dimension());
  for (Index i = 0; i < samples_.dimension(); ++i) {
    one_sample(i) = samples_.value(i, samples_.first_positive());
  }
  const Origins<Scalar, Parameters::Dim> near(one_sample, components);
  auto moments = moments_from<Parameters>({fill, components}, samples_, near, execution_);
  for (Index k = 0; k < components; ++k) {
    if (is_empty(moments, k)) {
      reject(where_, "weight of the samples of component " + text(k), text(moments.counts()(k)),
             "at least one sample");
    }
  }
  Parameters result(form_);
  apply_m_step<Parameters>(where_, moments, samples_.columns(), {degeneracy}, result);
  return result;
}

template <class Parameters>
EIGENMIX_NOINLINE auto StartMaker<Parameters>::covariance_for(const std::vector<Index>& thin,
                                                              const Parameters& floored) const
    -> Matrix<Scalar> {
  Matrix<Scalar> pooled = floored.group(0);
  pooled.setZero();
  Scalar weight = 0;
  for (Index g = 0; g < floored.group_count(); ++g) {
    if (std::find(thin.begin(), thin.end(), g) != thin.end()) continue;
    pooled += floored.weights(g) * floored.group(g);
    weight += floored.weights(g);
  }
  if (weight > 0) {
    pooled /= weight;
    return pooled;
  }
  const Scalar volume =
      std::pow(Scalar(floored.component_count()), -2 / Scalar(samples_.dimension()));
  return single().group(0) * volume;
}

template <class Mixture, class Samples>
StartMaker<ParametersOf<Mixture>> start_maker(const char* where, const Samples& samples,
                                              const AnyExecution& execution) {
  return {where, form_of_mixture<Mixture>, samples, execution};
}

/// The mixture of groups of samples, see StartMaker::of_groups.
template <class Mixture, class Samples>
Mixture mixture_of_groups(const char* where, const Samples& samples, const std::vector<int>& labels,
                          Index components, const AnyExecution& execution) {
  return Access::make<Mixture>(
      start_maker<Mixture>(where, samples, execution).of_groups(labels, components));
}

/// K components of equal weight with the covariance of `one`, a single component, at their own
/// means.
/// \param means  [Dim x K]
template <class Parameters, class Means>
EIGENMIX_NOINLINE Parameters repeated_at(const Parameters& one, const Means& means) {
  Parameters all(*one.form);
  all.resize(means.rows(), means.cols());
  all.weights.setConstant(1 / typename Parameters::Scalar(means.cols()));
  all.means = means;
  all.apart = one.apart;
  all.density.set_apart(one.apart);
  for (Index g = 0; g < all.group_count(); ++g) {
    all.group(g) = one.group(0);
    all.factorise(g);
  }
  all.derive();
  return all;
}

}  // namespace detail
}  // namespace EIGENMIX_ABI
}  // namespace eigenmix

#endif  // EIGENMIX_INITIALIZATION_START_HPP
