// SPDX-License-Identifier: MIT
#ifndef EIGENMIX_TESTS_SUPPORT_CLOSENESS_HPP
#define EIGENMIX_TESTS_SUPPORT_CLOSENESS_HPP

#include "support/catch.hpp"

namespace eigenmix_tests {

/// Checks an error against what is allowed, and says both: Catch2 prints small numbers as 0.0.
/// With the option -s it says them of every check that passed, too.
inline void check_error(const std::string& what, double error, double allowed) {
  INFO(what << " is off by " << error << ", allowed " << allowed);
  CHECK(error <= allowed);
}

}  // namespace eigenmix_tests

#endif  // EIGENMIX_TESTS_SUPPORT_CLOSENESS_HPP
