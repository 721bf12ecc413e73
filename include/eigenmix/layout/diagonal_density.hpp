// SPDX-License-Identifier: MIT
#ifndef EIGENMIX_LAYOUT_DIAGONAL_DENSITY_HPP
#define EIGENMIX_LAYOUT_DIAGONAL_DENSITY_HPP

#include <algorithm>
#include <cmath>

#include <eigenmix/layout/common_centre_sums.hpp>
#include <eigenmix/layout/component_points.hpp>
#include <eigenmix/layout/sharing.hpp>

namespace eigenmix {
inline namespace EIGENMIX_ABI {
namespace detail {

/// How distances to near components are taken: in a metric common to all, or in one of each.
template <Sharing S>
inline constexpr Difference near_form =
    S == Sharing::common ? Difference::plain : Difference::expanded;

/// Inverse standard deviations, and the log densities computed from them.
/// Where all components share them, distances are in one metric.
template <class Scalar, int Dim, Variances V, Sharing S>
class DiagonalDensity : Groups<S> {
  static constexpr bool is_shared = S == Sharing::common;
  using Groups<S>::group_of;
  static constexpr bool is_isotropic = V == Variances::equal;

 public:
  using Real = Accumulator<Scalar>;

  void resize(Index dimension, Index groups) {
    dimension_ = dimension;
    inverse_deviations_.resize(is_isotropic ? 1 : dimension, groups);
    log_normalizers_.resize(groups);
  }

  /// \param variances  [Dim] of dimensions that have one of their own, 0 for the others; or empty
  void set_apart(const Vector<Scalar>& variances) {
    apart_ = variances;
    apart_count_ = 0;
    log_apart_ = 0;
    for (Index i = 0; is_isotropic && i < apart_.size(); ++i) {
      if (!(apart_(i) > 0)) continue;
      ++apart_count_;
      log_apart_ += std::log(Real(apart_(i)));
    }
  }

  template <class Block>
  bool assign(Index group, const Block& variances) {
    if (!(variances.array() > Scalar(0)).all() || !variances.array().isFinite().all()) return false;
    const auto precise = variances.template cast<Real>().array();
    const Index repeats = (dimension_ - apart_count_) / variances.rows();
    log_normalizers_(group) = -(precise.log().sum() * Real(repeats) + log_apart_) / 2 -
                              Real(dimension_) * half_log_two_pi<Real>;
    inverse_deviations_.col(group) = precise.sqrt().inverse().matrix().template cast<Scalar>();
    return inverse_deviations_.col(group).array().isFinite().all();
  }

  /// Call after all groups were assigned.
  template <class Means, class Weights>
  void derive(const Means& means, const Weights& weights) {
    shared_.assign(means, weights,
                   [&](Index k, const auto& offset) { return inflation(group_of(k), offset); });
    sort_out(means);
  }

  const SharedCentre<Scalar, Dim>& shared_centre() const { return shared_; }

  Real log_normalizer(Index group) const { return log_normalizers_(group); }

  /// How much larger than those of a component its second moments about a point at this offset from
  /// its mean are: in the worst dimension, or, where only the sum over the dimensions is kept, in
  /// all.
  template <class Offset>
  Real inflation(Index group, Offset&& offset) const {
    Real largest = 0, sum = 0;
    for (Index i = 0; i < dimension_; ++i) {
      const Real entry = offset(i) * Real(inverse_deviation(i, group));
      largest = std::max(largest, entry * entry);
      sum += entry * entry;
    }
    return is_isotropic ? sum / Real(dimension_) : largest;
  }

  /// A lower bound of by how much distances to a group's mean have been stretched since.
  Real least_stretch(const DiagonalDensity& before, Index group) const {
    Real least = Real(inverse_deviation(0, group)) / Real(before.inverse_deviation(0, group));
    for (Index i = 1; i < dimension_; ++i) {
      least = std::min(
          least, Real(inverse_deviation(i, group)) / Real(before.inverse_deviation(i, group)));
    }
    return least;
  }

  /// Σ_i (covariance^-1)_ii offset_i².
  template <class Offset>
  Real squared_size(Index group, Offset&& offset) const {
    return squared_distance(group, offset);
  }

  /// offset^T covariance^-1 offset.
  template <class Offset>
  Real squared_distance(Index group, Offset&& offset) const {
    Real sum = 0;
    for (Index i = 0; i < dimension_; ++i) {
      const Real entry = offset(i) * Real(inverse_deviation(i, group));
      sum += entry * entry;
    }
    return sum;
  }

  /// out(n, k) = constants(k) - (squared Mahalanobis distance of x_n to mean k) / 2.
  template <class Scratch>
  void log_densities(const Tile<Scalar, Dim>& tile, const Matrix<Scalar, Dim>&,
                     const Vector<Scalar>& constants, const TileValues<Scalar>& out,
                     Scratch& scratch) const {
    far_.log_densities(tile.x.data(), tile.stride(), constants, out, scratch.far);
    if (near_.is_empty()) return;
    scratch.shift(tile, shared_.point());
    if constexpr (is_shared) {
      for (Index i = 0; i < dimension_; ++i) {
        scratch.shifted.col(i).head(tile.width) *= inverse_deviation(i, 0);
      }
    }
    near_.log_densities(scratch.shifted.data(), scratch.shifted.rows(), constants, out,
                        scratch.near);
  }

 private:
  Scalar inverse_deviation(Index i, Index group) const {
    if (is_isotropic && apart_count_ > 0 && apart_(i) > 0) return 1 / std::sqrt(apart_(i));
    return inverse_deviations_(is_isotropic ? 0 : i, group);
  }

  /// The kernel about the common centre for the components near it, the centred one for the others.
  template <class Means>
  void sort_out(const Means& means) {
    near_.clear(dimension_, means.cols());
    far_.clear(dimension_, means.cols());
    for (Index k = 0; k < means.cols(); ++k) {
      const bool is_near = dimension_ >= smallest_expanded && shared_.is_near(k);
      const auto set = [&](auto& points, Index point) {
        for (Index i = 0; i < dimension_; ++i) {
          const Scalar scale = inverse_deviation(i, group_of(k)), mean = means(i, k);
          points.set(i, point, is_near ? near_coordinate(i, mean, scale) : mean, scale);
        }
      };
      if (is_near) near_.add(k, set);
      if (!is_near) far_.add(k, set);
    }
  }

  /// What a sample's difference to the common centre, scaled, is compared with: in a metric common
  /// to all that of the mean; else what is added to come to the difference to the mean.
  Scalar near_coordinate(Index i, Scalar mean, Scalar scale) const {
    const Scalar offset = (shared_.point()(i) - mean) * scale;
    return is_shared ? -offset : offset;
  }

  /// In fewer dimensions the operation saved does not pay for shifting the samples.
  static constexpr Index smallest_expanded = is_shared ? 4 : 8;

  Index dimension_ = 0;
  Matrix<Scalar, is_isotropic ? 1 : Dim> inverse_deviations_;
  Vector<Real> log_normalizers_;
  Vector<Scalar> apart_;  // of an isotropic family: variances that are not the common one
  Index apart_count_ = 0;
  Real log_apart_ = 0;
  SharedCentre<Scalar, Dim> shared_;
  ComponentPoints<Scalar, near_form<S>> near_;
  ComponentPoints<Scalar, Difference::scaled> far_;
};

/// What a worker needs for the kernels of diagonal covariances; sized on first use.
template <class Scalar, int Dim, Sharing S>
struct DiagonalScratch {
  void shift(const Tile<Scalar, Dim>& tile, const Vector<Scalar, Dim>& centre) {
    shifted.resize(tile.stride(), tile.dimension());
    for (Index i = 0; i < tile.dimension(); ++i) {
      shifted.col(i).head(tile.width) = tile.x.col(i).head(tile.width).array() - centre(i);
    }
  }

  Matrix<Scalar> shifted;        // a tile's differences to a centre
  Vector<Scalar> pooled_weight;  // a tile's responsibilities summed over components
  Vector<Accumulator<Scalar>> unused_first;
  CommonCentreSums<Scalar, Dim> pooled;
  typename ComponentPoints<Scalar, near_form<S>>::Picked near;
  typename ComponentPoints<Scalar, Difference::scaled>::Picked far;
};

}  // namespace detail
}  // namespace EIGENMIX_ABI
}  // namespace eigenmix

#endif  // EIGENMIX_LAYOUT_DIAGONAL_DENSITY_HPP
