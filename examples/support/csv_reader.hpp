// SPDX-License-Identifier: MIT
#ifndef EIGENMIX_EXAMPLES_SUPPORT_CSV_READER_HPP
#define EIGENMIX_EXAMPLES_SUPPORT_CSV_READER_HPP

// Tables of numbers from CSV files. Reading is strict: a file that is not a full table of finite
// numbers is refused with the line and column of what is wrong, because a fit would hide it.

#include <algorithm>
#include <cmath>
#include <filesystem>
#include <optional>
#include <stdexcept>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include <Eigen/Core>

#include "csv_columns.hpp"
#include "csv_fields.hpp"
#include "csv_lines.hpp"
#include "csv_numbers.hpp"

namespace csv {

using Eigen::Index;

/// A table, turned so that a row of the file is a column of the matrix: one sample per column.
struct Table {
  std::vector<std::string> columns;  ///< names of the numbers; x1, x2, ... if there is no header
  Eigen::MatrixXd samples;           ///< [columns x rows]
  std::vector<std::string> labels;   ///< [rows] the last column, where it is text
  std::string label_name;
  bool has_header = false;
};

namespace detail {

class Reader {
 public:
  Reader(std::filesystem::path path, const Request& request)
      : path_(std::move(path)), request_(request), lines_(path_, request.progress) {}

  Table read() {
    if (!next_line()) fail_without_rows();
    begin_splitting();
    table_.has_header = begin();
    if (!table_.has_header) add_first_row();
    while (next_line()) {
      if (!add_plain_row()) {
        split();
        add_row();
      }
    }
    if (row_count_ == 0) fail_without_rows();
    table_.samples.conservativeResize(Eigen::NoChange, row_count_);
    return std::move(table_);
  }

 private:
  bool has_labels() const { return request_.last == LastColumn::text; }

  [[noreturn]] void fail_without_rows() const {
    throw std::runtime_error(path_.string() + ": has no rows of numbers");
  }

  std::string at_line(std::size_t line) const {
    return path_.string() + ": line " + std::to_string(line) + ": ";
  }

  [[noreturn]] void fail(const std::string& what) const {
    throw std::runtime_error(at_line(lines_.number()) + what);
  }

  /// Where field i is.
  std::string at_field(std::size_t i) const {
    const std::string name = i < columns_.size() ? " (" + printable(columns_.name(i)) + ")" : "";
    return at_line(lines_.number() + fields_[i].lines_before) + "column " + std::to_string(i + 1) +
           name + ": ";
  }

  [[noreturn]] void fail_at_field(std::size_t i, const std::string& what) const {
    throw std::runtime_error(at_field(i) + what);
  }

  static std::string count(std::size_t fields) {
    return std::to_string(fields) + (fields == 1 ? " field" : " fields");
  }

  /// Goes to the next line. Empty lines may end a file, but not stand inside it.
  bool next_line() {
    if (!lines_.next()) return false;
    if (!is_empty_line()) return true;
    const std::size_t empty = lines_.number();
    while (lines_.next()) {
      if (!is_empty_line()) throw std::runtime_error(at_line(empty) + "is empty");
    }
    return false;
  }

  bool is_empty_line() const {
    const bool has_tabs = splitter_.delimiter() == '\t';
    return lines_.text().find_first_not_of(has_tabs ? " \r" : " \t\r") == std::string_view::npos;
  }

  /// Splits the first line, which tells the delimiter.
  void begin_splitting() {
    const auto is_open = [&] {
      const std::string_view line = lines_.text();
      return std::count(line.begin(), line.end(), '"') % 2 == 1;
    };
    while (is_open() && lines_.lengthen()) continue;
    splitter_ = Splitter(delimiter_of(lines_.text()), lines_.line_end());
    split();
  }

  /// Splits the line, and lengthens it while it ends within quotation marks.
  void split() {
    Ending ending = splitter_.split(lines_.text(), fields_);
    while (ending == Ending::inside_quotes && lines_.lengthen()) {
      ending = splitter_.split(lines_.text(), fields_);
    }
    const std::size_t last = fields_.size() - 1;
    if (ending == Ending::inside_quotes) fail_at_field(last, "a quotation mark is not closed");
    if (ending == Ending::behind_quotes) {
      fail_at_field(last,
                    "there is text behind a closing quotation mark; one that is part of the "
                    "text is written twice");
    }
    if (ending == Ending::quote_in_text) {
      fail_at_field(last, "there is a quotation mark within " + shown(fields_[last].text));
    }
    if (lines_.text().find('\0') != std::string_view::npos) fail("has a zero byte: not text");
  }

  /// Takes the shape from the first line. \return whether it is a header: has no number at all
  bool begin() {
    const std::size_t width = fields_.size();
    if (has_labels() && width < 2) fail("need at least one number and a label");
    bool is_header = true, are_missing = true;
    for (std::size_t i = 0; i + (has_labels() ? 1 : 0) < width; ++i) {
      const std::string& field = fields_[i].text;
      if (number(field) || has_decimal_comma(field)) is_header = false;
      are_missing = are_missing && (field.empty() || is_missing(field));
    }
    if (are_missing) {
      const std::string& first = fields_[0].text;
      fail_at_field(0, first.empty() ? "is empty" : "is missing: " + shown(first));
    }
    std::vector<std::string> names;
    for (std::size_t i = 0; i < width; ++i) {
      names.push_back(is_header ? fields_[i].text : "x" + std::to_string(i + 1));
    }
    if (has_labels() && is_header) table_.label_name = names.back();
    try {
      columns_ = Columns(std::move(names), is_header, request_);
    } catch (const std::runtime_error& error) {
      fail(error.what());
    }
    table_.columns = columns_.wanted();
    constexpr Index first_rows = 1024;
    sample_.resize(table_.columns.size());
    table_.samples.resize(static_cast<Index>(sample_.size()), first_rows);
    return is_header;
  }

