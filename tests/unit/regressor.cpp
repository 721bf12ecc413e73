// SPDX-License-Identifier: MIT
#include <algorithm>
#include <cmath>
#include <limits>
#include <utility>
#include <vector>

#include <eigenmix/execution/threads.hpp>
#include <eigenmix/inference/condition.hpp>
#include <eigenmix/inference/regressor.hpp>

#include <support/catch.hpp>
#include <support/closeness.hpp>
#include <support/data.hpp>
#include <support/failure.hpp>

// Regression by a mixture, against conditionals column by column and against the formulae in long
// double.

namespace {

using eigenmix::GaussianMixture;
using eigenmix::Index;
using eigenmix::Regressor;
using eigenmix_tests::check_error;
using eigenmix_tests::check_rejected;
namespace covariance = eigenmix::covariance;
using Wide = long double;

template <class Mixture>
Mixture random_mixture(Index dimension, Index components, std::uint64_t seed = 11) {
  eigenmix::random::Engine engine(seed);
  return eigenmix_tests::random_mixture<Mixture>(dimension, components, 2, engine);
}

/// Samples of a mixture in some of its dimensions.
template <class Mixture>
eigenmix_tests::Matrix<typename Mixture::Scalar> inputs_of(const Mixture& mixture,
                                                           const std::vector<Index>& inputs,
                                                           Index count) {
  eigenmix::random::Engine engine(12);
  const auto all = mixture.sample(count, engine).samples;
  eigenmix_tests::Matrix<typename Mixture::Scalar> x(Index(inputs.size()), count);
  for (std::size_t i = 0; i < inputs.size(); ++i) x.row(Index(i)) = all.row(inputs[i]);
  return x;
}

/// The responsibilities' logarithms are below 50 and lose as many roundings; means and covariances
/// are below ten, with that error of the responsibilities in their sums.
template <class Scalar>
constexpr double allowed = 200 * double(std::numeric_limits<Scalar>::epsilon());

/// The regressor of those inputs, and the conditional mixtures one by one.
template <class Mixture>
void check_conditionals(const Mixture& mixture, const std::vector<Index>& inputs, Index count) {
  using Scalar = typename Mixture::Scalar;
  CAPTURE(inputs, count);
  const Regressor<Scalar> regressor(mixture, inputs);
  const auto x = inputs_of(mixture, inputs, count);
  const auto mean = regressor.mean(x);
  const auto both = regressor.regression(x);
  const auto shares = regressor.responsibilities(x);
  REQUIRE(mean.rows() == mixture.dimension() - Index(inputs.size()));
  REQUIRE(mean.cols() == count);
  CHECK(both.mean == mean);
  double of_means = 0, of_covariances = 0, of_shares = 0;
  for (Index n = 0; n < count; ++n) {
    const auto conditional = eigenmix::condition(mixture, inputs, x.col(n));
    const auto off = (mean.col(n) - eigenmix::overall_mean(conditional)).eval();
    const auto covariance = eigenmix::overall_covariance(conditional);
    of_means = std::max(of_means, double(off.cwiseAbs().maxCoeff()));
    of_covariances =
        std::max(of_covariances, double((both.covariance(n) - covariance).cwiseAbs().maxCoeff()));
    of_shares =
        std::max(of_shares, double((shares.col(n) - conditional.weights()).cwiseAbs().maxCoeff()));
    CHECK(both.covariance(n) == both.covariance(n).transpose());
  }
  check_error("means", of_means, allowed<Scalar>);
  check_error("covariances", of_covariances, allowed<Scalar>);
  check_error("responsibilities", of_shares, allowed<Scalar>);
}

TEST_CASE("a regression is that of the conditional mixtures", "[regressor]") {
  check_conditionals(random_mixture<GaussianMixture<double, 2>>(2, 8), {1}, 300);
  check_conditionals(random_mixture<GaussianMixture<double>>(7, 5), {3, 0}, 70);  // four and one
  check_conditionals(random_mixture<GaussianMixture<double>>(12, 3), {0, 2, 4},
                     40);  // two fours, one
  check_conditionals(random_mixture<GaussianMixture<double>>(13, 2),
                     {1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 0},
                     40);  // gates of many dimensions have another kernel
  check_conditionals(random_mixture<GaussianMixture<float>>(6, 4), {5, 1}, 70);
  check_conditionals(
      random_mixture<GaussianMixture<double, Eigen::Dynamic, covariance::Tied>>(4, 3), {2}, 33);
  check_conditionals(random_mixture<GaussianMixture<double, 2>>(2, 1), {0}, 1);
}

/// Mean and variance of the second number where the first is known, by the formulae.
std::pair<Wide, Wide> naive_regression(const GaussianMixture<double, 2>& mixture, double at) {
  const Index count = mixture.component_count();
  std::vector<Wide> joints, means, variances;
  for (Index k = 0; k < count; ++k) {
    const Wide xx = mixture.covariance(k)(0, 0), xy = mixture.covariance(k)(0, 1),
               yy = mixture.covariance(k)(1, 1), off = at - Wide(mixture.means()(0, k));
    joints.push_back(std::log(Wide(mixture.weights()(k)) / std::sqrt(xx)) - off * off / xx / 2);
    means.push_back(Wide(mixture.means()(1, k)) + xy / xx * off);
    variances.push_back(yy - xy * xy / xx);
  }
  const Wide largest = *std::max_element(joints.begin(), joints.end());
  Wide weight = 0, mean = 0, second = 0;
  for (std::size_t k = 0; k < joints.size(); ++k) {
    const Wide share = std::exp(joints[k] - largest);
    weight += share;
    mean += share * means[k];
    second += share * (variances[k] + means[k] * means[k]);
  }
  mean /= weight;
  return {mean, second / weight - mean * mean};
}

TEST_CASE("a regression of one input is that of the formulae in long double", "[regressor]") {
  const auto mixture = random_mixture<GaussianMixture<double, 2>>(2, 8);
  const Regressor regressor(mixture, {0});
  for (const double at : {-3.0, 0.0, 1.7, 9.0, 40.0}) {
    const auto [mean, variance] = naive_regression(mixture, at);
    const auto both = regressor.regression(Eigen::MatrixXd::Constant(1, 1, at));
    // Of the far one the logarithms are of some thousand: so many roundings in the shares.
    const double rounding = 1e-15 * (20 + at * at);
    check_error("mean", double(std::abs(Wide(both.mean(0, 0)) - mean)), rounding);
    check_error("variance", double(std::abs(Wide(both.covariances(0, 0)) - variance)),
                10 * rounding);
  }
}

TEST_CASE("inputs and outputs are those that are named, in their order", "[regressor]") {
  const auto mixture = random_mixture<GaussianMixture<double>>(5, 3);
  const auto x = inputs_of(mixture, {4, 1}, 50);
  const Regressor rest(mixture, {4, 1});
  CHECK(rest.inputs() == std::vector<Index>{4, 1});
  CHECK(rest.outputs() == std::vector<Index>{0, 2, 3});
  CHECK(rest.component_count() == 3);
  const Regressor some(mixture, Eigen::Vector2i(4, 1), {3, 0});
  const auto all = rest.regression(x), of_some = some.regression(x);
  for (Index n = 0; n < x.cols(); ++n) {
    check_error("mean", std::abs(of_some.mean(0, n) - all.mean(2, n)), 1e-13);
    check_error("mean", std::abs(of_some.mean(1, n) - all.mean(0, n)), 1e-13);
    check_error("covariance", std::abs(of_some.covariance(n)(0, 1) - all.covariance(n)(2, 0)),
                1e-13);
    check_error("variance", std::abs(of_some.covariance(n)(0, 0) - all.covariance(n)(2, 2)), 1e-13);
  }
  for (Index k = 0; k < 3; ++k) {
    const Eigen::MatrixXd own = mixture.covariance(k);
    Eigen::Matrix2d xx;
    xx << own(4, 4), own(4, 1), own(1, 4), own(1, 1);
    Eigen::Matrix2d yx;
    yx << own(3, 4), own(3, 1), own(0, 4), own(0, 1);
    CHECK((some.gain(k).lazyProduct(xx) - yx).norm() <= 1e-14);
    const Eigen::Matrix2d within = yx.lazyProduct(some.gain(k).transpose());
    CHECK(std::abs(some.conditional_covariance(k)(0, 1) - (own(3, 0) - within(0, 1))) <= 1e-14);
  }
  CHECK(rest.input_mixture().means().row(0) == mixture.means().row(4));
}

TEST_CASE("a regression is the same in threads, and of every expression", "[regressor]") {
  const auto mixture = random_mixture<GaussianMixture<double>>(4, 3);
  const Regressor regressor(mixture, {0, 2});
  const auto x = inputs_of(mixture, {0, 2}, 5000);
  const eigenmix::execution::Threads threads(2);
  CHECK(regressor.mean(x, threads) == regressor.mean(x));
  CHECK(regressor.regression(x, threads).covariances == regressor.regression(x).covariances);
  const Eigen::MatrixXd transposed = x.transpose();
  CHECK(regressor.mean(transposed.transpose()) == regressor.mean(x));
}

TEST_CASE("outputs far from zero lose no digits", "[regressor]") {
  const auto somewhere = random_mixture<GaussianMixture<double, 2>>(2, 4);
  // Means in whole millionths of two are moved without rounding.
  const Eigen::Matrix2Xd near_means = (somewhere.means() * 0x1p20).array().round() * 0x1p-20;
  const Eigen::Matrix2Xd far_means = near_means.array() + 0x1p27;
  const GaussianMixture<double, 2> near(somewhere.weights(), near_means, somewhere.covariances()),
      far(near.weights(), far_means, near.covariances());
  const Eigen::MatrixXd x = (inputs_of(near, {0}, 100) * 0x1p20).array().round() * 0x1p-20;
  const Eigen::MatrixXd far_x = x.array() + 0x1p27;
  const auto expected = Regressor(near, {0}).regression(x);
  const auto both = Regressor(far, {0}).regression(far_x);
  CHECK((both.covariances - expected.covariances).cwiseAbs().maxCoeff() <= 1e-13);
  // Half a unit of rounding at 2^27 for the centre and for the sum with it.
  const Eigen::MatrixXd means = expected.mean.array() + 0x1p27;
  CHECK((both.mean - means).cwiseAbs().maxCoeff() <= 0x1p-25);
}

TEMPLATE_TEST_CASE("far inputs give no NaN", "[regressor]", float, double) {
  const auto mixture = random_mixture<GaussianMixture<TestType>>(4, 5);
  const Regressor<TestType> regressor(mixture, {0, 1});
  const TestType largest = std::numeric_limits<TestType>::max();
  for (const TestType far : {TestType(1e6), TestType(-1e15), largest / 1000, largest, -largest}) {
    CAPTURE(far);
    Eigen::Matrix<TestType, 2, Eigen::Dynamic> x(2, 3);
    x << far, 0, far, 0, far, -far;
    const auto both = regressor.regression(x);
    CHECK(both.mean.allFinite());
    CHECK(both.covariances.allFinite());
    const auto shares = regressor.responsibilities(x);
    CHECK((shares.colwise().sum().array() - 1).abs().maxCoeff() <= TestType(1e-6));
    for (Index n = 0; n < 3; ++n) CHECK(both.covariance(n).diagonal().minCoeff() > 0);
  }
}

TEST_CASE("a far input has the line of the component that is nearest to it", "[regressor]") {
  const auto mixture = random_mixture<GaussianMixture<double, 2>>(2, 3);
  const Regressor regressor(mixture, {0});
  for (const double far : {-1e6, 1e6}) {
    const Eigen::MatrixXd x = Eigen::MatrixXd::Constant(1, 1, far);
    Index widest = 0;
    regressor.responsibilities(x).col(0).maxCoeff(&widest);
    CHECK(regressor.responsibilities(x)(widest, 0) == 1);
    const double line = mixture.means()(1, widest) +
                        regressor.gain(widest)(0, 0) * (far - mixture.means()(0, widest));
    CHECK(std::abs(regressor.mean(x)(0, 0) / line - 1) <= 1e-14);
    CHECK(std::abs(regressor.regression(x).covariances(0, 0) /
                       regressor.conditional_covariance(widest)(0, 0) -
                   1) <= 1e-14);
  }
}

TEST_CASE("a column that told nothing takes no part in a regression", "[regressor]") {
  auto mixture = random_mixture<GaussianMixture<double>>(4, 3);
  eigenmix::random::Engine engine(8);
  Eigen::MatrixXd all = mixture.sample(300, engine).samples;
  all.row(1).setConstant(7);
  REQUIRE(mixture.fit(all).uninformative == std::vector<Index>{1});
  const Regressor with(mixture, {0, 1}, {2, 3}), without(mixture, {0}, {2, 3});
  Eigen::MatrixXd x = all.topRows(2);
  for (const double value : {7.0, 1e20}) {
    x.row(1).setConstant(value);
    CHECK((with.mean(x) - without.mean(x.topRows(1))).cwiseAbs().maxCoeff() <= 1e-13);
  }
  const Regressor constant(mixture, {0, 2}, {1});
  CHECK((constant.mean(all.topRows(2)).array() == 7).all());
}

TEST_CASE("a regressor's arguments are checked", "[regressor]") {
  auto mixture = random_mixture<GaussianMixture<double>>(3, 2);
  check_rejected("Regressor", "inputs", "none", "at least one",
                 [&] { Regressor(mixture, std::vector<Index>()); });
  check_rejected("Regressor", "inputs(0)", "3", "from 0 to 2", [&] { Regressor(mixture, {3}); });
  check_rejected("Regressor", "inputs(1)", "1 again", "once", [&] { Regressor(mixture, {1, 1}); });
  check_rejected("Regressor", "outputs", "none", "at least one", [&] {
    Regressor(mixture, {0, 1, 2});
  });
  check_rejected("Regressor", "outputs(0)", "-1", "from 0 to 2",
                 [&] { Regressor(mixture, {0}, {-1}); });
  check_rejected("Regressor", "dimension 1", "as input and as output", "one of them", [&] {
    Regressor(mixture, {0, 1}, {2, 1});
  });
  const Regressor regressor(mixture, {0});
  check_rejected("Regressor::mean", "rows of x", "3", "1",
                 [&] { regressor.mean(Eigen::MatrixXd::Zero(3, 4)); });
  Eigen::MatrixXd x = Eigen::MatrixXd::Zero(1, 4);
  x(0, 2) = std::numeric_limits<double>::infinity();
  check_rejected("Regressor::regression", "x(0, 2)", "inf", "finite",
                 [&] { regressor.regression(x); });
  check_rejected("Regressor::gain", "component", "2", "2", [&] { regressor.gain(2); });
  check_rejected("Regressor::conditional_covariance", "component", "-1", "2",
                 [&] { regressor.conditional_covariance(-1); });
  mixture.set_noise({0.1, -5});
  check_rejected("Regressor", "noise", "0.1", "set_noise(Noise{})",
                 [&] { Regressor(mixture, {0}); });
}

}  // namespace
