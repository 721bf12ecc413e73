// SPDX-License-Identifier: MIT

// Fits of every family where entries are missing.

#include <tuple>

#include <support/catch.hpp>
#include <support/closeness.hpp>
#include <support/naive_missing.hpp>

#include <eigenmix/incomplete/incomplete.hpp>

namespace {

using eigenmix::GaussianMixture;
using eigenmix::incomplete;
using eigenmix_tests::check_error;
using eigenmix_tests::random_mixture;
using eigenmix_tests::with_holes;
namespace covariance = eigenmix::covariance;

using Families = std::tuple<covariance::EII, covariance::Spherical, covariance::EEI,
                            covariance::VEI, covariance::EVI, covariance::Diagonal,
                            covariance::Tied, covariance::VEE, covariance::EVE, covariance::VVE,
                            covariance::EEV, covariance::VEV, covariance::EVV, covariance::Full>;

}  // namespace

TEMPLATE_LIST_TEST_CASE("the likelihood of incomplete samples never falls", "[incomplete]",
                        Families) {
  using Of = GaussianMixture<double, Eigen::Dynamic, TestType>;
  CAPTURE(TestType::name);
  eigenmix::random::Engine engine(17);
  const auto truth = random_mixture<Of>(4, 3, 3, engine);
  const Eigen::MatrixXd x = with_holes<Eigen::MatrixXd>(truth.sample(400, engine).samples, 0.2, 5);
  Of mixture = eigenmix_tests::perturbed(truth);
  const auto result = mixture.fit(incomplete(x));
  CHECK(result.converged());
  CHECK(result.iterations > 3);
  CHECK(eigenmix_tests::never_falls(result.log_likelihoods, 1e-13, 400));
  CHECK(result.log_likelihood >= double(truth.log_likelihood(incomplete(x))));
  check_error("log-likelihood",
              std::abs(result.log_likelihood / double(mixture.log_likelihood(incomplete(x))) - 1),
              1e-13);
  CHECK(eigenmix_tests::is_sound(mixture));
}
