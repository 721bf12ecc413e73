// SPDX-License-Identifier: MIT
#ifndef EIGENMIX_REPORT_RESULT_HPP
#define EIGENMIX_REPORT_RESULT_HPP

#include <string>
#include <vector>

#include <eigenmix/report/iteration.hpp>

namespace eigenmix {
inline namespace EIGENMIX_ABI {

/// Why a fit ended.
enum class FitStatus {
  not_run,               ///< no fit was done
  converged,             ///< a convergence policy was satisfied
  iteration_limit,       ///< stopping::MaxIterations came first
  time_limit,            ///< stopping::TimeLimit came first
  stopped_by_policy,     ///< a policy of the user's own
  abandoned,             ///< a search for the best of several runs found others more promising
  likelihood_decreased,  ///< beyond rounding, with no repair to explain it; the parameters before
                         ///< the decrease are returned
  no_finite_maximum,  ///< of binned or truncated samples: the likelihood rises for ever, whatever
                      ///< ended the fit; stopped_by tells which component, and what ended it
};

/// The name of a status.
inline const char* to_string(FitStatus status) {
  switch (status) {
    case FitStatus::not_run: return "not_run";
    case FitStatus::converged: return "converged";
    case FitStatus::iteration_limit: return "iteration_limit";
    case FitStatus::time_limit: return "time_limit";
    case FitStatus::stopped_by_policy: return "stopped_by_policy";
    case FitStatus::abandoned: return "abandoned";
    case FitStatus::likelihood_decreased: return "likelihood_decreased";
    case FitStatus::no_finite_maximum: return "no_finite_maximum";
  }
  return "unknown";
}

/// What a degeneracy policy had to do, counted over all M-steps.
struct Repairs {
  Index floored = 0;   ///< covariances raised to the variance floor
  Index emptied = 0;   ///< components without samples that kept their old mean and covariance
  Index dropped = 0;   ///< components removed
  Index reseeded = 0;  ///< components put elsewhere

  Index total() const { return floored + emptied + dropped + reseeded; }  ///< of all kinds

  /// Those of both.
  Repairs& operator+=(const Repairs& other) {
    floored += other.floored;
    emptied += other.emptied;
    dropped += other.dropped;
    reseeded += other.reseeded;
    return *this;
  }
};

/// What an E-step tells: the responsibilities and how likely the samples were.
template <class Scalar>
struct Expectation {
  detail::Matrix<Scalar> responsibilities;  ///< [K x N] columns sum to one, or less with noise
  Accumulator<Scalar> log_likelihood;       ///< Σ_n log p(x_n) in nats
};

/// A component of many samples that have one value, exactly or to the resolution of the numbers, in
/// some or all dimensions: zeros in a count of rain, a sentinel, a saturated pixel. It stands on
/// the variance floor, and rightly so: unlike that of a few samples that happen to lie close
/// together, its likelihood is won by what is there.
struct Atom {
  Index component = 0;
  double count = 0;            ///< samples it owns, Σ_n w_n r_nk
  std::vector<Index> columns;  ///< the dimensions, ascending; none if it lies in an oblique plane
  std::vector<double> values;  ///< its value in each of them
};

/// A dimension that none of the samples of a component have: incomplete samples say nothing of it,
/// and the component keeps there what its start, a prior or parts in common with others say.
struct Unmeasured {
  Index component = 0;
  Index column = 0;

  friend bool operator==(const Unmeasured& a, const Unmeasured& b) {
    return a.component == b.component && a.column == b.column;
  }
};

/// How much the likelihood of a fit may be trusted; the lower the better, whatever the likelihood.
enum class Soundness {
  sound,       ///< every component has samples enough, atoms included
  spurious,    ///< some component is won by a few samples that happen to lie close together, or has
               ///< none, or makes the likelihood rise for ever
  coincident,  ///< two components are the same: a saddle, from which most other starts lead away
};

/// The outcome of a fit, true of the parameters that it returned.
struct FitResult {
  FitStatus status = FitStatus::not_run;
  std::string stopped_by;     ///< name of the policy that stopped it
  Index iterations = 0;       ///< M-steps done
  Index passes = 0;           ///< E-steps done, each a pass over the samples; with those undone
  double log_likelihood = 0;  ///< Σ w_n log p(x_n) in nats, of the returned parameters
  std::vector<double>
      log_likelihoods;  ///< the log-likelihood after 0, 1, ... iterations; the last is above
  /// log_likelihood plus the log density of the prior, up to a constant; equal without a prior.
  double log_posterior = 0;
  std::vector<double>
      log_posteriors;         ///< of log_posterior, which never falls; empty without a prior
  Index parameter_count = 0;  ///< parameters that were free: not those fixed
  detail::Vector<double> effective_counts;  ///< [K] Σ_n w_n r_nk under the returned parameters
  Index moves = 0;                          ///< by split_and_merge; a fit makes none
  Repairs repairs;
  /// Returned components that the last M-step left on the variance floor for the sake of a few
  /// samples, or that have none.
  Index collapsed_count = 0;
  /// Of those, the ones that own no sample, ascending: see revive.
  std::vector<Index> empty_components;
  std::vector<Atom> atoms;  ///< returned components that stand on the floor for what is there
  /// Returned components that a few samples won by chance, see spurious_components.
  Index spurious_count = 0;
  /// Returned components that are the same as an earlier one.
  Index coincident_count = 0;
  /// Dimensions in which the samples tell nothing, ascending: all have one value there, or that of
  /// an earlier dimension but for a constant. They have one mean and variance in all components,
  /// take no part in anything and are not counted in parameter_count.
  std::vector<Index> uninformative;
  /// Of incomplete samples: dimensions that no sample of a returned component has, component by
  /// component.
  std::vector<Unmeasured> unmeasured;
  Iteration::Seconds elapsed{0};  ///< from the first E-step on

  /// True if a convergence policy was satisfied; false if a limit or anything else came first.
  bool converged() const { return status == FitStatus::converged; }

  /// How far the likelihood may be trusted: coincident if any two components are the same, else
  /// spurious if any has collapsed or is spurious, or there is no finite maximum.
  Soundness soundness() const {
    if (coincident_count > 0) return Soundness::coincident;
    const bool rises_for_ever = status == FitStatus::no_finite_maximum;
    return rises_for_ever || collapsed_count > 0 || spurious_count > 0 ? Soundness::spurious
                                                                       : Soundness::sound;
  }
};

}  // namespace EIGENMIX_ABI
}  // namespace eigenmix

#endif  // EIGENMIX_REPORT_RESULT_HPP
