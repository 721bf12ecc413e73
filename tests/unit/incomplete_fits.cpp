// SPDX-License-Identifier: MIT

// Fits, starts and choices of a model where entries are missing.

#include <support/catch.hpp>
#include <support/closeness.hpp>
#include <support/naive_missing.hpp>

#include <eigenmix/incomplete/incomplete.hpp>
#include <eigenmix/selection/of_mixture.hpp>
#include <eigenmix/selection/select.hpp>

namespace {

using eigenmix::GaussianMixture;
using eigenmix::incomplete;
using eigenmix::Index;
using eigenmix::initialize;
using eigenmix_tests::check_error;
using eigenmix_tests::with_holes;
namespace covariance = eigenmix::covariance;
namespace selection = eigenmix::selection;

constexpr double nothing = std::numeric_limits<double>::quiet_NaN();

using Mixture = GaussianMixture<double>;

/// Groups of one deviation about corners of a cube.
struct Clusters {
  Clusters(Index components, Index count, double apart, std::uint64_t seed) {
    eigenmix::random::Engine engine(seed);
    eigenmix::random::Normal normal;
    Eigen::MatrixXd means(4, components);
    for (Index i = 0; i < means.size(); ++i) means.data()[i] = apart * normal(engine);
    const Mixture truth(
        Eigen::VectorXd::Constant(components, 1 / double(components)), means,
        std::vector<Eigen::MatrixXd>(std::size_t(components), Eigen::MatrixXd::Identity(4, 4)));
    auto sample = truth.sample(count, engine);
    x = sample.samples;
    labels.assign(sample.labels.data(), sample.labels.data() + count);
  }

  Eigen::MatrixXd x;
  std::vector<Index> labels;
};

}  // namespace

TEST_CASE("background, weights, priors, held parts and threads go with missing entries",
          "[incomplete]") {
  const Clusters clusters(3, 1500, 4, 2);
  Eigen::MatrixXd x = with_holes(clusters.x, 0.15, 4);
  eigenmix::random::Engine engine(5);
  for (Index n = 0; n < 100; ++n) {  // no holes in these, so that they are background for certain
    for (Index i = 0; i < 4; ++i) x(i, n) = 40 * (eigenmix::random::uniform(engine) - 0.5);
  }
  Mixture mixture =
      initialize<Mixture>(clusters.x, 3, eigenmix::initialization::FromLabels(clusters.labels));
  const Mixture start = mixture;
  const eigenmix::Noise noise{0.05, -4 * std::log(40.0)};
  const auto with_noise = mixture.fit(incomplete(x), eigenmix::fit_options(noise));
  CHECK(with_noise.converged());
  CHECK(eigenmix_tests::never_falls(with_noise.log_likelihoods, 1e-13, 1500));
  // Some 100 of 1500, less those near a group: the box is 40^4, and they take a few hundredths.
  CHECK(std::abs(mixture.noise().weight - 100.0 / 1500) < 0.015);

  eigenmix::Fixed fixed;
  fixed.means = {true, false, false};
  mixture = start;
  mixture.fit(incomplete(x), eigenmix::fit_options(fixed));
  CHECK(mixture.means().col(0) == start.means().col(0));
  CHECK(mixture.means().col(1) != start.means().col(1));

  const eigenmix::prior::NormalInverseWishart prior(Eigen::MatrixXd::Identity(4, 4), 6);
  mixture = start;
  const auto with_prior = mixture.fit(incomplete(x), eigenmix::fit_options(prior));
  CHECK(eigenmix_tests::never_falls(with_prior.log_posteriors, 1e-13, 1500));

  Mixture serial = start, threaded = start;
  const Eigen::VectorXd w = Eigen::VectorXd::LinSpaced(1500, 0.5, 1.5);
  const auto weighted_x = incomplete(eigenmix::weighted(x, w));
  serial.fit(weighted_x);
  threaded.fit(weighted_x, eigenmix::fit_options(eigenmix::execution::Threads(3)));
  CHECK(serial == threaded);
}

TEST_CASE("samples without entries change no fit", "[incomplete]") {
  const Clusters clusters(2, 300, 3, 6);
  const Eigen::MatrixXd x = with_holes(clusters.x, 0.1, 4);
  Eigen::MatrixXd more(4, 305);
  more << x.leftCols(100), Eigen::MatrixXd::Constant(4, 5, nothing), x.rightCols(200);
  Mixture mixture = initialize<Mixture>(incomplete(x), 2), other = mixture;
  CHECK(initialize<Mixture>(incomplete(more), 2) == mixture);
  const auto result = mixture.fit(incomplete(x)), of_more = other.fit(incomplete(more));
  CHECK(mixture == other);
  CHECK(result.log_likelihoods == of_more.log_likelihoods);
  check_error("criterion",
              std::abs(bic(mixture, incomplete(more)) / bic(mixture, incomplete(x)) - 1), 1e-14);
}

