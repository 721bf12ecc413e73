// SPDX-License-Identifier: MIT
#ifndef EIGENMIX_DEGENERACY_POLICY_HPP
#define EIGENMIX_DEGENERACY_POLICY_HPP

#include <cmath>
#include <limits>
#include <stdexcept>

#include <eigenmix/detail/check.hpp>

namespace eigenmix {
inline namespace EIGENMIX_ABI {
namespace degeneracy {

/// What an M-step does about a component that has collapsed.
enum class Action {
  floor,        ///< raise the covariance to the variance floor; without samples, keep the old one
  raise_error,  ///< throw degeneracy::CollapsedComponent
  drop,         ///< remove the component; the last one is floored instead
  reseed,       ///< put it where the heaviest component is widest, which it halves
};

/// A component that has lost all its samples, or whose covariance has fallen below the floor.
struct Collapse {
  Index component;         ///< 0 if it is the covariance that all share
  double effective_count;  ///< total responsibility it still has
};

/// A degeneracy policy is any copyable class with
///
///     template <class Scalar, class Variances> void to_floor(Variances& variances) const;
///         // in: the data's variance per dimension [Dim], all > 0; out: the least variance a
///         // component may have in that direction, all > 0. A covariance is collapsed if
///         // an eigenvalue of floor^-1/2 covariance floor^-1/2 is below 1.
///     Action on_collapse(const Collapse&);        // asked once for each collapsed component
///
/// A copy serves each fit, so it may count what it has seen.
template <class T, class = void>
inline constexpr bool is_policy_v = false;
template <class T>
inline constexpr bool
    is_policy_v<T, std::void_t<decltype(static_cast<Action>(std::declval<T&>().on_collapse(
                                   std::declval<const Collapse&>()))),
                               decltype(std::declval<const T&>().template to_floor<double>(
                                   std::declval<detail::Vector<double>&>()))>> = true;

/// Thrown by an M-step under degeneracy::Throw.
class CollapsedComponent : public std::runtime_error {
 public:
  explicit CollapsedComponent(const Collapse& collapse)
      : std::runtime_error("eigenmix: component " + detail::text(collapse.component) +
                           " has collapsed (effective count " +
                           detail::text(collapse.effective_count) +
                           "); use fewer components, another start, or a degeneracy policy that "
                           "repairs"),
        collapse_(collapse) {}

  const Collapse& collapse() const { return collapse_; }

 private:
  Collapse collapse_;
};

}  // namespace degeneracy
}  // namespace EIGENMIX_ABI
}  // namespace eigenmix

#endif  // EIGENMIX_DEGENERACY_POLICY_HPP
