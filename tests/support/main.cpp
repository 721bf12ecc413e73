// SPDX-License-Identifier: MIT
// Catch2 v2 wants its main compiled from one unit; v3 brings its own library.
#define CATCH_CONFIG_MAIN
#include <catch2/catch.hpp>
