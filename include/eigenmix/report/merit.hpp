// SPDX-License-Identifier: MIT
#ifndef EIGENMIX_REPORT_MERIT_HPP
#define EIGENMIX_REPORT_MERIT_HPP

#include <algorithm>

#include <eigenmix/report/result.hpp>

namespace eigenmix {
inline namespace EIGENMIX_ABI {
namespace detail {

/// What fits of the same samples from different starts are compared by.
struct Merit {
  bool has_failed = true;  ///< the run ended in an exception
  Soundness soundness = Soundness::sound;
  double log_posterior = 0;  ///< the log-likelihood where there is no prior
};

/// A fit that lost a component is no better than one whose component is spurious.
inline Soundness soundness_of(const FitResult& result) {
  const Soundness least = result.repairs.dropped > 0 ? Soundness::spurious : Soundness::sound;
  return std::max(least, result.soundness());
}

inline Merit merit_of(const FitResult& result) {
  return {result.status == FitStatus::not_run, soundness_of(result), result.log_posterior};
}

/// Whether a is to be preferred to b: the sounder, then the more likely by more than `margin`.
inline bool is_better(const Merit& a, const Merit& b, double margin = 0) {
  if (a.has_failed != b.has_failed) return b.has_failed;
  if (a.soundness != b.soundness) return a.soundness < b.soundness;
  return a.log_posterior > b.log_posterior + margin;
}

}  // namespace detail
}  // namespace EIGENMIX_ABI
}  // namespace eigenmix

#endif  // EIGENMIX_REPORT_MERIT_HPP
