// SPDX-License-Identifier: MIT
#include <cmath>
#include <functional>
#include <limits>

#include <eigenmix/inference/uncertainty.hpp>

#include <support/catch.hpp>
#include <support/closeness.hpp>
#include <support/data.hpp>
#include <support/failure.hpp>

// Standard errors from the information: its derivatives against differences of a log-likelihood
// that is written down anew in long double, what textbooks say of one component and of components
// that are known, and how often intervals hold.

namespace {

using eigenmix::counted;
using eigenmix::ErrorStatus;
using eigenmix::GaussianMixture;
using eigenmix::Index;
using eigenmix::Information;
using eigenmix::observed_information;
using eigenmix::scores;
using eigenmix::standard_errors;
using eigenmix::weighted;
using eigenmix_tests::check_error;
using eigenmix_tests::check_rejected;
using eigenmix_tests::Wide;
namespace covariance = eigenmix::covariance;
namespace stopping = eigenmix::stopping;

using Full = GaussianMixture<double>;
using Samples = Eigen::MatrixXd;
using WideVector = eigenmix_tests::Vector<Wide>;
using WideMatrix = eigenmix_tests::Matrix<Wide>;

constexpr double epsilon = std::numeric_limits<double>::epsilon();

/// Which numbers a family's covariances have.
struct Shape {
  Index d, components;
  bool is_shared, is_dense, is_isotropic;

