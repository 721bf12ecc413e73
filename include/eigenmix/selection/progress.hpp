// SPDX-License-Identifier: MIT
#ifndef EIGENMIX_SELECTION_PROGRESS_HPP
#define EIGENMIX_SELECTION_PROGRESS_HPP

#include <iomanip>
#include <ostream>

#include <eigenmix/report/format_guard.hpp>
#include <eigenmix/selection/grid.hpp>

namespace eigenmix {
inline namespace EIGENMIX_ABI {
namespace selection {

/// Writes a line for each cell that is done on a stream of the caller's:
/// `fit_options(Progress(out))` for select. Every line costs O(1), and throws what the stream does.
class Progress {
 public:
  /// \param stream  must outlive the selection
  explicit Progress(std::ostream& stream) : stream_(&stream) {}

  void operator()(const Cell& cell) const {
    std::ostream& out = *stream_;
    const detail::FormatGuard guard(out);
    out.flags(std::ios::dec | std::ios::right | std::ios::fixed);
    out.fill(' ');
    out << cell.family << ", K = " << cell.component_count << ": " << to_string(cell.status);
    if (cell.status == CellStatus::failed) {
      out << ": " << cell.error << std::endl;
      return;
    }
    out << " after " << cell.fit.iterations << " iterations";
    if (!cell.refitted_from.empty()) out << " from " << cell.refitted_from << "'s solution";
    out << std::setprecision(4) << ", log-likelihood " << cell.input.log_likelihood
        << ", criterion " << cell.criterion << std::endl;
  }

 private:
  std::ostream* stream_;
};

}  // namespace selection
}  // namespace EIGENMIX_ABI
}  // namespace eigenmix

#endif  // EIGENMIX_SELECTION_PROGRESS_HPP
