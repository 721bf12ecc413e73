// SPDX-License-Identifier: MIT

// Samples of which none outside a window was seen.

#include <limits>
#include <string>
#include <vector>

#include <support/catch.hpp>
#include <support/closeness.hpp>
#include <support/data.hpp>
#include <support/failure.hpp>

#include <eigenmix/eigenmix.hpp>
#include <eigenmix/execution/threads.hpp>
#include <eigenmix/incomplete/binned.hpp>
#include <eigenmix/incomplete/truncated.hpp>

namespace {

using eigenmix::counted;
using eigenmix::FitResult;
using eigenmix::FitStatus;
using eigenmix::GaussianMixture;
using eigenmix::Index;
using eigenmix::initialize;
using eigenmix::truncated;
using eigenmix::weighted;
using eigenmix_tests::check_rejected;
using eigenmix_tests::never_falls;
using eigenmix_tests::parameter_distance;
namespace stopping = eigenmix::stopping;
using Wide = long double;
using Mixture = GaussianMixture<double>;
using Row = Eigen::RowVectorXd;

constexpr double infinity = std::numeric_limits<double>::infinity();

Mixture mixture_of(double weight, const Eigen::RowVector2d& means,
                   const Eigen::RowVector2d& variances) {
  return Mixture(Eigen::Vector2d(weight, 1 - weight), means, variances);
}

Mixture normal(double mean, double variance) {
  return Mixture(Eigen::VectorXd::Ones(1), Eigen::MatrixXd::Constant(1, 1, mean),
                 Eigen::MatrixXd::Constant(1, 1, variance));
}

/// So many draws that fall inside.
Row draw(const Mixture& truth, Index count, double lower, double upper, std::uint64_t seed) {
  eigenmix::random::Engine engine(seed);
  Row result(count);
  for (Index n = 0; n < count;) {
    const double x = truth.sample(1, engine).samples(0, 0);
    if (x >= lower && x <= upper) result(n++) = x;
  }
  return result;
}

/// P(lower <= X <= upper) of a normal distribution.
Wide inside(Wide mean, Wide deviation, Wide lower, Wide upper) {
  const Wide root = std::sqrt(Wide(2));
  return (std::erfc((lower - mean) / deviation / root) -
          std::erfc((upper - mean) / deviation / root)) /
         2;
}

Wide density(Wide mean, Wide deviation, Wide x) {
  const Wide z = (x - mean) / deviation;
  return std::exp(-z * z / 2) / deviation * Wide(0.398942280401432677939946L);
}

/// A count, and first and second moments about zero.
struct Sums {
  Wide count = 0, first = 0, second = 0;

  void add(const Sums& other, Wide factor) {
    count += factor * other.count;
    first += factor * other.first;
    second += factor * other.second;
  }
};

/// Of a normal distribution in an interval, by Simpson's rule.
Sums simpson(Wide mean, Wide deviation, Wide lower, Wide upper) {
  Sums result;
  constexpr int parts = 40000;
  for (int i = 0; i <= parts; ++i) {
    const Wide x = lower + (upper - lower) * i / parts;
    const int factor = i == 0 || i == parts ? 1 : i % 2 == 1 ? 4 : 2;
    result.add({1, x, x * x}, factor * density(mean, deviation, x) * (upper - lower) / (3 * parts));
  }
  return result;
}

Wide naive_log_likelihood(const Mixture& mixture, const Row& x, Wide lower, Wide upper) {
  Wide sum = 0, probability = 0;
  const auto each = [&](auto&& add) {
    for (Index k = 0; k < mixture.component_count(); ++k) {
      add(Wide(mixture.weights()(k)), Wide(mixture.means()(0, k)),
          std::sqrt(Wide(mixture.variances()(0, k))));
    }
  };
  each([&](Wide w, Wide m, Wide s) { probability += w * inside(m, s, lower, upper); });
  for (Index n = 0; n < x.size(); ++n) {
    Wide p = 0;
    each([&](Wide w, Wide m, Wide s) { p += w * density(m, s, Wide(x(n))); });
    sum += std::log(p / probability);
  }
  return sum;
}

/// The argument at which a function of one peak is largest, by golden sections.
template <class Function>
Wide golden_maximum(Wide low, Wide high, const Function& function) {
  const Wide ratio = (std::sqrt(Wide(5)) - 1) / 2;
  Wide a = high - ratio * (high - low), b = low + ratio * (high - low);
  Wide of_a = function(a), of_b = function(b);
  while (high - low > 1e-8L) {
    if (of_a > of_b) {
      high = b, b = a, of_b = of_a, a = high - ratio * (high - low), of_a = function(a);
    } else {
      low = a, a = b, of_a = of_b, b = low + ratio * (high - low), of_b = function(b);
    }
  }
  return (low + high) / 2;
}

/// The log-likelihood of one normal distribution, and where it is largest.
class OneTruncated {
 public:
  OneTruncated(const Row& x, double lower, double upper)
      : count_(Wide(x.size())), lower_(lower), upper_(upper) {
    // Of a sample the two sums are all there is to know (Cohen 1950, Ann. Math. Statist. 21).
    mean_ = x.cast<Wide>().mean();
    variance_ = (x.array().cast<Wide>() - mean_).square().mean();
  }

