// SPDX-License-Identifier: MIT
#include <tuple>

#include <laws/laws.hpp>

namespace {

template <class Scalar, int Dim>
using Mixture = eigenmix::GaussianMixture<Scalar, Dim, eigenmix::covariance::Tied>;

using Mixtures = std::tuple<Mixture<float, Eigen::Dynamic>, Mixture<double, Eigen::Dynamic>>;
using Others = std::tuple<Mixture<float, 2>, Mixture<long double, 2>>;

TEMPLATE_LIST_TEST_CASE("laws of the tied family, other types", "[laws]", Mixtures) {
  const int laws = eigenmix_tests::laws::check<TestType>();
  CHECK(laws == 1);
}

TEMPLATE_LIST_TEST_CASE("laws of the tied family, other types, briefly", "[laws]", Others) {
  const auto result = eigenmix_tests::laws::check_briefly<TestType>();
  CHECK(result.log_likelihoods.back() > result.log_likelihoods.front());
  CHECK(result.repairs.total() == 0);
}

}  // namespace
