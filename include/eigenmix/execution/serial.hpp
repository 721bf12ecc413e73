// SPDX-License-Identifier: MIT
#ifndef EIGENMIX_EXECUTION_SERIAL_HPP
#define EIGENMIX_EXECUTION_SERIAL_HPP

#include <eigenmix/execution/policy.hpp>

namespace eigenmix {
inline namespace EIGENMIX_ABI {
namespace execution {

/// One thread, the caller's: the default, since a library must not start threads unasked.
struct Serial {
  Index concurrency() const { return 1; }

  template <class Task>
  void for_each(Index count, Task&& task) const {
    for (Index i = 0; i < count; ++i) task(i);
  }
};

}  // namespace execution
}  // namespace EIGENMIX_ABI
}  // namespace eigenmix

#endif  // EIGENMIX_EXECUTION_SERIAL_HPP