  Wide value(Wide mean, Wide log_deviation) const {
    const Wide s = std::exp(log_deviation), z = (mean_ - mean) / s;
    return -count_ * (log_deviation + (z * z + variance_ / (s * s)) / 2 +
                      std::log(inside(mean, s, lower_, upper_)) + 0.918938533204672741780330L);
  }
  Wide best_mean(Wide log_deviation) const {
    return golden_maximum(-6, 6, [&](Wide m) { return value(m, log_deviation); });
  }
  Wide profile(Wide log_deviation) const { return value(best_mean(log_deviation), log_deviation); }
  Wide best_log_deviation() const {
    return golden_maximum(-1.5, 1.5, [&](Wide at) { return profile(at); });
  }

 private:
  Wide count_, lower_, upper_, mean_, variance_;
};

}  // namespace

TEST_CASE("one truncated normal distribution has the parameters of a maximiser", "[truncated]") {
  struct Case {
    double lower, upper;
  };
  for (const Case& c : {Case{-0.75, 1.5}, Case{-0.5, infinity}, Case{-infinity, 1}}) {
    const Row x = draw(normal(0, 1), 2000, c.lower, c.upper, 11);
    const OneTruncated truth(x, c.lower, c.upper);
    const Wide log_s = truth.best_log_deviation(), s = std::exp(log_s), m = truth.best_mean(log_s);

    Mixture mixture = initialize<Mixture>(truncated(x, c.lower, c.upper), 1);
    const FitResult result =
        mixture.fit(truncated(x, c.lower, c.upper),
                    stopping::AitkenAcceleration(1e-9) || stopping::MaxIterations(100000));
    CAPTURE(c.lower, c.upper, result.iterations, mixture.means()(0, 0), double(m));
    CHECK(result.converged());
    CHECK(never_falls(result.log_likelihoods, 1e-14, 2000));
    // 1e-9 nats are 5e-5 of a standard error, which here is up to 0.1.
    CHECK(std::abs(mixture.means()(0, 0) - double(m)) < 1e-5);
    CHECK(std::abs(mixture.variances()(0, 0) - double(s * s)) < 1e-5);
    // And the truth is near: four standard errors by the curvature of the profile.
    const Wide h = 1e-2L;
    const Wide curvature =
        (2 * truth.profile(log_s) - truth.profile(log_s - h) - truth.profile(log_s + h)) / h / h;
    CHECK(std::abs(double(log_s)) < 4 / std::sqrt(double(curvature)));
    const Row deviations = x.array() - x.mean();
    CHECK(std::abs(deviations.squaredNorm() / 2000 - 1) >
          4 / std::sqrt(2000.0 / 2));  // the naive fit is far
  }
}

