// SPDX-License-Identifier: MIT
#include <cmath>
#include <string>
#include <utility>
#include <vector>

#include <eigenmix/selection/selection.hpp>

#include <support/catch.hpp>
#include <support/data.hpp>
#include <support/datasets.hpp>

// A column that tells nothing, a constant or a copy of another but for a constant, changes no choice
// and no other parameter.

namespace {

using eigenmix::FitResult;
using eigenmix::GaussianMixture;
using eigenmix::Index;
using eigenmix::initialize;
using eigenmix_tests::with_column;
namespace covariance = eigenmix::covariance;
namespace selection = eigenmix::selection;
namespace criteria = eigenmix::selection::criteria;

using Choices = std::vector<std::pair<std::string, Index>>;

/// By each criterion, from one grid of fits.
Choices choices(const Eigen::MatrixXd& x) {
  // One of each kind of what is shared: variances, volumes, shapes, nothing.
  const auto all = selection::families<covariance::Spherical, covariance::EVI, covariance::Tied,
                                       covariance::VEV, covariance::Full>();
  const auto chosen = selection::select(x, all, selection::components(1, 4));
  Choices result;
  const auto judge = [&](const auto& criterion) {
    selection::Grid grid = chosen.grid();
    for (selection::Cell& cell : grid.cells()) {
      cell.criterion = criterion(cell.input);
      if (std::isnan(cell.criterion)) cell.criterion = criteria::infeasible;
    }
    const selection::Cell& best = grid.cells()[grid.ranking(1)[0]];
    result.emplace_back(best.family, best.component_count);
  };
  judge(criteria::Bic());
  CHECK(result[0] == std::pair(chosen.best().family, chosen.best().component_count));
  judge(criteria::Aic());
  judge(criteria::Aicc());
  judge(criteria::IclHard());
  judge(criteria::Nec());
  return result;
}

TEST_CASE("no choice of a model changes", "[uninformative]") {
  const Eigen::MatrixXd iris = eigenmix_tests::iris(), faithful = eigenmix_tests::faithful();
  for (const Eigen::MatrixXd& x : {iris, faithful}) {
    CAPTURE(x.rows());
    const Choices expected = choices(x);
    for (const double factor : {0.0, 1.0}) {
      CHECK(choices(with_column(x, factor, 0)) == expected);
      CHECK(choices(with_column(x, factor, 5)) == expected);
    }
  }
}

TEST_CASE("what is drawn has the column's own mean and variance, in a family of spheres too",
          "[uninformative]") {
  const Eigen::MatrixXd x = with_column(eigenmix_tests::faithful(), 0, 12.5);
  auto mixture = initialize<GaussianMixture<double, Eigen::Dynamic, covariance::Spherical>>(x, 2);
  mixture.fit(x);
  eigenmix::random::Engine engine(1);
  const auto drawn = mixture.sample(50, engine);
  CHECK((drawn.samples.row(2).array() - 12.5).abs().maxCoeff() <= 1e-12);
  CHECK((drawn.samples.row(1).array() - 70).abs().maxCoeff() > 1);
}

TEST_CASE("a sample that leaves a constant is told by the other columns", "[uninformative]") {
  const Eigen::MatrixXd x = with_column(eigenmix_tests::faithful(), 0, 5);
  Eigen::MatrixXd left = x;
  left.row(2).setConstant(5.1);
  const auto check = [&](auto mixture) {
    mixture.fit(x);
    CHECK(mixture.classify(left) == mixture.classify(x));
    CHECK((mixture.responsibilities(left) - mixture.responsibilities(x)).norm() <= 1e-12);
    const double log_likelihood = mixture.log_likelihood(left);
    CHECK(log_likelihood < -1e20);
    CHECK_THAT(mixture.log_density(left).sum(), eigenmix_tests::WithinRel(log_likelihood, 1e-12));
  };
  check(initialize<GaussianMixture<double>>(x, 2));
  check(initialize<GaussianMixture<double, Eigen::Dynamic, covariance::Spherical>>(x, 2));
}

TEST_CASE("what only looks like a copy beside a column far out tells something",
          "[uninformative]") {
  eigenmix::random::Engine engine(5);
  eigenmix::random::Normal normal;
  Eigen::MatrixXf x(3, 300);
  for (Index n = 0; n < 300; ++n) {
    x(0, n) = 1.7e9F + 2 * float(n);
    x(1, n) = float(normal(engine)) + (n % 2 == 0 ? 20.0F : 0.0F);
    x(2, n) = float(normal(engine)) + (n % 2 == 0 ? 10.0F : 0.0F);
  }
  auto mixture = initialize<GaussianMixture<float, Eigen::Dynamic, covariance::Diagonal>>(x, 2);
  CHECK(mixture.fit(x).uninformative.empty());
  CHECK(std::abs(mixture.means()(1, 0) - mixture.means()(1, 1)) > 15);
}

TEST_CASE("weightless samples say nothing of a column", "[uninformative]") {
  Eigen::MatrixXd x = eigenmix_tests::faithful();
  Eigen::VectorXd weights = Eigen::VectorXd::Ones(x.cols());
  weights.head(20).setZero();
  x.row(1).tail(x.cols() - 20).setConstant(1.5);
  auto mixture = initialize<GaussianMixture<double>>(eigenmix::counted(x, weights), 2);
  CHECK(mixture.fit(eigenmix::counted(x, weights)).uninformative == std::vector<Index>{1});
}

TEST_CASE("all samples alike: every column tells nothing", "[uninformative]") {
  const Eigen::MatrixXd x = Eigen::MatrixXd::Constant(3, 20, 1e200);
  auto mixture = initialize<GaussianMixture<double>>(x, 2);
  const FitResult result = mixture.fit(x);
  CHECK(eigenmix_tests::is_sound(mixture));
  CHECK(result.uninformative == std::vector<Index>{0, 1, 2});
  CHECK(result.converged());
}

}  // namespace
