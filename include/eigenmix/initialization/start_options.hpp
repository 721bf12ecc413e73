// SPDX-License-Identifier: MIT
#ifndef EIGENMIX_INITIALIZATION_START_OPTIONS_HPP
#define EIGENMIX_INITIALIZATION_START_OPTIONS_HPP

#include <eigenmix/em/options.hpp>
#include <eigenmix/execution/accepted_execution.hpp>

namespace eigenmix {
inline namespace EIGENMIX_ABI {
namespace detail {

/// What a start is told of the fit to come: fit_options(...), of which the observers do not listen
/// to it and nothing is asked when to stop, or an execution policy alone, which is all defaults but
/// for that. Both are of one type where they say the same, so a search is compiled once.
template <class How>
auto start_options(const How& how) {
  if constexpr (is_fit_options_v<How>) {
    return with_policies(how, DefaultStopping(), how.execution, std::tuple<>());
  } else {
    return with_policies(FitOptions<>(), DefaultStopping(), accepted_execution(how),
                         std::tuple<>());
  }
}

}  // namespace detail
}  // namespace EIGENMIX_ABI
}  // namespace eigenmix

#endif  // EIGENMIX_INITIALIZATION_START_OPTIONS_HPP