TEST_CASE("a truncated mixture is found where a plain fit is far off", "[truncated]") {
  const Mixture truth = mixture_of(0.4, {0, 5}, {1.44, 4});
  const Row x = draw(truth, 4000, 0.5, 8, 3);
  const auto window = truncated(x, 0.5, 8.0);
  auto mixture = initialize<Mixture>(window, 2);
  const FitResult result = mixture.fit(window);
  CHECK(result.converged());
  CHECK(never_falls(result.log_likelihoods, 1e-13, 4000));
  CHECK(std::abs(result.log_likelihood / double(naive_log_likelihood(mixture, x, 0.5L, 8)) - 1) <
        1e-13);
  // Twice the gain on the truth is chi-squared of five: above 25.7 once in ten thousand.
  const double gain = result.log_likelihood - double(naive_log_likelihood(truth, x, 0.5L, 8));
  CHECK(gain > 0);
  CHECK(2 * gain < 25.7);
  Mixture naive = mixture;
  naive.fit(x);
  const double loss =
      double(naive_log_likelihood(truth, x, 0.5L, 8) - naive_log_likelihood(naive, x, 0.5L, 8));
  CHECK(loss > 50);
  // What is known well: four standard errors of some 0.05 by a fit to ten such samples.
  const Index high = mixture.means()(0, 0) < mixture.means()(0, 1) ? 1 : 0;
  CHECK(std::abs(mixture.means()(0, high) - 5) < 0.25);
  CHECK(std::abs(mixture.variances()(0, high) - 4) < 1);
  CHECK(std::abs(naive.means()(0, high) - 5) > 0.2);
  CHECK(std::abs(naive.variances()(0, high) - 4) > 1.1);
  // Effective counts are of what was seen.
  CHECK(std::abs(result.effective_counts.sum() - 4000) < 1e-6);
}

TEST_CASE("an E-step expects the samples outside, as naive integrals do", "[truncated]") {
  const Mixture mixture = mixture_of(0.3, {-1, 3}, {4, 1});
  const Row x = draw(mixture, 50, -0.5, 3.5, 8);
  const auto moments = mixture.moments(truncated(x, -0.5, 3.5));
  Wide probability = 0, outside = 0;
  std::vector<Sums> sums;
  for (Index k = 0; k < 2; ++k) {
    const Wide weight = Wide(mixture.weights()(k)), m = Wide(mixture.means()(0, k));
    const Wide s = std::sqrt(Wide(mixture.variances()(0, k)));
    probability += weight * inside(m, s, -0.5L, 3.5L);
    Sums of_k;
    for (const Sums& side : {simpson(m, s, m - 14 * s, -0.5L), simpson(m, s, 3.5L, m + 14 * s)}) {
      of_k.add(side, weight);
    }
    outside += of_k.count;
    sums.push_back(of_k);
  }
  CHECK(std::abs(double(outside + probability - 1)) < 1e-14);
  const auto shares = mixture.responsibilities(x);
  for (Index k = 0; k < 2; ++k) {
    Sums of_k;
    of_k.add(sums[std::size_t(k)], 50 / probability);
    for (Index n = 0; n < 50; ++n) {
      const Wide at = Wide(x(n));
      of_k.add({1, at, at * at}, Wide(shares(k, n)));
    }
    sums[std::size_t(k)] = of_k;
  }
  CHECK(std::abs(moments.total_weight() / double(50 / probability) - 1) < 1e-14);
  Mixture next = mixture;
  next.m_step(moments);
  for (Index k = 0; k < 2; ++k) {
    const Sums& of_k = sums[std::size_t(k)];
    const Wide mean = of_k.first / of_k.count, variance = of_k.second / of_k.count - mean * mean;
    CHECK(std::abs(moments.counts()(k) / double(of_k.count) - 1) < 1e-13);
    CHECK(std::abs(next.means()(0, k) - double(mean)) < 1e-13);
    CHECK(std::abs(next.variances()(0, k) / double(variance) - 1) < 1e-12);
  }
}

