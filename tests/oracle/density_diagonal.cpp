// SPDX-License-Identifier: MIT
// Log densities and responsibilities against 100-digit arithmetic: ordinary, far, badly scaled,
// nearly singular and offset. This file: diagonal covariances.

#include "support/oracle_density.hpp"

using namespace eigenmix_tests;
template <class Scalar, int Dim = Eigen::Dynamic>
using Mixture = eigenmix::GaussianMixture<Scalar, Dim, eigenmix::covariance::Diagonal>;

TEST_CASE("diagonal: golden densities, dynamic dimension") { check_densities<Mixture<double>>(12); }

TEST_CASE("diagonal: golden densities, fixed dimensions") {
  check_densities<Mixture<double, 1>>(3);
  check_densities<Mixture<double, 2>>(3);
  check_densities<Mixture<double, 5>>(3);
  check_densities<Mixture<double, 20>>(3);
}

TEST_CASE("diagonal: golden densities in long double") {
  check_densities<Mixture<long double>>(12);
}
