// SPDX-License-Identifier: MIT
#ifndef EIGENMIX_STOPPING_COMBINED_HPP
#define EIGENMIX_STOPPING_COMBINED_HPP

#include <utility>

#include <eigenmix/stopping/policy.hpp>

namespace eigenmix {
inline namespace EIGENMIX_ABI {
namespace stopping {

/// Stops as soon as either policy, the first or the second, would. Both are always asked, since
/// they may keep state; if both agree at once, a converged one is the one reported.
template <class First, class Second>
class Any : public Policy {
 public:
  Any(First first, Second second) : first_(std::move(first)), second_(std::move(second)) {}

  template <class... Mixture>
  bool operator()(const Iteration& iteration, const Mixture&... mixture) {
    const bool first = detail::ask(first_, iteration, mixture...);
    const bool second = detail::ask(second_, iteration, mixture...);
    second_reported_ = second && (!first || detail::status_of(second_) == FitStatus::converged);
    return first || second;
  }
  FitStatus status() const {
    return second_reported_ ? detail::status_of(second_) : detail::status_of(first_);
  }
  std::string name() const {
    return second_reported_ ? detail::name_of(second_) : detail::name_of(first_);
  }

 private:
  First first_;
  Second second_;
  bool second_reported_ = false;
};

/// Stops when both policies, the first and the second, would at the same iteration.
template <class First, class Second>
class All : public Policy {
 public:
  All(First first, Second second) : first_(std::move(first)), second_(std::move(second)) {}

  template <class... Mixture>
  bool operator()(const Iteration& iteration, const Mixture&... mixture) {
    const bool first = detail::ask(first_, iteration, mixture...);
    const bool second = detail::ask(second_, iteration, mixture...);
    return first && second;
  }
  /// Converged if either says so: the other only held it back.
  FitStatus status() const {
    const FitStatus first = detail::status_of(first_), second = detail::status_of(second_);
    return second == FitStatus::converged ? second : first;
  }
  std::string name() const { return detail::name_of(first_) + " && " + detail::name_of(second_); }

 private:
  First first_;
  Second second_;
};

template <class A, class B>
using EnableIfCombinable = std::enable_if_t<(std::is_base_of_v<Policy, A> ||
                                             std::is_base_of_v<Policy, B>)&&std::is_class_v<A> &&
                                            std::is_class_v<B>>;

/// One of the two must be a shipped policy or derive from stopping::Policy; the other may be any
/// policy, a lambda for example.
template <class A, class B, class = EnableIfCombinable<A, B>>
Any<A, B> operator||(A first, B second) {
  return {std::move(first), std::move(second)};
}
template <class A, class B, class = EnableIfCombinable<A, B>>
All<A, B> operator&&(A first, B second) {
  return {std::move(first), std::move(second)};
}

}  // namespace stopping
}  // namespace EIGENMIX_ABI
}  // namespace eigenmix

#endif  // EIGENMIX_STOPPING_COMBINED_HPP
