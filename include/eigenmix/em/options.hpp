// SPDX-License-Identifier: MIT
#ifndef EIGENMIX_EM_OPTIONS_HPP
#define EIGENMIX_EM_OPTIONS_HPP

#include <tuple>
#include <utility>

#include <eigenmix/degeneracy/resolution_floor.hpp>
#include <eigenmix/em/held.hpp>
#include <eigenmix/execution/serial.hpp>
#include <eigenmix/noise.hpp>
#include <eigenmix/prior/policy.hpp>
#include <eigenmix/report/iteration.hpp>
#include <eigenmix/stopping/policy.hpp>

namespace eigenmix {
inline namespace EIGENMIX_ABI {

/// How a fit is run; made by fit_options. The defaults: the floor that the numbers have by
/// themselves, because a fit that meets a collapsed component should end well and say so; one
/// thread, because a library must not start threads unasked; no prior, because a belief is the
/// user's to state; nothing held fixed; no noise, which takes samples from the components; no
/// observers.
template <class Degeneracy = degeneracy::ResolutionFloor, class Execution = execution::Serial,
          class Prior = prior::Flat, class Held = detail::NothingHeld, class... Observers>
struct FitOptions {
  Degeneracy degeneracy;
  Execution execution;
  Prior prior;
  Held held;
  std::tuple<Observers...> observers;
  Noise noise;  ///< what a mixture that has none is given to start with; of weight zero: nothing
};

namespace detail {

template <class T>
inline constexpr bool is_fit_options_v = false;
template <class... Choices>
inline constexpr bool is_fit_options_v<FitOptions<Choices...>> = true;

/// Finds out what the dimensions of samples tell a fit with such options. Nothing where there is a
/// prior, which tells something of every one and bounds the density without a floor; held parts are
/// to stay as they are in all.
template <class Options, class View>
void survey_for(View& samples) {
  constexpr bool is_free = std::is_same_v<decltype(Options::held), NothingHeld>;
  if constexpr (prior::is_flat_v<decltype(Options::prior)>) samples.survey(is_free);
}

template <class T>
inline constexpr bool is_observer_v =
    !degeneracy::is_policy_v<T> && !execution::is_policy_v<T> && !prior::is_policy_v<T> &&
    !is_held_v<T> && !std::is_same_v<T, Noise>;

struct IsDegeneracy {
  template <class T>
  static constexpr bool value = degeneracy::is_policy_v<T>;
};
struct IsExecution {
  template <class T>
  static constexpr bool value = execution::is_policy_v<T>;
};

struct IsPrior {
  template <class T>
  static constexpr bool value = prior::is_policy_v<T>;
};
struct IsHeld {
  template <class T>
  static constexpr bool value = is_held_v<T>;
};
struct IsNoise {
  template <class T>
  static constexpr bool value = std::is_same_v<T, Noise>;
};

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

template <class Degeneracy, class Execution, class Prior, class Held, class... Observers>
FitOptions<Degeneracy, Execution, Prior, Held, Observers...> make_options(
    Degeneracy degeneracy, Execution execution, Prior prior, Held held,
    std::tuple<Observers...> observers, const Noise& noise) {
  return {std::move(degeneracy), std::move(execution), std::move(prior),
          std::move(held),       std::move(observers), noise};
}

/// The same fit on one thread, unobserved: for one of several that run at once.
template <class Options>
auto alone(const Options& options) {
  return make_options(options.degeneracy, execution::Serial(), options.prior, options.held,
                      std::tuple<>(), options.noise);
}

/// \throws std::invalid_argument  if a prior is of another dimension
template <class Prior>
void check_prior(const char* where, const Prior& prior, Index dimension) {
  if constexpr (!prior::is_flat_v<Prior>) {
    if (prior.dimension() == dimension) return;
    reject(where, "dimension of the prior", text(prior.dimension()), text(dimension));
  }
}

/// \throws std::invalid_argument  if the options do not suit a mixture of such components
template <class Covariance, class Options>
void check_options(const Options& options, Index dimension, Index components) {
  check_prior("fit", options.prior, dimension);
  check_noise("fit", options.noise);
  using Held = decltype(held_parts(options.held));
  if constexpr (Held::is_active) Held(options.held).template check<Covariance>(components);
}

/// Only `true` of type bool stops: an observer that happens to return a count does not.
template <class Call>
bool wants_stop(Call&& call) {
  if constexpr (std::is_same_v<decltype(call()), bool>) {
    return call();
  } else {
    call();
    return false;
  }
}

/// Calls an observer in the form it has. \return true if it wants the fit to stop
template <class Observer, class Mixture>
bool notify(Observer& observer, const Iteration& iteration, const Mixture& mixture) {
  if constexpr (std::is_invocable_v<Observer&, const Iteration&, const Mixture&>) {
    return wants_stop([&]() -> decltype(auto) { return observer(iteration, mixture); });
  } else {
    constexpr bool callable = std::is_invocable_v<Observer&, const Iteration&>;
    static_assert(
        callable,
        "eigenmix: a fit option must be a degeneracy policy, an execution policy, a prior, Held, "
        "Noise, or an observer callable with (const Iteration&) or (const Iteration&, const "
        "Mixture&)");
    if constexpr (callable) {
      return wants_stop([&]() -> decltype(auto) { return observer(iteration); });
    } else {
      return false;
    }
  }
}

}  // namespace detail

/// Gathers the choices for a fit, in any order: at most one each of degeneracy policy, execution
/// policy, prior, Held and Noise, any number of observers.
///
///     mixture.fit(x, stopping::standard(), fit_options(degeneracy::Drop(), my_observer));
///     mixture.fit(x, fit_options(uniform_noise(x, 0.1)));
///
/// An observer is called with each Iteration (and the mixture, if it takes one); if it returns
/// true the fit stops there. Observers are copied; let one refer to what outlives the fit.
template <class... Choices>
auto fit_options(Choices... choices) {
  static_assert(!(false || ... || std::is_base_of_v<stopping::Policy, Choices>),
                "eigenmix: a stopping policy is the second argument of fit, not an option");
  static_assert((0 + ... + int(degeneracy::is_policy_v<Choices>)) <= 1,
                "eigenmix: fit_options takes one degeneracy policy");
  static_assert((0 + ... + int(execution::is_policy_v<Choices>)) <= 1,
                "eigenmix: fit_options takes one execution policy");
  static_assert((0 + ... + int(prior::is_policy_v<Choices>)) <= 1,
                "eigenmix: fit_options takes one prior");
  static_assert((0 + ... + int(detail::is_held_v<Choices>)) <= 1,
                "eigenmix: fit_options takes one Held; set all of its masks");
  static_assert((0 + ... + int(detail::IsNoise::value<Choices>)) <= 1,
                "eigenmix: fit_options takes one Noise");
  return detail::make_options(
      detail::choose<detail::IsDegeneracy, degeneracy::ResolutionFloor>(choices...),
      detail::choose<detail::IsExecution, execution::Serial>(choices...),
      detail::choose<detail::IsPrior, prior::Flat>(choices...),
      detail::choose<detail::IsHeld, detail::NothingHeld>(choices...),
      std::tuple_cat(detail::observer_tuple(choices)...),
      detail::choose<detail::IsNoise, Noise>(choices...));
}

}  // namespace EIGENMIX_ABI
}  // namespace eigenmix

#endif  // EIGENMIX_EM_OPTIONS_HPP
