// SPDX-License-Identifier: MIT
#ifndef EIGENMIX_LAYOUT_DENSE_DENSITY_HPP
#define EIGENMIX_LAYOUT_DENSE_DENSITY_HPP

#include <algorithm>
#include <cmath>
#include <vector>

#include <eigenmix/base/cholesky.hpp>
#include <eigenmix/kernels/unrolled_full.hpp>
#include <eigenmix/kernels/whitening.hpp>
#include <eigenmix/layout/common_centre_sums.hpp>
#include <eigenmix/layout/component_points.hpp>
#include <eigenmix/layout/origins.hpp>
#include <eigenmix/layout/own_centre_sums.hpp>

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
  CommonCentreSums<Scalar, Dim> pooled;
  OwnCentreSums<Scalar, Dim> component;
  typename ComponentPoints<Scalar, Difference::plain>::Picked near;
};

/// Inverse Cholesky factors of dense covariances. One factor per group: per component in the full
/// family, one for all in the tied one.
template <class Scalar, int Dim>
class DenseDensity {
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

  /// How much larger the second moments of a group are about a point at `offset` from its mean than
  /// about the mean: Σ_i (covariance^-1)_ii offset_i². Sums about the point lose the logarithm of it,
  /// in bits. O(Dim²).
  template <class Offset>
  Real inflation(Index group, Offset&& offset) const {
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

  /// Σ_i (covariance^-1)_ii offset_i², whatever `inflation` is in other families.
  template <class Offset>
  Real squared_size(Index group, Offset&& offset) const {
    return inflation(group, offset);
  }

  /// offset^T covariance^-1 offset, four rows of the factor at a time, whose sums do not wait for
  /// one another.
  template <class Offset>
  // NOLINTNEXTLINE(readability-function-cognitive-complexity): the loops of one triangle
  Real squared_distance(Index group, Offset&& offset) const {
    constexpr Index rows = 4;
    Real sum = 0;
    Index first = 0;
    for (; first + rows <= dimension_; first += rows) {
      Real entries[rows] = {};
      const Scalar* column = inverse(group) + first;
      for (Index j = 0; j < first; ++j, column += dimension_) {
        const Real scale = offset(j);
        for (Index r = 0; r < rows; ++r) entries[r] += Real(column[r]) * scale;
      }
      for (Index j = 0; j < rows; ++j, column += dimension_) {
        const Real scale = offset(first + j);
        for (Index r = j; r < rows; ++r) entries[r] += Real(column[r]) * scale;
      }
      for (Index r = 0; r < rows; ++r) sum += entries[r] * entries[r];
    }
    for (Index i = first; i < dimension_; ++i) {
      Real entry = 0;
      for (Index j = 0; j <= i; ++j) entry += Real(inverse(group)[j * dimension_ + i]) * offset(j);
      sum += entry * entry;
    }
    return sum;
  }

  const SharedCentre<Scalar, Dim>& shared_centre() const { return shared_; }

  /// A lower bound of |L'^-1 L z| / |z|, L of the factors before and L' of these: by how much
  /// distances to a group's mean may have shrunk. 1 - |I - L'^-1 L|, Frobenius' norm. O(Dim³).
  Real least_stretch(const DenseDensity& before, Index group) const {
    const Scalar *const now = inverse(group), *const old = before.inverse(group);
    const Index d = dimension_;
    Vector<Real, Dim> row(d);  // of L'^-1 L, from its last entry to the first
    Real squares = 0;
    for (Index i = 0; i < d; ++i) {
      for (Index j = i; j >= 0; --j) {
        Real entry = Real(now[j * d + i]);
        for (Index l = j + 1; l <= i; ++l) entry -= row(l) * Real(old[j * d + l]);
        row(j) = entry / Real(old[j * d + j]);
        const Real off = row(j) - Real(i == j ? 1 : 0);
        squares += off * off;
      }
    }
    return 1 - std::sqrt(squares);
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

  /// Finds the centre for the expanded kernels and the components near it.
  template <class Means, class Weights>
  void locate(const Means& means, const Weights& weights) {
    shared_.assign(means, weights, [&](Index k, const auto& offset) {
      return inflation(std::min(k, group_count() - 1), offset);
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
  bool is_near(Index k) const { return shared_.inflation(k) <= Real(32 * 32); }

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

}  // namespace detail
}  // namespace EIGENMIX_ABI
}  // namespace eigenmix

#endif  // EIGENMIX_LAYOUT_DENSE_DENSITY_HPP
