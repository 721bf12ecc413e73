// SPDX-License-Identifier: MIT
#ifndef EIGENMIX_TESTS_BENCHMARK_MEASURE_HPP
#define EIGENMIX_TESTS_BENCHMARK_MEASURE_HPP

#include <sys/resource.h>

#include <algorithm>
#include <chrono>
#include <vector>

#include <eigenmix/eigenmix.hpp>

namespace eigenmix_benchmark {

using eigenmix::Index;

template <class Scalar>
using Dense = Eigen::Matrix<Scalar, Eigen::Dynamic, Eigen::Dynamic>;

/// Wall seconds of one call.
template <class Task>
double seconds_of(Task&& task) {
  const auto begin = std::chrono::steady_clock::now();
  task();
  return std::chrono::duration<double>(std::chrono::steady_clock::now() - begin).count();
}

/// Seconds of one call of a task, the median of several repetitions; in each the task is called
/// until 20 ms have passed.
template <class Task>
double median_seconds(int repetitions, Task&& task) {
  const double once = seconds_of(task);
  const int inner = once < 0.02 ? static_cast<int>(0.02 / std::max(once, 1e-8)) + 1 : 1;
  std::vector<double> seconds;
  for (int i = 0; i < repetitions; ++i) {
    seconds.push_back(seconds_of([&] {
                        for (int j = 0; j < inner; ++j) task();
                      }) /
                      inner);
  }
  std::sort(seconds.begin(), seconds.end());
  return seconds[seconds.size() / 2];
}

/// The largest resident set the process has had, in KiB.
inline long peak_memory() {
  rusage usage{};
  getrusage(RUSAGE_SELF, &usage);
  return usage.ru_maxrss;
}

/// Floating-point operations that one iteration cannot do without for one sample and component,
/// E-step and M-step together: 2 D² for dense covariances, 8 D for diagonal ones.
template <class Covariance>
double useful_flop(Index dimension) {
  constexpr bool dense = std::is_same_v<Covariance, eigenmix::covariance::Full> ||
                         std::is_same_v<Covariance, eigenmix::covariance::Tied>;
  return (dense ? 2.0 * double(dimension) : 8.0) * double(dimension);
}

}  // namespace eigenmix_benchmark

#endif  // EIGENMIX_TESTS_BENCHMARK_MEASURE_HPP
