// SPDX-License-Identifier: MIT
#ifndef EIGENMIX_EXECUTION_ANY_EXECUTION_HPP
#define EIGENMIX_EXECUTION_ANY_EXECUTION_HPP

#include <eigenmix/base/function_ref.hpp>
#include <eigenmix/execution/first_exception.hpp>
#include <eigenmix/execution/serial.hpp>

namespace eigenmix {
inline namespace EIGENMIX_ABI {
namespace detail {

/// An execution policy of any type behind one, so that what is spread over it is compiled once.
/// Costs an indirect call for each task. Refers to the policy.
class AnyExecution {
 public:
  using Task = FunctionRef<void(Index)>;

  template <class Execution>
  AnyExecution(const Execution& policy)  // NOLINT(google-explicit-constructor): as FunctionRef
      : concurrency_(policy.concurrency()),
        for_each_(ForEach::template bind<&AnyExecution::for_each<Execution>>(policy)) {}
  template <class Execution>
  AnyExecution(const Execution&&) = delete;  // it would be gone

  static AnyExecution one_thread() {
    static constexpr execution::Serial serial;
    return serial;
  }

  Index concurrency() const { return concurrency_; }

  /// task(i) for every i in [0, count). What the first of them by index throws is thrown when all
  /// have ended: a user's own pool need not know how to carry an exception.
  void run(Index count, Task task) const {
    FirstException failure;
    const auto guarded = [&](Index i) { failure.guard(i, task); };
    for_each_(count, guarded);
    failure.rethrow();
  }

 private:
  using ForEach = FunctionRef<void(Index, Task)>;

  template <class Execution>
  static void for_each(const Execution& policy, Index count, Task task) {
    policy.for_each(count, task);
  }

  Index concurrency_;
  ForEach for_each_;
};

}  // namespace detail
}  // namespace EIGENMIX_ABI
}  // namespace eigenmix

#endif  // EIGENMIX_EXECUTION_ANY_EXECUTION_HPP
