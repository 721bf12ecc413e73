// SPDX-License-Identifier: MIT
#include <limits>

#include <support/catch.hpp>
#include <support/data.hpp>
#include <support/failure.hpp>
#include <support/law_tolerances.hpp>

// Data far from zero, and data in units that make them huge or tiny, give the shifted or scaled
// answer within the precision the input still carries.

namespace {

using eigenmix::GaussianMixture;
using eigenmix::Index;
using eigenmix::stopping::MaxIterations;
using eigenmix_tests::is_sound;
using eigenmix_tests::LawTolerances;
using eigenmix_tests::parameter_distance;
namespace covariance = eigenmix::covariance;

using Families =
    std::tuple<covariance::Full, covariance::Tied, covariance::Diagonal, covariance::Spherical>;

/// Samples about zero whose sum with an offset is exact: multiples of the offset's rounding unit.
template <class Scalar>
Eigen::Matrix<Scalar, 3, Eigen::Dynamic> coarse_samples(Scalar offset, Index n) {
  using Mixture = GaussianMixture<double, 3>;
  eigenmix::random::Engine engine(31);
  const auto truth = eigenmix_tests::random_mixture<Mixture>(3, 2, 4, engine);
  const Scalar unit = (std::nextafter(offset, 2 * offset) - offset) * 2;
  const auto round = [unit](double value) { return Scalar(std::round(value / unit)) * unit; };
  return truth.sample(n, engine).samples.unaryExpr(round);
}

/// The same mixture in other coordinates: x -> scale x + shift.
template <class Mixture>
Mixture moved(const Mixture& mixture, typename Mixture::Scalar scale,
              typename Mixture::Scalar shift) {
  auto covariances = mixture.covariances();
  for (auto& c : covariances) c = c * scale * scale;
  const typename Mixture::Means means = (mixture.means() * scale).array() + shift;
  return Mixture(mixture.weights(), means, covariances);
}

/// Fits x and x + offset from the same start and compares.
template <class Mixture>
void check_shift_does_not_matter(typename Mixture::Scalar offset) {
  using Scalar = typename Mixture::Scalar;
  const typename Mixture::Means x = coarse_samples<Scalar>(offset, 400);
  const typename Mixture::Means far = x.array() + offset;
  REQUIRE((far.array() - offset).matrix() == x);

  Mixture near_fit = eigenmix::initialize<Mixture>(x, 2);
  Mixture far_fit = eigenmix::initialize<Mixture>(far, 2);
  // A mean can only be stored to the offset's rounding unit; deviations here are at least 0.7.
  const double stored = double(std::numeric_limits<Scalar>::epsilon() * offset) / 0.7;
  const auto distance = [&] {
    return parameter_distance(near_fit, moved(far_fit, Scalar(1), -offset));
  };
  CHECK(distance() <= stored + LawTolerances<Scalar>::step);

  // Every iteration feels the rounding of the means of the one before; a log density changes by
  // that times the distance in deviations, less than 10.
  const auto near_result = near_fit.fit(x, MaxIterations(10));
  const auto far_result = far_fit.fit(far, MaxIterations(10));
  CHECK(distance() <= 10 * 10 * stored + LawTolerances<Scalar>::fit(10));
  CHECK(near_result.repairs.total() + far_result.repairs.total() == 0);
  CHECK_THAT(far_result.log_likelihood,
             eigenmix_tests::WithinAbs(near_result.log_likelihood,
                                       400 * (10 * 10 * stored + LawTolerances<Scalar>::fit(10))));
  CHECK(is_sound(far_fit));
}

TEMPLATE_LIST_TEST_CASE("a shift of the data shifts the means and nothing else", "[offsets]",
                        Families) {
  check_shift_does_not_matter<GaussianMixture<double, 3, TestType>>(1e8);
  check_shift_does_not_matter<GaussianMixture<float, Eigen::Dynamic, TestType>>(1e4F);
}

TEMPLATE_LIST_TEST_CASE("a shift does not matter to the dynamic kernels either", "[offsets]",
                        Families) {
  using Mixture = GaussianMixture<double, Eigen::Dynamic, TestType>;
  eigenmix::random::Engine engine(33);
  constexpr Index d = 12;
  const auto truth = eigenmix_tests::random_mixture<Mixture>(d, 2, 6, engine);
  const double unit = std::ldexp(1.0, -24);  // exact after adding 2^27, about 1.3e8
  const Eigen::MatrixXd x = truth.sample(400, engine).samples.unaryExpr([unit](double value) {
    return std::round(value / unit) * unit;
  });
  const double offset = std::ldexp(1.0, 27);
  auto near_fit = eigenmix_tests::perturbed(truth);
  auto far_fit = moved(near_fit, 1.0, offset);
  near_fit.fit(x, MaxIterations(5));
  far_fit.fit(Eigen::MatrixXd(x.array() + offset), MaxIterations(5));
  const double stored = std::ldexp(1.0, 27 - 52) / 0.7;
  CHECK(parameter_distance(near_fit, moved(far_fit, 1.0, -offset)) <=
        5 * 20 * stored + LawTolerances<double>::fit(5));
}

/// Fits x and x * scale, both from k-means++ starts, and compares.
template <class Mixture>
void check_scale_does_not_matter(double scale) {
  CAPTURE(scale);
  eigenmix::random::Engine engine(32);
  const auto truth = eigenmix_tests::random_mixture<Mixture>(3, 2, 4, engine);
  const typename Mixture::Means x = truth.sample(400, engine).samples;
  Mixture plain = eigenmix::initialize<Mixture>(x, 2);
  const typename Mixture::Means scaled_x = x * scale;
  Mixture scaled = eigenmix::initialize<Mixture>(scaled_x, 2);
  const auto of_plain = plain.fit(x, MaxIterations(10));
  const auto of_scaled = scaled.fit(scaled_x, MaxIterations(10));
  CHECK(is_sound(scaled));
  CHECK(of_scaled.repairs.total() == 0);
  // Back in the plain units by hand: the covariances may be near the ends of the range.
  const double tolerance = LawTolerances<double>::fit(10);
  for (Index k = 0; k < 2; ++k) {
    CHECK(std::abs(scaled.weights()(k) - plain.weights()(k)) <= tolerance);
    CHECK((scaled.means().col(k) / scale - plain.means().col(k)).norm() <= 4 * tolerance);
    const Eigen::Matrix3d back = scaled.covariance(k) / scale / scale;
    CHECK((back - plain.covariance(k)).norm() <= 4 * tolerance);
  }
  const double shift = 400 * 3 * std::log(scale);
  CHECK_THAT(of_scaled.log_likelihood,
             eigenmix_tests::WithinAbs(of_plain.log_likelihood - shift,
                                       400 * (tolerance + std::abs(3 * std::log(scale)) * 1e-14)));
}

TEMPLATE_LIST_TEST_CASE("the unit of the data does not matter", "[offsets]", Families) {
  using Mixture = GaussianMixture<double, 3, TestType>;
  check_scale_does_not_matter<Mixture>(1e150);
  check_scale_does_not_matter<Mixture>(1e-150);
  check_scale_does_not_matter<Mixture>(1e3);
}

TEMPLATE_LIST_TEST_CASE("a common factor of the sample weights does not matter", "[offsets]",
                        Families) {
  using Mixture = GaussianMixture<double, 3, TestType>;
  eigenmix::random::Engine engine(34);
  const auto truth = eigenmix_tests::random_mixture<Mixture>(3, 2, 4, engine);
  const typename Mixture::Means x = truth.sample(400, engine).samples;
  Mixture expected = eigenmix::initialize<Mixture>(x, 2);
  const auto reference = expected.fit(x, MaxIterations(5));
  for (const double factor : {1e-300, 1e-20, 1e20, 1e300}) {
    CAPTURE(factor);
    const Eigen::VectorXd weights = Eigen::VectorXd::Constant(400, factor);
    const auto samples = eigenmix::weighted(x, weights);
    Mixture mixture = eigenmix::initialize<Mixture>(samples, 2);
    const auto result = mixture.fit(samples, MaxIterations(5));
    CHECK(result.repairs.total() == 0);
    CHECK(parameter_distance(expected, mixture) <= LawTolerances<double>::fit(5));
    CHECK_THAT(result.log_likelihood, eigenmix_tests::WithinRel(reference.log_likelihood, 1e-12));
  }
}

TEST_CASE("counts whose sums would overflow or vanish are refused", "[offsets][bad input]") {
  using Mixture = GaussianMixture<double, 3>;
  eigenmix::random::Engine engine(39);
  const Mixture start = eigenmix_tests::random_mixture<Mixture>(3, 2, 4, engine);
  const Mixture::Means x = start.sample(40, engine).samples;
  for (const double factor : {1e-250, 1e250}) {
    const Eigen::VectorXd weights = Eigen::VectorXd::Constant(40, factor);
    Mixture mixture = start;
    eigenmix_tests::check_rejected("fit", "sum of the counts", "", "between 1e-200 and 1e200",
                                   [&] { mixture.fit(eigenmix::counted(x, weights)); });
    CHECK(mixture == start);
  }
}

/// A start whose means are `far` deviations from the data and wide enough to see them.
template <class Mixture>
Mixture far_start(typename Mixture::Scalar far) {
  using Scalar = typename Mixture::Scalar;
  typename Mixture::Means means = Mixture::Means::Constant(3, 2, far);
  means.col(1).setConstant(-far);
  const typename Mixture::Means variances = Mixture::Means::Constant(3, 2, far * far);
  return Mixture(eigenmix_tests::Vector<Scalar>::Constant(2, Scalar(0.5)), means, variances);
}

/// Moments about means that are 1e8 deviations away would have no digit left.
template <class Mixture>
void check_far_start(typename Mixture::Scalar far) {
  using Scalar = typename Mixture::Scalar;
  eigenmix::random::Engine engine(35);
  const auto truth = eigenmix_tests::random_mixture<Mixture>(3, 2, 4, engine);
  const typename Mixture::Means x = truth.sample(400, engine).samples;
  Mixture by_fit = far_start<Mixture>(far), by_hand = by_fit;
  const auto result = by_fit.fit(x, MaxIterations(1));
  CHECK(result.repairs.total() == 0);
  by_hand.m_step(x, by_hand.responsibilities(x));  // two passes, whatever the means were
  CHECK(parameter_distance(by_fit, by_hand) <= LawTolerances<Scalar>::step);
  // The responsibilities are equal to rounding: both halves are all of the data.
  const auto wide = x.template cast<double>().eval();
  const Eigen::Vector3d mean = wide.rowwise().mean();
  const Eigen::Vector3d variance = (wide.colwise() - mean).array().square().rowwise().mean();
  const double trace = by_fit.covariance(0).template cast<double>().trace();
  CHECK((by_fit.means().col(0).template cast<double>() - mean).norm() <= 1e-2);
  if (!std::is_same_v<typename Mixture::Covariance, covariance::Tied>) {
    CHECK_THAT(trace, eigenmix_tests::WithinRel(variance.sum(), 1e-2));
  }
}

TEMPLATE_LIST_TEST_CASE("a start 1e8 deviations away still gives exact moments", "[offsets]",
                        Families) {
  check_far_start<GaussianMixture<double, 3, TestType>>(1e8);
  check_far_start<GaussianMixture<float, Eigen::Dynamic, TestType>>(1e5F);
}

TEST_CASE("one far component of several is enough to lose digits, and none are lost", "[offsets]") {
  using Mixture = GaussianMixture<double, 3, covariance::Tied>;
  eigenmix::random::Engine engine(36);
  const auto truth = eigenmix_tests::random_mixture<Mixture>(3, 1, 4, engine);
  const Mixture::Means x = truth.sample(400, engine).samples;
  Mixture::Means means = Mixture::Means::Zero(3, 3);
  means.col(2).setConstant(1e7);
  const Mixture::Means variances = Mixture::Means::Constant(3, 3, 1e14);
  Mixture by_fit(Eigen::Vector3d(0.45, 0.45, 0.1), means, variances), by_hand = by_fit;
  by_fit.fit(x, MaxIterations(1));
  by_hand.m_step(x, by_hand.responsibilities(x));
  CHECK(parameter_distance(by_fit, by_hand) <= LawTolerances<double>::step);
}

TEMPLATE_LIST_TEST_CASE("float variances are never negative", "[offsets]", Families) {
  // Clusters far from zero, where E[xx] - mean² has no digit left: eps 3000² is one variance.
  using Mixture = GaussianMixture<float, 2, TestType>;
  eigenmix::random::Engine engine(37);
  eigenmix::random::Normal normal;
  typename Mixture::Means x(2, 500);
  for (Index n = 0; n < 500; ++n) {
    const double centre = n % 2 == 0 ? 3000 : 3100;
    for (Index i = 0; i < 2; ++i) x(i, n) = float(centre + normal(engine));
  }
  auto mixture = eigenmix::initialize<Mixture>(x, 2);
  const auto result = mixture.fit(x);
  CHECK(is_sound(mixture));
  CHECK((mixture.variances().array() > 0).all());
  CHECK(result.converged());
  CHECK(result.repairs.total() == 0);
  // Estimates from 250 samples are within six standard errors, 6 sqrt(2 / 250).
  for (Index k = 0; k < 2; ++k) {
    for (Index i = 0; i < 2; ++i) {
      CHECK_THAT(double(mixture.covariance(k)(i, i)), eigenmix_tests::WithinRel(1.0, 0.55));
    }
  }
}

TEST_CASE("densities far from zero are those near zero", "[offsets]") {
  using Mixture = GaussianMixture<double, 3>;
  eigenmix::random::Engine engine(38);
  const auto mixture = eigenmix_tests::random_mixture<Mixture>(3, 3, 3, engine);
  const double offset = std::ldexp(1.0, 27), unit = std::ldexp(1.0, -24);
  const auto round = [unit](double value) { return std::round(value / unit) * unit; };
  const Mixture::Means means = mixture.means().unaryExpr(round);
  const Mixture::Means x = mixture.sample(50, engine).samples.unaryExpr(round);
  const Mixture near_zero(mixture.weights(), means, mixture.covariances());
  const Mixture far(mixture.weights(), Mixture::Means(means.array() + offset),
                    mixture.covariances());
  // Every difference is exact, so the very same numbers are computed.
  CHECK(far.log_density((x.array() + offset).matrix()) == near_zero.log_density(x));
}

}  // namespace