TEST_CASE("a dimension that no sample of a component has keeps its start and is named",
          "[incomplete]") {
  Clusters clusters(3, 900, 8, 11);
  Eigen::MatrixXd x = with_holes(clusters.x, 0.1, 4);
  for (Index n = 0; n < x.cols(); ++n) {
    if (clusters.labels[std::size_t(n)] == 1) x(2, n) = nothing;
  }
  Mixture mixture =
      initialize<Mixture>(clusters.x, 3, eigenmix::initialization::FromLabels(clusters.labels));
  Eigen::MatrixXd means = mixture.means();
  means(2, 1) = -77;
  mixture = Mixture(mixture.weights(), means, mixture.covariances());
  const auto result = mixture.fit(incomplete(x));
  CHECK(result.converged());
  CHECK(result.unmeasured == std::vector<eigenmix::Unmeasured>{{1, 2}});
  CHECK(mixture.means().allFinite());
  // It moves with the others' by the regression that the start says: some deviations at most.
  CHECK(std::abs(mixture.means()(2, 1) + 77) < 1);
  Mixture all =
      initialize<Mixture>(clusters.x, 3, eigenmix::initialization::FromLabels(clusters.labels));
  CHECK(all.fit(incomplete(with_holes(clusters.x, 0.1, 4))).unmeasured.empty());
}

TEST_CASE("constant and copied columns with holes tell nothing still", "[incomplete]") {
  const Clusters clusters(2, 300, 3, 6);
  const Eigen::MatrixXd x = with_holes(clusters.x, 0.1, 4);
  Mixture expected =
      initialize<Mixture>(clusters.x, 2, eigenmix::initialization::FromLabels(clusters.labels));
  const Eigen::MatrixXd start_means = expected.means();
  const auto reference = expected.fit(incomplete(x), eigenmix::stopping::MaxIterations(10));
  for (const double factor : {0.0, 1.0}) {
    Eigen::MatrixXd more(5, 300), start(5, 300);
    more << x, factor * x.row(3).array() + 7.5;  // a copy misses what it is a copy of
    start << clusters.x, factor * clusters.x.row(3).array() + 7.5;
    for (Index n = 0; n < 300; n += 7) {
      if (factor == 0) more(4, n) = nothing;
    }
    Mixture mixture =
        initialize<Mixture>(start, 2, eigenmix::initialization::FromLabels(clusters.labels));
    const auto result = mixture.fit(incomplete(more), eigenmix::stopping::MaxIterations(10));
    CHECK(result.uninformative == std::vector<Index>{4});
    CHECK((mixture.means().topRows(4) - expected.means()).norm() < 1e-9);
    CHECK((mixture.covariance(1).topLeftCorner(4, 4) - expected.covariance(1)).norm() < 1e-9);
    check_error("public log-likelihood",
                std::abs(result.log_likelihood - double(mixture.log_likelihood(incomplete(more)))),
                1e-10 * std::abs(result.log_likelihood));
  }
}

TEST_CASE("atoms are found among the entries that are there", "[incomplete]") {
  Clusters clusters(1, 400, 3, 6);
  for (Index n = 0; n < 120; ++n) clusters.x(1, n) = 0;
  for (Index n = 0; n < 400; ++n) clusters.labels[std::size_t(n)] = n < 120 ? 1 : 0;
  const Eigen::MatrixXd x = with_holes(clusters.x, 0.1, 4);
  Mixture mixture =
      initialize<Mixture>(clusters.x, 2, eigenmix::initialization::FromLabels(clusters.labels));
  const auto result = mixture.fit(incomplete(x));
  REQUIRE(result.atoms.size() == 1);
  CHECK(result.atoms[0].columns == std::vector<Index>{1});
  CHECK(std::abs(result.atoms[0].values[0]) < 1e-6);
  CHECK(result.soundness() == eigenmix::Soundness::sound);
}

// From the labels a fit finds what was drawn; from the default start it must do as well.
TEST_CASE("the default start finds groups of incomplete samples", "[incomplete]") {
  for (const double share : {0.1, 0.3}) {
    int lower = 0;
    for (std::uint64_t seed = 0; seed < 20; ++seed) {
      const Clusters clusters(5, 500, 4, 100 + seed);
      const Eigen::MatrixXd x = with_holes(clusters.x, share, seed);
      Mixture best =
          initialize<Mixture>(clusters.x, 5, eigenmix::initialization::FromLabels(clusters.labels));
      Mixture mixture = initialize<Mixture>(incomplete(x), 5);
      const double of_labels = best.fit(incomplete(x)).log_likelihood;
      lower += mixture.fit(incomplete(x)).log_likelihood < of_labels - 1 ? 1 : 0;
    }
    CAPTURE(share);
    CHECK(lower <= 1);
  }
}

TEST_CASE("searches and choices of a model take incomplete samples", "[incomplete]") {
  const Clusters clusters(3, 400, 4, 3);
  const Eigen::MatrixXd x = with_holes(clusters.x, 0.15, 2);
  Mixture best =
      initialize<Mixture>(clusters.x, 3, eigenmix::initialization::FromLabels(clusters.labels));
  const double of_labels = best.fit(incomplete(x)).log_likelihood;
  CHECK(eigenmix::fit_best<Mixture>(incomplete(x), 3).result.log_likelihood > of_labels - 0.1);
  const auto chosen = selection::select(
      incomplete(x), selection::families<covariance::Full, covariance::Spherical>(),
      selection::components(1, 5));
  CHECK(chosen.best().component_count == 3);
  CHECK(chosen.best().family == covariance::Spherical::code);
  Mixture grown = initialize<Mixture>(incomplete(x), 2);
  grown.fit(incomplete(x));
  eigenmix::grow(grown, incomplete(x));
  CHECK(grown.component_count() == 3);
  CHECK(double(grown.log_likelihood(incomplete(x))) > of_labels - 1);
}
