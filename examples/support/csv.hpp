// SPDX-License-Identifier: MIT
#ifndef EIGENMIX_EXAMPLES_SUPPORT_CSV_HPP
#define EIGENMIX_EXAMPLES_SUPPORT_CSV_HPP

// Numbers from and to CSV files. Reading is strict: a file that is not a full table of finite
// numbers is refused with the line and column of what is wrong, because a fit would hide it.

#include <cerrno>
#include <cmath>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <iomanip>
#include <optional>
#include <sstream>
#include <stdexcept>
#include <string>
#include <system_error>
#include <utility>
#include <vector>

#include <Eigen/Core>

namespace csv {

using Eigen::Index;

/// A table, turned so that a row of the file is a column of the matrix: one sample per column.
struct Table {
  std::vector<std::string> columns;  ///< names of the numbers; x1, x2, ... if there is no header
  Eigen::MatrixXd samples;           ///< [columns x rows]
  std::vector<std::string> labels;   ///< [rows] the last column, where it is text
  std::string label_name;
};

enum class LastColumn { number, text };

namespace detail {

inline std::string trimmed(const std::string& text) {
  const char* blank = " \t\r";
  const auto first = text.find_first_not_of(blank);
  if (first == std::string::npos) return "";
  return text.substr(first, text.find_last_not_of(blank) - first + 1);
}

/// The field in quotation marks, cut where it is too long for a message.
inline std::string shown(const std::string& field) {
  constexpr std::size_t most = 40;
  return '"' + (field.size() > most ? field.substr(0, most) + "..." : field) + '"';
}

/// The number that the whole of a field is, if it is one.
inline std::optional<double> number(const std::string& field) {
  char* end = nullptr;
  const double value = std::strtod(field.c_str(), &end);
  if (field.empty() || end != field.c_str() + field.size()) return std::nullopt;
  return value;
}

/// The shortest decimal that reads back to exactly this number.
inline std::string text(double value) {
  std::ostringstream stream;
  for (int digits = 15; digits <= 17; ++digits) {
    stream.str("");
    stream << std::setprecision(digits) << value;
    if (std::strtod(stream.str().c_str(), nullptr) == value) break;
  }
  return stream.str();
}

inline std::string quoted_if_needed(const std::string& name) {
  return name.find(',') == std::string::npos ? name : '"' + name + '"';
}

class Reader {
 public:
  Reader(const std::filesystem::path& path, LastColumn last)
      : path_(path), file_(path), has_labels_(last == LastColumn::text) {
    if (!file_) {
      throw std::runtime_error(path.string() +
                               ": cannot be opened: " + std::generic_category().message(errno));
    }
    if (std::filesystem::is_directory(path)) {
      throw std::runtime_error(path.string() + ": is a directory, not a file");
    }
  }

  Table read() {
    std::vector<std::string> fields;
    while (next_line(fields)) {
      if (table_.columns.empty()) {
        if (begin(fields)) continue;
      } else if (fields.size() != width_) {
        fail(count(fields.size()) + ", but the first line has " + count(width_));
      }
      add(fields);
    }
    if (values_.empty()) throw std::runtime_error(path_.string() + ": has no rows of numbers");
    const auto rows = static_cast<Index>(table_.columns.size());
    table_.samples = Eigen::Map<const Eigen::MatrixXd>(values_.data(), rows,
                                                       static_cast<Index>(values_.size()) / rows);
    return std::move(table_);
  }

 private:
  static std::string count(std::size_t fields) {
    return std::to_string(fields) + (fields == 1 ? " field" : " fields");
  }

  [[noreturn]] void fail(const std::string& what) const {
    throw std::runtime_error(path_.string() + ": line " + std::to_string(line_) + ": " + what);
  }

  /// The fields of the next line. Empty lines may end a file, but not stand inside it.
  bool next_line(std::vector<std::string>& fields) {
    std::string text;
    if (!std::getline(file_, text)) return false;
    ++line_;
    if (line_ == 1 && text.rfind("\xEF\xBB\xBF", 0) == 0) text.erase(0, 3);  // a byte order mark
    if (!trimmed(text).empty()) {
      fields = split(text);
      return true;
    }
    const std::size_t empty = line_;
    if (next_line(fields)) {
      line_ = empty;
      fail("is empty");
    }
    return false;
  }

  /// Splits at commas outside quotation marks, which are dropped.
  std::vector<std::string> split(const std::string& text) const {
    std::vector<std::string> fields(1);
    bool quoted = false;
    for (const char c : text) {
      if (c == '"') {
        quoted = !quoted;
      } else if (c == ',' && !quoted) {
        fields.emplace_back();
      } else {
        fields.back() += c;
      }
    }
    if (quoted) fail("a quotation mark is not closed");
    for (std::string& field : fields) field = trimmed(field);
    return fields;
  }

  /// Takes the shape from the first line. \return whether it is a header: has no number at all
  bool begin(const std::vector<std::string>& fields) {
    width_ = fields.size();
    if (has_labels_ && width_ < 2) fail("need at least one number and a label");
    bool is_header = true;
    for (std::size_t i = 0; i + (has_labels_ ? 1 : 0) < width_; ++i) {
      if (number(fields[i])) is_header = false;
      table_.columns.push_back("x" + std::to_string(i + 1));
    }
    if (!is_header) return false;
    table_.columns.assign(fields.begin(), fields.end() - (has_labels_ ? 1 : 0));
    if (has_labels_) table_.label_name = fields.back();
    return true;
  }

  void add(const std::vector<std::string>& fields) {
    for (std::size_t i = 0; i < table_.columns.size(); ++i) {
      const std::optional<double> value = number(fields[i]);
      const std::string where =
          "column " + std::to_string(i + 1) + " (" + table_.columns[i] + "): ";
      if (fields[i].empty()) fail(where + "is empty");
      if (!value) fail(where + shown(fields[i]) + " is not a number");
      if (!std::isfinite(*value)) fail(where + shown(fields[i]) + " is not finite");
      values_.push_back(*value);
    }
    if (has_labels_) table_.labels.push_back(fields.back());
  }

  std::filesystem::path path_;
  std::ifstream file_;
  bool has_labels_;
  std::size_t line_ = 0;
  std::size_t width_ = 0;
  std::vector<double> values_;
  Table table_;
};

}  // namespace detail

/// Reads a table of numbers, with or without a header line.
/// \param last  whether the last column is text, to be kept as labels
/// \throws std::runtime_error  if the file is anything else; the text says where and why
inline Table read(const std::filesystem::path& path, LastColumn last = LastColumn::number) {
  return detail::Reader(path, last).read();
}

/// Writes a table with a header line; numbers so that they read back exactly.
/// \throws std::runtime_error  if the file cannot be written
inline void write(const std::filesystem::path& path, const Table& table) {
  std::ofstream file(path);
  const bool has_labels = !table.labels.empty();
  for (std::size_t i = 0; i < table.columns.size(); ++i) {
    file << (i == 0 ? "" : ",") << detail::quoted_if_needed(table.columns[i]);
  }
  file << (has_labels ? "," + table.label_name : "") << '\n';
  for (Index n = 0; n < table.samples.cols(); ++n) {
    for (Index i = 0; i < table.samples.rows(); ++i) {
      file << (i == 0 ? "" : ",") << detail::text(table.samples(i, n));
    }
    file << (has_labels ? "," + table.labels[static_cast<std::size_t>(n)] : "") << '\n';
  }
  if (!file.flush()) throw std::runtime_error(path.string() + ": cannot be written");
}

}  // namespace csv

#endif  // EIGENMIX_EXAMPLES_SUPPORT_CSV_HPP
