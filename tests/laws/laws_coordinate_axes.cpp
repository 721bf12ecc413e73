// SPDX-License-Identifier: MIT
#include <tuple>

#include <laws/laws.hpp>

namespace {

using eigenmix::GaussianMixture;
using namespace eigenmix::covariance;
constexpr int dynamic = Eigen::Dynamic;

using Mixtures =
    std::tuple<GaussianMixture<double, dynamic, EII>, GaussianMixture<double, 3, EEI>,
               GaussianMixture<double, dynamic, VEI>, GaussianMixture<float, dynamic, EVI>>;
using Others = std::tuple<GaussianMixture<float, 2, EII>, GaussianMixture<float, dynamic, EEI>,
                          GaussianMixture<float, 3, VEI>, GaussianMixture<double, 2, EVI>>;

TEMPLATE_LIST_TEST_CASE("laws of families with coordinate axes", "[laws]", Mixtures) {
  const int laws = eigenmix_tests::laws::check<TestType>();
  CHECK(laws == 1);
}

TEMPLATE_LIST_TEST_CASE("laws of families with coordinate axes, other types", "[laws]", Others) {
  const auto result = eigenmix_tests::laws::check_briefly<TestType>();
  CHECK(result.log_likelihoods.back() > result.log_likelihoods.front());
  CHECK(result.repairs.total() == 0);
}

}  // namespace
