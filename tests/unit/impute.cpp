// SPDX-License-Identifier: MIT

// Missing entries filled in.

#include <random>

#include <support/catch.hpp>
#include <support/closeness.hpp>
#include <support/failure.hpp>
#include <support/naive_missing.hpp>

#include <eigenmix/incomplete/impute.hpp>

namespace {

using eigenmix::GaussianMixture;
using eigenmix::impute;
using eigenmix::incomplete;
using eigenmix::Index;
using eigenmix_tests::check_error;
using eigenmix_tests::check_rejected;
using eigenmix_tests::Exact;
using eigenmix_tests::NaiveMissing;
using eigenmix_tests::random_mixture;
using eigenmix_tests::with_holes;
namespace covariance = eigenmix::covariance;

template <class X>
void check_seen_stay(const X& x, const X& filled) {
  CHECK(filled.allFinite());
  for (Index i = 0; i < x.size(); ++i) {
    if (!std::isnan(x.data()[i])) CHECK(filled.data()[i] == x.data()[i]);
  }
}

template <class Mixture>
void check_means(double noise) {
  using Scalar = typename Mixture::Scalar;
  eigenmix::random::Engine engine(21);
  auto mixture = random_mixture<Mixture>(eigenmix_tests::dimension_of<Mixture>(), 3, 2, engine);
  const typename Mixture::Means x =
      with_holes<typename Mixture::Means>(mixture.sample(200, engine).samples, 0.4, 2);
  mixture.set_noise({noise, -4});
  const NaiveMissing naive(mixture, x);
  const typename Mixture::Means filled = impute(mixture, x);
  check_seen_stay(x, filled);
  CHECK(filled == impute(mixture, incomplete(x)));
  double error = 0;
  Index empty = 0;
  for (Index n = 0; n < x.cols(); ++n) {
    eigenmix_tests::ExactVector expected = eigenmix_tests::ExactVector::Zero(x.rows());
    Exact of_components = 0;
    for (Index k = 0; k < 3; ++k) {
      expected += naive.responsibility(k, n) * naive.completed(n, k);
      of_components += naive.responsibility(k, n);
    }
    expected /= of_components;
    error = std::max(
        error, double((expected - filled.col(n).template cast<Exact>()).cwiseAbs().maxCoeff()));
    empty += naive.dimensions(n, true).empty() ? 1 : 0;
  }
  CHECK(empty > 0);
  // Responsibilities move by rounding times log densities of some ten, values are of some units.
  check_error("means", error, 200 * double(std::numeric_limits<Scalar>::epsilon()));
}

}  // namespace

TEST_CASE("entries are filled in by their conditional means", "[impute]") {
  for (const double noise : {0.0, 0.2}) {
    check_means<GaussianMixture<double>>(noise);
    check_means<GaussianMixture<double, 2>>(noise);
    check_means<GaussianMixture<float, 2>>(noise);
    check_means<GaussianMixture<double, Eigen::Dynamic, covariance::Tied>>(noise);
    check_means<GaussianMixture<double, Eigen::Dynamic, covariance::Spherical>>(noise);
  }
}

// Means over many draws of one sample: their error is a deviation over the root of their number.
TEST_CASE("entries are drawn from their conditional distribution", "[impute]") {
  using Mixture = GaussianMixture<double>;
  constexpr double nothing = std::numeric_limits<double>::quiet_NaN();
  constexpr Index draws = 40000;
  eigenmix::random::Engine engine(3);
  const auto mixture = random_mixture<Mixture>(4, 2, 1, engine);
  for (const bool is_empty : {false, true}) {
    Eigen::MatrixXd x = Eigen::MatrixXd::Constant(4, draws, nothing);
    if (!is_empty) x.row(1).setConstant(0.7);
    const NaiveMissing naive(mixture, x.leftCols(1));
    const Eigen::MatrixXd filled = impute(mixture, x, engine);
    check_seen_stay(x, filled);
    Eigen::VectorXd mean = Eigen::VectorXd::Zero(4);
    Eigen::MatrixXd second = Eigen::MatrixXd::Zero(4, 4);
    for (Index k = 0; k < 2; ++k) {
      const double share = double(naive.responsibility(k, 0));
      const Eigen::VectorXd own = naive.completed(0, k).cast<double>();
      mean += share * own;
      second += share * (own * own.transpose() + naive.spread(0, k).cast<double>());
    }
    const Eigen::MatrixXd of_draws = filled * filled.transpose() / double(draws);
    // Six standard errors of variances of about one and, of products, two.
    check_error("mean", (filled.rowwise().mean() - mean).cwiseAbs().maxCoeff(),
                6 * 1.5 / std::sqrt(double(draws)));
    check_error("second moments", (of_draws - second).cwiseAbs().maxCoeff(),
                6 * 3 / std::sqrt(double(draws)));
  }
  std::mt19937_64 other(5), same(5);
  const Eigen::MatrixXd x = with_holes<Eigen::MatrixXd>(mixture.sample(50, engine).samples, 0.4, 2);
  CHECK(impute(mixture, x, other) == impute(mixture, x, same));
}

TEST_CASE("what is imputed is checked", "[impute]") {
  const GaussianMixture<double, 2> mixture(Eigen::Vector2d::Zero(), Eigen::Matrix2d::Identity());
  Eigen::MatrixXd x = Eigen::MatrixXd::Zero(2, 5);
  CHECK(impute(mixture, x) == x);
  x(1, 3) = std::numeric_limits<double>::infinity();
  check_rejected("impute", "x(1, 3)", "inf", "NaN where an entry is missing",
                 [&] { return impute(mixture, x); });
  check_rejected("impute", "rows of x", "3", "2",
                 [&] { return impute(mixture, Eigen::MatrixXd(3, 4)); });
}
