// SPDX-License-Identifier: MIT
#ifndef EIGENMIX_EXECUTION_OPENMP_HPP
#define EIGENMIX_EXECUTION_OPENMP_HPP

#if !defined(_OPENMP)
#error \
    "eigenmix/execution/openmp.hpp needs OpenMP: link OpenMP::OpenMP_CXX, or compile with -fopenmp"
#endif

#include <omp.h>

#include <eigenmix/base/errors.hpp>
#include <eigenmix/execution/first_exception.hpp>
#include <eigenmix/execution/policy.hpp>

namespace eigenmix {
inline namespace EIGENMIX_ABI {
namespace execution {

/// The threads of OpenMP, for programs that use it anyway. Results are bitwise those of Serial.
/// Within a parallel region it does what OpenMP's nesting settings say, by default: run in its
/// caller alone. Not in the umbrella header.
class OpenMP {
 public:
  /// As many threads as OpenMP would take: OMP_NUM_THREADS, or all processors. Never throws.
  OpenMP() : OpenMP(omp_get_max_threads()) {}

  /// \param count  threads that work at once, >= 1
  /// \throws std::invalid_argument  if it is less
  explicit OpenMP(Index count)
      : count_(detail::at_least_one("execution::OpenMP", "count", count)) {}

  Index concurrency() const { return count_; }

  /// task(i) for every i in [0, count); exceptions as in Threads.
  template <class Task>
  void for_each(Index count, Task&& task) const {
    if (count == 1) return task(Index(0));
    detail::FirstException failure;
    const int threads = static_cast<int>(count_);
#pragma omp parallel for schedule(dynamic, 1) num_threads(threads)
    for (Index i = 0; i < count; ++i) failure.guard(i, task);
    failure.rethrow();
  }

 private:
  Index count_;
};

}  // namespace execution
}  // namespace EIGENMIX_ABI
}  // namespace eigenmix

#endif  // EIGENMIX_EXECUTION_OPENMP_HPP
