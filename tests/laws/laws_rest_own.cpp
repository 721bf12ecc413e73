// SPDX-License-Identifier: MIT
#include "rest.hpp"

TEST_CASE("fits of awkward data end where they stay, Full", "[laws][rest]") {
  eigenmix_tests::check_rest_of<eigenmix::covariance::Full>(0, 220);
}

TEST_CASE("fits of awkward data end where they stay, Tied", "[laws][rest]") {
  eigenmix_tests::check_rest_of<eigenmix::covariance::Tied>(0, 220);
}