TEST_CASE("a window without ends changes nothing", "[truncated]") {
  const Mixture truth = mixture_of(0.4, {0, 5}, {1.44, 4});
  const Row x = draw(truth, 500, -infinity, infinity, 5);
  const auto window = truncated(x, -infinity, infinity);
  Mixture seen = mixture_of(0.5, {-1, 4}, {2, 2}), plain = seen;
  const FitResult of_seen = seen.fit(window, stopping::MaxIterations(15));
  const FitResult of_plain = plain.fit(x, stopping::MaxIterations(15));
  CHECK(parameter_distance(seen, plain) < 1e-12);
  CHECK(std::abs(of_seen.log_likelihood / of_plain.log_likelihood - 1) < 1e-14);
  CHECK(of_seen.stopped_by == of_plain.stopped_by);
}

TEST_CASE("counts are repetitions, importances without a factor, threads alike", "[truncated]") {
  const Mixture truth = mixture_of(0.4, {0, 5}, {1.44, 4});
  const Row x = draw(truth, 200, 0, 7, 6);
  Row twice(400);
  twice << x, x;
  const Eigen::VectorXd ones = Eigen::VectorXd::Ones(200);
  const auto fit = [](const auto& samples, const auto& options) {
    Mixture mixture = mixture_of(0.5, {-1, 4}, {2, 2});
    mixture.fit(samples, options);
    return mixture;
  };
  const auto options = eigenmix::fit_options(stopping::MaxIterations(20));
  const Mixture once = fit(truncated(x, 0.0, 7.0), options);
  CHECK(parameter_distance(fit(truncated(twice, 0.0, 7.0), options),
                           fit(truncated(counted(x, ones * 2), 0.0, 7.0), options)) < 1e-12);
  CHECK(fit(truncated(weighted(x, ones * 8), 0.0, 7.0), options) ==
        fit(truncated(weighted(x, ones), 0.0, 7.0), options));
  CHECK(parameter_distance(fit(truncated(weighted(x, ones * 3), 0.0, 7.0), options), once) < 1e-12);
  const auto threads =
      eigenmix::fit_options(stopping::MaxIterations(20), eigenmix::execution::Threads(2));
  CHECK(fit(truncated(x, 0.0, 7.0), threads) == once);
  // A sample of no weight may lie anywhere.
  Row more(201);
  more << x, 99;
  Eigen::VectorXd weights = Eigen::VectorXd::Ones(201);
  weights(200) = 0;
  const auto all = truncated(counted(more, weights), 0.0, 7.0);
  CHECK(parameter_distance(fit(all, options), once) < 1e-12);
  CHECK(initialize<Mixture>(all, 2).means().maxCoeff() < 7);
}

TEST_CASE("samples in fine bins are truncated like samples", "[truncated]") {
  const Row x = draw(mixture_of(0.4, {0, 5}, {1.44, 4}), 20000, 0, 7, 9);
  constexpr Index bins = 700;
  Eigen::VectorXd counts = Eigen::VectorXd::Zero(bins);
  for (Index n = 0; n < x.size(); ++n) counts(std::min<Index>(Index(x(n) * 100), bins - 1)) += 1;
  const Eigen::VectorXd edges = Eigen::VectorXd::LinSpaced(bins + 1, 0, 7);
  Mixture of_samples = mixture_of(0.5, {-1, 4}, {2, 2}), of_bins = of_samples;
  of_samples.fit(truncated(x, 0.0, 7.0), stopping::MaxIterations(30));
  const auto histogram = binned(edges, counts, eigenmix::Outside::unseen);
  of_bins.fit(histogram, stopping::MaxIterations(30));
  // Grouping by h moves estimates by h² / 24 and by chance h sqrt(1 / 12 / N): some 3e-5, times the
  // 1 / P by which thirty steps add it up.
  CHECK(parameter_distance(of_samples, of_bins) < 2e-3);
}