  /// Adds a line that has nothing but numbers where numbers are wanted, nothing in quotation marks
  /// but whole fields without any, and no labels: nearly all lines are so.
  /// \return whether this one is; if not, nothing is added
  bool add_plain_row() {
    if (has_labels()) return false;
    const std::string_view line = lines_.text();
    const char* at = line.data();
    const char* const end = at + line.size();
    const std::size_t width = columns_.size();
    for (std::size_t i = 0; i < width; ++i) {
      if (i > 0 && (at == end || *at++ != splitter_.delimiter())) return false;
      at = columns_.is_wanted(i) ? taken(at, end, sample_[columns_.row_of(i)])
                                 : passed_over(at, end);
      if (!at) return false;
    }
    if (at != end) return false;
    add_sample();
    return true;
  }

  /// The end of a field that is not wanted, or nothing if it is not plain.
  const char* passed_over(const char* at, const char* end) const {
    if (at != end && *at == '"') {
      at = std::find(at + 1, end, '"');
      return at == end ? nullptr : at + 1;
    }
    while (at != end && *at != splitter_.delimiter() && *at != '"' && *at != '\0') ++at;
    return at;
  }

  /// The end of a field that is a number, or nothing if it is not plain.
  static const char* taken(const char* at, const char* end, double& value) {
    while (at != end && *at == ' ') ++at;
    const bool is_quoted = at != end && *at == '"';
    if (is_quoted) ++at;
    const char* const begin = at;
    at = parse_number(begin, end, value);
    if (at == begin || !std::isfinite(value)) return nullptr;
    if (is_quoted && (at == end || *at++ != '"')) return nullptr;
    while (at != end && *at == ' ') ++at;
    return at;
  }

  /// Adds the first line, which is no header, and the next. Of names that are numbers but for some
  /// the first would look like a row: those some are text above numbers.
  void add_first_row() {
    add_row();
    const std::vector<Field> first = fields_;
    if (!next_line()) return;
    split();
    add_row();
    for (std::size_t i = 0; i + (has_labels() ? 1 : 0) < columns_.size(); ++i) {
      const bool is_name = !first[i].text.empty() && !number(first[i].text);
      if (!is_name || !number(fields_[i].text)) continue;
      fail_at_field(i, "is a number, but " + shown(first[i].text) +
                           " in the first line; in a header no name may be a number");
    }
  }

  void add_row() {
    if (fields_.size() != columns_.size()) {
      fail(count(fields_.size()) + ", but the first line has " + count(columns_.size()));
    }
    for (std::size_t i = 0; i < fields_.size(); ++i) {
      if (columns_.is_wanted(i)) sample_[columns_.row_of(i)] = checked_number(i);
    }
    if (has_labels()) table_.labels.push_back(fields_.back().text);
    add_sample();
  }

  double checked_number(std::size_t i) const {
    const std::string& field = fields_[i].text;
    if (field.empty()) fail_at_field(i, "is empty");
    if (is_missing(field)) fail_at_field(i, "is missing: " + shown(field));
    const std::optional<double> value = number(field);
    if (value && !std::isfinite(*value)) fail_at_field(i, shown(field) + " is not finite");
    if (value) return *value;
    if (has_decimal_comma(field)) {
      fail_at_field(i, shown(field) + " has a decimal comma; write numbers with a point");
    }
    const std::string what = at_field(i) + shown(field) + " is not a number";
    if (row_count_ > 0 || columns_.are_chosen()) throw std::runtime_error(what);
    std::vector<std::string> of_numbers;
    for (std::size_t j = 0; j < columns_.size(); ++j) {
      if (number(fields_[j].text)) of_numbers.push_back(columns_.request_of(j));
    }
    throw TextColumn(what, std::move(of_numbers));
  }

  void add_sample() {
    Eigen::MatrixXd& samples = table_.samples;
    if (row_count_ == samples.cols()) {
      samples.conservativeResize(Eigen::NoChange, 2 * row_count_);
    }
    std::copy(sample_.begin(), sample_.end(), samples.col(row_count_).data());
    ++row_count_;
  }

  std::filesystem::path path_;
  const Request& request_;
  Lines lines_;
  Splitter splitter_{',', '\n'};
  std::vector<Field> fields_;  // of the line
  Columns columns_;
  std::vector<double> sample_;
  Index row_count_ = 0;
  Table table_;
};

}  // namespace detail

/// Reads a table of numbers, with or without a header line, its fields between commas, semicolons
/// or tabs; quotation marks as in RFC 4180.
/// \throws std::runtime_error  if the file is anything else; the text says where and why
inline Table read(const std::filesystem::path& path, const Request& request) {
  return detail::Reader(path, request).read();
}

/// \param last  whether the last column is text, to be kept as labels
inline Table read(const std::filesystem::path& path, LastColumn last = LastColumn::number) {
  Request request;
  request.last = last;
  return read(path, request);
}

}  // namespace csv

#endif  // EIGENMIX_EXAMPLES_SUPPORT_CSV_READER_HPP
