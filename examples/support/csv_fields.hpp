// SPDX-License-Identifier: MIT
#ifndef EIGENMIX_EXAMPLES_SUPPORT_CSV_FIELDS_HPP
#define EIGENMIX_EXAMPLES_SUPPORT_CSV_FIELDS_HPP

// From a line to its fields, as RFC 4180 says, but for blanks around fields, which are dropped.

#include <algorithm>
#include <cctype>
#include <string>
#include <string_view>
#include <vector>

namespace csv {
namespace detail {

inline std::string_view trimmed(std::string_view text) {
  const char* blank = " \t\r";
  const auto first = text.find_first_not_of(blank);
  if (first == std::string_view::npos) return {};
  return text.substr(first, text.find_last_not_of(blank) - first + 1);
}

/// Text of a file as a message shows it: without what would break the line.
inline std::string printable(std::string_view text) {
  std::string result(text);
  for (char& c : result) {
    if (std::iscntrl(static_cast<unsigned char>(c))) c = '?';
  }
  return result;
}

/// The field in quotation marks, cut where it is too long for a message.
inline std::string shown(std::string_view field) {
  constexpr std::size_t most = 40;
  std::size_t end = std::min(most, field.size());
  const auto is_inside = [](char c) { return (static_cast<unsigned char>(c) & 0xC0U) == 0x80U; };
  while (end < field.size() && end > 0 && is_inside(field[end])) --end;  // whole letters of UTF-8
  return '"' + printable(field.substr(0, end)) + (end < field.size() ? "...\"" : "\"");
}

/// Whether a field says that there is no value.
inline bool is_missing(std::string_view field) {
  std::string lower(field);
  for (char& c : lower) c = static_cast<char>(std::tolower(static_cast<unsigned char>(c)));
  return lower == "na" || lower == "n/a" || lower == "nan" || lower == "-nan" || lower == "null";
}

/// What stands between fields: a tab, else a semicolon, else a comma, whichever the first line has
/// outside quotation marks. Files with semicolons may have commas in numbers or names. A tab behind
/// another separator is a blank.
inline char delimiter_of(std::string_view line) {
  bool is_quoted = false, has_semicolon = false;
  char before = 0;
  for (const char c : line) {
    if (c == '"') is_quoted = !is_quoted;
    if (is_quoted) continue;
    if (c == '\t' && before != ',' && before != ';') return '\t';
    has_semicolon = has_semicolon || c == ';';
    if (c != ' ' && c != '\t') before = c;
  }
  return has_semicolon ? ';' : ',';
}

struct Field {
  std::string text;
  std::size_t lines_before = 0;  // of the lines that it shares with others in front of it
};

/// How a line ended: well, within quotation marks, or with text where none may be.
enum class Ending { complete, inside_quotes, behind_quotes, quote_in_text };

/// Splits one line, which may have line ends within quotation marks.
class Splitter {
 public:
  Splitter(char delimiter, char line_end) : delimiter_(delimiter), line_end_(line_end) {}

  char delimiter() const { return delimiter_; }

  /// \param fields  [out] up to the one in which the line ended otherwise than well
  Ending split(std::string_view line, std::vector<Field>& fields) const {
    fields.clear();
    std::size_t at = 0, counted = 0, lines_before = 0;
    while (true) {
      for (; counted < at; ++counted) lines_before += line[counted] == line_end_ ? 1U : 0U;
      fields.emplace_back();
      fields.back().lines_before = lines_before;
      while (at < line.size() && is_blank(line[at])) ++at;
      const bool is_quoted = at < line.size() && line[at] == '"';
      const Ending ending = is_quoted ? take_quoted(line, at, fields.back().text)
                                      : take_plain(line, at, fields.back().text);
      if (ending != Ending::complete || at == line.size()) return ending;
      ++at;  // over the delimiter
    }
  }

 private:
  bool is_blank(char c) const { return c != delimiter_ && (c == ' ' || c == '\t' || c == '\r'); }

  /// \param at  [in, out] where the field begins, then its delimiter or the end of the line
  Ending take_plain(std::string_view line, std::size_t& at, std::string& text) const {
    const std::size_t end = std::min(line.find(delimiter_, at), line.size());
    text = trimmed(line.substr(at, end - at));
    at = end;
    return text.find('"') == std::string::npos ? Ending::complete : Ending::quote_in_text;
  }

  Ending take_quoted(std::string_view line, std::size_t& at, std::string& text) const {
    while (true) {
      const std::size_t quote = line.find('"', ++at);
      if (quote == std::string_view::npos) return Ending::inside_quotes;
      text += line.substr(at, quote - at);
      at = quote + 1;
      if (at == line.size() || line[at] != '"') break;
      text += '"';
    }
    text = std::string(trimmed(text));
    while (at < line.size() && is_blank(line[at])) ++at;
    return at == line.size() || line[at] == delimiter_ ? Ending::complete : Ending::behind_quotes;
  }

  char delimiter_;
  char line_end_;
};

/// A name as the field of a file with commas.
inline std::string quoted_if_needed(const std::string& name) {
  if (name.find_first_of(",;\t\r\n\"") == std::string::npos) return name;
  std::string result = "\"";
  for (const char c : name) result += c == '"' ? std::string("\"\"") : std::string(1, c);
  return result + '"';
}

}  // namespace detail

/// Names between commas, as a header line has them.
inline std::vector<std::string> names(std::string_view text) {
  std::vector<detail::Field> fields;
  detail::Splitter(',', '\n').split(text, fields);
  std::vector<std::string> result;
  result.reserve(fields.size());
  for (const detail::Field& field : fields) result.push_back(field.text);
  return result;
}

/// Several names as one text that `names` takes apart.
inline std::string joined(const std::vector<std::string>& names) {
  std::string result;
  for (std::size_t i = 0; i < names.size(); ++i) {
    result += (i == 0 ? "" : ",") + detail::quoted_if_needed(names[i]);
  }
  return result;
}

}  // namespace csv

#endif  // EIGENMIX_EXAMPLES_SUPPORT_CSV_FIELDS_HPP
