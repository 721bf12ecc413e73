// SPDX-License-Identifier: MIT

// Pairs of a sample and a component that are left out of a pass do not count: beside the pass that
// evaluates all of them.

#include <algorithm>
#include <cmath>
#include <limits>
#include <utility>
#include <vector>

#include <support/catch.hpp>
#include <support/data.hpp>

#include <eigenmix/execution/threads.hpp>

namespace {

using eigenmix::GaussianMixture;
using eigenmix::Index;
namespace covariance = eigenmix::covariance;
namespace detail = eigenmix::detail;
namespace execution = eigenmix::execution;

/// Groups on a grid, some deviations apart, and one sample far out of all.
template <class Scalar>
detail::Matrix<Scalar> groups_on_grid(Index d, Index groups, Index count) {
  eigenmix::random::Engine engine(11);
  eigenmix::random::Normal normal;
  detail::Matrix<Scalar> x(d, count);
  for (Index n = 0; n < count; ++n) {
    for (Index i = 0; i < d; ++i) x(i, n) = Scalar(normal(engine));
    x(0, n) += Scalar(10 * (n % groups % 5));
    x(1, n) += Scalar(10 * (n % groups / 5));
  }
  x(0, count / 2) = -40;
  return x;
}

/// A start near the groups: every component at one of their samples.
template <class Mixture>
Mixture start_for(const detail::Matrix<typename Mixture::Scalar>& x, Index components) {
  using Scalar = typename Mixture::Scalar;
  const Index d = x.rows();
  return Mixture(detail::Vector<Scalar>::Constant(components, 1 / Scalar(components)),
                 typename Mixture::Means(x.leftCols(components)),
                 typename Mixture::Means(detail::Matrix<Scalar>::Ones(d, components)));
}

/// Samples opened as a fit opens them, and both ways to pass through them.
template <class Mixture, class X>
struct Passes {
  using Scalar = typename Mixture::Scalar;
  using Parameters = detail::ParametersOf<Mixture>;
  using Boundary = detail::Boundary<Scalar, Mixture::Dim>;
  using Opened = decltype(Boundary::checked("", std::declval<const X&>(), Index(1)));

  template <class Execution>
  Passes(const X& x, const Execution& policy)
      : opened(Boundary::checked("test", x, Eigen::Dynamic)),
        samples(opened),
        dense(samples, policy),
        lazy(samples, policy) {}

  Opened opened;
  detail::AnySamples<Scalar, Mixture::Dim> samples;
  detail::MomentPass<Parameters> dense;
  detail::LazyPass<Parameters> lazy;
};

/// What a and b differ by, relative to their numbers and to the squares and counts that these are
/// sums of.
template <class Moments>
double difference(const Moments& a, const Moments& b) {
  const auto largest = [](const auto& numbers) { return double(numbers.cwiseAbs().maxCoeff()); };
  const double counts = largest(a.counts() - b.counts()) / largest(b.counts());
  const double second = largest(a.second() - b.second()) / largest(b.second());
  const double first =
      largest(a.first() - b.first()) / std::sqrt(largest(b.second()) * largest(b.counts()));
  const double likelihood = std::abs(double(a.log_likelihood() / b.log_likelihood()) - 1);
  return std::max(std::max(counts, first), std::max(second, likelihood));
}

/// EM by both ways in turn, whose moments must be the same in every pass; by the end some pairs are left
/// out. \return the last mixture
template <class Mixture, class X>
Mixture run_both(Mixture mixture, Passes<Mixture, X>& passes, int count, double allowed) {
  typename Mixture::Moments lazy, dense;
  for (int pass = 0; pass < count; ++pass) {
    CAPTURE(pass);
    passes.lazy.accumulate(detail::Access::parameters(mixture), lazy);
    passes.dense.accumulate(detail::Access::parameters(mixture), dense);
    CHECK(difference(lazy, dense) < allowed);
    CHECK(lazy.total_weight() == dense.total_weight());
    mixture.m_step(lazy);
  }
  CHECK(passes.lazy.evaluated_share() < 0.5);
  return mixture;
}

/// Sums over some hundred samples a component, of numbers right to an ulp of theirs each.
template <class Scalar>
constexpr double tolerance = 1e3 * double(std::numeric_limits<Scalar>::epsilon());

}  // namespace

