// SPDX-License-Identifier: MIT
// Numbers that other projects have published, as they printed them.

#include "support/oracle_converged.hpp"

using namespace eigenmix_tests;
namespace covariance = eigenmix::covariance;
namespace initialization = eigenmix::initialization;

namespace {

/// A start in one dimension, from variances.
template <class Family>
Mixture<Family> one_dimensional(const Eigen::Vector2d& weights, const Eigen::RowVector2d& means,
                                const Eigen::RowVector2d& variances) {
  const Eigen::MatrixXd mean_columns = means, variance_columns = variances;
  return Mixture<Family>(weights, mean_columns, variance_columns);
}

/// Checks numbers that were printed with `decimals`; `steps` units of the last of them are allowed.
template <class Actual, class Printed>
void check_printed(const std::string& what, const Actual& actual, const Printed& printed,
                   int decimals, double steps = 0.6) {
  const double error = (actual - printed).cwiseAbs().maxCoeff();
  check_error(what, error, steps * std::pow(10.0, -decimals));
}

void check_printed(const std::string& what, double actual, double printed, int decimals,
                   double steps = 0.6) {
  check_error(what, std::abs(actual - printed), steps * std::pow(10.0, -decimals));
}

}  // namespace

// mixtools' manual: normalmixEM(waiting, lambda = .5, mu = c(55, 80), sigma = 5). It stops at a
// change of 1e-8, one or two units of its last digits before the optimum; hence 2 units.
TEST_CASE("mixtools: waiting times of Old Faithful with a common deviation") {
  const Eigen::MatrixXd x = read_data("faithful").samples.row(1);
  auto mixture = one_dimensional<covariance::Tied>({0.5, 0.5}, {55, 80}, {25, 25});
  const auto result = mixture.fit(x, to_the_end());
  CHECK(result.converged());
  check_printed("weights", mixture.weights(), Eigen::Vector2d(0.36085, 0.63915), 5, 2);
  check_printed("means", mixture.means(), Eigen::RowVector2d(54.61364, 80.09031), 5, 2);
  check_printed("deviation", std::sqrt(mixture.covariance(0)(0, 0)), 5.86909, 5, 2);
  check_printed("log-likelihood", result.log_likelihood, -1034.002, 3);

  // the same converged, by another program; it stopped at a relative change of 1e-13, which is
  // 3e-7 in parameters that the likelihood is flat in, times the way left to go
  check_printed("log-likelihood", result.log_likelihood, -1034.00176036, 8, 2);
  check_printed("means", mixture.means(), Eigen::RowVector2d(54.6136274, 80.0903044), 5);
}

// GaussianMixtures.jl prints weights 0.36, 0.639, means 54.61, 80.09, deviations 5.867, 5.871; the
// longer numbers are the converged ones.
TEST_CASE("GaussianMixtures.jl: waiting times of Old Faithful with free deviations") {
  const Eigen::MatrixXd x = read_data("faithful").samples.row(1);
  auto mixture = one_dimensional<covariance::Full>({0.5, 0.5}, {55, 80}, {25, 25});
  const auto result = mixture.fit(x, to_the_end());
  CHECK(result.converged());
  check_printed("log-likelihood", result.log_likelihood, -1034.00174983, 8, 2);
  check_printed("weights", mixture.weights(), Eigen::Vector2d(0.36088562, 0.63911438), 6);
  check_printed("means", mixture.means(), Eigen::RowVector2d(54.61484117, 80.09105992), 5, 2);
  const Eigen::RowVector2d deviations = mixture.variances().cwiseSqrt();
  check_printed("deviations", deviations, Eigen::RowVector2d(5.87120661, 5.86774390), 5, 2);
}

