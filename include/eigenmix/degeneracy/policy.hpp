// SPDX-License-Identifier: MIT
#ifndef EIGENMIX_DEGENERACY_POLICY_HPP
#define EIGENMIX_DEGENERACY_POLICY_HPP

#include <cmath>
#include <limits>
#include <stdexcept>

#include <eigenmix/base/errors.hpp>

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

/// Where a component lies in one dimension, for a policy that says how narrow it may become there.
struct Place {
  double variance;  ///< of all the samples, in the squared unit of the data; > 0
  double step;      ///< whose multiples all samples are, such as 1 or 0.1; 0 if there is none
  double
      rounding;  ///< 16 units in the last place of the numbers there, at zero of those nearest to
                 ///< it, in the unit of the data
};

/// How narrow a component may become.
struct Floor {
  double along_column;  ///< least variance in this dimension, in the squared unit of the data
  double along_axes;    ///< c_i of Σ - diag(c) >= 0: the least variance in every direction; or 0
};

/// A degeneracy policy is any copyable class with
///
///     Floor floor_at(const Place&) const;   // of a component in a dimension; one of the two > 0
///     Action on_collapse(const Collapse&);  // asked once for each collapsed component
///
/// floor_at is asked for each component and informative dimension in each M-step, which throws
/// std::invalid_argument unless the larger of the two is > 0 and below the largest number of the
/// scalar. What a policy throws leaves the mixture as it was.
///
/// Whatever it says, no covariance is more nearly singular than numbers can tell, see
/// detail::VarianceFloor. A copy serves each fit, so it may count what it has seen.
template <class T, class = void>
inline constexpr bool is_policy_v = false;
template <class T>
inline constexpr bool is_policy_v<
    T,
    std::void_t<decltype(static_cast<Action>(
                    std::declval<T&>().on_collapse(std::declval<const Collapse&>()))),
                decltype(Floor(std::declval<const T&>().floor_at(std::declval<const Place&>())))>> =
    true;

/// Thrown by an M-step under degeneracy::Throw; says of which Collapse.
class CollapsedComponent : public std::runtime_error {
 public:
  /// \param collapse  that it is thrown for. O(1)
  explicit CollapsedComponent(const Collapse& collapse)
      : std::runtime_error("eigenmix: component " + detail::text(collapse.component) +
                           " has collapsed (effective count " +
                           detail::text(collapse.effective_count) +
                           "); use fewer components, another start, or a degeneracy policy that "
                           "repairs"),
        collapse_(collapse) {}

  const Collapse& collapse() const { return collapse_; }  ///< what it was thrown for

 private:
  Collapse collapse_;
};

}  // namespace degeneracy
}  // namespace EIGENMIX_ABI
}  // namespace eigenmix

#endif  // EIGENMIX_DEGENERACY_POLICY_HPP
