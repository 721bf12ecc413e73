// SPDX-License-Identifier: MIT
#ifndef EIGENMIX_EXAMPLES_SUPPORT_CSV_WRITER_HPP
#define EIGENMIX_EXAMPLES_SUPPORT_CSV_WRITER_HPP

#include <filesystem>
#include <fstream>
#include <stdexcept>
#include <string>
#include <vector>

#include "csv_fields.hpp"
#include "csv_numbers.hpp"
#include "csv_reader.hpp"

namespace csv {

/// Writes a file row by row; numbers so that they read back exactly.
class Writer {
 public:
  /// \param columns  the header line
  /// \throws std::runtime_error  as close
  Writer(std::filesystem::path path, const std::vector<std::string>& columns)
      : path_(std::move(path)), file_(path_, std::ios::binary) {
    for (const std::string& name : columns) add(name);
    end_row();
  }

  void add(double value) {
    separate();
    detail::append_number(value, text_);
  }
  void add(const std::string& value) {
    separate();
    text_ += detail::quoted_if_needed(value);
  }

  void end_row() {
    constexpr std::size_t block = 1 << 16;
    text_ += '\n';
    is_first_ = true;
    if (text_.size() >= block) flush();
  }

  /// Ends the file. \throws std::runtime_error  if it cannot be written
  void close() {
    flush();
    file_.close();
    if (!file_) fail();
  }

 private:
  [[noreturn]] void fail() const {
    throw std::runtime_error(path_.string() + ": cannot be written");
  }

  void separate() {
    if (!is_first_) text_ += ',';
    is_first_ = false;
  }

  void flush() {
    file_.write(text_.data(), static_cast<std::streamsize>(text_.size()));
    text_.clear();
    if (!file_) fail();
  }

  std::filesystem::path path_;
  std::ofstream file_;
  std::string text_;  // not yet written
  bool is_first_ = true;
};

/// Writes a table with a header line. \throws std::runtime_error  if the file cannot be written
inline void write(const std::filesystem::path& path, const Table& table) {
  const bool has_labels = !table.labels.empty();
  std::vector<std::string> columns = table.columns;
  if (has_labels) columns.push_back(table.label_name);
  Writer writer(path, columns);
  for (Index n = 0; n < table.samples.cols(); ++n) {
    for (Index i = 0; i < table.samples.rows(); ++i) writer.add(table.samples(i, n));
    if (has_labels) writer.add(table.labels[static_cast<std::size_t>(n)]);
    writer.end_row();
  }
  writer.close();
}

}  // namespace csv

#endif  // EIGENMIX_EXAMPLES_SUPPORT_CSV_WRITER_HPP
