// SPDX-License-Identifier: MIT
#ifndef EIGENMIX_CONFIG_HPP
#define EIGENMIX_CONFIG_HPP

#include <Eigen/Core>
#include <cassert>

#include <eigenmix/version.hpp>

#if !EIGEN_VERSION_AT_LEAST(3, 4, 0)
#error "eigenmix needs Eigen 3.4 or newer"
#endif

/// Internal invariants; a failure is a defect of the library, never of its input. Off with NDEBUG.
#define EIGENMIX_ASSERT(condition) assert(condition)

/// Marks error paths: kept out of line, so that checks cost the hot code one untaken branch.
#if defined(__GNUC__)
#define EIGENMIX_COLD __attribute__((noinline, cold))
#elif defined(_MSC_VER)
#define EIGENMIX_COLD __declspec(noinline)
#else
#define EIGENMIX_COLD
#endif

#endif  // EIGENMIX_CONFIG_HPP