TEST_CASE("samples that fall off like an exponential end with a status", "[truncated]") {
  eigenmix::random::Engine engine(3);
  Row x(400);
  for (Index n = 0; n < 400; ++n) {
    const double e = -std::log(1 - eigenmix::random::uniform(engine));
    x(n) = e * std::sqrt(e);  // heavier than an exponential
  }
  const auto limit = stopping::standard() || stopping::MaxIterations(400);
  for (const double side : {1.0, -1.0}) {
    const Row signed_x = side * x;
    const auto window =
        side > 0 ? truncated(signed_x, 0.0, infinity) : truncated(signed_x, -infinity, 0.0);
    auto mixture = initialize<Mixture>(window, 1);
    const FitResult result = mixture.fit(window, limit);
    CAPTURE(result.stopped_by, result.iterations);
    CHECK(result.status == FitStatus::no_finite_maximum);
    CHECK(result.stopped_by.find("no finite maximum: component 0 rises or falls like an "
                                 "exponential") != std::string::npos);
    CHECK(eigenmix_tests::is_sound(mixture));
    // Below that of the exponential distribution, to which it rises.
    CHECK(result.log_likelihood < -400 * (1 + std::log(x.mean())));
    CHECK(never_falls(result.log_likelihoods, 1e-13, 400));
  }
  // Between two ends: what is U-shaped varies more than a uniform distribution.
  Row u(400);
  for (Index n = 0; n < 400; ++n) u(n) = (n % 2 == 0 ? 0.1 : 0.9) + 1e-4 * double(n);
  auto mixture = initialize<Mixture>(truncated(u, 0.0, 1.0), 1);
  const FitResult result = mixture.fit(truncated(u, 0.0, 1.0), limit);
  CHECK(result.status == FitStatus::no_finite_maximum);
  CHECK(result.stopped_by.find("no finite maximum") != std::string::npos);
  // A prior bounds it.
  const auto prior = eigenmix::prior::NormalInverseWishart(Eigen::MatrixXd::Identity(1, 1), 5);
  const FitResult of_prior =
      mixture.fit(truncated(u, 0.0, 1.0), eigenmix::fit_options(prior, limit));
  CHECK(never_falls(of_prior.log_posteriors, 1e-13, 400));
  CHECK(of_prior.stopped_by.find("no finite maximum") == std::string::npos);
  CHECK(of_prior.status != FitStatus::no_finite_maximum);
}

TEST_CASE("the variance up to which there is a maximum is that of an exponential", "[truncated]") {
  namespace detail = eigenmix::detail;
  for (const double theta : {1e-3, 0.011, 0.5, 3.0, 40.0, 900.0}) {
    // Moments of exp(-θ u) on [0, 1], by closed forms in long double where they do not cancel, else
    // by series.
    const Wide t = theta;
    const Wide mean = theta < 0.02 ? 0.5L - t / 12 + t * t * t / 720 : 1 / t - 1 / std::expm1(t);
    const Wide sinh = std::sinh(std::min(t / 2, Wide(1000)));
    const Wide variance = theta < 0.02 ? 1 / 12.0L - t * t / 240 + t * t * t * t / 6048
                                       : 1 / (t * t) - 1 / (4 * sinh * sinh);
    const double low = detail::largest_variance(2.0, 5.0, double(2 + 3 * mean));
    const double high = detail::largest_variance(2.0, 5.0, double(5 - 3 * mean));
    CAPTURE(theta);
    CHECK(std::abs(low / double(9 * variance) - 1) < 1e-9);
    CHECK(std::abs(high / double(9 * variance) - 1) < 1e-9);
  }
  CHECK(detail::largest_variance(2.0, infinity, 2.5) == 0.25);
  CHECK(detail::largest_variance(-infinity, 5.0, 3.0) == 4);
  CHECK(detail::largest_variance(-infinity, infinity, 3.0) == infinity);
}

TEST_CASE("a start from which EM cannot move says so", "[truncated]") {
  const Row x = draw(normal(0, 1), 100, -1, 1, 2);
  Mixture far = normal(-60, 1);
  const FitResult result = far.fit(truncated(x, -1.0, 1.0), stopping::standard());
  CHECK(result.status == FitStatus::no_finite_maximum);
  CHECK(result.stopped_by.find("samples are seen with probability") != std::string::npos);
  CHECK(eigenmix_tests::is_sound(far));
  CHECK(std::isfinite(result.log_likelihood));
}

