// SPDX-License-Identifier: MIT
#ifndef EIGENMIX_OBSERVERS_PROGRESS_HPP
#define EIGENMIX_OBSERVERS_PROGRESS_HPP

// Not in the umbrella header: telling whether a stream is a terminal takes <iostream>, which costs
// every unit that includes it a quarter of a second and a static initialiser.

#include <iomanip>
#include <iostream>
#include <string>

#if defined(_WIN32)
#include <io.h>
#else
#include <unistd.h>
#endif

#include <eigenmix/report/format_guard.hpp>
#include <eigenmix/report/iteration.hpp>

namespace eigenmix {
inline namespace EIGENMIX_ABI {
namespace observers {

/// Writes iteration, log-likelihood, its change and the time elapsed to a stream of the caller's:
/// one line that is rewritten on a terminal, one line per iteration elsewhere. Every line costs
/// O(1), and throws what the stream does.
class Progress {
 public:
  enum class Style { automatic, rewritten, lines };

  /// \param stream  must outlive the fit
  /// \param style   automatic: rewritten if the stream is std::cout, cerr or clog and a terminal
  explicit Progress(std::ostream& stream, Style style = Style::automatic)
      : stream_(&stream),
        rewritten_(style == Style::rewritten ||
                   (style == Style::automatic && is_terminal(stream))) {}

  void operator()(const Iteration& iteration) {
    std::ostream& out = *stream_;
    const detail::FormatGuard guard(out);
    out.flags(std::ios::dec | std::ios::right);
    out.fill(' ');
    if (rewritten_) out << '\r';
    out << "iteration " << std::setw(4) << iteration.number() << "  log-likelihood "
        << std::setprecision(10) << std::setw(14) << iteration.log_likelihood();
    if (iteration.number() > 0) {
      out << "  change " << std::scientific << std::setprecision(2) << std::setw(9)
          << iteration.gain();
    } else {
      out << std::string(18, ' ');  // as wide as the change
    }
    out << "  " << std::fixed << std::setprecision(3) << iteration.elapsed().count() << " s";
    if (rewritten_) {
      out << std::flush;
    } else {
      out << '\n';
    }
  }

  /// Ends the rewritten line; call it after the fit, also one that throws, before writing anything
  /// else. The fit has a copy of the observer, but they share the stream.
  void finish() const {
    if (rewritten_) *stream_ << std::endl;
  }

 private:
  static bool is_terminal(const std::ostream& stream) {
    const bool is_out = stream.rdbuf() == std::cout.rdbuf();
    const bool is_error =
        stream.rdbuf() == std::cerr.rdbuf() || stream.rdbuf() == std::clog.rdbuf();
    if (!is_out && !is_error) return false;
#if defined(_WIN32)
    return _isatty(is_out ? 1 : 2) != 0;
#else
    return isatty(is_out ? STDOUT_FILENO : STDERR_FILENO) != 0;
#endif
  }

  std::ostream* stream_;
  bool rewritten_;
};

}  // namespace observers
}  // namespace EIGENMIX_ABI
}  // namespace eigenmix

#endif  // EIGENMIX_OBSERVERS_PROGRESS_HPP
