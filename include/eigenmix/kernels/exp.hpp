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
    const Packet above = S::subtract(above_underflow(S::max(value, lowest_)), residue_);
    if constexpr (by_bits) return above;
    return S::max(above, S::fill(0));
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

  EIGENMIX_INLINE static Packet above_underflow(const Packet& x) {
    if constexpr (by_bits) {
      using Constants = ExpConstants<Scalar>;
      // Adding 1.5 * 2^52 leaves the integer nearest to x / ln 2 in the low bits of the sum.
      constexpr Scalar magic = Scalar(3LL << (Constants::mantissa_bits - 1));
      Packet shifted = S::multiply_add(x, S::fill(Scalar(1.44269504088896340736)), S::fill(magic));
#if defined(__FAST_MATH__)
      EIGEN_OPTIMIZATION_BARRIER(shifted)  // or the sum and the difference would cancel
#endif
      const Packet n = S::subtract(shifted, S::fill(magic));
      Packet r = S::multiply_add(n, S::fill(-Constants::ln2_high), x);
      r = S::multiply_add(n, S::fill(-Constants::ln2_low), r);
      Packet q = S::fill(Constants::q[0]);
      EIGENMIX_UNROLL
      for (int i = 1; i < Constants::terms; ++i) {
        q = S::multiply_add(q, r, S::fill(Constants::q[i]));
      }
      const Packet p = S::add(S::multiply_add(S::multiply(r, r), q, r), S::fill(1));
      return scaled(p, shifted);
    } else {
      return S::exp(x);
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
    const Packet at_lowest = above_underflow(S::fill(lowest_argument()));
    if constexpr (by_bits) return at_lowest;
    const Scalar more = 1 + 4 * std::numeric_limits<Scalar>::epsilon();
    return S::multiply(at_lowest, S::fill(more));
  }

  Packet lowest_ = S::fill(lowest_argument());
  Packet residue_ = residue();
};

}  // namespace detail
}  // namespace EIGENMIX_ABI
}  // namespace eigenmix

#endif  // EIGENMIX_KERNELS_EXP_HPP
