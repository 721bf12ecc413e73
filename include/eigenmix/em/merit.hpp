// SPDX-License-Identifier: MIT
#ifndef EIGENMIX_EM_MERIT_HPP
#define EIGENMIX_EM_MERIT_HPP

#include <eigenmix/em/result.hpp>

namespace eigenmix {
inline namespace EIGENMIX_ABI {
namespace detail {

/// How far the likelihood that a run ended with may be trusted, the most first.
enum class Soundness {
  sound,
  unsound,  ///< a component collapsed, was dropped, or may owe its likelihood to a few samples
  failed    ///< the run ended in an exception
};

/// What runs from different starts are compared by.
struct Merit {
  Soundness soundness = Soundness::failed;
  double log_posterior = 0;  ///< the log-likelihood where there is no prior
};

inline Soundness soundness_of(const FitResult& result) {
  if (result.status == FitStatus::not_run) return Soundness::failed;
  const bool is_sound =
      result.collapsed == 0 && result.spurious == 0 && result.repairs.dropped == 0;
  return is_sound ? Soundness::sound : Soundness::unsound;
}

inline Merit merit_of(const FitResult& result) {
  return {soundness_of(result), result.log_posterior};
}

/// Whether a is to be preferred to b: the sounder, then the more likely by more than `margin`.
inline bool is_better(const Merit& a, const Merit& b, double margin = 0) {
  if (a.soundness != b.soundness) return a.soundness < b.soundness;
  return a.log_posterior > b.log_posterior + margin;
}

}  // namespace detail
}  // namespace EIGENMIX_ABI
}  // namespace eigenmix

#endif  // EIGENMIX_EM_MERIT_HPP
