// SPDX-License-Identifier: MIT
#ifndef EIGENMIX_KERNELS_INNER_PRODUCTS_HPP
#define EIGENMIX_KERNELS_INNER_PRODUCTS_HPP

// Sums over the samples of a tile: Σ_n feature_f(n) column_c(n), several of each at a time, samples
// in SIMD lanes and the sums in registers. All moments of more than a few dimensions are such sums.

#include <algorithm>

#include <eigenmix/kernels/simd.hpp>

namespace eigenmix {
inline namespace EIGENMIX_ABI {
namespace detail {

/// Σ_n of one column of `width` numbers.
template <class Scalar>
Accumulator<Scalar> column_sum(const Scalar* column, Index width) {
  using S = Simd<Scalar>;
  auto sum = S::fill(0);
  for (Index n = 0; n < width; n += S::width) sum = S::add(sum, S::load(column + n));
  return Accumulator<Scalar>(S::sum(sum));
}

/// sums[c * block_rows + f] = Σ_n feature_f(n) column_c(n), f < Simd::block_rows.
/// \param features  columns of `width` numbers, `stride` apart
template <int Columns, class Scalar>
void inner_products(const Scalar* features, Index stride, const Scalar* const* columns, Index width,
                    Scalar* sums) {
  using S = Simd<Scalar>;
  constexpr int rows = S::block_rows;
  typename S::template PacketGrid<Columns, rows> products;
  EIGENMIX_UNROLL
  for (int c = 0; c < Columns; ++c) {
    EIGENMIX_UNROLL
    for (int f = 0; f < rows; ++f) products[c][f] = S::fill(0);
  }
  for (Index n = 0; n < width; n += S::width) {
    typename S::template Packets<Columns> column;
    EIGENMIX_UNROLL
    for (int c = 0; c < Columns; ++c) column[c] = S::load(columns[c] + n);
    EIGENMIX_UNROLL
    for (int f = 0; f < rows; ++f) {
      const auto feature = S::load_once(features + f * stride + n);
      EIGENMIX_UNROLL
      for (int c = 0; c < Columns; ++c) {
        products[c][f] = S::multiply_add(feature, column[c], products[c][f]);
      }
    }
  }
  EIGENMIX_UNROLL
  for (int c = 0; c < Columns; ++c) S::template sums<rows>(products[c], sums + c * rows);
}

/// Σ_n feature_f(n) column_c(n) for one group of features and any number of columns.
/// \param columns  (c) -> const Scalar*, c in [0, count)
/// \param use      called with (c, pointer to block_rows sums)
template <class Scalar, class Columns, class Use>
void for_each_inner_product(const Scalar* features, Index stride, Index width, Index count,
                            Columns&& columns, Use&& use) {
  constexpr Index side = Simd<Scalar>::block_columns, rows = Simd<Scalar>::block_rows;
  static_assert(side == 2 || side == 3);
  Scalar sums[std::size_t(side * rows)];
  const Scalar* block[std::size_t(side)];
  for (Index first = 0; first < count; first += side) {
    const Index size = std::min(side, count - first);
    for (Index c = 0; c < size; ++c) block[c] = columns(first + c);
    if (size == side) {
      inner_products<side>(features, stride, block, width, sums);
    } else if (size == 1) {
      inner_products<1>(features, stride, block, width, sums);
    } else {
      inner_products<2>(features, stride, block, width, sums);
    }
    for (Index c = 0; c < size; ++c) use(first + c, sums + c * rows);
  }
}

}  // namespace detail
}  // namespace EIGENMIX_ABI
}  // namespace eigenmix

#endif  // EIGENMIX_KERNELS_INNER_PRODUCTS_HPP
