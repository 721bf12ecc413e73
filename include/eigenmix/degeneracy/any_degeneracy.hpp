// SPDX-License-Identifier: MIT
#ifndef EIGENMIX_DEGENERACY_ANY_DEGENERACY_HPP
#define EIGENMIX_DEGENERACY_ANY_DEGENERACY_HPP

#include <eigenmix/base/function_ref.hpp>
#include <eigenmix/degeneracy/policy.hpp>

namespace eigenmix {
inline namespace EIGENMIX_ABI {
namespace detail {

/// A degeneracy policy of any type behind one. Refers to it.
class AnyDegeneracy {
 public:
  template <class Policy,
            class = std::enable_if_t<!std::is_same_v<std::decay_t<Policy>, AnyDegeneracy>>>
  explicit AnyDegeneracy(Policy& policy)
      : floor_at_(FloorAt::template bind<&AnyDegeneracy::ask_floor<Policy>>(policy)),
        on_collapse_(OnCollapse::template bind<&AnyDegeneracy::ask_action<Policy>>(policy)) {}

  degeneracy::Floor floor_at(const degeneracy::Place& place) const { return floor_at_(place); }
  degeneracy::Action on_collapse(const degeneracy::Collapse& collapse) const {
    return on_collapse_(collapse);
  }

 private:
  using FloorAt = FunctionRef<degeneracy::Floor(const degeneracy::Place&)>;
  using OnCollapse = FunctionRef<degeneracy::Action(const degeneracy::Collapse&)>;

  template <class Policy>
  static degeneracy::Floor ask_floor(Policy& policy, const degeneracy::Place& place) {
    return degeneracy::Floor(policy.floor_at(place));
  }
  template <class Policy>
  static degeneracy::Action ask_action(Policy& policy, const degeneracy::Collapse& collapse) {
    return static_cast<degeneracy::Action>(policy.on_collapse(collapse));
  }

  FloorAt floor_at_;
  OnCollapse on_collapse_;
};

}  // namespace detail
}  // namespace EIGENMIX_ABI
}  // namespace eigenmix

#endif  // EIGENMIX_DEGENERACY_ANY_DEGENERACY_HPP
