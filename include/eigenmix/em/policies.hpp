// SPDX-License-Identifier: MIT
#ifndef EIGENMIX_EM_POLICIES_HPP
#define EIGENMIX_EM_POLICIES_HPP

#include <optional>
#include <string>
#include <tuple>

#include <eigenmix/em/maximization.hpp>
#include <eigenmix/em/options.hpp>
#include <eigenmix/execution/any_execution.hpp>

namespace eigenmix {
inline namespace EIGENMIX_ABI {
namespace detail {

/// Why a fit ends.
struct Verdict {
  FitStatus status;
  std::string by;  ///< the name of who says so
};

using Judge = FunctionRef<std::optional<Verdict>(const Iteration&)>;

/// How a fit is run, as the engine sees it: what the user chose, of whatever types, gathered behind
/// one plain type. Refers to the user's policies.
struct FitPolicies {  // NOLINT(cppcoreguidelines-pro-type-member-init): not without its parts
  AnyExecution execution;
  MStepPolicies m_step;
  Noise noise;        ///< what a mixture that has none begins with; of weight zero: none
  Index leap_memory;  ///< of quasi-Newton steps; 0: EM's only
  Judge judge;        ///< tells observers, then asks the stopping policy
  Pairs pairs;        ///< that are evaluated, of samples in memory
};

/// The options as M-steps see them; refers to them.
template <class Options>
MStepPolicies m_step_policies(Options& options) {
  return {AnyDegeneracy(options.degeneracy), options.prior ? &*options.prior : nullptr,
          fixes_nothing(options.fixed) ? nullptr : &options.fixed};
}

/// Finds out what the dimensions of samples tell a fit with such options. Nothing where there is a
/// prior, which tells something of every one and bounds the density without a floor; fixed parts
/// are to stay as they are in all.
template <class Options, class Samples>
void survey_for(const Options& options, Samples& samples) {
  if (!options.prior) samples.survey(fixes_nothing(options.fixed));
}

/// \throws std::invalid_argument  if a prior is of another dimension
template <class Options>
void check_prior(const char* where, const Options& options, Index dimension) {
  if (!options.prior || options.prior->dimension() == dimension) return;
  reject(where, "dimension of the prior", text(options.prior->dimension()), text(dimension));
}

/// \throws std::invalid_argument  if the options do not suit a mixture of such components
template <class Form, class Options>
void check_options(const char* where, const Options& options, const Form& form, Index dimension,
                   Index components) {
  check_prior(where, options, dimension);
  check_noise(where, options.noise);
  check_fixed(options.fixed, form, components);
}

/// Calls an observer in the form it has.
template <class Observer, class Mixture>
void notify(Observer& observer, const Iteration& iteration, const Mixture& mixture) {
  if constexpr (std::is_invocable_v<Observer&, const Iteration&, const Mixture&>) {
    observer(iteration, mixture);
  } else {
    constexpr bool callable = std::is_invocable_v<Observer&, const Iteration&>;
    static_assert(callable,
                  "eigenmix: a fit option must be a stopping policy, a degeneracy policy, an "
                  "execution policy, an acceleration, a prior, Fixed, Noise, Pairs, or an observer "
                  "callable with (const Iteration&) or (const Iteration&, const Mixture&)");
    if constexpr (callable) observer(iteration);
  }
}

/// Tells the observers of an iteration, then asks the stopping policy.
template <class Stopping, class Observers, class Mixture>
std::optional<Verdict> judge_iteration(Stopping& stopping, Observers& observers,
                                       const Iteration& iteration, const Mixture& mixture) {
  std::apply([&](auto&... observer) { (notify(observer, iteration, mixture), ...); }, observers);
  if (!ask(stopping, iteration, mixture)) return std::nullopt;
  return Verdict{status_of(stopping), name_of(stopping)};
}

}  // namespace detail
}  // namespace EIGENMIX_ABI
}  // namespace eigenmix

#endif  // EIGENMIX_EM_POLICIES_HPP
