// SPDX-License-Identifier: MIT
#include <support/awkward.hpp>

TEST_CASE("samples without full rank, families with axes of their own", "[awkward]") {
  using namespace eigenmix::covariance;
  const int trials = eigenmix_tests::awkward::check_families<EEV, VEV, EVV>();
  CHECK(trials == 540);  // of each family
}
