// SPDX-License-Identifier: MIT
#include <cmath>
#include <cstddef>
#include <limits>
#include <type_traits>
#include <vector>

#include <eigenmix/inference/evaluator.hpp>

#include <support/catch.hpp>
#include <support/closeness.hpp>
#include <support/count_allocations.hpp>
#include <support/data.hpp>
#include <support/failure.hpp>

// One sample at a time, against the mixture's answers for many.

namespace {

using eigenmix::GaussianMixture;
using eigenmix::Index;
using eigenmix::density::Evaluator;
using eigenmix_tests::allocation_count;
using eigenmix_tests::check_error;
using eigenmix_tests::check_rejected;
namespace covariance = eigenmix::covariance;

template <class Mixture>
Mixture random_mixture(Index components, double separation = 1, std::uint64_t seed = 21) {
  eigenmix::random::Engine engine(seed);
  return eigenmix_tests::random_mixture<Mixture>(Mixture::Dim, components, separation, engine);
}

template <class Mixture>
using EvaluatorOf = Evaluator<typename Mixture::Scalar, Mixture::Dim>;

/// Largest errors, of log densities relative to their size.
struct Errors {
  double log_density = 0, responsibilities = 0;
  Index other_labels = 0;
};

/// Where the evaluator says something else than the mixture of each of the samples.
template <class Mixture, class Samples>
Errors errors_of(const EvaluatorOf<Mixture>& evaluator, const Mixture& mixture, const Samples& x) {
  using Scalar = typename Mixture::Scalar;
  const auto densities = mixture.log_density(x);
  const auto expected = mixture.responsibilities(x);
  const auto labels = mixture.classify(x);
  Errors result;
  eigenmix_tests::Vector<Scalar> shares(mixture.component_count());
  for (Index n = 0; n < x.cols(); ++n) {
    const auto see = [](double& largest, double error) {
      largest = error <= largest ? largest : error > largest ? error : HUGE_VAL;
    };
    const double density = double(densities(n));
    see(result.log_density,
        std::abs(double(evaluator.log_density(x.col(n))) - density) / (10 + std::abs(density)));
    CHECK(evaluator.responsibilities(x.col(n), shares));
    see(result.responsibilities, double((shares - expected.col(n)).cwiseAbs().maxCoeff()));
    result.other_labels += evaluator.most_responsible(x.col(n)) == labels(n) ? 0 : 1;
  }
  return result;
}

/// The exponents differ by roundings of sums of D² terms whose sizes are up to the covariance's
/// condition, 4, times the result, which is below 50; two labels may change places where they are
/// equal to rounding.
template <class Mixture>
void check_answers(const Mixture& mixture) {
  using Scalar = typename Mixture::Scalar;
  constexpr double eps = double(std::numeric_limits<Scalar>::epsilon());
  eigenmix::random::Engine engine(22);
  const auto x = mixture.sample(60, engine).samples;
  const EvaluatorOf<Mixture> evaluator(mixture);
  CAPTURE(Mixture::Covariance::name, mixture.component_count(), Mixture::Dim);
  CHECK(evaluator.component_count() == mixture.component_count());
  const Errors errors = errors_of(evaluator, mixture, x);
  check_error("log density", errors.log_density, 16 * eps);
  check_error("responsibilities", errors.responsibilities, 200 * eps);
  CHECK(errors.other_labels == 0);
}

TEMPLATE_TEST_CASE("an evaluator answers as its mixture does", "[evaluator]",
                   (GaussianMixture<double, 1>), (GaussianMixture<double, 2>),
                   (GaussianMixture<float, 2>), (GaussianMixture<double, 3>),
                   (GaussianMixture<double, 10>), (GaussianMixture<double, 3, covariance::Tied>),
                   (GaussianMixture<double, 3, covariance::Diagonal>),
                   (GaussianMixture<float, 2, covariance::Spherical>)) {
  // Packets have 1 to 16 lanes; of 150 there are more than are summed at once.
  for (const Index components : {1, 2, 3, 4, 7, 8, 16, 17, 33, 150}) {
    auto mixture = random_mixture<TestType>(components);
    check_answers(mixture);
    mixture.set_noise({0.2, -4});
    check_answers(mixture);
  }
}

TEST_CASE("the background is among the answers", "[evaluator]") {
  auto mixture = random_mixture<GaussianMixture<double, 2>>(3);
  mixture.set_noise({0.2, -8});
  const Evaluator evaluator(mixture);
  const Eigen::Vector2d outlier(30, -30);
  CHECK(evaluator.most_responsible(outlier) == 3);
  CHECK(std::abs(evaluator.log_density(outlier) - (std::log(0.2) - 8)) <= 1e-14);
  Eigen::Vector3d shares = Eigen::Vector3d::Ones();
  CHECK(evaluator.responsibilities(outlier, shares));
  CHECK(shares.cwiseAbs().maxCoeff() <= 1e-100);
}

TEMPLATE_TEST_CASE("far samples have finite log densities", "[evaluator]", float, double) {
  const auto mixture = random_mixture<GaussianMixture<TestType, 2>>(5, 3);
  const Evaluator<TestType, 2> evaluator(mixture);
  using Sample = typename Evaluator<TestType, 2>::Sample;
  using Limits = std::numeric_limits<TestType>;
  Eigen::Matrix<TestType, 5, 1> shares;
  for (const TestType far : {TestType(1e6), TestType(-1e15), Limits::max(), Limits::lowest(),
                             Limits::infinity(), Limits::quiet_NaN()}) {
    for (const Sample& x : {Sample(far, 0), Sample(0, far), Sample(far, -far), Sample(far, far)}) {
      CAPTURE(x(0), x(1));
      CHECK(std::isfinite(evaluator.log_density(x)));
      CHECK(evaluator.log_density(x) < TestType(-1e9));
      CHECK(evaluator.responsibilities(x, shares));
      CHECK(std::abs(shares.sum() - 1) <= 8 * Limits::epsilon());
      const Index most = evaluator.most_responsible(x);
      CHECK(shares(most) == shares.maxCoeff());
    }
  }
  // A million deviations out: the mixture's, to rounding.
  const Eigen::Matrix<TestType, 2, 1> x(TestType(1e6), TestType(-2e6));
  CHECK(std::abs(evaluator.log_density(x) / mixture.log_density(x)(0) - 1) <=
        16 * Limits::epsilon());
}

TEST_CASE("of equals the first is most responsible, and one without weight never", "[evaluator]") {
  const auto some = random_mixture<GaussianMixture<double, 2>>(1);
  const Index count = 21;
  const Eigen::Matrix2Xd means = some.means().col(0).replicate(1, count);
  const std::vector<Eigen::Matrix2d> covariances(std::size_t(count), some.covariance(0));
  Eigen::VectorXd weights = Eigen::VectorXd::Constant(count, 1.0 / 17);
  weights.head(4).setZero();
  const GaussianMixture<double, 2> mixture(weights, means, covariances);
  const Evaluator evaluator(mixture);
  const Eigen::Vector2d x(0.5, 1);
  CHECK(evaluator.most_responsible(x) == 4);
  Eigen::VectorXd shares(count);
  CHECK(evaluator.responsibilities(x, shares));
  CHECK(shares.head(4).isZero(0));
  CHECK((shares.tail(17).array() - 1.0 / 17).abs().maxCoeff() <= 1e-15);
}

TEST_CASE("what a column told that tells nothing is common to all components", "[evaluator]") {
  auto mixture = random_mixture<GaussianMixture<double, 3>>(3, 5);
  eigenmix::random::Engine engine(8);
  Eigen::Matrix3Xd x = mixture.sample(300, engine).samples;
  x.row(1).setConstant(7);
  REQUIRE(mixture.fit(x).uninformative == std::vector<Index>{1});
  for (const double weight : {0.0, 0.1}) {
    mixture.set_noise({weight, -6});
    const Evaluator evaluator(mixture);
    for (const double value : {7.0, 9.0, 1e6}) {
      x.row(1).setConstant(value);
      const Errors errors = errors_of(evaluator, mixture, x);
      check_error("log density", errors.log_density, 2e-15);
      check_error("responsibilities", errors.responsibilities, 1e-13);
      CHECK(errors.other_labels == 0);
    }
    CHECK(std::isfinite(evaluator.log_density(Eigen::Vector3d(0, 1e300, 1e300))));
  }
}

TEST_CASE("variances below the smallest normal number are no zeros", "[evaluator]") {
  using Mixture = GaussianMixture<double, 2, covariance::Diagonal>;
  const Eigen::Matrix2Xd variances = Eigen::Vector2d(1e-310, 1);
  const Mixture mixture(Eigen::VectorXd::Ones(1), Eigen::Matrix2Xd::Zero(2, 1), variances);
  const Evaluator evaluator(mixture);
  const Eigen::Vector2d x(2e-155, 0.5);
  CHECK(std::abs(evaluator.log_density(x) / mixture.log_density(x)(0) - 1) <= 1e-15);
}

TEST_CASE("an evaluator takes over other mixtures for which it has room", "[evaluator]") {
  const auto small = random_mixture<GaussianMixture<double, 2>>(3);
  const auto large = random_mixture<GaussianMixture<double, 2>>(9);
  Evaluator evaluator(small, 9);
  const Eigen::Vector2d x(0.5, 1);
  const double of_small = evaluator.log_density(x);
  CHECK(of_small == Evaluator(small).log_density(x));
  CHECK(evaluator.most_components() == 9);
  evaluator.assign(large);
  CHECK(evaluator.component_count() == 9);
  CHECK(evaluator.log_density(x) == Evaluator(large).log_density(x));
  auto noisy = large;
  noisy.set_noise({0.1, -3});
  evaluator.assign(noisy);
  CHECK(evaluator.log_density(x) == Evaluator(noisy).log_density(x));
  evaluator.assign(random_mixture<GaussianMixture<double, 2, covariance::Diagonal>>(2));
  evaluator.assign(small);
  CHECK(evaluator.log_density(x) == of_small);
  const auto too_large = random_mixture<GaussianMixture<double, 2>>(10);
  check_rejected("Evaluator::assign", "number of components", "10", "at most 9",
                 [&] { evaluator.assign(too_large); });
  CHECK(evaluator.log_density(x) == of_small);
  check_rejected("Evaluator", "number of components", "3", "at most 2",
                 [&] { Evaluator(small, 2); });
  const Evaluator copy = evaluator;
  CHECK(copy.log_density(x) == of_small);
}

TEST_CASE("responsibilities are written to what has their size alone", "[evaluator]") {
  const Evaluator evaluator(random_mixture<GaussianMixture<double, 2>>(3));
  const Eigen::Vector2d x(0.5, 1);
  Eigen::VectorXd wrong = Eigen::VectorXd::Constant(4, -1);
  CHECK_FALSE(evaluator.responsibilities(x, wrong));
  CHECK((wrong.array() == -1).all());
  double raw[5] = {-1, -1, -1, -1, -1};
  CHECK(evaluator.responsibilities(x, Eigen::Map<Eigen::VectorXd>(raw + 1, 3)));
  CHECK(raw[0] == -1);
  CHECK(raw[4] == -1);
  CHECK(std::abs(raw[1] + raw[2] + raw[3] - 1) <= 1e-15);
  Eigen::MatrixXd columns = Eigen::MatrixXd::Zero(3, 2);
  CHECK(evaluator.responsibilities(x, columns.col(1)));
  CHECK(columns(0, 1) == raw[1]);
  CHECK(columns.col(0).isZero(0));
}

using Asked = Evaluator<double, 2>;
static_assert(std::is_same_v<decltype(&Asked::log_density),
                             double (Asked::*)(const Asked::Sample&) const noexcept>);
static_assert(std::is_same_v<decltype(&Asked::most_responsible),
                             Index (Asked::*)(const Asked::Sample&) const noexcept>);
static_assert(std::is_same_v<decltype(&Asked::responsibilities),
                             bool (Asked::*)(const Asked::Sample&, Eigen::Ref<Eigen::VectorXd>)
                                 const noexcept>);

#if defined(EIGENMIX_TESTS_COUNT_ALLOCATIONS)

template <class Call>
std::size_t allocations_of(Call&& call) {
  const std::size_t before = allocation_count;
  call();
  return allocation_count - before;
}

TEMPLATE_TEST_CASE("nothing that is asked allocates, nor a mixture that is taken over",
                   "[evaluator]", (GaussianMixture<double, 3>), (GaussianMixture<float, 2>),
                   (GaussianMixture<double, 3, covariance::Tied>),
                   (GaussianMixture<double, 3, covariance::Diagonal>),
                   (GaussianMixture<float, 2, covariance::Spherical>)) {
  using Scalar = typename TestType::Scalar;
  std::vector<double> kept;
  CHECK(allocations_of([&kept] { kept.resize(1000); }) >= 1);
  CHECK(allocations_of([] { Eigen::VectorXd::Ones(1000).eval(); }) >= 1);
  const auto mixture = random_mixture<TestType>(150);
  auto other = random_mixture<TestType>(7, 2);
  other.set_noise({0.1, -5});
  EvaluatorOf<TestType> evaluator(mixture);
  const auto& x = mixture.means();
  eigenmix_tests::Vector<Scalar> shares(150), few(7);
  double sum = 0;
  const std::size_t count = allocations_of([&] {
    for (Index n = 0; n < x.cols(); ++n) {
      sum += double(evaluator.log_density(x.col(n)));
      sum += double(evaluator.most_responsible(x.col(n)));
      sum += evaluator.responsibilities(x.col(n), shares) ? 1 : 0;
    }
    evaluator.assign(other);
    sum += evaluator.responsibilities(x.col(0), few) ? 1 : 0;
  });
  CHECK(count == 0);
  CHECK(std::isfinite(sum));
}

#endif

}  // namespace
