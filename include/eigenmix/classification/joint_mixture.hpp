// SPDX-License-Identifier: MIT
#ifndef EIGENMIX_CLASSIFICATION_JOINT_MIXTURE_HPP
#define EIGENMIX_CLASSIFICATION_JOINT_MIXTURE_HPP

#include <utility>
#include <vector>

#include <eigenmix/classification/edda.hpp>
#include <eigenmix/classification/mixture_da.hpp>

namespace eigenmix {
inline namespace EIGENMIX_ABI {
namespace classification {

/// The components of all classes in one mixture.
template <class Scalar, int Dim>
struct JointMixture {
  GaussianMixture<Scalar, Dim> mixture;        ///< weights are prior times weight in the class
  std::vector<std::vector<Index>> components;  ///< of each class, as AllowedComponents takes them
};

}  // namespace classification

namespace detail {

/// Gathers components of classes.
template <class Scalar, int Dim>
struct JointParts {
  /// \param prior  of the class
  /// \param share  of component k of `mixture` in the class
  template <class Mixture>
  void add(const Mixture& mixture, Index k, double prior, double share) {
    weights.push_back(Scalar(prior * share));
    means.push_back(mixture.means().col(k));
    covariances.push_back(mixture.covariance(k));
    components.back().push_back(static_cast<Index>(weights.size()) - 1);
  }

  classification::JointMixture<Scalar, Dim> joined() {
    const auto count = static_cast<Index>(weights.size());
    Vector<Scalar> all(count);
    Matrix<Scalar, Dim> centres(means.front().size(), count);
    for (Index k = 0; k < count; ++k) {
      all(k) = weights[static_cast<std::size_t>(k)];
      centres.col(k) = means[static_cast<std::size_t>(k)];
    }
    return {GaussianMixture<Scalar, Dim>(all, centres, covariances), std::move(components)};
  }

  std::vector<Scalar> weights;
  std::vector<Vector<Scalar, Dim>> means;
  std::vector<Matrix<Scalar, Dim, Dim>> covariances;
  std::vector<std::vector<Index>> components;
};

}  // namespace detail

namespace classification {

/// The mixture of the classes with the priors as weights, of full covariances: p(x) of a
/// classifier, to draw samples from or to fit further, as by fit_semi_supervised with
/// AllowedComponents(labels, joint.components). By definition Σ_c prior_c p_c(x); O(K Dim³), and
/// throws what the constructor of a mixture does.
template <class... Mixture>
auto joint_mixture(const Edda<Mixture...>& classifier) {
  using Densities = EddaDensities<Mixture...>;
  detail::JointParts<typename Densities::Scalar, Densities::Dim> parts;
  classifier.densities().visit([&](const auto& mixture) {
    for (Index c = 0; c < classifier.class_count(); ++c) {
      parts.components.emplace_back();
      parts.add(mixture, c, classifier.priors()(c), 1);
    }
  });
  return parts.joined();
}

/// Likewise of a classifier by mixtures. \throws std::invalid_argument  if a class has noise
template <class... Mixture>
auto joint_mixture(const MixtureDa<Mixture...>& classifier) {
  using Densities = MixtureDaDensities<Mixture...>;
  detail::JointParts<typename Densities::Scalar, Densities::Dim> parts;
  for (Index c = 0; c < classifier.class_count(); ++c) {
    parts.components.emplace_back();
    classifier.densities().visit(c, [&](const auto& mixture) {
      if (mixture.noise().weight > 0) {
        detail::reject("joint_mixture", "noise of class " + detail::text(c),
                       detail::text(mixture.noise().weight), "none: classes have different ones");
      }
      for (Index k = 0; k < mixture.component_count(); ++k) {
        parts.add(mixture, k, classifier.priors()(c), double(mixture.weights()(k)));
      }
    });
  }
  return parts.joined();
}

}  // namespace classification
}  // namespace EIGENMIX_ABI
}  // namespace eigenmix

#endif  // EIGENMIX_CLASSIFICATION_JOINT_MIXTURE_HPP
