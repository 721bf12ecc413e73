// SPDX-License-Identifier: MIT
#ifndef EIGENMIX_EM_OPTIONS_HPP
#define EIGENMIX_EM_OPTIONS_HPP

#include <optional>
#include <tuple>
#include <utility>

#include <eigenmix/acceleration/choice.hpp>
#include <eigenmix/degeneracy/resolution_floor.hpp>
#include <eigenmix/em/fixed.hpp>
#include <eigenmix/em/pairs.hpp>
#include <eigenmix/execution/policy.hpp>
#include <eigenmix/execution/serial.hpp>
#include <eigenmix/noise.hpp>
#include <eigenmix/prior/normal_inverse_wishart.hpp>
#include <eigenmix/stopping/policy.hpp>

namespace eigenmix {
inline namespace EIGENMIX_ABI {

namespace detail {
/// The stopping policy that a function has when none is said: stopping::standard() of a fit.
struct DefaultStopping {};
}  // namespace detail

/// How a fit is run; made by fit_options. The defaults: the floor that the numbers have by
/// themselves, because a fit that meets a collapsed component should end well and say so; one
/// thread, because a library must not start threads unasked; no prior, because an answer must not
/// depend on a belief that the user did not state; nothing fixed; no noise, which takes samples
/// from the components; no observers; quasi-Newton steps and near pairs, which change no answer by
/// more than rounding and are where the time of slow and of large fits goes.
template <class Stopping = detail::DefaultStopping, class Degeneracy = degeneracy::ResolutionFloor,
          class Execution = execution::Serial, class... Observers>
struct FitOptions {
  Stopping stopping;
  Degeneracy degeneracy;
  Execution execution;
  std::tuple<Observers...> observers;
  std::optional<prior::NormalInverseWishart> prior;
  Fixed fixed;
  Noise noise;  ///< what a mixture that has none is given to start with; of weight zero: nothing
  Index leap_memory =
      acceleration::QuasiNewton().memory();  ///< of quasi-Newton steps; 0: EM's only
  Pairs pairs = Pairs::near;
};

namespace detail {

template <class T>
inline constexpr bool is_fit_options_v = false;
template <class... Choices>
inline constexpr bool is_fit_options_v<FitOptions<Choices...>> = true;

/// Whether a choice is a stopping policy: a shipped one, behind std::ref or not, or what is called
/// with an Iteration alone and answers with a bool. An observer answers with nothing.
template <class T, class = void>
inline constexpr bool is_stopping_v = std::is_base_of_v<stopping::Policy, T>;
template <class T>
inline constexpr bool is_stopping_v<std::reference_wrapper<T>, void> = is_stopping_v<T>;
template <class T>
inline constexpr bool
    is_stopping_v<T, std::enable_if_t<std::is_invocable_v<T&, const Iteration&>>> =
        std::is_same_v<std::invoke_result_t<T&, const Iteration&>, bool>;

template <class T>
inline constexpr bool is_acceleration_v =
    std::is_same_v<T, acceleration::None> || std::is_same_v<T, acceleration::QuasiNewton>;

template <class T>
inline constexpr bool is_plain_choice_v =
    std::is_same_v<T, prior::NormalInverseWishart> || std::is_same_v<T, Fixed> ||
    std::is_same_v<T, Noise> || std::is_same_v<T, Pairs> || is_acceleration_v<T>;

struct IsStopping {
  template <class T>
  static constexpr bool value = is_stopping_v<T>;
};
struct IsDegeneracy {
  template <class T>
  static constexpr bool value = degeneracy::is_policy_v<T>;
};
struct IsExecution {
  template <class T>
  static constexpr bool value = execution::is_policy_v<T>;
};

template <class T>
inline constexpr bool is_observer_v =
    !is_plain_choice_v<T> && !IsDegeneracy::value<T> && !IsExecution::value<T> && !is_stopping_v<T>;

/// The first of the choices that is of a kind, or the default.
template <class Kind, class Default>
Default choose() {
  return Default();
}
template <class Kind, class Default, class First, class... Rest>
auto choose(const First& first, const Rest&... rest) {
  if constexpr (Kind::template value<First>) {
    return first;
  } else {
    return choose<Kind, Default>(rest...);
  }
}

template <class T>
auto observer_tuple(const T& choice) {
  if constexpr (is_observer_v<T>) {
    return std::tuple<T>(choice);
  } else {
    return std::tuple<>();
  }
}

/// Where a choice that is of one type goes.
template <class Options, class Choice>
void set_plain(Options& options, const Choice& choice) {
  if constexpr (std::is_same_v<Choice, prior::NormalInverseWishart>) options.prior = choice;
  if constexpr (std::is_same_v<Choice, Fixed>) options.fixed = choice;
  if constexpr (std::is_same_v<Choice, Noise>) options.noise = choice;
  if constexpr (std::is_same_v<Choice, Pairs>) options.pairs = choice;
  if constexpr (std::is_same_v<Choice, acceleration::None>) options.leap_memory = 0;
  if constexpr (std::is_same_v<Choice, acceleration::QuasiNewton>)
    options.leap_memory = choice.memory();
}

/// Options with other policies and observers, and all else of these.
template <class Options, class Stopping, class Execution, class... Observers>
auto with_policies(const Options& options, Stopping stopping, Execution execution,
                   std::tuple<Observers...> observers) {
  return FitOptions<Stopping, std::decay_t<decltype(options.degeneracy)>, Execution, Observers...>{
      std::move(stopping),  options.degeneracy,  std::move(execution),
      std::move(observers), options.prior,       options.fixed,
      options.noise,        options.leap_memory, options.pairs};
}

/// Options of a fit on one thread, unobserved: for one of several that run at once.
template <class Options>
auto on_one_thread(const Options& options) {
  return with_policies(options, options.stopping, execution::Serial(), std::tuple<>());
}

/// Options of a fit that nobody observes.
template <class Options>
auto unobserved(const Options& options) {
  return with_policies(options, options.stopping, options.execution, std::tuple<>());
}

template <class Options>
inline constexpr bool names_no_stopping_v = true;
template <class Stopping, class... Others>
inline constexpr bool names_no_stopping_v<FitOptions<Stopping, Others...>> =
    std::is_same_v<Stopping, DefaultStopping>;

/// The stopping policy of the options, or what a function has where they name none.
template <class Options, class Default>
auto stopping_of(const Options& options, Default otherwise) {
  if constexpr (std::is_same_v<std::decay_t<decltype(options.stopping)>, DefaultStopping>) {
    return otherwise;
  } else {
    return options.stopping;
  }
}

}  // namespace detail

/// Gathers the choices for a fit, in any order: at most one each of stopping policy, degeneracy
/// policy, execution policy, acceleration, prior, Fixed, Noise and Pairs, any number of observers.
///
///     mixture.fit(x, fit_options(stopping::MaxIterations(50), degeneracy::Drop(), my_observer));
///     mixture.fit(x, fit_options(uniform_noise(x, 0.1)));
///
/// An observer is called with each Iteration, and the mixture, if it takes one, and returns
/// nothing: what answers with a bool is a stopping policy. Observers are copied, and that is all it
/// costs; let one refer to what outlives the fit. Two of a kind are refused by the compiler,
/// numbers are checked by the fit.
template <class... Choices>
auto fit_options(Choices... choices) {
  static_assert((0 + ... + int(detail::is_stopping_v<Choices>)) <= 1,
                "eigenmix: fit_options takes one stopping policy; join two by || or &&");
  static_assert((0 + ... + int(detail::IsDegeneracy::value<Choices>)) <= 1,
                "eigenmix: fit_options takes one degeneracy policy");
  static_assert((0 + ... + int(detail::IsExecution::value<Choices>)) <= 1,
                "eigenmix: fit_options takes one execution policy");
  static_assert((0 + ... + int(std::is_same_v<Choices, prior::NormalInverseWishart>)) <= 1,
                "eigenmix: fit_options takes one prior");
  static_assert((0 + ... + int(std::is_same_v<Choices, Fixed>)) <= 1,
                "eigenmix: fit_options takes one Fixed; set all of its masks");
  static_assert((0 + ... + int(std::is_same_v<Choices, Noise>)) <= 1,
                "eigenmix: fit_options takes one Noise");
  static_assert((0 + ... + int(detail::is_acceleration_v<Choices>)) <= 1,
                "eigenmix: fit_options takes one acceleration");
  static_assert((0 + ... + int(std::is_same_v<Choices, Pairs>)) <= 1,
                "eigenmix: fit_options takes one of Pairs");
  const FitOptions<detail::DefaultStopping,
                   decltype(detail::choose<detail::IsDegeneracy, degeneracy::ResolutionFloor>(
                       choices...))>
      defaults{{}, detail::choose<detail::IsDegeneracy, degeneracy::ResolutionFloor>(choices...),
               {}, {},
               {}, {},
               {}};
  auto options = detail::with_policies(
      defaults, detail::choose<detail::IsStopping, detail::DefaultStopping>(choices...),
      detail::choose<detail::IsExecution, execution::Serial>(choices...),
      std::tuple_cat(detail::observer_tuple(choices)...));
  (detail::set_plain(options, choices), ...);
  return options;
}

}  // namespace EIGENMIX_ABI
}  // namespace eigenmix

#endif  // EIGENMIX_EM_OPTIONS_HPP
