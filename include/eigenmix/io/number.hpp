// SPDX-License-Identifier: MIT
#ifndef EIGENMIX_IO_NUMBER_HPP
#define EIGENMIX_IO_NUMBER_HPP

// Numbers as text that reads back to the same bits, whatever the locales of the program.

#include <cerrno>
#include <charconv>
#include <clocale>
#include <cmath>
#include <cstdio>
#include <cstdlib>
#include <limits>
#include <string>
#include <string_view>
#include <system_error>
#include <type_traits>

#include <eigenmix/base/fwd.hpp>

namespace eigenmix {
inline namespace EIGENMIX_ABI {
namespace detail {

/// Puts one decimal point in place of another; the C library's is that of its locale, and may be
/// several bytes.
inline void replace_point(std::string& number, const std::string& from, const std::string& to) {
  const std::size_t at = number.find(from);
  if (at != std::string::npos) number.replace(at, from.size(), to);
}

/// The number by the C library alone, of which every standard library has one: max_digits10 digits.
template <class Real>
std::string number_text_of_c(Real value) {
  char buffer[64];
  std::snprintf(buffer, sizeof buffer, "%.*Lg", std::numeric_limits<Real>::max_digits10,
                static_cast<long double>(value));
  std::string result = buffer;
  replace_point(result, std::localeconv()->decimal_point, ".");
  return result;
}

/// The shortest decimal that reads back to the same bits.
template <class Real>
std::string number_text(Real value) {
#ifdef __cpp_lib_to_chars
  char buffer[64];
  const auto written = std::to_chars(buffer, buffer + sizeof buffer, value);
  return {buffer, written.ptr};
#else  // libc++ 14 writes floating-point numbers but does not read them
  return number_text_of_c(value);
#endif
}

/// Reads a decimal by the C library alone. \return whether all of it is a number that Real can hold
template <class Real>
bool parse_number_of_c(std::string_view text, Real& value) {
  std::string number(text);
  replace_point(number, ".", std::localeconv()->decimal_point);
  char* end = nullptr;
  errno = 0;
  if constexpr (std::is_same_v<Real, float>) {
    value = std::strtof(number.c_str(), &end);
  } else if constexpr (std::is_same_v<Real, double>) {
    value = std::strtod(number.c_str(), &end);
  } else {
    value = std::strtold(number.c_str(), &end);
  }
  const bool is_lost = value == 0 && errno == ERANGE;  // denormal numbers are out of range, too
  return end == number.c_str() + number.size() && std::isfinite(value) && !is_lost;
}

/// Reads a decimal: digits, a point, an exponent; no plus in front, no NaN, no infinity.
/// \return whether all of the text is a number that Real can hold
template <class Real>
bool parse_number(std::string_view text, Real& value) {
  if (text.empty() || text.front() == '+') return false;
  if (text.find_first_not_of("0123456789+-.eE") != std::string_view::npos) return false;
#ifdef __cpp_lib_to_chars
  const auto read = std::from_chars(text.data(), text.data() + text.size(), value);
  // libstdc++ 12 calls denormal long doubles out of range.
  if (read.ec == std::errc()) return read.ptr == text.data() + text.size();
  if (read.ec != std::errc::result_out_of_range) return false;
#endif
  return parse_number_of_c(text, value);
}

/// Reads a number of a file whose numbers have so many binary digits: the shortest decimal of a
/// float names that float only if it is read as one.
template <class Real>
bool parse_number_as(int digits, std::string_view text, Real& value) {
  float narrow = 0;
  double wide = 0;
  if (digits == std::numeric_limits<float>::digits) {
    if (!parse_number(text, narrow)) return false;
    value = Real(narrow);
  } else if (digits == std::numeric_limits<double>::digits) {
    if (!parse_number(text, wide)) return false;
    value = Real(wide);
  } else {
    return parse_number(text, value);
  }
  return true;
}

/// Reads a number without sign or fraction, at most that of an Index.
inline bool parse_count(std::string_view text, Index& value) {
  const auto read = std::from_chars(text.data(), text.data() + text.size(), value);
  return read.ec == std::errc() && read.ptr == text.data() + text.size() && value >= 0;
}

/// Text of a file as a message shows it: the beginning, in quotes.
inline std::string in_quotes(std::string_view text) {
  constexpr std::size_t most = 40;
  std::string shown(text.substr(0, most));
  for (char& letter : shown) {
    if (letter < ' ' || letter > '~') letter = '?';
  }
  return "'" + shown + (text.size() > most ? "...'" : "'");
}

}  // namespace detail
}  // namespace EIGENMIX_ABI
}  // namespace eigenmix

#endif  // EIGENMIX_IO_NUMBER_HPP
