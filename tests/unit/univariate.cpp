// SPDX-License-Identifier: MIT
#include <cmath>
#include <limits>
#include <vector>

#include <eigenmix/eigenmix.hpp>
#include <eigenmix/inference/univariate.hpp>
#include <support/catch.hpp>
#include <support/closeness.hpp>
#include <support/data.hpp>
#include <support/failure.hpp>

// Probabilities of half-lines and quantiles, against sums in long double, scipy's normal
// distribution and bisection.

namespace {

using eigenmix::cdf;
using eigenmix::GaussianMixture;
using eigenmix::Index;
using eigenmix::log_cdf;
using eigenmix::log_survival;
using eigenmix::quantile;
using eigenmix::quantile_of_survival;
using eigenmix::survival;
using eigenmix_tests::check_error;
using eigenmix_tests::check_rejected;
using eigenmix_tests::Wide;
namespace covariance = eigenmix::covariance;
namespace random = eigenmix::random;

using Line = GaussianMixture<double, 1>;
constexpr double eps = std::numeric_limits<double>::epsilon();
constexpr double infinity = std::numeric_limits<double>::infinity();

Line line(const std::vector<double>& weights, const std::vector<double>& means,
          const std::vector<double>& deviations) {
  const auto count = Index(weights.size());
  const Eigen::RowVectorXd spread = Eigen::Map<const Eigen::RowVectorXd>(deviations.data(), count);
  return Line(Eigen::Map<const Eigen::VectorXd>(weights.data(), count),
              Eigen::Map<const Eigen::RowVectorXd>(means.data(), count),
              spread.cwiseProduct(spread).eval());
}

/// P(X > x) for a side of 1, P(X <= x) for one of -1.
template <class Mixture>
Wide naive_tail(const Mixture& mixture, Wide x, Wide side) {
  Wide sum = 0;
  for (Index k = 0; k < mixture.component_count(); ++k) {
    const Wide deviation = std::sqrt(Wide(mixture.variances()(0, k)));
    const Wide z = side * (x - Wide(mixture.means()(0, k))) / deviation;
    sum += Wide(mixture.weights()(k)) * std::erfc(z / std::sqrt(Wide(2))) / 2;
  }
  return sum;
}

/// The log of naive_tail, with its digits where that is near one.
template <class Mixture>
Wide naive_log_tail(const Mixture& mixture, Wide x, Wide side) {
  const Wide other = naive_tail(mixture, x, -side);
  return other < 0.5L ? std::log1p(-other) : std::log(naive_tail(mixture, x, side));
}

double relative(Wide value, Wide expected) { return double(std::abs(value / expected - 1)); }

const Line three = line({0.2, 0.5, 0.3}, {-4, 0, 3}, {1, 0.5, 2});

TEST_CASE("cdf and survival are sums of normal tails, to their last digits", "[univariate]") {
  for (double x = -36; x < 60; x += 0.37) {
    // z and its square in erfc are rounded: (2 + z²) units, z the deviations from the widest.
    const double below = x + 4, above = (x - 3) / 2;
    CAPTURE(x);
    if (x > -35) {
      check_error("cdf", relative(cdf(three, x), naive_tail(three, x, -1)),
                  eps * (4 + below * below));
    }
    check_error("survival", relative(survival(three, x), naive_tail(three, x, 1)),
                eps * (4 + above * above));
    // A log near zero has the relative error of the other side's tail.
    check_error("log_survival", relative(log_survival(three, x), naive_log_tail(three, x, 1)),
                eps * (16 + (x < 0 ? below * below : 0)));
    check_error("log_cdf", relative(log_cdf(three, x), naive_log_tail(three, x, -1)),
                eps * (16 + (x > 0 ? above * above : 0)));
  }
}

TEST_CASE("log tails are those of scipy's norm.logsf, and do not underflow", "[univariate]") {
  const Line standard = line({1}, {0}, {1});
  const std::vector<std::pair<double, double>> expected = {
      {-37, -5.725571222523926e-300}, {-5, -2.8665161296376305e-07}, {-1, -0.17275377902344985},
      {0, -0.6931471805599453},       {5, -15.064998393988727},      {9.75, -50.73771193934229},
      {10.25, -55.7867678634515},     {20, -203.9171553710973},      {40, -804.6084420137539},
      {1000.0, -500007.8266948122},   {100000.0, -5000000012.431865}};
  for (const auto& [z, log_tail] : expected) {
    const double allowed = eps * (4 + (z < 0 ? z * z : 0));  // near zero as the other side's tail
    CAPTURE(z);
    check_error("log_survival", relative(log_survival(standard, z), log_tail), allowed);
    check_error("log_cdf", relative(log_cdf(standard, -z), log_tail), allowed);
  }
  // Of -z²/2 nothing but the digits is left at 1e150; z² overflows at 1e155.
  check_error("far", relative(log_survival(standard, 1e150), -5e299), 4 * eps);
  CHECK(log_survival(standard, 1e160) == -infinity);
  CHECK(log_survival(standard, -1e160) == 0);
  CHECK(log_cdf(standard, -infinity) == -infinity);
  CHECK(cdf(standard, infinity) == 1);
  CHECK(cdf(standard, -infinity) == 0);
  CHECK(survival(standard, infinity) == 0);
}

TEST_CASE("quantile undoes cdf, and quantile_of_survival survival", "[univariate]") {
  for (double x = -30; x < 60; x += 0.173) {
    const double below = cdf(three, x), above = survival(three, x);
    CAPTURE(x, below, above);
    // Relative to what the rounding of a tail is in x: tail over density, twice for each side.
    const double density = std::exp(three.log_density(Eigen::RowVectorXd::Constant(1, x))(0));
    if (below < 0.9) {
      const double rounding = eps * (8 + (x + 4) * (x + 4)) * below / density;
      check_error("quantile", std::abs(quantile(three, below) - x),
                  2 * rounding + eps * std::abs(x));
    }
    if (above < 0.9) {
      const double rounding = eps * (8 + (x - 3) * (x - 3) / 4) * above / density;
      check_error("quantile_of_survival", std::abs(quantile_of_survival(three, above) - x),
                  2 * rounding + eps * std::abs(x));
    }
  }
}

/// The root of P(X <= x) = p, or of P(X > x) = p, by bisection in long double.
template <class Mixture>
Wide bisected(const Mixture& mixture, Wide p, Wide side) {
  Wide low = -1e4, high = 1e4;
  for (int i = 0; i < 200; ++i) {
    const Wide middle = (low + high) / 2;
    const bool is_below = (naive_tail(mixture, middle, side) - p) * side > 0;
    (is_below ? low : high) = middle;
  }
  return low;
}

TEST_CASE("quantiles are those of bisection, in both tails", "[univariate]") {
  for (std::uint64_t seed = 0; seed < 12; ++seed) {
    random::Engine engine(seed);
    const Index count = 1 + Index(seed % 5);
    std::vector<double> weights, means, deviations;
    for (Index k = 0; k < count; ++k) {
      weights.push_back(1 / double(count));
      means.push_back(20 * random::uniform(engine));
      deviations.push_back(std::exp2(6 * random::uniform(engine) - 3));
    }
    const Line mixture = line(weights, means, deviations);
    const double widest = mixture.variances().cwiseSqrt().maxCoeff();
    for (const double p : {1e-300, 1e-100, 1e-15, 1e-6, 0.01, 0.3, 0.45, 0.55, 0.99}) {
      CAPTURE(seed, p);
      const Wide expected = bisected(mixture, p, -1), upper = bisected(mixture, p, 1);
      // Where two components leave a gap a unit of rounding of p is far in x: widest, and the gap.
      const double density =
          std::exp(mixture.log_density(Eigen::RowVectorXd::Constant(1, double(expected)))(0));
      const double in_gap = p > 0.005 ? 8 * eps / density : 0;
      check_error("quantile", double(std::abs(Wide(quantile(mixture, p)) - expected)),
                  1e-13 * (widest + double(std::abs(expected))) + in_gap);
      const double of_upper =
          std::exp(mixture.log_density(Eigen::RowVectorXd::Constant(1, double(upper)))(0));
      const double in_upper_gap = p > 0.005 ? 8 * eps / of_upper : 0;
      check_error("upper", double(std::abs(Wide(quantile_of_survival(mixture, p)) - upper)),
                  1e-13 * (widest + double(std::abs(upper))) + in_upper_gap);
    }
  }
}

TEST_CASE("quantiles of one normal distribution are scipy's", "[univariate]") {
  const Line standard = line({1}, {0}, {1});
  const std::vector<std::pair<double, double>> expected = {{1e-300, 37.0470962993612},
                                                           {1e-100, 21.273453560965322},
                                                           {1e-15, 7.941345326170998},
                                                           {0.001, 3.090232306167813},
                                                           {0.25, 0.6744897501960817}};
  for (const auto& [p, z] : expected) {
    check_error("the upper", relative(quantile_of_survival(standard, p), z), 1e-14);
    check_error("the lower", relative(quantile(standard, p), -z), 1e-14);
  }
  const double p = 1 - 1e-15;  // the number that it is rounded to: 1 - 9.992e-16
  check_error("near one", relative(quantile(standard, p), quantile_of_survival(standard, 1 - p)),
              0);
  CHECK(quantile(standard, 0.5) == 0);
  CHECK(quantile(standard, 0) == -infinity);
  CHECK(quantile(standard, 1) == infinity);
  CHECK(quantile_of_survival(standard, 0) == infinity);
  CHECK(quantile_of_survival(standard, 1) == -infinity);
}

TEST_CASE("in a gap the quantile is where the tails balance", "[univariate]") {
  check_error("the middle", relative(quantile(line({0.5, 0.5}, {0, 1000}, {1, 1}), 0.5), 500),
              1e-13);
  // z equal on both sides but for the logs of weights and Mills's ratios, 1e-3 of z² / 2.
  const Line uneven = line({0.25, 0.75}, {0, 1000}, {1, 3});
  check_error("a quarter", std::abs(quantile(uneven, 0.25) - 250), 0.05);
  check_error("three quarters", std::abs(quantile_of_survival(uneven, 0.75) - 250), 0.05);
  const double at = quantile(uneven, 0.25);
  check_error("the balance",
              std::abs(std::log(0.25) + log_survival(line({1}, {0}, {1}), at) - std::log(0.75) -
                       log_cdf(line({1}, {1000}, {3}), at)),
              1e-8);  // of 31 000, rounded by some ten units
  CHECK(quantile(line({0.5, 0.5}, {-1e300, 1e300}, {1, 1}), 0.5) == 0);
}

TEST_CASE("quantiles grow with p through any gaps", "[univariate]") {
  const std::vector<Line> mixtures = {
      line({0.1, 0.2, 0.3, 0.4}, {-1e10, 0, 1e-3, 1e10}, {1e-5, 1e-9, 1, 1e8}),
      line({0.3, 0.3, 0.4}, {1, 2, 3}, {1e-12, 1e-12, 1e-12}), line({0.7, 0.3}, {5, 5}, {1, 1e-6}),
      line({0.3, 0, 0.7}, {0, 1e6, 100}, {1, 1, 1})};
  for (const Line& mixture : mixtures) {
    double before = -infinity;
    for (int i = 1; i < 2000; ++i) {
      const double p = i / 2000.0;
      const double x = quantile(mixture, p);
      CAPTURE(p, x, before);
      REQUIRE(std::isfinite(x));
      CHECK(x >= before);
      before = x;
      // x is one of some adjacent numbers: the next ones enclose p.
      const double width = 2 * eps * std::abs(x);
      CHECK(cdf(mixture, x - width) <= p * (1 + 8 * eps));
      CHECK(cdf(mixture, x + width) >= p * (1 - 8 * eps));
    }
  }
}

TEST_CASE("rows, families, float and a dimension at run time", "[univariate]") {
  const Eigen::RowVector3d x(-1, 0, 2.5);
  const Eigen::RowVectorXd row = cdf(three, x);
  REQUIRE(row.size() == 3);
  for (Index n = 0; n < 3; ++n) {
    CHECK(row(n) == cdf(three, x(n)));
    CHECK(log_survival(three, x)(n) == log_survival(three, x(n)));
  }
  using Dynamic = GaussianMixture<float, Eigen::Dynamic, covariance::Tied>;
  const Dynamic narrow(Eigen::Vector2f(0.25F, 0.75F), Eigen::RowVector2f(0, 1),
                       Eigen::RowVector2f(4, 4));
  static_assert(std::is_same_v<decltype(cdf(narrow, 1)), float>);
  static_assert(std::is_same_v<decltype(quantile(narrow, 0.5)), float>);
  check_error("cdf", relative(cdf(narrow, 1), naive_tail(narrow, 1, -1)), 6e-8);
  check_error("quantile", relative(quantile(narrow, 0.1), bisected(narrow, 0.1L, -1)), 6e-8);
  CHECK(survival(narrow, Eigen::RowVector2f(1, 2))(0) == survival(narrow, 1));
}

TEST_CASE("what is no probability, no number or no line is refused", "[univariate]") {
  check_rejected("quantile", "p", "1.5", "[0, 1]", [] { quantile(three, 1.5); });
  check_rejected("quantile", "p", "nan", "[0, 1]", [] { quantile(three, std::nan("")); });
  check_rejected("quantile_of_survival", "q", "-0.5", "[0, 1]",
                 [] { quantile_of_survival(three, -0.5); });
  check_rejected("cdf", "x", "nan", "a number", [] { cdf(three, std::nan("")); });
  check_rejected("log_cdf", "x(0, 1)", "inf", "finite",
                 [] { log_cdf(three, Eigen::RowVector2d(0, infinity)); });
  check_rejected("survival", "rows of x", "2", "1",
                 [] { survival(three, Eigen::MatrixXd::Zero(2, 2)); });
  const GaussianMixture<double> flat(Eigen::VectorXd::Ones(1), Eigen::MatrixXd::Zero(3, 1),
                                     Eigen::MatrixXd::Ones(3, 1));
  check_rejected("cdf", "dimension of the mixture", "3", "marginal", [&] { cdf(flat, 0); });
  check_rejected("quantile", "dimension", "3", "1", [&] { quantile(flat, 0.5); });
  Line noisy = three;
  noisy.set_noise({0.1, -3});
  check_rejected("survival", "weight of the noise", "0.1", "none: where a background ends",
                 [&] { survival(noisy, 0); });
  check_rejected("quantile", "noise", "0.1", "none", [&] { quantile(noisy, 0.5); });
}

}  // namespace
