// SPDX-License-Identifier: MIT
#include <cmath>

#include <support/catch.hpp>
#include <support/data.hpp>
#include <support/datasets.hpp>
#include <support/failure.hpp>

// Parts of a mixture that a fit leaves as they are.

namespace {

using eigenmix::fit_options;
using eigenmix::Fixed;
using eigenmix::GaussianMixture;
using eigenmix::Index;
using eigenmix::stopping::MaxIterations;
using eigenmix::stopping::ParameterChange;
using eigenmix_tests::check_rejected;
namespace covariance = eigenmix::covariance;

template <class Family>
using Mixture = GaussianMixture<double, Eigen::Dynamic, Family>;

auto to_the_end() { return ParameterChange(1e-9) || MaxIterations(100000); }

bool never_falls(const std::vector<double>& trace) {
  for (std::size_t i = 1; i < trace.size(); ++i) {
    if (trace[i] < trace[i - 1] - 1e-9) return false;
  }
  return true;
}

TEST_CASE("what is fixed stays to the bit, the rest moves, the likelihood rises") {
  const auto x = eigenmix_tests::iris();
  const auto start =
      eigenmix::initialize<Mixture<covariance::Full>>(x, 3, eigenmix::initialization::fast());
  Fixed fixed;
  fixed.weights = {false, true, false};
  fixed.means = {true, false, false};
  fixed.covariances = {false, false, true};
  auto mixture = start;
  const auto result = mixture.fit(x, MaxIterations(20), fit_options(fixed));
  CHECK(never_falls(result.log_likelihoods));
  CHECK(result.log_likelihoods.back() > result.log_likelihoods.front());
  CHECK(mixture.weights()(1) == start.weights()(1));
  CHECK(mixture.weights()(0) != start.weights()(0));
  CHECK(std::abs(mixture.weights().sum() - 1) <= 1e-15);
  CHECK(mixture.means().col(0) == start.means().col(0));
  CHECK(mixture.means().col(1) != start.means().col(1));
  CHECK(mixture.covariance(2) == start.covariance(2));
  CHECK(mixture.covariance(0) != start.covariance(0));
  CHECK(result.parameter_count == mixture.parameter_count() - 1 - 4 - 10);
}

TEST_CASE("all fixed is no fit") {
  const auto x = eigenmix_tests::iris();
  const std::vector<bool> all(3, true);
  const auto check = [&](auto family) {
    const auto start = eigenmix::initialize<Mixture<decltype(family)>>(x, 3);
    auto mixture = start;
    const auto result = mixture.fit(x, MaxIterations(3), fit_options(Fixed{all, all, all, false}));
    CHECK(mixture == start);
    CHECK(result.parameter_count == 0);
  };
  check(covariance::Full());
  check(covariance::Tied());
  check(covariance::VEI());
}

TEST_CASE("a covariance is about the mean that is fixed") {
  const auto x = eigenmix_tests::faithful();
  const Eigen::MatrixXd mean = Eigen::Vector2d(3, 60);
  const Eigen::VectorXd one = Eigen::VectorXd::Ones(1);
  Mixture<covariance::Full> mixture(one, mean, {Eigen::Matrix2d(Eigen::Matrix2d::Identity())});
  Fixed fixed;
  fixed.means = {true};
  mixture.fit(x, MaxIterations(1), fit_options(fixed));
  const Eigen::MatrixXd offset = x.colwise() - Eigen::Vector2d(3, 60);
  const Eigen::Matrix2d expected = offset * offset.transpose() / 272;
  CHECK((mixture.covariance(0) - expected).norm() <= 1e-12 * expected.norm());
}

TEST_CASE("equal weights give mixmod's model") {
  // Gaussian_p_L_C, three components (Lebret et al. 2015, J. Stat. Software 67): likelihood
  // -1131.0738 where it stops and -1131.07375 at the maximum, BIC 2312.5998.
  const Eigen::MatrixXd x = eigenmix_tests::faithful();
  std::vector<Index> labels;
  for (Index n = 0; n < x.cols(); ++n) labels.push_back(x(0, n) < 3 ? 0 : x(0, n) < 4.2 ? 1 : 2);
  auto mixture = eigenmix::initialize<Mixture<covariance::EEE>>(
      x, 3, eigenmix::initialization::FromLabels(labels));
  Fixed fixed;
  fixed.equal_weights = true;
  const auto result = mixture.fit(x, to_the_end(), fit_options(fixed));
  CHECK(mixture.weights() == Eigen::VectorXd::Constant(3, 1.0 / 3));
  CHECK(std::abs(result.log_likelihood - -1131.07375) <= 1e-5);
  CHECK(result.parameter_count == 9);
  const double bic = -2 * result.log_likelihood + 9 * std::log(272.0);
  CHECK(std::abs(bic - 2312.5998) <= 3e-4);
}

TEST_CASE("what is fixed survives policies that drop or move components") {
  // Three copies of one point collapse.
  Eigen::MatrixXd x(2, 203);
  eigenmix::random::Engine engine(7);
  eigenmix::random::Normal normal;
  for (Index n = 0; n < 200; ++n) {
    x.col(n) = Eigen::Vector2d(normal(engine) + (n < 100 ? 0 : 20), normal(engine));
  }
  for (Index n = 200; n < 203; ++n) x.col(n) = Eigen::Vector2d(100, 100);
  std::vector<Index> labels(203, 1);
  for (std::size_t n = 0; n < 3; ++n) labels[200 + n] = 0;
  for (std::size_t n = 100; n < 200; ++n) labels[n] = 2;
  const auto start = eigenmix::initialize<Mixture<covariance::Full>>(
      x, 3, eigenmix::initialization::FromLabels(labels));
  Fixed fixed;
  fixed.weights = {false, true, false};
  fixed.means = {true, false, false};
  const auto check = [&](auto policy) {
    auto mixture = start;
    const auto result = mixture.fit(x, eigenmix::stopping::standard(), fit_options(fixed, policy));
    CHECK(result.repairs.dropped + result.repairs.reseeded == 0);
    CHECK(result.repairs.floored > 0);
    REQUIRE(mixture.component_count() == 3);
    CHECK(mixture.weights()(1) == start.weights()(1));
    CHECK(mixture.means().col(0) == start.means().col(0));
  };
  check(eigenmix::degeneracy::Drop());
  check(eigenmix::degeneracy::Reseed());
  // Equal weights alone hold no component.
  Fixed equal;
  equal.equal_weights = true;
  auto mixture = start;
  const auto result = mixture.fit(x, eigenmix::stopping::standard(),
                                  fit_options(equal, eigenmix::degeneracy::Drop()));
  CHECK(result.repairs.dropped == 1);
  CHECK(mixture.weights() == Eigen::VectorXd::Constant(2, 0.5));
}

TEST_CASE("parts and priors go together") {
  const auto x = eigenmix_tests::iris();
  const auto start = eigenmix::initialize<Mixture<covariance::Full>>(x, 3);
  auto mixture = start;
  Fixed fixed;
  fixed.means = {true, false, false};
  const auto result =
      mixture.fit(x, MaxIterations(20), fit_options(eigenmix::prior::mclust_default(x, 3), fixed));
  CHECK(never_falls(result.log_posteriors));
  CHECK(mixture.means().col(0) == start.means().col(0));
}

TEST_CASE("threads do not change a constrained fit") {
  const auto x = eigenmix_tests::iris();
  Fixed fixed;
  fixed.covariances = {true, false, false};
  const auto start = eigenmix::initialize<Mixture<covariance::Full>>(x, 3);
  auto one = start, three = start;
  one.fit(x, MaxIterations(5), fit_options(fixed));
  three.fit(x, MaxIterations(5), fit_options(fixed, eigenmix::execution::Threads(3)));
  CHECK(one == three);
}

TEST_CASE("masks that do not fit are refused") {
  const auto x = eigenmix_tests::iris();
  const auto refuse = [&](auto family, const Fixed& fixed, const std::string& what,
                          const std::string& got, const std::string& need) {
    auto mixture = eigenmix::initialize<Mixture<decltype(family)>>(x, 3);
    const auto before = mixture;
    check_rejected("Fixed", what, got, need,
                   [&] { mixture.fit(x, eigenmix::stopping::standard(), fit_options(fixed)); });
    CHECK(mixture == before);
  };
  Fixed fixed;
  fixed.means = {true, false};
  refuse(covariance::Full(), fixed, "mask of means", "2", "none or 3");
  fixed = Fixed();
  fixed.covariances = {true, false, false};
  refuse(covariance::Tied(), fixed, "number of covariances", "1", "none or all");
  refuse(covariance::VEI(), fixed, "number of covariances", "1", "covariance::VEI");
  fixed = Fixed();
  fixed.weights = {true, false, false};
  fixed.equal_weights = true;
  refuse(covariance::Full(), fixed, "weights", "some fixed", "one or the other");
}

}  // namespace
