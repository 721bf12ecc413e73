// SPDX-License-Identifier: MIT
#ifndef EIGENMIX_OUT_OF_CORE_NPY_HEADER_HPP
#define EIGENMIX_OUT_OF_CORE_NPY_HEADER_HPP

// The format: numpy/lib/format.py, NEP 1. Magic, version, length of the header, and the header: a
// literal of Python's, {'descr': '<f8', 'fortran_order': False, 'shape': (3, 2), }.

#include <algorithm>
#include <limits>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include <eigenmix/out_of_core/file_chunks.hpp>

namespace eigenmix {
inline namespace EIGENMIX_ABI {
namespace detail {

/// What the header says, and where.
struct NpyHeader {
  std::string type;  ///< such as '<f8', with its quotes, or whatever stands there
  bool is_fortran = false;
  std::vector<Index> shape;
  FileOffset type_at = 0, shape_at = 0;
  FileOffset data = 0;  ///< where the numbers begin
};

/// Reads the literal.
class NpyLiteral {
 public:
  /// \param begin  of the text in the file
  NpyLiteral(const std::string& path, std::string_view text, FileOffset begin)
      : path_(path), text_(text), begin_(begin) {}

  NpyHeader read() {
    NpyHeader header;
    bool has_type = false, has_order = false, has_shape = false;
    expect('{', "an opening brace");
    while (!takes('}')) {
      const std::string key = read_quoted();
      expect(':', "a colon");
      skip_blanks();
      if (key == "descr") {
        has_type = true;
        header.type_at = here();
        header.type = read_type();
      } else if (key == "fortran_order") {
        has_order = true;
        header.is_fortran = read_flag();
      } else if (key == "shape") {
        has_shape = true;
        header.shape_at = here();
        header.shape = read_shape();
      } else {
        fail("'" + key + "'", "'descr', 'fortran_order' or 'shape'");
      }
      if (!takes(',') && !next_is('}')) fail(shown(), "a comma or closing brace");
    }
    if (!has_type || !has_order || !has_shape) {
      fail("a header that lacks one", "'descr', 'fortran_order' and 'shape'");
    }
    return header;
  }

 private:
  FileOffset here() const { return begin_ + FileOffset(at_); }

  std::string shown() const {
    return at_ < text_.size() ? in_quotes(text_.substr(at_)) : "the end of the header";
  }

  void skip_blanks() {
    while (at_ < text_.size() && (text_[at_] == ' ' || text_[at_] == '\n')) ++at_;
  }

  bool next_is(char letter) {
    skip_blanks();
    return at_ < text_.size() && text_[at_] == letter;
  }

  bool takes(char letter) {
    if (!next_is(letter)) return false;
    ++at_;
    return true;
  }

  void expect(char letter, const char* name) {
    if (!takes(letter)) fail(shown(), name);
  }

  bool takes_word(std::string_view word) {
    if (text_.substr(at_, word.size()) != word) return false;
    at_ += word.size();
    return true;
  }

  std::string read_quoted() {
    skip_blanks();
    const char quote = at_ < text_.size() ? text_[at_] : ' ';
    if (quote != '\'' && quote != '"') fail(shown(), "a word in quotes");
    const std::size_t end = text_.find(quote, at_ + 1);
    if (end == std::string_view::npos) fail(shown(), "a word in quotes");
    std::string word(text_.substr(at_ + 1, end - at_ - 1));
    at_ = end + 1;
    return word;
  }

  /// The word in quotes; or the list that describes records, as it stands.
  std::string read_type() {
    if (next_is('\'') || next_is('"')) return in_quotes(read_quoted());
    const std::size_t begin = at_;
    Index depth = 0;
    for (; at_ < text_.size(); ++at_) {
      if (text_[at_] == '[' || text_[at_] == '(') ++depth;
      if (text_[at_] == ']' || text_[at_] == ')') --depth;
      if (depth == 0) break;
    }
    if (at_ == text_.size() || at_ == begin) fail(shown(), "a type of numbers");
    ++at_;
    return in_quotes(text_.substr(begin, at_ - begin));
  }

  bool read_flag() {
    if (takes_word("True")) return true;
    if (!takes_word("False")) fail(shown(), "True or False");
    return false;
  }

  std::vector<Index> read_shape() {
    std::vector<Index> shape;
    expect('(', "an opening parenthesis");
    while (!takes(')')) {
      const std::size_t begin = at_;
      while (at_ < text_.size() && text_[at_] >= '0' && text_[at_] <= '9') ++at_;
      Index length = 0;
      if (!parse_count(text_.substr(begin, at_ - begin), length)) {
        at_ = begin;
        fail(shown(), "a number to count with");
      }
      shape.push_back(length);
      takes_word("L");  // of Python 2
      if (!takes(',') && !next_is(')')) fail(shown(), "a comma or closing parenthesis");
    }
    return shape;
  }

  [[noreturn]] EIGENMIX_COLD void fail(const std::string& got, const std::string& need) const {
    refuse(place_in(path_, here()), "header of .npy", got, need);
  }

  const std::string& path_;
  std::string_view text_;
  FileOffset begin_;
  std::size_t at_ = 0;
};

/// \throws std::runtime_error  if the file is none of numpy's, or of a version to come
inline NpyHeader read_npy_header(const Descriptor& file) {
  const std::string& path = file.path();
  char head[12] = {};
  if (file.size() < 10) {
    refuse(place_in(path, 0), "file", text(file.size()) + " bytes", "an .npy file");
  }
  file.read(0, 10, head);
  if (std::string_view(head, 6) != "\x93NUMPY") {
    refuse(place_in(path, 0), "first bytes", in_quotes({head, 6}), "those of an .npy file");
  }
  const Index version = head[6] & 255, minor = head[7] & 255;
  if (version < 1 || version > 3 || minor != 0) {
    refuse(place_in(path, 6), "version of .npy", text(version) + '.' + text(minor),
           "1.0, 2.0 or 3.0");
  }
  const FileOffset begin = version == 1 ? 10 : 12;
  if (version > 1) file.read(10, std::min<FileOffset>(2, file.size() - 10), head + 10);
  FileOffset length = 0;
  for (FileOffset i = begin - 1; i >= 8; --i) length = length << 8 | FileOffset(head[i] & 255);
  if (length > file.size() - begin) {
    refuse(place_in(path, 8), "length of the header", text(length),
           "at most what follows, " + text(file.size() - begin) + " bytes");
  }
  // Longer ones are of records of many fields, which are refused.
  constexpr FileOffset longest = FileOffset(1) << 20;
  if (length > longest) {
    refuse(place_in(path, 8), "length of the header", text(length),
           text(longest) + " bytes at most, of which an array of numbers has some hundred");
  }
  std::string literal(std::size_t(length), ' ');
  file.read(begin, length, literal.data());
  NpyHeader header = NpyLiteral(path, literal, begin).read();
  header.data = begin + length;
  return header;
}

/// How numbers of a type are written; nothing if they are not float or double.
inline std::optional<NumberFormat> npy_format(std::string_view type) {
  using out_of_core::ByteOrder;
  if (type.size() != 5 || type[2] != 'f' || (type[3] != '4' && type[3] != '8')) return {};
  if (type[1] != '<' && type[1] != '>' && type[1] != '=') return {};
  const ByteOrder order = type[1] == '<'   ? ByteOrder::little
                          : type[1] == '>' ? ByteOrder::big
                                           : ByteOrder::native;
  return NumberFormat{type[3] == '4' ? StoredNumber::binary32 : StoredNumber::binary64, order};
}

/// Where the samples of an .npy file lie that is N x dimension.
/// \throws std::runtime_error  if it is not such a file, of all its bytes
template <class Scalar>
FileLayout npy_layout(const Descriptor& file) {
  const NpyHeader header = read_npy_header(file);
  const auto format = npy_format(header.type);
  if (!format || !format->template fits<Scalar>()) {
    const bool is_wide = std::numeric_limits<Scalar>::digits >= std::numeric_limits<double>::digits;
    refuse(place_in(file.path(), header.type_at), "type of the numbers", header.type,
           is_wide ? "'<f4', '<f8', '>f4' or '>f8'"
                   : "'<f4' or '>f4' for samples of float; others go into a mixture of double");
  }
  const auto& shape = header.shape;
  if (shape.size() != 2) {
    refuse(place_in(file.path(), header.shape_at), "dimensions of the array", text(shape.size()),
           "two: samples, and the dimensions of each; of one dimension x.reshape(-1, 1)");
  }
  if (shape[1] < 1 || (shape[0] == 0 && shape[1] > largest_dimension)) {
    refuse(place_in(file.path(), header.shape_at), "shape", text(Shape{shape[0], shape[1]}),
           "at least one dimension, and 2^31 at most");
  }
  const FileOffset size = file.size() - header.data, most = size / format->size() / shape[1];
  if (shape[0] != most || size != most * shape[1] * format->size()) {
    refuse(place_in(file.path(), header.data), "bytes of numbers", text(size),
           "those of " + text(Shape{shape[0], shape[1]}) + " numbers of " + text(format->size()));
  }
  return {shape[1], shape[0], header.data, *format,
          header.is_fortran ? Arrangement::by_dimension : Arrangement::by_sample};
}

}  // namespace detail
}  // namespace EIGENMIX_ABI
}  // namespace eigenmix

#endif  // EIGENMIX_OUT_OF_CORE_NPY_HEADER_HPP
