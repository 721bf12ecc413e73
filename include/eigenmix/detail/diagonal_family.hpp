// SPDX-License-Identifier: MIT
#ifndef EIGENMIX_DETAIL_DIAGONAL_FAMILY_HPP
#define EIGENMIX_DETAIL_DIAGONAL_FAMILY_HPP

#include <eigenmix/detail/centred_diagonal.hpp>
#include <eigenmix/detail/dense_family.hpp>

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

/// What the families with diagonal covariances have in common.
/// \tparam Isotropic  one variance for all dimensions
template <bool Isotropic>
struct DiagonalFamily {
  template <int Dim>
  static constexpr int rows = Isotropic ? 1 : Dim;
  template <class Scalar, int Dim>
  using Storage = Matrix<Scalar, rows<Dim>>;  // Dim x K, or 1 x K
  template <class Scalar, int Dim>
  using Factors = DiagonalFactors<Scalar, Dim, Isotropic>;

  template <class Scalar, int Dim>
  using Scratch = DiagonalScratch<Scalar, Dim>;

  /// Whether moments of several components are summed about one centre: not in so few dimensions
  /// that a group of features would be mostly padding.
  static bool pools(Index dimension) { return dimension >= 4; }

  static Index group_count(Index components) { return components; }
  static Index group_of(Index component) { return component; }
  static Index scatter_rows(Index dimension) { return Isotropic ? 1 : dimension; }
  static Index storage_rows(Index dimension) { return Isotropic ? 1 : dimension; }
  static Index storage_cols(Index) { return 1; }  // per group
  static Index parameter_count(Index dimension, Index components) {
    return components * (Isotropic ? 1 : dimension);
  }

  template <class Block>
  static auto dense(const Block& block, Index dimension) {
    using Scalar = typename Block::Scalar;
    Vector<Scalar> diagonal(dimension);
    for (Index i = 0; i < dimension; ++i) diagonal(i) = block(Isotropic ? 0 : i, 0);
    return Matrix<Scalar>(diagonal.asDiagonal());
  }

  template <class Block>
  static auto variance(const Block& block, Index i) {
    return block(Isotropic ? 0 : i, 0);
  }
  template <class Block>
  static auto entry_scale(const Block& block, Index i, Index) {
    return block(i, 0);
  }
  /// A variance that is common to all dimensions is not one dimension's to set.
  template <class Block, class Real>
  static void set_variance(Block&& block, Index i, Real value) {
    if (!Isotropic) block(i, 0) = typename std::decay_t<Block>::Scalar(value);
  }

  template <class Real, int>
  struct Root {
    template <class Block>
    explicit Root(const Block& block, Index dimension) : deviations(dimension) {
      for (Index i = 0; i < dimension; ++i) deviations(i) = std::sqrt(Real(variance(block, i)));
    }
    Real times(const Vector<Real>& z, Index i) const { return deviations(i) * z(i); }
    Vector<Real> deviations;
  };

  /// \return what is wrong with the matrix for this family, or nullptr
  template <class Block, class Dense>
  static const char* store(Block&& block, const Dense& dense) {
    for (Index j = 0; j < dense.cols(); ++j) {
      for (Index i = 0; i < dense.rows(); ++i) {
        if (i != j && dense(i, j) != 0) return "zeros off the diagonal";
      }
    }
    return store_diagonal(block, dense.diagonal());
  }

  template <class Block, class Variances>
  static const char* store_diagonal(Block&& block, const Variances& variances) {
    for (Index i = 1; Isotropic && i < variances.size(); ++i) {
      if (variances(i) != variances(0)) return "one variance for all dimensions";
    }
    for (Index i = 0; i < block.rows(); ++i) block(i, 0) = variances(i);
    return nullptr;
  }

  template <class Block, class Real>
  static void estimate(const Real* scatter, Real count, Block&& block, Index dimension) {
    using Scalar = typename std::decay_t<Block>::Scalar;
    const Real divisor = Isotropic ? count * Real(dimension) : count;
    for (Index i = 0; i < block.rows(); ++i) block(i, 0) = Scalar(scatter[i] / divisor);
  }

  template <class Real>
  static void shift_scatter(Real* scatter, Real count, const Real* first, const Real* shift,
                            Index dimension) {
    for (Index i = 0; i < dimension; ++i) {
      scatter[Isotropic ? 0 : i] += (count * shift[i] - 2 * first[i]) * shift[i];
    }
  }

  /// Of an isotropic family only the average over the dimensions is known.
  template <class Real>
  static Real scatter_diagonal(const Real* scatter, Index i, Index dimension) {
    return Isotropic ? scatter[0] / Real(dimension) : scatter[i];
  }

  template <class Block, class Floor>
  static Index raise(Block&& block, const Floor& floor) {
    using Scalar = typename std::decay_t<Block>::Scalar;
    Index raised = 0;
    for (Index i = 0; i < block.rows(); ++i) {
      const Scalar least = Scalar(Isotropic ? floor.mean() : floor(i));
      if (block(i, 0) >= least) continue;
      block(i, 0) = least;
      ++raised;
    }
    return raised;
  }

  template <class Block, class Floor>
  static void raise_uncorrelated(Block&& block, const Floor& floor) {
    raise(block, floor);
  }

  /// Adds the moments of one tile about the origins.
  /// \param responsibilities  of the tile, weighted, zero in its padding
  template <class Scalar, int Dim, class Moments>
  static void add_moments(const Tile<Scalar, Dim>& tile, const TileValues<Scalar>& responsibilities,
                          const Origins<Scalar, Dim>& origins, Moments& moments,
                          Scratch<Scalar, Dim>& scratch) {
    const Index d = tile.dimension();
    auto counts = moments.counts();
    auto first = moments.first();
    auto second = moments.second();
    auto& pooled = scratch.pooled;
    pooled.clear(tile, counts.size());
    for (Index k = 0; k < counts.size(); ++k) {
      if (origins.pooled(k)) {
        pooled.add(k, responsibilities.column(k));
        continue;
      }
      add_moments_diagonal(tile, responsibilities.column(k), origins.points.col(k).data(),
                           counts(k), first.col(k).data(), second.col(k).data(), Isotropic ? 0 : 1);
    }
    if (pooled.is_empty()) return;
    add_pooled_first(tile, origins, moments, pooled);
    const auto to_second = [&](Index k) { return second.col(k).data(); };
    if constexpr (Isotropic) {
      pooled.add_squared_norm(d, to_second);
    } else {
      Index next = 0;
      pooled.add_products(
          d, [&](Index& i, Index& j) { i = j = next++; }, to_second);
    }
  }
};

}  // namespace detail
}  // namespace EIGENMIX_ABI
}  // namespace eigenmix

#endif  // EIGENMIX_DETAIL_DIAGONAL_FAMILY_HPP
