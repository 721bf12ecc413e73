// SPDX-License-Identifier: MIT
// EM iteration by iteration against 50-digit arithmetic: faithful, iris and acidity, from given
// parameters. This file: diagonal covariances in float and long double.

#include "support/oracle_em_trace.hpp"

using namespace eigenmix_tests;
template <class Scalar>
using Mixture = eigenmix::GaussianMixture<Scalar, Eigen::Dynamic, eigenmix::covariance::Diagonal>;

TEST_CASE("diagonal: the golden trace in float") {
  const int checked = check_traces<Mixture<float>>();
  CHECK(checked == 3);
}

TEST_CASE("diagonal: the golden trace in long double") {
  const int checked = check_traces<Mixture<long double>>();
  CHECK(checked == 3);
}
