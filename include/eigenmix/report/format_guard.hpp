// SPDX-License-Identifier: MIT
#ifndef EIGENMIX_REPORT_FORMAT_GUARD_HPP
#define EIGENMIX_REPORT_FORMAT_GUARD_HPP

#include <ostream>

#include <eigenmix/version.hpp>

namespace eigenmix {
inline namespace EIGENMIX_ABI {
namespace detail {

/// Restores on leaving what manipulators change in a stream of the user's.
class FormatGuard {
 public:
  explicit FormatGuard(std::ostream& out)
      : out_(out), flags_(out.flags()), precision_(out.precision()), fill_(out.fill()) {}
  ~FormatGuard() {
    out_.flags(flags_);
    out_.precision(precision_);
    out_.fill(fill_);
  }
  FormatGuard(const FormatGuard&) = delete;
  FormatGuard& operator=(const FormatGuard&) = delete;

 private:
  std::ostream& out_;
  std::ios_base::fmtflags flags_;
  std::streamsize precision_;
  char fill_;
};

}  // namespace detail
}  // namespace EIGENMIX_ABI
}  // namespace eigenmix

#endif  // EIGENMIX_REPORT_FORMAT_GUARD_HPP
