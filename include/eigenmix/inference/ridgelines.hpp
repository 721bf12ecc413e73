// SPDX-License-Identifier: MIT
#ifndef EIGENMIX_INFERENCE_RIDGELINES_HPP
#define EIGENMIX_INFERENCE_RIDGELINES_HPP

#include <algorithm>
#include <cmath>
#include <limits>
#include <vector>

#include <eigenmix/base/symmetric_eigen.hpp>
#include <eigenmix/inference/local_density.hpp>

namespace eigenmix {
inline namespace EIGENMIX_ABI {
namespace detail {

/// Points on the ridgeline of two normal distributions,
/// x(a) = [(1 - a) P_1 + a P_2]^-1 [(1 - a) P_1 mean_1 + a P_2 mean_2], which holds all modes of
/// their mixtures (Ray & Lindsay 2005, theorem 1). In the principal axes of the second, whitened by
/// the first, x(a) goes from mean to mean by the share o / (o + λ_i) of axis i, where o is
/// a / (1 - a) and λ_i the variance: axis i is crossed where o is about λ_i, hence odds that are
/// evenly spaced in the log from below the least to above the greatest.
template <class Real>
class Ridgeline {
 public:
  Ridgeline(const DensityPart<Real>& first, const DensityPart<Real>& second) : first_(&first) {
    const Index d = first.mean.size();
    Matrix<Real> of_first = filled(first.whitening), of_second, relative, axes;
    invert(filled(second.whitening), of_second);
    set_zero(relative, d, d);
    set_zero(variances_, d);
    set_zero(offset_, d);
    invert(of_first, unwhitening_);
    const Matrix<Real> factor = of_first.lazyProduct(of_second);
    Matrix<Real> covariance = factor.lazyProduct(factor.transpose());
    symmetric_eigen(covariance, axes);
    unwhitening_ = unwhitening_.lazyProduct(axes).eval();
    const Matrix<Real> whitening = axes.transpose().lazyProduct(of_first);
    // Of components a million times as long as wide rounding may leave a smallest one below zero.
    Real largest = 0;
    for (Index i = 0; i < d; ++i) largest = std::max(largest, covariance(i, i));
    for (Index i = 0; i < d; ++i) {
      variances_(i) = std::max(covariance(i, i), std::numeric_limits<Real>::epsilon() * largest);
      for (Index j = 0; j < d; ++j) {
        offset_(i) += whitening(i, j) * (second.mean(j) - first.mean(j));
      }
    }
  }

  /// Where the log odds begin, and how far they go.
  Real log_begin() const { return std::log(variances_.minCoeff()) - margin; }
  Real log_range() const { return std::log(variances_.maxCoeff()) + margin - log_begin(); }

  Vector<Real> at(Real log_odds) const {
    Vector<Real> point = first_->mean;
    for (Index j = 0; j < point.size(); ++j) {
      const Real along = offset_(j) / (1 + variances_(j) * std::exp(-log_odds));
      for (Index i = 0; i < point.size(); ++i) point(i) += unwhitening_(i, j) * along;
    }
    return point;
  }

 private:
  static constexpr Real margin = 3;  // odds of twenty: the ends are next to the means

  /// With ones for dimensions that are apart, in which the two are the same.
  static Matrix<Real> filled(Matrix<Real> whitening) {
    for (Index i = 0; i < whitening.rows(); ++i) {
      if (!(whitening(i, i) > 0)) whitening(i, i) = 1;
    }
    return whitening;
  }

  const DensityPart<Real>* first_;
  Vector<Real> variances_, offset_;  // [Dim] along the axes
  Matrix<Real> unwhitening_;         // [Dim x Dim]
};

/// Where ascents to the modes begin: the means, and points on the ridgelines of all pairs.
/// \param least  points on a ridgeline; there are more where shapes differ, one a unit of log odds
template <class Real>
std::vector<Vector<Real>> mode_starts(const std::vector<DensityPart<Real>>& parts, Index least) {
  std::vector<Vector<Real>> starts;
  starts.reserve(parts.size());
  for (const auto& part : parts) starts.push_back(part.mean);
  for (std::size_t i = 0; least > 0 && i < parts.size(); ++i) {
    for (std::size_t j = i + 1; j < parts.size(); ++j) {
      const Ridgeline<Real> ridge(parts[i], parts[j]);
      const Real range = ridge.log_range();
      const Index count = std::max(least, static_cast<Index>(std::min(range, Real(100))));
      for (Index n = 0; n < count; ++n) {
        starts.push_back(ridge.at(ridge.log_begin() + range * Real(2 * n + 1) / Real(2 * count)));
      }
    }
  }
  return starts;
}

}  // namespace detail
}  // namespace EIGENMIX_ABI
}  // namespace eigenmix

#endif  // EIGENMIX_INFERENCE_RIDGELINES_HPP
