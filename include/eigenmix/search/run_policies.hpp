// SPDX-License-Identifier: MIT
#ifndef EIGENMIX_SEARCH_RUN_POLICIES_HPP
#define EIGENMIX_SEARCH_RUN_POLICIES_HPP

#include <eigenmix/em/policies.hpp>

namespace eigenmix {
inline namespace EIGENMIX_ABI {
namespace detail {

/// The options of the fit to come, as a search sees them. Refers to them.
struct RunPolicies {  // NOLINT(cppcoreguidelines-pro-type-member-init): not without its parts
  using Run = FunctionRef<void(const MStepPolicies&)>;

  AnyExecution execution;       ///< that runs are spread over
  FunctionRef<void(Run)> lend;  ///< calls a run with policies of its own: they may keep state
  const prior::NormalInverseWishart* prior;
  const Fixed* fixed;
  Noise noise;
};

/// call(policies): a search with the options.
template <class Options, class Call>
decltype(auto) with_run_policies(const Options& options, Call&& call) {
  const auto lend = [&](RunPolicies::Run run) {
    Options own = options;
    run(m_step_policies(own));
  };
  Options own = options;
  const MStepPolicies m_step = m_step_policies(own);
  return call(RunPolicies{options.execution, lend, m_step.prior, m_step.fixed, options.noise});
}

}  // namespace detail
}  // namespace EIGENMIX_ABI
}  // namespace eigenmix

#endif  // EIGENMIX_SEARCH_RUN_POLICIES_HPP
