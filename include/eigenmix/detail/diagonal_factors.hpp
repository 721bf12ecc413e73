// SPDX-License-Identifier: MIT
#ifndef EIGENMIX_DETAIL_DIAGONAL_FACTORS_HPP
#define EIGENMIX_DETAIL_DIAGONAL_FACTORS_HPP

#include <algorithm>
#include <vector>

#include <eigenmix/detail/distances.hpp>
#include <eigenmix/detail/pooled_moments.hpp>

namespace eigenmix {
inline namespace EIGENMIX_ABI {
namespace detail {

/// Inverse standard deviations, and the log densities computed from them.
/// \tparam Isotropic  all dimensions share one deviation
template <class Scalar, int Dim, bool Isotropic>
class DiagonalFactors {
 public:
  using Real = Accumulator<Scalar>;

  void resize(Index dimension, Index groups) {
    dimension_ = dimension;
    inverse_deviations_.resize(Isotropic ? 1 : dimension, groups);
    log_normalizers_.resize(groups);
  }

  template <class Block>
  bool assign(Index group, const Block& variances) {
    if (!(variances.array() > Scalar(0)).all() || !variances.array().isFinite().all()) return false;
    const auto precise = variances.template cast<Real>().array();
    const Index repeats = dimension_ / variances.rows();
    log_normalizers_(group) =
        -precise.log().sum() / 2 * Real(repeats) - Real(dimension_) * half_log_two_pi<Real>;
    inverse_deviations_.col(group) = precise.sqrt().inverse().matrix().template cast<Scalar>();
    return inverse_deviations_.col(group).array().isFinite().all();
  }

  /// Call after all groups were assigned.
  template <class Means, class Weights>
  void prepare(const Means& means, const Weights& weights) {
    if constexpr (Isotropic) {
      points_.assign(means, means);
    } else {
      sort_out(means, weights);
    }
  }

  Real log_normalizer(Index group) const { return log_normalizers_(group); }

  /// How far an offset is, in squared deviations: in the dimension where it is farthest, or, where
  /// only the sum over the dimensions is kept, on average.
  template <class Offset>
  Real squared_distance(Index group, Offset&& offset) const {
    Real largest = 0, sum = 0;
    for (Index i = 0; i < dimension_; ++i) {
      const Real entry = offset(i) * Real(inverse_deviations_(Isotropic ? 0 : i, group));
      largest = std::max(largest, entry * entry);
      sum += entry * entry;
    }
    return Isotropic ? sum / Real(dimension_) : largest;
  }

  /// Whether every variance is above the floor; `raise` decides the rest.
  template <class Floor>
  bool certainly_above(Index group, const Floor& floor) const {
    const Real largest = floor.maxCoeff();
    const Real deviation = inverse_deviations_.col(group).template cast<Real>().maxCoeff();
    return deviation * std::sqrt(largest) <= Real(1);
  }

  /// out(n, k) = constants(k) - (squared Mahalanobis distance of x_n to mean k) / 2.
  template <class Scratch>
  void log_densities(const Tile<Scalar, Dim>& tile, const Matrix<Scalar, Dim>&,
                     const Vector<Scalar>& constants, const TileValues<Scalar>& out,
                     Scratch& scratch) const {
    const Scalar* x = tile.x.data();
    if constexpr (Isotropic) {
      const auto scale = [&](Index k) {
        return inverse_deviations_(0, k) * inverse_deviations_(0, k);
      };
      log_densities_by_distance(
          x, tile.stride(), points_, scale, [](Index k) { return k; }, constants, out);
    } else {
      const auto one = [](Index) { return Scalar(1); };
      const auto component = [](const std::vector<Index>& of) {
        return [&of](Index point) { return of[static_cast<std::size_t>(point)]; };
      };
      log_densities_by_distance(x, tile.stride(), far_points_, one, component(far_), constants,
                                out);
      if (near_.empty()) return;
      scratch.shift(tile, centre_);
      log_densities_by_distance(scratch.shifted.data(), scratch.shifted.rows(), near_points_, one,
                                component(near_), constants, out);
    }
  }

 private:
  /// The mixture's mean as centre of the expanded kernel, for the components near enough to it, and
  /// the centred kernel for the others.
  template <class Means, class Weights>
  void sort_out(const Means& means, const Weights& weights) {
    centre_ = means * weights;
    near_.clear();
    far_.clear();
    for (Index k = 0; k < means.cols(); ++k) {
      const auto offset = [&](Index i) { return Real(means(i, k)) - Real(centre_(i)); };
      const bool is_near = dimension_ >= smallest_expanded &&
                           squared_distance(k, offset) <= Real(largest_shared_distance);
      (is_near ? near_ : far_).push_back(k);
    }
    const auto select = [&](const std::vector<Index>& of, const auto& from) {
      Matrix<Scalar, Dim> result(means.rows(), static_cast<Index>(of.size()));
      for (std::size_t p = 0; p < of.size(); ++p) result.col(Index(p)) = from.col(of[p]);
      return result;
    };
    far_points_.assign(select(far_, means), select(far_, inverse_deviations_));
    const Matrix<Scalar, Dim> scales = select(near_, inverse_deviations_);
    const Matrix<Scalar, Dim> offsets = select(near_, means).colwise() - centre_;
    near_points_.assign((-offsets).cwiseProduct(scales), scales);
  }

  /// In fewer dimensions the operation saved does not pay for shifting the samples.
  static constexpr Index smallest_expanded = 8;

  Index dimension_ = 0;
  Matrix<Scalar, Isotropic ? 1 : Dim> inverse_deviations_;
  Vector<Real> log_normalizers_;
  PackedPoints<Scalar, Difference::plain> points_;  // the means, if isotropic

  Vector<Scalar, Dim> centre_;
  std::vector<Index> near_, far_;  // components that the points stand for
  PackedPoints<Scalar, Difference::expanded> near_points_;
  PackedPoints<Scalar, Difference::scaled> far_points_;
};

/// What a worker needs for the kernels of diagonal covariances; sized on first use.
template <class Scalar, int Dim>
struct DiagonalScratch {
  void shift(const Tile<Scalar, Dim>& tile, const Vector<Scalar, Dim>& centre) {
    shifted.resize(tile.stride(), tile.dimension());
    for (Index i = 0; i < tile.dimension(); ++i) {
      shifted.col(i).head(tile.width) = tile.x.col(i).head(tile.width).array() - centre(i);
    }
  }

  Matrix<Scalar> shifted;  // a tile's differences to a centre
  PooledMoments<Scalar, Dim> pooled;
};

}  // namespace detail
}  // namespace EIGENMIX_ABI
}  // namespace eigenmix

#endif  // EIGENMIX_DETAIL_DIAGONAL_FACTORS_HPP
