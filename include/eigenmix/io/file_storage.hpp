// SPDX-License-Identifier: MIT
#ifndef EIGENMIX_IO_FILE_STORAGE_HPP
#define EIGENMIX_IO_FILE_STORAGE_HPP

// Reads what OpenCV's cv::FileStorage writes: JSON, and the YAML that it makes of the same things,
// which is a small part of YAML 1.0: block mappings and sequences, one entry a line; flow sequences
// of numbers over several lines; the tag !!opencv-matrix; no anchors, no multi-line text.

#include <algorithm>
#include <istream>
#include <iterator>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include <eigenmix/io/number.hpp>
#include <eigenmix/io/saved.hpp>

namespace eigenmix {
inline namespace EIGENMIX_ABI {
namespace detail {

/// A text, or members in their order: of a mapping with their names, of a sequence without.
struct StoredNode {
  std::string name, text;
  std::vector<StoredNode> members;
  Index line = 0;

  /// \return the member of that name, or nullptr
  const StoredNode* find(std::string_view wanted) const {
    for (const StoredNode& member : members) {
      if (member.name == wanted) return &member;
    }
    return nullptr;
  }
};

class StorageReader {
 public:
  /// \param where  who reads, for messages
  StorageReader(const char* where, std::istream& in)
      : where_(where), text_(std::istreambuf_iterator<char>(in), {}) {}

  StoredNode read() {
    skip_blank();
    StoredNode root;
    if (peek() == '{') {
      root = read_flow(0);
    } else {
      read_yaml_head();
      root = read_block(0);
    }
    skip_blank();
    if (at_ < text_.size()) fail("text behind the end", rest_of_line(), "none");
    return root;
  }

 private:
  static constexpr int deepest = 16;  // EM's files are four deep; no file may exhaust the stack

  [[noreturn]] void fail(const std::string& what, std::string_view got, const char* need) const {
    refuse(std::string(where_) + ": line " + eigenmix::detail::text(line_), what, in_quotes(got),
           need);
  }

  char peek() const { return at_ < text_.size() ? text_[at_] : '\0'; }

  void advance() {
    if (peek() == '\n') ++line_;
    ++at_;
  }

  void skip_blank() {
    while (at_ < text_.size() && std::string_view(" \t\r\n").find(peek()) != std::string::npos) {
      advance();
    }
  }

  void skip_spaces() {
    while (peek() == ' ') advance();
  }

  std::string_view rest_of_line() const {
    const std::size_t end = std::min(text_.find_first_of("\r\n", at_), text_.size());
    return std::string_view(text_).substr(at_, end - at_);
  }

  std::string take_line() {
    std::string line(rest_of_line());
    at_ += line.size();
    skip_blank_lines();
    line.erase(line.find_last_not_of(' ') + 1);
    return line;
  }

  void read_yaml_head() {
    if (rest_of_line().substr(0, 6) != "%YAML:") {
      fail("beginning", rest_of_line(), "%YAML:1.0 or {, as cv::FileStorage writes");
    }
    take_line();
    if (take_line() != "---") fail("third word", rest_of_line(), "---");
  }

  /// To the beginning of the next line that has something.
  void skip_blank_lines() {
    for (std::size_t next = at_; next <= text_.size(); ++next) {
      const char letter = next < text_.size() ? text_[next] : '\n';
      if (letter == '\n') {
        while (at_ < std::min(next + 1, text_.size())) advance();
      } else if (letter != ' ' && letter != '\r') {
        return;
      }
    }
  }

  std::size_t indent() const {
    const std::size_t first = text_.find_first_not_of(' ', at_);
    return first == std::string::npos ? 0 : first - at_;
  }

  /// A mapping or sequence whose entries stand at the indentation of the first one.
  StoredNode read_block(int depth) {
    if (depth > deepest) fail("nesting", rest_of_line(), "at most 16 levels");
    StoredNode node;
    node.line = line_;
    const std::size_t column = indent();
    while (at_ < text_.size() && indent() == column) {
      skip_spaces();
      const bool is_item = peek() == '-' && (text_[at_ + 1] == ' ' || text_[at_ + 1] == '\n');
      std::string name = is_item ? "" : read_key();
      if (is_item) advance();
      node.members.push_back(read_value(column, depth));
      node.members.back().name = std::move(name);
    }
    if (at_ < text_.size() && indent() > column) {
      fail("indentation", rest_of_line(), "that of the line before");
    }
    return node;
  }

  std::string read_key() {
    const std::string_view line = rest_of_line();
    const std::size_t colon = line.find(':');
    if (colon == std::string::npos || colon == 0) fail("entry", line, "a name and a colon");
    at_ += colon + 1;
    return std::string(line.substr(0, colon));
  }

  /// What follows a name and its colon, or the mark of an item.
  StoredNode read_value(std::size_t column, int depth) {
    skip_spaces();
    StoredNode node;
    node.line = line_;
    if (peek() == '[' || peek() == '{' || peek() == '"') {
      node = read_flow(depth + 1);
      if (const std::string more = take_line(); !more.empty()) {
        fail("text behind a value", more, "the end of the line");
      }
      return node;
    }
    node.text = take_line();
    const bool is_tag = node.text == "!!opencv-matrix";
    if (!node.text.empty() && !is_tag) return node;
    node.text.clear();
    return at_ < text_.size() && indent() > column ? read_block(depth + 1) : node;
  }

  /// A value of JSON; bare words are texts as well.
  StoredNode read_flow(int depth) {
    if (depth > deepest) fail("nesting", rest_of_line(), "at most 16 levels");
    StoredNode node;
    node.line = line_;
    const char opening = peek();
    if (opening != '[' && opening != '{') {
      node.text = opening == '"' ? read_quoted() : read_bare();
      return node;
    }
    const char closing = opening == '[' ? ']' : '}';
    do {
      advance();
      skip_blank();
      if (peek() == closing && node.members.empty()) break;
      std::string name = opening == '{' ? read_name() : "";
      node.members.push_back(read_flow(depth + 1));
      node.members.back().name = std::move(name);
      skip_blank();
    } while (peek() == ',');
    if (peek() != closing) fail("list", rest_of_line(), opening == '[' ? ", or ]" : ", or }");
    advance();
    return node;
  }

  std::string read_name() {
    std::string name = peek() == '"' ? read_quoted() : read_bare();
    skip_blank();
    if (peek() != ':') fail("name", rest_of_line(), "a colon behind it");
    advance();
    skip_blank();
    return name;
  }

  std::string read_quoted() {
    const std::size_t end = std::min(text_.find_first_of("\"\\\n", at_ + 1), text_.size());
    if (end == text_.size() || text_[end] != '"') {
      fail("text in quotes", rest_of_line(), "its end, and no escapes");
    }
    std::string result = text_.substr(at_ + 1, end - at_ - 1);
    at_ = end + 1;
    return result;
  }

  std::string read_bare() {
    const std::size_t end = std::min(text_.find_first_of(" \t\r\n,:[]{}\"", at_), text_.size());
    if (end == at_) fail("value", rest_of_line(), "a number or a text");
    std::string result = text_.substr(at_, end - at_);
    at_ = end;
    return result;
  }

  const char* where_;
  std::string text_;
  std::size_t at_ = 0;
  Index line_ = 1;
};

}  // namespace detail
}  // namespace EIGENMIX_ABI
}  // namespace eigenmix

#endif  // EIGENMIX_IO_FILE_STORAGE_HPP