TEMPLATE_TEST_CASE("what is left out of a pass does not count", "[lazy]", covariance::Full,
                   covariance::Tied, covariance::Diagonal, covariance::EEI, covariance::Spherical,
                   covariance::EII) {
  using Mixture = GaussianMixture<double, Eigen::Dynamic, TestType>;
  for (const Index d : {2, 6, 9}) {
    const auto x = groups_on_grid<double>(d, 20, 3000);
    CAPTURE(d);
    Passes<Mixture, Eigen::MatrixXd> passes(x, execution::Serial());
    run_both(start_for<Mixture>(x, 20), passes, 16, tolerance<double>);
  }
}

TEST_CASE("noise, weights and float are passed through likewise", "[lazy]") {
  using Mixture = GaussianMixture<double>;
  const Eigen::MatrixXd x = groups_on_grid<double>(3, 16, 3000);
  SECTION("noise and weights") {
    const Eigen::VectorXd counts =
        Eigen::VectorXd::LinSpaced(x.cols(), 0, 11).array().floor().matrix();
    const auto counted = eigenmix::counted(x, counts);
    auto mixture = start_for<Mixture>(x, 16);
    mixture.set_noise({0.05, -9});
    Passes<Mixture, std::decay_t<decltype(counted)>> passes(counted, execution::Serial());
    run_both(mixture, passes, 16, tolerance<double>);
  }
  SECTION("float") {
    using Short = GaussianMixture<float>;
    const Eigen::MatrixXf y = groups_on_grid<float>(6, 20, 3000);
    Passes<Short, Eigen::MatrixXf> passes(y, execution::Serial());
    run_both(start_for<Short>(y, 20), passes, 16, tolerance<float>);
  }
}

TEST_CASE("parameters may jump in any way", "[lazy]") {
  using Mixture = GaussianMixture<double>;
  const Index d = 3;
  const Eigen::MatrixXd x = groups_on_grid<double>(d, 20, 3000);
  Passes<Mixture, Eigen::MatrixXd> passes(x, execution::Serial());
  eigenmix::random::Engine engine(5);
  Mixture::Moments lazy, dense;
  for (int pass = 0; pass < 30; ++pass) {
    CAPTURE(pass);
    // Components change places, collapse to a thousandth and grow a thousandfold, fall to no weight,
    // are dropped, and are more again.
    const Index groups = pass < 15 || pass > 22 ? 20 : 17;
    Eigen::MatrixXd means(d, groups), variances(d, groups);
    Eigen::VectorXd weights(groups);
    for (Index k = 0; k < groups; ++k) {
      means.col(k) = x.col(Index(eigenmix::random::uniform(engine) * double(x.cols())));
      for (Index i = 0; i < d; ++i) {
        variances(i, k) =
            std::pow(10, pass % 3 == 0 ? 0 : 6 * eigenmix::random::uniform(engine) - 3);
      }
      weights(k) = pass % 4 == 1 && k > 3 ? 0 : eigenmix::random::uniform(engine);
    }
    const Mixture mixture(weights / weights.sum(), means, variances);
    passes.lazy.accumulate(detail::Access::parameters(mixture), lazy);
    passes.dense.accumulate(detail::Access::parameters(mixture), dense);
    CHECK(difference(lazy, dense) < tolerance<double>);
  }
}

