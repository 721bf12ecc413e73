// SPDX-License-Identifier: MIT
#include <cmath>
#include <limits>
#include <type_traits>
#include <vector>

#include <eigenmix/algebra/affine.hpp>
#include <eigenmix/algebra/product.hpp>
#include <eigenmix/algebra/sum.hpp>
#include <support/catch.hpp>
#include <support/closeness.hpp>
#include <support/data.hpp>
#include <support/failure.hpp>
#include <support/wide_density.hpp>

// Mixtures made of mixtures, against integrals over grids in long double. The trapezoidal rule with
// three steps to a deviation leaves exp(-2 pi² 9) of a Gaussian, so the grids are exact to the
// tails beyond nine deviations, 1e-18. What is allowed is then the rounding of the library: a log
// density has some eps of the squared distance, which is 100 at most where it is compared, and the
// covariances' condition is at most 16: 2e-13 in double, 1e-4 in float.

namespace {

using eigenmix::affine_image;
using eigenmix::bayes_update;
using eigenmix::convolution;
using eigenmix::GaussianMixture;
using eigenmix::Index;
using eigenmix::mix;
using eigenmix::product;
using eigenmix_tests::check_error;
using eigenmix_tests::check_rejected;
using eigenmix_tests::density;
using eigenmix_tests::is_sound;
using eigenmix_tests::normal_density;
using eigenmix_tests::random_mixture;
using eigenmix_tests::Wide;
using eigenmix_tests::WideMatrix;
using eigenmix_tests::WideVector;
namespace covariance = eigenmix::covariance;

using Plane = GaussianMixture<double, 2>;
using Line = GaussianMixture<double, 1>;
using Any = GaussianMixture<double>;

/// The integral of f over [-14, 17]^d; deviations are at least 0.7, means within five of [0, 4].
template <class F>
Wide integral(Index d, const F& f) {
  const Wide step = Wide(0.23L), from = -14, to = 17;
  Wide sum = 0;
  WideVector x(d);
  for (x(0) = from; x(0) < to; x(0) += step) {
    if (d == 1) {
      sum += f(x) * step;
      continue;
    }
    for (x(1) = from; x(1) < to; x(1) += step) sum += f(x) * step * step;
  }
  return sum;
}

std::vector<WideVector> some_points(Index d) {
  std::vector<WideVector> result;
  for (const double along : {-1.0, 0.5, 2.0, 5.0}) {
    WideVector x = WideVector::Constant(d, Wide(along));
    if (d > 1) x(1) = 1 - x(1) / 3;
    result.push_back(x);
  }
  return result;
}

template <class Mixture>
Mixture three(Index d, std::uint64_t seed) {
  eigenmix::random::Engine engine(seed);
  return random_mixture<Mixture>(d, 3, 2, engine);
}

template <class Mixture>
constexpr double allowed() {
  return std::is_same_v<typename Mixture::Scalar, float> ? 1e-4 : 2e-13;
}

TEMPLATE_TEST_CASE("an image of full rank has the density of the change of variables", "[algebra]",
                   Plane, Any, (GaussianMixture<float, 2>),
                   (GaussianMixture<double, 2, covariance::Diagonal>),
                   (GaussianMixture<double, Eigen::Dynamic, covariance::Tied>)) {
  using Scalar = typename TestType::Scalar;
  const auto mixture = three<TestType>(2, 1);
  Eigen::Matrix<Scalar, 2, 2> a;
  a << 1, Scalar(0.5), Scalar(-0.25), 2;
  const Eigen::Matrix<Scalar, 2, 1> b(3, -1);
  const auto image = affine_image(mixture, a, b);
  static_assert(std::is_same_v<decltype(image), const GaussianMixture<Scalar, 2>>);
  CHECK(is_sound(image));
  for (const WideVector& x : some_points(2)) {
    const WideVector y = a.template cast<Wide>() * x + b.template cast<Wide>();
    const Wide expected = density(mixture, x) / Wide(2.125L);
    check_error("log density", double(std::abs(std::log(density(image, y) / expected))),
                allowed<TestType>());
  }
}

TEST_CASE("a projection has the density of an integral along lines", "[algebra]") {
  const auto mixture = three<Plane>(2, 2);
  Eigen::RowVector2d a(0.6, 0.8);
  const auto image = affine_image(mixture, a, Eigen::Matrix<double, 1, 1>(0.5));
  static_assert(decltype(image)::Dim == 1);
  for (const WideVector& y : some_points(1)) {
    const Wide along = y(0) - Wide(0.5);
    const Wide expected = integral(1, [&](const WideVector& t) {
      WideVector x(2);
      x << Wide(0.6) * along - Wide(0.8) * t(0), Wide(0.8) * along + Wide(0.6) * t(0);
      return density(mixture, x);
    });
    check_error("log density", double(std::abs(std::log(density(image, y) / expected))), 2e-13);
  }
}

TEST_CASE("noise makes up for the rank that a map has not", "[algebra]") {
  const auto mixture = three<Plane>(2, 3);
  // A walk of constant velocity whose velocity alone is random: rank one of noise, two of the map;
  // and a map onto a line, with noise of full rank.
  Eigen::Matrix2d motion, walk, onto, blur;
  motion << 1, 1, 0, 1;
  walk << 0, 0, 0, 0.5;
  onto << 1, 2, 2, 4;
  blur << 1, 0.2, 0.2, 0.5;
  const Eigen::Vector2d b(1, 2);
  const auto check = [&](const Eigen::Matrix2d& a, const Eigen::Matrix2d& q) {
    const auto image = affine_image(mixture, a, b, q);
    CHECK(is_sound(image));
    CHECK(image.weights() == mixture.weights());
    for (Index k = 0; k < 3; ++k) {
      const WideMatrix wide = a.cast<Wide>();
      const WideMatrix s =
          wide * mixture.covariance(k).cast<Wide>() * wide.transpose() + q.cast<Wide>();
      check_error("covariance",
                  double((image.covariance(k).cast<Wide>() - s).cwiseAbs().maxCoeff()), 1e-14);
      const WideVector mean = wide * mixture.means().col(k).cast<Wide>() + b.cast<Wide>();
      check_error("mean", double((image.means().col(k).cast<Wide>() - mean).cwiseAbs().maxCoeff()),
                  1e-14);
    }
  };
  check(motion, walk);
  check(motion, Eigen::Matrix2d::Zero());
  check(onto, blur);
  // A map of no rank at all leaves the noise.
  const auto noise = affine_image(mixture, Eigen::MatrixXd::Zero(3, 2), Eigen::Vector3d(1, 2, 3),
                                  Eigen::Matrix3d::Identity());
  CHECK(noise.dimension() == 3);
  CHECK(noise.covariance(1) == Eigen::Matrix3d::Identity());
}

/// Against the integrals that define posterior and evidence.
template <class Mixture>
void check_update(const Mixture& mixture) {
  using Scalar = typename Mixture::Scalar;
  Eigen::Matrix<Scalar, 1, 2> h(1, Scalar(-0.5));
  const Eigen::Matrix<Scalar, 1, 1> z(Scalar(1.25)), r(Scalar(0.5));
  const auto update = bayes_update(mixture, h, z, r);
  CHECK(is_sound(update.posterior));
  const auto joint = [&](const WideVector& x) {
    const WideVector residual = z.template cast<Wide>() - h.template cast<Wide>() * x;
    return density(mixture, x) * normal_density(residual, r.template cast<Wide>());
  };
  const Wide evidence = integral(2, joint);
  check_error("log evidence", double(std::abs(Wide(update.log_evidence) - std::log(evidence))),
              allowed<Mixture>());
  for (const WideVector& x : some_points(2)) {
    const Wide expected = joint(x) / evidence;
    check_error("log density", double(std::abs(std::log(density(update.posterior, x) / expected))),
                allowed<Mixture>());
  }
}

TEMPLATE_TEST_CASE("an update is Bayes' rule", "[algebra]", Plane, Any, (GaussianMixture<float, 2>),
                   (GaussianMixture<double, 2, covariance::Spherical>)) {
  check_update(three<TestType>(2, 4));
}

TEST_CASE("measurements may come one after the other or together", "[algebra]") {
  const auto mixture = three<Any>(4, 5);
  Eigen::MatrixXd h(3, 4);
  h << 1, 2, 0, -1, 0, 1, 1, 0, 3, 0, 0, 1;
  const Eigen::Vector3d z(4, 1, -2);
  const Eigen::Matrix3d r = Eigen::Vector3d(0.5, 2, 1).asDiagonal();
  const auto together = bayes_update(mixture, h, z, r);
  Any current = mixture;
  double log_evidence = 0;
  for (const Index i : {2, 0, 1}) {
    const auto step = bayes_update(current, h.row(i), z.segment(i, 1), r.block(i, i, 1, 1));
    current = step.posterior;
    log_evidence += step.log_evidence;
  }
  check_error("log evidence", std::abs(log_evidence - together.log_evidence), 1e-12);
  check_error("posterior", eigenmix_tests::parameter_distance(together.posterior, current), 1e-12);
}

TEST_CASE("measurements may be far or sharp", "[algebra]") {
  const auto mixture = three<Plane>(2, 6);
  const Eigen::Matrix2d h = Eigen::Matrix2d::Identity();
  const Eigen::Matrix2d r = Eigen::Matrix2d::Identity();
  for (const double far : {1e3, 1e8, 1e150}) {
    const auto update = bayes_update(mixture, h, Eigen::Vector2d(far, -far), r);
    CAPTURE(far);
    CHECK(is_sound(update.posterior));
    // The least of the squared distances, in long double, is nearly all of the evidence.
    Wide least = std::numeric_limits<Wide>::infinity();
    for (Index k = 0; k < 3; ++k) {
      const WideMatrix s = mixture.covariance(k).cast<Wide>() + r.cast<Wide>();
      const Wide x = Wide(far) - mixture.means()(0, k), y = -Wide(far) - mixture.means()(1, k);
      const Wide square = (s(1, 1) * x * x - 2 * s(0, 1) * x * y + s(0, 0) * y * y) /
                          (s(0, 0) * s(1, 1) - s(0, 1) * s(1, 0));
      least = std::min(least, square);
    }
    check_error("log evidence, but for constants of less than five",
                double(std::abs(-2 * Wide(update.log_evidence) - least)),
                double(least) * 1e-14 + 10);
  }
  check_rejected("bayes_update", "log density of every component", "-inf", "can be represented",
                 [&] { bayes_update(mixture, h, Eigen::Vector2d(1e200, 0), r); });
  // Sharp ones, of one dimension and of a direction: Joseph's form leaves what R leaves.
  for (const double variance : {1e-12, 1e-30, 1e-200}) {
    CAPTURE(variance);
    const auto update = bayes_update(mixture, h, Eigen::Vector2d(1, 2), variance * r);
    CHECK(is_sound(update.posterior));
    for (Index k = 0; k < 3; ++k) {
      // 1 / (1 / s + 1 / variance) is the variance to a share of itself, deviations being about one
      check_error("covariance",
                  (update.posterior.covariance(k) / variance - r).cwiseAbs().maxCoeff(),
                  4 * variance + 1e-15);
      check_error("mean", (update.posterior.means().col(k) - Eigen::Vector2d(1, 2)).norm(),
                  20 * variance + 1e-15);
    }
  }
}

/// Against a(x) b(x) / ∫ a b.
template <class A, class B>
void check_product(const A& a, const B& b) {
  const auto result = product(a, b);
  CHECK(result.mixture.component_count() == 9);
  CHECK(is_sound(result.mixture));
  const Index d = a.dimension();
  const auto both = [&](const WideVector& x) { return density(a, x) * density(b, x); };
  const Wide constant = integral(d, both);
  check_error("log constant", double(std::abs(Wide(result.log_constant) - std::log(constant))),
              allowed<A>());
  for (const WideVector& x : some_points(d)) {
    const Wide expected = both(x) / constant;
    check_error("log density", double(std::abs(std::log(density(result.mixture, x) / expected))),
                allowed<A>());
  }
  // The other way round the components come in another order and are the same.
  const auto turned = product(b, a);
  check_error("log constant turned", double(std::abs(turned.log_constant - result.log_constant)),
              allowed<A>());
  check_error("mean turned",
              double((turned.mixture.means().col(1) - result.mixture.means().col(3)).norm()),
              allowed<A>());
}

TEST_CASE("a product is the product of densities, brought to one", "[algebra]") {
  check_product(three<Line>(1, 7), three<GaussianMixture<double, 1, covariance::Tied>>(1, 8));
  check_product(three<Plane>(2, 7), three<Any>(2, 8));
  check_product(three<GaussianMixture<float, 2>>(2, 7), three<GaussianMixture<float, 2>>(2, 8));
  static_assert(decltype(product(three<Any>(2, 7), three<Plane>(2, 8)).mixture)::Dim == 2);
}

TEST_CASE("a product of mixtures far apart has weights", "[algebra]") {
  const auto mixture = three<Plane>(2, 9);
  const auto far = affine_image(mixture, Eigen::Matrix2d::Identity(), Eigen::Vector2d(1e9, 0));
  const auto result = product(mixture, far);
  CHECK(is_sound(result.mixture));
  CHECK(std::isfinite(result.log_constant));
  CHECK(result.log_constant < -1e16);
}

/// Against ∫ a(x) b(y - x) dx.
template <class A, class B>
void check_convolution(const A& a, const B& b) {
  const auto sum = convolution(a, b);
  CHECK(sum.component_count() == 9);
  CHECK(is_sound(sum));
  for (const WideVector& y : some_points(a.dimension())) {
    const Wide expected = integral(
        a.dimension(), [&](const WideVector& x) { return density(a, x) * density(b, y - x); });
    check_error("log density", double(std::abs(std::log(density(sum, y) / expected))),
                allowed<A>());
  }
}

TEST_CASE("the density of a sum is a convolution", "[algebra]") {
  check_convolution(three<Line>(1, 10), three<Line>(1, 11));
  check_convolution(three<Any>(2, 10), three<GaussianMixture<double, 2, covariance::EVE>>(2, 11));
  check_convolution(three<GaussianMixture<float, 2>>(2, 10),
                    three<GaussianMixture<float, 2>>(2, 11));
}

TEST_CASE("a mixture of mixtures", "[algebra]") {
  const auto a = three<Plane>(2, 12);
  const auto b = three<GaussianMixture<double, Eigen::Dynamic, covariance::Diagonal>>(2, 13);
  const auto both = mix(Eigen::Vector2d(0.25, 0.75), a, b);
  static_assert(std::is_same_v<decltype(both), const Plane>);
  CHECK(both.component_count() == 6);
  CHECK(is_sound(both));
  const auto four = mix(Eigen::RowVector3d(0.5, 0, 0.5), std::vector<Plane>{a, a, both});
  CHECK(four.component_count() == 12);
  CHECK(is_sound(four));
  CHECK(mix(Eigen::Matrix<double, 1, 1>(1), std::vector<Plane>{a}) == a);
  for (const WideVector& x : some_points(2)) {
    const Wide of_both = density(a, x) / 4 + 3 * density(b, x) / 4;
    check_error("density of both", double(std::abs(density(both, x) / of_both - 1)), 2e-13);
    const Wide of_four = density(a, x) / 2 + of_both / 2;
    check_error("density of four", double(std::abs(density(four, x) / of_four - 1)), 2e-13);
  }
}

TEST_CASE("what has no image, product or sum is refused", "[algebra]") {
  const auto mixture = three<Plane>(2, 14);
  const auto other = three<Any>(3, 14);
  const Eigen::Vector2d b(0, 0);
  const Eigen::Matrix2d unit = Eigen::Matrix2d::Identity();
  Eigen::Matrix2d onto, lopsided = unit, indefinite = unit;
  onto << 1, 2, 2, 4;
  lopsided(0, 1) = 0.5;
  indefinite(0, 1) = indefinite(1, 0) = 2;
  check_rejected("affine_image", "covariance of the image of component 0", "not positive definite",
                 "full row rank", [&] { affine_image(mixture, onto, b); });
  const Eigen::MatrixXd tall = Eigen::MatrixXd::Random(3, 2);
  check_rejected("affine_image", "covariance of the image", "not positive definite", "rank",
                 [&] { affine_image(mixture, tall, Eigen::Vector3d(0, 0, 0)); });
  check_rejected("affine_image", "shape of A", "2 x 2", "2 x 3",
                 [&] { affine_image(other, unit, b); });
  check_rejected("affine_image", "shape of b", "2 x 1", "3 x 1",
                 [&] { affine_image(mixture, tall, Eigen::VectorXd(b)); });
  check_rejected("affine_image", "rows of A", "0", "at least one",
                 [&] { affine_image(mixture, Eigen::MatrixXd(0, 2), Eigen::VectorXd(0)); });
  check_rejected("affine_image", "Q(0, 1)", "0.5 but 0", "symmetric",
                 [&] { affine_image(mixture, unit, b, lopsided); });
  check_rejected("affine_image", "Q", "eigenvalue -", "semidefinite",
                 [&] { affine_image(mixture, unit, b, indefinite); });
  Eigen::Matrix2d broken = unit;
  broken(1, 0) = HUGE_VAL;
  check_rejected("affine_image", "A(1, 0)", "inf", "finite",
                 [&] { affine_image(mixture, broken, b); });
  check_rejected("bayes_update", "R", "not positive definite", "positive definite",
                 [&] { bayes_update(mixture, unit, b, indefinite); });
  check_rejected("bayes_update", "shape of z", "3 x 1", "2 x 1",
                 [&] { bayes_update(mixture, unit, Eigen::VectorXd::Zero(3), unit); });
  check_rejected("bayes_update", "shape of H", "2 x 2", "2 x 3",
                 [&] { bayes_update(other, unit, b, unit); });
  check_rejected("product", "dimension of the second mixture", "3", "2",
                 [&] { product(mixture, other); });
  check_rejected("convolution", "dimension of the second mixture", "3", "2",
                 [&] { convolution(mixture, other); });
  check_rejected("mix", "dimension of the second mixture", "3", "2",
                 [&] { mix(Eigen::Vector2d(0.5, 0.5), mixture, other); });
  check_rejected("mix", "sum of the weights", "2", "1 within 1e-5",
                 [&] { mix(Eigen::Vector2d(1, 1), mixture, mixture); });
  check_rejected("mix", "weight 1", "-0.5", ">= 0",
                 [&] { mix(Eigen::Vector2d(1.5, -0.5), mixture, mixture); });
  check_rejected("mix", "shape of the weights", "3 x 1", "2 mixtures",
                 [&] { mix(Eigen::Vector3d(1, 0, 0), mixture, mixture); });
  check_rejected("mix", "number of mixtures", "0", "at least one",
                 [&] { mix(Eigen::VectorXd(0), std::vector<Plane>{}); });
  auto noisy = mixture;
  noisy.set_noise({0.1, -3});
  check_rejected("affine_image", "noise", "0.1", "none", [&] { affine_image(noisy, unit, b); });
  check_rejected("bayes_update", "noise", "0.1", "none",
                 [&] { bayes_update(noisy, unit, b, unit); });
  check_rejected("product", "noise", "0.1", "none", [&] { product(mixture, noisy); });
  check_rejected("convolution", "noise", "0.1", "none", [&] { convolution(noisy, mixture); });
  check_rejected("mix", "noise", "0.1", "none",
                 [&] { mix(Eigen::Vector2d(0.5, 0.5), mixture, noisy); });
}

}  // namespace
