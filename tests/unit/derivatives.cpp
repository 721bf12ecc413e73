// SPDX-License-Identifier: MIT
#include <cmath>
#include <limits>

#include <eigenmix/eigenmix.hpp>
#include <eigenmix/inference/derivatives.hpp>
#include <support/catch.hpp>
#include <support/closeness.hpp>
#include <support/data.hpp>
#include <support/failure.hpp>

// Gradient and Hessian of log p against differences, in long double, of the log of a naive sum.

namespace {

using eigenmix::GaussianMixture;
using eigenmix::Index;
using eigenmix::log_density_gradient;
using eigenmix::log_density_hessian;
using eigenmix_tests::check_error;
using eigenmix_tests::check_rejected;
using eigenmix_tests::Wide;
namespace covariance = eigenmix::covariance;

using WideVector = eigenmix_tests::Vector<Wide>;
using WideMatrix = eigenmix_tests::Matrix<Wide>;

/// log N(x | 0, covariance) by elimination.
Wide naive_log_normal(WideVector x, WideMatrix covariance) {
  Wide result = 0;
  for (Index j = 0; j < x.size(); ++j) {
    const Wide pivot = covariance(j, j);
    result -= x(j) * x(j) / pivot / 2 + std::log(2 * std::acos(Wide(-1)) * pivot) / 2;
    for (Index i = j + 1; i < x.size(); ++i) {
      const Wide factor = covariance(i, j) / pivot;
      for (Index l = j + 1; l < x.size(); ++l) covariance(i, l) -= factor * covariance(j, l);
      x(i) -= factor * x(j);
    }
  }
  return result;
}

/// log p(x), noise and all.
template <class Mixture>
Wide naive_log_density(const Mixture& mixture, const WideVector& x) {
  const Wide noise = mixture.noise().weight;
  Wide sum = noise > 0 ? noise * std::exp(Wide(mixture.noise().log_density)) : Wide(0);
  for (Index k = 0; k < mixture.component_count(); ++k) {
    const WideVector mean = mixture.means().col(k).template cast<Wide>();
    const WideMatrix covariance = mixture.covariance(k).template cast<Wide>();
    sum +=
        (1 - noise) * Wide(mixture.weights()(k)) * std::exp(naive_log_normal(x - mean, covariance));
  }
  return std::log(sum);
}

/// The derivative at zero by central differences of the fourth order: h⁴ truncated, eps / h
/// rounded, at h = 1e-4 both some 1e-15.
template <class Function>
Wide derivative(const Function& f, Wide h) {
  return (8 * (f(h) - f(-h)) - (f(2 * h) - f(-2 * h))) / (12 * h);
}

template <class Mixture>
void check_derivatives(const Mixture& mixture, const WideVector& x, double tolerance) {
  const Index d = mixture.dimension();
  using Scalar = typename Mixture::Scalar;
  const Eigen::Matrix<Scalar, Mixture::Dim, 1> point = x.template cast<Scalar>();
  const WideVector at = point.template cast<Wide>();
  const auto gradient = log_density_gradient(mixture, point);
  const auto hessian = log_density_hessian(mixture, point);
  CHECK(hessian == hessian.transpose().eval());
  const auto slope = [&](const WideVector& from, Index i) {
    const auto along = [&](Wide t) {
      WideVector moved = from;
      moved(i) += t;
      return naive_log_density(mixture, moved);
    };
    return derivative(along, Wide(1e-4));
  };
  double gradient_error = 0, hessian_error = 0, largest = 1;
  for (Index i = 0; i < d; ++i) {
    gradient_error = std::max(gradient_error, double(std::abs(slope(at, i) - Wide(gradient(i)))));
    largest = std::max(largest, double(std::abs(gradient(i))));
    for (Index j = 0; j < d; ++j) {
      const auto along = [&](Wide t) {
        WideVector moved = at;
        moved(j) += t;
        return slope(moved, i);
      };
      // Differences of numbers that are off by 1e-15, at h = 1e-2: 1e-13 rounded, 1e-8 truncated
      // without Richardson's extrapolation from h and 2 h, 1e-11 with it.
      const Wide fine = derivative(along, Wide(0.005)), coarse = derivative(along, Wide(0.01));
      const Wide expected = (16 * fine - coarse) / 15;
      hessian_error = std::max(hessian_error, double(std::abs(expected - Wide(hessian(i, j)))));
    }
  }
  check_error("the gradient", gradient_error, tolerance * largest);
  check_error("the Hessian", hessian_error, (tolerance + 2e-11) * largest * largest);
}

template <class Mixture>
void check_many(const Mixture& mixture, double tolerance, std::uint64_t seed) {
  eigenmix::random::Engine engine(seed);
  const auto drawn = mixture.sample(4, engine).samples;
  for (Index n = 0; n < drawn.cols(); ++n) {
    WideVector x = drawn.col(n).template cast<Wide>();
    check_derivatives(mixture, x, tolerance);
    check_derivatives(mixture, Wide(1.5) * x, tolerance);  // also where the density is low
  }
}

TEMPLATE_TEST_CASE("gradient and Hessian are those of a naive log density", "[derivatives]",
                   covariance::Full, covariance::Tied, covariance::Diagonal, covariance::Spherical,
                   covariance::VEV, covariance::VVE) {
  using Mixture = GaussianMixture<double, Eigen::Dynamic, TestType>;
  eigenmix::random::Engine engine(3);
  auto mixture = eigenmix_tests::random_mixture<Mixture>(3, 3, 2, engine);
  check_many(mixture, 1e-13, 4);  // condition 4, distances of some 10: 1e3 roundings
  mixture.set_noise({0.2, -5});
  check_many(mixture, 1e-13, 5);
}

TEST_CASE("gradients and Hessians have the mixture's types", "[derivatives]") {
  eigenmix::random::Engine engine(8);
  using Fixed = GaussianMixture<double, 2>;
  using Narrow = GaussianMixture<float, 2>;
  const auto fixed = eigenmix_tests::random_mixture<Fixed>(2, 4, 2, engine);
  const auto narrow = eigenmix_tests::random_mixture<Narrow>(2, 4, 2, engine);
  check_many(fixed, 1e-13, 9);
  check_many(narrow, 4e-7, 9);  // computed in double: the rounding of the results alone
  const Eigen::Matrix2Xd x = fixed.sample(7, engine).samples;
  const Eigen::Matrix2Xd all = log_density_gradient(fixed, x);
  CHECK(all.cols() == 7);
  for (Index n = 0; n < 7; ++n) {
    const Eigen::Vector2d one = log_density_gradient(fixed, x.col(n));
    CHECK(one == all.col(n));
    CHECK(log_density_gradient(fixed, (2 * x / 2).eval()) == all);
  }
  static_assert(std::is_same_v<decltype(log_density_hessian(fixed, x.col(0))), Eigen::Matrix2d>);
  static_assert(std::is_same_v<decltype(log_density_gradient(fixed, x.col(0))), Eigen::Vector2d>);
  using Line = GaussianMixture<double, 1>;
  const auto line = eigenmix_tests::random_mixture<Line>(1, 3, 2, engine);
  CHECK(log_density_gradient(line, Eigen::RowVector3d(0, 1, 2)).cols() == 3);
}

TEST_CASE("a background adds to the density and nothing to its gradient", "[derivatives]") {
  eigenmix::random::Engine engine(11);
  using Mixture = GaussianMixture<double, 2>;
  const auto plain = eigenmix_tests::random_mixture<Mixture>(2, 3, 3, engine);
  auto noisy = plain;
  noisy.set_noise({0.3, -4});
  const Eigen::Matrix2Xd x = plain.sample(50, engine).samples;
  const auto shares = noisy.responsibilities(x);
  const auto expected = log_density_gradient(plain, x);
  const auto gradient = log_density_gradient(noisy, x);
  for (Index n = 0; n < 50; ++n) {
    // The gradient of p is that of the components, so that of log p is less by their share of p.
    const Eigen::Vector2d scaled = shares.col(n).sum() * expected.col(n);
    CHECK((gradient.col(n) - scaled).norm() <= 1e-13 * (1 + scaled.norm()));
  }
  const Eigen::Vector2d far(1e200, -1e3);
  CHECK(log_density_gradient(noisy, far).isZero(0));  // all of it is background
  CHECK(log_density_hessian(noisy, far).isZero(0));
}

TEST_CASE("far out the gradient is that of the component nearest in deviations", "[derivatives]") {
  using Mixture = GaussianMixture<double>;
  Eigen::Matrix2d means, variances;
  means << -3, 3, 0, 0;
  variances << 1, 4, 1, 1;
  const Mixture mixture(Eigen::Vector2d(0.9, 0.1), means, variances);
  for (const double far : {1e3, 1e9, 1e100, 1e160, 1e300}) {
    const Eigen::Vector2d x(far, far / 8);
    const Eigen::VectorXd gradient = log_density_gradient(mixture, x);
    const Eigen::MatrixXd hessian = log_density_hessian(mixture, x);
    CAPTURE(far);
    check_error("the first", std::abs(gradient(0) / ((3 - far) / 4) - 1), 1e-14);
    check_error("the second", std::abs(gradient(1) / (-far / 8) - 1), 1e-14);
    check_error("the Hessian",
                (hessian - Eigen::Vector2d(-0.25, -1).asDiagonal().toDenseMatrix()).norm(), 1e-14);
  }
}

TEST_CASE("dimensions that tell nothing have their slope and no say", "[derivatives]") {
  using Mixture = GaussianMixture<double>;
  eigenmix::random::Engine engine(21);
  const auto truth = eigenmix_tests::random_mixture<GaussianMixture<double, 2>>(2, 2, 4, engine);
  Eigen::MatrixXd x(3, 200);
  x.topRows(2) = truth.sample(200, engine).samples;
  x.row(2).setConstant(7);
  auto mixture = eigenmix::initialize<Mixture>(x, 2, eigenmix::initialization::fast());
  const auto result = mixture.fit(x, eigenmix::fit_options(eigenmix::uniform_noise(x, 0.05)));
  REQUIRE(result.uninformative.size() == 1);
  const double variance = mixture.variances()(2, 0);
  Eigen::Vector3d at(x(0, 0), x(1, 0), 7 + 1e3 * std::sqrt(variance));
  const Eigen::VectorXd off = log_density_gradient(mixture, at);
  check_error("the slope of the constant",
              std::abs(off(2) * variance / (mixture.means()(2, 0) - at(2)) - 1), 1e-12);
  at(2) = 7;
  const Eigen::VectorXd on = log_density_gradient(mixture, at);
  CHECK((on - off).head(2).norm() <= 1e-12 * (1 + on.norm()));
  // Differences of log_density at h = 1e-5, rounded at 1e-15 / h.
  for (Index i = 0; i < 2; ++i) {
    Eigen::Vector3d more = at, less = at;
    more(i) += 1e-5;
    less(i) -= 1e-5;
    const double expected = (mixture.log_density(more)(0) - mixture.log_density(less)(0)) / 2e-5;
    check_error("the slope of others", std::abs(on(i) - expected), 1e-8 * (1 + std::abs(expected)));
  }
}

TEST_CASE("derivatives refuse what log densities refuse", "[derivatives]") {
  eigenmix::random::Engine engine(2);
  const auto mixture = eigenmix_tests::random_mixture<GaussianMixture<double>>(3, 2, 2, engine);
  const Eigen::Vector3d at(0, std::numeric_limits<double>::quiet_NaN(), 0);
  check_rejected("log_density_gradient", "x(1, 0)", "nan", "finite",
                 [&] { log_density_gradient(mixture, at); });
  check_rejected("log_density_gradient", "rows of x", "2", "3",
                 [&] { log_density_gradient(mixture, at.topRows(2)); });
  check_rejected("log_density_hessian", "rows of x", "2", "3",
                 [&] { log_density_hessian(mixture, at.topRows(2)); });
  check_rejected("log_density_hessian", "columns of x", "2", "one point",
                 [&] { log_density_hessian(mixture, Eigen::MatrixXd::Zero(3, 2)); });
}

}  // namespace
