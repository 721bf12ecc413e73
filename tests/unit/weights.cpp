// SPDX-License-Identifier: MIT
#include <cmath>
#include <functional>
#include <limits>

#include <eigenmix/selection/selection.hpp>
#include <support/cases.hpp>
#include <support/catch.hpp>
#include <support/data.hpp>
#include <support/failure.hpp>

// Numbers beside samples: counts are copies, importances say nothing by a common factor.

namespace {

using eigenmix::counted;
using eigenmix::fit_options;
using eigenmix::FitResult;
using eigenmix::GaussianMixture;
using eigenmix::Index;
using eigenmix::initialize;
using eigenmix::weighted;
using eigenmix_tests::parameter_distance;
using eigenmix_tests::WithinRel;
namespace covariance = eigenmix::covariance;
namespace selection = eigenmix::selection;
namespace stopping = eigenmix::stopping;

using Samples = Eigen::MatrixXd;

Samples groups(Index n, double apart = 4) {
  eigenmix::random::Engine engine(11);
  using Mixture = GaussianMixture<double>;
  return eigenmix_tests::random_mixture<Mixture>(2, 3, apart, engine).sample(n, engine).samples;
}

/// From 1 to 4, and some zeros.
Eigen::VectorXd whole_numbers(Index n) {
  Eigen::VectorXd counts(n);
  for (Index i = 0; i < n; ++i) counts(i) = double((i * 7) % 5);
  return counts;
}

Samples copies(const Samples& x, const Eigen::VectorXd& counts) {
  Samples all(x.rows(), Index(counts.sum()));
  Index at = 0;
  for (Index n = 0; n < x.cols(); ++n) {
    for (int i = 0; i < int(counts(n)); ++i) all.col(at++) = x.col(n);
  }
  return all;
}

TEMPLATE_TEST_CASE("counts are copies, to the end of a fit", "[weights]", covariance::Full,
                   covariance::Tied, covariance::Diagonal, covariance::EII, covariance::VEV) {
  using Mixture = GaussianMixture<double, Eigen::Dynamic, TestType>;
  const Samples x = groups(300, 2.5);
  const Eigen::VectorXd counts = whole_numbers(300);
  const Samples all = copies(x, counts);
  Mixture a = initialize<Mixture>(all, 3), b = a;
  const FitResult of_a = a.fit(all), of_b = b.fit(counted(x, counts));
  CHECK(of_a.iterations == of_b.iterations);
  CHECK(of_a.passes == of_b.passes);
  CHECK(of_a.stopped_by == of_b.stopped_by);
  CHECK_THAT(of_b.log_likelihood, WithinRel(of_a.log_likelihood, 1e-12));
  CHECK((of_a.effective_counts - of_b.effective_counts).cwiseAbs().maxCoeff() < 1e-6);
  CHECK(parameter_distance(a, b) < 1e-8);
  CHECK(of_a.soundness() == of_b.soundness());
  CHECK(of_a.spurious_count == of_b.spurious_count);
  const auto from_copies = selection::criterion_input(a, all);
  const auto from_counts = selection::criterion_input(a, counted(x, counts));
  CHECK(from_counts.sample_weight == double(all.cols()));
  CHECK_THAT(selection::criteria::Bic()(from_counts),
             WithinRel(selection::criteria::Bic()(from_copies), 1e-12));
}

TEST_CASE("counts of twice as many are a fit of twice as many", "[weights]") {
  using Mixture = GaussianMixture<double>;
  const Samples x = groups(300);
  const Eigen::VectorXd once = Eigen::VectorXd::Ones(300), twice = 2 * once;
  Mixture mixture = initialize<Mixture>(x, 3);
  const double one = mixture.log_likelihood(counted(x, once));
  CHECK(mixture.log_likelihood(x) == one);
  CHECK_THAT(mixture.log_likelihood(counted(x, twice)), WithinRel(2 * one, 1e-14));
}

// ---- Importances ---------------------------------------------------------------------------------

template <class Scalar>
Eigen::Matrix<Scalar, Eigen::Dynamic, 1> importances(Index n) {
  Eigen::Matrix<Scalar, Eigen::Dynamic, 1> weights(n);
  for (Index i = 0; i < n; ++i) weights(i) = Scalar(0.3) + Scalar((i * 13) % 17) / 7;
  return weights;
}

/// A start, a fit and a likelihood under weights times a factor.
template <class Mixture>
struct Run {
  template <class X, class W, class Stopping>
  Run(const X& x, const W& weights, typename Mixture::Scalar factor, const Stopping& stop) {
    const W scaled = factor * weights;
    start = mixture = initialize<Mixture>(weighted(x, scaled), 3);
    result = mixture.fit(weighted(x, scaled), stop);
  }
  Mixture start{initialize<Mixture>(typename Mixture::Means(Mixture::Means::Random(2, 9)), 1)};
  Mixture mixture = start;
  FitResult result;
};

template <class Scalar, class Family, class Stopping>
void check_factor_means_nothing(const Stopping& stop) {
  using Mixture = GaussianMixture<Scalar, Eigen::Dynamic, Family>;
  const Eigen::Matrix<Scalar, Eigen::Dynamic, Eigen::Dynamic> x = groups(300, 2.5).cast<Scalar>();
  const auto weights = importances<Scalar>(300);
  const Run<Mixture> plain(x, weights, 1, stop);
  for (const Scalar factor : {Scalar(0x1p-60), Scalar(0x1p9), Scalar(0x1p80)}) {
    const Run<Mixture> scaled(x, weights, factor, stop);
    CHECK(scaled.start == plain.start);
    CHECK(scaled.mixture == plain.mixture);
    CHECK(scaled.result.log_likelihoods == plain.result.log_likelihoods);
    CHECK(scaled.result.stopped_by == plain.result.stopped_by);
  }
  const bool is_double = std::is_same_v<Scalar, double>;
  for (const Scalar factor : {Scalar(0.037), is_double ? Scalar(1e300) : Scalar(1e30),
                              is_double ? Scalar(1e-300) : Scalar(1e-30)}) {
    const Run<Mixture> scaled(x, weights, factor, stop);
    CHECK(scaled.result.iterations == plain.result.iterations);
    CHECK_THAT(scaled.result.log_likelihood,
               WithinRel(plain.result.log_likelihood, is_double ? 1e-9 : 1e-4));
    // Rounded weights of float, 6e-8 off, decide when the search's runs end: with 1e-2 nats to go,
    // which a component of 60 samples leaves sqrt(2 x 1e-2 / 60) deviations for.
    CHECK(parameter_distance(scaled.mixture, plain.mixture) < (is_double ? 1e-9 : 2e-2));
  }
}

TEMPLATE_TEST_CASE("a factor of all weights means nothing, in any family", "[weights]",
                   covariance::Full, covariance::Tied, covariance::Diagonal, covariance::EEI,
                   covariance::Spherical, covariance::EII, covariance::EVE) {
  check_factor_means_nothing<double, TestType>(stopping::standard());
}

TEMPLATE_TEST_CASE("a power of two changes no bit, in the other families", "[weights]",
                   covariance::VEI, covariance::EVI, covariance::VEE, covariance::VVE,
                   covariance::EEV, covariance::VEV, covariance::EVV) {
  using Mixture = GaussianMixture<double, Eigen::Dynamic, TestType>;
  const Samples x = groups(300, 2.5);
  const auto weights = importances<double>(300);
  const Run<Mixture> plain(x, weights, 1, stopping::standard());
  const Run<Mixture> scaled(x, weights, 0x1p-40, stopping::standard());
  CHECK(scaled.start == plain.start);
  CHECK(scaled.mixture == plain.mixture);
  CHECK(scaled.result.log_likelihoods == plain.result.log_likelihoods);
}

TEST_CASE("a factor of all weights means nothing in float", "[weights]") {
  check_factor_means_nothing<float, covariance::Full>(stopping::MaxIterations(15));
  check_factor_means_nothing<float, covariance::Diagonal>(stopping::MaxIterations(15));
}

TEST_CASE("a factor of all weights means nothing to any stopping policy", "[weights]") {
  const auto check = [](const auto& stop) {
    check_factor_means_nothing<double, covariance::Full>(stop || stopping::MaxIterations(500));
  };
  check(stopping::LogLikelihoodChange(1e-3));
  check(stopping::MeanLogLikelihoodChange(1e-5));
  check(stopping::RelativeLogLikelihoodChange(1e-7));
  check(stopping::ParameterChange(1e-3));
}

TEST_CASE("weights come to Kish's effective size", "[weights]") {
  using Mixture = GaussianMixture<double>;
  const Samples x = groups(300);
  const Eigen::VectorXd weights = importances<double>(300);
  const double size = weights.sum() * weights.sum() / weights.squaredNorm();
  Mixture mixture = initialize<Mixture>(x, 3);
  CHECK_THAT(mixture.moments(weighted(x, weights)).total_weight(), WithinRel(size, 1e-13));
  const FitResult result = mixture.fit(weighted(x, weights));
  CHECK_THAT(result.effective_counts.sum(), WithinRel(size, 1e-13));
  CHECK_THAT(selection::criterion_input(mixture, weighted(x, weights)).sample_weight,
             WithinRel(size, 1e-13));
  // Equal ones are N samples, to the bit where the weight is a power of two.
  const Eigen::VectorXd equal = Eigen::VectorXd::Constant(300, 0.25);
  CHECK(mixture.log_likelihood(weighted(x, equal)) ==
        mixture.log_likelihood(counted(x, Eigen::VectorXd::Ones(300))));
}

TEST_CASE("a factor of all weights means nothing to a prior, nor to the choice of a model",
          "[weights]") {
  using Mixture = GaussianMixture<double>;
  const Samples x = groups(300);
  const Eigen::VectorXd weights = importances<double>(300), scaled = 0x1p70 * weights;
  const auto prior = eigenmix::prior::mclust_default(weighted(x, weights), 3);
  Mixture a = initialize<Mixture>(x, 3), b = a;
  const FitResult of_a = a.fit(weighted(x, weights), fit_options(prior));
  const FitResult of_b = b.fit(weighted(x, scaled), fit_options(prior));
  CHECK(a == b);
  CHECK(of_a.log_posterior == of_b.log_posterior);
  const auto families = selection::families<covariance::Full, covariance::EII>();
  const auto first = selection::select(weighted(x, weights), families, selection::components(1, 4));
  const auto second = selection::select(weighted(x, scaled), families, selection::components(1, 4));
  REQUIRE(first.grid().cells().size() == second.grid().cells().size());
  for (std::size_t i = 0; i < first.grid().cells().size(); ++i) {
    CHECK(first.grid().cells()[i].criterion == second.grid().cells()[i].criterion);
  }
}

TEST_CASE("a histogram: as counts, and as shares of one", "[weights]") {
  const Samples table = eigenmix_tests::read_case("histogram").samples;  // lower, upper, count
  using Mixture = GaussianMixture<double, 1>;
  const Eigen::RowVectorXd x = (table.row(0) + table.row(1)) / 2;
  const Eigen::VectorXd counts = table.row(2);
  const Eigen::VectorXd shares = counts / counts.sum();
  Mixture of_counts = initialize<Mixture>(counted(x, counts), 2);
  of_counts.fit(counted(x, counts));
  // By weights the numbers are those of any factor.
  Mixture of_weights = initialize<Mixture>(weighted(x, counts), 2), of_part = of_weights;
  const FitResult by_counts = of_weights.fit(weighted(x, counts));
  const FitResult by_shares = of_part.fit(weighted(x, shares));
  CHECK(by_counts.iterations == by_shares.iterations);
  CHECK(parameter_distance(of_weights, of_part) < 1e-9);
  Mixture of_shares = initialize<Mixture>(weighted(x, shares), 2);
  of_shares.fit(weighted(x, shares), stopping::AitkenAcceleration(1e-9));
  for (const Mixture* mixture : {&of_counts, &of_shares}) {
    const Index left = mixture->means()(0, 0) < mixture->means()(0, 1) ? 0 : 1;
    CHECK(std::abs(mixture->weights()(left) - 0.40194) < 1e-4);
    CHECK(std::abs(mixture->means()(0, left) - 0.0060) < 1e-3);
  }
}

TEST_CASE("a component of many counts in few bins is sound, one of few heavy samples is not",
          "[weights]") {
  using Mixture = GaussianMixture<double, 1>;
  Eigen::RowVectorXd bins(25);
  Eigen::VectorXd counts(25);
  for (Index i = 0; i < 25; ++i) {
    bins(i) = double(i) / 2 - 3;
    const double near = std::exp(-bins(i) * bins(i) / 2);
    const double far = std::exp(-std::pow((bins(i) - 8) / 0.6, 2) / 2);
    counts(i) = std::floor(4000 * near + 350 * far);
  }
  Mixture mixture = initialize<Mixture>(counted(bins, counts), 2);
  const FitResult result = mixture.fit(counted(bins, counts));
  CHECK(result.spurious_count == 0);
  const Index far = mixture.means()(0, 0) > mixture.means()(0, 1) ? 0 : 1;
  CHECK(std::abs(mixture.means()(0, far) - 8) < 0.3);
  CHECK(result.effective_counts(far) > 500);

  const Samples x = groups(2000);
  Eigen::VectorXd weights = Eigen::VectorXd::Constant(2000, 1e-6);
  for (Index i = 0; i < 6; ++i) weights(300 * i) = 1;  // Kish's size is 6
  GaussianMixture<double> of_few = initialize<GaussianMixture<double>>(weighted(x, weights), 2);
  CHECK(of_few.fit(weighted(x, weights)).spurious_count > 0);
}

TEST_CASE("weights of zero do not count, and the largest may be anywhere", "[weights]") {
  using Mixture = GaussianMixture<float>;
  Eigen::MatrixXf x = groups(60).cast<float>();
  x.col(0).setConstant(1e30F);
  Eigen::VectorXf weights = Eigen::VectorXf::Ones(60);
  weights(0) = 1e-38F;  // nothing beside 1e38
  weights.tail(59).setConstant(1e38F);
  const Eigen::MatrixXf rest = x.rightCols(59);
  Mixture a = initialize<Mixture>(rest, 2), b = a;
  a.fit(rest, stopping::MaxIterations(3));
  b.fit(weighted(x, weights), stopping::MaxIterations(3));
  CHECK(parameter_distance(a, b) < 1e-4);
}

TEST_CASE("weights that no double can bring to a size are refused", "[weights][bad input]") {
  using Mixture = GaussianMixture<double>;
  const Samples x = groups(30);
  const Mixture mixture = initialize<Mixture>(x, 2);
  const Eigen::VectorXd tiny = Eigen::VectorXd::Constant(30, 1e-310);
  eigenmix_tests::check_rejected("log_likelihood", "largest sample weight", "",
                                 "between 1e-300 and 1e300",
                                 [&] { mixture.log_likelihood(weighted(x, tiny)); });
}

}  // namespace
