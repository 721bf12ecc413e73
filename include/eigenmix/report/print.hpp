// SPDX-License-Identifier: MIT
#ifndef EIGENMIX_REPORT_PRINT_HPP
#define EIGENMIX_REPORT_PRINT_HPP

#include <ostream>

#include <eigenmix/report/result.hpp>

namespace eigenmix {
inline namespace EIGENMIX_ABI {

/// One line: "converged after 5 iterations (AitkenAcceleration): log-likelihood -1130.26", and what
/// was repaired. Without the time elapsed, so that the same fit prints the same line.
inline std::ostream& operator<<(std::ostream& out, const FitResult& result) {
  out << to_string(result.status) << " after " << result.iterations << " iterations ("
      << result.stopped_by << "): log-likelihood " << result.log_likelihood;
  if (result.repairs.total() > 0) {
    out << "; repairs: " << result.repairs.floored << " floored, " << result.repairs.emptied
        << " emptied, " << result.repairs.dropped << " dropped, " << result.repairs.reseeded
        << " re-seeded";
  }
  if (result.collapsed_count > 0) out << "; " << result.collapsed_count << " components collapsed";
  if (!result.empty_components.empty()) {
    out << ", " << result.empty_components.size() << " of them without samples";
  }
  if (result.spurious_count > 0) out << "; " << result.spurious_count << " components spurious";
  if (result.coincident_count > 0) out << "; " << result.coincident_count << " components twice";
  if (!result.atoms.empty()) out << "; " << result.atoms.size() << " components atoms";
  if (!result.uninformative.empty()) {
    out << "; " << result.uninformative.size() << " dimensions tell nothing";
  }
  return out;
}

}  // namespace EIGENMIX_ABI
}  // namespace eigenmix

#endif  // EIGENMIX_REPORT_PRINT_HPP
