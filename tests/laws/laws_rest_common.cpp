// SPDX-License-Identifier: MIT
#include "rest.hpp"

TEST_CASE("fits of awkward data end where they stay, VEE", "[laws][rest]") {
  eigenmix_tests::check_rest_of<eigenmix::covariance::VEE>(0, 220);
}

TEST_CASE("fits of awkward data end where they stay, EVE", "[laws][rest]") {
  eigenmix_tests::check_rest_of<eigenmix::covariance::EVE>(0, 220);
}

TEST_CASE("fits of awkward data end where they stay, VVE", "[laws][rest]") {
  eigenmix_tests::check_rest_of<eigenmix::covariance::VVE>(0, 220);
}
