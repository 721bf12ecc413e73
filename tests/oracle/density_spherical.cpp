// SPDX-License-Identifier: MIT
// Log densities and responsibilities against 100-digit arithmetic: ordinary, far, badly scaled,
// nearly singular and offset. This file: spherical covariances.

#include "support/oracle_density.hpp"

using namespace eigenmix_tests;
template <class Scalar, int Dim = Eigen::Dynamic>
using Mixture = eigenmix::GaussianMixture<Scalar, Dim, eigenmix::covariance::Spherical>;

TEST_CASE("spherical: golden densities, dynamic dimension") { check_densities<Mixture<double>>(4); }

TEST_CASE("spherical: golden densities, fixed dimensions") {
  check_densities<Mixture<double, 1>>(1);
  check_densities<Mixture<double, 2>>(1);
  check_densities<Mixture<double, 5>>(1);
  check_densities<Mixture<double, 20>>(1);
}

TEST_CASE("spherical: golden densities in long double") {
  check_densities<Mixture<long double>>(4);
}
