// SPDX-License-Identifier: MIT
#ifndef EIGENMIX_KERNELS_WHITENING_HPP
#define EIGENMIX_KERNELS_WHITENING_HPP

// y = L^-1 (x - mean) for many samples at once: the kernels of dense covariances in more than a few
// dimensions. Samples lie in SIMD lanes, block_packets of them; block_rows rows of the factor are
// summed in registers at a time. Eigen's triangular product of one component's factor with a tile
// took 2.4 to 4 times as long at D = 16 to 64 (AVX-512): its packing is not made for matrices this
// small.
//
// Centred, x - mean is taken before anything is multiplied, so no digits cancel however far the
// data are from zero. Expanded, y = L^-1 (x - centre) + L^-1 (centre - mean), with one centre for
// many components: the first difference is then taken once, and the second is where the sums start.

#include <eigenmix/kernels/simd.hpp>

namespace eigenmix {
inline namespace EIGENMIX_ABI {
namespace detail {

/// A lower triangular matrix cut into blocks of rows, each stored column by column in the order in
/// which `whiten` reads it. Rows of zeros in front make the blocks whole; the first block, whose
/// rows are short, has 4 rows where that saves work.
template <class Scalar>
class TriangleBlocks {
 public:
  static constexpr Index rows = Simd<Scalar>::block_rows;
  static constexpr Index fewer_rows = 4;

  explicit TriangleBlocks(Index dimension) : dimension_(dimension) {
    const Index rest = (dimension - 1) % rows + 1;
    first_ = rest <= fewer_rows ? fewer_rows : rows;
    padding_ = first_ - rest;
  }

  Index padding() const { return padding_; }  ///< rows and columns of zeros in front
  Index padded_dimension() const { return padding_ + dimension_; }
  bool starts_with_fewer() const { return first_ < rows; }

  /// Numbers that one packed triangle takes.
  Index size() const {
    Index size = first_ * first_;
    for (Index end = first_ + rows; end <= padded_dimension(); end += rows) size += rows * end;
    return size;
  }

  /// \param lower   anything with lower(i, j), j <= i
  /// \param packed  out: size() numbers
  template <class Lower>
  void pack(const Lower& lower, Scalar* packed) const {
    for (Index begin = 0, end = first_; end <= padded_dimension(); begin = end, end += rows) {
      for (Index j = 0; j < end; ++j) {
        for (Index i = begin; i < end; ++i) {
          const bool is_inside = j <= i && j >= padding_;
          *packed++ = is_inside ? Scalar(lower(i - padding_, j - padding_)) : Scalar(0);
        }
      }
    }
  }

 private:
  Index dimension_, first_, padding_;
};

/// Rows [begin, begin + Rows) of y = start + factor * centred on one block of samples, for
/// use(begin, Packet y[Rows][block_packets]). \return where the factor goes on
template <int Rows, class Scalar, class Use>
const Scalar* whiten_rows(const Scalar* factor, const Scalar* centred, const Scalar* start,
                          Index begin, Use&& use) {
  using S = Simd<Scalar>;
  constexpr int packets = S::block_packets;
  typename S::template PacketGrid<Rows, packets> y;
  typename S::template Packets<packets> x;
  const auto load = [&](Index j) {
    EIGENMIX_UNROLL
    for (int b = 0; b < packets; ++b) x[b] = S::load(centred + j * S::block + b * S::width);
  };
  const auto add = [&](int i) {
    const auto entry = S::fill(factor[i]);
    EIGENMIX_UNROLL
    for (int b = 0; b < packets; ++b) y[i][b] = S::multiply_add(entry, x[b], y[i][b]);
  };
  EIGENMIX_UNROLL
  for (int i = 0; i < Rows; ++i) {
    EIGENMIX_UNROLL
    for (int b = 0; b < packets; ++b) y[i][b] = S::fill(start[begin + i]);
  }
  for (Index j = 0; j < begin; ++j, factor += Rows) {
    load(j);
    EIGENMIX_UNROLL
    for (int i = 0; i < Rows; ++i) add(i);
  }
  EIGENMIX_UNROLL
  for (int j = 0; j < Rows; ++j) {  // the triangle on the diagonal
    load(begin + j);
    EIGENMIX_UNROLL
    for (int i = j; i < Rows; ++i) add(i);
    factor += Rows;
  }
  use(begin, y);
  return factor;
}

/// y = start + factor * centred on one block of samples.
/// \param factor   a triangle packed by TriangleBlocks
/// \param centred  padded_dimension() rows of Simd::block numbers, zeros in the padding
/// \param start    padded_dimension() numbers, zeros in the padding
/// \param use      called with (i, packets of y_i, y_i+1, ...) for i from 0 to padded_dimension()
template <class Scalar, class Use>
void whiten(const TriangleBlocks<Scalar>& blocks, const Scalar* factor, const Scalar* centred,
            const Scalar* start, Use&& use) {
  constexpr int rows = static_cast<int>(TriangleBlocks<Scalar>::rows);
  constexpr int fewer_rows = static_cast<int>(TriangleBlocks<Scalar>::fewer_rows);
  Index begin = 0;
  if (blocks.starts_with_fewer()) {
    factor = whiten_rows<fewer_rows>(factor, centred, start, begin, use);
    begin = fewer_rows;
  }
  for (; begin < blocks.padded_dimension(); begin += rows) {
    factor = whiten_rows<rows>(factor, centred, start, begin, use);
  }
}

/// |y|² of one block of samples.
template <class Scalar, class Packet>
void squared_norms(const TriangleBlocks<Scalar>& blocks, const Scalar* factor,
                   const Scalar* centred, const Scalar* start, Packet* squares) {
  using S = Simd<Scalar>;
  typename S::template Packets<S::block_packets> sums;
  EIGENMIX_UNROLL
  for (int b = 0; b < S::block_packets; ++b) sums[b] = S::fill(0);
  whiten(blocks, factor, centred, start, [&](Index, const auto& y) {
    EIGENMIX_UNROLL
    for (const auto& row : y) {
      EIGENMIX_UNROLL
      for (int b = 0; b < S::block_packets; ++b) sums[b] = S::multiply_add(row[b], row[b], sums[b]);
    }
  });
  EIGENMIX_UNROLL
  for (int b = 0; b < S::block_packets; ++b) squares[b] = sums[b];
}

/// Stores y of one block of samples without its padding.
/// \param out  dimensions `stride` apart
template <class Scalar>
void store_whitened(const TriangleBlocks<Scalar>& blocks, const Scalar* factor,
                    const Scalar* centred, const Scalar* start, Scalar* out, Index stride) {
  using S = Simd<Scalar>;
  whiten(blocks, factor, centred, start, [&](Index begin, const auto& y) {
    Index i = begin - blocks.padding();
    for (const auto& row : y) {
      for (int b = 0; i >= 0 && b < S::block_packets; ++b) {
        S::store(out + i * stride + b * S::width, row[b]);
      }
      ++i;
    }
  });
}

/// The differences of a tile's samples to a point, block by block as `whiten` wants them: of each
/// block padded_dimension() rows of Simd::block numbers, the first of them zeros.
template <class Scalar>
class CentredTile {
 public:
  using S = Simd<Scalar>;

  /// \param tile   dimension by dimension
  /// \param point  one number for each dimension
  template <class Tile>
  void assign(const Tile& tile, const Scalar* point) {
    const TriangleBlocks<Scalar> blocks(tile.dimension());
    const Index padding = blocks.padding() * S::block;
    block_size_ = blocks.padded_dimension() * S::block;
    data_.resize(tile.stride() / S::block * block_size_);
    for (Index n = 0; n < tile.width; n += S::block) {
      Scalar* to = data_.data() + n / S::block * block_size_;
      for (Index i = 0; i < padding; i += S::width) S::store(to + i, S::fill(0));
      to += padding;
      for (Index i = 0; i < tile.dimension(); ++i, to += S::block) {
        const Scalar* from = tile.x.col(i).data() + n;
        const auto origin = S::fill(point[i]);
        EIGENMIX_UNROLL
        for (int b = 0; b < S::block_packets; ++b) {
          S::store(to + b * S::width, S::subtract(S::load(from + b * S::width), origin));
        }
      }
    }
  }

  /// The block whose first sample is n.
  const Scalar* block(Index n) const { return data_.data() + n / S::block * block_size_; }

 private:
  Index block_size_ = 0;
  Vector<Scalar> data_;
};

}  // namespace detail
}  // namespace EIGENMIX_ABI
}  // namespace eigenmix

#endif  // EIGENMIX_KERNELS_WHITENING_HPP
