// SPDX-License-Identifier: MIT
#ifndef EIGENMIX_RANDOM_HPP
#define EIGENMIX_RANDOM_HPP

#include <cmath>
#include <cstdint>
#include <limits>
#include <type_traits>

#include <eigenmix/base/fwd.hpp>

namespace eigenmix {
inline namespace EIGENMIX_ABI {

/// Randomness that is the same with every standard library: <random> fixes the bits of its engines
/// but not what its distributions make of them. None of it throws but what a generator throws, and
/// every draw is O(1) calls of the generator, on average where draws are refused.
namespace random {

/// SplitMix64 (Steele, Lea & Flood 2014): 64 bits of state, any seed will do, passes BigCrush.
/// A standard UniformRandomBitGenerator; the engine behind every seed in this library, small enough
/// to spare users the compile time of <random>. Draws from min to max, all 64 bits.
class Engine {
 public:
  using result_type = std::uint64_t;

  explicit Engine(std::uint64_t seed) : state_(seed) {}

  static constexpr result_type min() { return 0; }
  static constexpr result_type max() { return std::numeric_limits<result_type>::max(); }

  result_type operator()() {
    state_ += 0x9e3779b97f4a7c15U;
    std::uint64_t z = state_;
    z = (z ^ (z >> 30)) * 0xbf58476d1ce4e5b9U;
    z = (z ^ (z >> 27)) * 0x94d049bb133111ebU;
    return z ^ (z >> 31);
  }

 private:
  std::uint64_t state_;
};

/// 64 uniform bits from any UniformRandomBitGenerator, by the leading bits of as many draws as it
/// takes; the way is this library's. \param generator  of whatever range, min to max
template <class Generator>
std::uint64_t bits64(Generator& generator) {
  using Result = typename Generator::result_type;
  constexpr std::uint64_t range = std::uint64_t(Generator::max()) - std::uint64_t(Generator::min());
  static_assert(std::is_unsigned_v<Result> && range > 0,
                "eigenmix: an engine must be a UniformRandomBitGenerator, as std::mt19937_64 is");
  if constexpr (range == std::numeric_limits<std::uint64_t>::max()) {
    return std::uint64_t(generator()) - std::uint64_t(Generator::min());
  } else {
    int bits = 0;
    while (((range + 1) >> (bits + 1)) != 0) ++bits;
    std::uint64_t value = 0;
    for (int have = 0; have < 64; have += bits) {
      std::uint64_t draw = 0;
      do {  // only a range that is no power of two ever draws again
        draw = std::uint64_t(generator()) - std::uint64_t(Generator::min());
      } while ((draw >> bits) != 0);
      value = (value << bits) | draw;
    }
    return value;
  }
}

/// Uniform on [0, 1), a multiple of 2^-53, from 64 bits of the generator.
template <class Generator>
double uniform(Generator& generator) {
  return double(bits64(generator) >> 11) * 0x1p-53;
}

/// Uniform on {0, ..., count - 1}, from 64 bits of the generator, without the bias of a plain
/// remainder: by rejection (Devroye 1986, section II.3).
/// \param count  >= 1; not checked
template <class Generator>
Index uniform_index(Generator& generator, Index count) {
  const auto n = static_cast<std::uint64_t>(count);
  const std::uint64_t limit = std::numeric_limits<std::uint64_t>::max() / n * n;
  std::uint64_t draw = bits64(generator);
  while (draw >= limit) draw = bits64(generator);
  return static_cast<Index>(draw % n);
}

/// Standard normal numbers by Marsaglia's polar method (Marsaglia & Bray 1964): only log and sqrt,
/// which leave less to the standard library than sine and cosine.
class Normal {
 public:
  /// The next number, of mean 0 and variance 1. Every other call draws from the generator, two
  /// uniforms or more, and keeps one number for the next.
  template <class Generator>
  double operator()(Generator& generator) {
    if (has_spare_) {
      has_spare_ = false;
      return spare_;
    }
    double u = 0, v = 0, s = 0;
    do {
      u = 2 * uniform(generator) - 1;
      v = 2 * uniform(generator) - 1;
      s = u * u + v * v;
    } while (s >= 1 || s == 0);
    const double scale = std::sqrt(-2 * std::log(s) / s);
    spare_ = v * scale;
    has_spare_ = true;
    return u * scale;
  }

 private:
  double spare_ = 0;
  bool has_spare_ = false;
};

}  // namespace random
}  // namespace EIGENMIX_ABI
}  // namespace eigenmix

#endif  // EIGENMIX_RANDOM_HPP
