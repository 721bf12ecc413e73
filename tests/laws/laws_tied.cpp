// SPDX-License-Identifier: MIT
#include <tuple>

#include <laws/laws.hpp>

namespace {

template <class Scalar, int Dim>
using Mixture = eigenmix::GaussianMixture<Scalar, Dim, eigenmix::covariance::Tied>;

using Mixtures = std::tuple<Mixture<double, 1>, Mixture<double, 3>>;
using Others = std::tuple<Mixture<double, 2>, Mixture<double, 9>>;

TEMPLATE_LIST_TEST_CASE("laws of the tied family, fixed dimensions", "[laws]", Mixtures) {
  const int laws = eigenmix_tests::laws::check<TestType>();
  CHECK(laws == 1);
}

TEMPLATE_LIST_TEST_CASE("laws of the tied family, fixed dimensions, briefly", "[laws]", Others) {
  const auto result = eigenmix_tests::laws::check_briefly<TestType>();
  CHECK(result.log_likelihoods.back() > result.log_likelihoods.front());
  CHECK(result.repairs.total() == 0);
}

}  // namespace
