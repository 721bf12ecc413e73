// SPDX-License-Identifier: MIT
// Log densities and responsibilities against 100-digit arithmetic: ordinary, far, badly scaled,
// nearly singular and offset. This file: full covariances.

#include "support/oracle_density.hpp"

using namespace eigenmix_tests;
template <class Scalar, int Dim = Eigen::Dynamic>
using Mixture = eigenmix::GaussianMixture<Scalar, Dim, eigenmix::covariance::Full>;

TEST_CASE("full: golden densities, dynamic dimension") { check_densities<Mixture<double>>(32); }

TEST_CASE("full: golden densities, fixed dimensions") {
  check_densities<Mixture<double, 1>>(7);
  check_densities<Mixture<double, 2>>(9);
  check_densities<Mixture<double, 5>>(8);
  check_densities<Mixture<double, 20>>(8);
}

TEST_CASE("full: golden densities in long double") { check_densities<Mixture<long double>>(32); }
