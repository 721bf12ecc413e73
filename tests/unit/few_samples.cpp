// SPDX-License-Identifier: MIT
#include <algorithm>

#include <support/cases.hpp>
#include <support/catch.hpp>
#include <support/data.hpp>

// What is said of a component that owns a handful of samples does not hang on a rounding.

namespace {

using eigenmix::FitResult;
using eigenmix::GaussianMixture;
using eigenmix::Index;
using eigenmix::initialize;
namespace covariance = eigenmix::covariance;
using FromLabels = eigenmix::initialization::FromLabels;

/// N numbers about 0, the last `few` of them about 100.
Eigen::MatrixXd with_few(Index count, Index few, std::uint64_t seed) {
  eigenmix::random::Engine engine(seed);
  eigenmix::random::Normal normal;
  Eigen::MatrixXd x(1, count);
  for (Index n = 0; n < count; ++n) x(0, n) = normal(engine) + (n < count - few ? 0 : 100);
  return x;
}

template <class Mixture>
FitResult fit_labels(const Eigen::MatrixXd& x) {
  std::vector<Index> labels;
  for (Index n = 0; n < x.cols(); ++n) labels.push_back(x(0, n) > 50 ? 1 : 0);
  using Scalar = typename Mixture::Scalar;
  const eigenmix_tests::Matrix<Scalar> cast = x.cast<Scalar>();
  Mixture mixture = initialize<Mixture>(cast, 2, FromLabels(labels));
  return mixture.fit(cast);
}

TEST_CASE("a component of just enough samples is never spurious, of one less always",
          "[spurious]") {
  using Full = GaussianMixture<double>;
  using Float = GaussianMixture<float>;
  using Tied = GaussianMixture<double, Eigen::Dynamic, covariance::Tied>;
  int odd = 0;
  for (Index count = 10; count <= 300; ++count) {
    const auto seed = std::uint64_t(count);
    odd += fit_labels<Full>(with_few(count, 3, seed)).spurious_count == 0 ? 0 : 1;
    odd += fit_labels<Float>(with_few(count, 3, seed)).spurious_count == 0 ? 0 : 1;
    odd += fit_labels<Full>(with_few(count, 2, seed)).spurious_count == 1 ? 0 : 1;
    odd += fit_labels<Tied>(with_few(count, 2, seed)).spurious_count == 0 ? 0 : 1;
    odd += fit_labels<Tied>(with_few(count, 1, seed)).spurious_count == 1 ? 0 : 1;
  }
  CHECK(odd == 0);
}

TEST_CASE("the order of the samples does not decide", "[spurious]") {
  Eigen::MatrixXd x = eigenmix_tests::read_case("three_of_47", true).samples;
  eigenmix::random::Engine engine(4);
  for (int order = 0; order < 40; ++order) {
    CAPTURE(order);
    auto mixture = initialize<GaussianMixture<double>>(x, 2);
    const FitResult result = mixture.fit(x);
    CHECK(result.spurious_count == 0);
    CHECK(result.soundness() == eigenmix::Soundness::sound);
    for (Index n = x.cols() - 1; n > 0; --n) {
      std::swap(x(0, n), x(0, eigenmix::random::uniform_index(engine, n + 1)));
    }
  }
}

TEST_CASE("a saddle of two equal components is not where a search ends", "[spurious]") {
  // Three groups of 59 values, one covariance for all.
  eigenmix::random::Engine engine(9);
  eigenmix::random::Normal normal;
  Eigen::MatrixXd x(1, 59);
  for (Index n = 0; n < 59; ++n) x(0, n) = normal(engine) + 5 * double(n % 3);
  using Tied = GaussianMixture<double, Eigen::Dynamic, covariance::Tied>;
  double best = -HUGE_VAL, worst = HUGE_VAL;
  for (int order = 0; order < 40; ++order) {
    CAPTURE(order);
    Tied mixture = initialize<Tied>(x, 3);
    const FitResult result = mixture.fit(x);
    CHECK(result.coincident_count == 0);
    best = std::max(best, result.log_likelihood);
    worst = std::min(worst, result.log_likelihood);
    for (Index n = x.cols() - 1; n > 0; --n) {
      std::swap(x(0, n), x(0, eigenmix::random::uniform_index(engine, n + 1)));
    }
  }
  CHECK(best - worst <= 0.1);
}

TEST_CASE("components that are the same are counted", "[spurious]") {
  const Eigen::MatrixXd x = with_few(60, 20, 1);
  const Eigen::Vector3d weights(0.5, 0.25, 0.25);
  const Eigen::RowVector3d means(0, 100, 100), variances(1, 1, 1);
  GaussianMixture<double> mixture(weights, means, variances);
  const FitResult result = mixture.fit(x);
  CHECK(result.coincident_count == 1);
  CHECK(result.soundness() == eigenmix::Soundness::coincident);
}

TEST_CASE("narrow in another direction is not the same", "[spurious]") {
  eigenmix::random::Engine engine(2);
  eigenmix::random::Normal normal;
  Eigen::MatrixXd x(2, 2000);
  for (Index n = 0; n < 2000; ++n) {
    const double a = normal(engine), correlation = n % 2 == 0 ? 0.995 : 0.91;
    x.col(n) << a, correlation * a + std::sqrt(1 - correlation * correlation) * normal(engine);
  }
  std::vector<Index> labels;
  for (Index n = 0; n < 2000; ++n) labels.push_back(n % 2);
  auto mixture = initialize<GaussianMixture<double>>(x, 2, FromLabels(labels));
  CHECK(mixture.fit(x).coincident_count == 0);
}

TEST_CASE("one component that is left of two goes on to its optimum", "[spurious]") {
  Eigen::MatrixXd x(1, 1000);
  eigenmix::random::Engine engine(6);
  eigenmix::random::Normal normal;
  for (Index n = 0; n < 1000; ++n) x(0, n) = n < 400 ? 3 : 5 + 0.5 * normal(engine);
  const Eigen::RowVector2d means(3, 5), variances(0.05, 0.3);
  GaussianMixture<double> mixture(Eigen::Vector2d(0.4, 0.6), means, variances);
  mixture.fit(x, eigenmix::fit_options(eigenmix::degeneracy::Drop()));
  REQUIRE(mixture.component_count() == 1);
  CHECK_THAT(mixture.means()(0, 0), eigenmix_tests::WithinRel(x.mean(), 1e-12));
}

}  // namespace
