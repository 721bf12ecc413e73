// SPDX-License-Identifier: MIT
#include <tuple>

#include <laws/laws.hpp>

namespace {

using eigenmix::GaussianMixture;
using namespace eigenmix::covariance;
constexpr int dynamic = Eigen::Dynamic;

using Mixtures = std::tuple<GaussianMixture<double, 3, VEE>, GaussianMixture<double, dynamic, EVE>,
                            GaussianMixture<double, 2, VVE>>;
using Others = std::tuple<GaussianMixture<float, dynamic, VEE>, GaussianMixture<float, 3, EVE>,
                          GaussianMixture<float, dynamic, VVE>, GaussianMixture<double, 1, EVE>>;

TEMPLATE_LIST_TEST_CASE("laws of families with common axes", "[laws]", Mixtures) {
  const int laws = eigenmix_tests::laws::check<TestType>();
  CHECK(laws == 1);
}

TEMPLATE_LIST_TEST_CASE("laws of families with common axes, other types", "[laws]", Others) {
  const auto result = eigenmix_tests::laws::check_briefly<TestType>();
  CHECK(result.log_likelihoods.back() > result.log_likelihoods.front());
  CHECK(result.repairs.total() == 0);
}

}  // namespace
