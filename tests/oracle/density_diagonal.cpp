// SPDX-License-Identifier: MIT
// Log densities and responsibilities against 100-digit arithmetic: ordinary, far, badly scaled,
// nearly singular and offset. This file: diagonal covariances.

#include "support/oracle_density.hpp"

using namespace eigenmix_tests;
template <class Scalar, int Dim = Eigen::Dynamic>
using Mixture = eigenmix::GaussianMixture<Scalar, Dim, eigenmix::covariance::Diagonal>;

TEST_CASE("diagonal: golden densities, dynamic dimension") {
  const int checked = check_densities<Mixture<double>>();
  CHECK(checked == 12);
}

TEST_CASE("diagonal: golden densities, fixed dimensions") {
  const int checked[] = {
      check_densities<Mixture<double, 1>>(), check_densities<Mixture<double, 2>>(),
      check_densities<Mixture<double, 5>>(), check_densities<Mixture<double, 20>>()};
  CHECK(checked[0] == 3);
  CHECK(checked[1] == 3);
  CHECK(checked[2] == 3);
  CHECK(checked[3] == 3);
}

TEST_CASE("diagonal: golden densities in long double") {
  const int checked = check_densities<Mixture<long double>>();
  CHECK(checked == 12);
}
