// SPDX-License-Identifier: MIT
// Log densities and responsibilities against 100-digit arithmetic: ordinary, far, badly scaled,
// nearly singular and offset. This file: full covariances.

#include "support/oracle_density.hpp"

using namespace eigenmix_tests;
template <class Scalar, int Dim = Eigen::Dynamic>
using Mixture = eigenmix::GaussianMixture<Scalar, Dim, eigenmix::covariance::Full>;

TEST_CASE("full: golden densities, dynamic dimension") {
  const int checked = check_densities<Mixture<double>>();
  CHECK(checked == 32);
}

TEST_CASE("full: golden densities, fixed dimensions") {
  const int checked[] = {
      check_densities<Mixture<double, 1>>(), check_densities<Mixture<double, 2>>(),
      check_densities<Mixture<double, 5>>(), check_densities<Mixture<double, 20>>()};
  CHECK(checked[0] == 7);
  CHECK(checked[1] == 9);
  CHECK(checked[2] == 8);
  CHECK(checked[3] == 8);
}

TEST_CASE("full: golden densities in long double") {
  const int checked = check_densities<Mixture<long double>>();
  CHECK(checked == 32);
}
