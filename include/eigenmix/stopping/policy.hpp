// SPDX-License-Identifier: MIT
#ifndef EIGENMIX_STOPPING_POLICY_HPP
#define EIGENMIX_STOPPING_POLICY_HPP

#include <functional>
#include <string>

#include <eigenmix/base/errors.hpp>
#include <eigenmix/report/result.hpp>

namespace eigenmix {
inline namespace EIGENMIX_ABI {
namespace stopping {

/// A stopping policy is any copyable class that can be called as `bool(const Iteration&)` or as
/// `bool(const Iteration&, const Mixture&)`; true ends the fit. It is called once after each
/// E-step, so it may keep state; every fit works on a copy, or on the original behind std::ref.
///
/// It may also say `FitStatus status() const` (else: stopped_by_policy) and
/// `std::string name() const` (else: "custom"), which the result then reports.
///
/// This base of the shipped policies asks for nothing; deriving from it is what makes || and &&
/// apply to a policy, also with a plain lambda as the other.
struct Policy {};

}  // namespace stopping

namespace detail {

template <class T, class = void>
inline constexpr bool has_status_v = false;
template <class T>
inline constexpr bool has_status_v<T, std::void_t<decltype(std::declval<const T&>().status())>> =
    true;
template <class T, class = void>
inline constexpr bool has_name_v = false;
template <class T>
inline constexpr bool has_name_v<T, std::void_t<decltype(std::declval<const T&>().name())>> = true;

/// Calls a policy in the form it has.
template <class P, class... Mixture>
bool ask(P& policy, const Iteration& iteration, const Mixture&... mixture) {
  if constexpr (std::is_invocable_r_v<bool, P&, const Iteration&, const Mixture&...>) {
    return policy(iteration, mixture...);
  } else {
    constexpr bool callable = std::is_invocable_r_v<bool, P&, const Iteration&>;
    static_assert(callable,
                  "eigenmix: a stopping policy must be callable as bool(const Iteration&) or as "
                  "bool(const Iteration&, const Mixture&); anything else goes in fit_options");
    if constexpr (callable) {
      return policy(iteration);
    } else {
      return true;
    }
  }
}

template <class T>
FitStatus status_of(const T& policy) {
  if constexpr (has_status_v<T>) {
    return policy.status();
  } else {
    return FitStatus::stopped_by_policy;
  }
}

template <class T>
std::string name_of(const T& policy) {
  if constexpr (has_name_v<T>) {
    return policy.name();
  } else {
    return "custom";
  }
}

/// std::ref(policy) lets a fit work on the caller's policy instead of a copy.
template <class T>
FitStatus status_of(const std::reference_wrapper<T>& policy) {
  return status_of(policy.get());
}
template <class T>
std::string name_of(const std::reference_wrapper<T>& policy) {
  return name_of(policy.get());
}

}  // namespace detail
}  // namespace EIGENMIX_ABI
}  // namespace eigenmix

#endif  // EIGENMIX_STOPPING_POLICY_HPP
