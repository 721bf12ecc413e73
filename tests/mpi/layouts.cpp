// SPDX-License-Identifier: MIT

// Samples spread over processes in whatever way: the fit is that of one process.

#include "support.hpp"

namespace {

using eigenmix::counted;
using eigenmix::fit_options;
using eigenmix::FitResult;
using eigenmix::GaussianMixture;
using eigenmix::initialize;
using eigenmix::weighted;
using eigenmix_tests::block;
using eigenmix_tests::dealt;
using eigenmix_tests::Ends;
using eigenmix_tests::even_blocks;
using eigenmix_tests::Index;
using eigenmix_tests::layouts;
using eigenmix_tests::Running;
using eigenmix_tests::three_groups;
namespace covariance = eigenmix::covariance;
namespace mpi = eigenmix::mpi;

const Running running;

/// The largest difference of parameters, relative to sizes of one or more.
template <class Mixture>
double distance(const Mixture& a, const Mixture& b) {
  double largest = (a.weights() - b.weights()).cwiseAbs().maxCoeff();
  largest = std::max(largest, double((a.means() - b.means()).cwiseAbs().maxCoeff()));
  for (Index k = 0; k < a.component_count(); ++k) {
    largest = std::max(largest, double((a.covariance(k) - b.covariance(k)).cwiseAbs().maxCoeff()));
  }
  return largest;
}

/// A fit of as many iterations as EM goes without leaps, from one start: sums in another order err
/// by some ulps, and a fit that halves the distance to its end keeps them at that.
template <class Mixture, class X, class SpreadX>
void check_same_fit(const X& x, const SpreadX& spread_x) {
  const eigenmix::stopping::MaxIterations stopping(15);
  auto alone = initialize<Mixture>(x, 3, eigenmix::initialization::KMeansPlusPlus());
  auto together = alone;
  const FitResult of_one = alone.fit(x, stopping), of_all = together.fit(spread_x, stopping);
  constexpr double eps = double(std::numeric_limits<typename Mixture::Scalar>::epsilon());
  const double tolerance = eps < 1e-10 ? 1e-12 : 1e-6;
  CHECK(distance(alone, together) < tolerance);
  CHECK(of_all.iterations == of_one.iterations);
  CHECK(std::abs(of_all.log_likelihood / of_one.log_likelihood - 1) < tolerance);
  CHECK(of_all.effective_counts.isApprox(of_one.effective_counts, tolerance));
  CHECK(of_all.parameter_count == of_one.parameter_count);
}

}  // namespace

TEST_CASE("however samples are spread the fit is that of one process", "[mpi]") {
  const Eigen::MatrixXd x = three_groups<double>(700);
  for (const auto summation : {mpi::Summation::fast, mpi::Summation::reproducible}) {
    for (const Ends& ends : layouts(x.cols())) {
      const Eigen::MatrixXd mine = block(x, ends);
      check_same_fit<GaussianMixture<double>>(x, mpi::spread(MPI_COMM_WORLD, mine, summation));
    }
    const Eigen::MatrixXd mine = dealt(x);
    check_same_fit<GaussianMixture<double>>(x, mpi::spread(MPI_COMM_WORLD, mine, summation));
  }
}

TEST_CASE("families of every layout, and floats, are fitted alike", "[mpi]") {
  const Eigen::MatrixXd x = three_groups<double>(700), mine = block(x, even_blocks(x.cols()));
  const auto spread = mpi::spread(MPI_COMM_WORLD, mine);
  check_same_fit<GaussianMixture<double, Eigen::Dynamic, covariance::Diagonal>>(x, spread);
  check_same_fit<GaussianMixture<double, Eigen::Dynamic, covariance::Spherical>>(x, spread);
  check_same_fit<GaussianMixture<double, Eigen::Dynamic, covariance::Tied>>(x, spread);
  check_same_fit<GaussianMixture<double, Eigen::Dynamic, covariance::EEV>>(x, spread);
  const Eigen::MatrixXf floats = x.cast<float>(), my_floats = mine.cast<float>();
  check_same_fit<GaussianMixture<float>>(floats, mpi::spread(MPI_COMM_WORLD, my_floats));
}

