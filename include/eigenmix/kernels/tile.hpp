// SPDX-License-Identifier: MIT
#ifndef EIGENMIX_KERNELS_TILE_HPP
#define EIGENMIX_KERNELS_TILE_HPP

#include <eigenmix/kernels/simd.hpp>

namespace eigenmix {
inline namespace EIGENMIX_ABI {
namespace detail {

/// One tile of samples in the order the kernels want: dimension by dimension, samples side by
/// side, so that SIMD lanes are samples. The width is padded to whole blocks of packets by
/// repeating the last sample with weight zero, so kernels have no remainder loops.
template <class Scalar, int Dim>
struct Tile {
  Tile() = default;
  Tile(Index dimension, Index capacity) { resize(dimension, capacity); }

  EIGENMIX_NOINLINE void resize(Index dimension, Index capacity) {
    x.resize(column_stride<Scalar>(capacity), dimension);
    weights.resize(padded<Scalar>(capacity));
  }

  Index stride() const { return x.rows(); }
  Index dimension() const { return Dim == Eigen::Dynamic ? x.cols() : Index(Dim); }

  Matrix<Scalar> x;  // of one type for every dimension, as are all that kernels work with
  Vector<Scalar> weights;
  bool is_weighted = false;  ///< or every weight is one
  Index size = 0;            ///< samples in it
  Index width = 0;           ///< samples and padding
};

}  // namespace detail
}  // namespace EIGENMIX_ABI
}  // namespace eigenmix

#endif  // EIGENMIX_KERNELS_TILE_HPP
