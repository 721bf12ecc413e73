// SPDX-License-Identifier: MIT
#ifndef EIGENMIX_KERNELS_DISTANCES_HPP
#define EIGENMIX_KERNELS_DISTANCES_HPP

// Squared distances between a tile of samples and many points: the E-step of diagonal and spherical
// covariances, of tied ones once their common metric has been taken out of the samples, and the
// search for the nearest centre in k-means.

#include <algorithm>

#include <eigenmix/base/fill.hpp>
#include <eigenmix/kernels/normalise.hpp>

namespace eigenmix {
inline namespace EIGENMIX_ABI {
namespace detail {

/// What is squared and summed over the dimensions, for a sample x, a point p and a scale s.
enum class Difference {
  plain,     ///< x - p
  scaled,    ///< (x - p) s, centred: no digits cancel wherever the data are
  expanded,  ///< x s + p, one operation less
};

/// Points, and where there are any their scales, block_rows points side by side in the order in
/// which the kernel reads them.
template <class Scalar, Difference Form>
class PackedPoints {
 public:
  static constexpr bool has_scales = Form != Difference::plain;
  static constexpr Index side = Simd<Scalar>::block_rows;      ///< points in a block
  static constexpr Index entry = side * (has_scales ? 2 : 1);  ///< numbers for a block's dimension

  /// `count` points of zeros.
  void resize(Index dimension, Index count) {
    dimension_ = dimension;
    count_ = count;
    set_zero(data_, (count_ + side - 1) / side * block_size());
  }

  /// Coordinate i of point k, and its scale, which is not read if there are none.
  void set(Index i, Index k, Scalar coordinate, Scalar scale = 1) {
    const Index at = k / side * block_size() + i * entry + k % side;
    data_(at) = coordinate;
    if constexpr (has_scales) data_(at + side) = scale;
  }

  /// Appends a point of others, of the same dimension. Room for it is the caller's to make.
  void append(const PackedPoints& others, Index k) {
    const Scalar* from = others.block(k) + k % side;
    Scalar* to = data_.data() + count_ / side * block_size() + count_ % side;
    for (Index i = 0; i < dimension_ * (has_scales ? 2 : 1); ++i) to[i * side] = from[i * side];
    ++count_;
  }

  /// Forgets all but the first points.
  void truncate(Index count) { count_ = count; }

  Index dimension() const { return dimension_; }
  Index count() const { return count_; }
  /// The block that begins with point `first`.
  const Scalar* block(Index first) const { return data_.data() + first / side * block_size(); }

 private:
  Index block_size() const { return dimension_ * entry; }

  Index dimension_ = 0, count_ = 0;
  Vector<Scalar> data_;
};

/// out(n) = Σ_i (x_in - point_i)² for one point.
/// \param x  columns of `width` numbers, one for each dimension, `stride` apart
template <class Scalar>
void squared_distances(const Scalar* x, Index stride, Index width, const Scalar* point,
                       Index dimension, Scalar* out) {
  using S = Simd<Scalar>;
  for (Index n = 0; n < width; n += S::width) {
    auto square = S::fill(0);
    for (Index i = 0; i < dimension; ++i) {
      const auto difference = S::subtract(S::load(x + i * stride + n), S::fill(point[i]));
      square = S::multiply_add(difference, difference, square);
    }
    S::store(out + n, square);
  }
}

/// Σ_n w_n min(a_n, b_n), in two partial sums of packets and, for the last few, of numbers.
template <class Scalar>
Scalar weighted_sum_of_smaller(const Scalar* a, const Scalar* b, const Scalar* weights,
                               Index size) {
  using S = Simd<Scalar>;
  const auto add = [&](Index n, const typename S::Packet& sum) {
    const auto smaller = S::min(S::load(a + n), S::load(b + n));
    return S::multiply_add(smaller, S::load(weights + n), sum);
  };
  auto even = S::fill(0), odd = S::fill(0);
  Index n = 0;
  for (; n + 2 * S::width <= size; n += 2 * S::width) {
    even = add(n, even);
    odd = add(n + S::width, odd);
  }
  even = S::add(even, odd);
  for (; n + S::width <= size; n += S::width) even = add(n, even);
  Scalar sum = S::sum(even);
  for (; n < size; ++n) sum += std::min(a[n], b[n]) * weights[n];
  return sum;
}

template <Difference Form, class Scalar, class Packet>
Packet difference_of(const Packet& value, const Packet& point, const Scalar* scale) {
  using S = Simd<Scalar>;
  if constexpr (Form == Difference::expanded) {
    return S::multiply_add(value, S::fill(*scale), point);
  } else if constexpr (Form == Difference::scaled) {
    return S::multiply(S::subtract(value, point), S::fill(*scale));
  } else {
    return S::subtract(value, point);
  }
}

/// The squared distances of one block of samples to one block of points; use(c, b, packet) takes
/// that of packet b to point c.
/// \param x      the first of the samples, dimensions `stride` apart
/// \param point  as PackedPoints has them
template <class Scalar, Difference Form, class Use>
EIGENMIX_INLINE void squared_distance_block(const Scalar* x, Index stride, Index dimension,
                                            const Scalar* point, Use&& use) {
  using S = Simd<Scalar>;
  constexpr int packets = S::block_packets, side = S::block_rows;
  typename S::template PacketGrid<side, packets> squares;
  EIGENMIX_UNROLL
  for (int c = 0; c < side; ++c) {
    EIGENMIX_UNROLL
    for (int b = 0; b < packets; ++b) squares[c][b] = S::fill(0);
  }
  for (Index i = 0; i < dimension; ++i, point += PackedPoints<Scalar, Form>::entry) {
    typename S::template Packets<packets> value;
    EIGENMIX_UNROLL
    for (int b = 0; b < packets; ++b) value[b] = S::load_once(x + i * stride + b * S::width);
    EIGENMIX_UNROLL
    for (int c = 0; c < side; ++c) {
      const auto centre = S::fill(point[c]);
      EIGENMIX_UNROLL
      for (int b = 0; b < packets; ++b) {
        const auto difference = difference_of<Form, Scalar>(value[b], centre, point + side + c);
        squares[c][b] = S::multiply_add(difference, difference, squares[c][b]);
      }
    }
  }
  EIGENMIX_UNROLL
  for (int c = 0; c < side; ++c) {
    EIGENMIX_UNROLL
    for (int b = 0; b < packets; ++b) use(c, b, squares[c][b]);
  }
}

/// use(k, n, packet) with the squared distances to every point k of every packet of samples, which
/// begins at n. Cost Dim per sample and point.
/// \param x  columns of `width` numbers, one for each dimension, `stride` apart
template <class Scalar, Difference Form, class Use>
void for_each_squared_distance(const Scalar* x, Index stride, Index width,
                               const PackedPoints<Scalar, Form>& points, Use&& use) {
  using S = Simd<Scalar>;
  for (Index k = 0; k < points.count(); k += S::block_rows) {
    const Index valid = points.count() - k;
    for (Index n = 0; n < width; n += S::block) {
      squared_distance_block<Scalar, Form>(x + n, stride, points.dimension(), points.block(k),
                                           [&](int c, int b, const auto& square) {
                                             if (c < valid) use(k + c, n + b * S::width, square);
                                           });
    }
  }
}

/// out(n, c) = constants(k) - (squared distance of sample n to point p) / 2, c the column(p) of the
/// component k that point p stands for.
template <class Scalar, Difference Form, class Column>
void log_densities_by_distance(const Scalar* x, Index stride,
                               const PackedPoints<Scalar, Form>& points, Column&& column,
                               const Vector<Scalar>& constants, const TileValues<Scalar>& out) {
  using S = Simd<Scalar>;
  const auto lowest = S::fill(lowest_exponent<Scalar>);
  for_each_squared_distance(x, stride, out.width, points,
                            [&](Index point, Index n, const auto& square) {
                              const Index c = column(point);
                              const auto exponent = S::multiply(S::fill(Scalar(-0.5)), square);
                              const auto clamped = S::max_number(exponent, lowest);
                              const Scalar constant = constants(out.component(c));
                              S::store(out.column(c) + n, S::add(clamped, S::fill(constant)));
                            });
}

}  // namespace detail
}  // namespace EIGENMIX_ABI
}  // namespace eigenmix

#endif  // EIGENMIX_KERNELS_DISTANCES_HPP
