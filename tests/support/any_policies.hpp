// SPDX-License-Identifier: MIT
#ifndef EIGENMIX_TESTS_SUPPORT_ANY_POLICIES_HPP
#define EIGENMIX_TESTS_SUPPORT_ANY_POLICIES_HPP

#include <optional>
#include <utility>

#include <eigenmix/eigenmix.hpp>

// Policies chosen at run time, each as one type, so that what takes them is compiled once.

namespace eigenmix_tests {

/// Any action on collapse, and any floor.
class AnyDegeneracy {
 public:
  explicit AnyDegeneracy(eigenmix::degeneracy::Action action) : action_(action) {}
  /// \param ratio  of a relative floor
  AnyDegeneracy(eigenmix::degeneracy::Action action, double ratio)
      : action_(action), relative_(eigenmix::degeneracy::RelativeFloor(ratio)) {}

  eigenmix::degeneracy::Floor floor_at(const eigenmix::degeneracy::Place& place) const {
    return relative_ ? relative_->floor_at(place)
                     : eigenmix::degeneracy::ResolutionFloor().floor_at(place);
  }

  eigenmix::degeneracy::Action on_collapse(const eigenmix::degeneracy::Collapse&) {
    // What moves a component is not asked for without end.
    const bool may_move = asked_++ < 10;
    return may_move ? action_ : eigenmix::degeneracy::Action::floor;
  }

 private:
  eigenmix::degeneracy::Action action_;
  std::optional<eigenmix::degeneracy::RelativeFloor> relative_;
  int asked_ = 0;
};

/// One thread or the threads of a pool.
class SerialOrThreads {
 public:
  SerialOrThreads() = default;
  explicit SerialOrThreads(eigenmix::execution::Threads threads) : threads_(std::move(threads)) {}

  eigenmix::Index concurrency() const { return threads_ ? threads_->concurrency() : 1; }

  template <class Task>
  void for_each(eigenmix::Index count, Task&& task) const {
    if (threads_) return threads_->for_each(count, task);
    for (eigenmix::Index i = 0; i < count; ++i) task(i);
  }

 private:
  std::optional<eigenmix::execution::Threads> threads_;
};

}  // namespace eigenmix_tests

#endif  // EIGENMIX_TESTS_SUPPORT_ANY_POLICIES_HPP
