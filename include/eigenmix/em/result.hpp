// SPDX-License-Identifier: MIT
#ifndef EIGENMIX_EM_RESULT_HPP
#define EIGENMIX_EM_RESULT_HPP

#include <string>
#include <vector>

#include <eigenmix/em/iteration.hpp>

namespace eigenmix {
inline namespace EIGENMIX_ABI {

/// Why a fit ended.
enum class FitStatus {
  converged,             ///< a convergence policy was satisfied
  iteration_limit,       ///< stopping::MaxIterations came first
  time_limit,            ///< stopping::TimeLimit came first
  stopped_by_policy,     ///< a policy of the user's own
  stopped_by_observer,   ///< an observer returned true
  likelihood_decreased,  ///< beyond rounding, with no repair to explain it: see FitResult
};

/// The enumerator's name.
inline const char* to_string(FitStatus status) {
  switch (status) {
    case FitStatus::converged: return "converged";
    case FitStatus::iteration_limit: return "iteration_limit";
    case FitStatus::time_limit: return "time_limit";
    case FitStatus::stopped_by_policy: return "stopped_by_policy";
    case FitStatus::stopped_by_observer: return "stopped_by_observer";
    case FitStatus::likelihood_decreased: return "likelihood_decreased";
  }
  return "unknown";
}

/// What a degeneracy policy had to do, counted over all M-steps.
struct Repairs {
  Index floored = 0;   ///< covariances raised to the variance floor
  Index emptied = 0;   ///< components without samples that kept their old mean and covariance
  Index dropped = 0;   ///< components removed
  Index reseeded = 0;  ///< components put elsewhere

  Index total() const { return floored + emptied + dropped + reseeded; }
};

/// The outcome of a fit, true of the parameters that it returned.
struct FitResult {
  FitStatus status = FitStatus::converged;
  std::string stopped_by;      ///< name of the policy that stopped it
  Index iterations = 0;        ///< M-steps done
  double log_likelihood = 0;   ///< Σ w_n log p(x_n) in nats, of the returned parameters
  std::vector<double> trace;   ///< the log-likelihood after 0, 1, ... iterations; the last is above
  Vector<double> effective_counts;  ///< [K] Σ_n w_n r_nk under the returned parameters
  Repairs repairs;
  Index collapsed = 0;  ///< returned components that stand on the variance floor or have no samples
  Iteration::Seconds elapsed{0};

  /// True if a convergence policy was satisfied; false if a limit or anything else came first.
  bool converged() const { return status == FitStatus::converged; }
};

}  // namespace EIGENMIX_ABI
}  // namespace eigenmix

#endif  // EIGENMIX_EM_RESULT_HPP
