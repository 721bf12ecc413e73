// SPDX-License-Identifier: MIT
#ifndef EIGENMIX_INFERENCE_PACKED_COMPONENTS_HPP
#define EIGENMIX_INFERENCE_PACKED_COMPONENTS_HPP

#include <algorithm>
#include <cmath>
#include <limits>

#include <eigenmix/base/fill.hpp>
#include <eigenmix/kernels/exp.hpp>

namespace eigenmix {
inline namespace EIGENMIX_ABI {
namespace detail {

/// Components in SIMD lanes, for one sample at a time: of each group of as many as a packet has
/// lanes the means, L^-1 row by row and the constants. Lanes without a component have the constant
/// minus infinity.
///
/// Differences to a component's mean are taken before anything is multiplied, as in
/// unrolled_full.hpp, so that no digits cancel far from zero.
template <class Scalar, int Dim>
class PackedComponents {
 public:
  using S = Simd<Scalar>;
  using Packet = typename S::Packet;

  void allocate(Index most_components) {
    set_zero(packed_, group_size * ((most_components + S::width - 1) / S::width));
  }

  /// Room for `count` components, all of no weight. Allocates nothing.
  void clear(Index count) noexcept {
    groups_ = (count + S::width - 1) / S::width;
    is_single_ = count == 1;
    std::fill_n(packed_.data(), group_size * groups_, Scalar(0));
    for (Index k = 0; k < groups_ * S::width; ++k) {
      set_constant(k, -std::numeric_limits<Scalar>::infinity());
    }
  }

  /// \param inverse  L^-1, lower triangular; a row of zeros is a dimension without a say
  template <class Square>
  void set(Index k, const Scalar* mean, const Square& inverse, Scalar constant) noexcept {
    for (int i = 0; i < Dim; ++i) {
      lane(k)[i * S::width] = mean[i];
      for (int j = 0; j <= i; ++j) {
        lane(k)[(factor_begin + row_begin(i) + j) * S::width] = Scalar(inverse(i, j));
      }
    }
    set_constant(k, constant);
  }

  void set_constant(Index k, Scalar constant) noexcept {
    lane(k)[constant_begin * S::width] = constant;
  }

  /// log Σ_k exp(l_k), l_k the log density of x in component k, plus its constant.
  Scalar log_density(const Scalar* x) const noexcept {
    if (is_single_) {
      return first_lane(log_densities(x, 0));
    }
    typename S::template Packets<groups_at_once> values;
    Scalar largest = std::numeric_limits<Scalar>::lowest(), sum = 0;
    for (Index begin = 0; begin < groups_; begin += groups_at_once) {
      const Index count = std::min<Index>(groups_ - begin, groups_at_once);
      Packet highest = S::fill(largest);
      for (Index g = 0; g < count; ++g) {
        values[g] = log_densities(x, begin + g);
        highest = S::max(highest, values[g]);
      }
      const Scalar before = largest;
      largest = S::largest(highest);
      if (begin > 0) sum *= std::exp(before - largest);
      Packet sums = S::fill(0);
      for (Index g = 0; g < count; ++g) {
        sums = S::add(sums, exp_(S::subtract(values[g], S::fill(largest))));
      }
      sum += S::sum(sums);
    }
    return largest + std::log(sum);
  }

  /// \param out  of the first `count` components, all or all but the last
  void responsibilities(const Scalar* x, Scalar* out, Index count) const noexcept {
    // The last group may have lanes that `out` has not.
    Scalar last[S::width];
    const Index whole = count / S::width, rest = count - whole * S::width;
    const auto place = [&](Index g) { return g < whole ? out + g * S::width : last; };
    Packet highest = S::fill(std::numeric_limits<Scalar>::lowest());
    for (Index g = 0; g < groups_; ++g) {
      const Packet values = log_densities(x, g);
      highest = S::max(highest, values);
      S::store(place(g), values);
    }
    const Packet largest = S::fill(S::largest(highest));
    Packet sums = S::fill(0);
    for (Index g = 0; g < groups_; ++g) {
      const Packet share = exp_(S::subtract(S::load(place(g)), largest));
      sums = S::add(sums, share);
      S::store(place(g), share);
    }
    const Packet sum = S::fill(S::sum(sums));
    for (Index g = 0; g < groups_; ++g) {
      S::store(place(g), S::divide(S::load(place(g)), sum));
    }
    std::copy_n(last, rest, out + whole * S::width);
  }

  /// The component of the largest l_k, the first of equals.
  Index most_responsible(const Scalar* x) const noexcept {
    Packet highest = log_densities(x, 0), group_of_highest = S::fill(0);
    for (Index g = 1; g < groups_; ++g) {
      const Packet values = log_densities(x, g);
      group_of_highest = S::if_less(highest, values, S::fill(Scalar(g)), group_of_highest);
      highest = S::max(highest, values);
    }
    const Scalar largest = S::largest(highest);
    Scalar values[S::width], groups[S::width];
    S::store(values, highest);
    S::store(groups, group_of_highest);
    Index first = groups_ * S::width;
    for (Index l = 0; l < S::width; ++l) {
      if (values[l] == largest) first = std::min(first, Index(groups[l]) * S::width + l);
    }
    return first;
  }

 private:
  static constexpr int row_begin(int i) { return i * (i + 1) / 2; }
  static constexpr Index factor_begin = Dim, constant_begin = Dim + row_begin(Dim);
  static constexpr Index group_size = (constant_begin + 1) * S::width;
  // Of 64 components in double with two lanes, whose log densities then lie in 2 KiB of stack.
  static constexpr int groups_at_once = 32;
  // Beyond this the loops over dimensions are loops: unrolled they would be pages of code.
  static constexpr int largest_unrolled = 8;

  static Scalar first_lane(const Packet& packet) {
    Scalar lanes[S::width];
    S::store(lanes, packet);
    return lanes[0];
  }

  Scalar* lane(Index k) { return packed_.data() + k / S::width * group_size + k % S::width; }

  /// l_k of the components of a group.
  EIGENMIX_INLINE Packet log_densities(const Scalar* x, Index group) const {
    const Scalar* const from = packed_.data() + group * group_size;
    Packet square = S::fill(0);
    typename S::template Packets<Dim> difference;
    if constexpr (Dim <= largest_unrolled) {
      EIGENMIX_UNROLL
      for (int i = 0; i < Dim; ++i) {
        difference[i] = S::subtract(S::fill(x[i]), S::load(from + i * S::width));
        const Scalar* const row = from + (factor_begin + row_begin(i)) * S::width;
        Packet y = S::multiply(S::load(row), difference[0]);
        EIGENMIX_UNROLL
        for (int j = 1; j <= i; ++j) {
          y = S::multiply_add(S::load(row + j * S::width), difference[j], y);
        }
        square = S::multiply_add(y, y, square);
      }
    } else {
      for (int i = 0; i < Dim; ++i) {
        difference[i] = S::subtract(S::fill(x[i]), S::load(from + i * S::width));
        const Scalar* const row = from + (factor_begin + row_begin(i)) * S::width;
        Packet y = S::fill(0);
        for (int j = 0; j <= i; ++j) {
          y = S::multiply_add(S::load(row + j * S::width), difference[j], y);
        }
        square = S::multiply_add(y, y, square);
      }
    }
    const Packet exponent =
        S::max_number(S::multiply(S::fill(Scalar(-0.5)), square), S::fill(lowest_exponent<Scalar>));
    return S::add(exponent, S::load(from + constant_begin * S::width));
  }

  FlushedExp<Scalar> exp_;  // made once: its two constants are an exponential, 4 ns
  Index groups_ = 0;
  bool is_single_ = false;
  Vector<Scalar> packed_;
};

}  // namespace detail
}  // namespace EIGENMIX_ABI
}  // namespace eigenmix

#endif  // EIGENMIX_INFERENCE_PACKED_COMPONENTS_HPP