TEST_CASE("a sample may lie anywhere", "[lazy]") {
  using Mixture = GaussianMixture<double>;
  for (const double place : {-4e3, -1e12}) {
    Eigen::MatrixXd x = groups_on_grid<double>(3, 20, 3000);
    x(0, x.cols() / 2) = place;
    const auto mixture = start_for<Mixture>(x, 20);
    Passes<Mixture, Eigen::MatrixXd> passes(x, execution::Serial());
    Mixture::Moments lazy, dense;
    for (int pass = 0; pass < 6; ++pass) {  // of parameters that stay far from it
      passes.lazy.accumulate(detail::Access::parameters(mixture), lazy);
      passes.dense.accumulate(detail::Access::parameters(mixture), dense);
      CHECK(difference(lazy, dense) < tolerance<double>);
    }
    CHECK(passes.lazy.evaluated_share() < 0.5);
  }
}

TEST_CASE("a background may have tiles of its own, on any number of threads", "[lazy]") {
  using Mixture = GaussianMixture<double>;
  Eigen::MatrixXd x = groups_on_grid<double>(3, 16, 4000);
  eigenmix::random::Engine engine(4);
  for (Index n = 0; n < x.cols(); n += 2) {
    for (Index i = 0; i < 3; ++i) x(i, n) = 1000 * eigenmix::random::uniform(engine);
  }
  auto start = start_for<Mixture>(groups_on_grid<double>(3, 16, 4000), 16);
  start.set_noise({0.5, -3 * std::log(1000.0)});
  const auto run = [&](const auto& policy) {
    Passes<Mixture, Eigen::MatrixXd> passes(x, policy);
    return run_both(start, passes, 14, tolerance<double>);
  };
  const Mixture serial = run(execution::Serial());
  for (const int threads : {2, 3, 7}) CHECK(run(execution::Threads(threads)) == serial);
}

TEST_CASE("a component that owns next to nothing is not lost", "[lazy]") {
  using Mixture = GaussianMixture<double>;
  const Eigen::MatrixXd x = groups_on_grid<double>(3, 20, 3000);
  auto mixture = start_for<Mixture>(x, 20);
  Eigen::VectorXd weights = mixture.weights();
  weights(7) = 1e-22;
  mixture = Mixture(weights / weights.sum(), mixture.means(), mixture.variances());
  Passes<Mixture, Eigen::MatrixXd> passes(x, execution::Serial());
  Mixture::Moments lazy, dense;
  for (int pass = 0; pass < 30; ++pass) {
    passes.lazy.accumulate(detail::Access::parameters(mixture), lazy);
    passes.dense.accumulate(detail::Access::parameters(mixture), dense);
    CHECK(std::abs(lazy.counts()(7) / dense.counts()(7) - 1) < tolerance<double>);
    mixture.m_step(dense);
  }
  CHECK(passes.lazy.evaluated_share() < 0.5);
}

TEST_CASE("a sample of enormous weight takes nothing from a component beside it", "[lazy]") {
  // A wide component owns one unit of weight; 4.3 of its deviations away, at the middle of a narrow
  // one, lies a sample that was seen 1e15 times.
  using Mixture = GaussianMixture<double, Eigen::Dynamic, covariance::Diagonal>;
  const Index groups = 20, wide = 7, narrow = 6;
  eigenmix::random::Engine engine(1);
  eigenmix::random::Normal normal;
  Eigen::MatrixXd means(2, groups), variances = Eigen::MatrixXd::Ones(2, groups), x(2, 3000);
  for (Index k = 0; k < groups; ++k) means.col(k) << double(100 * (k % 5)), double(100 * (k / 5));
  means.col(wide) = means.col(narrow) + Eigen::Vector2d(4.3, 0);
  variances.col(narrow).setConstant(0.01);
  Eigen::VectorXd counts = Eigen::VectorXd::Ones(x.cols()), weights = Eigen::VectorXd::Zero(groups);
  for (Index n = 0; n < x.cols(); ++n) {
    const Index k = n % groups;
    for (Index i = 0; i < 2; ++i) {
      x(i, n) = means(i, k) + std::sqrt(variances(i, k)) * normal(engine);
    }
    if (k == wide) counts(n) = 1 / 150.0;
  }
  x.col(narrow) = means.col(narrow);
  counts(narrow) = 1e15;
  for (Index n = 0; n < x.cols(); ++n) weights(n % groups) += counts(n);
  const Mixture mixture(weights / weights.sum(), means, variances);
  const auto counted = eigenmix::counted(x, counts);
  Passes<Mixture, std::decay_t<decltype(counted)>> passes(counted, execution::Serial());
  Mixture::Moments lazy, dense;
  for (int pass = 0; pass < 6; ++pass) {
    passes.lazy.accumulate(detail::Access::parameters(mixture), lazy);
    passes.dense.accumulate(detail::Access::parameters(mixture), dense);
    CHECK(std::abs(lazy.counts()(wide) / dense.counts()(wide) - 1) < tolerance<double>);
    CHECK(std::abs(lazy.second()(0, wide) / dense.second()(0, wide) - 1) < tolerance<double>);
  }
  CHECK(passes.lazy.evaluated_share() < 0.5);
}

