// SPDX-License-Identifier: MIT
#include <cmath>

#include <support/catch.hpp>
#include <support/data.hpp>
#include <support/datasets.hpp>
#include <support/failure.hpp>

// A uniform background under the components.

namespace {

using eigenmix::fit_options;
using eigenmix::GaussianMixture;
using eigenmix::Index;
using eigenmix::stopping::MaxIterations;
using eigenmix::stopping::ParameterChange;
using eigenmix_tests::check_rejected;
namespace covariance = eigenmix::covariance;

template <class Family>
using Mixture = GaussianMixture<double, Eigen::Dynamic, Family>;

/// Two components split at a waiting time of 68, every 17th sample noise.
template <class Family>
Mixture<Family> noisy_start(const Eigen::MatrixXd& x) {
  std::vector<Index> labels;
  Eigen::VectorXd weights = Eigen::VectorXd::Ones(x.cols());
  for (Index n = 0; n < x.cols(); ++n) {
    labels.push_back(x(1, n) < 68 ? 0 : 1);
    if (n % 17 == 0) weights(n) = 0;
  }
  auto mixture = eigenmix::initialize<Mixture<Family>>(
      eigenmix::counted(x, weights), 2, eigenmix::initialization::FromLabels(labels));
  mixture.set_noise(eigenmix::uniform_noise(x, double((x.cols() + 16) / 17) / double(x.cols())));
  return mixture;
}

// R 4.2.2, mclust 6.0.0: me(data = faithful, modelName, z, Vinv = hypvol(faithful, TRUE),
// control = emControl(tol = 1e-14)), z the partition above; proportions as mclust has them.
template <class Family>
void check_mclust(double log_likelihood, double first, double noise, Index parameters) {
  INFO(Family::code);
  const auto x = eigenmix_tests::faithful();
  auto mixture = noisy_start<Family>(x);
  const auto result = mixture.fit(x, ParameterChange(1e-9) || MaxIterations(100000));
  CHECK(std::abs(result.log_likelihood / log_likelihood - 1) <= 1e-12);
  const double share = 1 - mixture.noise().weight;
  // mclust stops 1e-7 short
  CHECK(std::abs(mixture.weights()(0) * share - first) <= 1e-6);
  CHECK(std::abs(mixture.noise().weight - noise) <= 1e-6);
  CHECK(mixture.parameter_count() == parameters);
  CHECK(result.parameter_count == parameters);
  for (std::size_t i = 1; i < result.log_likelihoods.size(); ++i) {
    CHECK(result.log_likelihoods[i] >= result.log_likelihoods[i - 1] - 1e-9);
  }
  CHECK(std::abs(result.effective_counts.sum() - 272 * share) <= 1e-6);
}

TEST_CASE("noise is mclust's") {
  const auto x = eigenmix_tests::faithful();
  const double volume = std::exp(-eigenmix::uniform_noise(x, 0).log_density);
  CHECK(std::abs(volume * 0.00758329485359813 - 1) <= 1e-13);  // hypvol(faithful, TRUE)
  check_mclust<covariance::VVV>(-1125.751232199800, 0.317919642060, 0.091706402053, 13);
  check_mclust<covariance::EEE>(-1138.135181315208, 0.329495283939, 0.089050692098, 10);
  check_mclust<covariance::VEV>(-1132.987354835772, 0.323521201279, 0.080233801454, 12);
}

TEST_CASE("densities, responsibilities and labels with noise are what they say") {
  const auto x = eigenmix_tests::faithful();
  auto mixture = noisy_start<covariance::Full>(x);
  mixture.set_noise({0.25, -6});
  const double background = 0.25 * std::exp(-6.0);
  const Eigen::MatrixXd components = mixture.log_component_densities(x).array().exp();
  REQUIRE(components.rows() == 2);
  const Eigen::MatrixXd joint = 0.75 * mixture.weights().asDiagonal() * components;
  const Eigen::MatrixXd r = mixture.responsibilities(x);
  REQUIRE(r.rows() == 2);
  const auto density = mixture.log_density(x);
  const auto labels = mixture.classify(x);
  double sum = 0;
  bool some_are_noise = false;
  for (Index n = 0; n < x.cols(); ++n) {
    const double p = joint.col(n).sum() + background;
    CHECK(std::abs(density(n) - std::log(p)) <= 1e-13 * std::abs(density(n)));
    CHECK(std::abs(r(0, n) - joint(0, n) / p) <= 1e-13);
    CHECK(std::abs(r.col(n).sum() - (1 - background / p)) <= 1e-13);
    const Index most = joint(0, n) > joint(1, n) ? 0 : 1;
    CHECK(labels(n) == (background > joint(most, n) ? 2 : most));
    some_are_noise = some_are_noise || labels(n) == 2;
    sum += density(n);
  }
  CHECK(some_are_noise);
  CHECK(std::abs(mixture.log_likelihood(x) / sum - 1) <= 1e-14);
}

TEST_CASE("steps by hand are those of a fit with noise") {
  const auto x = eigenmix_tests::faithful();
  auto fitted = noisy_start<covariance::Full>(x);
  auto by_hand = fitted, by_moments = fitted;
  fitted.fit(x, MaxIterations(1));
  by_hand.m_step(x, by_hand.e_step(x).responsibilities);
  by_moments.m_step(by_moments.moments(x));
  CHECK(eigenmix_tests::parameter_distance(fitted, by_hand) <= 1e-12);
  CHECK(std::abs(fitted.noise().weight - by_hand.noise().weight) <= 1e-14);
  CHECK(eigenmix_tests::parameter_distance(fitted, by_moments) <= 1e-12);
  CHECK(std::abs(fitted.noise().weight - by_moments.noise().weight) <= 1e-14);
}

TEST_CASE("an outlier goes to the noise and leaves the components alone") {
  Eigen::MatrixXd x(2, 301);
  eigenmix::random::Engine engine(11);
  eigenmix::random::Normal normal;
  for (Index n = 0; n < 300; ++n) {
    x.col(n) = Eigen::Vector2d(normal(engine) + (n < 150 ? 0 : 8), normal(engine));
  }
  x.col(300) = Eigen::Vector2d(40, 40);
  auto robust = eigenmix::initialize<Mixture<covariance::Full>>(x.leftCols(300), 2);
  auto plain = robust;
  robust.set_noise(eigenmix::uniform_noise(x, 0.05));
  robust.fit(x);
  plain.fit(x.leftCols(300));
  CHECK(robust.classify(x.col(300))(0) == 2);
  CHECK(eigenmix_tests::parameter_distance(plain, robust) <= 0.1);
  CHECK(robust.noise().weight < 0.02);
}

TEST_CASE("noise may be weighted, threaded, in float, copied and removed") {
  const Eigen::MatrixXd x = eigenmix_tests::faithful();
  auto one = noisy_start<covariance::Diagonal>(x);
  auto three = one, weighted = one;
  one.fit(x, MaxIterations(5));
  three.fit(x, MaxIterations(5), fit_options(eigenmix::execution::Threads(3)));
  CHECK(one == three);
  const Eigen::VectorXd weights = Eigen::VectorXd::Constant(x.cols(), 3);
  weighted.fit(eigenmix::counted(x, weights), MaxIterations(5));
  CHECK(eigenmix_tests::parameter_distance(one, weighted) <= 1e-12);
  CHECK(std::abs(one.noise().weight / weighted.noise().weight - 1) <= 1e-12);

  auto removed = one;
  removed.set_noise({});
  CHECK_FALSE(removed == one);
  CHECK(removed.parameter_count() == one.parameter_count() - 2);
  const Eigen::VectorXd sums = removed.responsibilities(x).colwise().sum();
  CHECK((sums.array() - 1).abs().maxCoeff() <= 1e-15);

  GaussianMixture<float, 2, covariance::Diagonal> narrow(
      one.weights().cast<float>(), one.means().cast<float>(), one.variances().cast<float>());
  narrow.set_noise(one.noise());
  const double relative = double(narrow.log_likelihood(x.cast<float>())) / one.log_likelihood(x);
  CHECK(std::abs(relative - 1) <= 1e-5);
}

/// Groups of deviation one on a triangle of 10, 240 samples, and 60 anywhere in a square of 60.
struct Scattered {
  Eigen::MatrixXd x;
  std::vector<Index> labels;
  Eigen::VectorXd weights;  // zero of the noise
};

Scattered draw_scattered(std::uint64_t seed) {
  eigenmix::random::Engine engine(seed);
  eigenmix::random::Normal normal;
  Scattered result{Eigen::MatrixXd(2, 300), {}, Eigen::VectorXd::Ones(300)};
  const double centres[3][2] = {{0, 0}, {10, 0}, {5, 8.7}};
  for (Index n = 0; n < 300; ++n) {
    const bool is_noise = n % 5 == 4;
    for (Index i = 0; i < 2; ++i) {
      result.x(i, n) = is_noise ? 60 * eigenmix::random::uniform(engine) - 25
                                : centres[n % 3][i] + normal(engine);
    }
    if (is_noise) result.weights(n) = 0;
    result.labels.push_back(n % 3);
  }
  return result;
}

TEST_CASE("a fifth of noise: the default start with it finds what the truth leads to") {
  using Full = Mixture<covariance::Full>;
  int without = 0;
  for (std::uint64_t seed = 0; seed < 20; ++seed) {
    const Scattered drawn = draw_scattered(seed);
    const auto noise = eigenmix::uniform_noise(drawn.x, 0.1);
    auto of_truth = eigenmix::initialize<Full>(eigenmix::counted(drawn.x, drawn.weights), 3,
                                               eigenmix::initialization::FromLabels(drawn.labels));
    of_truth.set_noise(noise);
    const double truth = of_truth.fit(drawn.x).log_likelihood;

    const auto options = fit_options(noise);
    auto mixture =
        eigenmix::initialize<Full>(drawn.x, 3, eigenmix::initialization::SmallEm(), options);
    REQUIRE(mixture.noise().weight > 0);
    const auto result = mixture.fit(drawn.x, options);
    INFO("seed " << seed);
    CHECK(result.log_likelihood > truth - 0.1);
    CHECK(result.parameter_count == 19);
    const auto best =
        eigenmix::fit_best<Full>(drawn.x, 3, eigenmix::initialization::Restarts(2), options);
    CHECK(best.result.log_likelihood > truth - 0.1);

    auto late = eigenmix::initialize<Full>(drawn.x, 3);
    CHECK(late.noise().weight == 0);
    late.set_noise(noise);
    without += late.fit(drawn.x).log_likelihood > truth - 0.1 ? 1 : 0;
  }
  CHECK(without < 20);  // what a search that knows of no noise comes to
}

TEST_CASE("noise as an option is noise that was set, unless there is some already") {
  const auto x = eigenmix_tests::faithful();
  auto set = noisy_start<covariance::Full>(x);
  const auto noise = set.noise();
  auto given = set, has_some = set;
  given.set_noise({});
  auto plain = given;
  set.fit(x, MaxIterations(5));
  given.fit(x, MaxIterations(5), fit_options(noise));
  CHECK(set == given);
  has_some.fit(x, MaxIterations(5), fit_options(eigenmix::Noise{0.5, -3}));
  CHECK(set == has_some);

  using eigenmix::initialization::KMeansPlusPlus;
  const auto start =
      eigenmix::initialize<Mixture<covariance::Full>>(x, 2, KMeansPlusPlus(), fit_options(noise));
  CHECK(start.noise() == noise);
  check_rejected("fit", "weight", "1.5", "[0, 1)", [&] {
    plain.fit(x, fit_options(eigenmix::Noise{1.5, 0}));
  });
}

TEST_CASE("a component owns what the noise leaves it") {
  // 5 samples of a component in two dimensions, but half of all are noise: fewer than it takes.
  for (const double noise : {0.0, 0.5}) {
    const Eigen::Vector2d weights(0.95, 0.05);
    Eigen::Matrix2d means;
    means << 0, 9, 0, 0;
    Mixture<covariance::Full> mixture(weights, means,
                                      {Eigen::Matrix2d::Identity(), Eigen::Matrix2d::Identity()});
    mixture.set_noise({noise, -5});
    CHECK(eigenmix::spurious_components(mixture, 100).size() == (noise > 0 ? 1 : 0));
  }
}

TEMPLATE_TEST_CASE("all samples may be the background's", "[noise]", covariance::Full,
                   covariance::Tied, covariance::Diagonal, covariance::Spherical, covariance::VEV,
                   covariance::EII) {
  // Two components a hundred deviations from every sample: their shares are exactly zero.
  CAPTURE(TestType::name);
  eigenmix::random::Engine engine(3);
  eigenmix::random::Normal normal;
  Eigen::MatrixXd x(2, 60);
  for (Index i = 0; i < x.size(); ++i) x.data()[i] = normal(engine);
  using Model = Mixture<TestType>;
  Eigen::MatrixXd far = x.array() + 100;
  std::vector<Index> labels(60, 0);
  for (Index n = 30; n < 60; ++n) {
    far(1, n) -= 200;
    labels[static_cast<std::size_t>(n)] = 1;
  }
  Model mixture = eigenmix::initialize<Model>(far, 2, eigenmix::initialization::FromLabels(labels));
  mixture.set_noise({0.1, -4});
  const Model before = mixture;

  const auto check_kept = [&](const char* how, const Model& after) {
    CAPTURE(how);
    CHECK(after.weights() == before.weights());
    CHECK(after.means() == before.means());
    CHECK(after.covariance(1) == before.covariance(1));
    CHECK(after.noise().weight > 0.99);
    CHECK(after.noise().log_density == before.noise().log_density);
  };
  const auto result = mixture.fit(x);
  check_kept("fit", mixture);
  CHECK(result.empty_components == std::vector<Index>{0, 1});
  // The weight of the noise ends a rounding below one.
  CHECK(std::abs(result.log_likelihood - 60 * -4) <= 60 * 1e-9);

  Model stepped = before;
  stepped.m_step(stepped.moments(x));
  check_kept("moments", stepped);
  stepped = before;
  stepped.m_step(x, stepped.responsibilities(x));
  check_kept("responsibilities", stepped);
  // Without a background, moments that no component has a part in are none.
  Model plain = before;
  plain.set_noise({0, 0});
  check_rejected("m_step", "moments", "no or negative counts", "at least one sample",
                 [&] { plain.m_step(before.moments(x)); });
  check_rejected("revive", "components that own samples", "none", "initialize",
                 [&] { eigenmix::revive(mixture, x); });
}

TEST_CASE("noise that is none is refused") {
  auto mixture = noisy_start<covariance::Full>(eigenmix_tests::faithful());
  const auto before = mixture;
  check_rejected("set_noise", "weight", "1", "[0, 1)", [&] { mixture.set_noise({1, 0}); });
  check_rejected("set_noise", "log density", "inf", "finite", [&] {
    mixture.set_noise({0.1, HUGE_VAL});
  });
  CHECK(mixture == before);
  Eigen::MatrixXd flat(3, 272);
  flat.topRows(2) = eigenmix_tests::faithful();
  flat.row(2) = flat.row(0) + flat.row(1);
  check_rejected("uniform_noise", "samples", "plane", "vary",
                 [&] { eigenmix::uniform_noise(flat, 0.1); });
  check_rejected("uniform_noise", "weight", "1.5", "[0, 1)",
                 [&] { eigenmix::uniform_noise(eigenmix_tests::faithful(), 1.5); });
}

}  // namespace
