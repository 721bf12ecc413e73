// SPDX-License-Identifier: MIT
#ifndef EIGENMIX_EXECUTION_FIRST_EXCEPTION_HPP
#define EIGENMIX_EXECUTION_FIRST_EXCEPTION_HPP

#include <exception>
#include <mutex>

#include <eigenmix/base/fwd.hpp>

namespace eigenmix {
inline namespace EIGENMIX_ABI {
namespace detail {

/// Carries an exception out of tasks that run at once: that of the smallest index, so that the same
/// fault is reported whatever the threads did.
class FirstException {
 public:
  /// task(i), keeping what it throws.
  template <class Task>
  void guard(Index i, Task& task) {
    try {
      task(i);
    } catch (...) {
      const std::lock_guard<std::mutex> lock(mutex_);
      if (exception_ == nullptr || i < index_) {
        exception_ = std::current_exception();
        index_ = i;
      }
    }
  }

  /// Call when no task is running any more.
  void rethrow() const {
    if (exception_ != nullptr) std::rethrow_exception(exception_);
  }

 private:
  std::mutex mutex_;
  std::exception_ptr exception_;
  Index index_ = 0;
};

}  // namespace detail
}  // namespace EIGENMIX_ABI
}  // namespace eigenmix

#endif  // EIGENMIX_EXECUTION_FIRST_EXCEPTION_HPP
