// SPDX-License-Identifier: MIT
#include "rest.hpp"

TEST_CASE("fits of awkward data end where they stay, Full", "[laws][rest]") {
  const int left_saddles = eigenmix_tests::check_rest_of<eigenmix::covariance::Full>(0, 220);
  CHECK(left_saddles <= 4);  // one in a hundred
}

TEST_CASE("fits of awkward data end where they stay, Tied", "[laws][rest]") {
  const int left_saddles = eigenmix_tests::check_rest_of<eigenmix::covariance::Tied>(0, 220);
  CHECK(left_saddles <= 4);  // one in a hundred
}
