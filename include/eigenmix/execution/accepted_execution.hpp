// SPDX-License-Identifier: MIT
#ifndef EIGENMIX_EXECUTION_ACCEPTED_EXECUTION_HPP
#define EIGENMIX_EXECUTION_ACCEPTED_EXECUTION_HPP

#include <eigenmix/execution/serial.hpp>

namespace eigenmix {
inline namespace EIGENMIX_ABI {
namespace detail {

/// The policy itself, or, for one that the static_assert has refused, one thread, so that the
/// refusal is the only error the compiler prints.
template <class Execution>
const auto& accepted_execution(const Execution& given) {
  constexpr bool is_policy = execution::is_policy_v<Execution>;
  static_assert(is_policy,
                "eigenmix: an execution policy has concurrency() and for_each(count, task), as "
                "execution::Serial() and execution::Threads(n) do; see execution/policy.hpp");
  if constexpr (is_policy) {
    return given;
  } else {
    static const execution::Serial serial{};
    return serial;
  }
}

}  // namespace detail
}  // namespace EIGENMIX_ABI
}  // namespace eigenmix

#endif  // EIGENMIX_EXECUTION_ACCEPTED_EXECUTION_HPP
