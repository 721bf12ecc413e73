// SPDX-License-Identifier: MIT
#ifndef EIGENMIX_BASE_CONFIG_HPP
#define EIGENMIX_BASE_CONFIG_HPP

// First, so that what is wrong is the first error of hundreds.
#if (defined(_MSVC_LANG) ? _MSVC_LANG : __cplusplus) < 201703L
#error "eigenmix needs C++17: compile with -std=c++17 or newer"
#elif !defined(__cpp_exceptions) && !defined(__EXCEPTIONS) && !defined(_CPPUNWIND)
#error "eigenmix reports errors as exceptions: compile without -fno-exceptions"
#elif defined(__FAST_MATH__) || (defined(__FINITE_MATH_ONLY__) && __FINITE_MATH_ONLY__ > 0)
// Checks for NaN and infinity would vanish, and a fit of samples with one in them might not end.
#error "eigenmix needs IEEE arithmetic: compile what includes it without -ffast-math"
#endif

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

/// Functions that are long enough for a call not to matter: copies of them in all that call them
/// would only take time to compile.
#if defined(__GNUC__)
#define EIGENMIX_NOINLINE __attribute__((noinline))
#elif defined(_MSC_VER)
#define EIGENMIX_NOINLINE __declspec(noinline)
#else
#define EIGENMIX_NOINLINE
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

#endif  // EIGENMIX_BASE_CONFIG_HPP
