// SPDX-License-Identifier: MIT
#ifndef EIGENMIX_KERNELS_SIMD_HPP
#define EIGENMIX_KERNELS_SIMD_HPP

#include <limits>

#include <eigenmix/base/fwd.hpp>

namespace eigenmix {
inline namespace EIGENMIX_ABI {
namespace detail {

/// The SIMD vocabulary of the kernels: Eigen's packets, which exist for every instruction set
/// Eigen knows and degrade to the plain scalar (long double, or vectorisation switched off).
/// The only place that names them.
template <class Scalar>
struct Simd {
  using Packet = typename Eigen::internal::packet_traits<Scalar>::type;
  static constexpr Index width = Eigen::internal::unpacket_traits<Packet>::size;
#if defined(__GNUC__) && !defined(__clang__)
#pragma GCC diagnostic push
#pragma GCC diagnostic ignored "-Wignored-attributes"  // the alignment of a packet
#endif
  using Block = Eigen::internal::PacketBlock<Packet, width>;  // to be transposed
#if defined(__GNUC__) && !defined(__clang__)
#pragma GCC diagnostic pop
#endif

  /// Arrays of packets, for sums that stay in registers.
  template <int count>
  using Packets = Packet[std::size_t(count)];
  template <int rows, int columns>
  using PacketGrid = Packet[std::size_t(rows)][std::size_t(columns)];

  static Packet load(const Scalar* from) { return Eigen::internal::ploadu<Packet>(from); }
  static void store(Scalar* to, const Packet& value) {
    Eigen::internal::pstoreu<Scalar, Packet>(to, value);
  }
  static Packet fill(Scalar value) { return Eigen::internal::pset1<Packet>(value); }
  static Packet add(const Packet& a, const Packet& b) { return Eigen::internal::padd(a, b); }
  static Packet subtract(const Packet& a, const Packet& b) { return Eigen::internal::psub(a, b); }
  static Packet multiply(const Packet& a, const Packet& b) { return Eigen::internal::pmul(a, b); }
  static Packet divide(const Packet& a, const Packet& b) { return Eigen::internal::pdiv(a, b); }
  static Packet max(const Packet& a, const Packet& b) { return Eigen::internal::pmax(a, b); }
  /// The larger of the two, b where a is NaN.
  static Packet max_number(const Packet& a, const Packet& b) {
    if constexpr (width == 1) {
      return a > b ? a : b;
    } else {
      return Eigen::internal::pmax<Eigen::PropagateNumbers>(a, b);
    }
  }
  static Packet min(const Packet& a, const Packet& b) { return Eigen::internal::pmin(a, b); }
  /// `yes` where a < b, else `no`.
  static Packet if_less(const Packet& a, const Packet& b, const Packet& yes, const Packet& no) {
    if constexpr (width == 1) {
      return a < b ? yes : no;
    } else {
      return Eigen::internal::pselect(Eigen::internal::pcmp_lt(a, b), yes, no);
    }
  }
  /// Whether a < b, or one of them is no number, in any lane.
  static bool any_less(const Packet& a, const Packet& b) {
    if constexpr (width == 1) {
      return !(a >= b);
    } else {
      return Eigen::internal::predux_any(Eigen::internal::pcmp_lt_or_nan(a, b));
    }
  }
  static Packet exp(const Packet& a) { return Eigen::internal::pexp(a); }
  static Packet sqrt(const Packet& a) { return Eigen::internal::psqrt(a); }
  static Packet log(const Packet& a) { return Eigen::internal::plog(a); }
  /// a b + c, fused where the machine can.
  static Packet multiply_add(const Packet& a, const Packet& b, const Packet& c) {
    return Eigen::internal::pmadd(a, b, c);
  }
  static Scalar sum(const Packet& a) { return Eigen::internal::predux(a); }
  static Scalar largest(const Packet& a) { return Eigen::internal::predux_max(a); }
  static Scalar least(const Packet& a) { return Eigen::internal::predux_min(a); }

  /// A load whose value is used several times. Left alone, g++ loads it anew in every instruction
  /// that uses it, and the kernels wait for the first cache: 44 GFLOP/s instead of 51 (AVX-512).
  static Packet load_once(const Scalar* from) { return in_register(load(from)); }
  /// A number for several instructions, likewise.
  static Packet fill_once(Scalar value) { return in_register(fill(value)); }
  static Packet in_register(Packet value) {
#if defined(EIGEN_OPTIMIZATION_BARRIER)
    if constexpr (width > 1) {
      EIGEN_OPTIMIZATION_BARRIER(value)
    }
#endif
    return value;
  }

  /// The sums of `count` packets; whole groups of them by way of a transposition, which is less
  /// than half the work of summing them one by one.
  template <int count>
  static void sums(const Packet* a, Scalar* out) {
    if constexpr (width > 1 && count % width == 0) {
      Block group;
      for (Index first = 0; first < count; first += width) {
        EIGENMIX_UNROLL
        for (Index i = 0; i < width; ++i) group.packet[i] = a[first + i];
        Eigen::internal::ptranspose(group);
        Packet total = group.packet[0];
        EIGENMIX_UNROLL
        for (Index i = 1; i < width; ++i) total = add(total, group.packet[i]);
        store(out + first, total);
      }
    } else {
      EIGENMIX_UNROLL
      for (int i = 0; i < count; ++i) out[i] = sum(a[i]);
    }
  }

  /// The blocked kernels take this many packets of samples at a time ...
  static constexpr int block_packets = 2;
  static constexpr Index block = block_packets * width;
  /// ... against so many rows of a factor, components or features, whose sums stay in registers ...
  static constexpr int block_rows = EIGEN_ARCH_DEFAULT_NUMBER_OF_REGISTERS >= 32 ? 8 : 4;
  /// ... or, in products over samples, features against so many components.
  static constexpr int block_columns = EIGEN_ARCH_DEFAULT_NUMBER_OF_REGISTERS >= 32 ? 3 : 2;
};

/// `count` rounded up to a whole number of blocks of any instruction set (two packets of 64 bytes).
template <class Scalar>
constexpr Index padded(Index count) {
  constexpr Index group = sizeof(Scalar) >= 128 ? 1 : 128 / static_cast<Index>(sizeof(Scalar));
  return (count + group - 1) / group * group;
}

/// The distance between columns of `count` numbers: whole blocks, and never a power of two, or many
/// columns would compete for a few sets of the cache.
template <class Scalar>
constexpr Index column_stride(Index count) {
  return padded<Scalar>(count) + padded<Scalar>(1);
}

/// The smallest exponent of a normal density: a sample so far out that even its logarithm overflows
/// is clamped here instead of to -infinity or NaN, so that differences stay defined. The constant
/// is added afterwards: a component of weight zero, whose constant is -infinity, stays there.
template <class Scalar>
inline constexpr Scalar lowest_exponent = std::numeric_limits<Scalar>::lowest() / 2;

}  // namespace detail
}  // namespace EIGENMIX_ABI
}  // namespace eigenmix

#endif  // EIGENMIX_KERNELS_SIMD_HPP
