// SPDX-License-Identifier: MIT
#ifndef EIGENMIX_EXECUTION_THREADS_HPP
#define EIGENMIX_EXECUTION_THREADS_HPP

#include <memory>

#include <eigenmix/base/errors.hpp>
#include <eigenmix/execution/policy.hpp>
#include <eigenmix/execution/thread_pool.hpp>

namespace eigenmix {
inline namespace EIGENMIX_ABI {
namespace execution {

/// Several threads of std::thread, kept waiting between uses. Results are bitwise those of Serial.
///
/// Copies share the threads, which end with the last copy. for_each is not for nesting: a call from
/// within a task, or from another thread while one is under way, runs in its caller alone.
///
/// glibc before 2.34 wants -pthread at the link; CMake's eigenmix::eigenmix sees to it.
class Threads {
 public:
  /// As many as the machine has processors. \throws std::system_error  if the system has no more
  Threads() : Threads(detail::processor_count()) {}

  /// \param count  threads that work at once, the caller's among them; >= 1
  /// \throws std::invalid_argument  if it is less
  /// \throws std::system_error      if the system has no more threads
  explicit Threads(Index count)
      : count_(detail::at_least_one("execution::Threads", "count", count)),
        pool_(std::make_shared<detail::ThreadPool>(count - 1)) {}

  Index concurrency() const { return count_; }

  /// task(i) for every i in [0, count). If tasks throw, all others are still run, and the exception
  /// of the first of them by index reaches the caller, of the type it was thrown with.
  template <class Task>
  void for_each(Index count, Task&& task) const {
    pool_->run(count, task);
  }

 private:
  Index count_;
  std::shared_ptr<detail::ThreadPool> pool_;
};

}  // namespace execution
}  // namespace EIGENMIX_ABI
}  // namespace eigenmix

#endif  // EIGENMIX_EXECUTION_THREADS_HPP
