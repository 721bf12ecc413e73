// SPDX-License-Identifier: MIT
#include <tuple>

#include <laws/laws.hpp>

namespace {

using eigenmix::GaussianMixture;
using namespace eigenmix::covariance;
constexpr int dynamic = Eigen::Dynamic;

using Mixtures = std::tuple<GaussianMixture<float, dynamic, EEV>,
                            GaussianMixture<double, dynamic, VEV>, GaussianMixture<double, 3, EVV>>;
using Others = std::tuple<GaussianMixture<double, 2, EEV>, GaussianMixture<float, 2, VEV>,
                          GaussianMixture<float, dynamic, EVV>, GaussianMixture<double, 1, VEV>>;

TEMPLATE_LIST_TEST_CASE("laws of families with axes of their own", "[laws]", Mixtures) {
  const int laws = eigenmix_tests::laws::check<TestType>();
  CHECK(laws == 1);
}

TEMPLATE_LIST_TEST_CASE("laws of families with axes of their own, other types", "[laws]", Others) {
  const auto result = eigenmix_tests::laws::check_briefly<TestType>();
  CHECK(result.log_likelihoods.back() > result.log_likelihoods.front());
  CHECK(result.repairs.total() == 0);
}

}  // namespace
