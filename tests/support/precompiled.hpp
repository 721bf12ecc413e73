// SPDX-License-Identifier: MIT
#ifndef EIGENMIX_TESTS_SUPPORT_PRECOMPILED_HPP
#define EIGENMIX_TESTS_SUPPORT_PRECOMPILED_HPP

// What the build reads once for all test programs: a second and a half of each.

#include <support/catch.hpp>
#include <support/data.hpp>
#include <support/engine.hpp>

#endif  // EIGENMIX_TESTS_SUPPORT_PRECOMPILED_HPP
