// SPDX-License-Identifier: MIT
// The library against the textbook's EM in long double, on random samples whose numbers of
// dimensions take every kind of kernel. This file: tied covariances.

#include "support/oracle_naive.hpp"

using namespace eigenmix_tests;
using eigenmix::covariance::Tied;

TEST_CASE("tied: the textbook's EM, dynamic dimension") {
  const double worst = check_dynamic_against_naive<Tied>();
  CHECK(worst <= 1);  // of what rounding allows
}

TEST_CASE("tied: the textbook's EM, fixed dimensions") {
  const double worst = check_fixed_against_naive<Tied>();
  CHECK(worst <= 1);  // of what rounding allows
}
