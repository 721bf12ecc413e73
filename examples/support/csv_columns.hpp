// SPDX-License-Identifier: MIT
#ifndef EIGENMIX_EXAMPLES_SUPPORT_CSV_COLUMNS_HPP
#define EIGENMIX_EXAMPLES_SUPPORT_CSV_COLUMNS_HPP

// What is wanted of a file: which of its columns, and as what.

#include <algorithm>
#include <functional>
#include <stdexcept>
#include <string>
#include <utility>
#include <vector>

#include "csv_fields.hpp"

namespace csv {

enum class LastColumn { number, text };

/// What to read of a file.
struct Request {
  LastColumn last = LastColumn::number;  ///< whether the last column is text, to be kept as labels
  std::vector<std::string> columns;      ///< names or numbers, from one; empty: all but labels
  /// Names to look for if no columns are asked for and the file has a header.
  std::vector<std::string> expected;
  std::function<void(std::size_t)> progress;  ///< told now and then how many bytes are read
};

/// There is text where all columns were thought to be numbers.
struct TextColumn : std::runtime_error {
  TextColumn(const std::string& what, std::vector<std::string> of_numbers)
      : std::runtime_error(what), numbers(std::move(of_numbers)) {}
  std::vector<std::string> numbers;  ///< columns that do have numbers, as Request::columns wants
};

namespace detail {

/// The columns of a file, and where in a sample each goes.
class Columns {
 public:
  static constexpr std::size_t none = static_cast<std::size_t>(-1);

  Columns() = default;

  /// \param names   as many as a line has fields: those of the header, else made up
  /// \throws std::runtime_error  if the request does not suit them
  Columns(std::vector<std::string> names, bool is_header, const Request& request)
      : names_(std::move(names)), is_header_(is_header), row_of_(names_.size(), none) {
    const bool expects = request.columns.empty() && is_header;
    const auto& wanted = expects ? request.expected : request.columns;
    if (wanted.empty()) {
      const std::size_t labels = request.last == LastColumn::text ? 1 : 0;
      for (std::size_t i = 0; i + labels < names_.size(); ++i) choose(i);
    }
    for (const std::string& name : wanted) choose(column_of(name));
    are_chosen_ = !wanted.empty();
  }

  std::size_t size() const { return names_.size(); }
  const std::string& name(std::size_t column) const { return names_[column]; }
  bool are_chosen() const { return are_chosen_; }  ///< some, by the request

  bool is_wanted(std::size_t column) const { return row_of_[column] != none; }
  /// Where in a sample a wanted column goes.
  std::size_t row_of(std::size_t column) const { return row_of_[column]; }
  const std::vector<std::string>& wanted() const { return wanted_; }  ///< their names, in order

  /// What a request calls a column.
  std::string request_of(std::size_t column) const {
    const bool is_clear = is_header_ && !names_[column].empty() &&
                          std::count(names_.begin(), names_.end(), names_[column]) == 1;
    return is_clear ? names_[column] : std::to_string(column + 1);
  }

 private:
  void choose(std::size_t column) {
    if (is_wanted(column)) {
      throw std::runtime_error("column " + shown(names_[column]) + " is asked for twice");
    }
    row_of_[column] = wanted_.size();
    wanted_.push_back(names_[column]);
  }

  /// The column of this name, else of this number.
  std::size_t column_of(const std::string& name) const {
    const auto found = is_header_ ? std::find(names_.begin(), names_.end(), name) : names_.end();
    if (found != names_.end()) {
      if (std::find(found + 1, names_.end(), name) != names_.end()) {
        throw std::runtime_error("two columns are called " + shown(name) + "; choose by number");
      }
      return static_cast<std::size_t>(found - names_.begin());
    }
    const bool is_number = !name.empty() && name.size() < 10 &&
                           name.find_first_not_of("0123456789") == std::string::npos;
    const std::size_t number = is_number ? std::stoul(name) : 0;
    if (number >= 1 && number <= names_.size()) return number - 1;
    throw std::runtime_error("there is no column " + shown(name) + "; there are " +
                             (is_header_ ? printable(joined(names_)) : numbers()));
  }

  std::string numbers() const {
    return std::to_string(names_.size()) + ", without a header, to be chosen by number from 1";
  }

  std::vector<std::string> names_;
  bool is_header_ = false;
  bool are_chosen_ = false;
  std::vector<std::size_t> row_of_;
  std::vector<std::string> wanted_;
};

}  // namespace detail
}  // namespace csv

#endif  // EIGENMIX_EXAMPLES_SUPPORT_CSV_COLUMNS_HPP
