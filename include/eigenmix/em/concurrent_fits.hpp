// SPDX-License-Identifier: MIT
#ifndef EIGENMIX_EM_CONCURRENT_FITS_HPP
#define EIGENMIX_EM_CONCURRENT_FITS_HPP

#include <eigenmix/em/options.hpp>
#include <eigenmix/execution/any_execution.hpp>

namespace eigenmix {
inline namespace EIGENMIX_ABI {
namespace detail {

/// task(i, options) for every i in [0, count), each with at least one fit in it: spread over the
/// threads of the execution policy, each fit on one, or, if observers of iterations listen, one
/// after the other with all threads. Results are the same, as policies promise.
template <class Options, class Task>
void for_each_fit(const Options& options, Index count, Task&& task) {
  if constexpr (std::tuple_size<decltype(options.observers)>::value != 0) {
    for (Index i = 0; i < count; ++i) task(i, options);
  } else {
    const auto on_one = on_one_thread(options);
    AnyExecution(options.execution).run(count, [&](Index i) { task(i, on_one); });
  }
}

}  // namespace detail
}  // namespace EIGENMIX_ABI
}  // namespace eigenmix

#endif  // EIGENMIX_EM_CONCURRENT_FITS_HPP
