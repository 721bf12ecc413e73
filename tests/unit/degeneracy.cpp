// SPDX-License-Identifier: MIT
#include <algorithm>
#include <limits>

#include <support/catch.hpp>
#include <support/data.hpp>
#include <support/datasets.hpp>
#include <support/failure.hpp>
#include <support/law_tolerances.hpp>

// Data on which maximum likelihood has no answer: every policy ends in finite parameters and a
// true report, or in its exception with the mixture as it was.

namespace {

using eigenmix::fit_options;
using eigenmix::FitResult;
using eigenmix::FitStatus;
using eigenmix::GaussianMixture;
using eigenmix::Index;
using eigenmix::stopping::MaxIterations;
using eigenmix_tests::check_rejected;
using eigenmix_tests::is_sound;
namespace covariance = eigenmix::covariance;
namespace degeneracy = eigenmix::degeneracy;
namespace initialization = eigenmix::initialization;

template <class Family>
using Mixture = GaussianMixture<double, Eigen::Dynamic, Family>;
using Families =
    std::tuple<covariance::Full, covariance::Tied, covariance::Diagonal, covariance::Spherical>;

Eigen::MatrixXd random_points(Index d, Index n, std::uint64_t seed) {
  eigenmix::random::Engine engine(seed);
  eigenmix::random::Normal normal;
  Eigen::MatrixXd x(d, n);
  for (Index j = 0; j < n; ++j) {
    for (Index i = 0; i < d; ++i) x(i, j) = normal(engine);
  }
  return x;
}

/// `distinct` well-separated points, each of them `copies` times.
Eigen::MatrixXd repeated_points(Index d, Index distinct, Index copies) {
  Eigen::MatrixXd x(d, distinct * copies);
  for (Index p = 0; p < distinct; ++p) {
    for (Index i = 0; i < d; ++i) {
      x.row(i).segment(p * copies, copies).setConstant(double(p * p + i) * (i % 2 == 0 ? 1 : -1));
    }
  }
  return x;
}

/// Which of the points above a sample is.
std::vector<Index> labels_of_points(Index distinct, Index copies) {
  std::vector<Index> labels;
  for (Index n = 0; n < distinct * copies; ++n) labels.push_back(n / copies);
  return labels;
}

struct Case {
  const char* name;
  Eigen::MatrixXd x;
  Index components;
};

/// Everything the data can do to a fit.
std::vector<Case> cases() {
  Eigen::MatrixXd duplicated = random_points(2, 60, 1);
  duplicated.rightCols(30).colwise() = Eigen::Vector2d(5, 5);
  Eigen::MatrixXd constant = random_points(3, 50, 2);
  constant.row(1).setConstant(7.25);
  Eigen::MatrixXd dependent = random_points(3, 50, 3);
  dependent.row(2) = dependent.row(0) - 2 * dependent.row(1);
  return {
      {"a point duplicated many times", duplicated, 2},
      {"a constant row", constant, 2},
      {"rows that depend on each other", dependent, 2},
      {"as many components as distinct points", repeated_points(2, 3, 10), 3},
      {"more components than distinct points", repeated_points(2, 3, 10), 5},
      {"all samples alike", Eigen::MatrixXd::Constant(2, 20, 3.5), 2},
      {"all samples zero", Eigen::MatrixXd::Zero(2, 20), 3},
      {"as many components as samples", random_points(2, 6, 4), 6},
      {"a single sample", random_points(3, 1, 5), 1},
      {"more dimensions than samples", random_points(12, 8, 6), 2},
  };
}

/// Whether a trace of likelihoods on the floor falls by no more than rounding. The squared distance
/// of a sample is a sum of D² products with an inverse factor, which a covariance whose variances
/// differ by `condition` makes uncertain by eps x condition. A start may be below the floor of the
/// fit, whose first step then raises it; after that the floor holds for all.
bool never_falls(const FitResult& result, const Eigen::MatrixXd& x, double condition) {
  const double weight = double(x.cols()), d = double(x.rows());
  const double eps = std::numeric_limits<double>::epsilon();
  double size = 1;
  for (const double value : result.log_likelihoods) size = std::max(size, std::abs(value) / weight);
  const double rounding = size * eigenmix_tests::LawTolerances<double>::mean_log_likelihood;
  const std::vector<double> on_the_floor(result.log_likelihoods.begin() + 1,
                                         result.log_likelihoods.end());
  return eigenmix_tests::never_falls(on_the_floor, rounding + d * d * eps * condition, weight);
}

template <class Family, class Policy>
void check_ends_well(const Case& problem, const Policy& policy) {
  CAPTURE(problem.name, Family::name);
  auto mixture = eigenmix::initialize<Mixture<Family>>(problem.x, problem.components,
                                                       initialization::KMeansPlusPlus());
  REQUIRE(is_sound(mixture));
  // Without a limit a floor can keep a fit of fewer samples than dimensions going for thousands.
  const FitResult result = mixture.fit(
      problem.x, eigenmix::stopping::standard() || MaxIterations(100), fit_options(policy));
  CHECK(is_sound(mixture));
  CHECK(result.status != FitStatus::likelihood_decreased);
  CHECK(std::isfinite(result.log_likelihood));
  CHECK(result.effective_counts.size() == mixture.component_count());
  const double n = double(problem.x.cols());
  CHECK(std::abs(result.effective_counts.sum() - n) <= 1e-12 * n);
  CHECK(result.collapsed_count <= mixture.component_count());
  CHECK(result.collapsed_count >= 0);
  CHECK(mixture.component_count() == problem.components - result.repairs.dropped);
  // The likelihood of collapsed components is sensitive to rounding as their width is to the data.
  CHECK(std::abs(result.log_likelihood - mixture.log_likelihood(problem.x)) <=
        1e-9 * (std::abs(result.log_likelihood) + n));
  const auto densities = mixture.log_density(problem.x);
  CHECK(densities.allFinite());
}

TEMPLATE_LIST_TEST_CASE("floors end every fit well, without losing likelihood", "[degeneracy]",
                        Families) {
  for (const Case& problem : cases()) {
    CAPTURE(problem.name, TestType::name);
    const auto check = [&](const auto& policy, double condition) {
      check_ends_well<TestType>(problem, policy);
      auto mixture = eigenmix::initialize<Mixture<TestType>>(problem.x, problem.components,
                                                             initialization::KMeansPlusPlus());
      const auto result = mixture.fit(problem.x, MaxIterations(30), fit_options(policy));
      CHECK(never_falls(result, problem.x, condition));
      CHECK(mixture.component_count() == problem.components);
      CHECK(result.repairs.dropped + result.repairs.reseeded == 0);
    };
    check(degeneracy::ResolutionFloor(), 2.7e10);  // eps^(-2/3)
    check(degeneracy::RelativeFloor(1e-4), 1e4);
    check(degeneracy::AbsoluteFloor(1e-6), 1e8);  // no variance of these data is above 100
  }
}

TEMPLATE_LIST_TEST_CASE("Drop and Reseed end every fit well", "[degeneracy]", Families) {
  for (const Case& problem : cases()) {
    check_ends_well<TestType>(problem, degeneracy::Drop());
    check_ends_well<TestType>(problem, degeneracy::Reseed());
    check_ends_well<TestType>(problem, degeneracy::Reseed(0));
  }
}

TEMPLATE_LIST_TEST_CASE("Throw ends in its exception, the mixture as it was", "[degeneracy]",
                        Families) {
  const Eigen::MatrixXd x = repeated_points(2, 3, 10);
  const auto start = eigenmix::initialize<Mixture<TestType>>(
      x, 3, initialization::FromLabels(labels_of_points(3, 10)));
  auto mixture = start;
  const auto options = fit_options(degeneracy::Throw());
  CHECK_THROWS_AS(mixture.fit(x, MaxIterations(50), options), degeneracy::CollapsedComponent);
  CHECK(mixture == start);
  CHECK_THROWS_AS(mixture.m_step(x, mixture.responsibilities(x), degeneracy::Throw()),
                  degeneracy::CollapsedComponent);
  CHECK(mixture == start);
  CHECK_THROWS_AS(mixture.m_step(mixture.moments(x), degeneracy::Throw()),
                  degeneracy::CollapsedComponent);
  CHECK(mixture == start);
}

TEST_CASE("the exception tells component and count", "[degeneracy]") {
  const Eigen::MatrixXd x = repeated_points(2, 2, 10);
  auto mixture = eigenmix::initialize<Mixture<covariance::Full>>(
      x, 2, initialization::FromLabels(labels_of_points(2, 10)));
  try {
    mixture.fit(x, MaxIterations(50), fit_options(degeneracy::Throw()));
    FAIL("nothing was thrown");
  } catch (const degeneracy::CollapsedComponent& error) {
    CHECK(error.collapse().component == 0);
    CHECK_THAT(error.collapse().effective_count, eigenmix_tests::WithinRel(10.0, 1e-12));
    CHECK_THAT(error.what(), eigenmix_tests::contains_text("component 0"));
    CHECK_THAT(error.what(), eigenmix_tests::contains_text("fewer components"));
  }
}

TEST_CASE("a collapsed component stands on the floor, and only it", "[degeneracy]") {
  // Thirty samples at one point, thirty around the origin.
  Eigen::MatrixXd x = random_points(2, 60, 1);
  x.rightCols(30).colwise() = Eigen::Vector2d(9, 9);
  std::vector<Index> labels(60, 0);
  std::fill(labels.begin() + 30, labels.end(), 1);
  auto mixture =
      eigenmix::initialize<Mixture<covariance::Full>>(x, 2, initialization::FromLabels(labels));
  const auto result =
      mixture.fit(x, MaxIterations(4), fit_options(degeneracy::RelativeFloor(1e-6)));
  CHECK(result.repairs.floored == 4);  // once in each M-step
  CHECK(result.repairs.total() == 4);
  CHECK(result.collapsed_count == 0);  // so many samples at one point are there
  REQUIRE(result.atoms.size() == 1);
  CHECK(result.atoms[0].component == 1);
  CHECK_THAT(result.atoms[0].count, eigenmix_tests::WithinRel(30.0, 1e-12));
  CHECK(result.atoms[0].columns == std::vector<Index>{0, 1});
  CHECK(result.atoms[0].values == std::vector<double>{9, 9});
  const Eigen::Vector2d mean = x.rowwise().mean();
  for (Index i = 0; i < 2; ++i) {
    const double variance = (x.row(i).array() - mean(i)).square().mean();
    CHECK_THAT(mixture.covariance(1)(i, i), eigenmix_tests::WithinRel(1e-6 * variance, 1e-9));
  }
  CHECK(std::abs(mixture.covariance(1)(0, 1)) <= 1e-9 * mixture.covariance(1)(0, 0));
  const Eigen::MatrixXd healthy = x.leftCols(30).colwise() - x.leftCols(30).rowwise().mean();
  const Eigen::Matrix2d expected = healthy * healthy.transpose() / 30;
  CHECK((mixture.covariance(0) - expected).norm() <= 1e-12 * expected.norm());

  mixture.fit(x, MaxIterations(1), fit_options(degeneracy::AbsoluteFloor(0.0625)));
  CHECK_THAT(mixture.covariance(1)(0, 0), eigenmix_tests::WithinRel(0.0625, 1e-12));
  CHECK_THAT(mixture.covariance(1)(1, 1), eigenmix_tests::WithinRel(0.0625, 1e-12));
}

TEST_CASE("the floor raises only the directions that are below it", "[degeneracy]") {
  // Samples on a line: one eigenvalue of the covariance is zero, the other is healthy.
  Eigen::MatrixXd x = random_points(2, 40, 8);
  x.row(1) = 2 * x.row(0);
  auto mixture = eigenmix::initialize<Mixture<covariance::Full>>(x, 1);
  mixture.fit(x, MaxIterations(1), fit_options(degeneracy::AbsoluteFloor(1e-3)));
  const double along = (x.row(0).array() - x.row(0).mean()).square().mean() * 5;
  const Eigen::Vector2d direction = Eigen::Vector2d(1, 2).normalized();
  const Eigen::Vector2d across = Eigen::Vector2d(-2, 1).normalized();
  const Eigen::Matrix2d c = mixture.covariance(0);
  CHECK_THAT(direction.dot(c * direction), eigenmix_tests::WithinRel(along, 1e-12));
  CHECK_THAT(across.dot(c * across), eigenmix_tests::WithinRel(1e-3, 1e-9));
}

TEMPLATE_LIST_TEST_CASE("a component that loses all its samples keeps its place", "[degeneracy]",
                        Families) {
  const Eigen::MatrixXd x = random_points(2, 50, 7);
  Eigen::MatrixXd means = Eigen::MatrixXd::Zero(2, 2);
  means.col(1).setConstant(1e6);  // so far that its responsibilities are exactly zero
  const Eigen::MatrixXd ones = Eigen::MatrixXd::Ones(2, 2);
  const Mixture<TestType> start(Eigen::Vector2d(0.5, 0.5), means, ones);

  auto kept = start;
  const auto result = kept.fit(x, MaxIterations(3));
  CHECK(is_sound(kept));
  CHECK(result.repairs.emptied == 3);
  CHECK(result.repairs.total() == 3);
  CHECK(result.collapsed_count == 1);
  CHECK(result.effective_counts(1) == 0);
  CHECK(kept.weights()(1) == 0);
  CHECK(kept.means().col(1) == means.col(1));
  CHECK(never_falls(result, x, 1));

  auto dropped = start;
  const auto drop = dropped.fit(x, MaxIterations(3), fit_options(degeneracy::Drop()));
  CHECK(dropped.component_count() == 1);
  CHECK(drop.repairs.dropped == 1);
  CHECK(drop.repairs.total() == 1);
  CHECK(drop.collapsed_count == 0);
  CHECK(drop.effective_counts.size() == 1);

  auto reseeded = start;
  const auto reseed = reseeded.fit(x, MaxIterations(30), fit_options(degeneracy::Reseed()));
  CHECK(is_sound(reseeded));
  CHECK(reseed.repairs.reseeded == 1);
  CHECK(reseed.repairs.total() == 1);
  CHECK(reseed.collapsed_count == 0);
  CHECK(reseeded.weights().minCoeff() > 0.01);

  auto thrown = start;
  CHECK_THROWS_AS(thrown.fit(x, MaxIterations(3), fit_options(degeneracy::Throw())),
                  degeneracy::CollapsedComponent);
  CHECK(thrown == start);
}

TEST_CASE("what is dropped or re-seeded in the last iteration is not reported as returned",
          "[degeneracy]") {
  const Eigen::MatrixXd x = random_points(2, 50, 7);
  Eigen::MatrixXd means = Eigen::MatrixXd::Zero(2, 2);
  means.col(1).setConstant(1e6);
  const Mixture<covariance::Full> start(Eigen::Vector2d(0.5, 0.5), means,
                                        Eigen::MatrixXd(Eigen::MatrixXd::Ones(2, 2)));
  auto dropped = start;
  const auto drop = dropped.fit(x, MaxIterations(1), fit_options(degeneracy::Drop()));
  REQUIRE(drop.repairs.dropped == 1);
  CHECK(drop.collapsed_count == 0);
  auto reseeded = start;
  const auto reseed = reseeded.fit(x, MaxIterations(1), fit_options(degeneracy::Reseed()));
  REQUIRE(reseed.repairs.reseeded == 1);
  CHECK(reseed.collapsed_count == 0);
}

TEST_CASE("a start without samples for a component is reported even if nothing is done",
          "[degeneracy]") {
  const Eigen::MatrixXd x = random_points(2, 50, 7);
  Eigen::MatrixXd means = Eigen::MatrixXd::Zero(2, 2);
  means.col(1).setConstant(1e6);
  Mixture<covariance::Full> mixture(Eigen::Vector2d(0.5, 0.5), means,
                                    Eigen::MatrixXd(Eigen::MatrixXd::Ones(2, 2)));
  const auto result = mixture.fit(x, MaxIterations(0));
  REQUIRE(result.effective_counts(1) == 0);
  CHECK(result.collapsed_count == 1);
}

TEST_CASE("Drop keeps the last component and says that it is floored", "[degeneracy]") {
  // On a line every full covariance is singular, of however many components.
  Eigen::MatrixXd x = random_points(2, 40, 8);
  x.row(1) = 2 * x.row(0);
  auto mixture = eigenmix::initialize<Mixture<covariance::Full>>(x, 2);
  const auto result = mixture.fit(x, MaxIterations(3), fit_options(degeneracy::Drop()));
  CHECK(mixture.component_count() == 1);
  CHECK(mixture.weights()(0) == 1);
  CHECK(result.repairs.dropped == 1);
  CHECK(result.repairs.floored == 3);  // the one that stays, in each M-step
  CHECK(result.collapsed_count == 0);
  REQUIRE(result.atoms.size() == 1);  // a plane of forty samples
  CHECK(result.atoms[0].columns.empty());
  CHECK(is_sound(mixture));
}

TEST_CASE("a plane of few samples is an atom if exact, chance if in steps", "[degeneracy]") {
  const auto iris = eigenmix_tests::iris();
  for (const bool is_exact : {false, true}) {
    Eigen::MatrixXd x = iris;
    if (is_exact) x += 1e-3 * random_points(4, 150, 9);  // no multiples of a millimetre
    std::vector<Index> labels(150, 1);
    for (Index n = 0; n < x.cols(); ++n) {
      if (!(std::abs(iris(2, n) + iris(3, n) - 1.6) < 1e-6)) continue;
      labels[std::size_t(n)] = 0;
      if (is_exact) x(2, n) = 1.6 - x(3, n);
    }
    REQUIRE(std::count(labels.begin(), labels.end(), 0) == 12);
    auto mixture = eigenmix::initialize<Mixture<covariance::Full>>(
        x, 2, eigenmix::initialization::FromLabels(labels));
    const auto result = mixture.fit(x, MaxIterations(1));
    CHECK(result.atoms.size() == (is_exact ? 1 : 0));
    CHECK(result.collapsed_count == (is_exact ? 0 : 1));
  }
}

TEST_CASE("Reseed gives up after its limit", "[degeneracy]") {
  // Three distinct points for three components: there is nothing better to be found.
  const Eigen::MatrixXd x = repeated_points(2, 3, 10);
  auto mixture = eigenmix::initialize<Mixture<covariance::Full>>(x, 3);
  const auto result = mixture.fit(x, MaxIterations(300), fit_options(degeneracy::Reseed(4)));
  CHECK(result.repairs.reseeded == 4);
  CHECK(is_sound(mixture));
  CHECK(result.collapsed_count > 0);
  check_rejected("degeneracy::Reseed", "limit", "-1", ">= 0", [] { degeneracy::Reseed{-1}; });
}

TEST_CASE("a shared covariance is floored whatever the policy repairs", "[degeneracy]") {
  const Eigen::MatrixXd x = repeated_points(2, 2, 10);
  for (const bool drop : {true, false}) {
    auto mixture = eigenmix::initialize<Mixture<covariance::Tied>>(x, 2);
    const auto result = drop ? mixture.fit(x, MaxIterations(10), fit_options(degeneracy::Drop()))
                             : mixture.fit(x, MaxIterations(10), fit_options(degeneracy::Reseed()));
    CHECK(mixture.component_count() == 2);
    CHECK(result.repairs.floored > 0);
    CHECK(result.repairs.dropped + result.repairs.reseeded == 0);
    CHECK(result.collapsed_count == 0);
    CHECK(result.atoms.size() == 2);
    CHECK(is_sound(mixture));
  }
}

TEMPLATE_LIST_TEST_CASE("a healthy fit does not feel the policy", "[degeneracy]", Families) {
  const Eigen::MatrixXd x = eigenmix_tests::faithful();
  const auto start = eigenmix::initialize<Mixture<TestType>>(x, 2);
  auto expected = start;
  const auto reference = expected.fit(x, MaxIterations(20));
  REQUIRE(reference.repairs.total() == 0);
  CHECK(reference.collapsed_count == 0);
  const auto check = [&](const auto& policy) {
    auto mixture = start;
    const auto result = mixture.fit(x, MaxIterations(20), fit_options(policy));
    CHECK(mixture == expected);
    CHECK(result.log_likelihoods == reference.log_likelihoods);
    CHECK(result.repairs.total() == 0);
    CHECK(result.collapsed_count == 0);
  };
  check(degeneracy::RelativeFloor(1e-3));
  check(degeneracy::RelativeFloor(1e-30));
  check(degeneracy::AbsoluteFloor(1e-4));
  check(degeneracy::Throw());
  check(degeneracy::Drop());
  check(degeneracy::Reseed());
}

TEST_CASE("the floor means the same in metres and in millimetres", "[degeneracy]") {
  Eigen::MatrixXd x = random_points(2, 60, 1);
  x.rightCols(30).colwise() = Eigen::Vector2d(9, 9);
  Eigen::MatrixXd scaled = x;
  scaled.row(0) *= 1024;  // powers of two, so that both fits round alike
  scaled.row(1) /= 4096;
  auto a = eigenmix::initialize<Mixture<covariance::Full>>(x, 2);
  auto b = eigenmix::initialize<Mixture<covariance::Full>>(scaled, 2);
  const auto of_a = a.fit(x, MaxIterations(20)), of_b = b.fit(scaled, MaxIterations(20));
  REQUIRE(of_a.repairs.floored > 0);
  CHECK(of_a.repairs.floored == of_b.repairs.floored);
  Eigen::MatrixXd means = b.means();
  means.row(0) /= 1024;
  means.row(1) *= 4096;
  CHECK((means - a.means()).norm() <= 1e-12);
  CHECK_THAT(b.covariance(1)(0, 0) / (1024.0 * 1024.0),
             eigenmix_tests::WithinRel(a.covariance(1)(0, 0), 1e-9));
  CHECK_THAT(b.covariance(1)(1, 1) * (4096.0 * 4096.0),
             eigenmix_tests::WithinRel(a.covariance(1)(1, 1), 1e-9));
}

TEMPLATE_LIST_TEST_CASE("float data collapse as well as double", "[degeneracy]", Families) {
  using Float = GaussianMixture<float, 2, TestType>;
  for (const Case& problem : cases()) {
    if (problem.x.rows() != 2) continue;
    CAPTURE(problem.name, TestType::name);
    const typename Float::Means x = problem.x.cast<float>();
    auto mixture = eigenmix::initialize<Float>(x, problem.components);
    const auto result = mixture.fit(x);
    CHECK(is_sound(mixture));
    CHECK(result.status != FitStatus::likelihood_decreased);
    CHECK(std::isfinite(result.log_likelihood));
    CHECK((mixture.variances().array() > 0).all());
  }
}

/// A policy of a user's own: a floor of its own and a count of what it saw.
struct Counting {
  int* seen;
  degeneracy::Floor floor_at(const degeneracy::Place& place) const {
    CHECK(place.variance > 0);
    CHECK(place.rounding > 0);
    CHECK(place.step == 0);
    return {1e-2 * place.variance, 1e-2 * place.variance};
  }
  degeneracy::Action on_collapse(const degeneracy::Collapse& collapse) {
    CHECK(collapse.component == 1);
    CHECK_THAT(collapse.effective_count, eigenmix_tests::WithinRel(30.0, 1e-9));
    ++*seen;
    return degeneracy::Action::floor;
  }
};

TEST_CASE("a policy of the user's own decides", "[degeneracy]") {
  Eigen::MatrixXd x = random_points(2, 60, 1);
  x.rightCols(30).colwise() = Eigen::Vector2d(9, 9);
  std::vector<Index> labels(60, 0);
  std::fill(labels.begin() + 30, labels.end(), 1);
  auto mixture =
      eigenmix::initialize<Mixture<covariance::Full>>(x, 2, initialization::FromLabels(labels));
  int seen = 0;
  const auto result = mixture.fit(x, MaxIterations(5), fit_options(Counting{&seen}));
  CHECK(seen == 5);
  CHECK(result.repairs.floored == 5);
  const double variance = (x.row(0).array() - x.row(0).mean()).square().mean();
  CHECK_THAT(mixture.covariance(1)(0, 0), eigenmix_tests::WithinRel(1e-2 * variance, 1e-9));
}

TEST_CASE("the M-steps by hand report their repairs", "[degeneracy]") {
  const Eigen::MatrixXd x = repeated_points(2, 2, 10);
  Eigen::MatrixXd r = Eigen::MatrixXd::Zero(2, 20);
  r.row(0).head(10).setOnes();
  r.row(1).tail(10).setOnes();
  auto mixture = eigenmix::initialize<Mixture<covariance::Full>>(x, 2);
  CHECK(mixture.m_step(x, r).floored == 2);
  CHECK(is_sound(mixture));
  r.row(0).setOnes();
  r.row(1).setZero();
  const auto repairs = mixture.m_step(random_points(2, 20, 3), r);
  CHECK(repairs.emptied == 1);
  CHECK(repairs.total() == 1);
  CHECK(is_sound(mixture));
}

TEST_CASE("Drop removes the components that collapsed and no others", "[degeneracy]") {
  // Component 0 has one point many times, 2 has nothing, 1 and 3 are healthy.
  Eigen::MatrixXd x = random_points(2, 70, 12);
  x.leftCols(10).colwise() = Eigen::Vector2d(300, 400);
  x.rightCols(30).array() += 20;
  Eigen::MatrixXd means(2, 4), variances = Eigen::MatrixXd::Ones(2, 4);
  means << 300, 0, -1e6, 20, 400, 0, -1e6, 20;
  Mixture<covariance::Full> mixture(Eigen::Vector4d::Constant(0.25), means, variances);
  const auto result = mixture.fit(x, MaxIterations(1), fit_options(degeneracy::Drop()));
  // The one without samples goes first; the other waits, its samples might be wanted elsewhere.
  CHECK(result.repairs.dropped >= 1);
  REQUIRE(mixture.component_count() == 4 - result.repairs.dropped);
  CHECK(is_sound(mixture));
  const Index last = mixture.component_count() - 1;
  CHECK((mixture.means().col(last) - x.rightCols(30).rowwise().mean()).norm() <= 1e-9);
  CHECK((mixture.means().col(last - 1) - x.middleCols(10, 30).rowwise().mean()).norm() <= 1e-9);
  const auto more = mixture.fit(x, MaxIterations(3), fit_options(degeneracy::Drop()));
  CHECK(result.repairs.dropped + more.repairs.dropped == 2);
  CHECK(mixture.component_count() == 2);
  CHECK(more.collapsed_count == 0);
  CHECK(is_sound(mixture));
}

TEST_CASE("Drop never leaves a component without samples as the only one", "[degeneracy]") {
  // Component 0 has all the samples, on a line; 1 has none.
  const Eigen::MatrixXd x = repeated_points(2, 2, 10);
  Eigen::MatrixXd r = Eigen::MatrixXd::Zero(2, 20);
  r.row(0).setOnes();
  Mixture<covariance::Full> mixture(Eigen::Vector2d(0.5, 0.5), random_points(2, 2, 13),
                                    Eigen::MatrixXd(Eigen::MatrixXd::Ones(2, 2)));
  const auto repairs = mixture.m_step(x, r, degeneracy::Drop());
  CHECK(repairs.dropped == 1);
  REQUIRE(mixture.component_count() == 1);
  CHECK(is_sound(mixture));
  CHECK((mixture.means().col(0) - x.rowwise().mean()).norm() <= 1e-12);
}

TEST_CASE("floors must be positive numbers", "[degeneracy][bad input]") {
  constexpr double nan = std::numeric_limits<double>::quiet_NaN();
  constexpr double infinity = std::numeric_limits<double>::infinity();
  for (const double bad : {0.0, -1.0, nan, infinity}) {
    check_rejected("degeneracy::RelativeFloor", "ratio", "", "> 0",
                   [=] { degeneracy::RelativeFloor{bad}; });
    check_rejected("degeneracy::AbsoluteFloor", "variance", "", "> 0",
                   [=] { degeneracy::AbsoluteFloor{bad}; });
  }
}

}  // namespace
