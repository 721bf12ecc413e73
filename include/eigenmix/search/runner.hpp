// SPDX-License-Identifier: MIT
#ifndef EIGENMIX_SEARCH_RUNNER_HPP
#define EIGENMIX_SEARCH_RUNNER_HPP

#include <optional>
#include <string>
#include <utility>

#include <eigenmix/em/loop.hpp>
#include <eigenmix/search/candidate.hpp>
#include <eigenmix/search/run_policies.hpp>
#include <eigenmix/stopping/standard.hpp>

namespace eigenmix {
inline namespace EIGENMIX_ABI {
namespace detail {

/// Lets the runs of a search go on. Several threads may do so, each with runs of its own.
template <class Parameters>
class Runner {
 public:
  using Samples = AnySamples<typename Parameters::Scalar, Parameters::Dim>;
  using Run = Candidate<Parameters>;

  /// Refers to both.
  Runner(const Samples& samples, const RunPolicies& policies)
      : samples_(samples), policies_(policies) {}

  /// EM until the log-likelihood is estimated to be within `tolerance` of its limit.
  EIGENMIX_COLD void advance(Run& run, Index iterations, double tolerance) const {
    Parameters working = run.parameters;
    FitResult result;
    const std::string failure = failure_of([&] {
      result = fit(working,
                   stopping::AitkenAcceleration(tolerance) || stopping::MaxIterations(iterations));
    });
    if (!failure.empty()) {  // a collapse, say, that another run may not meet
      run.merit = {};
      run.converged = true;
      return;
    }
    run.parameters = std::move(working);
    run.iterations += result.iterations;
    run.converged = result.status != FitStatus::iteration_limit;
    // Components that have not come apart yet, as after a random partition, may still do so.
    if (!run.converged) result.coincident_count = 0;
    run.merit = merit_of(result);
  }

 private:
  /// A fit of one thread, unobserved, with policies of its own.
  FitResult fit(Parameters& working, stopping::Standard stopping) const {
    FitResult result;
    const auto judge = [&](const Iteration& iteration) -> std::optional<Verdict> {
      if (!stopping(iteration)) return std::nullopt;
      return Verdict{stopping.status(), stopping.name()};
    };
    constexpr Index no_leaps = 0;  // runs are short; the fit that follows has them
    policies_.lend([&](const MStepPolicies& m_step) {
      const FitPolicies policies{
          AnyExecution::one_thread(), m_step, policies_.noise, no_leaps, judge, Pairs::all};
      result = run_em(working, samples_, policies);
    });
    return result;
  }

  const Samples& samples_;
  const RunPolicies& policies_;
};

}  // namespace detail
}  // namespace EIGENMIX_ABI
}  // namespace eigenmix

#endif  // EIGENMIX_SEARCH_RUNNER_HPP
