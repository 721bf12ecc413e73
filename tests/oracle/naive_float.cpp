// SPDX-License-Identifier: MIT
// Float data, summed in double, against the textbook's EM in long double: unrolled and blocked
// kernels, components that overlap, own their samples, and lie far from each other.

#include "support/oracle_naive.hpp"

using namespace eigenmix_tests;
template <class Covariance>
using Mixture = eigenmix::GaussianMixture<float, Eigen::Dynamic, Covariance>;

TEST_CASE("float: the textbook's EM, full covariances") {
  const double worst =
      std::max({check_against_naive<Mixture<eigenmix::covariance::Full>>(5, 1999, 305),
                check_against_naive<Mixture<eigenmix::covariance::Full>>(33, 1501, 333),
                check_against_naive<Mixture<eigenmix::covariance::Full>>(17, 907, 367, 12)});
  CHECK(worst <= 1);  // of what rounding allows
}

TEST_CASE("float: the textbook's EM, diagonal covariances") {
  const double worst =
      std::max({check_against_naive<Mixture<eigenmix::covariance::Diagonal>>(5, 1999, 315),
                check_against_naive<Mixture<eigenmix::covariance::Diagonal>>(33, 1501, 343)});
  CHECK(worst <= 1);  // of what rounding allows
}

TEST_CASE("float: the textbook's EM, tied and spherical covariances") {
  const double worst =
      std::max({check_against_naive<Mixture<eigenmix::covariance::Tied>>(5, 1999, 325),
                check_against_naive<Mixture<eigenmix::covariance::Tied>>(17, 907, 387, 12),
                check_against_naive<Mixture<eigenmix::covariance::Tied>>(12, 601, 392, 300),
                check_against_naive<Mixture<eigenmix::covariance::Spherical>>(12, 601, 335),
                check_against_naive<Mixture<eigenmix::covariance::Spherical>>(12, 601, 332, 300)});
  CHECK(worst <= 1);  // of what rounding allows
}
