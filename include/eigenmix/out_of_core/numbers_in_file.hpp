// SPDX-License-Identifier: MIT
#ifndef EIGENMIX_OUT_OF_CORE_NUMBERS_IN_FILE_HPP
#define EIGENMIX_OUT_OF_CORE_NUMBERS_IN_FILE_HPP

#include <cstdint>
#include <cstring>
#include <limits>
#include <type_traits>

#include <eigenmix/base/fwd.hpp>

namespace eigenmix {
inline namespace EIGENMIX_ABI {
namespace out_of_core {

/// Which byte of a number comes first.
enum class ByteOrder {
  little,  ///< the least: x86, ARM, RISC-V
  big,     ///< the greatest: s390x, network order, FITS
#if defined(__BYTE_ORDER__) && __BYTE_ORDER__ == __ORDER_BIG_ENDIAN__
  native = big
#else
  native = little
#endif
};

}  // namespace out_of_core

namespace detail {

/// The numbers that are read: IEEE's of four or eight bytes.
enum class StoredNumber { binary32, binary64 };

template <class Stored>
constexpr StoredNumber stored_number() {
  constexpr bool ok = std::is_same_v<Stored, float> || std::is_same_v<Stored, double>;
  static_assert(ok, "eigenmix: numbers in files are float or double");
  return std::is_same_v<Stored, float> ? StoredNumber::binary32 : StoredNumber::binary64;
}

/// How the numbers of a file are written.
struct NumberFormat {
  StoredNumber number = StoredNumber::binary64;
  out_of_core::ByteOrder order = out_of_core::ByteOrder::native;

  Index size() const { return number == StoredNumber::binary32 ? 4 : 8; }

  /// Whether the file's bytes are the memory's.
  template <class Scalar>
  bool is_as_in_memory() const {
    const bool same = number == StoredNumber::binary32 ? std::is_same_v<Scalar, float>
                                                       : std::is_same_v<Scalar, double>;
    return same && order == out_of_core::ByteOrder::native;
  }

  /// Whether every number is one of Scalar's, exactly.
  template <class Scalar>
  bool fits() const {
    const int digits = number == StoredNumber::binary32 ? std::numeric_limits<float>::digits
                                                        : std::numeric_limits<double>::digits;
    return digits <= std::numeric_limits<Scalar>::digits;
  }
};

template <class Bits>
Bits with_bytes_reversed(Bits bits) {
  Bits result = 0;
  for (std::size_t i = 0; i < sizeof(Bits); ++i) {
    result = Bits(result << 8) | Bits(bits & 255);
    bits = Bits(bits >> 8);
  }
  return result;
}

/// Numbers out of bytes, `count` side by side, into every `stride`-th place.
template <class Stored, class Bits, class Scalar>
void decode_as(const char* bytes, Index count, out_of_core::ByteOrder order, Scalar* into,
               Index stride) {
  static_assert(sizeof(Stored) == sizeof(Bits) && std::numeric_limits<Stored>::is_iec559,
                "eigenmix: files are read where float and double are IEEE's");
  const bool is_reversed = order != out_of_core::ByteOrder::native;
  for (Index n = 0; n < count; ++n) {
    Bits bits = 0;
    std::memcpy(&bits, bytes + n * Index(sizeof bits), sizeof bits);
    if (is_reversed) bits = with_bytes_reversed(bits);
    Stored number = 0;
    std::memcpy(&number, &bits, sizeof number);
    into[n * stride] = Scalar(number);
  }
}

template <class Scalar>
void decode(const char* bytes, Index count, const NumberFormat& format, Scalar* into,
            Index stride) {
  if (format.number == StoredNumber::binary32) {
    decode_as<float, std::uint32_t>(bytes, count, format.order, into, stride);
  } else {
    decode_as<double, std::uint64_t>(bytes, count, format.order, into, stride);
  }
}

}  // namespace detail
}  // namespace EIGENMIX_ABI
}  // namespace eigenmix

#endif  // EIGENMIX_OUT_OF_CORE_NUMBERS_IN_FILE_HPP
