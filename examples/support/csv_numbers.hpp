// SPDX-License-Identifier: MIT
#ifndef EIGENMIX_EXAMPLES_SUPPORT_CSV_NUMBERS_HPP
#define EIGENMIX_EXAMPLES_SUPPORT_CSV_NUMBERS_HPP

// Numbers from and to text, whatever the locale of the program: with a decimal point.

#include <charconv>
#include <clocale>
#include <cmath>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <optional>
#include <string>
#include <string_view>
#include <system_error>

// libc++ before 20 has no std::from_chars of a double; the library it stems from may be there.
#if !defined(__cpp_lib_to_chars) && __has_include(<fast_float/fast_float.h>)
#include <fast_float/fast_float.h>
#define EIGENMIX_EXAMPLES_FROM_CHARS fast_float::from_chars
#elif defined(__cpp_lib_to_chars)
#define EIGENMIX_EXAMPLES_FROM_CHARS std::from_chars
#endif

// It writes them since 14, without saying so; Apple's does where the system is new enough.
#if defined(__cpp_lib_to_chars) || \
    (defined(_LIBCPP_VERSION) && _LIBCPP_VERSION >= 14000 && !defined(__APPLE__))
#define EIGENMIX_EXAMPLES_TO_CHARS std::to_chars
#endif

namespace csv {
namespace detail {

inline bool is_digit(char c) { return c >= '0' && c <= '9'; }

/// The decimal point of the C library, which may be another and of several bytes.
inline std::string point_of_c() { return std::localeconv()->decimal_point; }

/// The number that the whole of a text is, by the C library: slow, but it knows what lies beyond
/// the range of a double.
inline std::optional<double> number_by_c(std::string_view text) {
  if (text.find_first_not_of("0123456789+-.eE") != std::string_view::npos) return std::nullopt;
  std::string copy(text);
  const std::size_t point = copy.find('.');
  if (point != std::string::npos) copy.replace(point, 1, point_of_c());
  char* end = nullptr;
  const double value = std::strtod(copy.c_str(), &end);
  if (text.empty() || end != copy.c_str() + copy.size()) return std::nullopt;
  return value;
}

/// Reads a number at the beginning of a text.
/// \return where it ends; `first` if there is none, or none that a double can hold
inline const char* parse_number(const char* first, const char* last, double& value) {
#ifdef EIGENMIX_EXAMPLES_FROM_CHARS
  const auto parsed = EIGENMIX_EXAMPLES_FROM_CHARS(first, last, value);
  return parsed.ec == std::errc() ? parsed.ptr : first;
#else
  const std::string_view text(first, static_cast<std::size_t>(last - first));
  const std::string_view digits = text.substr(0, text.find_first_not_of("0123456789+-.eE"));
  const auto parsed = number_by_c(digits);
  value = parsed.value_or(0);
  return parsed ? first + digits.size() : first;
#endif
}

/// The number that the whole of a field is, if it is one; infinite if it is too large.
inline std::optional<double> number(std::string_view field) {
  const bool has_plus = field.size() > 1 && field[0] == '+' && field[1] != '+' && field[1] != '-';
  if (has_plus) field.remove_prefix(1);
  double value = 0;
  const char* last = field.data() + field.size();
  if (!field.empty() && parse_number(field.data(), last, value) == last) return value;
  return number_by_c(field);
}

/// Whether a field is a number as much of Europe writes it: 3,5 or 1.234,5.
inline bool has_decimal_comma(std::string_view field) {
  const std::size_t comma = field.find(',');
  if (comma == std::string_view::npos || comma == 0 || comma + 1 == field.size()) return false;
  if (!is_digit(field[comma - 1]) || !is_digit(field[comma + 1])) return false;
  std::string copy(field.substr(0, comma));
  for (char& c : copy) c = c == '.' ? '0' : c;
  return number(copy + "." + std::string(field.substr(comma + 1))).has_value();
}

/// Appends the shortest decimal that reads back to exactly this number; whole numbers without an
/// exponent.
inline void append_number(double value, std::string& out) {
  char buffer[64];
  constexpr double most = 9007199254740992.0;  // up to 2^53 a double tells every whole number
  const bool is_whole = std::abs(value) < most && value == std::trunc(value);
  if (is_whole && !(value == 0 && std::signbit(value))) {
    const auto whole = static_cast<std::int64_t>(value);
    out.append(buffer, std::to_chars(buffer, buffer + sizeof buffer, whole).ptr);
    return;
  }
#ifdef EIGENMIX_EXAMPLES_TO_CHARS
  out.append(buffer, EIGENMIX_EXAMPLES_TO_CHARS(buffer, buffer + sizeof buffer, value).ptr);
#else
  for (int digits = 15; digits <= 17; ++digits) {
    std::snprintf(buffer, sizeof buffer, "%.*g", digits, value);
    if (std::strtod(buffer, nullptr) == value) break;
  }
  std::string text = buffer;
  const std::string point = point_of_c();
  const std::size_t at = text.find(point);
  if (at != std::string::npos) text.replace(at, point.size(), ".");
  out += text;
#endif
}

}  // namespace detail
}  // namespace csv

#endif  // EIGENMIX_EXAMPLES_SUPPORT_CSV_NUMBERS_HPP
