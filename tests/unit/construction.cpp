// SPDX-License-Identifier: MIT
#include <limits>
#include <sstream>

#include <support/catch.hpp>
#include <support/data.hpp>
#include <support/failure.hpp>

// The mixture as a value: how it is made, refused, compared, copied and printed.

namespace {

using eigenmix::GaussianMixture;
using eigenmix::Index;
using eigenmix_tests::check_rejected;
namespace covariance = eigenmix::covariance;

constexpr double nan = std::numeric_limits<double>::quiet_NaN();
constexpr double infinity = std::numeric_limits<double>::infinity();

using Full = GaussianMixture<double, 2>;
using Dynamic = GaussianMixture<double>;
using Diagonal = GaussianMixture<double, 2, covariance::Diagonal>;
using Spherical = GaussianMixture<double, 2, covariance::Spherical>;
using Tied = GaussianMixture<double, 2, covariance::Tied>;
using Covariances = std::vector<Eigen::Matrix2d>;

Eigen::Vector2d weights() { return {0.25, 0.75}; }

Full::Means means() {
  Full::Means result(2, 2);
  result << 1, 2, 3, 4;
  return result;
}

Eigen::Matrix2d matrix(double a, double b, double c, double d) {
  Eigen::Matrix2d result;
  result << a, b, c, d;
  return result;
}

Covariances covariances() { return {matrix(2, 0.5, 0.5, 1), matrix(3, -1, -1, 4)}; }

Full full() { return Full(weights(), means(), covariances()); }

TEST_CASE("a mixture says what it was made of", "[construction]") {
  const Full mixture = full();
  CHECK(mixture.component_count() == 2);
  CHECK(mixture.dimension() == 2);
  CHECK(mixture.weights() == weights());
  CHECK(mixture.means() == means());
  CHECK(mixture.covariances() == covariances());
  CHECK(mixture.covariance(1) == covariances()[1]);
  CHECK(mixture.variances().col(0) == Eigen::Vector2d(2, 1));
  CHECK(mixture.variances().col(1) == Eigen::Vector2d(3, 4));
  check_rejected("covariance", "component", "2", "[0, 2)", [&] { mixture.covariance(2); });
  check_rejected("covariance", "component", "-1", "[0, 2)", [&] { mixture.covariance(-1); });
}

TEST_CASE("a family is made of what it stores", "[construction]") {
  using EEI = GaussianMixture<double, 2, covariance::EEI>;
  using EII = GaussianMixture<double, Eigen::Dynamic, covariance::EII>;
  Eigen::Matrix2d columns;
  columns << 2, 2, 5, 5;
  const EEI diagonal(weights(), means(), columns);
  CHECK(EEI(weights(), means(), Eigen::Vector2d(2, 5)) == diagonal);
  CHECK(EEI(weights(), means(), Eigen::RowVector2d(2, 5)) == diagonal);
  CHECK(Tied(weights(), means(), Eigen::Vector2d(2, 5)).covariance(1) == matrix(2, 0, 0, 5));
  const EII spheres(weights(), means(), Eigen::Matrix2d::Constant(3));
  CHECK(EII(weights(), means(), 3.0) == spheres);
  CHECK(EII(weights(), means(), 3) == spheres);
  CHECK(EII(weights(), means(), Eigen::Vector2d(3, 3)) == spheres);
  CHECK(GaussianMixture<float, 2, covariance::EII>(weights().cast<float>(), means().cast<float>(),
                                                   0.5)
            .variances()
            .isConstant(0.5F));
  // In one dimension a row is of the components.
  using Line = GaussianMixture<double, 1, covariance::EEI>;
  CHECK(Line(weights(), Eigen::RowVector2d(0, 1), Eigen::RowVector2d(3, 3)).covariance(1)(0) == 3);
  check_rejected("GaussianMixture", "covariance 1", "unlike", "one covariance for all",
                 [] { EII(weights(), means(), Eigen::Vector2d(3, 4)); });
  check_rejected("GaussianMixture", "variances", "3 x 1", "2 x 2",
                 [] { EEI(weights(), means(), Eigen::Vector3d(1, 1, 1)); });
  check_rejected("GaussianMixture", "variances(0, 0)", "0", "> 0",
                 [] { EII(weights(), means(), 0); });
}

TEST_CASE("free parameters are counted per family", "[construction]") {
  eigenmix::random::Engine engine(1);
  const auto count = [&](auto family) {
    using Mixture = GaussianMixture<double, 5, decltype(family)>;
    return eigenmix_tests::random_mixture<Mixture>(5, 3, 2, engine).parameter_count();
  };
  // K - 1 weights, K D means, and covariances: mclust's VVV, EEE, VVI, VII.
  CHECK(count(covariance::Full()) == 2 + 15 + 3 * 15);
  CHECK(count(covariance::Tied()) == 2 + 15 + 15);
  CHECK(count(covariance::Diagonal()) == 2 + 15 + 3 * 5);
  CHECK(count(covariance::Spherical()) == 2 + 15 + 3);
}

TEST_CASE("a mixture is made of what its family stores, and of one normal distribution",
          "[construction]") {
  const Eigen::Matrix2d covariance = matrix(2, 0.5, 0.5, 1);
  const Full one(Eigen::Vector2d(3, 4), covariance);
  CHECK(one.component_count() == 1);
  CHECK(one.weights()(0) == 1);
  CHECK(one.means().col(0) == Eigen::Vector2d(3, 4));
  CHECK(one.covariance(0) == covariance);
  const Eigen::MatrixXd wide = Eigen::MatrixXd::Identity(3, 3);
  check_rejected("GaussianMixture", "covariance", "3 x 3", "2 x 2",
                 [&] { Full(Eigen::Vector2d(3, 4), wide); });
  check_rejected("GaussianMixture", "covariance", "3 x 3", "2 x 2",
                 [&] { Dynamic(Eigen::VectorXd::Zero(2), wide); });
  // One covariance for all, and K variances of spheres.
  const Tied tied(weights(), means(), {covariance});
  CHECK(tied == Tied(weights(), means(), {covariance, covariance}));
  check_rejected("GaussianMixture", "number of covariances", "1", "2",
                 [&] { Full(weights(), means(), {covariance}); });
  const Spherical spheres(weights(), means(), Eigen::Vector2d(2, 5));
  CHECK(spheres.variances() == Full::Means(Eigen::Vector2d(1, 1) * Eigen::RowVector2d(2, 5)));
  CHECK(spheres == Spherical(weights(), means(), Eigen::RowVector2d(2, 5)));
  check_rejected("GaussianMixture", "variances", "3 x 1", "2 x 2",
                 [&] { Spherical(weights(), means(), Eigen::Vector3d(2, 5, 1)); });
}

TEST_CASE("logarithms of responsibilities do not underflow", "[construction]") {
  const Full mixture = full();
  Full::Means x(2, 3);
  x << 1, 2, 1e5, 3, 4, -1e5;
  const Eigen::MatrixXd logs = mixture.log_responsibilities(x);
  const Eigen::MatrixXd shares = mixture.responsibilities(x);
  const Eigen::MatrixXd densities = mixture.log_component_densities(x);
  for (Index n = 0; n < 3; ++n) {
    for (Index k = 0; k < 2; ++k) {
      const double expected =
          densities(k, n) + std::log(mixture.weights()(k)) - mixture.log_density(x)(n);
      CHECK(std::abs(logs(k, n) - expected) <= 1e-15 * (10 + std::abs(densities(k, n))));
      CHECK(std::abs(std::exp(logs(k, n)) - shares(k, n)) <= 1e-14);
    }
  }
  CHECK(shares.col(2).minCoeff() == 0);
  CHECK(logs.col(2).minCoeff() < -1e8);
  Full noisy = mixture;
  noisy.set_noise({0.5, -2});
  const Eigen::MatrixXd left = noisy.log_responsibilities(x);
  CHECK(left.leftCols(2).array().exp().matrix().isApprox(noisy.responsibilities(x).leftCols(2)));
}

TEST_CASE("moments hand out second moments as a matrix", "[construction]") {
  // Two samples about a single component's mean, by hand.
  const Eigen::Matrix2d covariance = matrix(2, 0.5, 0.5, 1);
  Full::Means x(2, 2);
  x << 1, 3, -1, 4;
  const Eigen::Matrix2d expected = matrix(1 + 9, -1 + 12, -1 + 12, 1 + 16);
  const Eigen::Vector2d origin(0, 0);
  const auto full_moments = Full(origin, covariance).moments_about(x, origin);
  CHECK(full_moments.second_matrix(0).isApprox(expected, 1e-15));
  const Eigen::Vector2d ones(1, 1);
  const Eigen::VectorXd one = Eigen::VectorXd::Ones(1);
  const auto diagonal = Diagonal(one, origin, ones).moments_about(x, origin);
  CHECK(diagonal.second_matrix(0).isApprox(matrix(10, 0, 0, 17), 1e-15));
  const auto spherical = Spherical(one, origin, ones).moments_about(x, origin);
  CHECK(spherical.second_matrix(0).isApprox(matrix(13.5, 0, 0, 13.5), 1e-15));
  const auto tied = Tied(weights(), Full::Means::Zero(2, 2), {covariance});
  const auto of_all = tied.moments_about(x, Full::Means::Zero(2, 2));
  CHECK(of_all.second_matrix(1).isApprox(expected, 1e-14));
  check_rejected("second_matrix", "component", "2", "[0, 2)", [&] { of_all.second_matrix(2); });
}

TEST_CASE("variances alone make a mixture without correlations", "[construction]") {
  Full::Means variances(2, 2);
  variances << 2, 3, 1, 4;
  const Full mixture(weights(), means(), variances);
  CHECK(mixture.variances() == variances);
  CHECK(mixture.covariance(0) == matrix(2, 0, 0, 1));
  CHECK(Diagonal(weights(), means(), variances).variances() == variances);

  using OneDimensional = GaussianMixture<double, 1>;
  const OneDimensional::Means one_mean = OneDimensional::Means::Constant(1, 2, 5.0);
  OneDimensional::Means one_variance(1, 2);
  one_variance << 4, 9;
  const OneDimensional one(weights(), one_mean, one_variance);
  CHECK(one.covariance(1)(0, 0) == 9);
  CHECK(one.variances() == one_variance);
}

template <class Mixture, class = void>
constexpr bool takes_braced_covariances = false;
template <class Mixture>
constexpr bool takes_braced_covariances<
    Mixture, std::void_t<decltype(Mixture(
                 std::declval<Eigen::Vector2d>(), std::declval<typename Mixture::Means>(),
                 {std::declval<typename Mixture::CovarianceMatrix>(),
                  std::declval<typename Mixture::CovarianceMatrix>()}))>> = true;

TEST_CASE("braces around two covariances mean a list of them", "[construction]") {
  // {a, b} could also be meant for a constructor of Eigen's matrix of variances.
  CHECK(takes_braced_covariances<Full>);
  CHECK(takes_braced_covariances<Dynamic>);
}

TEST_CASE("parameters survive a round trip to the bit", "[construction]") {
  eigenmix::random::Engine engine(3);
  const auto round_trip = [&](auto type) {
    using Mixture = decltype(type);
    const Index d = eigenmix_tests::dimension_of<Mixture>();
    auto mixture = eigenmix_tests::random_mixture<Mixture>(d, 4, 2, engine);
    const typename Mixture::Means x = mixture.sample(200, engine).samples;
    mixture.fit(x, eigenmix::stopping::MaxIterations(7));
    return Mixture(mixture.weights(), mixture.means(), mixture.covariances()) == mixture;
  };
  const Full any = full();
  CHECK(round_trip(any));
  const std::vector<Eigen::MatrixXd> dynamic{any.covariance(0), any.covariance(1)};
  CHECK(round_trip(Dynamic(any.weights(), any.means(), dynamic)));
  const Full::Means ones = Full::Means::Ones(2, 2);
  CHECK(round_trip(Tied(weights(), means(), ones)));
  CHECK(round_trip(Diagonal(weights(), means(), ones)));
  CHECK(round_trip(Spherical(weights(), means(), ones)));
  using Float = GaussianMixture<float, 2>;
  CHECK(round_trip(Float(weights().cast<float>(), means().cast<float>(), ones.cast<float>())));
}

TEST_CASE("weights within 1e-5 of a distribution are brought to one", "[construction]") {
  const Eigen::Vector3d printed(0.333333, 0.333333, 0.333333);
  Full::Means three = Full::Means::Zero(2, 3);
  const Full::Means ones = Full::Means::Ones(2, 3);
  const Full mixture(printed, three, ones);
  const double eps = std::numeric_limits<double>::epsilon();
  CHECK(std::abs(mixture.weights().sum() - 1) <= 3 * eps);
  CHECK(std::abs(mixture.weights()(0) - 1.0 / 3) <= eps);
  const Eigen::Vector3d exact(0.1, 0.2, 0.7);
  CHECK(Full(exact, three, ones).weights() == exact);
  // Rows as well as columns, and any expression.
  CHECK(Full(exact.transpose(), three, ones).weights() == exact);
  CHECK(Full(exact * 2 - exact, three, ones).weights() == exact);
  check_rejected("GaussianMixture", "sum of the weights", "0.99989", "1 within 1e-5",
                 [&] { Full(printed * 0.9999, three, ones); });
  check_rejected("GaussianMixture", "sum of the weights", "100", "1 within 1e-5",
                 [&] { Full(exact * 100, three, ones); });
}

TEST_CASE("bad weights are refused", "[construction][bad input]") {
  const auto with = [](double a, double b) {
    return [=] { Full(Eigen::Vector2d(a, b), means(), covariances()); };
  };
  check_rejected("GaussianMixture", "weight 0", "-0.5", ">= 0", with(-0.5, 1.5));
  check_rejected("GaussianMixture", "weight 1", "nan", ">= 0", with(0.5, nan));
  check_rejected("GaussianMixture", "weight 0", "inf", ">= 0", with(infinity, 0.5));
  check_rejected("GaussianMixture", "sum of the weights", "0.90", "1 within", with(0.5, 0.4));
  check_rejected("GaussianMixture", "sum of the weights", "0", "1 within", with(0, 0));
  check_rejected("GaussianMixture", "means", "2 x 2", "2 x 3",
                 [] { Full(Eigen::Vector3d(0.2, 0.3, 0.5), means(), covariances()); });
  check_rejected("GaussianMixture", "weights", "0", "one",
                 [] { Full(Eigen::VectorXd(), Full::Means(2, 0), Covariances()); });
  CHECK(Full(Eigen::Vector2d(0, 1), means(), covariances()).weights()(0) == 0);
}

TEST_CASE("bad means are refused", "[construction][bad input]") {
  Full::Means bad = means();
  bad(1, 0) = nan;
  check_rejected("GaussianMixture", "means(1, 0)", "nan", "finite",
                 [&] { Full(weights(), bad, covariances()); });
  bad(1, 0) = -infinity;
  check_rejected("GaussianMixture", "means(1, 0)", "-inf", "finite",
                 [&] { Full(weights(), bad, covariances()); });
  check_rejected("GaussianMixture", "means", "2 x 3", "2 x 2",
                 [&] { Full(weights(), Full::Means::Zero(2, 3), covariances()); });
  check_rejected("GaussianMixture", "means", "0", "at least one dimension",
                 [] { Dynamic(weights(), Eigen::MatrixXd(0, 2), Eigen::MatrixXd(0, 2)); });
}

TEST_CASE("bad covariances are refused", "[construction][bad input]") {
  const auto with = [](const Eigen::Matrix2d& second) {
    return [=] { Full(weights(), means(), Covariances{covariances()[0], second}); };
  };
  check_rejected("GaussianMixture", "covariance 1", "0.5 at (0, 1) but 0.25 at (1, 0)", "symmetric",
                 with(matrix(1, 0.5, 0.25, 1)));
  check_rejected("GaussianMixture", "covariance 1", "not positive definite", "positive definite",
                 with(matrix(1, 2, 2, 1)));
  check_rejected("GaussianMixture", "covariance 1", "not positive definite", "positive definite",
                 with(matrix(1, 1, 1, 1)));
  check_rejected("GaussianMixture", "covariance 1", "not positive definite", "positive definite",
                 with(matrix(0, 0, 0, 1)));
  check_rejected("GaussianMixture", "covariance 1", "not positive definite", "positive definite",
                 with(matrix(-1, 0, 0, 1)));
  check_rejected("GaussianMixture", "covariance 1", "nan", "finite", with(matrix(1, nan, nan, 1)));
  check_rejected("GaussianMixture", "covariance 1", "nan", "finite", with(matrix(nan, 0, 0, 1)));
  check_rejected("GaussianMixture", "covariance 1", "inf", "finite",
                 with(matrix(infinity, 0, 0, 1)));
  check_rejected("GaussianMixture", "number of covariances", "1", "2",
                 [] { Full(weights(), means(), Covariances{covariances()[0]}); });
  check_rejected("GaussianMixture", "covariance 1", "3 x 3", "2 x 2", [] {
    const std::vector<Eigen::MatrixXd> wrong{Eigen::MatrixXd::Identity(2, 2),
                                             Eigen::MatrixXd::Identity(3, 3)};
    Dynamic(weights(), means(), wrong);
  });
  check_rejected("GaussianMixture", "variances", "2 x 1", "2 x 2",
                 [] { Full(weights(), means(), Full::Means(Full::Means::Ones(2, 1))); });
  check_rejected("GaussianMixture", "variances(0, 0)", "0", "> 0",
                 [] { Full(weights(), means(), Full::Means(Full::Means::Zero(2, 2))); });
}

TEST_CASE("a covariance that is symmetric to rounding is symmetrised", "[construction]") {
  Covariances almost = covariances();
  almost[0](0, 1) += 1e-12;
  const Full mixture(weights(), means(), almost);
  CHECK(mixture.covariance(0)(0, 1) == mixture.covariance(0)(1, 0));
  CHECK(std::abs(mixture.covariance(0)(0, 1) - 0.5) <= 1e-12);
}

TEST_CASE("each family refuses covariances it does not have", "[construction][bad input]") {
  check_rejected("GaussianMixture", "covariance 0", "", "covariance::Diagonal",
                 [] { Diagonal(weights(), means(), covariances()); });
  const Covariances diagonal{matrix(2, 0, 0, 1), matrix(1, 0, 0, 1)};
  CHECK(Diagonal(weights(), means(), diagonal).covariances() == diagonal);
  check_rejected("GaussianMixture", "covariance 0", "", "covariance::Spherical",
                 [&] { Spherical(weights(), means(), diagonal); });
  const Covariances spherical{matrix(2, 0, 0, 2), matrix(1, 0, 0, 1)};
  CHECK(Spherical(weights(), means(), spherical).covariances() == spherical);
  check_rejected("GaussianMixture", "covariance 1", "unlike covariance 0", "covariance::Tied",
                 [] { Tied(weights(), means(), covariances()); });
  const Covariances tied{covariances()[0], covariances()[0]};
  CHECK(Tied(weights(), means(), tied).covariances() == tied);
}

TEST_CASE("mixtures compare by their parameters", "[construction]") {
  const Full one = full();
  CHECK(one == full());
  CHECK_FALSE(one != full());
  CHECK(one != Full(Eigen::Vector2d(0.75, 0.25), means(), covariances()));
  Full::Means other = means();
  other(0, 0) = std::nextafter(other(0, 0), 2.0);
  CHECK(one != Full(weights(), other, covariances()));
  CHECK(one != Full(weights(), means(), Full::Means(Full::Means::Ones(2, 2))));
  const Full single(Eigen::Matrix<double, 1, 1>(1.0), Full::Means(means().leftCols(1)),
                    Covariances{covariances()[0]});
  CHECK(one != single);
}

TEST_CASE("a mixture is copied and moved whole", "[construction]") {
  const Full original = full();
  Full copy = original;
  const Full::Means x = Full::Means::Random(2, 50) * 3;
  CHECK(copy.log_density(x) == original.log_density(x));
  copy.fit(x, eigenmix::stopping::MaxIterations(1));
  CHECK(copy != original);
  CHECK(original == full());
  const Full moved = std::move(copy);
  CHECK(moved != original);
  CHECK(moved.log_density(x).allFinite());
  copy = original;  // a moved-from mixture can be given a new value
  CHECK(copy == original);
  CHECK(copy.log_density(x) == original.log_density(x));
}

TEST_CASE("a mixture prints to be read and leaves the stream as it was", "[construction][print]") {
  std::ostringstream stream;
  stream.precision(4);
  stream.setf(std::ios::scientific, std::ios::floatfield);
  stream.fill('*');
  const auto flags = stream.flags();
  stream << full();
  CHECK(stream.flags() == flags);
  CHECK(stream.precision() == 4);
  CHECK(stream.fill() == '*');

  std::ostringstream plain;
  plain << full();
  const std::string text = plain.str();
  for (const char* part : {"2 components", "2 dimensions", "Full", "0.25", "0.75", "-1", "4"}) {
    CHECK_THAT(text, eigenmix_tests::contains_text(part));
  }
  CHECK(text.back() == '\n');
}

TEST_CASE("a large mixture prints in at most a screen", "[construction][print]") {
  eigenmix::random::Engine engine(2);
  const auto mixture = eigenmix_tests::random_mixture<Dynamic>(30, 20, 3, engine);
  std::ostringstream stream;
  stream << mixture;
  const std::string text = stream.str();
  CHECK_THAT(text, eigenmix_tests::contains_text("20 components, 30 dimensions"));
  CHECK_THAT(text, eigenmix_tests::contains_text("first 8 components and 8 dimensions"));
  CHECK(std::count(text.begin(), text.end(), '\n') <= 100);
}

TEST_CASE("a result prints as one line and leaves the stream as it was", "[construction][print]") {
  eigenmix::FitResult result;
  result.status = eigenmix::FitStatus::iteration_limit;
  result.stopped_by = "MaxIterations";
  result.iterations = 7;
  result.log_likelihood = -1130.25;
  std::ostringstream stream;
  stream << result;
  CHECK_THAT(stream.str(),
             eigenmix_tests::contains_text("iteration_limit after 7 iterations (MaxIterations)"));
  CHECK_THAT(stream.str(), eigenmix_tests::contains_text("-1130.25"));
  CHECK_THAT(stream.str(), !eigenmix_tests::contains_text("repairs"));
  CHECK(stream.str().find('\n') == std::string::npos);
  result.repairs.floored = 3;
  result.repairs.reseeded = 2;
  result.collapsed_count = 1;
  std::ostringstream repaired;
  const auto flags = repaired.flags();
  repaired << result;
  CHECK_THAT(repaired.str(), eigenmix_tests::contains_text("3 floored"));
  CHECK_THAT(repaired.str(), eigenmix_tests::contains_text("2 re-seeded"));
  CHECK_THAT(repaired.str(), eigenmix_tests::contains_text("1 component"));
  CHECK(repaired.flags() == flags);
  CHECK(repaired.precision() == 6);
}

/// x, or what else a member is called with, is refused and the mixture stays as it was.
template <class Call>
void check_refused_and_unchanged(const std::string& where, const std::string& what,
                                 const std::string& got, const std::string& need, Call call) {
  Full mixture = full();
  check_rejected(where, what, got, need, [&] { call(mixture); });
  CHECK(mixture == full());
}

template <class X>
void check_samples_refused(const X& x, const std::string& what, const std::string& got,
                           const std::string& need) {
  const auto refused = [&](const char* where, auto call) {
    check_refused_and_unchanged(where, what, got, need, call);
  };
  refused("log_component_densities", [&](Full& m) { m.log_component_densities(x); });
  refused("log_density", [&](Full& m) { m.log_density(x); });
  refused("log_likelihood", [&](Full& m) { m.log_likelihood(x); });
  refused("responsibilities", [&](Full& m) { m.responsibilities(x); });
  refused("classify", [&](Full& m) { m.classify(x); });
  refused("e_step", [&](Full& m) { m.e_step(x); });
  refused("moments", [&](Full& m) { m.moments(x); });
  refused("m_step", [&](Full& m) { m.m_step(x, Eigen::MatrixXd::Constant(2, x.cols(), 0.5)); });
  refused("fit", [&](Full& m) { m.fit(x); });
}

TEST_CASE("bad samples are refused everywhere", "[construction][bad input]") {
  Eigen::MatrixXd x = Eigen::MatrixXd::Ones(2, 20);
  check_samples_refused(Eigen::MatrixXd(Eigen::MatrixXd::Ones(3, 20)), "rows of x", "3", "2");
  check_samples_refused(Eigen::MatrixXd(2, 0), "samples", "none", "at least one column");
  x(1, 17) = nan;
  check_samples_refused(x, "x(1, 17)", "nan", "finite");
  x(1, 17) = infinity;
  check_samples_refused(x, "x(1, 17)", "inf", "finite");
  x(1, 17) = -infinity;
  check_samples_refused(x, "x(1, 17)", "-inf", "finite");
}

TEST_CASE("initialize refuses bad samples and component counts", "[construction][bad input]") {
  Eigen::MatrixXd x = Eigen::MatrixXd::Random(2, 20);
  const auto start = [&](Index k) { return [&x, k] { eigenmix::initialize<Full>(x, k); }; };
  check_rejected("initialize", "number of components", "0", "from 1", start(0));
  check_rejected("initialize", "number of components", "-3", "from 1", start(-3));
  check_rejected("initialize", "number of components", "21", "20", start(21));
  x(0, 3) = nan;
  check_rejected("initialize", "x(0, 3)", "nan", "finite", start(2));
  check_rejected("initialize", "rows of x", "3", "2", [] {
    eigenmix::initialize<Full>(Eigen::MatrixXd(Eigen::MatrixXd::Ones(3, 9)), 2);
  });
  check_rejected("initialize", "samples", "none", "at least one column",
                 [] { eigenmix::initialize<Full>(Eigen::MatrixXd(2, 0), 1); });
}

TEST_CASE("a fit of fewer samples than components is refused", "[construction][bad input]") {
  check_refused_and_unchanged("fit", "samples", "1", "2",
                              [](Full& m) { m.fit(Eigen::MatrixXd(Eigen::MatrixXd::Ones(2, 1))); });
}

TEST_CASE("bad responsibilities are refused", "[construction][bad input]") {
  const Eigen::MatrixXd x = Eigen::MatrixXd::Random(2, 20);
  const Eigen::MatrixXd half = Eigen::MatrixXd::Constant(2, 20, 0.5);
  const auto with = [&](const Eigen::MatrixXd& r) { return [&x, r](Full& m) { m.m_step(x, r); }; };
  const auto changed = [&](double value) {
    Eigen::MatrixXd r = half;
    r(1, 3) = value;
    return r;
  };
  const std::string where = "m_step";
  check_refused_and_unchanged(where, "responsibilities", "3 x 20", "2 x 20",
                              with(Eigen::MatrixXd::Constant(3, 20, 1.0 / 3)));
  check_refused_and_unchanged(where, "responsibilities", "2 x 19", "2 x 20",
                              with(half.leftCols(19)));
  check_refused_and_unchanged(where, "responsibility(1, 3)", "-0.5", ">= 0", with(changed(-0.5)));
  check_refused_and_unchanged(where, "responsibility(1, 3)", "nan", ">= 0", with(changed(nan)));
  check_refused_and_unchanged(where, "sample 3", "1.25", "1 within 1e-5", with(changed(0.75)));
  check_refused_and_unchanged(where, "sample 3", "inf", "1 within 1e-5", with(changed(infinity)));
  Full mixture = full();
  CHECK_NOTHROW(mixture.m_step(x, changed(0.5000005)));
}

TEST_CASE("bad sample weights are refused", "[construction][bad input]") {
  const Eigen::MatrixXd x = Eigen::MatrixXd::Random(2, 20);
  const auto refused = [&](const Eigen::VectorXd& w, const std::string& what,
                           const std::string& got, const std::string& need) {
    const auto y = eigenmix::counted(x, w);
    check_refused_and_unchanged("fit", what, got, need, [&](Full& m) { m.fit(y); });
    check_refused_and_unchanged("moments", what, got, need, [&](Full& m) { m.moments(y); });
    check_refused_and_unchanged("log_likelihood", what, got, need,
                                [&](Full& m) { m.log_likelihood(y); });
    check_refused_and_unchanged("m_step", what, got, need, [&](Full& m) {
      m.m_step(y, Eigen::MatrixXd::Constant(2, 20, 0.5));
    });
    check_rejected("initialize", what, got, need, [&] { eigenmix::initialize<Full>(y, 2); });
  };
  Eigen::VectorXd w = Eigen::VectorXd::Ones(20);
  w(4) = -1;
  refused(w, "sample weight 4", "-1", ">= 0");
  w(4) = nan;
  refused(w, "sample weight 4", "nan", ">= 0");
  w(4) = infinity;
  refused(w, "sample weight 4", "inf", ">= 0");
  refused(Eigen::VectorXd::Zero(20), "sample weights", "0", "positive");
  refused(Eigen::VectorXd::Ones(19), "sample weights", "19 x 1", "20");
  check_rejected("fit", "sample weights", "2 x 10", "20", [&] {
    Full mixture = full();
    const Eigen::MatrixXd square = Eigen::MatrixXd::Ones(2, 10);
    mixture.fit(eigenmix::counted(x, square));
  });
}

TEST_CASE("bad moments are refused", "[construction][bad input]") {
  const Full::Means x = Full::Means::Random(2, 20);
  const auto refused = [&](const Full::Moments& moments, const std::string& got,
                           const std::string& need) {
    check_refused_and_unchanged("m_step", "moments", got, need,
                                [&](Full& m) { m.m_step(moments); });
  };
  Full::Moments moments = full().moments(x);
  refused(Full::Moments(moments.origin()), "no ", "at least one sample");
  refused(Full::Moments(Full::Moments::Origin(moments.origin().leftCols(1))), "2 x 1", "2 x 2");
  Full::Moments broken = moments;
  broken.flat()(5) = nan;
  refused(broken, "not finite", "finite");
  const Full::Moments one(Full::Moments::Origin(moments.origin().leftCols(1)));
  check_rejected("Moments::operator+=", "dimensions x components", "2 x 1", "2 x 2",
                 [&] { moments += one; });
  check_rejected("Moments::recentre", "origin", "2 x 1", "2 x 2",
                 [&] { moments.recentre(one.origin()); });
  CHECK(moments == full().moments(x));
}

TEST_CASE("a number of samples to draw cannot be negative", "[construction][bad input]") {
  eigenmix::random::Engine engine(1);
  check_rejected("sample", "count", "-1", ">= 0", [&] { full().sample(-1, engine); });
  CHECK(full().sample(0, engine).samples.cols() == 0);
}

}  // namespace
