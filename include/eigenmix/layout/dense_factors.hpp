// SPDX-License-Identifier: MIT
#ifndef EIGENMIX_LAYOUT_DENSE_FACTORS_HPP
#define EIGENMIX_LAYOUT_DENSE_FACTORS_HPP

#include <algorithm>
#include <cmath>
#include <vector>

#include <eigenmix/base/cholesky.hpp>
#include <eigenmix/kernels/distances.hpp>
#include <eigenmix/kernels/unrolled_full.hpp>
#include <eigenmix/kernels/whitening.hpp>
#include <eigenmix/layout/component_moments.hpp>
#include <eigenmix/layout/origins.hpp>
#include <eigenmix/layout/pooled_moments.hpp>

namespace eigenmix {
inline namespace EIGENMIX_ABI {
namespace detail {

/// What a worker needs for the kernels of dense covariances; sized on first use.
template <class Scalar, int Dim>
struct DenseScratch {
  CentredTile<Scalar> centred;      // about the common centre
  CentredTile<Scalar> own_centred;  // about one component's mean
  Matrix<Scalar> whitened;          // a tile
  Vector<Scalar> pooled_weight;     // a tile's responsibilities summed over components
  PooledMoments<Scalar, Dim> pooled;
  ComponentMoments<Scalar, Dim> component;
};

/// Inverse Cholesky factors of dense covariances. One factor per group: per component in the full
/// family, one for all in the tied one.
template <class Scalar, int Dim>
class DenseFactors {
 public:
  using Real = Accumulator<Scalar>;

  void resize(Index dimension, Index groups) {
    dimension_ = dimension;
    inverse_.resize(dimension, dimension * groups);
    log_normalizers_.resize(groups);
  }

  /// Dense covariances hold the variances of all dimensions themselves.
  void set_apart(const Vector<Scalar>&) {}

  /// Factorises covariance `group`; in double for float data, whose rounding a float Cholesky
  /// would amplify. \return false unless it is positive definite. Cost Dim³ / 2.
  template <class Block>
  bool assign(Index group, const Block& covariance) {
    const Index d = dimension_;
    lower_ = covariance.template cast<Real>();
    if (!cholesky_in_place(lower_)) return false;
    invert(lower_, inverse_lower_);
    Real log_determinant = 0;  // of the factor
    for (Index j = 0; j < d; ++j) {
      log_determinant += std::log(lower_(j, j));
      for (Index i = 0; i < d; ++i) inverse_(i, group * d + j) = Scalar(inverse_lower_(i, j));
    }
    log_normalizers_(group) = -log_determinant - Real(d) * half_log_two_pi<Real>;
    return std::isfinite(log_determinant);  // NaN passes Eigen's test of the pivots
  }

  /// log of (2 pi)^(-Dim/2) |covariance|^(-1/2).
  Real log_normalizer(Index group) const { return log_normalizers_(group); }

  /// Σ_i (covariance^-1)_ii offset_i²: the squared distance of an offset, in deviations, averaged
  /// over the signs of its entries. So much larger than those of the component are second moments
  /// about a point that far from its mean, and hence their rounding.
  template <class Offset>
  Real spread(Index group, Offset&& offset) const {
    Real sum = 0;
    for (Index j = 0; j < dimension_; ++j) {
      const Real scale = offset(j);
      for (Index i = j; i < dimension_; ++i) {
        const Real entry = Real(inverse(group)[j * dimension_ + i]) * scale;
        sum += entry * entry;
      }
    }
    return sum;
  }

  /// Σ_i (covariance^-1)_ii offset_i², whatever `spread` is in other families.
  template <class Offset>
  Real squared_size(Index group, Offset&& offset) const {
    return spread(group, offset);
  }

  /// offset^T covariance^-1 offset.
  template <class Offset>
  Real squared_distance(Index group, Offset&& offset) const {
    Real sum = 0;
    for (Index i = 0; i < dimension_; ++i) {
      Real entry = 0;
      for (Index j = 0; j <= i; ++j) entry += Real(inverse(group)[j * dimension_ + i]) * offset(j);
      sum += entry * entry;
    }
    return sum;
  }

  const SharedCentre<Scalar, Dim>& shared_centre() const { return shared_; }

 protected:
  Index dimension() const { return dimension_; }
  Index group_count() const { return log_normalizers_.size(); }

  /// L^-1 of a group, lower triangular, column-major Dim x Dim.
  const Scalar* inverse(Index group) const {
    return inverse_.data() + group * dimension_ * dimension_;
  }

  /// Brings L^-1 of all groups into the order of the blocked kernel.
  void pack() {
    const TriangleBlocks<Scalar> blocks(dimension_);
    packed_.resize(blocks.size() * group_count());
    for (Index g = 0; g < group_count(); ++g) {
      blocks.pack([&](Index i, Index j) { return inverse(g)[j * dimension_ + i]; },
                  packed_.data() + g * blocks.size());
    }
  }

  /// Finds the centre for the expanded kernels and the components near it.
  template <class Means, class Weights>
  void locate(const Means& means, const Weights& weights) {
    shared_.assign(means, weights, [&](Index k, const auto& offset) {
      return spread(std::min(k, group_count() - 1), offset);
    });
  }

  /// Where the sums of the expanded kernel start, L^-1 (centre - mean); call after locate and pack.
  template <class Means>
  void set_starts(const Means& means) {
    const TriangleBlocks<Scalar> blocks(dimension_);
    starts_.setZero(blocks.padded_dimension(), means.cols() + 1);
    for (Index k = 0; k < means.cols(); ++k) {
      if (!is_near(k)) continue;
      const Scalar* lower = inverse(std::min(k, group_count() - 1));
      for (Index i = 0; i < dimension_; ++i) {
        Real sum = 0;
        for (Index j = 0; j <= i; ++j) {
          const Real offset = Real(means(j, k)) - Real(shared_.point()(j));
          sum -= Real(lower[j * dimension_ + i]) * offset;
        }
        starts_(blocks.padding() + i, k) = Scalar(sum);
      }
    }
  }

  /// Whether component k goes through the expanded kernel: whitened differences lose half as many
  /// digits as second moments, so it may lie farther out than those allow. At 32 deviations the
  /// five bits lost are a relative error of 7e-15 in double and 4e-6 in float.
  bool is_near(Index k) const { return shared_.spread(k) <= Real(32 * 32); }

  /// L^-1 (centre - mean k), behind the padding of TriangleBlocks.
  const Scalar* start(Index k) const { return starts_.col(k).data(); }
  const Scalar* zero_start() const { return starts_.col(starts_.cols() - 1).data(); }

  /// out(n) = constant - |start + L^-1 (x_n - point)|² / 2 over one tile.
  /// \param centred  x_n - point
  void log_density(Index group, const CentredTile<Scalar>& centred, const Scalar* start,
                   Index width, Scalar constant, Scalar* out) const {
    using S = Simd<Scalar>;
    const TriangleBlocks<Scalar> blocks(dimension_);
    const Scalar* factor = packed_.data() + group * blocks.size();
    const auto lowest = S::fill(lowest_exponent<Scalar>);
    for (Index n = 0; n < width; n += S::block) {
      typename S::template Packets<S::block_packets> squares;
      squared_norms(blocks, factor, centred.block(n), start, squares);
      EIGENMIX_UNROLL
      for (int b = 0; b < S::block_packets; ++b) {
        const auto exponent = S::multiply(S::fill(Scalar(-0.5)), squares[b]);
        const auto clamped = S::max_number(exponent, lowest);
        S::store(out + n + b * S::width, S::add(clamped, S::fill(constant)));
      }
    }
  }

  const Scalar* packed() const { return packed_.data(); }

 private:
  Index dimension_ = 0;
  Matrix<Scalar, Dim> inverse_;  // Dim x (Dim * groups), lower triangles L^-1
  Vector<Scalar> packed_;        // the same for the blocked kernels, where those are used
  Vector<Real> log_normalizers_;
  Matrix<Real, Dim, Dim> lower_, inverse_lower_;

  SharedCentre<Scalar, Dim> shared_;
  Matrix<Scalar> starts_;  // K columns and one of zeros
};

/// A factor for each component, each met by itself: unrolled in few dimensions, blocked in many.
template <class Scalar, int Dim>
class FullFactors : public DenseFactors<Scalar, Dim> {
 public:
  /// Call after the groups were assigned.
  template <class Means, class Weights>
  void prepare(const Means& means, const Weights& weights) {
    if (this->dimension() <= largest_unrolled_moments) return;
    this->locate(means, weights);
    if (this->dimension() <= largest_unrolled_density) return;
    this->pack();
    this->set_starts(means);
  }

  /// out(n, k) = constants(k) - (squared Mahalanobis distance of x_n to mean k) / 2.
  template <class Means>
  void log_densities(const Tile<Scalar, Dim>& tile, const Means& means,
                     const Vector<Scalar>& constants, const TileValues<Scalar>& out,
                     DenseScratch<Scalar, Dim>& scratch) const {
    with_unrolled_dimension<Dim, largest_unrolled_density>(this->dimension(), [&](auto unrolled) {
      constexpr int D = decltype(unrolled)::value;
      if constexpr (D == Eigen::Dynamic) {
        blocked_log_densities(tile, means, constants, out, scratch);
      } else {
        for (Index k = 0; k < means.cols(); ++k) {
          log_density_unrolled<D>(tile, means.col(k).data(), this->inverse(k), constants(k),
                                  out.column(k));
        }
      }
    });
  }

 private:
  template <class Means>
  void blocked_log_densities(const Tile<Scalar, Dim>& tile, const Means& means,
                             const Vector<Scalar>& constants, const TileValues<Scalar>& out,
                             DenseScratch<Scalar, Dim>& scratch) const {
    scratch.centred.assign(tile, this->shared_centre().point().data());
    for (Index k = 0; k < means.cols(); ++k) {
      if (this->is_near(k)) {
        this->log_density(k, scratch.centred, this->start(k), tile.width, constants(k),
                          out.column(k));
      } else {
        scratch.own_centred.assign(tile, means.col(k).data());
        this->log_density(k, scratch.own_centred, this->zero_start(), tile.width, constants(k),
                          out.column(k));
      }
    }
  }
};

/// One factor for all: in more than a few dimensions it is applied once to every sample, and
/// components are then points in the whitened space, at Dim operations a pair.
template <class Scalar, int Dim>
class TiedFactors : public DenseFactors<Scalar, Dim> {
 public:
  /// Call after the group was assigned.
  template <class Means, class Weights>
  void prepare(const Means& means, const Weights& weights) {
    if (this->dimension() <= largest_unrolled_moments) return;
    this->locate(means, weights);
    this->pack();
    this->set_starts(means);
    const Index d = means.rows();
    const Index padding = TriangleBlocks<Scalar>(d).padding();
    near_.clear();
    points_.resize(d, means.cols());
    for (Index k = 0; k < means.cols(); ++k) {
      if (!this->is_near(k)) continue;
      const auto point = static_cast<Index>(near_.size());
      for (Index i = 0; i < d; ++i) points_.set(i, point, -this->start(k)[padding + i]);
      near_.push_back(k);
    }
    points_.truncate(static_cast<Index>(near_.size()));
  }

  template <class Means>
  void log_densities(const Tile<Scalar, Dim>& tile, const Means& means,
                     const Vector<Scalar>& constants, const TileValues<Scalar>& out,
                     DenseScratch<Scalar, Dim>& scratch) const {
    with_unrolled_dimension<Dim, largest_unrolled_moments>(this->dimension(), [&](auto unrolled) {
      constexpr int D = decltype(unrolled)::value;
      if constexpr (D == Eigen::Dynamic) {
        whitened_log_densities(tile, means, constants, out, scratch);
      } else {
        for (Index k = 0; k < means.cols(); ++k) {
          log_density_unrolled<D>(tile, means.col(k).data(), this->inverse(0), constants(k),
                                  out.column(k));
        }
      }
    });
  }

 private:
  template <class Means>
  void whitened_log_densities(const Tile<Scalar, Dim>& tile, const Means& means,
                              const Vector<Scalar>& constants, const TileValues<Scalar>& out,
                              DenseScratch<Scalar, Dim>& scratch) const {
    using S = Simd<Scalar>;
    for (Index k = 0; k < means.cols(); ++k) {
      if (this->is_near(k)) continue;
      scratch.own_centred.assign(tile, means.col(k).data());
      this->log_density(0, scratch.own_centred, this->zero_start(), tile.width, constants(k),
                        out.column(k));
    }
    if (near_.empty()) return;
    const TriangleBlocks<Scalar> blocks(tile.dimension());
    Matrix<Scalar>& whitened = scratch.whitened;
    whitened.resize(tile.stride(), tile.dimension());
    scratch.centred.assign(tile, this->shared_centre().point().data());
    for (Index n = 0; n < tile.width; n += S::block) {
      store_whitened(blocks, this->packed(), scratch.centred.block(n), this->zero_start(),
                     whitened.data() + n, whitened.rows());
    }
    log_densities_by_distance(
        whitened.data(), whitened.rows(), points_,
        [&](Index point) { return near_[static_cast<std::size_t>(point)]; }, constants, out);
  }

  std::vector<Index> near_;                         // the components that the points stand for
  PackedPoints<Scalar, Difference::plain> points_;  // L^-1 (mean - centre)
};

}  // namespace detail
}  // namespace EIGENMIX_ABI
}  // namespace eigenmix

#endif  // EIGENMIX_LAYOUT_DENSE_FACTORS_HPP
