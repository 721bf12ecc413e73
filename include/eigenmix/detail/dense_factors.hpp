// SPDX-License-Identifier: MIT
#ifndef EIGENMIX_DETAIL_DENSE_FACTORS_HPP
#define EIGENMIX_DETAIL_DENSE_FACTORS_HPP

#include <algorithm>
#include <vector>

#include <Eigen/Cholesky>

#include <eigenmix/detail/component_moments.hpp>
#include <eigenmix/detail/distances.hpp>
#include <eigenmix/detail/pooled_moments.hpp>
#include <eigenmix/detail/unrolled_full.hpp>
#include <eigenmix/detail/whitening.hpp>

namespace eigenmix {
inline namespace EIGENMIX_ABI {
namespace detail {

/// ln(2 pi) / 2, the constant of one dimension of a normal density.
template <class Real>
inline constexpr Real half_log_two_pi = Real(0.918938533204672741780329736405617640L);

/// Replaces the lower triangle of a symmetric matrix by its Cholesky factor.
/// \return false unless the matrix is positive definite
template <class Real, int Dim>
bool cholesky_in_place(Matrix<Real, Dim, Dim>& matrix) {
  const Eigen::LLT<Eigen::Ref<Matrix<Real, Dim, Dim>>> factor(matrix);
  return factor.info() == Eigen::Success;
}

/// What a worker needs for the kernels of dense covariances; sized on first use.
template <class Scalar, int Dim>
struct DenseScratch {
  Vector<Scalar> centred;        // one block of samples, dimension by dimension
  Matrix<Scalar> whitened;       // a tile
  Vector<Scalar> pooled_weight;  // a tile's responsibilities summed over components
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

  /// Factorises covariance `group`; in double for float data, whose rounding a float Cholesky
  /// would amplify. \return false unless it is positive definite. Cost Dim³ / 2.
  template <class Block>
  bool assign(Index group, const Block& covariance) {
    const Index d = dimension_;
    lower_ = covariance.template cast<Real>();
    if (!cholesky_in_place(lower_)) return false;
    inverse_lower_.setIdentity(d, d);
    lower_.template triangularView<Eigen::Lower>().solveInPlace(inverse_lower_);
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

  /// Σ_i (covariance^-1)_ii offset_i²: the squared distance, in deviations, that an offset may have
  /// whatever the signs of its entries.
  template <class Offset>
  Real squared_distance(Index group, Offset&& offset) const {
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

  /// True if every eigenvalue of F^-1/2 covariance F^-1/2, F = diag(floor), is certainly above 1:
  /// the trace of the inverse bounds 1 / smallest from above, and costs no decomposition.
  bool certainly_above(Index group, const Vector<Real, Dim>& floor) const {
    return squared_distance(group, [&](Index i) { return std::sqrt(floor(i)); }) <= Real(1);
  }

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

  /// Calls visit(n, factor, centred) for every block of samples, n its first, centred its differences
  /// to `mean`, as `whiten` wants them.
  template <class Visit>
  void for_each_block(Index group, const Tile<Scalar, Dim>& tile, const Scalar* mean,
                      Vector<Scalar>& centred, Visit&& visit) const {
    using S = Simd<Scalar>;
    const TriangleBlocks<Scalar> blocks(dimension_);
    centred.resize(blocks.padded_dimension() * S::block);
    const Scalar* factor = packed_.data() + group * blocks.size();
    for (Index n = 0; n < tile.width; n += S::block) {
      centre_block(tile.x.data() + n, tile.stride(), dimension_, mean, blocks.padding(),
                   centred.data());
      visit(blocks, factor, n);
    }
  }

  /// out(n) = constant - |L^-1 (x_n - mean)|² / 2 over one tile.
  void log_density(Index group, const Tile<Scalar, Dim>& tile, const Scalar* mean, Scalar constant,
                   Scalar* out, Vector<Scalar>& centred) const {
    using S = Simd<Scalar>;
    const auto lowest = S::fill(lowest_exponent<Scalar>);
    for_each_block(group, tile, mean, centred,
                   [&](const auto& blocks, const Scalar* factor, Index n) {
                     typename S::template Packets<S::block_packets> squares;
                     squared_norms(blocks, factor, centred.data(), squares);
                     EIGENMIX_UNROLL
                     for (int b = 0; b < S::block_packets; ++b) {
                       const auto exponent = S::multiply(S::fill(Scalar(-0.5)), squares[b]);
                       const auto clamped = S::max_number(exponent, lowest);
                       S::store(out + n + b * S::width, S::add(clamped, S::fill(constant)));
                     }
                   });
  }

 private:
  Index dimension_ = 0;
  Matrix<Scalar, Dim> inverse_;  // Dim x (Dim * groups), lower triangles L^-1
  Vector<Scalar> packed_;        // the same for the blocked kernel, where that is used
  Vector<Real> log_normalizers_;
  Matrix<Real, Dim, Dim> lower_, inverse_lower_;
};

/// A factor for each component, each met by itself: unrolled in few dimensions, blocked in many.
template <class Scalar, int Dim>
class FullFactors : public DenseFactors<Scalar, Dim> {
 public:
  /// Call after the groups were assigned.
  template <class Means, class Weights>
  void prepare(const Means&, const Weights&) {
    if (this->dimension() > largest_unrolled_density) this->pack();
  }

  /// out(n, k) = constants(k) - (squared Mahalanobis distance of x_n to mean k) / 2.
  template <class Means>
  void log_densities(const Tile<Scalar, Dim>& tile, const Means& means,
                     const Vector<Scalar>& constants, const TileValues<Scalar>& out,
                     DenseScratch<Scalar, Dim>& scratch) const {
    with_unrolled_dimension<Dim, largest_unrolled_density>(this->dimension(), [&](auto unrolled) {
      constexpr int D = decltype(unrolled)::value;
      for (Index k = 0; k < means.cols(); ++k) {
        const Scalar* mean = means.col(k).data();
        if constexpr (D == Eigen::Dynamic) {
          this->log_density(k, tile, mean, constants(k), out.column(k), scratch.centred);
        } else {
          log_density_unrolled<D>(tile, mean, this->inverse(k), constants(k), out.column(k));
        }
      }
    });
  }
};

/// One factor for all: it is applied once to every sample, and components are then points in the
/// whitened space, at Dim operations a pair.
template <class Scalar, int Dim>
class TiedFactors : public DenseFactors<Scalar, Dim> {
 public:
  using Real = Accumulator<Scalar>;

  /// Call after the group was assigned.
  template <class Means, class Weights>
  void prepare(const Means& means, const Weights& weights) {
    this->pack();
    centre_ = means * weights;
    near_.clear();
    far_.clear();
    points_.resize(means.rows(), means.cols());
    for (Index k = 0; k < means.cols(); ++k) {
      const auto offset = [&](Index i) { return Real(means(i, k)) - Real(centre_(i)); };
      if (!(this->squared_distance(0, offset) <= Real(largest_whitened_distance))) {
        far_.push_back(k);
        continue;
      }
      auto point = points_.col(static_cast<Index>(near_.size()));
      for (Index i = 0; i < means.rows(); ++i) {
        Real sum = 0;
        for (Index j = 0; j <= i; ++j) {
          sum += Real(this->inverse(0)[j * means.rows() + i]) * offset(j);
        }
        point(i) = Scalar(sum);
      }
      near_.push_back(k);
    }
    packed_points_.assign(points_.leftCols(static_cast<Index>(near_.size())), points_);
  }

  template <class Means>
  void log_densities(const Tile<Scalar, Dim>& tile, const Means& means,
                     const Vector<Scalar>& constants, const TileValues<Scalar>& out,
                     DenseScratch<Scalar, Dim>& scratch) const {
    for (const Index k : far_) {
      this->log_density(0, tile, means.col(k).data(), constants(k), out.column(k), scratch.centred);
    }
    if (near_.empty()) return;
    Matrix<Scalar>& whitened = scratch.whitened;
    whitened.resize(tile.stride(), tile.dimension());
    this->for_each_block(0, tile, centre_.data(), scratch.centred,
                         [&](const auto& blocks, const Scalar* factor, Index n) {
                           store_whitened(blocks, factor, scratch.centred.data(),
                                          whitened.data() + n, whitened.rows());
                         });
    log_densities_by_distance(
        whitened.data(), whitened.rows(), packed_points_, [](Index) { return Scalar(1); },
        [&](Index point) { return near_[static_cast<std::size_t>(point)]; }, constants, out);
  }

 private:
  /// A component farther from the mixture's mean, in squared deviations, is met by itself: rounding
  /// of the whitened coordinates, 64 times eps at most, would otherwise show in its distances.
  static constexpr int largest_whitened_distance = 64 * 64;

  Vector<Scalar, Dim> centre_;
  std::vector<Index> near_, far_;
  Matrix<Scalar, Dim> points_;  // of the near ones: L^-1 (mean - centre)
  PackedPoints<Scalar, false> packed_points_;
};

}  // namespace detail
}  // namespace EIGENMIX_ABI
}  // namespace eigenmix

#endif  // EIGENMIX_DETAIL_DENSE_FACTORS_HPP
