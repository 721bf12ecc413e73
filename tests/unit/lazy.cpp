// SPDX-License-Identifier: MIT

// Pairs of a sample and a component that are left out of a pass do not count: beside the pass that
// evaluates all of them.

#include <cmath>
#include <limits>
#include <utility>
#include <vector>

#include <Eigen/Cholesky>

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
    x(0, n) += Scalar(7 * (n % groups % 5));
    x(1, n) += Scalar(7 * (n % groups / 5));
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
    auto mixture = start_for<Mixture>(x, 20);
    Passes<Mixture, Eigen::MatrixXd> passes(x, execution::Serial());
    typename Mixture::Moments lazy, dense;
    for (int pass = 0; pass < 12; ++pass) {
      CAPTURE(d, pass);
      passes.lazy.accumulate(detail::Access::parameters(mixture), lazy);
      passes.dense.accumulate(detail::Access::parameters(mixture), dense);
      CHECK(difference(lazy, dense) < tolerance<double>);
      mixture.m_step(dense);
    }
    CHECK(passes.lazy.evaluated_share() < 0.5);
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
    Mixture::Moments lazy, dense;
    for (int pass = 0; pass < 10; ++pass) {
      passes.lazy.accumulate(detail::Access::parameters(mixture), lazy);
      passes.dense.accumulate(detail::Access::parameters(mixture), dense);
      CHECK(difference(lazy, dense) < tolerance<double>);
      CHECK(lazy.total_weight() == dense.total_weight());
      mixture.m_step(dense);
    }
    CHECK(passes.lazy.evaluated_share() < 0.5);
  }
  SECTION("float") {
    using Short = GaussianMixture<float>;
    const Eigen::MatrixXf y = groups_on_grid<float>(6, 20, 3000);
    auto mixture = start_for<Short>(y, 20);
    Passes<Short, Eigen::MatrixXf> passes(y, execution::Serial());
    Short::Moments lazy, dense;
    for (int pass = 0; pass < 10; ++pass) {
      passes.lazy.accumulate(detail::Access::parameters(mixture), lazy);
      passes.dense.accumulate(detail::Access::parameters(mixture), dense);
      CHECK(difference(lazy, dense) < tolerance<float>);
      mixture.m_step(dense);
    }
    CHECK(passes.lazy.evaluated_share() < 0.5);
  }
}

TEST_CASE("parameters may jump in any way", "[lazy]") {
  using Mixture = GaussianMixture<double>;
  const Index d = 3, groups = 20;
  const Eigen::MatrixXd x = groups_on_grid<double>(d, groups, 3000);
  Passes<Mixture, Eigen::MatrixXd> passes(x, execution::Serial());
  eigenmix::random::Engine engine(5);
  Mixture::Moments lazy, dense;
  for (int pass = 0; pass < 30; ++pass) {
    CAPTURE(pass);
    // Components change places, collapse to a thousandth and grow a thousandfold, fall to no weight.
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

TEST_CASE("a bound is never above a distance, whatever happened in between", "[lazy]") {
  using Mixture = GaussianMixture<double>;
  const Index d = 4;
  eigenmix::random::Engine engine(7);
  for (int trial = 0; trial < 20; ++trial) {
    auto before = eigenmix_tests::random_mixture<Mixture>(d, 3, 1, engine);
    const Eigen::MatrixXd x = before.sample(64, engine).samples;
    detail::PairBounds bounds;
    bounds.reset(3, 1);
    std::vector<float> constants(3, 0), highest(3);
    for (int step = 0; step < 6; ++step) {
      const Eigen::MatrixXd log_densities = before.log_component_densities(x);
      const auto& parameters = detail::Access::parameters(before);
      if (step == 0) {
        for (Index k = 0; k < 3; ++k) {
          bounds.set(0, k, d, parameters.log_normalizers(k), log_densities.row(k).maxCoeff());
        }
      }
      // A small step or a large one.
      const double size = trial % 2 == 0 ? 0.02 : 0.5;
      auto covariances = before.covariances();
      Eigen::MatrixXd means = before.means();
      for (Index k = 0; k < 3; ++k) {
        Eigen::MatrixXd change = Eigen::MatrixXd::Identity(d, d);
        for (Index i = 0; i < change.size(); ++i) {
          change.data()[i] += size * (eigenmix::random::uniform(engine) - 0.5);
        }
        covariances[static_cast<std::size_t>(k)] =
            change * covariances[static_cast<std::size_t>(k)] * change.transpose();
        covariances[static_cast<std::size_t>(k)] =
            (covariances[static_cast<std::size_t>(k)] +
             covariances[static_cast<std::size_t>(k)].transpose().eval()) /
            2;
        for (Index i = 0; i < d; ++i)
          means(i, k) += size * (eigenmix::random::uniform(engine) - 0.5);
      }
      const Mixture after(before.weights(), means, covariances);
      bounds.prepare(detail::Access::parameters(before), detail::Access::parameters(after));
      bounds.advance(0, constants.data(), highest.data());
      for (Index k = 0; k < 3; ++k) {
        const Eigen::LLT<Eigen::MatrixXd> factor(covariances[static_cast<std::size_t>(k)]);
        double least = std::numeric_limits<double>::infinity();
        for (Index n = 0; n < x.cols(); ++n) {
          const Eigen::VectorXd offset = x.col(n) - means.col(k);
          least = std::min(least, factor.matrixL().solve(offset).norm());
        }
        CHECK(double(bounds.of_tile(0)[k]) <= least);
        if (step == 0 && size < 0.1) CHECK(double(bounds.of_tile(0)[k]) > 0.5 * least - 0.1);
      }
      before = after;
    }
  }
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
