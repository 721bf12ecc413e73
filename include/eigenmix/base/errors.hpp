// SPDX-License-Identifier: MIT
#ifndef EIGENMIX_BASE_ERRORS_HPP
#define EIGENMIX_BASE_ERRORS_HPP

#include <cmath>
#include <exception>
#include <limits>
#include <new>
#include <sstream>
#include <stdexcept>
#include <string>
#include <type_traits>

#include <eigenmix/base/fwd.hpp>

namespace eigenmix {
inline namespace EIGENMIX_ABI {

/// Samples that could be had no longer: a file that was cut, another process that failed. No other
/// start, cell or fold helps, so searches do not take it for the bad luck of one of their fits.
class SourceFailure : public std::runtime_error {
 public:
  using std::runtime_error::runtime_error;
};

namespace detail {

/// Every refused argument is reported in one form: "where: what, got X, need Y".
[[noreturn]] EIGENMIX_COLD inline void reject(const char* where, const std::string& what,
                                              const std::string& got, const std::string& need) {
  throw std::invalid_argument(std::string(where) + ": " + what + ", got " + got + ", need " + need);
}

/// Samples that can be had no longer: "where: what, got X, need Y", as of arguments.
[[noreturn]] EIGENMIX_COLD inline void lose_source(const std::string& where,
                                                   const std::string& what, const std::string& got,
                                                   const std::string& need) {
  throw SourceFailure(where + ": " + what + ", got " + got + ", need " + need);
}

/// Runs what may fail by bad luck that the next of its kind, a start, cell or fold, need not have.
/// \return what it failed with; empty if it did not
/// \throws std::bad_alloc, SourceFailure  from the task: the next would not fare better
template <class Task>
std::string failure_of(Task&& task) {
  try {
    task();
    return {};
  } catch (const std::bad_alloc&) {
    throw;
  } catch (const SourceFailure&) {
    throw;
  } catch (const std::exception& error) {
    const std::string said = error.what();
    return said.empty() ? "an exception without a text" : said;
  }
}

/// A number as a person would write it; std::to_string would print 1e-9 as 0.000000.
template <class Number>
EIGENMIX_COLD std::string text(const Number& number) {
  if constexpr (std::is_integral_v<Number>) {
    return std::to_string(number);
  } else {
    std::ostringstream stream;
    stream.precision(std::numeric_limits<Number>::max_digits10);
    stream << number;
    return stream.str();
  }
}

struct Shape {
  Index rows, cols;
};

EIGENMIX_COLD inline std::string text(const Shape& shape) {
  return text(shape.rows) + " x " + text(shape.cols);
}

inline void check_shape(const char* where, const char* what, Shape got, Shape need) {
  if (got.rows == need.rows && got.cols == need.cols) return;
  reject(where, std::string("shape of ") + what, text(got), text(need));
}

/// Policies call this in their constructors: a NaN or negative tolerance would never be met.
template <class Number>
Number non_negative(const char* where, const char* what, Number value) {
  if (!(value >= Number(0))) reject(where, what, text(value), "a number >= 0");
  return value;
}

inline Index at_least_one(const char* where, const char* what, Index value) {
  if (value < 1) reject(where, what, text(value), "at least one");
  return value;
}

template <class Number>
Number positive(const char* where, const char* what, Number value) {
  if (!(value > Number(0)) || !std::isfinite(value)) {
    reject(where, what, text(value), "a finite number > 0");
  }
  return value;
}

/// How far a sum of probabilities may be from one: loose enough for numbers copied from a
/// printed table (six digits), tight enough to catch percentages and forgotten components.
inline constexpr double probability_sum_tolerance = 1e-5;

/// How far covariances may be from having parts in common, in deviations, for the same reason.
inline constexpr double common_parts_tolerance = 1e-5;

}  // namespace detail
}  // namespace EIGENMIX_ABI
}  // namespace eigenmix

#endif  // EIGENMIX_BASE_ERRORS_HPP