TEST_CASE("samples of neighbours lie side by side, towards one another", "[lazy]") {
  // Components on a line, in another order than their numbers; a sample's owners are the two that it
  // lies between. One component owns nothing.
  const std::vector<int> line = {0, 3, 4, 2, 5};
  eigenmix::random::Engine engine(1);
  std::vector<detail::Owners> owners;
  std::vector<double> where;
  for (int n = 0; n < 500; ++n) {
    const double x = 4 * eigenmix::random::uniform(engine);
    const auto nearest = static_cast<std::size_t>(std::lround(x));
    const bool is_above = nearest == 0 || (nearest < 4 && x > double(nearest));
    owners.push_back({line[nearest], line[is_above ? nearest + 1 : nearest - 1]});
    where.push_back(x);
  }
  CHECK(detail::places_in_a_chain(owners, 6) == std::vector<int>{0, 5, 3, 1, 2, 4});
  std::vector<double> halves;  // in the order of the samples, the half line that each lies on
  for (const int n : detail::order_by_owners(owners, 6)) {
    halves.push_back(std::floor(2 * where[static_cast<std::size_t>(n)]));
  }
  CHECK(halves.size() == 500);
  CHECK(std::is_sorted(halves.begin(), halves.end()));
}

TEST_CASE("bounds follow samples into other tiles", "[lazy]") {
  detail::PairBounds bounds;
  bounds.reset(2, 3);
  for (Index tile = 0; tile < 3; ++tile) {
    for (Index k = 0; k < 2; ++k) bounds.of_tile(tile)[k] = float(-10 * tile - k);
  }
  bounds.of_tile(1)[1] = std::numeric_limits<float>::quiet_NaN();
  const std::vector<int> before = {0, 1, 2, 3, 4, 5}, now = {4, 5, 2, 0, 3, 1};
  bounds.follow(before, now, 2);
  CHECK(bounds.of_tile(0)[0] == -20);
  CHECK(bounds.of_tile(0)[1] == -21);
  CHECK(bounds.of_tile(1)[0] == 0);
  CHECK(bounds.of_tile(1)[1] == std::numeric_limits<float>::infinity());
  CHECK(bounds.of_tile(2)[0] == 0);
}

