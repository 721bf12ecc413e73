// SPDX-License-Identifier: MIT
#ifndef EIGENMIX_KERNELS_EXP_HPP
#define EIGENMIX_KERNELS_EXP_HPP

#include <cstdint>
#include <cstring>

#include <eigenmix/kernels/simd.hpp>

namespace eigenmix {
inline namespace EIGENMIX_ABI {
namespace detail {

/// How exp is computed in a scalar: x = n ln 2 + r, |r| <= ln 2 / 2, exp(x) = 2^n (1 + r + r²
/// q(r)).
///
/// ln 2 is cut into `ln2_high`, whose products with any n here are exact, and the rest (Cody &
/// Waite 1980). q is the minimax polynomial of the relative error, by Remez' algorithm in 60
/// digits, with the first two coefficients of exp held at one: 3.6e-18 in double, 3.1e-9 in float.
template <class Scalar>
struct ExpConstants {};

template <>
struct ExpConstants<double> {
  using Bits = std::int64_t;
  static constexpr int mantissa_bits = 52;
  static constexpr double ln2_high = 0x1.62e42fefa3800p-1, ln2_low = 0x1.ef35793c76730p-45;
  static constexpr int terms = 10;
  static constexpr double q[terms] = {
      0x1.ad7f6f0e24922p-26, 0x1.28ad72cd4ab37p-22, 0x1.71df255235e0bp-19, 0x1.a0199a0c66195p-16,
      0x1.a01a012a57b5ep-13, 0x1.6c16c1842a126p-10, 0x1.1111111127be5p-7,  0x1.555555555087cp-5,
      0x1.55555555554fap-3,  0x1.000000000000ap-1};
};

template <>
struct ExpConstants<float> {
  using Bits = std::int32_t;
  static constexpr int mantissa_bits = 23;
  static constexpr float ln2_high = 0x1.62e4p-1F, ln2_low = 0x1.7f7d1cp-20F;
  static constexpr int terms = 5;
  static constexpr float q[terms] = {0x1.6a2434p-10F, 0x1.1239e2p-7F, 0x1.5558f2p-5F,
                                     0x1.555492p-3F, 0x1.fffffcp-2F};
};

/// exp of numbers <= 0, and exactly zero where its products with numbers down to one rounding would
/// leave the normal range (below -671 in double, -70 in float): sums of denormal products took ten
/// times as long (float, 64 dimensions, 256 diagonal components: benchmark/encoding.cpp). Relative
/// error below 2.3e-16 in double and 1.2e-7 in float above -629 and -50 (tests/unit/exp.cpp).
///
/// Eigen's own exp takes a division for double and scales in four steps that also serve results
/// beyond the normal range: 1.1 ns a number where this takes 0.7 (AVX-512), and exp is most of an
/// E-step in few dimensions.
template <class Scalar>
class FlushedExp {
 public:
  using S = Simd<Scalar>;
  using Packet = typename S::Packet;

  EIGENMIX_INLINE Packet operator()(const Packet& value) const {
    typename S::template Packets<1> x = {value};
    apply<1>(x);
    return x[0];
  }

  /// Of `count` packets, in place and side by side. One is a chain of sixteen instructions that wait
  /// for each other, and processors look ahead over no more than one or two such chains: four at a
  /// time take 0.7 of the time (Zen 3, AVX2 and SSE2, g++ 12 and clang++ 14).
  template <int count>
  EIGENMIX_INLINE void apply(Packet* x) const {
    EIGENMIX_UNROLL
    for (int j = 0; j < count; ++j) x[j] = S::max(x[j], lowest_);
    above_underflow<count>(x);
    EIGENMIX_UNROLL
    for (int j = 0; j < count; ++j) {
      x[j] = S::subtract(x[j], residue_);
      if constexpr (!by_bits) x[j] = S::max(x[j], S::fill(0));
    }
  }

 private:
  // Compilers without vectors as a language extension, x87 arithmetic and long double: Eigen's.
#if defined(__GNUC__) && !(defined(__FLT_EVAL_METHOD__) && __FLT_EVAL_METHOD__ > 0)
  static constexpr bool by_bits = std::is_same_v<Scalar, double> || std::is_same_v<Scalar, float>;
#else
  static constexpr bool by_bits = false;
#endif

  // log of the smallest normal number over a rounding, rounded towards zero: -671, -70, -11310
  static constexpr Scalar lowest_argument() {
    using Limits = std::numeric_limits<Scalar>;
    return Scalar(
        static_cast<int>((Limits::min_exponent - 1 + Limits::digits) * 0.69314718055994530942));
  }

  template <int count>
  EIGENMIX_INLINE static void above_underflow(Packet* x) {
    if constexpr (by_bits) {
      using Constants = ExpConstants<Scalar>;
      typename S::template Packets<count> shifted, q;
      reduce<count>(x, shifted);
      EIGENMIX_UNROLL
      for (int j = 0; j < count; ++j) q[j] = S::fill(Constants::q[0]);
      EIGENMIX_UNROLL
      for (int i = 1; i < Constants::terms; ++i) {
        const Packet next = count > 1 ? S::fill_once(Constants::q[i]) : S::fill(Constants::q[i]);
        EIGENMIX_UNROLL
        for (int j = 0; j < count; ++j) q[j] = S::multiply_add(q[j], x[j], next);
      }
      EIGENMIX_UNROLL
      for (int j = 0; j < count; ++j) {
        const Packet rest = S::multiply_add(S::multiply(x[j], x[j]), q[j], x[j]);
        x[j] = scaled(S::add(rest, S::fill(1)), shifted[j]);
      }
    } else {
      EIGENMIX_UNROLL
      for (int j = 0; j < count; ++j) x[j] = S::exp(x[j]);
    }
  }

  /// Turns x into r.
  /// \param shifted  out: n in its low bits
  template <int count>
  EIGENMIX_INLINE static void reduce(Packet* x, Packet* shifted) {
    using Constants = ExpConstants<Scalar>;
    // Adding 1.5 * 2^52 leaves the integer nearest to x / ln 2 in the low bits of the sum.
    constexpr Scalar magic = Scalar(3LL << (Constants::mantissa_bits - 1));
    EIGENMIX_UNROLL
    for (int j = 0; j < count; ++j) {
      const Packet log2_e = S::fill(Scalar(1.44269504088896340736));
      shifted[j] = S::multiply_add(x[j], log2_e, S::fill(magic));
#if defined(__FAST_MATH__)
      EIGEN_OPTIMIZATION_BARRIER(shifted[j])  // or the sum and the difference would cancel
#endif
    }
    EIGENMIX_UNROLL
    for (int j = 0; j < count; ++j) {
      const Packet n = S::subtract(shifted[j], S::fill(magic));
      x[j] = S::multiply_add(n, S::fill(-Constants::ln2_high), x[j]);
      x[j] = S::multiply_add(n, S::fill(-Constants::ln2_low), x[j]);
    }
  }

#if defined(__GNUC__)
  /// p 2^n, n the low bits of `shifted`, by adding n to the exponent of p.
  EIGENMIX_INLINE static Packet scaled(Packet p, const Packet& shifted) {
    using Constants = ExpConstants<Scalar>;
    typedef typename Constants::Bits Vector __attribute__((vector_size(sizeof(Packet))));
    Vector bits, power;
    std::memcpy(&bits, &p, sizeof(Packet));
    std::memcpy(&power, &shifted, sizeof(Packet));
    bits += power << Constants::mantissa_bits;
    std::memcpy(&p, &bits, sizeof(Packet));
    return p;
  }
#endif

  /// exp(lowest). An exponential that is not ours may round otherwise when the compiler evaluates it
  /// than when it runs, and on another processor (x87): then a few roundings more.
  static Packet residue() {
    typename S::template Packets<1> at_lowest = {S::fill(lowest_argument())};
    above_underflow<1>(at_lowest);
    if constexpr (by_bits) return at_lowest[0];
    const Scalar more = 1 + 4 * std::numeric_limits<Scalar>::epsilon();
    return S::multiply(at_lowest[0], S::fill(more));
  }

  Packet lowest_ = S::fill(lowest_argument());
  Packet residue_ = residue();
};

}  // namespace detail
}  // namespace EIGENMIX_ABI
}  // namespace eigenmix

#endif  // EIGENMIX_KERNELS_EXP_HPP