TEST_CASE("one component that is hidden for the most part is reached by leaps", "[truncated]") {
  // Of N(0, 1) a sixth, a fiftieth and both ends are seen. Leaps may begin after twenty steps; EM
  // goes some P of the way in each.
  for (const auto& [lower, upper] : {std::pair(1.0, infinity), {2.0, infinity}, {-0.5, 0.75}}) {
    const Row x = draw(normal(0, 1), 3000, lower, upper, 12);
    const auto window = truncated(x, lower, upper);
    auto mixture = initialize<Mixture>(window, 1);
    const FitResult of_leaps = mixture.fit(window);
    const OneTruncated truth(x, lower, upper);
    const Wide most = truth.profile(truth.best_log_deviation());
    CAPTURE(lower, upper, of_leaps.passes, of_leaps.log_likelihood, double(most));
    CHECK(of_leaps.converged());
    CHECK(of_leaps.passes < 100);
    CHECK(std::abs(of_leaps.log_likelihood - double(most)) < 1e-4);
    CHECK(never_falls(of_leaps.log_likelihoods, 1e-13, 3000));
    auto stepping = initialize<Mixture>(window, 1);
    const FitResult of_steps = stepping.fit(
        window,
        eigenmix::fit_options(eigenmix::acceleration::None(), stopping::MaxIterations(500)));
    CHECK(of_steps.log_likelihood < double(most) - 0.01);
  }
}

TEST_CASE("what is rounding goes by what was seen", "[truncated]") {
  // Of N(0, 1) 3e-5 and 1e-6 are seen: millions and billions there must have been.
  for (const double lower : {4.0, 4.75}) {
    const Row x = Row::LinSpaced(2000, lower, lower + 1);
    double weight = 0, resolution = 0;
    const auto watch = [&](const eigenmix::Iteration& now) {
      weight = now.total_weight();
      resolution = now.resolution();
    };
    Mixture mixture = normal(0, 1);
    mixture.fit(truncated(x, lower, infinity),
                eigenmix::fit_options(stopping::MaxIterations(20), watch));
    CHECK(std::abs(weight / 2000 - 1) < 1e-14);
    // Some ulps of what is summed, log densities and log probabilities of up to 16 nats.
    CHECK(resolution > 2000 * std::numeric_limits<double>::epsilon());
    CHECK(resolution < 2000 * 16 * 10 * std::numeric_limits<double>::epsilon());
  }
}

TEST_CASE("samples of one value collapse as without a window", "[truncated]") {
  const Row x = Row::Constant(20, 0.5);
  auto mixture = normal(0.25, 1);
  const FitResult result = mixture.fit(truncated(x, 0.0, 1.0));
  CHECK(result.collapsed_count + Index(result.atoms.size()) == 1);
  CHECK(eigenmix_tests::is_sound(mixture));
}

TEST_CASE("densities are those of samples that had to be inside", "[truncated]") {
  Mixture mixture = mixture_of(0.3, {-1, 3}, {4, 1});
  constexpr Index parts = 2000;
  const Row x = Row::LinSpaced(parts + 1, -0.5, 3.5);
  for (const double noise : {0.0, 0.2}) {
    mixture.set_noise({noise, -std::log(4.0)});
    const auto window = truncated(x, -0.5, 3.5);
    const auto log_density = mixture.log_density(window);
    double integral = 0;
    for (Index n = 0; n <= parts; ++n) {
      integral += std::exp(log_density(n)) * (n == 0 || n == parts ? 1 : n % 2 == 1 ? 4 : 2);
    }
    CHECK(std::abs(integral * 4 / (3.0 * parts) - 1) < 1e-10);
    CHECK((mixture.responsibilities(window) - mixture.responsibilities(x)).cwiseAbs().maxCoeff() <
          1e-14);
    CHECK(mixture.classify(window) == mixture.classify(x));
    CHECK(std::abs(mixture.log_likelihood(window) / log_density.sum() - 1) < 1e-13);
    CHECK(std::abs(mixture.moments(window).log_likelihood() / log_density.sum() - 1) < 1e-13);
  }
}

