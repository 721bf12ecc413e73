// SPDX-License-Identifier: MIT
#include <cmath>

#include <support/catch.hpp>
#include <support/data.hpp>
#include <support/failure.hpp>

// One component more where that raises the likelihood most, and components that have lost their
// samples. How often it reaches what a fit from scratch does: benchmark/growth.cpp.

namespace {

using eigenmix::fit_options;
using eigenmix::FitResult;
using eigenmix::GaussianMixture;
using eigenmix::grow;
using eigenmix::Index;
using eigenmix::initialize;
using eigenmix::revive;
using eigenmix_tests::check_rejected;
namespace covariance = eigenmix::covariance;
namespace initialization = eigenmix::initialization;

using Full = GaussianMixture<double>;
using Samples = Eigen::MatrixXd;

struct Drawn {
  Samples x;
  std::vector<Index> labels;
};

/// Groups at the corners of a grid, seven deviations apart, those of a family.
template <class Mixture>
Drawn groups(Index d, Index count, Index each, std::uint64_t seed) {
  eigenmix::random::Engine engine(seed);
  const auto shape = eigenmix_tests::random_mixture<Mixture>(d, count, 0, engine);
  typename Mixture::Means means = shape.means();
  for (Index k = 0; k < count; ++k) {
    means(0, k) += 7 * double(k % 3);
    means(1, k) += 7 * (k < 3 ? 0 : 1);
  }
  const Mixture truth(Eigen::VectorXd::Constant(count, 1 / double(count)), means,
                      shape.covariances());
  auto sample = truth.sample(each * count, engine);
  return {std::move(sample.samples),
          std::vector<Index>(sample.labels.data(), sample.labels.data() + sample.labels.size())};
}

/// What a fit reaches that knows the groups.
template <class Mixture>
double known(const Drawn& drawn, Index count) {
  auto mixture = initialize<Mixture>(drawn.x, count, initialization::FromLabels(drawn.labels));
  return mixture.fit(drawn.x).log_likelihood;
}

TEMPLATE_TEST_CASE("a mixture grows, one component at a time, to what there is", "[grow]",
                   covariance::Full, covariance::Diagonal, covariance::Spherical, covariance::Tied,
                   covariance::EII, covariance::VEV) {
  using Mixture = GaussianMixture<double, Eigen::Dynamic, TestType>;
  for (std::uint64_t seed = 0; seed < 4; ++seed) {
    const Drawn drawn = groups<Mixture>(3, 5, 60, seed);
    auto mixture = initialize<Mixture>(drawn.x, 1);
    double before = mixture.fit(drawn.x).log_likelihood;
    for (Index k = 2; k <= 5; ++k) {
      const FitResult result = grow(mixture, drawn.x);
      CAPTURE(seed, k);
      CHECK(mixture.component_count() == k);
      CHECK(result.converged());
      CHECK(result.log_likelihood > before);
      before = result.log_likelihood;
    }
    CHECK(before >= known<Mixture>(drawn, 5) - 0.1);
  }
}

TEST_CASE("what a mixture grows is the same in threads and of counted samples", "[grow]") {
  const Drawn drawn = groups<Full>(2, 4, 50, 9);
  auto mixture = initialize<Full>(drawn.x, 3);
  mixture.fit(drawn.x);
  Full in_threads = mixture, of_counts = mixture, unlike = mixture;
  const FitResult result = grow(mixture, drawn.x);
  grow(in_threads, drawn.x, {}, fit_options(eigenmix::execution::Threads(3)));
  CHECK(mixture == in_threads);
  const Eigen::VectorXd twos = Eigen::VectorXd::Constant(drawn.x.cols(), 2);
  const FitResult of_twos = grow(of_counts, eigenmix::counted(drawn.x, twos));
  CHECK(std::abs(of_twos.log_likelihood - 2 * result.log_likelihood) <= 1e-3);
  grow(unlike, drawn.x, initialization::fast());
  CHECK(unlike.component_count() == 4);
}

TEST_CASE("a strategy is heeded as a mixture grows", "[grow]") {
  // Of groups that overlap there are many optima: a longer search ends higher somewhere.
  int higher = 0;
  for (std::uint64_t seed = 0; seed < 8; ++seed) {
    eigenmix::random::Engine engine(seed);
    const Samples x =
        eigenmix_tests::random_mixture<Full>(2, 4, 1.5, engine).sample(150, engine).samples;
    auto mixture = initialize<Full>(x, 4);
    mixture.fit(x);
    Full longer = mixture;
    const FitResult fast = grow(mixture, x, initialization::fast());
    const FitResult thorough = grow(longer, x, initialization::thorough());
    const bool is_sounder = thorough.soundness() < fast.soundness();
    higher += is_sounder || thorough.log_likelihood > fast.log_likelihood + 0.1 ? 1 : 0;
  }
  CHECK(higher >= 1);
}

TEST_CASE("of many samples some are searched", "[grow]") {
  const Drawn drawn = groups<Full>(2, 4, 1100, 2);
  auto mixture = initialize<Full>(drawn.x, 3);
  mixture.fit(drawn.x);
  CHECK(grow(mixture, drawn.x).log_likelihood >= known<Full>(drawn, 4) - 0.1);
}

TEST_CASE("what is fixed does not move as a mixture grows", "[grow]") {
  const Drawn drawn = groups<Full>(2, 4, 60, 3);
  auto mixture = initialize<Full>(drawn.x, 3);
  mixture.fit(drawn.x);
  const Full before = mixture;
  eigenmix::Fixed fixed;
  fixed.means = fixed.covariances = {true, true, false, false};
  const FitResult result = grow(mixture, drawn.x, {}, fit_options(fixed));
  REQUIRE(mixture.component_count() == 4);
  CHECK(mixture.means().leftCols(2) == before.means().leftCols(2));
  CHECK(mixture.covariance(0) == before.covariance(0));
  CHECK(mixture.covariance(1) == before.covariance(1));
  CHECK(result.log_likelihood > before.log_likelihood(drawn.x));
  fixed.means = {true, true, true, true};
  Full kept = before;
  check_rejected("grow", "components to cut", "0", "no fixed parts",
                 [&] { grow(kept, drawn.x, {}, fit_options(fixed)); });
  CHECK(kept == before);
}

TEST_CASE("a mixture grows with a prior and with a background", "[grow]") {
  const Drawn drawn = groups<Full>(2, 4, 60, 5);
  auto mixture = initialize<Full>(drawn.x, 3);
  mixture.fit(drawn.x);
  Full noisy = mixture;
  const auto prior = eigenmix::prior::mclust_default(drawn.x, 4);
  const FitResult result = grow(mixture, drawn.x, {}, fit_options(prior));
  CHECK(result.log_posteriors.size() == result.log_likelihoods.size());
  const FitResult with_noise =
      grow(noisy, drawn.x, {}, fit_options(eigenmix::uniform_noise(drawn.x, 0.05)));
  CHECK(noisy.noise().weight > 0);
  CHECK(with_noise.log_likelihood >= known<Full>(drawn, 4) - 0.1);
}

TEST_CASE("a background that the mixture has grows with it", "[grow]") {
  const Drawn drawn = groups<Full>(2, 4, 60, 5);
  Samples x(2, 300);
  eigenmix::random::Engine engine(1);
  x.leftCols(240) = drawn.x;
  for (Index n = 240; n < 300; ++n) {
    for (Index i = 0; i < 2; ++i) x(i, n) = 60 * eigenmix::random::uniform(engine) - 20;
  }
  const auto noise = fit_options(eigenmix::uniform_noise(x, 0.2));
  auto mixture = initialize<Full>(x, 3, initialization::SmallEm(), noise);
  const double before = mixture.fit(x, noise).log_likelihood;
  const FitResult result = grow(mixture, x);
  CHECK(mixture.noise().weight > 0.1);
  CHECK(result.log_likelihood > before);
  // As in a fit, options have no say where there is one.
  const double density = mixture.noise().log_density;
  grow(mixture, x, {}, fit_options(eigenmix::Noise{0.3, density - 3}));
  CHECK(mixture.noise().log_density == density);
}

TEST_CASE("what cannot grow is refused, and stays as it was", "[grow]") {
  const Drawn drawn = groups<Full>(2, 3, 30, 1);
  auto mixture = initialize<Full>(drawn.x, 2);
  const Full before = mixture;
  check_rejected("grow", "number of components", "3", "samples of positive weight, 2",
                 [&] { grow(mixture, drawn.x.leftCols(2)); });
  check_rejected("grow", "rows of x", "3", "2",
                 [&] { grow(mixture, Samples(Samples::Zero(3, 9))); });
  initialization::SmallEm strategy;
  strategy.iterations = 0;
  check_rejected("SmallEm", "iterations", "0", "at least one",
                 [&] { grow(mixture, drawn.x, strategy); });
  eigenmix::Fixed fixed;
  fixed.means = {true, false};
  check_rejected("Fixed", "size of the mask of means", "2", "3",
                 [&] { grow(mixture, drawn.x, {}, fit_options(fixed)); });
  fixed.means = {true, false};
  check_rejected("revive", "masks of Fixed", "some", "none",
                 [&] { revive(mixture, drawn.x, {}, fit_options(fixed)); });
  CHECK(mixture == before);
  const Samples twice = Samples::Ones(2, 4);
  auto one = initialize<Full>(twice, 1);
  const FitResult collapsed = grow(one, twice);
  CHECK(collapsed.soundness() != eigenmix::Soundness::sound);
  CHECK(eigenmix_tests::is_sound(one));
}

/// Two groups, and a mixture of which one component is where no sample is.
struct Lost {
  Drawn drawn = groups<Full>(2, 3, 50, 7);
  Full mixture = [this] {
    auto two = initialize<Full>(drawn.x, 2);
    two.fit(drawn.x);
    two.insert({0.2, Eigen::Vector2d(1e6, 1e6), Eigen::Matrix2d::Identity()});
    two.insert({0.2, Eigen::Vector2d(-1e6, 1e6), Eigen::Matrix2d::Identity()});
    two.merge(0, 1);
    return two;
  }();
};

TEST_CASE("components that lose all samples are told and revived", "[grow]") {
  Lost lost;
  const FitResult stuck = lost.mixture.fit(lost.drawn.x);
  CHECK(stuck.empty_components == std::vector<Index>{1, 2});
  CHECK(stuck.collapsed_count == 2);
  CHECK(stuck.soundness() == eigenmix::Soundness::spurious);
  REQUIRE(lost.mixture.weights()(1) == 0);
  const FitResult revived = revive(lost.mixture, lost.drawn.x);
  CHECK(lost.mixture.component_count() == 3);
  CHECK(revived.empty_components.empty());
  CHECK(revived.soundness() == eigenmix::Soundness::sound);
  CHECK(revived.log_likelihood >= known<Full>(lost.drawn, 3) - 0.1);
  // Where there is none it fits, and that is all.
  Full fitted = lost.mixture, again = lost.mixture;
  fitted.fit(lost.drawn.x);
  revive(again, lost.drawn.x);
  CHECK(again == fitted);
}

TEST_CASE("erased and split by hand, a lost component comes back", "[grow]") {
  Lost lost;
  lost.mixture.fit(lost.drawn.x);
  lost.mixture.erase(2);
  lost.mixture.erase(1);
  lost.mixture.split(0);
  const FitResult result = lost.mixture.fit(lost.drawn.x);
  CHECK(result.empty_components.empty());
  CHECK(result.collapsed_count == 0);
}

}  // namespace
