// SPDX-License-Identifier: MIT
#ifndef EIGENMIX_EXAMPLES_SUPPORT_PROGRESS_LINE_HPP
#define EIGENMIX_EXAMPLES_SUPPORT_PROGRESS_LINE_HPP

#include <chrono>
#include <cstddef>
#include <iostream>
#include <string>

#if defined(_WIN32)
#include <io.h>
#else
#include <unistd.h>
#endif

/// One line on std::cerr that says how far a program is, rewritten ten times a second. There is
/// none before a second is over, nor where std::cerr is no terminal: logs stay clean.
class ProgressLine {
 public:
  explicit ProgressLine(bool is_wanted) : is_on_(is_wanted && is_terminal()) {}
  ProgressLine(const ProgressLine&) = delete;
  ProgressLine& operator=(const ProgressLine&) = delete;
  ~ProgressLine() { clear(); }

  /// \param make  returns the text; called only if it is shown
  template <class Make>
  void show(const Make& make) {
    if (!is_on_ || Clock::now() < next_) return;
    next_ = Clock::now() + std::chrono::milliseconds(100);
    const std::string text = make();
    const std::size_t rest = width_ > text.size() ? width_ - text.size() : 0;
    std::cerr << '\r' << text << std::string(rest, ' ') << std::flush;
    width_ = text.size();
  }

  /// Takes the line away, as it must be before anything else is written to the terminal.
  void clear() {
    if (width_ > 0) std::cerr << '\r' << std::string(width_, ' ') << '\r' << std::flush;
    width_ = 0;
  }

 private:
  using Clock = std::chrono::steady_clock;

  static bool is_terminal() {
#if defined(_WIN32)
    return _isatty(2) != 0;
#else
    return isatty(STDERR_FILENO) != 0;
#endif
  }

  bool is_on_;
  Clock::time_point next_ = Clock::now() + std::chrono::seconds(1);
  std::size_t width_ = 0;  // of what is shown
};

#endif  // EIGENMIX_EXAMPLES_SUPPORT_PROGRESS_LINE_HPP
