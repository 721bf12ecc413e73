// SPDX-License-Identifier: MIT
#ifndef EIGENMIX_ENCODING_FISHER_SCORES_HPP
#define EIGENMIX_ENCODING_FISHER_SCORES_HPP

#include <cmath>

#include <eigenmix/covariance/diagonal.hpp>
#include <eigenmix/em/moment_pass.hpp>
#include <eigenmix/layout/given_moments.hpp>

namespace eigenmix {
inline namespace EIGENMIX_ABI {
namespace encoding {

/// Of a Fisher vector: as it is, or with signed square roots, brought to unit length.
enum class Form { plain, improved };

/// Which gradients a Fisher vector has.
enum class Parts { means_and_deviations, weights_too };

/// What a Fisher vector shall be.
struct Options {
  Form form = Form::plain;
  Parts parts = Parts::means_and_deviations;
};

}  // namespace encoding

namespace detail {

/// Refuses families whose moments have no second ones of each component and dimension.
template <class Mixture>
constexpr bool has_fisher_vectors() {
  constexpr bool ok = std::is_same_v<typename Mixture::Covariance::Layout, layout::Diagonal>;
  static_assert(ok,
                "eigenmix: Fisher vectors are of mixtures with a variance for each component and "
                "dimension; use covariance::Diagonal: GaussianMixture<Scalar, Dim, "
                "covariance::Diagonal>(m.weights(), m.means(), m.variances()), or fit one");
  return ok;
}

inline Index fisher_size(Index dimension, Index components, encoding::Parts parts) {
  const bool have_weights = parts == encoding::Parts::weights_too;
  return 2 * dimension * components + (have_weights ? components : 0);
}

/// The gradient of the mean log-likelihood from moments, in the metric of its closed-form Fisher
/// information; see fisher_vector.
template <class Parameters>
class FisherScores {
 public:
  using Scalar = typename Parameters::Scalar;
  using Real = typename Parameters::Real;
  using Moments = typename Parameters::Moments;

  FisherScores(const Parameters& parameters, const Moments& moments)
      : p_(parameters), moments_(moments) {}

  /// \param to  fisher_size numbers
  void write(encoding::Parts parts, Scalar* to) const {
    const Index d = p_.dimension(), components = p_.component_count();
    for (Index k = 0; k < components; ++k) {
      const Real scale = scale_of(k);
      write_component(k, scale, to + k * d, to + (components + k) * d);
      if (parts != encoding::Parts::weights_too) continue;
      const Real surplus = moments_.counts()(k) - moments_.total_weight() * Real(p_.weights(k));
      to[2 * d * components + k] = Scalar(scale * surplus);
    }
  }

 private:
  /// 1 / (N sqrt(w_k)); a component without weight has no samples and moves nothing.
  Real scale_of(Index k) const {
    const Real weight = Real(p_.weights(k));
    return weight > 0 ? 1 / (moments_.total_weight() * std::sqrt(weight)) : Real(0);
  }

  /// The moments are moved from their origin to the mean, a sum of terms of one sign where they are
  /// about the samples' own mean, and within the reach of a common centre else: see origins.hpp.
  void write_component(Index k, Real scale, Scalar* means, Scalar* deviations) const {
    const Real count = moments_.counts()(k), half = scale * std::sqrt(Real(0.5));
    for (Index i = 0; i < p_.dimension(); ++i) {
      const Real shift = Real(p_.means(i, k)) - moments_.origin()(i, k);
      const Real first = moments_.first()(i, k) - count * shift;
      const Real second = moments_.second()(i, k) - (first + moments_.first()(i, k)) * shift;
      const Real inverse = 1 / std::sqrt(Real(p_.variance(i, k)));
      means[i] = Scalar(scale * (first * inverse));
      deviations[i] = Scalar(half * (second * inverse * inverse - count));
    }
  }

  const Parameters& p_;
  const Moments& moments_;
};

/// Signed square roots, and unit length; a vector of zeros stays one.
template <class Scalar>
void improve(Scalar* values, Index size) {
  using Real = Accumulator<Scalar>;
  Real sum = 0;  // of the squares to come
  for (Index i = 0; i < size; ++i) sum += std::abs(Real(values[i]));
  if (!(sum > 0)) return;
  for (Index i = 0; i < size; ++i) {
    const Real root = std::sqrt(std::abs(Real(values[i])) / sum);
    values[i] = Scalar(values[i] < 0 ? -root : root);
  }
}

/// Writes the Fisher vector of moments. \throws std::invalid_argument  if Scalar cannot hold it
template <class Parameters>
void write_fisher_vector(const char* where, const Parameters& parameters,
                         const typename Parameters::Moments& moments,
                         const encoding::Options& options, typename Parameters::Scalar* to) {
  const Index size =
      fisher_size(parameters.dimension(), parameters.component_count(), options.parts);
  FisherScores<Parameters>(parameters, moments).write(options.parts, to);
  for (Index i = 0; i < size; ++i) {
    if (std::isfinite(to[i])) continue;
    reject(where, "entry " + text(i) + " of the Fisher vector", text(to[i]),
           "samples nearer to the components, compared with their deviations");
  }
  if (options.form == encoding::Form::improved) improve(to, size);
}

/// The moments under parameters about points near the components: of few samples too, whose own
/// means MomentPass::accumulate would go to in a second pass.
template <class Parameters>
typename Parameters::Moments moments_near(const char* where, const Parameters& parameters,
                                          const typename MomentPass<Parameters>::Samples& samples,
                                          const AnyExecution& execution) {
  Origins<typename Parameters::Scalar, Parameters::Dim> origins;
  choose_origins(parameters, origins);
  auto moments = moments_about<Parameters>(parameters, samples, origins, execution);
  check_summed_moments(where, moments, false);
  return moments;
}

}  // namespace detail
}  // namespace EIGENMIX_ABI
}  // namespace eigenmix

#endif  // EIGENMIX_ENCODING_FISHER_SCORES_HPP
