// SPDX-License-Identifier: MIT
#include "rest.hpp"

TEST_CASE("fits of awkward data end where they stay, EEV", "[laws][rest]") {
  const int left_saddles = eigenmix_tests::check_rest_of<eigenmix::covariance::EEV>(0, 220);
  CHECK(left_saddles <= 4);  // one in a hundred
}

TEST_CASE("fits of awkward data end where they stay, VEV", "[laws][rest]") {
  const int left_saddles = eigenmix_tests::check_rest_of<eigenmix::covariance::VEV>(0, 220);
  CHECK(left_saddles <= 4);  // one in a hundred
}

TEST_CASE("fits of awkward data end where they stay, EVV", "[laws][rest]") {
  const int left_saddles = eigenmix_tests::check_rest_of<eigenmix::covariance::EVV>(0, 220);
  CHECK(left_saddles <= 4);  // one in a hundred
}