TEST_CASE("a background within the window is fitted beside components", "[truncated]") {
  const Row of_normal = draw(normal(0, 1), 3000, -1, 4, 4);
  eigenmix::random::Engine engine(8);
  Row x(3600);
  x.head(3000) = of_normal;
  for (Index n = 3000; n < 3600; ++n) x(n) = -1 + 5 * eigenmix::random::uniform(engine);
  Mixture mixture = normal(0.5, 2);
  mixture.set_noise({0.05, -std::log(5.0)});
  const FitResult result = mixture.fit(truncated(x, -1.0, 4.0));
  CHECK(result.converged());
  CHECK(never_falls(result.log_likelihoods, 1e-13, 3600));
  // Of all samples, P(X >= -1) = 0.841 of the components' seen: four errors of some 0.012.
  CHECK(std::abs(mixture.noise().weight - 600 / (600 + 3000 / 0.8413)) < 0.05);
  CHECK(std::abs(mixture.means()(0, 0)) < 0.2);
  CHECK(std::abs(mixture.variances()(0, 0) - 1) < 0.25);
  check_rejected("fit", "weight of the noise", "0.", "none where samples of any size are seen",
                 [&] { mixture.fit(truncated(x, -1.0, infinity)); });
  mixture.set_noise({0.05, -1});
  check_rejected("fit", "log density of the noise", "-1", "at most -1.6",
                 [&] { mixture.fit(truncated(x, -1.0, 4.0)); });
}

TEST_CASE("in float it is the same to float's digits", "[truncated]") {
  const Row x = draw(mixture_of(0.4, {0, 5}, {1.44, 4}), 500, 0, 7, 6);
  const Eigen::RowVectorXf narrow = x.cast<float>();
  Mixture wide = mixture_of(0.5, {-1, 4}, {2, 2});
  GaussianMixture<float, 1> mixture(wide.weights().cast<float>(), wide.means().cast<float>(),
                                    Eigen::RowVector2f(2, 2));
  wide.fit(truncated(x, 0.0, 7.0), stopping::MaxIterations(10));
  const FitResult result = mixture.fit(truncated(narrow, 0.0f, 7.0f), stopping::MaxIterations(10));
  CHECK(never_falls(result.log_likelihoods, 1e-5, 500));
  // Ten steps with parameters rounded to 6e-8 each, times 1 / P.
  CHECK(parameter_distance(wide, mixture) < 1e-4);
}

TEST_CASE("windows that are none are refused by name", "[truncated]") {
  const double nan = std::numeric_limits<double>::quiet_NaN();
  Row x(3);
  x << 0.25, 0.5, 3;
  check_rejected("truncated", "window", "1 to 1", "a lower end below",
                 [&] { truncated(x, 1.0, 1.0); });
  check_rejected("truncated", "window", "0 to nan", "a lower end below",
                 [&] { truncated(x, 0.0, nan); });
  check_rejected("truncated", "window", "nan to 2", "a lower end below",
                 [&] { truncated(x, nan, 2.0); });
  Mixture mixture = normal(0, 1);
  const Mixture before = mixture;
  check_rejected("fit", "x(0, 2)", "3", "samples in [0, 2]",
                 [&] { mixture.fit(truncated(x, 0.0, 2.0)); });
  Row bad = x;
  bad(1) = nan;
  check_rejected("fit", "x(0, 1)", "nan", "finite samples",
                 [&] { mixture.fit(truncated(bad, 0.0, 5.0)); });
  check_rejected("log_density", "x(0, 2)", "3", "samples in [0, 2]",
                 [&] { mixture.log_density(truncated(x, 0.0, 2.0)); });
  const Eigen::MatrixXd two_rows = Eigen::MatrixXd::Ones(2, 3);
  check_rejected("fit", "rows of x", "2", "1", [&] { mixture.fit(truncated(two_rows, 0.0, 2.0)); });
  Mixture plane(Eigen::VectorXd::Ones(1), Eigen::MatrixXd::Zero(2, 1),
                {Eigen::MatrixXd::Identity(2, 2)});
  check_rejected("fit", "dimension of the mixture", "2", "1: intervals",
                 [&] { plane.fit(truncated(x, 0.0, 5.0)); });
  check_rejected("initialize", "number of components", "4", "from 1 to",
                 [&] { initialize<Mixture>(truncated(x, 0.0, 5.0), 4); });
  CHECK(mixture == before);
}
