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

/// Parts of an inner loop, which must not become a call whatever the compiler thinks of their size:
/// a call for every packet cost the E-step of few components a quarter of its time.
#if defined(__GNUC__)
#define EIGENMIX_INLINE __attribute__((always_inline)) inline
#elif defined(_MSC_VER)
#define EIGENMIX_INLINE __forceinline
#else
#define EIGENMIX_INLINE inline
#endif

/// Unrolls the loop that follows, whose trip count is a constant: the packets of an array that it
/// indexes then live in registers, which g++ would do by itself only from -O3 on.
#if defined(__clang__)
#define EIGENMIX_UNROLL _Pragma("clang loop unroll(full)")
#elif defined(__GNUC__)
#define EIGENMIX_UNROLL _Pragma("GCC unroll 64")
#else
#define EIGENMIX_UNROLL
#endif

#endif  // EIGENMIX_CONFIG_HPP
