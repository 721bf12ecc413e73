// SPDX-License-Identifier: MIT
#ifndef EIGENMIX_LAYOUT_TIED_DENSITY_HPP
#define EIGENMIX_LAYOUT_TIED_DENSITY_HPP

#include <eigenmix/layout/component_points.hpp>
#include <eigenmix/layout/dense_density.hpp>

namespace eigenmix {
inline namespace EIGENMIX_ABI {
namespace detail {

/// One factor for all: in more than a few dimensions it is applied once to every sample, and
/// components are then points in the whitened space, at Dim operations a pair.
template <class Scalar, int Dim>
class TiedDensity : public DenseDensity<Scalar, Dim> {
 public:
  /// Call after the group was assigned.
  template <class Means, class Weights>
  void derive(const Means& means, const Weights& weights) {
    if (this->dimension() <= largest_unrolled_moments) return;
    this->locate(means, weights);
    this->pack();
    this->set_starts(means);
    const Index d = means.rows();
    const Index padding = TriangleBlocks<Scalar>(d).padding();
    near_.clear(d, means.cols());
    for (Index k = 0; k < means.cols(); ++k) {
      if (!this->is_near(k)) continue;
      near_.add(k, [&](auto& points, Index point) {
        for (Index i = 0; i < d; ++i) points.set(i, point, -this->start(k)[padding + i]);
      });
    }
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
        for (Index c = 0; c < out.component_columns(means.cols()); ++c) {
          const Index k = out.component(c);
          log_density_unrolled<D>(tile, means.col(k).data(), this->inverse(0), constants(k),
                                  out.column(c));
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
    for (Index c = 0; c < out.component_columns(means.cols()); ++c) {
      const Index k = out.component(c);
      if (this->is_near(k)) continue;
      scratch.own_centred.assign(tile, means.col(k).data());
      this->log_density(0, scratch.own_centred, this->zero_start(), tile.width, constants(k),
                        out.column(c));
    }
    if (near_.is_empty()) return;
    const TriangleBlocks<Scalar> blocks(tile.dimension());
    Matrix<Scalar>& whitened = scratch.whitened;
    whitened.resize(tile.stride(), tile.dimension());
    scratch.centred.assign(tile, this->shared_centre().point().data());
    for (Index n = 0; n < tile.width; n += S::block) {
      store_whitened(blocks, this->packed(), scratch.centred.block(n), this->zero_start(),
                     whitened.data() + n, whitened.rows());
    }
    near_.log_densities(whitened.data(), whitened.rows(), constants, out, scratch.near);
  }

  ComponentPoints<Scalar, Difference::plain> near_;  // L^-1 (mean - centre)
};

}  // namespace detail
}  // namespace EIGENMIX_ABI
}  // namespace eigenmix

#endif  // EIGENMIX_LAYOUT_TIED_DENSITY_HPP
