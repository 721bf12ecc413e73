// SPDX-License-Identifier: MIT
#include "rest.hpp"

TEST_CASE("fits of awkward data end where they stay, Diagonal", "[laws][rest]") {
  const int left_saddles = eigenmix_tests::check_rest_of<eigenmix::covariance::Diagonal>(0, 220);
  CHECK(left_saddles <= 4);  // one in a hundred
}

TEST_CASE("fits of awkward data end where they stay, Spherical", "[laws][rest]") {
  const int left_saddles = eigenmix_tests::check_rest_of<eigenmix::covariance::Spherical>(0, 220);
  CHECK(left_saddles <= 4);  // one in a hundred
}

TEST_CASE("fits of awkward data end where they stay, EII", "[laws][rest]") {
  const int left_saddles = eigenmix_tests::check_rest_of<eigenmix::covariance::EII>(0, 220);
  CHECK(left_saddles <= 4);  // one in a hundred
}

TEST_CASE("fits of awkward data end where they stay, EEI", "[laws][rest]") {
  const int left_saddles = eigenmix_tests::check_rest_of<eigenmix::covariance::EEI>(0, 220);
  CHECK(left_saddles <= 4);  // one in a hundred
}

TEST_CASE("fits of awkward data end where they stay, EVI", "[laws][rest]") {
  const int left_saddles = eigenmix_tests::check_rest_of<eigenmix::covariance::EVI>(0, 220);
  CHECK(left_saddles <= 4);  // one in a hundred
}

TEST_CASE("fits of awkward data end where they stay, VEI", "[laws][rest]") {
  const int left_saddles = eigenmix_tests::check_rest_of<eigenmix::covariance::VEI>(0, 220);
  CHECK(left_saddles <= 4);  // one in a hundred
}
