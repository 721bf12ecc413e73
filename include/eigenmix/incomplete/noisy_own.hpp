// SPDX-License-Identifier: MIT
#ifndef EIGENMIX_INCOMPLETE_NOISY_OWN_HPP
#define EIGENMIX_INCOMPLETE_NOISY_OWN_HPP

#include <eigenmix/incomplete/noisy_many_lanes.hpp>
#include <eigenmix/incomplete/noisy_samples.hpp>
#include <eigenmix/incomplete/noisy_shares.hpp>

namespace eigenmix {
inline namespace EIGENMIX_ABI {
namespace detail {

/// The components for samples that have noise of their own each: packed for the lanes, with the
/// sums of one strip and the memory of one thread.
template <class Scalar>
class OwnNoise {
 public:
  using Real = Accumulator<Scalar>;

  /// As many samples at a time as keep what is between the two steps in the second-level cache.
  static Index tile_width(Index dimension, Index components) {
    const Index numbers = (packed_size(dimension) + dimension) * components;
    return std::clamp<Index>((Index(1) << 14) / numbers / 16 * 16, 16, 128);
  }

  void assign(const NoisyComponents<Scalar>& of) {
    of_ = &of;
    const Index d = of.dimension(), count = of.count();
    means_ = of.means.template cast<Scalar>();
    covariances_.resize(packed_size(d), count);
    roots_.resize(packed_size(d), count);
    starts_.resize(d, count);
    constants_.resize(count);
    for (Index k = 0; k < count; ++k) {
      for (Index i = 0; i < d; ++i) {
        for (Index j = 0; j <= i; ++j) {
          covariances_(packed_index(i, j), k) = Scalar(of.covariance(k)(i, j));
          roots_(packed_index(i, j), k) = Scalar(of.root(k)(i, j));
        }
      }
      image_ = of.means.col(k) - of.origins.col(k);
      substitute_forward(of.root(k), image_);
      for (Index i = 0; i < d; ++i) starts_(i, k) = Scalar(image_(i, 0));
      constants_(k) = Scalar(of.log_shares(k) - Real(d) * half_log_two_pi<Real>);
    }
    set_zero(sums_, lane_sums(d), count);
  }

  /// Takes the noise of a tile's samples; refers to the block's if it has whole covariances.
  void read(const NoisyBlock<Scalar>& block, Index begin, Index width) {
    const Index d = block.x.rows(), count = of_->count();
    const Index stride = column_stride<Scalar>(tile_width(d, count));
    if (noise_.rows() != stride || noise_.cols() != packed_size(d) || factors_.cols() <= count) {
      set_zero(noise_, stride, packed_size(d));
      kept_.resize(stride, (packed_size(d) + d) * count);
      factors_.resize(stride, count + 1);
    }
    width_ = width;
    if (block.kind == NoiseKind::full) {
      noise_data_ = block.own.data() + begin;
      noise_stride_ = block.own.rows();
      return;
    }
    fill(noise_, Scalar(0));
    for (Index i = 0; i < d; ++i) {
      const Scalar* const own = block.own.data() + i * block.own.rows() + begin;
      std::copy_n(own, width, noise_.data() + packed_index(i, i) * stride);
    }
    noise_data_ = noise_.data();
    noise_stride_ = stride;
  }

  /// out(n, k) = log density of sample n under component k plus the component's share.
  void log_densities(const Tile<Scalar, Eigen::Dynamic>& tile, const TileValues<Scalar>& out) {
    factorise(tile, out);
    for (Index k = 0; k < of_->count(); ++k) {
      subtract_half_log(lane_tile(tile, k), tile.dimension(), out.column(k));
    }
  }

  /// Fills values with the weighted responsibilities of a tile.
  /// \param background  the log density of a last column beside the components, if there is one
  /// \return the log-likelihood
  Real share(const Tile<Scalar, Eigen::Dynamic>& tile, const TileValues<Scalar>& values,
             Scalar background, Scalar* log_density) {
    factorise(tile, values);
    const Index count = of_->count();
    bool are_roots = true;
    for (Index k = 0; k < count && are_roots; ++k) {
      are_roots = take_roots(width_, factors_.data() + k * factors_.rows());
    }
    for (Index k = 0; k < count && !are_roots; ++k) {
      subtract_half_log(lane_tile(tile, k), tile.dimension(), values.column(k));
    }
    if (values.components > count) {
      std::fill_n(values.column(count), width_, background);
      factors_.col(count).setOnes();
    }
    return are_roots ? normalise_products(values, factors_.data(), tile.weights.data())
                     : normalise(values, tile.weights.data(), log_density);
  }

  /// Adds the sums of the tile that log_densities saw last.
  void add(const Tile<Scalar, Eigen::Dynamic>& tile, const TileValues<Scalar>& responsibilities) {
    const Index d = tile.dimension();
    with_unrolled_dimension<Eigen::Dynamic, largest_unrolled_moments>(d, [&](auto unrolled) {
      constexpr int D = decltype(unrolled)::value;
      for (Index k = 0; k < of_->count(); ++k) {
        Real* const sums = sums_.data() + k * sums_.rows();
        const Scalar* const column = responsibilities.column(k);
        if constexpr (D == Eigen::Dynamic) {
          memory_.add_sums(d, lane_tile(tile, k), component(k), column, sums);
        } else {
          UnrolledLanes<D, Scalar>::add_sums(lane_tile(tile, k), component(k), column, sums);
        }
      }
    });
  }

  /// Adds the moments that go with the sums, which are zero then.
  template <class Target>
  void transfer(Target& target) {
    for (Index k = 0; k < of_->count(); ++k) {
      const Real* const sums = sums_.data() + k * sums_.rows();
      const Matrix<Real>& root = of_->root(k);
      target.counts()(k) += sums[0];
      for (Index j = 0; j < root.cols(); ++j) {
        for (Index i = j; i < root.rows(); ++i) target.first()(i, k) += root(i, j) * sums[1 + j];
      }
      take_squares(sums);
      dense_image(root, square_, product_, image_);
      dense_product(root, spread_, product_);
      image_ += product_;
      add_second_moments(image_, k, target);
    }
    fill(sums_, Real(0));
  }

 private:
  /// Σ r h h^T and Σ r H^T diag(q) P.
  void take_squares(const Real* sums) {
    const Index d = of_->dimension();
    square_.resize(d, d);
    spread_.resize(d, d);
    for (Index i = 0; i < d; ++i) {
      for (Index j = 0; j < d; ++j) {
        const Index entry = i < j ? packed_index(j, i) : packed_index(i, j);
        square_(i, j) = sums[1 + d + entry];
        spread_(i, j) = sums[1 + d + packed_size(d) + i * d + j];
      }
    }
  }

  LaneComponent<Scalar> component(Index k) const {
    const Index d = means_.rows(), packed = covariances_.rows();
    return {means_.data() + k * d, covariances_.data() + k * packed, roots_.data() + k * packed,
            starts_.data() + k * d, constants_(k)};
  }

  /// out(n, k) = log density but for log |T| / 2; factors(n, k) = 1 / |T|.
  void factorise(const Tile<Scalar, Eigen::Dynamic>& tile, const TileValues<Scalar>& out) {
    const Index d = tile.dimension();
    EIGENMIX_ASSERT(out.stride == factors_.rows());
    with_unrolled_dimension<Eigen::Dynamic, largest_unrolled_moments>(d, [&](auto unrolled) {
      constexpr int D = decltype(unrolled)::value;
      for (Index k = 0; k < of_->count(); ++k) {
        Scalar* const products = factors_.data() + k * factors_.rows();
        if constexpr (D == Eigen::Dynamic) {
          memory_.factorise(d, lane_tile(tile, k), component(k), products, out.column(k));
        } else {
          UnrolledLanes<D, Scalar>::factorise(lane_tile(tile, k), component(k), products,
                                              out.column(k));
        }
      }
    });
  }

  LaneTile<Scalar> lane_tile(const Tile<Scalar, Eigen::Dynamic>& tile, Index k) {
    EIGENMIX_ASSERT(tile.stride() == noise_.rows());
    const Index columns = kept_.cols() / of_->count();
    return {tile.x.data(), noise_data_,   kept_.data() + k * columns * kept_.rows(),
            tile.stride(), noise_stride_, width_};
  }

  const NoisyComponents<Scalar>* of_ = nullptr;
  Matrix<Scalar> means_, covariances_, roots_, starts_;  // a column for each component
  Vector<Scalar> constants_;
  Matrix<Scalar> noise_, kept_, factors_;
  const Scalar* noise_data_ = nullptr;
  Index noise_stride_ = 0, width_ = 0;
  Matrix<Real> sums_;  // a column for each component
  Matrix<Real> square_, spread_, product_, image_;
  MemoryLanes<Scalar> memory_;
};

}  // namespace detail
}  // namespace EIGENMIX_ABI
}  // namespace eigenmix

#endif  // EIGENMIX_INCOMPLETE_NOISY_OWN_HPP
