// SPDX-License-Identifier: MIT
#include <support/awkward.hpp>

TEST_CASE("samples without full rank, spheres, one matrix, any matrices", "[awkward]") {
  using namespace eigenmix::covariance;
  const int trials = eigenmix_tests::awkward::check_families<EII, VII, EEE, VVV>();
  CHECK(trials == 540);  // of each family
}
