// SPDX-License-Identifier: MIT
// EM iteration by iteration against 50-digit arithmetic: faithful, iris and acidity, from given
// parameters. This file: full covariances in double.

#include "support/oracle_em_trace.hpp"

using namespace eigenmix_tests;
template <int Dim>
using Mixture = eigenmix::GaussianMixture<double, Dim, eigenmix::covariance::Full>;

TEST_CASE("full: the golden trace, dynamic dimension") {
  const int checked = check_traces<Mixture<Eigen::Dynamic>>();
  CHECK(checked == 3);
}

TEST_CASE("full: the golden trace, a fixed dimension") {
  const int checked = check_traces<Mixture<2>>();
  CHECK(checked == 1);
}
