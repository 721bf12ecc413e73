// SPDX-License-Identifier: MIT
#include <tuple>
#include <vector>

#include <support/catch.hpp>
#include <support/closeness.hpp>
#include <support/data.hpp>
#include <support/datasets.hpp>

// A column that tells nothing, a constant or a copy of another but for a constant, changes no choice
// and no other parameter.

namespace {

using eigenmix::FitResult;
using eigenmix::GaussianMixture;
using eigenmix::Index;
using eigenmix::initialize;
using eigenmix_tests::check_error;
using eigenmix_tests::with_column;
namespace covariance = eigenmix::covariance;

using Families = std::tuple<covariance::EII, covariance::Spherical, covariance::EEI,
                            covariance::VEI, covariance::EVI, covariance::Diagonal,
                            covariance::Tied, covariance::VEE, covariance::EVE, covariance::VVE,
                            covariance::EEV, covariance::VEV, covariance::EVV, covariance::Full>;

/// Of iris, fifty of a kind.
std::vector<Index> species() {
  std::vector<Index> result;
  for (Index n = 0; n < 150; ++n) result.push_back(n / 50);
  return result;
}

TEMPLATE_LIST_TEST_CASE("no other parameter changes", "[uninformative]", Families) {
  using Mixture = GaussianMixture<double, Eigen::Dynamic, TestType>;
  const Eigen::MatrixXd x = eigenmix_tests::iris();
  const eigenmix::initialization::FromLabels start(species());
  Mixture expected = initialize<Mixture>(x, 3, start);
  const eigenmix::stopping::MaxIterations iterations(20);
  const FitResult reference = expected.fit(x, iterations);
  for (const double factor : {0.0, 1.0}) {
    for (const double constant : {0.0, 7.3, -1e6}) {
      CAPTURE(TestType::name, factor, constant);
      const Eigen::MatrixXd more = with_column(x, factor, constant);
      Mixture mixture = initialize<Mixture>(more, 3, start);
      const FitResult result = mixture.fit(more, iterations);
      CHECK(result.uninformative == std::vector<Index>{4});
      CHECK(result.parameter_count == reference.parameter_count);
      CHECK(mixture.parameter_count() == expected.parameter_count());
      check_error("public log-likelihood",
                  std::abs(result.log_likelihood - mixture.log_likelihood(more)),
                  1e-11 * std::abs(result.log_likelihood));
      // Inner iterations end at a tolerance that another rounding may reach an iteration later.
      const double allowed = 1e-6;
      check_error("weights", (mixture.weights() - expected.weights()).norm(), allowed);
      check_error("means", (mixture.means().topRows(4) - expected.means()).norm(), allowed);
      for (Index k = 0; k < 3; ++k) {
        const Eigen::MatrixXd own = mixture.covariance(k);
        check_error("covariance", (own.topLeftCorner(4, 4) - expected.covariance(k)).norm(),
                    allowed);
        CHECK(own.col(4).head(4).isZero(0));
        CHECK(own(4, 4) == mixture.covariance(0)(4, 4));
        CHECK(mixture.means()(4, k) == mixture.means()(4, 0));
      }
    }
  }
}

using Both = std::tuple<covariance::Full, covariance::Spherical, covariance::Tied>;

TEMPLATE_LIST_TEST_CASE("nor the background", "[uninformative]", Both) {
  using Mixture = GaussianMixture<double, Eigen::Dynamic, TestType>;
  Eigen::MatrixXd x = eigenmix_tests::iris();
  for (Index n = 0; n < 150; n += 15) x.col(n) += Eigen::VectorXd::Constant(4, double(n - 70) / 10);
  const eigenmix::initialization::FromLabels start(species());
  const auto fitted = [&](const Eigen::MatrixXd& samples) {
    Mixture mixture = initialize<Mixture>(samples, 3, start);
    mixture.set_noise(eigenmix::uniform_noise(samples, 0.1));
    mixture.fit(samples, eigenmix::stopping::MaxIterations(20));
    return mixture;
  };
  const Mixture expected = fitted(x);
  CHECK(expected.noise().weight > 0.01);
  const Eigen::MatrixXd shares = expected.responsibilities(x);
  for (const double factor : {0.0, 1.0}) {
    for (const double constant : {7.3, -1e6}) {
      CAPTURE(TestType::name, factor, constant);
      const Eigen::MatrixXd more = with_column(x, factor, constant);
      const Mixture mixture = fitted(more);
      check_error("density", std::abs(mixture.noise().log_density - expected.noise().log_density),
                  1e-9);
      check_error("weight", std::abs(mixture.noise().weight - expected.noise().weight), 1e-8);
      check_error("responsibilities", (mixture.responsibilities(more) - shares).norm(), 1e-6);
      // The column's own density is a factor of all.
      const Eigen::VectorXd in_all = mixture.log_density(more) - expected.log_density(x);
      const double variance = mixture.covariance(0)(4, 4), mean = mixture.means()(4, 0);
      const auto alone = [&](double value) {
        return -(value - mean) * (value - mean) / (2 * variance) -
               std::log(2 * double(EIGEN_PI) * variance) / 2;
      };
      for (const Index n : {Index(0), Index(44), Index(149)}) {
        const double own = alone(more(4, n));
        check_error("common factor", std::abs(in_all(n) - own), 1e-6 * (1 + std::abs(own)));
      }
    }
  }
}

TEMPLATE_TEST_CASE("a column that begins to vary leaves the groups where they are",
                   "[uninformative]", covariance::Full, covariance::EEE, covariance::Diagonal,
                   covariance::VEV, covariance::EVE) {
  CAPTURE(TestType::name);
  using Mixture = GaussianMixture<double, Eigen::Dynamic, TestType>;
  const Eigen::MatrixXd x = eigenmix_tests::iris();
  Eigen::MatrixXd constant(5, x.cols());
  constant.topRows(4) = x;
  constant.row(4).setConstant(7);
  Eigen::MatrixXd varying = constant;
  eigenmix::random::Engine engine(2);
  eigenmix::random::Normal normal;
  for (Index n = 0; n < x.cols(); ++n) varying(4, n) += normal(engine);

  auto mixture = initialize<Mixture>(constant, 3);
  mixture.fit(constant);
  auto fresh = mixture;
  fresh.m_step(varying,
               mixture.responsibilities(constant));  // no E-step saw its variance of before
  const FitResult expected = fresh.fit(varying);
  const FitResult result = mixture.fit(varying);
  CHECK(result.coincident_count == 0);
  check_error("log-likelihood", std::abs(result.log_likelihood - expected.log_likelihood), 1e-3);
}

TEST_CASE("a column that stays constant keeps its variance where parts are fixed",
          "[uninformative]") {
  using Mixture = GaussianMixture<double>;
  Eigen::MatrixXd x(5, 150);
  x.topRows(4) = eigenmix_tests::iris();
  x.row(4).setConstant(7);
  auto mixture = initialize<Mixture>(x, 3);
  mixture.fit(x);
  eigenmix::Fixed fixed;
  fixed.covariances = {true, false, false};
  const Eigen::MatrixXd before = mixture.covariance(0);
  mixture.fit(x, eigenmix::fit_options(fixed));
  CHECK(mixture.covariance(0) == before);
}

using Uncorrelated = std::tuple<covariance::EII, covariance::Spherical, covariance::EEI,
                                covariance::VEI, covariance::EVI, covariance::Diagonal>;

TEMPLATE_LIST_TEST_CASE("with parts fixed every column takes part", "[uninformative]",
                        Uncorrelated) {
  using Mixture = GaussianMixture<double, Eigen::Dynamic, TestType>;
  const Eigen::MatrixXd x = with_column(eigenmix_tests::iris(), 1, 7.3);
  Mixture mixture = initialize<Mixture>(x, 3, eigenmix::initialization::KMeansPlusPlus{1});
  eigenmix::Fixed fixed;
  fixed.equal_weights = true;
  const FitResult result =
      mixture.fit(x, eigenmix::stopping::MaxIterations(20), eigenmix::fit_options(fixed));
  CAPTURE(TestType::name);
  CHECK(result.uninformative.empty());
  check_error("public log-likelihood", std::abs(result.log_likelihood - mixture.log_likelihood(x)),
              1e-11 * std::abs(result.log_likelihood));
}

}  // namespace