  template <class Family>
  static Shape of(Index d, Index components) {
    return {d, components, Family::code[0] == 'E', Family::code[2] != 'I', Family::code[1] == 'I'};
  }
  Index groups() const { return is_shared ? 1 : components; }
  Index each() const { return is_isotropic ? 1 : is_dense ? d * (d + 1) / 2 : d; }
  Index size() const { return components - 1 + components * d + groups() * each(); }
};

/// Calls visit(i, j) for the numbers of one covariance in the documented order.
template <class Visit>
void for_each_entry(const Shape& shape, Visit&& visit) {
  for (Index i = 0; i < (shape.is_isotropic ? 1 : shape.d); ++i) {
    for (Index j = shape.is_dense ? 0 : i; j <= i; ++j) visit(i, j);
  }
}

/// The free parameters in the documented order.
template <class Mixture>
WideVector parameters_of(const Mixture& mixture, const Shape& shape) {
  WideVector result(shape.size());
  Index at = 0;
  for (Index k = 0; k + 1 < shape.components; ++k) result(at++) = mixture.weights()(k);
  for (Index k = 0; k < shape.components; ++k) {
    for (Index i = 0; i < shape.d; ++i) result(at++) = mixture.means()(i, k);
  }
  for (Index g = 0; g < shape.groups(); ++g) {
    const auto covariance = mixture.covariance(g);
    for_each_entry(shape, [&](Index i, Index j) { result(at++) = covariance(i, j); });
  }
  return result;
}

WideMatrix covariance_of(const WideVector& parameters, const Shape& shape, Index k) {
  Index at = shape.components * (1 + shape.d) - 1 + (shape.is_shared ? 0 : k) * shape.each();
  WideMatrix result = WideMatrix::Zero(shape.d, shape.d);
  for (Index i = 0; i < shape.d; ++i) {
    for (Index j = shape.is_dense ? 0 : i; j <= i; ++j) {
      result(i, j) = result(j, i) = parameters(at);
      at += shape.is_isotropic ? 0 : 1;
    }
  }
  return result;
}

/// log p(x), by elimination.
Wide log_density(const WideVector& parameters, const Shape& shape, const WideVector& x) {
  Wide sum = 0, rest = 1;
  for (Index k = 0; k < shape.components; ++k) {
    const Wide weight = k + 1 < shape.components ? parameters(k) : rest;
    rest -= weight;
    WideMatrix a = covariance_of(parameters, shape, k);
    WideVector y = x - parameters.segment(shape.components - 1 + k * shape.d, shape.d);
    Wide squared = 0, log_determinant = 0;
    for (Index j = 0; j < shape.d; ++j) {
      squared += y(j) * y(j) / a(j, j);
      log_determinant += std::log(a(j, j));
      for (Index i = j + 1; i < shape.d; ++i) {
        const Wide factor = a(i, j) / a(j, j);
        y(i) -= factor * y(j);
        for (Index l = j + 1; l < shape.d; ++l) a(i, l) -= factor * a(j, l);
      }
    }
    constexpr Wide log_two_pi = 1.837877066409345483560659472811235279L;
    sum += weight * std::exp(-(squared + log_determinant + Wide(shape.d) * log_two_pi) / 2);
  }
  return std::log(sum);
}

using Function = std::function<Wide(const WideVector&)>;

Wide at(const Function& f, WideVector where, Index i, Wide by_i, Index j = 0, Wide by_j = 0) {
  where(i) += by_i;
  where(j) += by_j;
  return f(where);
}

/// Samples that are of no mixture that is asked about, so that nothing is at a maximum.
template <class Mixture>
Samples drawn(const Mixture& mixture, Index count, std::uint64_t seed) {
  eigenmix::random::Engine engine(seed);
  return eigenmix_tests::perturbed(mixture).sample(count, engine).samples;
}

// Central differences over h and 2 h, extrapolated, are off by h⁴ times higher derivatives, of size
// one to a thousand, and by rounding: epsilon times a log-likelihood of 200 over h or h².
constexpr Wide h = 1e-3L;

Wide slope(const Function& f, const WideVector& place, Index i) {
  const auto rise = [&](Wide by) { return at(f, place, i, by) - at(f, place, i, -by); };
  return (8 * rise(h) - rise(2 * h)) / (12 * h);
}

Wide curve(const Function& f, const WideVector& place, Index i, Index j) {
  const auto bend = [&](Wide by) {
    return (at(f, place, i, by, j, by) - at(f, place, i, by, j, -by) - at(f, place, i, -by, j, by) +
            at(f, place, i, -by, j, -by)) /
           (4 * by * by);
  };
  return (4 * bend(h) - bend(2 * h)) / 3;
}

/// How far off, of numbers above one relative to them.
double error_of(double found, Wide expected) {
  return std::abs(double(expected - Wide(found))) / (1 + std::abs(double(expected)));
}

/// Checks both at a mixture, of 40 samples.
template <class Mixture>
void check_derivatives(const Mixture& mixture, const Samples& x, const Shape& shape) {
  const WideVector place = parameters_of(mixture, shape);
  const auto found = scores(mixture, x);
  const auto information = observed_information(mixture, x);
  REQUIRE(found.rows() == shape.size());
  REQUIRE(found.rows() == mixture.parameter_count());
  REQUIRE(information.rows() == shape.size());
  CHECK(information == information.transpose());
  const Function all = [&](const WideVector& p) {
    Wide sum = 0;
    for (Index n = 0; n < x.cols(); ++n) {
      sum += log_density(p, shape, x.col(n).template cast<Wide>());
    }
    return sum;
  };
  double first = 0, second = 0;
  for (Index i = 0; i < shape.size(); ++i) {
    for (Index n = 0; n < 5; ++n) {
      const Function one = [&](const WideVector& p) {
        return log_density(p, shape, x.col(n).template cast<Wide>());
      };
      first = std::max(first, error_of(found(i, n), slope(one, place, i)));
    }
    for (Index j = 0; j <= i; ++j) {
      second = std::max(second, error_of(information(i, j), -curve(all, place, i, j)));
    }
  }
  check_error("score", first, 1e-9);
  check_error("information", second, 1e-8);
}

TEMPLATE_TEST_CASE("scores and information are derivatives of the log-likelihood",
                   "[standard_errors]", covariance::Full, covariance::Tied, covariance::Diagonal,
                   covariance::EEI, covariance::Spherical, covariance::EII) {
  using Mixture = GaussianMixture<double, Eigen::Dynamic, TestType>;
  for (Index components = 1; components <= 3; ++components) {
    CAPTURE(components);
    eigenmix::random::Engine engine(static_cast<std::uint64_t>(components));
    const auto mixture = eigenmix_tests::random_mixture<Mixture>(3, components, 1.5, engine);
    check_derivatives(mixture, drawn(mixture, 40, 3), Shape::of<TestType>(3, components));
  }
}

/// Fitted to the last digits.
template <class Mixture>
Mixture fitted(Mixture mixture, const Samples& x) {
  mixture.fit(x, stopping::AitkenAcceleration(1e-11) || stopping::MaxIterations(5000));
  return mixture;
}

TEMPLATE_TEST_CASE("at a converged fit scores sum to zero and errors are consistent",
                   "[standard_errors]", covariance::Full, covariance::Tied, covariance::Diagonal,
                   covariance::Spherical) {
  using Mixture = GaussianMixture<double, Eigen::Dynamic, TestType>;
  eigenmix::random::Engine engine(5);
  const auto truth = eigenmix_tests::random_mixture<Mixture>(3, 3, 4, engine);
  const Samples x = truth.sample(500, engine).samples;
  const Mixture mixture = fitted(truth, x);
  const auto information = observed_information(mixture, x);
  const auto found = scores(mixture, x);
  double largest = 0;
  for (Index i = 0; i < found.rows(); ++i) {
    largest = std::max(largest, std::abs(found.row(i).sum()) / std::sqrt(information(i, i)));
  }
  // In standard errors; a gain of g nats is left at sqrt(2 g) of them, and 1e-11 was asked for.
  check_error("sum of scores", largest, 1e-4);
  for (const Information kind : {Information::observed, Information::sandwich}) {
    const auto errors = standard_errors(mixture, x, kind);
    REQUIRE(errors.status == ErrorStatus::valid);
    check_error("gain left", std::abs(errors.newton_gain), 1e-8);
    const Eigen::MatrixXd& joint = errors.parameter_covariance;
    REQUIRE(joint.rows() == mixture.parameter_count());
    // (I^-1 or I^-1 J I^-1) from the public derivatives, multiplied out: I C I = I or J.
    const Eigen::MatrixXd outer = found * found.transpose();
    const Eigen::MatrixXd expected = kind == Information::observed ? information : outer;
    const Eigen::MatrixXd product = information * joint * information;
    double off = 0;
    for (Index i = 0; i < joint.rows(); ++i) {
      for (Index j = 0; j < joint.rows(); ++j) {
        off = std::max(off, std::abs(product(i, j) - expected(i, j)) /
                                std::sqrt(expected(i, i) * expected(j, j)));
      }
    }
    check_error("I C I", off, 1e-12);  // sums of 500, rounded, and a condition
    for (Index k = 0; k < 3; ++k) {
      CHECK(std::abs(errors.weight_covariance.row(k).sum()) <= 1e-12);
      check_error("weight",
                  std::abs(errors.weights(k) * errors.weights(k) - errors.weight_covariance(k, k)),
                  1e-15);
    }
    for (Index i = 0; i < 2; ++i) {
      CHECK(errors.weights(i) == std::sqrt(joint(i, i)));
      CHECK(errors.means(i, 1) == std::sqrt(joint(2 + 3 + i, 2 + 3 + i)));
    }
    CHECK(errors.covariances[0](0, 0) == std::sqrt(joint(11, 11)));
    CHECK(errors.covariances[1] == errors.covariances[1].transpose());
  }
}

TEST_CASE("errors of one component are the textbook's", "[standard_errors]") {
  eigenmix::random::Engine engine(7);
  const auto truth = eigenmix_tests::random_mixture<Full>(3, 1, 0, engine);
  const Samples x = truth.sample(200, engine).samples;
  const double n = 200;
  Full mixture = truth;
  mixture.fit(x);
  const Eigen::MatrixXd s = mixture.covariance(0);
  const Eigen::MatrixXd centred = x.colwise() - mixture.means().col(0);
  const auto errors = standard_errors(mixture, x);
  const auto robust = standard_errors(mixture, x, Information::sandwich);
  double off = 0;
  const auto see = [&](double found, double expected) {
    off = std::max(off, std::abs(found / expected - 1));
  };
  CHECK(errors.weights(0) == 0);
  CHECK(errors.weight_covariance(0, 0) == 0);
  for (Index i = 0; i < 3; ++i) {
    see(errors.means(i, 0), std::sqrt(s(i, i) / n));
    see(robust.means(i, 0), std::sqrt(s(i, i) / n));
    for (Index j = 0; j <= i; ++j) {
      // Anderson 2003, theorem 3.4.4; without normality from fourth moments.
      see(errors.covariances[0](i, j), std::sqrt((s(i, i) * s(j, j) + s(i, j) * s(i, j)) / n));
      const double fourth = (centred.row(i).array() * centred.row(j).array()).square().mean();
      see(robust.covariances[0](i, j), std::sqrt((fourth - s(i, j) * s(i, j)) / n));
    }
  }
  GaussianMixture<double, Eigen::Dynamic, covariance::Spherical> ball(
      Eigen::VectorXd::Ones(1), truth.means(), Eigen::MatrixXd::Ones(3, 1));
  ball.fit(x);
  const auto of_ball = standard_errors(ball, x);
  const double variance = ball.covariance(0)(0, 0);
  for (Index i = 0; i < 3; ++i)
    see(of_ball.covariances[0](i, i), variance * std::sqrt(2 / (3 * n)));
  CHECK(of_ball.covariances[0](1, 0) == 0);
  GaussianMixture<double, Eigen::Dynamic, covariance::Diagonal> along(
      Eigen::VectorXd::Ones(1), truth.means(), Eigen::MatrixXd::Ones(3, 1));
  along.fit(x);
  const auto of_along = standard_errors(along, x);
  for (Index i = 0; i < 3; ++i) see(of_along.covariances[0](i, i), s(i, i) * std::sqrt(2 / n));
  // Sums of 200 fourth powers, rounded, and means of a fit that is rounded.
  check_error("errors", off, 1e4 * epsilon);
}

TEST_CASE("errors of components far apart are those of known groups", "[standard_errors]") {
  eigenmix::random::Engine engine(11);
  const auto truth = eigenmix_tests::random_mixture<Full>(2, 3, 60, engine);
  const Samples x = truth.sample(600, engine).samples;
  const Full mixture = fitted(truth, x);
  const auto errors = standard_errors(mixture, x);
  double off = 0;
  const auto see = [&](double found, double expected) {
    off = std::max(off, std::abs(found / expected - 1));
  };
  for (Index k = 0; k < 3; ++k) {
    const double w = mixture.weights()(k), n = 600 * w;
    const Eigen::MatrixXd s = mixture.covariance(k);
    see(errors.weights(k), std::sqrt(w * (1 - w) / 600));
    see(errors.weight_covariance(k, (k + 1) % 3), -w * mixture.weights()((k + 1) % 3) / 600);
    for (Index i = 0; i < 2; ++i) {
      see(errors.means(i, k), std::sqrt(s(i, i) / n));
      see(errors.covariances[std::size_t(k)](i, i), s(i, i) * std::sqrt(2 / n));
    }
  }
  check_error("errors", off, 1e-7);  // of a fit to 1e-11 nats; nothing overlaps
}

TEST_CASE("errors follow shifts and scales of the samples", "[standard_errors]") {
  eigenmix::random::Engine engine(13);
  const auto truth = eigenmix_tests::random_mixture<Full>(2, 2, 3, engine);
  const Samples x = truth.sample(400, engine).samples;
  const Full mixture = fitted(truth, x);
  // Powers of two, so that numbers are scaled without rounding.
  const Eigen::Vector2d scale(0x1p-30, 0x1p40);
  std::vector<Eigen::MatrixXd> covariances = mixture.covariances();
  for (auto& each : covariances) each = scale.asDiagonal() * each * scale.asDiagonal();
  const Full scaled(mixture.weights(), scale.asDiagonal() * mixture.means(), covariances);
  const auto errors = standard_errors(mixture, x);
  const auto of_scaled = standard_errors(scaled, Samples(scale.asDiagonal() * x));
  REQUIRE(of_scaled.status == ErrorStatus::valid);
  double off = 0;
  for (Index k = 0; k < 2; ++k) {
    off = std::max(off, std::abs(of_scaled.weights(k) / errors.weights(k) - 1));
    for (Index i = 0; i < 2; ++i) {
      off = std::max(off, std::abs(of_scaled.means(i, k) / errors.means(i, k) / scale(i) - 1));
      off = std::max(off,
                     std::abs(of_scaled.covariances[std::size_t(k)](i, 0) /
                                  errors.covariances[std::size_t(k)](i, 0) / scale(i) / scale(0) -
                              1));
    }
  }
  for (const double extreme : {0x1p-300, 0x1p300}) {
    for (std::size_t k = 0; k < 2; ++k) {
      covariances[k] = extreme * (extreme * mixture.covariance(Index(k)));
    }
    const Full beyond(mixture.weights(), extreme * mixture.means(), covariances);
    const auto none = standard_errors(beyond, Samples(extreme * x));
    CHECK(none.status == ErrorStatus::not_representable);
    CHECK(to_string(none.status) == std::string("not_representable"));
    CHECK((none.means.array() == HUGE_VAL).all());
  }
  check_error("errors", off, 1e-13);  // factors of covariances are rounded otherwise
}

TEST_CASE("counted samples are copies, weights have no unit", "[standard_errors]") {
  eigenmix::random::Engine engine(17);
  using Mixture = GaussianMixture<double, 2>;
  const auto truth = eigenmix_tests::random_mixture<Mixture>(2, 2, 3, engine);
  const Samples x = truth.sample(150, engine).samples;
  Samples copies(2, 300);
  copies << x, x.leftCols(50), x.leftCols(50), x.leftCols(50);
  Eigen::VectorXd counts = Eigen::VectorXd::Ones(150), weights(150);
  counts.head(50).setConstant(4);
  for (Index n = 0; n < 150; ++n) weights(n) = 0.5 + eigenmix::random::uniform(engine);
  for (const Information kind : {Information::observed, Information::sandwich}) {
    const auto of_counts = standard_errors(truth, counted(x, counts), kind);
    const auto of_copies = standard_errors(truth, copies, kind);
    const auto off = (of_counts.parameter_covariance - of_copies.parameter_covariance).norm();
    check_error("counted", off / of_copies.parameter_covariance.norm(), 1e-11);
    const auto once = standard_errors(truth, weighted(x, weights), kind);
    const auto twice = standard_errors(truth, weighted(x, 2 * weights), kind);
    check_error("factor", (once.means - twice.means).norm() / once.means.norm(), 1e-12);
  }
  // Counts of a half are half as many samples, whose errors are wider; weights of a half are none.
  const Eigen::VectorXd halves = Eigen::VectorXd::Constant(150, 0.5);
  const auto plain = standard_errors(truth, x), half = standard_errors(truth, counted(x, halves));
  const auto same = standard_errors(truth, weighted(x, halves));
  check_error("half as many", (half.means / std::sqrt(2.0) - plain.means).norm(), 1e-12);
  check_error("equal weights", (same.means - plain.means).norm(), 1e-12);
  // Σ w² s s^T: the information that is summed over w cancels of one that is w times as large.
  const auto found = scores(truth, x);
  const double kish = weights.sum() / weights.squaredNorm();
  const Eigen::MatrixXd outer =
      found * (kish * weights).array().square().matrix().asDiagonal() * found.transpose();
  const Eigen::MatrixXd information = observed_information(truth, weighted(x, weights));
  const auto robust = standard_errors(truth, weighted(x, weights), Information::sandwich);
  const Eigen::MatrixXd product = information * robust.parameter_covariance * information;
  check_error("sandwich of weights", (product - outer).norm() / outer.norm(), 1e-10);
}

TEST_CASE("errors are the same to the bit in threads", "[standard_errors]") {
  eigenmix::random::Engine engine(19);
  using Mixture = GaussianMixture<double, 2>;
  const auto truth = eigenmix_tests::random_mixture<Mixture>(2, 2, 3, engine);
  const Samples x = truth.sample(5000, engine).samples;
  const auto one = standard_errors(truth, x, Information::sandwich);
  const auto three =
      standard_errors(truth, x, Information::sandwich, eigenmix::execution::Threads(3));
  REQUIRE(one.status == ErrorStatus::valid);
  CHECK(one.parameter_covariance == three.parameter_covariance);
  CHECK(observed_information(truth, x) ==
        observed_information(truth, x, eigenmix::execution::Threads(2)));
}

TEST_CASE("errors of float mixtures are summed in double", "[standard_errors]") {
  eigenmix::random::Engine engine(23);
  using Float = GaussianMixture<float, 2>;
  const auto truth = eigenmix_tests::random_mixture<Float>(2, 2, 3, engine);
  const Eigen::MatrixXf x = truth.sample(300, engine).samples;
  const Full wide(truth.weights().cast<double>(), truth.means().cast<double>(),
                  {truth.covariance(0).cast<double>(), truth.covariance(1).cast<double>()});
  const auto errors = standard_errors(truth, x);
  const auto of_wide = standard_errors(wide, Samples(x.cast<double>()));
  static_assert(std::is_same_v<decltype(errors.newton_gain), double>);
  // The weights of `wide` are brought to one anew.
  check_error("means", (errors.means - of_wide.means).norm() / of_wide.means.norm(), 1e-6);
}

TEST_CASE("where the information is not positive definite errors are infinite",
          "[standard_errors]") {
  eigenmix::random::Engine engine(29);
  const auto truth = eigenmix_tests::random_mixture<Full>(2, 2, 3, engine);
  const Samples x = truth.sample(200, engine).samples;
  const auto check_infinite = [&](const Full& mixture) {
    for (const Information kind : {Information::observed, Information::sandwich}) {
      const auto errors = standard_errors(mixture, x, kind);
      CHECK(errors.status == ErrorStatus::not_positive_definite);
      CHECK(to_string(errors.status) == std::string("not_positive_definite"));
      CHECK(!errors.is_valid());
      CHECK((errors.means.array() == HUGE_VAL).all());
      CHECK((errors.weights.array() == HUGE_VAL).all());
      CHECK((errors.covariances[0].array() == HUGE_VAL).all());
      CHECK(!errors.parameter_covariance.hasNaN());
    }
  };
  // Two components that are one, of which a weight says nothing; and one without weight.
  Full same = truth;
  same.merge(0, 1);
  same.insert({0.5, same.means().col(0), same.covariance(0)});
  check_infinite(same);
  const Full weightless(Eigen::Vector2d(1, 0), truth.means(), truth.covariances());
  check_infinite(weightless);
  // A saddle: means where the likelihood curves up.
  Full far = truth;
  far.fit(x);
  std::vector<Eigen::MatrixXd> wide = far.covariances();
  Eigen::MatrixXd means = far.means();
  means.col(0).array() += 20;
  check_infinite(Full(far.weights(), means, wide));
}

TEST_CASE("what has no errors is refused", "[standard_errors]") {
  eigenmix::random::Engine engine(31);
  const auto truth = eigenmix_tests::random_mixture<Full>(2, 2, 3, engine);
  const Samples x = truth.sample(100, engine).samples;
  Full noisy = truth;
  noisy.set_noise({0.1, -4});
  check_rejected("standard_errors", "noise", "0.1", "none", [&] { standard_errors(noisy, x); });
  check_rejected("scores", "noise", "0.1", "none", [&] { scores(noisy, x); });
  const GaussianMixture<double, Eigen::Dynamic, covariance::VEV> common(
      truth.weights(), truth.means(), Eigen::MatrixXd::Ones(2, 2));
  check_rejected("standard_errors", "family VEV", "", "bootstrap_intervals",
                 [&] { standard_errors(common, x); });
  Samples constant = x;
  constant.row(1).setConstant(3);
  Full told = truth;
  told.fit(constant);
  check_rejected("standard_errors", "dimension 1", "told nothing", "constant",
                 [&] { standard_errors(told, constant); });
  check_rejected("standard_errors", "rows of x", "3", "2",
                 [&] { standard_errors(truth, Samples(Samples::Zero(3, 5))); });
  const Full weightless(Eigen::Vector2d(1, 0), truth.means(), truth.covariances());
  check_rejected("scores", "weight 1", "0", "divide", [&] { scores(weightless, x); });
  check_rejected("observed_information", "weight 1", "0", "divide",
                 [&] { observed_information(weightless, x); });
  Samples far = x;
  far(0, 7) = 1e200;
  check_rejected("standard_errors", "sample 7", "inf", "represented",
                 [&] { standard_errors(truth, far); });
  check_rejected("scores", "sample 7", "inf", "represented", [&] { scores(truth, far); });
  far(0, 7) = 1e60;  // whose fourth power is no trouble
  CHECK(!standard_errors(truth, far).parameter_covariance.hasNaN());
}

TEST_CASE("95 % intervals hold about so often", "[standard_errors]") {
  // The large version, and the bootstrap's: benchmark/coverage.cpp.
  constexpr int sets = 150;
  Eigen::MatrixXd means(2, 2);
  means << 0, 3, 0, 1;
  using Mixture = GaussianMixture<double, 2>;
  const Mixture truth(Eigen::Vector2d(0.4, 0.6), means, Eigen::MatrixXd::Ones(2, 2));
  eigenmix::random::Engine engine(37);
  Eigen::Vector3d held = Eigen::Vector3d::Zero();  // of a weight, a mean, a variance
  for (int set = 0; set < sets; ++set) {
    const auto x = truth.sample(1000, engine).samples;
    Mixture mixture = truth;
    mixture.fit(x);
    const auto errors = standard_errors(mixture, x);
    const auto see = [&](Index i, double off, double error) {
      held(i) += std::abs(off) <= 1.959964 * error ? 1 : 0;
    };
    see(0, mixture.weights()(0) - 0.4, errors.weights(0));
    see(1, mixture.means()(0, 1) - 3, errors.means(0, 1));
    see(2, mixture.covariance(1)(0, 0) - 1, errors.covariances[1](0, 0));
  }
  // Binomial: four deviations, 4 sqrt(0.95 0.05 / 150) = 0.071.
  for (Index i = 0; i < 3; ++i) {
    CAPTURE(i, held(i));
    CHECK(std::abs(held(i) / sets - 0.95) <= 0.071);
  }
}

}  // namespace
