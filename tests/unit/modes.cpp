// SPDX-License-Identifier: MIT
#include <algorithm>
#include <cmath>
#include <limits>

#include <Eigen/LU>
#include <eigenmix/eigenmix.hpp>
#include <eigenmix/inference/derivatives.hpp>
#include <eigenmix/inference/modes.hpp>
#include <support/catch.hpp>
#include <support/closeness.hpp>
#include <support/data.hpp>
#include <support/failure.hpp>

// All modes of a mixture, against published examples and against grids.

namespace {

using eigenmix::GaussianMixture;
using eigenmix::Index;
using eigenmix::ModeOptions;
using eigenmix::modes;
using eigenmix_tests::check_error;
using eigenmix_tests::check_rejected;
namespace covariance = eigenmix::covariance;

using Line = GaussianMixture<double, 1>;
using Plane = GaussianMixture<double, 2>;

/// That the gradient is zero there and the Hessian negative definite.
template <class Mixture, class Point>
void check_mode(const Mixture& mixture, const Point& point, double scale, double tolerance) {
  const auto hessian = log_density_hessian(mixture, point);
  eigenmix_tests::Matrix<double> curvature = -hessian.template cast<double>();
  CHECK(eigenmix_tests::is_positive_definite(curvature));
  const auto gradient = log_density_gradient(mixture, point);
  check_error("the gradient", double(gradient.norm()) * scale, tolerance);
}

/// That the highest are first and no two points the same.
template <class Found>
void check_order(const Found& found, double scale) {
  bool is_sorted = true;
  double least = HUGE_VAL;
  for (Index m = 1; m < found.points.cols(); ++m) {
    is_sorted = is_sorted && found.log_densities(m) <= found.log_densities(m - 1);
    for (Index other = 0; other < m; ++other) {
      least = std::min(least, double((found.points.col(m) - found.points.col(other)).norm()));
    }
  }
  CHECK(is_sorted);
  CHECK(least > 1e-3 * scale);
}

/// That all are modes, and the heights log densities.
template <class Mixture>
void check_modes(const Mixture& mixture, double tolerance = 1e-12) {
  const auto found = modes(mixture);
  REQUIRE(found.points.cols() >= 1);
  REQUIRE(found.points.cols() == found.log_densities.size());
  CHECK(found.unfinished_count == 0);
  const auto heights = mixture.log_density(found.points);
  const double scale = mixture.variances().cwiseSqrt().maxCoeff();
  check_order(found, scale);
  for (Index m = 0; m < found.points.cols(); ++m) {
    check_error("the height", double(std::abs(heights(m) - found.log_densities(m))),
                tolerance * double(1 + std::abs(heights(m))));
    check_mode(mixture, found.points.col(m), scale, tolerance);
  }
}

Plane plane(const std::vector<double>& weights, const Eigen::Matrix2Xd& means,
            const Eigen::Matrix2Xd& variances) {
  return Plane(Eigen::Map<const Eigen::VectorXd>(weights.data(), Index(weights.size())), means,
               variances);
}

TEST_CASE("two crossing ridges have three modes, the highest near no mean", "[modes]") {
  Eigen::Matrix2d means, variances;  // after Ray & Lindsay 2005
  means << 0, 1, 0, 1;
  variances << 1, 0.05, 0.05, 1;
  const Plane mixture = plane({0.5, 0.5}, means, variances);
  const auto found = modes(mixture);
  REQUIRE(found.points.cols() == 3);
  CHECK((found.points.col(0) - Eigen::Vector2d(1, 0)).norm() < 0.1);
  CHECK(found.log_densities(0) > found.log_densities(1) + 0.1);
  // The picture is its own mirror image: (x, y) to (1 - y, 1 - x).
  check_error("the heights", std::abs(found.log_densities(1) - found.log_densities(2)), 1e-14);
  check_error("the images", std::abs(found.points(0, 1) - (1 - found.points(1, 2))), 1e-13);
  check_error("the first's image", std::abs(found.points(0, 0) - (1 - found.points(1, 0))), 1e-13);
  check_modes(mixture);
}

TEST_CASE("crossing ridges far from their means are found where they cross", "[modes]") {
  for (const double length : {1e2, 1e4}) {  // of widths of one
    Eigen::Matrix2d means, variances;
    means << -3 * length, 0, 0, 3 * length;
    variances << length * length, 1, 1, length * length;
    const Plane mixture = plane({0.5, 0.5}, means, variances);
    const auto found = modes(mixture);
    CAPTURE(length);
    REQUIRE(found.points.cols() == 3);
    CHECK(found.points.col(2).norm() < 1);
    check_modes(mixture, 1e-9);
  }
}

TEST_CASE("three spheres in a triangle may have a fourth mode", "[modes]") {
  // Carreira-Perpinan & Williams 2003. At the centre, r from the means, the Hessian of log p is
  // (r² / (2 s⁴) - 1 / s²) I: a maximum from s = r / √2 on, where the three have theirs still.
  Eigen::Matrix<double, 2, 3> means;
  const double half = std::sqrt(3.0) / 2;
  means << 1, -0.5, -0.5, 0, half, -half;
  for (const double s : {0.69, 0.71, 0.75}) {
    const Plane mixture =
        plane({1.0 / 3, 1.0 / 3, 1.0 / 3}, means, Eigen::Matrix<double, 2, 3>::Constant(s * s));
    const auto found = modes(mixture);
    CAPTURE(s, found.points);
    CHECK(found.points.cols() == (s < 0.7 ? 3 : s < 0.72 ? 4 : 1));
    check_modes(mixture);
  }
}

TEST_CASE("two in one dimension part at a distance of two deviations", "[modes]") {
  for (const double distance : {0.5, 1.9, 1.99, 2.0, 2.01, 2.1, 5.0, 100.0}) {
    const Line mixture(Eigen::Vector2d(0.5, 0.5), Eigen::RowVector2d(3, 3 + distance),
                       Eigen::RowVector2d(1, 1));
    const auto found = modes(mixture);
    CAPTURE(distance);
    REQUIRE(found.points.cols() == (distance > 2 ? 2 : 1));
    CHECK(found.unfinished_count == 0);
    if (distance <= 2) {
      // Flat to the fourth order at two: x² eps / 12 of log p is its rounding.
      check_error("the middle", std::abs(found.points(0, 0) - 3 - distance / 2), 1e-3);
    }
  }
}

TEST_CASE("a single component has its mean", "[modes]") {
  eigenmix::random::Engine engine(7);
  const auto mixture = eigenmix_tests::random_mixture<GaussianMixture<double>>(4, 1, 0, engine);
  const auto found = modes(mixture);
  REQUIRE(found.points.cols() == 1);
  CHECK(found.points.col(0) == mixture.means().col(0));
  check_modes(mixture);
}

/// Uphill by the fixed-point iteration, by itself, until it stands still.
Eigen::Vector2d climbed(const Plane& mixture, Eigen::Vector2d x) {
  std::vector<Eigen::Matrix2d> precisions;
  for (const auto& covariance : mixture.covariances()) precisions.push_back(covariance.inverse());
  for (int i = 0; i < 20000; ++i) {
    const Eigen::VectorXd shares = mixture.responsibilities(x);
    Eigen::Matrix2d precision = Eigen::Matrix2d::Zero();
    Eigen::Vector2d pull = Eigen::Vector2d::Zero();
    for (Index k = 0; k < shares.size(); ++k) {
      precision += shares(k) * precisions[std::size_t(k)];
      pull += shares(k) * (precisions[std::size_t(k)] * mixture.means().col(k));
    }
    const Eigen::Vector2d next = precision.inverse() * pull;
    const double step = (next - x).norm();
    x = next;
    if (step < 1e-10) break;
  }
  return x;
}

/// Points of a grid that are higher than their neighbours.
std::vector<Eigen::Vector2d> grid_maxima(const Plane& mixture, double low, double high,
                                         Index steps) {
  Eigen::Matrix2Xd x(2, steps * steps);
  const auto at = [&](Index i) { return low + (high - low) * double(i) / double(steps - 1); };
  for (Index n = 0; n < x.cols(); ++n) x.col(n) << at(n % steps), at(n / steps);
  const Eigen::RowVectorXd p = mixture.log_density(x);
  std::vector<Eigen::Vector2d> result;
  for (Index j = 1; j + 1 < steps; ++j) {
    for (Index i = 1; i + 1 < steps; ++i) {
      bool is_highest = true;
      for (const Index other :
           {-steps - 1, -steps, -steps + 1, Index(-1), Index(1), steps - 1, steps, steps + 1}) {
        is_highest = is_highest && p(j * steps + i) > p(j * steps + i + other);
      }
      if (is_highest) result.emplace_back(at(i), at(j));
    }
  }
  return result;
}

TEST_CASE("a grid finds no mode that ascents do not, in two dimensions", "[modes]") {
  Index more_than_means = 0, missed_without_ridges = 0;
  ModeOptions means_only;
  means_only.ridge_points = 0;
  for (std::uint64_t seed = 0; seed < 24; ++seed) {
    eigenmix::random::Engine engine(seed);
    const Index count = 2 + Index(seed % 4);
    Eigen::Matrix2Xd means(2, count);
    std::vector<Eigen::Matrix2d> covariances;
    for (Index k = 0; k < count; ++k) {
      means.col(k) << 4 * eigenmix::random::uniform(engine), 4 * eigenmix::random::uniform(engine);
      const double angle = 6.28 * eigenmix::random::uniform(engine);
      Eigen::Matrix2d turn;
      turn << std::cos(angle), -std::sin(angle), std::sin(angle), std::cos(angle);
      covariances.push_back(turn * Eigen::Vector2d(1, 0.04).asDiagonal() * turn.transpose());
    }
    const Plane mixture(Eigen::VectorXd::Constant(count, 1 / double(count)), means, covariances);
    const auto found = modes(mixture);
    // The narrowest deviation is 0.2, of two crossing ones 0.14: four steps of 0.035. A ridge that
    // is aslant to the grid has maxima on it that are none: the way up from them tells.
    CAPTURE(seed, count, found.points);
    for (const auto& peak : grid_maxima(mixture, -1, 5, 171)) {
      const Eigen::Vector2d top = climbed(mixture, peak);
      CHECK((found.points.colwise() - top).colwise().norm().minCoeff() < 1e-6);
    }
    check_modes(mixture, 1e-11);
    more_than_means += found.points.cols() > count ? 1 : 0;
    const Index of_means = modes(mixture, means_only).points.cols();
    missed_without_ridges += of_means < found.points.cols() ? 1 : 0;
  }
  CHECK(more_than_means > 3);        // or the grids would have shown nothing
  CHECK(missed_without_ridges > 3);  // nor the ridgelines
}

TEST_CASE("a grid finds as many modes as ascents do, in one dimension", "[modes]") {
  for (std::uint64_t seed = 0; seed < 40; ++seed) {
    eigenmix::random::Engine engine(seed);
    const Index count = 2 + Index(seed % 7);
    Eigen::VectorXd weights(count);
    Eigen::RowVectorXd means(count), variances(count);
    for (Index k = 0; k < count; ++k) {
      weights(k) = 0.2 + eigenmix::random::uniform(engine);
      means(k) = 10 * eigenmix::random::uniform(engine);
      variances(k) = std::exp2(4 * eigenmix::random::uniform(engine) - 3);
    }
    weights /= weights.sum();
    const Line mixture(weights, means, variances);
    const Index steps = 20000;
    const Eigen::RowVectorXd x = Eigen::RowVectorXd::LinSpaced(steps, -1, 11);
    const Eigen::RowVectorXd p = mixture.log_density(x);
    Index expected = 0;
    for (Index n = 1; n + 1 < steps; ++n) expected += p(n) > p(n - 1) && p(n) >= p(n + 1) ? 1 : 0;
    CAPTURE(seed, count);
    CHECK(modes(mixture).points.cols() == expected);
    check_modes(mixture, 1e-11);
  }
}

TEST_CASE("a background changes heights and no mode", "[modes]") {
  eigenmix::random::Engine engine(5);
  const auto plain = eigenmix_tests::random_mixture<Plane>(2, 4, 4, engine);
  auto noisy = plain;
  noisy.set_noise({0.9, -3});
  const auto expected = modes(plain), found = modes(noisy);
  REQUIRE(found.points.cols() == 4);
  CHECK(found.points.isApprox(expected.points, 1e-14));
  check_modes(noisy);
  CHECK(found.log_densities(0) != expected.log_densities(0));
  noisy.set_noise({0.5, 800});  // so dense that components add nothing to it
  CHECK(modes(noisy).points.isApprox(expected.points, 1e-14));
}

TEMPLATE_TEST_CASE("components far apart have a mode each, whatever their family", "[modes]",
                   covariance::Full, covariance::Tied, covariance::Spherical, covariance::VVE) {
  using Mixture = GaussianMixture<double, Eigen::Dynamic, TestType>;
  eigenmix::random::Engine engine(6);
  const auto mixture = eigenmix_tests::random_mixture<Mixture>(5, 6, 12, engine);
  const auto found = modes(mixture);
  CHECK(found.points.cols() == 6);
  check_modes(mixture);
}

TEST_CASE("modes move with the mixture, at any scale and place, and in float", "[modes]") {
  Eigen::Matrix2d means, variances;
  means << 0, 1, 0, 1;
  variances << 1, 0.05, 0.05, 1;
  const auto expected = modes(plane({0.4, 0.6}, means, variances));
  REQUIRE(expected.points.cols() == 3);
  for (const double scale : {1e-100, 1e-9, 1e9, 1e100}) {
    const auto found = modes(plane({0.4, 0.6}, scale * means, scale * scale * variances));
    REQUIRE(found.points.cols() == 3);
    check_error("the points", (found.points / scale - expected.points).norm(), 1e-12);
  }
  const Eigen::Matrix2d moved = means.array() + 1e6;
  const auto found = modes(plane({0.4, 0.6}, moved, variances));
  REQUIRE(found.points.cols() == 3);
  const Eigen::Matrix2Xd back = found.points.array() - 1e6;
  check_error("the points", (back - expected.points).norm(), 1e-8);  // means are rounded at 1e-10
  const GaussianMixture<float, 2> narrow(Eigen::Vector2f(0.4F, 0.6F), means.cast<float>().eval(),
                                         variances.cast<float>().eval());
  const auto in_float = modes(narrow);
  REQUIRE(in_float.points.cols() == 3);
  check_error("in float", (in_float.points.cast<double>() - expected.points).norm(), 2e-6);
  check_modes(narrow, 4e-6);  // the points are rounded to float, and the curvature is up to 40
}

TEST_CASE("components without weight have no mode", "[modes]") {
  const Line mixture(Eigen::Vector3d(0.5, 0, 0.5), Eigen::RowVector3d(0, 50, 9),
                     Eigen::RowVector3d(1, 1, 1));
  CHECK(modes(mixture).points.cols() == 2);
  check_modes(mixture);
}

TEST_CASE("an ascent that is cut short is counted", "[modes]") {
  const Line mixture(Eigen::Vector2d(0.5, 0.5), Eigen::RowVector2d(0, 2), Eigen::RowVector2d(1, 1));
  ModeOptions options;
  options.max_iterations = 3;
  const auto found = modes(mixture, options);
  CHECK(found.unfinished_count > 0);
  CHECK(found.points.cols() == 1);
}

TEST_CASE("options of modes that make no sense are refused", "[modes]") {
  const Line mixture(Eigen::Vector2d(0.5, 0.5), Eigen::RowVector2d(0, 2), Eigen::RowVector2d(1, 1));
  ModeOptions options;
  options.ridge_points = -1;
  check_rejected("modes", "ridge_points", "-1", ">= 0", [&] { modes(mixture, options); });
  options = {};
  options.max_iterations = 0;
  check_rejected("modes", "max_iterations", "0", "at least one", [&] { modes(mixture, options); });
  options = {};
  options.merge_distance = std::numeric_limits<double>::quiet_NaN();
  check_rejected("modes", "merge_distance", "nan", "> 0", [&] { modes(mixture, options); });
}

}  // namespace
