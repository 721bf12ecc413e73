// SPDX-License-Identifier: MIT
#ifndef EIGENMIX_EM_CONCURRENT_FITS_HPP
#define EIGENMIX_EM_CONCURRENT_FITS_HPP

#include <eigenmix/em/options.hpp>
#include <eigenmix/execution/first_exception.hpp>

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
    const auto on_one = alone(options);
    FirstException failure;  // a user's own pool need not know how to carry one
    auto guarded = [&](Index i) { task(i, on_one); };
    options.execution.for_each(count, [&](Index i) { failure.guard(i, guarded); });
    failure.rethrow();
  }
}

}  // namespace detail
}  // namespace EIGENMIX_ABI
}  // namespace eigenmix

#endif  // EIGENMIX_EM_CONCURRENT_FITS_HPP
