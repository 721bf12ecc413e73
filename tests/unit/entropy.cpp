// SPDX-License-Identifier: MIT
#include <algorithm>
#include <cmath>
#include <functional>
#include <limits>
#include <vector>

#include <Eigen/LU>
#include <eigenmix/eigenmix.hpp>
#include <eigenmix/inference/confidence.hpp>
#include <eigenmix/inference/entropy.hpp>
#include <support/catch.hpp>
#include <support/closeness.hpp>
#include <support/data.hpp>
#include <support/failure.hpp>

// Entropies and highest-density levels against numerical integration, χ² against scipy.

namespace {

using eigenmix::chi_squared_quantile;
using eigenmix::entropy;
using eigenmix::entropy_bounds;
using eigenmix::EntropyBounds;
using eigenmix::GaussianMixture;
using eigenmix::highest_density_level;
using eigenmix::Index;
using eigenmix::SampledValue;
using eigenmix_tests::check_error;
using eigenmix_tests::check_rejected;
using eigenmix_tests::Wide;
namespace covariance = eigenmix::covariance;
namespace random = eigenmix::random;

using Line = GaussianMixture<double, 1>;

const Wide log_two_pi_e = std::log(2 * std::acos(Wide(-1))) + 1;

/// p on a grid that reaches ten deviations beyond all means, and the grid's step.
struct Grid {
  std::vector<Wide> p;
  Wide step;
};

Grid grid_of(const Line& mixture, Index count) {
  const Wide widest = mixture.variances().cwiseSqrt().maxCoeff();
  const Wide low = mixture.means().minCoeff() - 10 * widest;
  const Wide high = mixture.means().maxCoeff() + 10 * widest;
  Grid grid{{}, (high - low) / Wide(count)};
  for (Index n = 0; n <= count; ++n) {
    const Wide x = low + Wide(n) * grid.step;
    Wide sum = 0;
    for (Index k = 0; k < mixture.component_count(); ++k) {
      const Wide variance = mixture.variances()(0, k), off = x - Wide(mixture.means()(0, k));
      sum += Wide(mixture.weights()(k)) * std::exp(-off * off / variance / 2) /
             std::sqrt(2 * std::acos(Wide(-1)) * variance);
    }
    grid.p.push_back(sum);
  }
  return grid;
}

/// -∫ p log p by the trapezoid rule, which for a smooth function that vanishes at both ends
/// converges faster than any power.
Wide integrated_entropy(const Line& mixture) {
  const Grid grid = grid_of(mixture, 4000);
  Wide sum = 0;
  for (const Wide p : grid.p) sum -= p > 0 ? p * std::log(p) : Wide(0);
  return sum * grid.step;
}

Line random_line(std::uint64_t seed, double spread) {
  random::Engine engine(seed);
  const Index count = 2 + Index(seed % 4);
  Eigen::VectorXd weights(count);
  Eigen::RowVectorXd means(count), variances(count);
  for (Index k = 0; k < count; ++k) {
    weights(k) = 0.1 + random::uniform(engine);
    means(k) = spread * random::uniform(engine);
    variances(k) = std::exp2(4 * random::uniform(engine) - 2);
  }
  weights /= weights.sum();
  return Line(weights, means, variances);
}

TEST_CASE("entropy lies between its bounds, and sampling finds it", "[entropy]") {
  double squares = 0, widest_gap = 0;
  Index count = 0;
  for (const double spread : {0.5, 4.0, 12.0, 50.0}) {
    for (std::uint64_t seed = 0; seed < 12; ++seed) {
      const Line mixture = random_line(seed, spread);
      const auto expected = double(integrated_entropy(mixture));
      const EntropyBounds bounds = entropy_bounds(mixture);
      random::Engine engine(seed + 100);
      const SampledValue sampled = entropy(mixture, 2000, engine);
      CAPTURE(spread, seed, expected, bounds.lower, bounds.upper, sampled.value);
      CHECK(bounds.lower <= expected + 1e-12);
      CHECK(bounds.upper >= expected - 1e-12);
      widest_gap = std::max(widest_gap, bounds.upper - bounds.lower);
      check_error("sampling", std::abs(sampled.value - expected),
                  5 * sampled.standard_error + 1e-12);
      CHECK(sampled.standard_error < 0.02);  // that of -log p would be 1 / √2000
      const double z = (sampled.value - expected) / (sampled.standard_error + 1e-13);
      squares += z * z;
      ++count;
    }
  }
  CAPTURE(widest_gap);
  CHECK(widest_gap < 0.5);
  // The mean of 48 squares of about normal numbers: 1 ± 0.2.
  CHECK(std::abs(squares / double(count) - 1) < 0.8);
}

TEMPLATE_TEST_CASE("bounds meet where components are one or far apart", "[entropy]",
                   covariance::Full, covariance::Tied, covariance::Spherical, covariance::VEV) {
  using Mixture = GaussianMixture<double, Eigen::Dynamic, TestType>;
  random::Engine engine(4);
  const auto far = eigenmix_tests::random_mixture<Mixture>(3, 4, 500, engine);
  Wide expected = 0;
  for (Index k = 0; k < 4; ++k) {
    const Wide weight = far.weights()(k);
    const Wide determinant = far.covariance(k).template cast<Wide>().eval().determinant();
    expected += weight * (3 * log_two_pi_e / 2 + std::log(determinant) / 2 - std::log(weight));
  }
  const EntropyBounds bounds = entropy_bounds(far);
  check_error("the lower", std::abs(bounds.lower - double(expected)), 1e-13);
  check_error("the upper", std::abs(bounds.upper - double(expected)), 1e-13);
  const SampledValue sampled = entropy(far, 100, engine);
  check_error("sampling", std::abs(sampled.value - double(expected)), 1e-13);
  CHECK(sampled.standard_error == 0);

  const typename Mixture::Means mean = far.means().col(0).replicate(1, 3);
  const Mixture one(Eigen::Vector3d(0.2, 0.5, 0.3), mean,
                    std::vector<typename Mixture::CovarianceMatrix>(3, far.covariance(0)));
  const Wide determinant = far.covariance(0).template cast<Wide>().eval().determinant();
  const auto of_one = double(3 * log_two_pi_e / 2 + std::log(determinant) / 2);
  const EntropyBounds same = entropy_bounds(one);
  check_error("the lower of one", std::abs(same.lower - of_one), 1e-13);
  check_error("the upper of one", std::abs(same.upper - of_one), 1e-13);
  check_error("sampling one", std::abs(entropy(one, 100, engine).value - of_one), 1e-13);
}

TEST_CASE("entropy in two dimensions, in other units and in float", "[entropy]") {
  using Plane = GaussianMixture<float, 2>;
  random::Engine engine(12);
  const auto mixture = eigenmix_tests::random_mixture<Plane>(2, 3, 2, engine);
  Eigen::Matrix2Xf x(2, 401 * 401);
  for (Index n = 0; n < x.cols(); ++n) {
    const Index row = n / 401;
    x.col(n) << -10 + 0.06F * float(n % 401), -10 + 0.06F * float(row);
  }
  const auto logs = mixture.log_density(x);
  double expected = 0;
  for (Index n = 0; n < x.cols(); ++n) {
    expected -= std::exp(double(logs(n))) * double(logs(n)) * 0.06 * 0.06;
  }
  const EntropyBounds bounds = entropy_bounds(mixture);
  CHECK(bounds.lower < expected);
  CHECK(bounds.upper > expected);
  const SampledValue sampled = entropy(mixture, 9000, engine);  // more than are drawn at a time
  CHECK(sampled.standard_error < 0.005);
  check_error("sampling", std::abs(sampled.value - expected), 5 * sampled.standard_error + 1e-5);
  const Plane scaled(mixture.weights(), (1024 * mixture.means()).eval(),
                     {1048576 * mixture.covariance(0), 1048576 * mixture.covariance(1),
                      1048576 * mixture.covariance(2)});
  const EntropyBounds other = entropy_bounds(scaled);
  check_error("the lower", std::abs(other.lower - bounds.lower - 20 * std::log(2)), 1e-12);
  check_error("the upper", std::abs(other.upper - bounds.upper - 20 * std::log(2)), 1e-12);
}

TEST_CASE("quantiles of chi squared are scipy's", "[entropy]") {
  struct Row {
    Index dimension;
    std::vector<double> quantiles;
  };
  const std::vector<double> p = {1e-12, 0.01, 0.5, 0.95, 0.99, 1 - std::ldexp(1.0, -40)};
  const std::vector<Row> table = {
      {1,
       {1.5707963267948931e-24, 0.00015708785790970184, 0.454936423119572, 3.841458820694124,
        6.6348966010212145, 51.0303356674973}},
      {2,
       {2.000000000001e-12, 0.020100671707002873, 1.386294361119891, 5.991464547107979,
        9.21034037197618, 55.451774444795625}},
      {3,
       {2.417987942718036e-08, 0.11483180189911707, 2.3659738843753377, 7.814727903251179,
        11.344866730144373, 59.112650899750186}},
      {7,
       {0.0015031450349627595, 1.2390423055679298, 6.345811195521515, 14.067140449340169,
        18.475306906582357, 71.04210653453217}},
      {50,
       {7.83189171411978, 29.706682698841284, 49.33493673397683, 67.5048065495412, 76.1538912490127,
        155.60449623376795}},
      {400,
       {232.0845201209391, 337.15531340106617, 399.3335312249314, 447.6324678308084,
        468.7244983740365, 632.8762331469006}}};
  for (const Row& row : table) {
    for (std::size_t i = 0; i < p.size(); ++i) {
      CAPTURE(row.dimension, p[i]);
      check_error("the quantile",
                  std::abs(chi_squared_quantile(p[i], row.dimension) / row.quantiles[i] - 1),
                  1e-12);
    }
  }
  for (const double q : {1e-300, 1e-5, 0.3, 0.5, 0.9999}) {  // in two dimensions -2 log(1 - p)
    check_error("in two", std::abs(chi_squared_quantile(q, 2) / (-2 * std::log1p(-q)) - 1), 1e-12);
  }
  CHECK(chi_squared_quantile(0, 3) == 0);
  double before = 0;
  for (int i = 1; i < 1000; ++i) {
    const double next = chi_squared_quantile(i / 1000.0, 5);
    CHECK(next > before);
    before = next;
  }
}

TEST_CASE("the level of one component is that of its ellipsoid", "[entropy]") {
  using Mixture = GaussianMixture<double>;
  random::Engine engine(31);
  const auto mixture = eigenmix_tests::random_mixture<Mixture>(4, 1, 0, engine);
  const double highest = mixture.log_density(mixture.means())(0);
  for (const double p : {0.05, 0.5, 0.9, 0.99}) {
    const double radius = chi_squared_quantile(p, 4);
    const SampledValue level = highest_density_level(mixture, p, 40000, engine);
    CAPTURE(p);
    check_error("the level", std::abs(level.value - (highest - radius / 2)),
                4 * level.standard_error);
    // The density of -r²/2 where r² is χ² of four: r²/2 exp(-r²/2).
    const double density = radius / 2 * std::exp(-radius / 2);
    const double expected = std::sqrt(p * (1 - p) / 40000) / density;
    check_error("its error", std::abs(level.standard_error / expected - 1), 0.4);
  }
}

/// The log level whose region has probability p, by sorting a grid.
double integrated_level(const Line& mixture, double p) {
  Grid grid = grid_of(mixture, 100000);
  std::sort(grid.p.begin(), grid.p.end(), std::greater<>());
  Wide sum = 0;
  for (const Wide height : grid.p) {
    sum += height * grid.step;
    if (sum >= p) return double(std::log(height));
  }
  return -HUGE_VAL;
}

TEST_CASE("the level of a mixture is that of integration, and its error honest", "[entropy]") {
  const Line mixture(Eigen::Vector3d(0.2, 0.5, 0.3), Eigen::RowVector3d(-4, 0, 3),
                     Eigen::RowVector3d(1, 0.25, 4));
  for (const double p : {0.2, 0.7, 0.95}) {
    const double expected = integrated_level(mixture, p);
    double squares = 0;
    for (std::uint64_t seed = 0; seed < 60; ++seed) {
      random::Engine engine(seed);
      const SampledValue level = highest_density_level(mixture, p, 2000, engine);
      const double z = (level.value - expected) / level.standard_error;
      squares += z * z;
    }
    CAPTURE(p, squares / 60);
    CHECK(std::abs(squares / 60 - 1) < 0.6);  // of 60 squares: 1 ± 0.18, and the error's own
  }
  random::Engine engine(1);
  const SampledValue few = highest_density_level(mixture, 0.5, 2, engine);
  CHECK(std::isfinite(few.value));
  CHECK(few.standard_error > 0);
}

TEST_CASE("what entropies and levels cannot be of is refused", "[entropy]") {
  Line mixture = random_line(1, 3);
  random::Engine engine(1);
  check_rejected("entropy", "count", "1", "two", [&] { entropy(mixture, 1, engine); });
  check_rejected("highest_density_level", "p", "1", "(0, 1)",
                 [&] { highest_density_level(mixture, 1, 10, engine); });
  check_rejected("highest_density_level", "p", "nan", "(0, 1)",
                 [&] { highest_density_level(mixture, std::nan(""), 10, engine); });
  check_rejected("highest_density_level", "count", "1", "two",
                 [&] { highest_density_level(mixture, 0.5, 1, engine); });
  check_rejected("chi_squared_quantile", "p", "1", "[0, 1)", [] { chi_squared_quantile(1, 2); });
  check_rejected("chi_squared_quantile", "dimension", "0", "one",
                 [] { chi_squared_quantile(0.5, 0); });
  mixture.set_noise({0.25, -3});
  check_rejected("entropy_bounds", "noise", "0.25", "none", [&] { entropy_bounds(mixture); });
  check_rejected("entropy", "noise", "0.25", "none", [&] { entropy(mixture, 10, engine); });
  check_rejected("highest_density_level", "noise", "0.25", "none",
                 [&] { highest_density_level(mixture, 0.5, 10, engine); });
}

}  // namespace
