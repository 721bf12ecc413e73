// SPDX-License-Identifier: MIT
#ifndef EIGENMIX_LAYOUT_FULL_DENSITY_HPP
#define EIGENMIX_LAYOUT_FULL_DENSITY_HPP

#include <eigenmix/kernels/normalise.hpp>
#include <eigenmix/layout/dense_density.hpp>

namespace eigenmix {
inline namespace EIGENMIX_ABI {
namespace detail {

/// A factor for each component, each met by itself: unrolled in few dimensions, blocked in many.
template <class Scalar, int Dim>
class FullDensity : public DenseDensity<Scalar, Dim> {
 public:
  /// Call after the groups were assigned.
  template <class Means, class Weights>
  void derive(const Means& means, const Weights& weights) {
    if (this->dimension() <= largest_unrolled_moments) return;
    this->locate(means, weights);
    if (this->dimension() <= largest_unrolled_density) return;
    this->pack();
    this->set_starts(means);
  }

  /// out(n, c) = constants(k) - (squared Mahalanobis distance of x_n to mean k) / 2, k the component
  /// of column c.
  template <class Means>
  void log_densities(const Tile<Scalar, Dim>& tile, const Means& means,
                     const Vector<Scalar>& constants, const TileValues<Scalar>& out,
                     DenseScratch<Scalar, Dim>& scratch) const {
    with_unrolled_dimension<Dim, largest_unrolled_density>(this->dimension(), [&](auto unrolled) {
      constexpr int D = decltype(unrolled)::value;
      if constexpr (D == Eigen::Dynamic) {
        blocked_log_densities(tile, means, constants, out, scratch);
      } else {
        for (Index c = 0; c < out.component_columns(means.cols()); ++c) {
          const Index k = out.component(c);
          log_density_unrolled<D>(tile, means.col(k).data(), this->inverse(k), constants(k),
                                  out.column(c));
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
    for (Index c = 0; c < out.component_columns(means.cols()); ++c) {
      const Index k = out.component(c);
      if (this->is_near(k)) {
        this->log_density(k, scratch.centred, this->start(k), tile.width, constants(k),
                          out.column(c));
      } else {
        scratch.own_centred.assign(tile, means.col(k).data());
        this->log_density(k, scratch.own_centred, this->zero_start(), tile.width, constants(k),
                          out.column(c));
      }
    }
  }
};

}  // namespace detail
}  // namespace EIGENMIX_ABI
}  // namespace eigenmix

#endif  // EIGENMIX_LAYOUT_FULL_DENSITY_HPP
