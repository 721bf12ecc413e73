// SPDX-License-Identifier: MIT
#ifndef EIGENMIX_PARAMETERS_PARAMETERS_HPP
#define EIGENMIX_PARAMETERS_PARAMETERS_HPP

#include <eigenmix/covariance/form.hpp>
#include <eigenmix/moments.hpp>
#include <eigenmix/samples/columns.hpp>

namespace eigenmix {
inline namespace EIGENMIX_ABI {
namespace detail {

/// The parameters of a mixture and what is derived from them for evaluation: the value that the
/// EM loop writes, swaps and compares. GaussianMixture is its public face.
///
/// Invariant: all parts are of one dimension and number of components, every group is factorised,
/// and `derive` was called after the last change. Who writes parts restores it before he hands the
/// parameters on; is_consistent says as much of it as shapes tell.
template <class Scalar_, int Dim_, class Layout_>
struct Parameters {
  using Scalar = Scalar_;
  using Real = Accumulator<Scalar>;
  using Layout = Layout_;
  static constexpr int Dim = Dim_;
  using Density = typename Layout::template Density<Scalar, Dim>;
  using Scratch = typename Layout::template Scratch<Scalar, Dim>;
  using Moments = eigenmix::Moments<Scalar, Dim, Layout>;

  using Form = detail::Form<Scalar, Dim, Layout>;

  explicit Parameters(const Form& of) : form(&of) {}

  Index dimension() const { return means.rows(); }
  Index component_count() const { return means.cols(); }
  Index group_count() const { return Layout::group_count(component_count()); }

  void resize(Index dimension, Index components) {
    const Index groups = Layout::group_count(components);
    weights.resize(components);
    means.resize(dimension, components);
    covariances.resize(Layout::storage_rows(dimension), Layout::storage_cols(dimension) * groups);
    density.resize(dimension, groups);
    log_normalizers.resize(components);
    log_constants.resize(components);
  }

  /// The stored covariance shared by the components of one group.
  auto group(Index g) {
    const Index width = Layout::storage_cols(dimension());
    return covariances.middleCols(g * width, width);
  }
  auto group(Index g) const {
    const Index width = Layout::storage_cols(dimension());
    return covariances.middleCols(g * width, width);
  }

  /// [Dim x Dim] the covariance of component k.
  Matrix<Scalar, Dim, Dim> covariance(Index k) const {
    Matrix<Scalar, Dim, Dim> dense = Layout::dense(group(Layout::group_of(k)), dimension());
    for (Index i = 0; i < apart.size(); ++i) {
      if (is_apart(i)) dense(i, i) = apart(i);
    }
    return dense;
  }

  Scalar variance(Index i, Index k) const {
    return is_apart(i) ? apart(i) : Layout::variance(group(Layout::group_of(k)), i);
  }

  /// Whether dimension i told nothing of the samples of the last fit: it is then independent of the
  /// others, with one mean and variance for all components, and in no form of the family.
  bool is_apart(Index i) const { return apart.size() > 0 && apart(i) > 0; }

  /// The number of dimensions that are not apart.
  Index informative_count() const {
    Index count = dimension();
    for (Index i = 0; i < apart.size(); ++i) count -= is_apart(i) ? 1 : 0;
    return count;
  }

  /// Log of the constant of the density that dimensions that are apart have in common.
  Scalar log_normalizer_apart() const {
    Real sum = 0;
    for (Index i = 0; i < apart.size(); ++i) {
      if (is_apart(i)) sum -= std::log(Real(apart(i))) / 2 + half_log_two_pi<Real>;
    }
    return Scalar(sum);
  }

  /// Sets apart the dimensions that tell nothing, before covariances are assigned.
  void set_apart(const Columns& columns) {
    if (columns.all_inform() && apart.size() == 0) return;
    apart.resize(columns.all_inform() ? 0 : dimension());
    for (Index i = 0; i < apart.size(); ++i) {
      apart(i) = columns.informs(i) ? Scalar(0) : Scalar(columns[i].variance);
    }
    density.set_apart(apart);
  }

  /// The covariances of the family's form that are nearest to the stored ones, where components
  /// have parts in common; those of heavier components count for more.
  auto united_covariances() const {
    using Estimates = typename Layout::template Storage<Real, Dim>;
    Estimates estimates = covariances.template cast<Real>();
    if (form->has_common_parts()) {
      form->unite(Vector<Real>(weights.template cast<Real>()), Estimates(), apart, estimates);
    }
    return estimates;
  }

  /// Renews the factor of one group. \return false unless its covariance is positive definite
  bool factorise(Index g) { return density.assign(g, group(g)); }

  /// How many of so many samples component k owns.
  double owned_count(Index k, double samples) const {
    return double(weights(k)) * (1 - double(noise_weight)) * samples;
  }

  /// Free ones: K - 1 weights, means and covariances in the dimensions that tell something, and the
  /// two of a background.
  Index parameter_count() const {
    const Index informative = informative_count();
    return component_count() * (1 + informative) - 1 + (has_noise() ? 2 : 0) +
           form->parameter_count(informative, component_count());
  }

  bool is_consistent() const {
    const Index d = dimension(), k = component_count();
    return form != nullptr && d > 0 && k > 0 && weights.size() == k &&
           covariances.rows() == Layout::storage_rows(d) &&
           covariances.cols() == Layout::storage_cols(d) * group_count() &&
           log_normalizers.size() == k && log_constants.size() == k &&
           (apart.size() == 0 || apart.size() == d);
  }

  void set_noise(double weight, double log_density) {
    noise_weight = Scalar(weight);
    log_noise_density = Scalar(log_density);
    derive();
  }

  /// Whether part of the samples comes from a uniform background and not from the components.
  bool has_noise() const { return noise_weight > 0; }

  /// Renews what log densities are computed from; call after weights, means and covariances.
  void derive() {
    density.derive(means, weights);
    const Real log_share = has_noise() ? std::log1p(-Real(noise_weight)) : Real(0);
    for (Index k = 0; k < component_count(); ++k) {
      const Real normalizer = density.log_normalizer(Layout::group_of(k));
      log_normalizers(k) = Scalar(normalizer);
      log_constants(k) = Scalar(normalizer + std::log(Real(weights(k))) + log_share);
    }
  }

  /// Removes component k and gives its weight to the others in proportion.
  void erase(Index k) {
    const Parameters before = *this;
    const Index rest = component_count() - 1;
    resize(before.dimension(), rest);
    for (Index to = 0; to < rest; ++to) {
      const Index from = to < k ? to : to + 1;
      weights(to) = before.weights(from);
      means.col(to) = before.means.col(from);
      group(Layout::group_of(to)) = before.group(Layout::group_of(from));
    }
    weights /= weights.sum();
    for (Index g = 0; g < group_count(); ++g) factorise(g);
    derive();
  }

  /// Replaces component k by one half of the heaviest component, which is cut across the
  /// dimension in which it is widest compared with `scale`.
  template <class Scale>
  void reseed(Index k, const Scale& scale) {
    Index heaviest = k == 0 ? 1 : 0;
    for (Index j = 0; j < component_count(); ++j) {
      if (j != k && weights(j) > weights(heaviest)) heaviest = j;
    }
    Index widest = 0;
    Scalar most = -1;
    for (Index i = 0; i < dimension(); ++i) {
      if (is_apart(i) || !(variance(i, heaviest) / scale(i) > most)) continue;
      most = variance(i, heaviest) / Scalar(scale(i));
      widest = i;
    }
    const Scalar half_width = std::sqrt(variance(widest, heaviest));
    means.col(k) = means.col(heaviest);
    means(widest, heaviest) -= half_width;
    means(widest, k) += half_width;
    group(Layout::group_of(k)) = group(Layout::group_of(heaviest));
    const Scalar weight = (weights(heaviest) + weights(k)) / 2;
    weights(heaviest) = weights(k) = weight;
    factorise(Layout::group_of(k));
    derive();
  }

  const Form* form;                                            // of the family
  Vector<Scalar> weights;                                      // K, a distribution
  Matrix<Scalar, Dim> means;                                   // Dim x K
  typename Layout::template Storage<Scalar, Dim> covariances;  // laid out by the family
  Density density;                                             // of the covariances, one per group
  Vector<Scalar> log_normalizers;                              // K, log of the densities' constants
  Vector<Scalar> log_constants;  // K, the same with the log weights added
  Vector<Scalar> apart;          // Dim variances of those that are apart, else 0; or empty
  Scalar noise_weight = 0;       // of the background, in [0, 1); the components share the rest
  Scalar log_noise_density = 0;  // uniform
};

}  // namespace detail
}  // namespace EIGENMIX_ABI
}  // namespace eigenmix

#endif  // EIGENMIX_PARAMETERS_PARAMETERS_HPP
