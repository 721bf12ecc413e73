// SPDX-License-Identifier: MIT
#include "rest.hpp"

TEST_CASE("fits of awkward data end where they stay, VEE", "[laws][rest]") {
  const int left_saddles = eigenmix_tests::check_rest_of<eigenmix::covariance::VEE>(0, 220);
  CHECK(left_saddles <= 4);  // one in a hundred
}

TEST_CASE("fits of awkward data end where they stay, EVE", "[laws][rest]") {
  const int left_saddles = eigenmix_tests::check_rest_of<eigenmix::covariance::EVE>(0, 220);
  CHECK(left_saddles <= 4);  // one in a hundred
}

TEST_CASE("fits of awkward data end where they stay, VVE", "[laws][rest]") {
  const int left_saddles = eigenmix_tests::check_rest_of<eigenmix::covariance::VVE>(0, 220);
  CHECK(left_saddles <= 4);  // one in a hundred
}
