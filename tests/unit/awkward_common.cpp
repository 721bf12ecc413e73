// SPDX-License-Identifier: MIT
#include <support/awkward.hpp>

TEST_CASE("samples without full rank, families with common axes", "[awkward]") {
  using namespace eigenmix::covariance;
  const int trials = eigenmix_tests::awkward::check_families<VEE, EVE, VVE>();
  CHECK(trials == 540);  // of each family
}
