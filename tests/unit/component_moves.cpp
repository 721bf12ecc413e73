// SPDX-License-Identifier: MIT
#include <cmath>
#include <limits>

#include <support/catch.hpp>
#include <support/closeness.hpp>
#include <support/data.hpp>
#include <support/failure.hpp>

// One component more or less, by hand: what split, merge, insert and erase keep of a mixture.

namespace {

using eigenmix::GaussianMixture;
using eigenmix::Index;
using eigenmix_tests::check_error;
using eigenmix_tests::check_rejected;
using eigenmix_tests::is_sound;
using eigenmix_tests::parameter_distance;
namespace covariance = eigenmix::covariance;

/// Mean and covariance of the whole mixture, in long double.
struct Whole {
  eigenmix_tests::Vector<long double> mean;
  eigenmix_tests::Matrix<long double> covariance;
};

template <class Mixture>
Whole whole(const Mixture& mixture) {
  const Index d = mixture.dimension();
  Whole result{eigenmix_tests::Vector<long double>::Zero(d),
               eigenmix_tests::Matrix<long double>::Zero(d, d)};
  const auto weight = [&](Index k) { return static_cast<long double>(mixture.weights()(k)); };
  for (Index k = 0; k < mixture.component_count(); ++k) {
    result.mean += weight(k) * mixture.means().col(k).template cast<long double>();
  }
  for (Index k = 0; k < mixture.component_count(); ++k) {
    const eigenmix_tests::Vector<long double> offset =
        mixture.means().col(k).template cast<long double>() - result.mean;
    result.covariance += weight(k) * (mixture.covariance(k).template cast<long double>() +
                                      offset.lazyProduct(offset.transpose()));
  }
  return result;
}

/// Whether the components have the form that their family says: its constructor takes them.
template <class Mixture>
bool has_its_form(const Mixture& mixture) {
  const Mixture again(mixture.weights(), mixture.means(), mixture.covariances());
  return parameter_distance(mixture, again) <= 1e-6;
}

/// A mixture of three components four deviations apart.
template <class Mixture>
Mixture three(std::uint64_t seed = 4) {
  eigenmix::random::Engine engine(seed);
  return eigenmix_tests::random_mixture<Mixture>(eigenmix_tests::dimension_of<Mixture>(), 3, 4,
                                                 engine);
}

/// Sums and products of a few numbers below 100 in units of a deviation, and a power iteration.
template <class Scalar>
constexpr double allowed = 1000 * double(std::numeric_limits<Scalar>::epsilon());

/// How far two are apart, in all dimensions, or where a family has no correlations or spheres only
/// in what it can tell.
template <class Family>
double distance(const Whole& a, const Whole& b) {
  double result = double((a.mean - b.mean).cwiseAbs().maxCoeff());
  const auto difference = (a.covariance - b.covariance).eval();
  if (Family::Layout::is_isotropic) {
    result = std::max(result, double(std::abs(difference.trace())));
  } else if (!Family::Layout::is_dense) {
    result = std::max(result, double(difference.diagonal().cwiseAbs().maxCoeff()));
  } else {
    result = std::max(result, double(difference.cwiseAbs().maxCoeff()));
  }
  return result;
}

TEMPLATE_TEST_CASE("a split keeps weight, mean and covariance, and a merge takes it back",
                   "[component_moves]", (GaussianMixture<double, 3>), (GaussianMixture<float, 2>),
                   (GaussianMixture<double, 1>), (GaussianMixture<double>),
                   (GaussianMixture<long double, 2>),
                   (GaussianMixture<double, Eigen::Dynamic, covariance::Tied>),
                   (GaussianMixture<double, Eigen::Dynamic, covariance::Diagonal>),
                   (GaussianMixture<double, Eigen::Dynamic, covariance::EEI>),
                   (GaussianMixture<double, Eigen::Dynamic, covariance::Spherical>),
                   (GaussianMixture<double, Eigen::Dynamic, covariance::EII>)) {
  using Scalar = typename TestType::Scalar;
  using Family = typename TestType::Covariance;
  const TestType before = three<TestType>();
  TestType mixture = before;
  CHECK(mixture.split(1) == 3);
  REQUIRE(mixture.component_count() == 4);
  CHECK(mixture.weights()(1) == mixture.weights()(3));
  CHECK(is_sound(mixture));
  CHECK(has_its_form(mixture));
  check_error("after a split", distance<Family>(whole(before), whole(mixture)), allowed<Scalar>);
  CHECK(mixture.merge(3, 1) == 1);
  CHECK(has_its_form(mixture));
  check_error("after a merge", distance<Family>(whole(before), whole(mixture)), allowed<Scalar>);
  check_error("the mixture before", parameter_distance(before, mixture), allowed<Scalar>);
}

TEMPLATE_TEST_CASE("families with common parts keep their form", "[component_moves]",
                   covariance::VEI, covariance::EVI, covariance::VEE, covariance::EVE,
                   covariance::VVE, covariance::EEV, covariance::VEV, covariance::EVV) {
  using Mixture = GaussianMixture<double, Eigen::Dynamic, TestType>;
  const Mixture before = three<Mixture>();
  Mixture mixture = before;
  mixture.split(0);
  CHECK(is_sound(mixture));
  CHECK(has_its_form(mixture));
  check_error("mean", double((whole(before).mean - whole(mixture).mean).cwiseAbs().maxCoeff()),
              allowed<double>);
  mixture.merge(1, 2);
  CHECK(is_sound(mixture));
  CHECK(has_its_form(mixture));
  mixture.insert({0.25, before.component(1).mean, mixture.covariance(2)});
  CHECK(has_its_form(mixture));
  mixture.erase(0);
  CHECK(is_sound(mixture));
  CHECK(has_its_form(mixture));
  CHECK(mixture.component_count() == 3);
}

TEMPLATE_TEST_CASE("what a fit made nearly singular is taken again", "[component_moves]",
                   covariance::VEE, covariance::EVE, covariance::VEV, covariance::EVV) {
  // Samples near a line, in float: of least eigenvalues few digits are left.
  using Mixture = GaussianMixture<float, Eigen::Dynamic, TestType>;
  for (int seed = 0; seed < 8; ++seed) {
    eigenmix::random::Engine engine(static_cast<std::uint64_t>(seed));
    eigenmix::random::Normal normal;
    const float width = std::pow(10.0F, -1 - float(seed % 4));
    typename Mixture::Means x(3, 60);
    for (Index n = 0; n < 60; ++n) {
      const auto along = float(normal(engine) * double(1 + n % 2));
      for (Index i = 0; i < 3; ++i) {
        const float across = width * float(normal(engine)) * ((n + i) % 2 == 0 ? 5.0F : 1.0F);
        x(i, n) = along * (1 + 0.3F * float(i)) + across + (n % 2 == 0 ? 0.0F : 6.0F);
      }
    }
    auto mixture = eigenmix::initialize<Mixture>(x, 2, eigenmix::initialization::RandomSamples{1});
    mixture.fit(x);
    CAPTURE(seed);
    CHECK_NOTHROW(Mixture(mixture.weights(), mixture.means(), mixture.covariances()));
    CHECK_NOTHROW(mixture.split(0));
    CHECK_NOTHROW(mixture.insert({0.1F, mixture.means().col(0), mixture.covariance(0)}));
    CHECK_NOTHROW(Mixture(mixture.weights(), mixture.means(), mixture.covariances()));
  }
}

TEST_CASE("halves are those of a normal distribution", "[component_moves]") {
  // Cut at its mean, N(0, 1) has halves of mean ±sqrt(2 / pi) and variance 1 - 2 / pi.
  const double pi = std::acos(-1.0);
  Eigen::Matrix2d covariance;
  covariance << 9, 0, 0, 1;
  GaussianMixture<double, 2> mixture(Eigen::VectorXd::Ones(1), Eigen::Vector2d(5, 7), {covariance});
  mixture.split(0);
  check_error("means", std::abs(std::abs(mixture.means()(0, 1) - 5) - 3 * std::sqrt(2 / pi)),
              1e-14);
  check_error("variance", std::abs(mixture.covariance(1)(0, 0) - 9 * (1 - 2 / pi)), 1e-13);
  CHECK(mixture.means().row(1).isConstant(7, 1e-13));
  CHECK(mixture.covariance(0) == mixture.covariance(1));
  // The axis is the longest measured in average deviations: units do not decide.
  Eigen::Matrix2d other;
  other << 1, 0, 0, 100;
  Eigen::Matrix2d means;
  means << 0, 50, 0, 50;
  GaussianMixture<double, 2> two(Eigen::Vector2d(0.5, 0.5), means, {covariance, other});
  two.split(0);
  CHECK(std::abs(two.means()(0, 0) - two.means()(0, 2)) > 4);
  CHECK(two.means()(1, 0) == two.means()(1, 2));
}

TEST_CASE("the longest axis is found where the widest dimensions are axes themselves",
          "[component_moves]") {
  // Variances 2, 1.9 and 1 in average deviations; the last three dimensions, of correlation 0.9,
  // have an axis of 2.8 among them.
  Eigen::MatrixXd covariance = Eigen::VectorXd::Constant(5, 1).asDiagonal();
  covariance(0, 0) = 2;
  covariance(1, 1) = 1.9;
  for (Index i = 2; i < 5; ++i) {
    for (Index j = 2; j < 5; ++j) covariance(i, j) = i == j ? 1 : 0.9;
  }
  Eigen::MatrixXd rest = Eigen::MatrixXd::Identity(5, 5);  // so that the average is the identity's
  rest(0, 0) = 2 / 1.5 - 0.5;
  Eigen::MatrixXd means = Eigen::MatrixXd::Zero(5, 2);
  means.col(1).setConstant(50);
  GaussianMixture<double> mixture(Eigen::Vector2d(0.25, 0.75), means, {covariance, rest});
  mixture.split(0);
  const Eigen::VectorXd apart = mixture.means().col(0) - mixture.means().col(2);
  CAPTURE(apart);
  check_error("across the axis", apart.head(2).norm(), 1e-2 * apart.norm());
  check_error("along it", std::abs(apart(2) - apart(4)), 1e-2 * apart.norm());
}

TEMPLATE_TEST_CASE("a component taken out and put in again", "[component_moves]", covariance::Full,
                   covariance::Tied, covariance::Diagonal, covariance::Spherical, covariance::VVE) {
  using Mixture = GaussianMixture<double, Eigen::Dynamic, TestType>;
  const Mixture before = three<Mixture>();
  Mixture mixture = before;
  const auto last = mixture.component(2);
  mixture.erase(2);
  CHECK(mixture.component_count() == 2);
  check_error("weights", std::abs(mixture.weights().sum() - 1), 1e-15);
  check_error("ratio of the others",
              std::abs(mixture.weights()(0) / mixture.weights()(1) -
                       before.weights()(0) / before.weights()(1)),
              1e-14);
  CHECK(mixture.insert(last) == 2);
  check_error("the mixture before", parameter_distance(before, mixture), 1e-14);
  // A component in the middle: those after it move up.
  mixture = before;
  mixture.erase(0);
  CHECK(mixture.means().col(0) == before.means().col(1));
  CHECK(mixture.covariance(1) == before.covariance(2));
}

TEST_CASE("moves keep the background", "[component_moves]") {
  using Mixture = GaussianMixture<double, 2>;
  Mixture mixture = three<Mixture>();
  const eigenmix::Noise noise{0.125, -3};
  mixture.set_noise(noise);
  mixture.split(0);
  mixture.merge(0, 2);
  mixture.insert(mixture.component(1));
  mixture.erase(1);
  CHECK(mixture.noise() == noise);
  const Eigen::Matrix2d x = Eigen::Matrix2d::Identity();
  const double sum = mixture.responsibilities(x).col(0).sum();
  CHECK(sum < 1);
}

TEMPLATE_TEST_CASE("moves of a fit in which a dimension told nothing", "[component_moves]",
                   covariance::Full, covariance::Diagonal, covariance::Spherical,
                   covariance::Tied) {
  using Mixture = GaussianMixture<double, Eigen::Dynamic, TestType>;
  eigenmix::random::Engine engine(2);
  Eigen::MatrixXd x(3, 120);
  x.topRows(2) = three<GaussianMixture<double, 2>>().sample(120, engine).samples;
  x.row(2).setConstant(42);
  auto mixture = eigenmix::initialize<Mixture>(x, 3, eigenmix::initialization::fast());
  REQUIRE(mixture.fit(x).uninformative == std::vector<Index>{2});
  const Mixture before = mixture;
  const auto is_apart = [&] {
    return mixture.means().row(2).isConstant(42) && mixture.covariance(0)(2, 0) == 0 &&
           mixture.covariance(0)(2, 2) == before.covariance(0)(2, 2);
  };
  mixture.split(0);
  CHECK(is_apart());
  mixture.merge(0, 1);
  CHECK(is_apart());
  const auto last = mixture.component(mixture.component_count() - 1);
  mixture.erase(mixture.component_count() - 1);
  CHECK(is_apart());
  const Index parameters = mixture.parameter_count();
  mixture.insert(last);
  CHECK(is_apart());
  // One more of a weight, two means and a covariance of the two dimensions that tell something.
  const auto own = TestType::parameter_count(2, 3) - TestType::parameter_count(2, 2);
  CHECK(mixture.parameter_count() == parameters + 3 + own);
  auto moved = last;
  moved.mean(2) = 43;
  const Mixture kept = mixture;
  check_rejected("insert", "dimension 2", "another mean", "component 0",
                 [&] { mixture.insert(moved); });
  CHECK(mixture == kept);
}

TEST_CASE("what cannot be moved is refused", "[component_moves]") {
  using Mixture = GaussianMixture<double, 2>;
  Mixture mixture = three<Mixture>();
  const Mixture before = mixture;
  check_rejected("split", "component", "3", "[0, 3)", [&] { mixture.split(3); });
  check_rejected("merge", "component", "-1", "[0, 3)", [&] { mixture.merge(0, -1); });
  check_rejected("merge", "components", "the same twice", "two", [&] { mixture.merge(2, 2); });
  check_rejected("erase", "component", "7", "[0, 3)", [&] { mixture.erase(7); });
  check_rejected("component", "component", "3", "[0, 3)", [&] { mixture.component(3); });
  auto added = mixture.component(0);
  for (const double weight : {0.0, 1.0, -0.5, std::numeric_limits<double>::quiet_NaN()}) {
    added.weight = weight;
    check_rejected("insert", "weight", "", "> 0 and < 1", [&] { mixture.insert(added); });
  }
  added = mixture.component(0);
  added.mean(1) = HUGE_VAL;
  check_rejected("insert", "mean(1)", "inf", "finite", [&] { mixture.insert(added); });
  added = mixture.component(0);
  added.covariance(0, 0) = -1;
  check_rejected("insert", "covariance 3", "not positive definite", "positive definite",
                 [&] { mixture.insert(added); });
  CHECK(mixture == before);
  Mixture one = before;
  one.erase(0);
  one.erase(0);
  check_rejected("erase", "number of components", "1", "at least two", [&] { one.erase(0); });

  using Dynamic = GaussianMixture<double>;
  Dynamic dynamic = three<Dynamic>();
  check_rejected("insert", "mean", "2 x 1", "4 x 1", [&] {
    dynamic.insert({0.5, Eigen::VectorXd::Zero(2), Eigen::MatrixXd::Identity(2, 2)});
  });
  check_rejected("insert", "covariance", "2 x 2", "4 x 4", [&] {
    dynamic.insert({0.5, Eigen::VectorXd::Zero(4), Eigen::MatrixXd::Identity(2, 2)});
  });
  using Tied = GaussianMixture<double, Eigen::Dynamic, covariance::Tied>;
  Tied tied = three<Tied>();
  check_rejected("insert", "covariance 3", "unlike covariance 0", "one covariance for all", [&] {
    tied.insert({0.5, Eigen::VectorXd::Zero(4), Eigen::MatrixXd::Identity(4, 4)});
  });
  using Common = GaussianMixture<double, Eigen::Dynamic, covariance::VVE>;
  Common common = three<Common>();
  Eigen::MatrixXd turned = common.covariance(0);
  turned(0, 1) = turned(1, 0) = turned(0, 1) + 0.2;
  check_rejected("insert", "covariance", "unlike the others", "VVE", [&] {
    common.insert({0.5, Eigen::VectorXd::Zero(4), turned});
  });
}

TEST_CASE("components without weight can be split and merged", "[component_moves]") {
  using Mixture = GaussianMixture<double, 2>;
  const Mixture full = three<Mixture>();
  Eigen::Vector3d weights(0.5, 0.5, 0);
  Mixture mixture(weights, full.means(), full.covariances());
  mixture.split(2);
  CHECK(mixture.weights()(3) == 0);
  CHECK(is_sound(mixture));
  mixture.merge(2, 3);
  CHECK(is_sound(mixture));
  check_error("the mixture before",
              parameter_distance(Mixture(weights, full.means(), full.covariances()), mixture),
              1e-13);
  mixture.erase(1);
  check_rejected("erase", "weight of the other components", "0", "some", [&] { mixture.erase(0); });
}

}  // namespace