TEST_CASE("a bound is never below what it bounds, whatever happened in between", "[lazy]") {
  using Mixture = GaussianMixture<double>;
  const Index d = 4, components = 3;
  eigenmix::random::Engine engine(7);
  const auto jitter = [&] { return eigenmix::random::uniform(engine) - 0.5; };
  // [K x N] log densities, and what each component's are below the sample's largest at least.
  const auto joint = [](const Mixture& mixture, const Eigen::MatrixXd& x) {
    const Eigen::VectorXd logs = mixture.weights().array().log();
    return Eigen::MatrixXd(mixture.log_component_densities(x).colwise() + logs);
  };
  const auto below = [](const Eigen::MatrixXd& densities) {
    const Eigen::RowVectorXd largest = densities.colwise().maxCoeff();
    return Eigen::VectorXd((densities.rowwise() - largest).rowwise().maxCoeff());
  };
  Index informed = 0;
  for (int trial = 0; trial < 40; ++trial) {
    const double size = trial % 2 == 0 ? 0.01 : 0.5;  // small steps, or large ones
    auto before = eigenmix_tests::random_mixture<Mixture>(d, components, 4, engine);
    const Eigen::MatrixXd x = before.sample(64, engine).samples;
    detail::PairBounds bounds;
    bounds.reset(components, 1);
    detail::CountingComponents counting(components);
    const std::vector<float> nobody(static_cast<std::size_t>(bounds.stride()), 1.0F);
    Eigen::MatrixXd densities = joint(before, x);
    for (Index k = 0; k < components; ++k) bounds.of_tile(0)[k] = float(below(densities)(k));
    for (int step = 0; step < 6; ++step) {
      auto covariances = before.covariances();
      Eigen::MatrixXd means = before.means();
      Eigen::VectorXd weights = before.weights();
      for (Index k = 0; k < components; ++k) {
        Eigen::MatrixXd change = Eigen::MatrixXd::Identity(d, d);
        for (Index i = 0; i < change.size(); ++i) change.data()[i] += size * jitter();
        auto& covariance = covariances[static_cast<std::size_t>(k)];
        covariance = change * covariance * change.transpose();
        covariance = (covariance + covariance.transpose().eval()) / 2;
        for (Index i = 0; i < d; ++i) means(i, k) += size * jitter();
        weights(k) *= 1 + size * jitter();
      }
      const Mixture after(weights / weights.sum(), means, covariances);
      bounds.prepare(detail::Access::parameters(before), detail::Access::parameters(after));
      const Eigen::RowVectorXd largest = densities.colwise().maxCoeff();
      const detail::Bar none{std::numeric_limits<float>::max(), nobody.data()};
      bounds.advance(0, float(largest.minCoeff()), none, counting);
      densities = joint(after, x);
      const double fall = (largest - densities.colwise().maxCoeff()).maxCoeff();
      for (Index k = 0; k < components; ++k) {
        float& bound = bounds.of_tile(0)[k];
        bound += float(fall);
        CAPTURE(trial, step, k);
        CHECK(!(double(bound) < below(densities)(k) - 1e-4));  // float, of some hundreds
        informed += double(bound) < below(densities)(k) + 3 ? 1 : 0;
      }
      before = after;
    }
  }
  CHECK(informed > 150);  // of 720: small steps leave a bound that says something
}

TEST_CASE("a lazy fit is the same on any number of threads, and that of all pairs", "[lazy]") {
  using Mixture = GaussianMixture<double>;
  const Eigen::MatrixXd x = groups_on_grid<double>(3, 20, 5000);
  const auto start = start_for<Mixture>(x, 20);
  const auto fifty = eigenmix::stopping::MaxIterations(50);
  auto serial = start;
  const auto result = serial.fit(x, fifty);
  for (const int threads : {2, 3, 7}) {
    auto threaded = start;
    threaded.fit(x, fifty, eigenmix::fit_options(execution::Threads(threads)));
    CHECK(threaded == serial);
  }
  Passes<Mixture, Eigen::MatrixXd> passes(x, execution::Serial());
  auto dense = start;
  Mixture::Moments moments;
  for (Index iteration = 0; iteration < result.iterations; ++iteration) {
    passes.dense.accumulate(detail::Access::parameters(dense), moments);
    dense.m_step(moments);
  }
  passes.dense.accumulate(detail::Access::parameters(dense), moments);
  CHECK(std::abs(result.log_likelihood / moments.log_likelihood() - 1) < 1e-14);
  CHECK(((serial.means() - dense.means()).array().abs() <=
         1e-12 * dense.means().array().abs().maxCoeff())
            .all());
  CHECK(
      ((serial.variances() - dense.variances()).array().abs() <= 1e-12 * dense.variances().array())
          .all());
}
