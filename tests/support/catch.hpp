// SPDX-License-Identifier: MIT
#ifndef EIGENMIX_TESTS_SUPPORT_CATCH_HPP
#define EIGENMIX_TESTS_SUPPORT_CATCH_HPP

// The one place that knows which Catch2 this is: v3 where it is installed, else v2.13.

#if __has_include(<catch2/catch_test_macros.hpp>)
#include <catch2/catch_message.hpp>
#include <catch2/catch_template_test_macros.hpp>
#include <catch2/catch_test_macros.hpp>
#include <catch2/generators/catch_generators.hpp>
#include <catch2/matchers/catch_matchers.hpp>
#include <catch2/matchers/catch_matchers_exception.hpp>
#include <catch2/matchers/catch_matchers_floating_point.hpp>
#include <catch2/matchers/catch_matchers_string.hpp>
#else
#include <catch2/catch.hpp>
#endif

// Tests that take minutes there, and run no code that others do not, are left out of builds with
// sanitizers.
#if defined(__SANITIZE_ADDRESS__)
#define EIGENMIX_TESTS_SANITIZED 1
#elif defined(__has_feature)
#if __has_feature(address_sanitizer)
#define EIGENMIX_TESTS_SANITIZED 1
#endif
#endif
#ifndef EIGENMIX_TESTS_SANITIZED
#define EIGENMIX_TESTS_SANITIZED 0
#endif

namespace eigenmix_tests {

// Matchers have a namespace each in v3's headers and in v2's; both offer these names.
using Catch::Matchers::WithinAbs;
using Catch::Matchers::WithinRel;

/// v3 renamed Contains to ContainsSubstring.
inline auto contains_text(const std::string& text) {
#if __has_include(<catch2/catch_test_macros.hpp>)
  return Catch::Matchers::ContainsSubstring(text);
#else
  return Catch::Matchers::Contains(text);
#endif
}

}  // namespace eigenmix_tests

#endif  // EIGENMIX_TESTS_SUPPORT_CATCH_HPP
