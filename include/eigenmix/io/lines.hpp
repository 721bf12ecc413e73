// SPDX-License-Identifier: MIT
#ifndef EIGENMIX_IO_LINES_HPP
#define EIGENMIX_IO_LINES_HPP

#include <algorithm>
#include <istream>
#include <string>
#include <string_view>
#include <vector>

#include <eigenmix/io/saved.hpp>

namespace eigenmix {
inline namespace EIGENMIX_ABI {
namespace detail {

/// Lines of a keyword and its values, read one by one and counted from one.
class Lines {
 public:
  /// \param where  who reads, for messages
  Lines(const char* where, std::istream& in) : where_(where), in_(in) {}

  /// Passes over empty lines. \return whether there is another
  bool skip_empty() {
    while (read()) {
      if (!words_.empty()) return true;
    }
    return false;
  }

  /// The next line, which begins with this word.
  void expect(const char* keyword) {
    if (!read()) fail(keyword, "the end of the text", "a line of this word");
    if (!is(keyword)) fail("first word", in_quotes(first()), keyword);
  }

  /// The next line, whatever it begins with.
  void expect_any() {
    if (!read()) fail("end", "the end of the text", "the line that ends a mixture");
  }

  bool is(const char* keyword) const { return !words_.empty() && words_[0] == keyword; }
  std::string_view first() const { return words_.empty() ? std::string_view() : words_[0]; }

  /// The value that stands alone after the keyword, or those that do.
  std::string_view value(Index i = 0, Index count = 1) const {
    check_count(count);
    return words_[static_cast<std::size_t>(i + 1)];
  }

  Index count(Index i = 0, Index count = 1) const {
    Index result = 0;
    if (!parse_count(value(i, count), result)) {
      fail(std::string(first()), in_quotes(value(i, count)), "a number to count with");
    }
    return result;
  }

  /// A number of a file whose numbers have so many binary digits.
  template <class Scalar>
  Scalar number(int digits, Index i = 0, Index count = 1) const {
    Scalar result = 0;
    if (!parse_number_as(digits, value(i, count), result)) {
      fail(std::string(first()) + ", number " + text(i + 1), in_quotes(value(i, count)),
           std::string("a finite number that a ") + scalar_name(digits) + " can hold");
    }
    return result;
  }

  /// All values of the line, so many.
  template <class Scalar>
  Vector<Scalar> numbers(int digits, Index count) const {
    check_count(count);
    Vector<Scalar> result(count);
    for (Index i = 0; i < count; ++i) result(i) = number<Scalar>(digits, i, count);
    return result;
  }

  void check_count(Index count) const {
    const Index got = static_cast<Index>(words_.size()) - 1;
    if (got != count) fail("values of " + std::string(first()), text(got), text(count));
  }

  /// Where the line is, for messages.
  std::string place() const { return std::string(where_) + ": line " + text(line_count_); }

  [[noreturn]] EIGENMIX_COLD void fail(const std::string& what, const std::string& got,
                                       const std::string& need) const {
    refuse(place(), what, got, need);
  }

 private:
  bool read() {
    ++line_count_;
    words_.clear();
    if (!std::getline(in_, line_)) return false;
    if (!line_.empty() && line_.back() == '\r') line_.pop_back();  // lines of Windows
    for (std::size_t at = line_.find_first_not_of(" \t"); at < line_.size();) {
      const std::size_t end = std::min(line_.find_first_of(" \t", at), line_.size());
      words_.emplace_back(line_.data() + at, end - at);
      at = line_.find_first_not_of(" \t", end);
    }
    return true;
  }

  const char* where_;
  std::istream& in_;
  std::string line_;
  std::vector<std::string_view> words_;  // of the line
  Index line_count_ = 0;
};

}  // namespace detail
}  // namespace EIGENMIX_ABI
}  // namespace eigenmix

#endif  // EIGENMIX_IO_LINES_HPP