TEST_CASE("counts and importances are those of all samples together", "[mpi]") {
  const Eigen::MatrixXd x = three_groups<double>(700);
  eigenmix::random::Engine engine(8);
  Eigen::RowVectorXd w(x.cols());
  for (Index n = 0; n < w.size(); ++n) w(n) = eigenmix::random::uniform(engine);
  w.head(200).setZero();  // so that a rank's are all zero, and the whole of another's strip
  w.tail(100) *= 8;
  for (const auto summation : {mpi::Summation::fast, mpi::Summation::reproducible}) {
    for (const Ends& ends : layouts(x.cols())) {
      const Eigen::MatrixXd mine = block(x, ends);
      const Eigen::RowVectorXd my_w = block(w, ends);
      check_same_fit<GaussianMixture<double>>(
          counted(x, w), mpi::spread(MPI_COMM_WORLD, counted(mine, my_w), summation));
      check_same_fit<GaussianMixture<double>>(
          weighted(x, w), mpi::spread(MPI_COMM_WORLD, weighted(mine, my_w), summation));
    }
  }
}

TEST_CASE("noise, a prior and fixed parts go along", "[mpi]") {
  const Eigen::MatrixXd x = three_groups<double>(700), mine = block(x, layouts(x.cols())[4]);
  const auto spread = mpi::spread(MPI_COMM_WORLD, mine);
  const eigenmix::stopping::MaxIterations stopping(15);
  eigenmix::Fixed fixed;
  fixed.equal_weights = true;
  const auto start = initialize<GaussianMixture<double>>(x, 3);
  const auto check = [&](const auto& options) {
    auto alone = start, together = start;
    alone.fit(x, stopping, options);
    together.fit(spread, stopping, options);
    CHECK(distance(alone, together) < 1e-12);
    CHECK(std::abs(alone.noise().weight - together.noise().weight) < 1e-12);
  };
  check(fit_options(eigenmix::uniform_noise(x, 0.1)));
  check(fit_options(eigenmix::prior::NormalInverseWishart(Eigen::Matrix2d::Identity(), 7)));
  check(fit_options(fixed));
}

TEST_CASE("moments and densities: of all, and of this process's own samples", "[mpi]") {
  const Eigen::MatrixXd x = three_groups<double>(700), mine = block(x, layouts(x.cols())[4]);
  const auto spread = mpi::spread(MPI_COMM_WORLD, mine);
  const auto mixture = initialize<GaussianMixture<double>>(x, 3);
  const auto of_all = mixture.moments(x), together = mixture.moments(spread);
  CHECK(together.origin() == of_all.origin());
  CHECK(together.flat().isApprox(of_all.flat(), 1e-13));
  CHECK(mixture.classify(spread).cols() == mine.cols());
  if (mine.cols() > 0) {
    CHECK(mixture.classify(spread) == mixture.classify(mine));
    CHECK(mixture.log_density(spread).isApprox(mixture.log_density(mine), 1e-13));
    CHECK(mixture.responsibilities(spread).isApprox(mixture.responsibilities(mine), 1e-12));
  }
}

TEST_CASE("a dimension that is recorded in steps, constant or a copy is found by all", "[mpi]") {
  Eigen::MatrixXd x(4, 700);
  x.topRows(2) = three_groups<double>(700);
  x.row(1) = (x.row(1) * 10).array().round() / 10;
  x.row(2).setConstant(7);
  x.row(3) = x.row(0).array() + 4;
  for (const auto summation : {mpi::Summation::fast, mpi::Summation::reproducible}) {
    for (const Ends& ends : layouts(x.cols())) {
      const Eigen::MatrixXd mine = block(x, ends);
      const auto spread = mpi::spread(MPI_COMM_WORLD, mine, summation);
      check_same_fit<GaussianMixture<double>>(x, spread);
      auto mixture = initialize<GaussianMixture<double>>(x, 3);
      CHECK(mixture.fit(spread).uninformative == std::vector<Index>{2, 3});
    }
  }
  x(2, 699) = 8;  // of one rank alone
  const Eigen::MatrixXd mine = block(x, even_blocks(x.cols()));
  auto mixture = initialize<GaussianMixture<double>>(x, 3);
  CHECK(mixture.fit(mpi::spread(MPI_COMM_WORLD, mine)).uninformative == std::vector<Index>{3});
}
