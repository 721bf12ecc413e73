// SPDX-License-Identifier: MIT
#ifndef EIGENMIX_LAYOUT_DENSE_HPP
#define EIGENMIX_LAYOUT_DENSE_HPP

#include <algorithm>

#include <eigenmix/layout/dense_floor.hpp>
#include <eigenmix/layout/full_density.hpp>
#include <eigenmix/layout/origins.hpp>
#include <eigenmix/layout/sharing.hpp>
#include <eigenmix/layout/tied_density.hpp>

namespace eigenmix {
inline namespace EIGENMIX_ABI {
namespace detail {

/// Dense covariances: the whole matrix is stored, its lower triangle summed.
template <Sharing S>
struct DenseLayout : DenseFloor, Groups<S> {
  static constexpr bool is_shared = S == Sharing::common;
  using Groups<S>::group_count;
  using Groups<S>::group_of;
  static constexpr bool is_dense = true;
  static constexpr bool is_isotropic = false;

  template <class Scalar, int Dim>
  using Storage = Matrix<Scalar, Dim>;  // Dim x (Dim * groups)
  template <class Scalar, int Dim>
  using Density = std::conditional_t<is_shared, TiedDensity<Scalar, Dim>, FullDensity<Scalar, Dim>>;
  template <class Scalar, int Dim>
  using Scratch = DenseScratch<Scalar, Dim>;

  /// Whether moments of several components are summed about one centre.
  static bool shares_centre(Index dimension) { return dimension > largest_unrolled_moments; }

  static Index second_rows(Index dimension) { return packed_size(dimension); }
  static Index storage_rows(Index dimension) { return dimension; }
  static Index storage_cols(Index dimension) { return dimension; }  // per group
  static Index parameter_count(Index dimension, Index components) {
    return group_count(components) * packed_size(dimension);
  }

  /// \param block  the columns of one group
  template <class Block>
  static auto dense(const Block& block, Index) {
    return block;
  }

  /// Entry (i, i) of a group's covariance.
  template <class Block>
  static auto variance(const Block& block, Index i) {
    return block(i, i);
  }

  /// What a stored entry is measured in: the deviations of its two dimensions.
  template <class Block>
  static auto entry_scale(const Block& block, Index i, Index j) {
    return std::sqrt(block(i, i)) * std::sqrt(block(j, j));
  }

  /// Makes dimension i independent of the others, with a variance of its own.
  template <class Block, class Real>
  static void set_apart(Block&& block, Index i, Real value) {
    for (Index j = 0; j < block.rows(); ++j) block(i, j) = block(j, i) = 0;
    block(i, i) = typename std::decay_t<Block>::Scalar(value);
  }

  /// x such that x x^T is a group's covariance, for sampling.
  template <class Real, int Dim>
  struct Root {
    template <class Block>
    explicit Root(const Block& block, Index) : lower(block.template cast<Real>()) {
      cholesky_in_place(lower);
    }
    Real times(const Vector<Real>& z, Index i) const {
      Real sum = 0;
      for (Index j = 0; j <= i; ++j) sum += lower(i, j) * z(j);
      return sum;
    }
    Matrix<Real, Dim, Dim> lower;
  };

  /// Stores a symmetric matrix; nothing else is asked of it here.
  template <class Block, class Dense>
  static const char* store(Block&& block, const Dense& dense) {
    block = dense;
    return nullptr;
  }

  /// Stores a diagonal matrix.
  template <class Block, class Variances>
  static const char* store_diagonal(Block&& block, const Variances& variances) {
    block.setZero();
    block.diagonal() = variances;
    return nullptr;
  }

  /// The maximum-likelihood estimate from second moments about the mean of weight `count`.
  template <class Block, class Real>
  static void estimate(const Real* scatter, Real count, Block&& block, Index) {
    using Scalar = typename std::decay_t<Block>::Scalar;
    for (Index i = 0; i < block.rows(); ++i) {
      for (Index j = 0; j <= i; ++j) {
        block(i, j) = block(j, i) = Scalar(scatter[packed_index(i, j)] / count);
      }
    }
  }

  /// Second moments about an origin moved by `shift`.
  template <class Real>
  static void shift_second(Real* scatter, Real count, const Real* first, const Real* shift,
                           Index dimension) {
    for (Index i = 0; i < dimension; ++i) {
      for (Index j = 0; j <= i; ++j) {
        scatter[packed_index(i, j)] +=
            count * shift[i] * shift[j] - first[i] * shift[j] - shift[i] * first[j];
      }
    }
  }

  /// Entry (i, i) of the second moments.
  template <class Real>
  static Real second_diagonal(const Real* scatter, Index i, Index) {
    return scatter[packed_index(i, i)];
  }

  /// Adds the moments of one tile about the origins.
  /// \param responsibilities  of the tile, weighted, zero in its padding
  template <class Scalar, int Dim, class Moments>
  static void add_moments(const Tile<Scalar, Dim>& tile, const TileValues<Scalar>& responsibilities,
                          const Origins<Scalar, Dim>& origins, Moments& moments,
                          DenseScratch<Scalar, Dim>& scratch) {
    with_unrolled_dimension<Dim, largest_unrolled_moments>(tile.dimension(), [&](auto unrolled) {
      constexpr int D = decltype(unrolled)::value;
      if constexpr (D != Eigen::Dynamic) {
        add_unrolled_moments<D>(tile, responsibilities, origins, moments);
      } else if constexpr (is_shared) {
        add_tied_moments(tile, responsibilities, origins, moments, scratch);
      } else {
        add_full_moments(tile, responsibilities, origins, moments, scratch);
      }
    });
  }

 private:
  template <int D, class Scalar, int Dim, class Moments>
  static void add_unrolled_moments(const Tile<Scalar, Dim>& tile,
                                   const TileValues<Scalar>& responsibilities,
                                   const Origins<Scalar, Dim>& origins, Moments& moments) {
    auto counts = moments.counts();
    for (Index c = 0; c < responsibilities.component_columns(counts.size()); ++c) {
      const Index k = responsibilities.component(c);
      add_moments_unrolled<D>(tile, responsibilities.column(c), origins.points.col(k).data(),
                              counts(k), moments.first().col(k).data(),
                              moments.second().col(group_of(k)).data());
    }
  }

  /// Components one by one where they own few samples or lie far out, the others in one product.
  template <class Scalar, int Dim, class Moments>
  static void add_full_moments(const Tile<Scalar, Dim>& tile,
                               const TileValues<Scalar>& responsibilities,
                               const Origins<Scalar, Dim>& origins, Moments& moments,
                               DenseScratch<Scalar, Dim>& scratch) {
    const Index d = tile.dimension();
    auto counts = moments.counts();
    auto first = moments.first();
    auto second = moments.second();
    auto& pooled = scratch.pooled;
    auto& component = scratch.component;
    pooled.clear(tile, counts.size());
    for (Index c = 0; c < responsibilities.component_columns(counts.size()); ++c) {
      const Index k = responsibilities.component(c);
      const Scalar* column = responsibilities.column(c);
      const Index owned =
          component.select(column, tile.width, responsibilities.tails_are_negligible);
      if (origins.pooled(k) && !component.is_cheaper(d)) {
        pooled.add(k, column);
      } else if (owned > 0) {
        component.centre(tile, origins.points.col(k));
        component.add_count_and_first(d, counts(k), first.col(k).data());
        component.add_second(d, second.col(k).data());
      }
    }
    if (pooled.is_empty()) return;
    add_pooled_first(tile, origins, moments, pooled);
    Index row = 0, col = -1;
    const auto next_pair = [&](Index& i, Index& j) {
      if (++col > row) {
        ++row;
        col = 0;
      }
      i = row;
      j = col;
    };
    pooled.add_products(packed_size(d), next_pair, [&](Index k) { return second.col(k).data(); });
  }

  /// Second moments are common to all: those of the pooled components are one sum over samples.
  template <class Scalar, int Dim, class Moments>
  static void add_tied_moments(const Tile<Scalar, Dim>& tile,
                               const TileValues<Scalar>& responsibilities,
                               const Origins<Scalar, Dim>& origins, Moments& moments,
                               DenseScratch<Scalar, Dim>& scratch) {
    const Index d = tile.dimension();
    auto counts = moments.counts();
    auto* second = moments.second().data();
    auto& pooled = scratch.pooled;
    auto& component = scratch.component;
    pooled.clear(tile, counts.size());
    scratch.pooled_weight.setZero(tile.stride());
    for (Index c = 0; c < responsibilities.component_columns(counts.size()); ++c) {
      const Index k = responsibilities.component(c);
      const Scalar* column = responsibilities.column(c);
      if (origins.pooled(k)) {
        pooled.add(k, column);
        scratch.pooled_weight.head(tile.width) +=
            Eigen::Map<const Vector<Scalar>>(column, tile.width);
      } else if (component.select(column, tile.width, responsibilities.tails_are_negligible) > 0) {
        component.centre(tile, origins.points.col(k));
        component.add_count_and_first(d, counts(k), moments.first().col(k).data());
        component.add_second(d, second);
      }
    }
    if (pooled.is_empty()) return;
    add_pooled_first(tile, origins, moments, pooled);
    component.select(scratch.pooled_weight.data(), tile.width, false);
    component.centre(tile, origins.centre);
    component.add_second(d, second);
  }
};

}  // namespace detail

namespace layout {
using Dense = detail::DenseLayout<detail::Sharing::own>;
using SharedDense = detail::DenseLayout<detail::Sharing::common>;
}  // namespace layout
}  // namespace EIGENMIX_ABI
}  // namespace eigenmix

#endif  // EIGENMIX_LAYOUT_DENSE_HPP
