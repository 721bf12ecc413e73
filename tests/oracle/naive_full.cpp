// SPDX-License-Identifier: MIT
// The library against the textbook's EM in long double, on random samples whose numbers of
// dimensions take every kind of kernel. This file: full covariances.

#include "support/oracle_naive.hpp"

using namespace eigenmix_tests;
template <int Dim, class Scalar = double>
using Mixture = eigenmix::GaussianMixture<Scalar, Dim, eigenmix::covariance::Full>;

TEST_CASE("full: the textbook's EM, dynamic dimension") {
  using Dynamic = Mixture<Eigen::Dynamic>;
  check_against_naive<Dynamic>(1, 41, 101);
  check_against_naive<Dynamic>(2, 257, 102);
  check_against_naive<Dynamic>(3, 1003, 103);
  check_against_naive<Dynamic>(5, 1999, 105);
  check_against_naive<Dynamic>(9, 601, 109);
  check_against_naive<Dynamic>(17, 907, 117);
  check_against_naive<Dynamic>(33, 1501, 133);
}

TEST_CASE("full: the textbook's EM, fixed dimensions") {
  check_against_naive<Mixture<1>>(1, 41, 201);
  check_against_naive<Mixture<3>>(3, 1003, 203);
  check_against_naive<Mixture<9>>(9, 601, 209);
}
