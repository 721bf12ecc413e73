// SPDX-License-Identifier: MIT
#ifndef EIGENMIX_EXECUTION_ANY_EXECUTION_HPP
#define EIGENMIX_EXECUTION_ANY_EXECUTION_HPP

#include <eigenmix/execution/policy.hpp>

namespace eigenmix {
inline namespace EIGENMIX_ABI {
namespace detail {

/// An execution policy of any type behind one, so that what spreads whole runs over it, and is no
/// faster for knowing it, is compiled once. Costs an indirect call for each task. Refers to the
/// policy.
class AnyExecution {
 public:
  template <class Execution>
  explicit AnyExecution(const Execution& policy)
      : policy_(&policy),
        concurrency_(policy.concurrency()),
        for_each_([](const void* of, Index count, const void* task, Call call) {
          static_cast<const Execution*>(of)->for_each(count, [=](Index i) { call(task, i); });
        }) {}

  Index concurrency() const { return concurrency_; }

  template <class Task>
  void for_each(Index count, const Task& task) const {
    for_each_(policy_, count, &task,
              [](const void* of, Index i) { (*static_cast<const Task*>(of))(i); });
  }

 private:
  using Call = void (*)(const void*, Index);

  const void* policy_;
  Index concurrency_;
  void (*for_each_)(const void*, Index, const void*, Call);
};

}  // namespace detail
}  // namespace EIGENMIX_ABI
}  // namespace eigenmix

#endif  // EIGENMIX_EXECUTION_ANY_EXECUTION_HPP
