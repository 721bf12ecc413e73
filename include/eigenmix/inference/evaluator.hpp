// SPDX-License-Identifier: MIT
#ifndef EIGENMIX_INFERENCE_EVALUATOR_HPP
#define EIGENMIX_INFERENCE_EVALUATOR_HPP

#include <cmath>
#include <limits>

#include <eigenmix/gaussian_mixture.hpp>
#include <eigenmix/inference/packed_components.hpp>

namespace eigenmix {
inline namespace EIGENMIX_ABI {
namespace density {

/// A mixture of a fixed dimension, packed to be asked about one sample at a time: in a control loop
/// or a particle filter, where there is no matrix of samples to hand to the mixture. Components lie
/// in SIMD lanes. Nothing that is asked allocates, throws or takes a lock, and all of it may be
/// asked from several threads at once.
///
///     density::Evaluator evaluator(mixture);          // Evaluator<Scalar, Dim>
///     const double at_x = evaluator.log_density(x);   // x: Eigen::Matrix<Scalar, Dim, 1>
///
/// Answers are the mixture's (equations 3 to 5) to rounding, its background included. A sample so
/// far out that its distance overflows has a finite log density, and so has one that is not finite:
/// the lowest.
/// A log density of 4 to 16 components in two to six dimensions takes 20 to 45 ns in double, of 64
/// 70 to 115, where mixture.log_density(x) of one column takes 300 to 2300 (AVX-512;
/// benchmark/inference.cpp).
/// \tparam Dim  of the mixture, not Eigen::Dynamic: the loops over it are unrolled
template <class Scalar_, int Dim_>
class Evaluator {
  static_assert(Dim_ >= 1,
                "eigenmix: a density::Evaluator is of a fixed dimension: "
                "Evaluator<Scalar, Dim>(GaussianMixture<Scalar, Dim, ...>)");

 public:
  using Scalar = Scalar_;
  static constexpr int Dim = Dim_;
  using Sample = detail::Vector<Scalar, Dim>;

  /// Of a mixture of any family. Allocates once. \complexity  O(K Dim³)
  template <class Covariance>
  explicit Evaluator(const GaussianMixture<Scalar_, Dim_, Covariance>& mixture)
      : Evaluator(mixture, mixture.component_count()) {}

  /// With room for mixtures of up to most_components that `assign` is to bring.
  /// \throws std::invalid_argument  if the mixture has more
  /// \complexity  O(K Dim³ + most_components Dim²)
  template <class Covariance>
  Evaluator(const GaussianMixture<Scalar_, Dim_, Covariance>& mixture, Index most_components)
      : most_components_(most_components) {
    check(mixture, "Evaluator");
    components_.allocate(most_components + 1);
    pack(mixture);
  }

  /// Takes over another mixture, of any family, without an allocation. Not while others ask.
  /// \throws std::invalid_argument  if it has more components than there is room for; then nothing
  ///                                has changed
  /// \complexity  O(K Dim³)
  template <class Covariance>
  void assign(const GaussianMixture<Scalar, Dim, Covariance>& mixture) {
    check(mixture, "Evaluator::assign");
    pack(mixture);
  }

  Index component_count() const noexcept { return count_; }            ///< K
  Index most_components() const noexcept { return most_components_; }  ///< that there is room for

  /// log p(x) in nats, finite always. O(K Dim²) \param x  [Dim]
  Scalar log_density(const Sample& x) const noexcept {
    return components_.log_density(x.data()) + common(x);
  }

  /// The probabilities that x came from each component. They sum to one less the background's.
  /// \param x    [Dim]
  /// \param out  [K] a vector, a column of a matrix, an Eigen::Map
  /// \return false, and nothing is written, if `out` has another size. O(K Dim²)
  bool responsibilities(const Sample& x, Eigen::Ref<detail::Vector<Scalar>> out) const noexcept {
    if (out.size() != count_) return false;
    components_.responsibilities(x.data(), out.data(), count_);
    return true;
  }

  /// The component most responsible for x, [Dim], the first of equals; K where that is the
  /// background. O(K Dim²)
  Index most_responsible(const Sample& x) const noexcept {
    return components_.most_responsible(x.data());
  }

 private:
  using Real = Accumulator<Scalar>;
  using Square = detail::Matrix<Real, Dim, Dim>;

  template <class Mixture>
  void check(const Mixture& mixture, const char* where) const {
    if (mixture.component_count() <= most_components_) return;
    detail::reject(where, "number of components", detail::text(mixture.component_count()),
                   "at most " + detail::text(most_components_) + ", for which there is room");
  }

  template <class Mixture>
  void pack(const Mixture& mixture) noexcept {
    const auto& parameters = detail::Access::parameters(mixture);
    count_ = mixture.component_count();
    set_apart(parameters);
    components_.clear(count_ + (parameters.has_noise() ? 1 : 0));
    for (Index k = 0; k < count_; ++k) {
      components_.set(k, parameters.means.col(k).data(), inverse_factor(parameters, k),
                      parameters.log_constants(k));
    }
    if (parameters.has_noise()) {
      components_.set_constant(count_, std::log(parameters.noise_weight) +
                                           parameters.log_noise_density +
                                           parameters.log_normalizer_apart());
    }
  }

  /// L^-1 of component k, with rows of zeros for dimensions that are apart.
  template <class Parameters>
  static Square inverse_factor(const Parameters& parameters, Index k) noexcept {
    Square inverse;
    if constexpr (Parameters::Layout::is_dense) {
      Square lower = parameters.covariance(k).template cast<Real>();
      for (Index i = 0; i < Dim; ++i) {
        if (parameters.is_apart(i)) lower(i, i) = 1;
      }
      detail::cholesky_in_place(lower);  // a mixture's are positive definite
      detail::invert(lower, inverse);
    } else {
      detail::set_identity(inverse, Dim);
      for (Index i = 0; i < Dim; ++i) {
        inverse(i, i) = 1 / std::sqrt(Real(parameters.variance(i, k)));
      }
    }
    for (Index i = 0; i < Dim; ++i) {
      if (parameters.is_apart(i)) inverse(i, i) = 0;
    }
    return inverse;
  }

  /// Dimensions that are apart are the same in all components: what they make of a log density is
  /// added to it at last, so that differences of components are not lost beside it.
  template <class Parameters>
  void set_apart(const Parameters& parameters) noexcept {
    has_apart_ = parameters.apart.size() > 0;
    for (Index i = 0; has_apart_ && i < Dim; ++i) {
      apart_mean_(i) = parameters.means(i, 0);
      apart_inverse_(i) = parameters.is_apart(i) ? 1 / std::sqrt(parameters.apart(i)) : Scalar(0);
    }
  }

  Scalar common(const Sample& x) const noexcept {
    if (!has_apart_) return 0;
    Scalar sum = 0;
    for (Index i = 0; i < Dim; ++i) {
      const Scalar deviations = (x(i) - apart_mean_(i)) * apart_inverse_(i);
      sum -= deviations * deviations / 2;
    }
    // A quarter: beside the lowest log density of the components it is finite still.
    const Scalar lowest = std::numeric_limits<Scalar>::lowest() / 4;
    return sum > lowest ? sum : lowest;
  }

  Index most_components_ = 0;
  Index count_ = 0;
  detail::PackedComponents<Scalar, Dim> components_;
  bool has_apart_ = false;
  Sample apart_mean_ = Sample::Zero(), apart_inverse_ = Sample::Zero();
};

}  // namespace density
}  // namespace EIGENMIX_ABI
}  // namespace eigenmix

#endif  // EIGENMIX_INFERENCE_EVALUATOR_HPP
