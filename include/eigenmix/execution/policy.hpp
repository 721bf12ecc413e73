// SPDX-License-Identifier: MIT
#ifndef EIGENMIX_EXECUTION_POLICY_HPP
#define EIGENMIX_EXECUTION_POLICY_HPP

#include <eigenmix/base/fwd.hpp>

namespace eigenmix {
inline namespace EIGENMIX_ABI {
namespace execution {

/// Probes a policy's for_each with a task of the right form.
struct AnyTask {
  void operator()(Index) const {}
};

/// An execution policy is any copyable class with
///
///     Index concurrency() const;                  // tasks that can run at once, >= 1
///     void for_each(Index count, Task task) const;  // task(i) for every i in [0, count)
///
/// for_each calls the task once for each index, on any threads, several at once; `count` may be
/// larger or smaller than concurrency(). It returns when all calls have, with what they wrote
/// visible to the caller. The library does not nest calls, and catches what its own tasks throw. A
/// pool that cannot be copied goes in as a small class that refers to it.
///
/// What is summed, and in which order, never depends on the policy: results are bitwise the same.
/// Within tasks the library uses no matrix product of Eigen's, which would start threads of its own
/// under OpenMP.
template <class T, class = void>
inline constexpr bool is_policy_v = false;
template <class T>
inline constexpr bool
    is_policy_v<T, std::void_t<decltype(std::declval<const T&>().concurrency()),
                               decltype(std::declval<const T&>().for_each(Index(1), AnyTask()))>> =
        true;

}  // namespace execution
}  // namespace EIGENMIX_ABI
}  // namespace eigenmix

#endif  // EIGENMIX_EXECUTION_POLICY_HPP