// The printed fit is that of data that were rounded to 7 decimals afterwards: 5e-8 in each sample
// and so in the means, and twice that times deviations of about one in the covariances.
TEST_CASE("Apache Spark and mixtools: fifteen samples in two dimensions") {
  const Eigen::MatrixXd x = read_data("spark_2d").samples;
  std::vector<Index> labels(15, 1);
  std::fill_n(labels.begin(), 7, 0);
  const initialization::FromLabels strategy(labels);
  auto mixture = eigenmix::initialize<Mixture<covariance::Full>>(x, 2, strategy);
  const auto result = mixture.fit(x, to_the_end());
  CHECK(result.converged());
  check_printed("log-likelihood", result.log_likelihood, -46.89499, 5);
  check_printed("weights", mixture.weights(), Eigen::Vector2d(0.4666667, 0.5333333), 7);
  check_printed("mean 0", mixture.means().col(0), Eigen::Vector2d(0.11731091, -0.06192351), 8, 5.6);
  check_printed("mean 1", mixture.means().col(1), Eigen::Vector2d(10.363673, 9.897081), 6);
  Eigen::Matrix2d left, right;
  left << 0.62049934, 0.06880802, 0.06880802, 1.27431874;
  right << 0.2961543, 0.160783, 0.160783, 1.008878;
  check_printed("covariance 0", mixture.covariance(0), left, 8, 10.6);
  check_printed("covariance 1", mixture.covariance(1), right, 6);
}

TEST_CASE("Apache Spark: fifteen samples in one dimension") {
  const Eigen::MatrixXd x = read_data("spark_1d").samples;
  auto mixture = one_dimensional<covariance::Full>({0.5, 0.5}, {5, -3}, {1, 1});
  const auto result = mixture.fit(x, to_the_end());
  CHECK(result.converged());
  check_printed("log-likelihood", result.log_likelihood, -30.375478, 6);
  check_printed("weights", mixture.weights(), Eigen::Vector2d(2.0 / 3, 1.0 / 3), 5);
  check_printed("means", mixture.means(), Eigen::RowVector2d(5.1604, -4.3673), 4);
  check_printed("variances", mixture.variances(), Eigen::RowVector2d(0.86644, 1.1098), 4);
}

// scikit-learn's docstring of GaussianMixture. Both groups are flat in the first coordinate, so
// its covariances stand on a floor here and on reg_covar there; the means do not care.
TEST_CASE("scikit-learn: two groups of three") {
  Eigen::MatrixXd x(2, 6);
  x << 1, 1, 1, 10, 10, 10,  //
      2, 4, 0, 2, 4, 0;
  auto mixture = eigenmix::initialize<Mixture<covariance::Full>>(x, 2);
  const auto result = mixture.fit(x);
  CHECK(result.converged());
  CHECK(result.collapsed_count == 2);
  const Index left = mixture.means()(0, 0) < mixture.means()(0, 1) ? 0 : 1, right = 1 - left;
  // the groups are 9 apart, hundreds of deviations: responsibilities are zero and one exactly
  const double rounding = 10 * 8 * unit_roundoff<double>;
  const auto distance = [&](Index k, double first) {
    return (mixture.means().col(k) - Eigen::Vector2d(first, 2)).cwiseAbs().maxCoeff();
  };
  check_error("left mean", distance(left, 1), rounding);
  check_error("right mean", distance(right, 10), rounding);
  Eigen::MatrixXd others(2, 2);
  others << 0, 12,  //
      0, 3;
  CHECK(mixture.classify(others)(0) == left);
  CHECK(mixture.classify(others)(1) == right);
}

// mclust stops at a relative change of 1e-5: its log-likelihoods are a little below the optimum
// that it is heading for, at most 0.03 in these examples.
TEST_CASE("mclust: printed log-likelihoods are approached from above") {
  const auto gain = [](const Eigen::MatrixXd& x, const auto& start, double printed) {
    auto mixture = start;
    return mixture.fit(x, to_the_end()).log_likelihood - printed;
  };
  const DataSet iris = read_data("iris");
  const initialization::FromLabels species(numbered(iris.labels));
  const auto tied = eigenmix::initialize<Mixture<covariance::Tied>>(iris.samples, 3, species);
  const auto full = eigenmix::initialize<Mixture<covariance::Full>>(iris.samples, 3, species);
  const Eigen::MatrixXd acidity = read_data("acidity").samples;
  const initialization::FromLabels halves(cut(acidity.row(0), {5.5}));
  const auto two = eigenmix::initialize<Mixture<covariance::Tied>>(acidity, 2, halves);
  for (const double value : {gain(iris.samples, tied, -256.3547),
                             gain(iris.samples, full, -180.1858), gain(acidity, two, -185.9493)}) {
    CHECK(value >= -0.6e-4);
    CHECK(value <= 0.03);
  }
}
