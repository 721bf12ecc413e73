// SPDX-License-Identifier: MIT
#ifndef EIGENMIX_LAYOUT_DIAGONAL_HPP
#define EIGENMIX_LAYOUT_DIAGONAL_HPP

#include <algorithm>

#include <eigenmix/kernels/centred_diagonal.hpp>
#include <eigenmix/layout/diagonal_density.hpp>
#include <eigenmix/layout/group_floor.hpp>

namespace eigenmix {
inline namespace EIGENMIX_ABI {
namespace detail {

/// Diagonal covariances: variances are stored and summed, or one of all dimensions.
template <Variances V, Sharing S>
struct DiagonalLayout : Groups<S> {
  static constexpr bool is_shared = S == Sharing::common;
  using Groups<S>::group_count;
  using Groups<S>::group_of;
  static constexpr bool is_dense = false;
  static constexpr bool is_isotropic = V == Variances::equal;

  template <int Dim>
  static constexpr int rows = is_isotropic ? 1 : Dim;
  template <class Scalar, int Dim>
  using Storage = Matrix<Scalar, rows<Dim>>;  // Dim or 1 rows, a column per group
  template <class Scalar, int Dim>
  using Density = DiagonalDensity<Scalar, Dim, V, S>;

  template <class Scalar, int Dim>
  using Scratch = DiagonalScratch<Scalar, Dim, S>;

  /// Whether moments of several components are summed about one centre: not in so few dimensions
  /// that a group of features would be mostly padding.
  static bool shares_centre(Index dimension) { return dimension >= 4; }

  static Index second_rows(Index dimension) { return is_isotropic ? 1 : dimension; }
  static Index storage_rows(Index dimension) { return is_isotropic ? 1 : dimension; }
  static Index storage_cols(Index) { return 1; }  // per group
  static Index parameter_count(Index dimension, Index components) {
    return group_count(components) * (is_isotropic ? 1 : dimension);
  }

  template <class Block>
  static auto dense(const Block& block, Index dimension) {
    using Scalar = typename Block::Scalar;
    Vector<Scalar> diagonal(dimension);
    for (Index i = 0; i < dimension; ++i) diagonal(i) = block(is_isotropic ? 0 : i, 0);
    return Matrix<Scalar>(diagonal.asDiagonal());
  }

  template <class Block>
  static auto variance(const Block& block, Index i) {
    return block(is_isotropic ? 0 : i, 0);
  }
  template <class Block>
  static auto entry_scale(const Block& block, Index i, Index) {
    return block(i, 0);
  }
  /// Gives dimension i a variance of its own; one that is common to all is not one dimension's to
  /// set, see Parameters::apart.
  template <class Block, class Real>
  static void set_apart(Block&& block, Index i, Real value) {
    if (!is_isotropic) block(i, 0) = typename std::decay_t<Block>::Scalar(value);
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
    for (Index i = 1; is_isotropic && i < variances.size(); ++i) {
      if (variances(i) != variances(0)) return "one variance for all dimensions";
    }
    for (Index i = 0; i < block.rows(); ++i) block(i, 0) = variances(i);
    return nullptr;
  }

  template <class Block, class Real>
  static void estimate(const Real* scatter, Real count, Block&& block, Index dimension) {
    using Scalar = typename std::decay_t<Block>::Scalar;
    const Real divisor = is_isotropic ? count * Real(dimension) : count;
    for (Index i = 0; i < block.rows(); ++i) block(i, 0) = Scalar(scatter[i] / divisor);
  }

  template <class Real>
  static void shift_second(Real* scatter, Real count, const Real* first, const Real* shift,
                           Index dimension) {
    for (Index i = 0; i < dimension; ++i) {
      scatter[is_isotropic ? 0 : i] += (count * shift[i] - 2 * first[i]) * shift[i];
    }
  }

  /// Of an isotropic family only the average over the dimensions is known.
  template <class Real>
  static Real second_diagonal(const Real* scatter, Index i, Index dimension) {
    return is_isotropic ? scatter[0] / Real(dimension) : scatter[i];
  }

  template <class Block, class Density, class Floor>
  static bool is_above(const Block& block, const Density&, Index, const Floor& floor) {
    using Real = typename Density::Real;
    for (Index i = 0; i < block.rows(); ++i) {
      if (!(Real(block(i, 0)) >= least(floor, i))) return false;
    }
    return true;
  }

  template <class Block, class Real>
  static bool is_feasible(const Block& block, const GroupFloor<Real>& floor) {
    bool is_above = true;
    for (Index i = 0; i < block.rows(); ++i) is_above &= Real(block(i, 0)) >= least(floor, i);
    return is_above;
  }

  /// Raises variances to the floor: the most likely ones above it.
  /// \return how many were raised
  template <class Block, class Real>
  static Index raise(Block&& block, const GroupFloor<Real>& floor) {
    using Scalar = typename std::decay_t<Block>::Scalar;
    Index raised = 0;
    for (Index i = 0; i < block.rows(); ++i) {
      if (Real(block(i, 0)) >= least(floor, i)) continue;
      block(i, 0) = Scalar(least(floor, i));
      ++raised;
    }
    return raised;
  }

  template <class Block, class Real>
  static Index raise_columns(Block&& block, const GroupFloor<Real>& floor) {
    return raise(block, floor);
  }
  template <class Block, class Real>
  static Index raise_axes(Block&&, const GroupFloor<Real>&) {
    return 0;
  }
  template <class Block, class Real>
  static void drop_correlations(Block&& block, const GroupFloor<Real>& floor) {
    raise(block, floor);
  }

  /// Twice the expected negative log-likelihood of the variances, but for constants.
  /// \param dimension  that tell something
  template <class Block, class Real>
  static Real cost(const Block& block, const Real* scatter, Real count, Index dimension) {
    const Real repeats = is_isotropic ? Real(dimension) : Real(1);
    Real sum = 0;
    for (Index i = 0; i < block.rows(); ++i) {
      const Real variance = Real(block(i, 0));
      if (!(variance > 0)) return std::numeric_limits<Real>::infinity();
      sum += repeats * count * std::log(variance) + scatter[i] / variance;
    }
    return sum;
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
    for (Index c = 0; c < responsibilities.component_columns(counts.size()); ++c) {
      const Index k = responsibilities.component(c);
      if (origins.pooled(k)) {
        pooled.add(k, responsibilities.column(c));
        continue;
      }
      add_moments_diagonal(tile, responsibilities.column(c), origins.points.col(k).data(),
                           counts(k), first.col(k).data(), second.col(group_of(k)).data(), step);
    }
    if (pooled.is_empty()) return;
    add_pooled_first(tile, origins, moments, pooled);
    const auto to_second = [&](Index k) { return second.col(k).data(); };
    if constexpr (is_shared) {
      add_shared_second(tile, origins, second.data(), scratch);
    } else if constexpr (is_isotropic) {
      pooled.add_squared_norm(d, to_second);
    } else {
      Index next = 0;
      pooled.add_products(
          d, [&](Index& i, Index& j) { i = j = next++; }, to_second);
    }
  }

 private:
  static constexpr Index step = is_isotropic ? 0 : 1;

  template <class Real>
  static Real least(const GroupFloor<Real>& floor, Index i) {
    return std::max(floor.column(i), floor.axis(i, Real(0)));
  }

  /// Second moments are common to all: those of the pooled components are one sum over samples.
  template <class Scalar, int Dim, class Real>
  static void add_shared_second(const Tile<Scalar, Dim>& tile, const Origins<Scalar, Dim>& origins,
                                Real* second, Scratch<Scalar, Dim>& scratch) {
    auto& weight = scratch.pooled_weight;
    weight.setZero(tile.stride());
    for (const Scalar* column : scratch.pooled.columns()) {
      weight.head(tile.width) += Eigen::Map<const Vector<Scalar>>(column, tile.width);
    }
    Real unused_count = 0;
    scratch.unused_first.setZero(tile.dimension());
    add_moments_diagonal(tile, weight.data(), origins.centre.data(), unused_count,
                         scratch.unused_first.data(), second, step);
  }
};

}  // namespace detail

namespace layout {
using Diagonal = detail::DiagonalLayout<detail::Variances::free, detail::Sharing::own>;
using SharedDiagonal = detail::DiagonalLayout<detail::Variances::free, detail::Sharing::common>;
using Isotropic = detail::DiagonalLayout<detail::Variances::equal, detail::Sharing::own>;
using SharedIsotropic = detail::DiagonalLayout<detail::Variances::equal, detail::Sharing::common>;
}  // namespace layout
}  // namespace EIGENMIX_ABI
}  // namespace eigenmix

#endif  // EIGENMIX_LAYOUT_DIAGONAL_HPP
