// SPDX-License-Identifier: MIT
// Log densities and responsibilities against 100-digit arithmetic: ordinary, far, badly scaled,
// nearly singular and offset. This file: spherical covariances.

#include "support/oracle_density.hpp"

using namespace eigenmix_tests;
template <class Scalar, int Dim = Eigen::Dynamic>
using Mixture = eigenmix::GaussianMixture<Scalar, Dim, eigenmix::covariance::Spherical>;

TEST_CASE("spherical: golden densities, dynamic dimension") {
  const int checked = check_densities<Mixture<double>>();
  CHECK(checked == 4);
}

TEST_CASE("spherical: golden densities, fixed dimensions") {
  const int checked[] = {
      check_densities<Mixture<double, 1>>(), check_densities<Mixture<double, 2>>(),
      check_densities<Mixture<double, 5>>(), check_densities<Mixture<double, 20>>()};
  CHECK(checked[0] == 1);
  CHECK(checked[1] == 1);
  CHECK(checked[2] == 1);
  CHECK(checked[3] == 1);
}

TEST_CASE("spherical: golden densities in long double") {
  const int checked = check_densities<Mixture<long double>>();
  CHECK(checked == 4);
}
