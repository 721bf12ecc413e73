// SPDX-License-Identifier: MIT
#ifndef EIGENMIX_IO_CHECKSUM_HPP
#define EIGENMIX_IO_CHECKSUM_HPP

#include <cmath>
#include <cstdint>
#include <string>
#include <string_view>

#include <eigenmix/base/fwd.hpp>

namespace eigenmix {
inline namespace EIGENMIX_ABI {
namespace detail {

/// FNV-1a of 64 bits (Fowler, Noll & Vo) over values, not over how they were written: the same
/// whatever the digits, the line ends, the form of the file and the machine.
class Checksum {
 public:
  void add(std::string_view word) {
    for (const char letter : word) add_byte(static_cast<unsigned char>(letter));
    add_byte(0);
  }

  void add(Index count) { add_word(static_cast<std::uint64_t>(count)); }

  template <class Real>
  void add_number(Real value) {
    add_byte(std::signbit(value) ? 1 : 0);
    int exponent = 0;
    Real rest = std::abs(std::frexp(value, &exponent));
    add_word(static_cast<std::uint64_t>(exponent));
    for (int part = 0; part < 4; ++part) {  // of 32 bits: more than any long double has
      rest = std::ldexp(rest, 32);
      const auto whole = static_cast<std::uint32_t>(rest);
      add_word(whole);
      rest -= Real(whole);
    }
  }

  template <class Numbers>
  void add_numbers(const Numbers& numbers) {
    add(numbers.rows());
    add(numbers.cols());
    for (Index i = 0; i < numbers.size(); ++i) add_number(numbers.data()[i]);
  }

  std::string text() const {
    std::string result;
    for (int shift = 60; shift >= 0; shift -= 4) result += "0123456789abcdef"[sum_ >> shift & 15];
    return result;
  }

 private:
  void add_byte(unsigned char byte) { sum_ = (sum_ ^ byte) * 0x100000001b3ULL; }

  void add_word(std::uint64_t word) {
    for (int i = 0; i < 8; ++i) add_byte(static_cast<unsigned char>(word >> (8 * i) & 255));
  }

  std::uint64_t sum_ = 0xcbf29ce484222325ULL;
};

}  // namespace detail
}  // namespace EIGENMIX_ABI
}  // namespace eigenmix

#endif  // EIGENMIX_IO_CHECKSUM_HPP
