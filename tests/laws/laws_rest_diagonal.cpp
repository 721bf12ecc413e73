// SPDX-License-Identifier: MIT
#include "rest.hpp"

TEST_CASE("fits of awkward data end where they stay, Diagonal", "[laws][rest]") {
  eigenmix_tests::check_rest_of<eigenmix::covariance::Diagonal>(0, 220);
}

TEST_CASE("fits of awkward data end where they stay, Spherical", "[laws][rest]") {
  eigenmix_tests::check_rest_of<eigenmix::covariance::Spherical>(0, 220);
}

TEST_CASE("fits of awkward data end where they stay, EII", "[laws][rest]") {
  eigenmix_tests::check_rest_of<eigenmix::covariance::EII>(0, 220);
}

TEST_CASE("fits of awkward data end where they stay, EEI", "[laws][rest]") {
  eigenmix_tests::check_rest_of<eigenmix::covariance::EEI>(0, 220);
}

TEST_CASE("fits of awkward data end where they stay, EVI", "[laws][rest]") {
  eigenmix_tests::check_rest_of<eigenmix::covariance::EVI>(0, 220);
}

TEST_CASE("fits of awkward data end where they stay, VEI", "[laws][rest]") {
  eigenmix_tests::check_rest_of<eigenmix::covariance::VEI>(0, 220);
}
