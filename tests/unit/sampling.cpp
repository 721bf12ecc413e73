// SPDX-License-Identifier: MIT
#include <random>

#include <Eigen/Cholesky>

#include <support/catch.hpp>
#include <support/data.hpp>

// Drawing from a mixture: the same numbers everywhere, with the right distribution.

namespace {

using eigenmix::GaussianMixture;
using eigenmix::Index;
using eigenmix_tests::WithinRel;
namespace covariance = eigenmix::covariance;

using Mixture = GaussianMixture<double, 2>;

Mixture example() {
  Mixture::Means means(2, 2);
  means << 1, 2, 3, 4;
  Eigen::Matrix2d first;
  first << 2, 0.5, 0.5, 1;
  return Mixture(Eigen::Vector2d(0.25, 0.75), means,
                 std::vector<Eigen::Matrix2d>{first, Eigen::Matrix2d::Identity()});
}

TEST_CASE("frozen samples of a seed", "[sampling]") {
  eigenmix::random::Engine engine(2024);
  const auto drawn = example().sample(4, engine);
  const Eigen::Matrix<double, 2, 4> expected =
      (Eigen::Matrix<double, 2, 4>() << 1.4213737945365716, 2.7697535457517719, 1.4815436287170494,
       1.8587737606440407, 3.7106297295119939, 3.6280630688047069, 2.0256212026488098,
       5.237931330313554)
          .finished();
  // Only the last bits of log and sqrt may differ between libraries.
  CHECK((drawn.samples - expected).cwiseAbs().maxCoeff() <= 1e-14);
  CHECK((drawn.labels ==
         Eigen::Matrix<Index, 1, Eigen::Dynamic>(Eigen::Matrix<Index, 1, 4>(1, 0, 0, 1))));
}

TEST_CASE("samples are mean + L z of the labelled component", "[sampling]") {
  // The documented recipe, from the same engine: a label, then Dim normal numbers, per sample.
  const Mixture mixture = example();
  eigenmix::random::Engine engine(77), recipe(77);
  const auto drawn = mixture.sample(200, engine);
  eigenmix::random::Normal normal;
  for (Index n = 0; n < 200; ++n) {
    const Index k = eigenmix::random::uniform(recipe) < 0.25 ? 0 : 1;
    CHECK(drawn.labels(n) == k);
    const double a = normal(recipe), b = normal(recipe);
    const Eigen::Matrix2d lower = mixture.covariance(k).llt().matrixL();
    const Eigen::Vector2d x = mixture.means().col(k) + lower * Eigen::Vector2d(a, b);
    CHECK((drawn.samples.col(n) - x).norm() <= 1e-14);
  }
}

TEST_CASE("an engine's state decides, and goes on", "[sampling]") {
  const Mixture mixture = example();
  eigenmix::random::Engine a(5), b(5);
  const auto first = mixture.sample(10, a), same = mixture.sample(10, b);
  CHECK(first.samples == same.samples);
  CHECK(first.labels == same.labels);
  CHECK(mixture.sample(10, a).samples != first.samples);
}

/// Mean and covariance of the draws of each component within six standard errors.
template <class Model>
void check_moments(const Model& mixture, std::uint64_t seed) {
  constexpr Index n = 40000;
  eigenmix::random::Engine engine(seed);
  const auto drawn = mixture.sample(n, engine);
  const Index d = mixture.dimension();
  for (Index k = 0; k < mixture.component_count(); ++k) {
    eigenmix_tests::Vector<double> sum = eigenmix_tests::Vector<double>::Zero(d);
    eigenmix_tests::Matrix<double> squares = eigenmix_tests::Matrix<double>::Zero(d, d);
    double count = 0;
    const auto mean = mixture.means().col(k).template cast<double>().eval();
    const auto c = mixture.covariance(k).template cast<double>().eval();
    for (Index j = 0; j < n; ++j) {
      if (drawn.labels(j) != k) continue;
      const eigenmix_tests::Vector<double> y = drawn.samples.col(j).template cast<double>() - mean;
      sum += y;
      squares += y * y.transpose();
      ++count;
    }
    const double w = double(mixture.weights()(k));
    CHECK(std::abs(count - double(n) * w) <= 6 * std::sqrt(double(n) * w * (1 - w)));
    for (Index i = 0; i < d; ++i) {
      CHECK(std::abs(sum(i) / count) <= 6 * std::sqrt(c(i, i) / count));
      for (Index j = 0; j < d; ++j) {
        // The variance of y_i y_j is c_ii c_jj + c_ij².
        const double deviation = std::sqrt((c(i, i) * c(j, j) + c(i, j) * c(i, j)) / count);
        CHECK(std::abs(squares(i, j) / count - c(i, j)) <= 6 * deviation);
      }
    }
  }
}

TEST_CASE("draws have the moments of their components", "[sampling]") {
  eigenmix::random::Engine engine(6);
  const auto make = [&engine](auto type) {
    using Model = typename decltype(type)::type;
    const Index d = eigenmix_tests::dimension_of<Model>();
    return eigenmix_tests::random_mixture<Model>(d, 3, 2, engine);
  };
  using eigenmix_tests::TypeOf;
  check_moments(make(TypeOf<GaussianMixture<double, 3>>()), 1);
  check_moments(make(TypeOf<GaussianMixture<double, Eigen::Dynamic, covariance::Tied>>()), 2);
  check_moments(make(TypeOf<GaussianMixture<double, 2, covariance::Diagonal>>()), 3);
  check_moments(make(TypeOf<GaussianMixture<double, 2, covariance::Spherical>>()), 4);
  check_moments(make(TypeOf<GaussianMixture<double, 1>>()), 5);
  check_moments(make(TypeOf<GaussianMixture<float, 2>>()), 6);
}

TEST_CASE("a component without weight is never drawn", "[sampling]") {
  const Mixture::Means means = Mixture::Means::Zero(2, 3), ones = Mixture::Means::Ones(2, 3);
  for (Index zero = 0; zero < 3; ++zero) {
    Eigen::Vector3d weights(0.5, 0.5, 0.5);
    weights(zero) = 0;
    eigenmix::random::Engine engine(8);
    const auto drawn = Mixture(weights, means, ones).sample(10000, engine);
    CHECK((drawn.labels.array() != zero).all());
  }
}

TEST_CASE("standard engines are accepted and read for 64 bits", "[sampling]") {
  std::mt19937_64 wide(5489);
  std::mt19937_64 wide_again(5489);
  CHECK(eigenmix::random::bits64(wide) == wide_again());
  std::mt19937 narrow(5489), narrow_again(5489);
  const std::uint64_t high = narrow_again(), low = narrow_again();
  CHECK(eigenmix::random::bits64(narrow) == (high << 32 | low));
  // 1 to 2^31 - 2: only draws below 2^30 count, 30 bits each.
  std::minstd_rand odd(1);
  double mean = 0;
  for (int i = 0; i < 10000; ++i) mean += eigenmix::random::uniform(odd) / 10000;
  CHECK(std::abs(mean - 0.5) <= 6 * std::sqrt(1.0 / 12 / 10000));
  const Mixture mixture = example();
  CHECK(mixture.sample(5, wide).samples.allFinite());
  CHECK(mixture.sample(5, narrow).samples.allFinite());
  CHECK(mixture.sample(5, odd).samples.allFinite());
}

}  // namespace
