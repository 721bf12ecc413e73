// SPDX-License-Identifier: MIT
#ifndef EIGENMIX_PRIOR_NORMAL_INVERSE_WISHART_HPP
#define EIGENMIX_PRIOR_NORMAL_INVERSE_WISHART_HPP

#include <cmath>

#include <eigenmix/base/cholesky.hpp>
#include <eigenmix/base/errors.hpp>

namespace eigenmix {
inline namespace EIGENMIX_ABI {

/// What is known of the parameters before the samples are seen. Under a prior a fit maximises the
/// posterior density instead of the likelihood.
namespace prior {

/// The conjugate prior of a Gaussian mixture (Fraley & Raftery 2007; Gauvain & Lee 1994):
///
/// \f[ \Sigma_k \sim IW(\Lambda, \nu), \quad \mu_k | \Sigma_k \sim N(m, \Sigma_k / \kappa), \quad
///     w \sim Dirichlet(\alpha, \dots, \alpha) \f]
///
/// for every component, restricted to the covariances of the family; components that share one
/// covariance have one inverse Wishart factor. It acts as if every component had samples of its own
/// before the first: the fit's covariance is (Λ + W_k + κ (μ_k - m)(μ_k - m)^T) / (n_k + ν + Dim +
/// 2) for scatter W_k about the mean, so none can collapse. Computed in double. To make one costs
/// O(Dim³), a change of it never more than O(Dim).
class NormalInverseWishart {
 public:
  /// Means and weights are left free unless asked for: shrinkage is a choice, not a default.
  /// \param scale    [Dim x Dim] Λ, symmetric positive definite, squared units of the samples
  /// \param degrees  ν > Dim - 1
  /// \throws std::invalid_argument  if they are not as said
  template <class Derived>
  NormalInverseWishart(const Eigen::MatrixBase<Derived>& scale, double degrees)
      : root_(scale.template cast<double>()), degrees_(degrees), mean_(scale.rows()) {
    constexpr const char* where = "prior::NormalInverseWishart";
    detail::check_shape(where, "scale", {scale.rows(), scale.cols()}, {scale.rows(), scale.rows()});
    if (!is_symmetric() || !detail::cholesky_in_place(root_)) {
      detail::reject(where, "scale", "one that is not", "a symmetric positive definite matrix");
    }
    if (!(degrees > double(scale.rows() - 1)) || !std::isfinite(degrees)) {
      detail::reject(where, "degrees", detail::text(degrees),
                     "more than Dim - 1 = " + detail::text(scale.rows() - 1) +
                         ", or the prior has no density");
    }
    detail::fill(mean_, 0.0);
  }

  /// Draws the means towards `mean` [Dim], in the unit of the samples, as `count` > 0 samples there
  /// would.
  /// \throws std::invalid_argument  if the mean has another shape or is not finite, or if `count`
  ///                                is not finite and > 0
  template <class Derived>
  NormalInverseWishart& shrink_means(const Eigen::MatrixBase<Derived>& mean, double count) {
    constexpr const char* where = "prior::NormalInverseWishart::shrink_means";
    detail::check_shape(where, "mean", {mean.rows(), mean.cols()}, {dimension(), 1});
    if (!mean.allFinite()) detail::reject(where, "mean", "NaN or infinity", "finite numbers");
    mean_count_ = detail::positive(where, "count", count);
    mean_ = mean.template cast<double>();
    return *this;
  }

  /// Draws the weights together as `concentration` - 1 >= 0 samples more in each component would.
  /// Less than one would push components to weight zero, where the density has no maximum.
  /// \throws std::invalid_argument  unless concentration is finite and >= 1
  NormalInverseWishart& dirichlet(double concentration) {
    if (!(concentration >= 1) || !std::isfinite(concentration)) {
      detail::reject("prior::NormalInverseWishart::dirichlet", "concentration",
                     detail::text(concentration), "a finite number >= 1");
    }
    concentration_ = concentration;
    return *this;
  }

  Index dimension() const { return mean_.size(); }  ///< Dim
  double degrees() const { return degrees_; }       ///< ν > Dim - 1

  /// [Dim] m, in the unit of the samples; zeros where means are free.
  const detail::Vector<double>& mean() const { return mean_; }
  /// κ >= 0, in samples; zero where means are free.
  double mean_count() const { return mean_count_; }
  /// α >= 1; one where weights are free.
  double concentration() const { return concentration_; }

  /// Entry (i, j) of L, lower triangular [Dim x Dim] with L L^T = Λ; in the unit of the samples.
  double root(Index i, Index j) const { return i < j ? 0 : root_(i, j); }

  /// What the samples' counts are raised by in the covariance of a group of components:
  /// ν + Dim + 1, and one for each component if means are drawn to m. O(1); `components` is not
  /// checked.
  double extra_count(Index components) const {
    return degrees_ + double(dimension() + 1) + (mean_count_ > 0 ? double(components) : 0);
  }

 private:
  /// Whether the scale, all finite, is so but for what a printed table leaves of its digits.
  bool is_symmetric() const {
    double difference = 0, size = 0;
    for (Index j = 0; j < root_.cols(); ++j) {
      for (Index i = 0; i < root_.rows(); ++i) {
        if (!std::isfinite(root_(i, j))) return false;
        difference += (root_(i, j) - root_(j, i)) * (root_(i, j) - root_(j, i));
        size += root_(i, j) * root_(i, j);
      }
    }
    return difference <= 1e-16 * size;
  }

  detail::Matrix<double> root_;
  double degrees_;
  detail::Vector<double> mean_;
  double mean_count_ = 0;
  double concentration_ = 1;
};

}  // namespace prior
}  // namespace EIGENMIX_ABI
}  // namespace eigenmix

#endif  // EIGENMIX_PRIOR_NORMAL_INVERSE_WISHART_HPP
