// SPDX-License-Identifier: MIT
#ifndef EIGENMIX_INFERENCE_LOCAL_DENSITY_HPP
#define EIGENMIX_INFERENCE_LOCAL_DENSITY_HPP

#include <algorithm>
#include <cmath>
#include <limits>
#include <utility>
#include <vector>

#include <eigenmix/base/access.hpp>
#include <eigenmix/base/cholesky.hpp>
#include <eigenmix/base/errors.hpp>
#include <eigenmix/base/fill.hpp>
#include <eigenmix/inference/log_sum.hpp>

namespace eigenmix {
inline namespace EIGENMIX_ABI {
namespace detail {

/// One of the terms that a density is the sum of: a component or the background.
template <class Real>
struct DensityPart {
  Real log_constant = 0;   // log of its weight and of its density where that is greatest
  Vector<Real> mean;       // [Dim]
  Matrix<Real> whitening;  // [Dim x Dim] lower triangular W: W^T W is the precision; zero in
                           // dimensions that are apart, and of a background
};

/// The components of a mixture that have weight.
template <class Real, class Mixture>
std::vector<DensityPart<Real>> component_density_parts(const char* where, const Mixture& mixture) {
  const auto& parameters = Access::parameters(mixture);
  const double noise_weight = mixture.noise().weight;
  std::vector<DensityPart<Real>> parts;
  for (Index k = 0; k < mixture.component_count(); ++k) {
    if (!(mixture.weights()(k) > 0)) continue;
    DensityPart<Real> part;
    part.mean = mixture.means().col(k).template cast<Real>();
    Matrix<Real> factor = mixture.covariance(k).template cast<Real>();
    if (!cholesky_in_place(factor)) {
      reject(where, "covariance " + text(k), "one that cannot be represented",
             "covariances of a more even scale");
    }
    invert(factor, part.whitening);
    part.log_constant = std::log(Real(mixture.weights()(k))) + std::log1p(-Real(noise_weight));
    for (Index i = 0; i < mixture.dimension(); ++i) {
      part.log_constant += std::log(part.whitening(i, i)) - half_log_two_pi<Real>;
      if (parameters.is_apart(i)) part.whitening(i, i) = 0;
    }
    parts.push_back(std::move(part));
  }
  return parts;
}

/// The same and the background, which is the last.
template <class Real, class Mixture>
std::vector<DensityPart<Real>> density_parts(const char* where, const Mixture& mixture) {
  const auto& parameters = Access::parameters(mixture);
  const Index d = mixture.dimension();
  auto parts = component_density_parts<Real>(where, mixture);
  if (parameters.has_noise()) {
    DensityPart<Real> part;
    part.log_constant = std::log(Real(mixture.noise().weight)) + Real(mixture.noise().log_density) +
                        Real(parameters.log_normalizer_apart());
    part.mean = mixture.means().col(0).template cast<Real>();
    set_zero(part.whitening, d, d);
    parts.push_back(std::move(part));
  }
  return parts;
}

/// [Dim] one over the variances of dimensions that are apart, zero in others.
template <class Real, class Mixture>
Vector<Real> precisions_apart(const Mixture& mixture) {
  const auto& parameters = Access::parameters(mixture);
  Vector<Real> result;
  set_zero(result, mixture.dimension());
  for (Index i = 0; i < mixture.dimension(); ++i) {
    if (parameters.is_apart(i)) result(i) = 1 / Real(parameters.apart(i));
  }
  return result;
}

/// The density of a mixture about one point, and its derivatives there. Dimensions that are apart
/// are the same in all parts, so that they have no say in responsibilities.
template <class Real>
class LocalDensity {
 public:
  template <class Mixture>
  LocalDensity(const char* where, const Mixture& mixture)
      : LocalDensity(density_parts<Real>(where, mixture), precisions_apart<Real>(mixture)) {}

  /// \param apart  [Dim] precisions of dimensions that are apart
  LocalDensity(std::vector<DensityPart<Real>> parts, Vector<Real> apart)
      : parts_(std::move(parts)), apart_(std::move(apart)) {
    const Index d = dimension(), count = part_count();
    set_zero(responsibilities_, count);
    set_zero(slopes_, d, count);
    set_zero(common_, d);
    set_zero(gradient_, d);
    set_zero(whitened_, d);
  }

  Index dimension() const { return apart_.size(); }
  Index part_count() const { return static_cast<Index>(parts_.size()); }
  const DensityPart<Real>& part(Index k) const { return parts_[static_cast<std::size_t>(k)]; }
  Real log_density() const { return log_density_; }
  const Vector<Real>& gradient() const { return gradient_; }

  /// O(K Dim²). \param x  [Dim] finite
  void move_to(const Vector<Real>& x) {
    LogSum<Real> sum;
    for (Index k = 0; k < part_count(); ++k) {
      responsibilities_(k) = part(k).log_constant - square(k, x, Real(1)) / 2;
      sum.add(responsibilities_(k));
    }
    log_density_ = sum.value();
    if (log_density_ > -std::numeric_limits<Real>::infinity()) {
      for (Index k = 0; k < part_count(); ++k) {
        responsibilities_(k) = std::exp(responsibilities_(k) - log_density_);
      }
    } else {
      give_to_nearest(x);
    }
    add_up(x);
  }

  /// The Hessian of log p, Σ_k r_k ((g_k - g)(g_k - g)^T - P_k), where g_k are the gradients of the
  /// parts, g their mean and P_k the precisions; O(K Dim³).
  Matrix<Real> hessian() const {
    Matrix<Real> result = mean_precision();
    for (Index i = 0; i < result.size(); ++i) result.data()[i] = -result.data()[i];
    for (Index k = 0; k < part_count(); ++k) {
      const Real share = responsibilities_(k);
      if (share <= Real(0) || share >= Real(1)) continue;
      for (Index j = 0; j < dimension(); ++j) {
        const Real of_j = share * (slopes_(j, k) - common_(j));
        for (Index i = 0; i < dimension(); ++i) {
          result(i, j) += (slopes_(i, k) - common_(i)) * of_j;
        }
      }
    }
    return result;
  }

  /// Σ_k r_k P_k.
  Matrix<Real> mean_precision() const {
    Matrix<Real> result;
    set_zero(result, dimension(), dimension());
    for (Index i = 0; i < dimension(); ++i) result(i, i) = apart_(i);
    for (Index k = 0; k < part_count(); ++k) {
      if (responsibilities_(k) > 0) add_precision(k, responsibilities_(k), result);
    }
    return result;
  }

 private:
  /// The squared distance from the mean of part k, in deviations; leaves the part's gradient in its
  /// column of slopes_. \param scale  of all differences
  Real square(Index k, const Vector<Real>& x, Real scale) {
    const Matrix<Real>& whitening = part(k).whitening;
    const Vector<Real>& mean = part(k).mean;
    const Index d = dimension();
    std::fill_n(whitened_.data(), d, Real(0));
    for (Index j = 0; j < d; ++j) {
      const Real difference = scale * x(j) - scale * mean(j);
      for (Index i = j; i < d; ++i) whitened_(i) += whitening(i, j) * difference;
    }
    Real result = 0;
    for (Index j = 0; j < d; ++j) {
      result += whitened_(j) * whitened_(j);
      Real slope = 0;
      for (Index i = j; i < d; ++i) slope -= whitening(i, j) * whitened_(i);
      slopes_(j, k) = slope;
    }
    return result;
  }

  /// So far out that all densities underflow even as logs, the part that the point is nearest to,
  /// in deviations, is the only one.
  void give_to_nearest(const Vector<Real>& x) {
    const Real scale = 16 * std::numeric_limits<Real>::min();  // its squares of 1e154 are normal
    Index nearest = 0;
    Real least = std::numeric_limits<Real>::infinity();
    for (Index k = 0; k < part_count(); ++k) {
      const Real distance = square(k, x, scale);
      if (distance < least) {
        least = distance;
        nearest = k;
      }
    }
    std::fill_n(responsibilities_.data(), part_count(), Real(0));
    responsibilities_(nearest) = 1;
    for (Index i = 0; i < dimension(); ++i) slopes_(i, nearest) /= scale;
  }

  void add_up(const Vector<Real>& x) {
    for (Index i = 0; i < dimension(); ++i) {
      common_(i) = 0;
      for (Index k = 0; k < part_count(); ++k) {
        if (responsibilities_(k) > 0) common_(i) += responsibilities_(k) * slopes_(i, k);
      }
      const Real difference = x(i) - part(0).mean(i);
      gradient_(i) = common_(i) - apart_(i) * difference;
      log_density_ -= apart_(i) * difference * difference / 2;
    }
  }

  void add_precision(Index k, Real share, Matrix<Real>& sum) const {
    const Matrix<Real>& whitening = part(k).whitening;
    for (Index j = 0; j < dimension(); ++j) {
      for (Index i = 0; i < dimension(); ++i) {
        Real product = 0;
        for (Index l = std::max(i, j); l < dimension(); ++l) {
          product += whitening(l, i) * whitening(l, j);
        }
        sum(i, j) += share * product;
      }
    }
  }

  std::vector<DensityPart<Real>> parts_;
  Vector<Real> apart_;             // [Dim] precisions of dimensions that are apart
  Vector<Real> responsibilities_;  // [parts]
  Matrix<Real> slopes_;            // [Dim x parts] gradients of the parts' log densities
  Vector<Real> common_;            // [Dim] their mean
  Vector<Real> gradient_;          // [Dim] the same with dimensions that are apart
  Vector<Real> whitened_;          // [Dim] scratch
  Real log_density_ = 0;
};

}  // namespace detail
}  // namespace EIGENMIX_ABI
}  // namespace eigenmix

#endif  // EIGENMIX_INFERENCE_LOCAL_DENSITY_HPP
