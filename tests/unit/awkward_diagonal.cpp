// SPDX-License-Identifier: MIT
#include <support/awkward.hpp>

TEST_CASE("samples without full rank, families without correlations", "[awkward]") {
  using namespace eigenmix::covariance;
  const int trials = eigenmix_tests::awkward::check_families<EEI, VEI, EVI, VVI>();
  CHECK(trials == 540);  // of each family
}
