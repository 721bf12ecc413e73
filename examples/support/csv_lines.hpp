// SPDX-License-Identifier: MIT
#ifndef EIGENMIX_EXAMPLES_SUPPORT_CSV_LINES_HPP
#define EIGENMIX_EXAMPLES_SUPPORT_CSV_LINES_HPP

// The lines of a file, read by large blocks, of which no more is in memory than a block or a line.

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <filesystem>
#include <fstream>
#include <functional>
#include <stdexcept>
#include <string>
#include <string_view>
#include <system_error>
#include <utility>
#include <vector>

namespace csv {
namespace detail {

/// Lines end with \n, \r\n or, in files that have neither, \r. A byte order mark is passed over.
class Lines {
 public:
  using Progress = std::function<void(std::size_t)>;

  /// \param progress  is told after each block how many bytes are read; may be empty
  Lines(const std::filesystem::path& path, Progress progress)
      : file_(path, std::ios::binary), progress_(std::move(progress)) {
    if (!file_) {
      throw std::runtime_error(path.string() +
                               ": cannot be opened: " + std::generic_category().message(errno));
    }
    if (std::filesystem::is_directory(path)) {
      throw std::runtime_error(path.string() + ": is a directory, not a file");
    }
    fill();
    const std::string_view head(buffer_.data(), filled_);
    if (head.substr(0, 2) == "\xFE\xFF" || head.substr(0, 2) == "\xFF\xFE") {
      throw std::runtime_error(path.string() + ": is UTF-16; save it as UTF-8");
    }
    if (head.substr(0, 3) == "\xEF\xBB\xBF") end_ = next_ = 3;
    const std::size_t end = head.find_first_of("\r\n");
    const bool is_return = end < head.size() && head[end] == '\r';
    if (is_return && head.find('\n') == std::string_view::npos) line_end_ = '\r';
  }

  /// Goes to the next line. \return whether there is one
  bool next() {
    begin_ = next_;
    line_ += lines_;
    lines_ = 0;
    return lengthen();
  }

  /// Lengthens the line by the next one, for what has a line end within it. Views of it are lost.
  bool lengthen() {
    std::size_t seen = next_;
    while (true) {
      const void* found =
          seen == filled_ ? nullptr : std::memchr(buffer_.data() + seen, line_end_, filled_ - seen);
      if (found)
        return end_at(static_cast<std::size_t>(static_cast<const char*>(found) - buffer_.data()));
      const std::size_t scanned = filled_ - begin_;
      if (!fill()) return filled_ > next_ && end_at(filled_);
      seen = begin_ + scanned;
    }
  }

  /// The line without its end.
  std::string_view text() const { return {buffer_.data() + begin_, end_ - begin_}; }
  std::size_t number() const { return line_; }  ///< of the line, from one
  char line_end() const { return line_end_; }

 private:
  bool end_at(std::size_t end) {
    end_ = end;
    next_ = std::min(end + 1, filled_);
    ++lines_;
    const bool has_return = line_end_ == '\n' && end_ > begin_ && buffer_[end_ - 1] == '\r';
    if (has_return) --end_;
    return true;
  }

  /// Reads a block behind what is there of the line. \return whether there was more
  bool fill() {
    constexpr std::size_t block = 1 << 20;
    std::copy(buffer_.begin() + std::ptrdiff_t(begin_), buffer_.begin() + std::ptrdiff_t(filled_),
              buffer_.begin());
    filled_ -= begin_;
    next_ -= begin_;
    begin_ = 0;
    // Twice as much each time, so that a very long line is not moved ever again.
    if (buffer_.size() < filled_ + block) buffer_.resize(2 * filled_ + block);
    file_.read(buffer_.data() + filled_, static_cast<std::streamsize>(buffer_.size() - filled_));
    const auto count = static_cast<std::size_t>(file_.gcount());
    filled_ += count;
    bytes_ += count;
    if (progress_ && count > 0) progress_(bytes_);
    return count > 0;
  }

  std::ifstream file_;
  Progress progress_;
  std::vector<char> buffer_;
  char line_end_ = '\n';
  std::size_t begin_ = 0;   // of the line
  std::size_t end_ = 0;     // of the line, without its end
  std::size_t next_ = 0;    // where the next line begins
  std::size_t filled_ = 0;  // of the buffer
  std::size_t bytes_ = 0;   // read so far
  std::size_t line_ = 1;
  std::size_t lines_ = 0;  // that the line is made of
};

}  // namespace detail
}  // namespace csv

#endif  // EIGENMIX_EXAMPLES_SUPPORT_CSV_LINES_HPP
