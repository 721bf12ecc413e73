// SPDX-License-Identifier: MIT

// Histograms: fits of what was counted in bins.

#include <array>
#include <cstdlib>
#include <fstream>
#include <limits>
#include <sstream>
#include <string>
#include <vector>

#include <support/catch.hpp>
#include <support/closeness.hpp>
#include <support/data.hpp>
#include <support/failure.hpp>

#include <eigenmix/eigenmix.hpp>
#include <eigenmix/execution/threads.hpp>
#include <eigenmix/incomplete/binned.hpp>
#include <eigenmix/inference/univariate.hpp>
#include <eigenmix/selection/select.hpp>

namespace {

using eigenmix::binned;
using eigenmix::FitResult;
using eigenmix::FitStatus;
using eigenmix::GaussianMixture;
using eigenmix::Index;
using eigenmix::initialize;
using eigenmix::Outside;
using eigenmix_tests::check_rejected;
using eigenmix_tests::never_falls;
using eigenmix_tests::parameter_distance;
namespace covariance = eigenmix::covariance;
namespace selection = eigenmix::selection;
namespace stopping = eigenmix::stopping;
using Wide = long double;
using Mixture = GaussianMixture<double, 1>;
using Tied = GaussianMixture<double, 1, covariance::Tied>;

constexpr double infinity = std::numeric_limits<double>::infinity();

struct Histogram {
  Eigen::VectorXd edges, counts;
};

Histogram histogram_of(const std::vector<double>& edges, const std::vector<double>& counts) {
  return {Eigen::Map<const Eigen::VectorXd>(edges.data(), Index(edges.size())),
          Eigen::Map<const Eigen::VectorXd>(counts.data(), Index(counts.size()))};
}

/// data/histogram.csv: 20000 draws of 0.4 N(0, 1.44) + 0.6 N(5, 4) in bins of width one.
Histogram read_histogram() {
  std::ifstream file(EIGENMIX_TESTS_DIR "/data/histogram.csv");
  std::vector<double> edges, counts;
  std::string line;
  std::getline(file, line);
  while (std::getline(file, line)) {
    std::istringstream fields(line);
    std::string lower, upper, count;
    std::getline(fields, lower, ',');
    std::getline(fields, upper, ',');
    std::getline(fields, count);
    if (edges.empty()) edges.push_back(std::strtod(lower.c_str(), nullptr));
    edges.push_back(std::strtod(upper.c_str(), nullptr));
    counts.push_back(std::strtod(count.c_str(), nullptr));
  }
  return histogram_of(edges, counts);
}

auto binned_of(const Histogram& h, Outside outside = Outside::empty) {
  return binned(h.edges, h.counts, outside);
}

template <class M = Mixture>
M two_components(double mean = 0) {
  using Scalar = typename M::Scalar;
  Eigen::Matrix<Scalar, 2, 1> weights(Scalar(0.25), Scalar(0.75));
  typename M::Means means(1, 2), variances(1, 2);
  means << Scalar(mean), Scalar(mean + 4);
  variances << Scalar(2.25), Scalar(2.25);
  return M(weights, means, variances);
}

/// Of a mixture, [K] log-likelihood apart: counts, means and second moments about zero, by
/// Simpson's rule in long double on 4000 parts of each bin, as far as 14 deviations.
struct NaiveMoments {
  Wide log_likelihood = 0;
  std::vector<std::array<Wide, 3>> of;
};

template <class M>
std::array<Wide, 3> simpson(const M& mixture, Index k, Wide lower, Wide upper) {
  const Wide mean = Wide(mixture.means()(0, k));
  const Wide deviation = std::sqrt(Wide(mixture.variances()(0, k)));
  lower = std::max(lower, mean - 14 * deviation);
  upper = std::min(upper, mean + 14 * deviation);
  std::array<Wide, 3> sums{};
  constexpr int parts = 4000;
  for (int i = 0; i <= parts; ++i) {
    const Wide x = lower + (upper - lower) * i / parts, z = (x - mean) / deviation;
    const int factor = i == 0 || i == parts ? 1 : i % 2 == 1 ? 4 : 2;
    const Wide density = std::exp(-z * z / 2) / deviation * Wide(0.398942280401432677939946L);
    const Wide share = factor * density * (upper - lower) / (3 * parts);
    sums[0] += share;
    sums[1] += share * x;
    sums[2] += share * x * x;
  }
  return sums;
}

template <class M>
NaiveMoments naive_moments(const M& mixture, const Histogram& h) {
  const Index components = mixture.component_count();
  NaiveMoments result;
  result.of.resize(std::size_t(components));
  for (Index b = 0; b < h.counts.size(); ++b) {
    std::vector<std::array<Wide, 3>> of_bin;
    Wide all = 0;
    for (Index k = 0; k < components; ++k) {
      of_bin.push_back(simpson(mixture, k, Wide(h.edges(b)), Wide(h.edges(b + 1))));
      all += Wide(mixture.weights()(k)) * of_bin.back()[0];
    }
    if (!(h.counts(b) > 0)) continue;
    result.log_likelihood += Wide(h.counts(b)) * std::log(all);
    for (std::size_t k = 0; k < of_bin.size(); ++k) {
      for (std::size_t power = 0; power < 3; ++power) {
        result.of[k][power] +=
            Wide(h.counts(b)) * Wide(mixture.weights()(Index(k))) * of_bin[k][power] / all;
      }
    }
  }
  return result;
}

}  // namespace

TEST_CASE("a histogram is fitted by its bins and not by their centres", "[binned]") {
  const Histogram h = read_histogram();
  REQUIRE(h.counts.sum() == 20000);
  auto mixture = initialize<Mixture>(binned_of(h), 2);
  const FitResult result = mixture.fit(binned_of(h));
  CHECK(result.status == FitStatus::converged);
  CHECK(result.soundness() == eigenmix::Soundness::sound);
  CHECK(never_falls(result.log_likelihoods, 1e-14, 20000));
  const Index low = mixture.means()(0, 0) < mixture.means()(0, 1) ? 0 : 1, high = 1 - low;
  const auto weights = mixture.weights();
  const auto variances = mixture.variances();
  // The issue gives four digits; the fit is a hundredth of a standard error from its optimum.
  CHECK(std::abs(variances(0, low) - 1.444) < 5e-4);
  CHECK(std::abs(weights(low) - 0.40194) < 2e-4);
  CHECK(std::abs(mixture.means()(0, low) - 0.0060) < 5e-4);
  // Within four standard errors of the truth, those of 20000 samples of known component doubled.
  CHECK(std::abs(weights(low) - 0.4) < 8 * std::sqrt(0.24 / 20000));
  CHECK(std::abs(mixture.means()(0, low)) < 8 * 1.2 / std::sqrt(8000.0));
  CHECK(std::abs(mixture.means()(0, high) - 5) < 8 * 2 / std::sqrt(12000.0));
  CHECK(std::abs(variances(0, low) - 1.44) < 8 * 1.44 * std::sqrt(2 / 8000.0));
  CHECK(std::abs(variances(0, high) - 4) < 8 * 4 * std::sqrt(2 / 12000.0));

  const Index bins = h.counts.size();
  const Eigen::RowVectorXd centres = (h.edges.head(bins) + h.edges.tail(bins)).transpose() / 2;
  Mixture of_centres = mixture;
  of_centres.fit(eigenmix::counted(centres, h.counts));
  CHECK(std::abs(of_centres.variances()(0, low) - 1.528) < 5e-4);
}

TEST_CASE("an E-step is that of naive integrals", "[binned]") {
  Histogram h = read_histogram();
  h.edges(0) = -infinity;
  h.edges(h.edges.size() - 1) = infinity;
  h.counts(0) = 2.5;
  h.counts(25) = 0.75;
  const auto check = [&](const auto& mixture) {
    const auto naive = naive_moments(mixture, h);
    const auto moments = mixture.moments(binned_of(h));
    // Sums of 26 bins, of log probabilities down to -80.
    CHECK(std::abs(moments.log_likelihood() / double(naive.log_likelihood) - 1) < 1e-13);
    CHECK(std::abs(mixture.log_likelihood(binned_of(h)) / moments.log_likelihood() - 1) < 1e-14);
    CHECK(moments.total_weight() == h.counts.sum());
    Wide within = 0;
    for (Index k = 0; k < mixture.component_count(); ++k) {
      const auto& of = naive.of[std::size_t(k)];
      const Wide mean = of[1] / of[0];
      within += of[2] - of[0] * mean * mean;
      CHECK(std::abs(moments.counts()(k) / double(of[0]) - 1) < 1e-13);
      CHECK(std::abs(moments.means()(0, k) - double(mean)) < 1e-13 * (1 + std::abs(double(mean))));
    }
    auto next = mixture;
    next.m_step(moments);
    Wide found = 0;
    for (Index k = 0; k < mixture.component_count(); ++k) {
      found += Wide(moments.counts()(k)) * Wide(next.variances()(0, k));
    }
    CHECK(std::abs(double(found / within) - 1) < 1e-12);
    if constexpr (std::is_same_v<std::decay_t<decltype(mixture)>, Mixture>) {
      const auto& of = naive.of[0];
      const Wide variance = of[2] / of[0] - of[1] / of[0] * (of[1] / of[0]);
      CHECK(std::abs(next.variances()(0, 0) / double(variance) - 1) < 1e-12);
    }
  };
  check(two_components());
  check(two_components<Tied>(1));
  CHECK(two_components<Tied>().moments(binned_of(h)).second().cols() == 1);
}

TEST_CASE("bins as fine as the samples' rounding give the plain fit", "[binned]") {
  eigenmix::random::Engine engine(7);
  Eigen::RowVectorXd x = two_components().sample(300, engine).samples;
  std::sort(x.data(), x.data() + x.size());
  std::vector<double> edges{-infinity}, counts;
  for (Index n = 0; n < x.size(); ++n) {  // a bin of 1e-9 about each, and what is between
    edges.push_back(x(n) - 5e-10);
    edges.push_back(x(n) + 5e-10);
    counts.push_back(0);
    counts.push_back(1);
  }
  edges.push_back(infinity);
  counts.push_back(0);
  const Histogram h = histogram_of(edges, counts);
  const auto stopping = stopping::MaxIterations(20);
  Mixture mixture = two_components(-0.5), plain = mixture;
  const FitResult of_bins = mixture.fit(binned_of(h), stopping);
  const FitResult of_samples = plain.fit(x, stopping);
  // A log density changes by 1e-18 within a bin; the widths are known to 1e-16 / 1e-9.
  CHECK(parameter_distance(mixture, plain) < 1e-6);
  const double width = 300 * std::log(1e-9);
  CHECK(std::abs(of_bins.log_likelihood - width - of_samples.log_likelihood) < 1e-4);
}

TEST_CASE("empty bins may be merged, and ends opened, where nothing lies outside", "[binned]") {
  const Histogram h = read_histogram();
  const Index bins = h.counts.size();
  Mixture closed = two_components(), open = closed, merged = closed, wider = closed;
  const FitResult result = closed.fit(binned_of(h));
  Histogram ends = h;
  ends.edges(0) = -infinity;
  ends.edges(bins) = infinity;
  CHECK(open.fit(binned_of(ends)).log_likelihoods == result.log_likelihoods);
  CHECK(open == closed);
  Histogram less{Eigen::VectorXd(bins - 3), Eigen::VectorXd(bins - 4)};  // of the last five one
  less.edges << h.edges.head(bins - 4), 20;
  less.counts << h.counts.head(bins - 5), 0;
  merged.fit(binned_of(less));
  CHECK(merged == closed);
  Histogram more{Eigen::VectorXd(bins + 3), Eigen::VectorXd(bins + 2)};
  more.edges << -infinity, h.edges, infinity;
  more.counts << 0, h.counts, 0;
  wider.fit(binned_of(more));
  CHECK(wider == closed);
}

TEST_CASE("what an empty bin says is heard", "[binned]") {
  // All of a normal distribution's samples in the middle one of three: those beside make it narrow.
  const Histogram beside = histogram_of({-infinity, 0, 1, 2, infinity}, {0, 100, 100, 0});
  const Histogram alone = histogram_of({0, 1, 2}, {100, 100});
  Mixture wide(Eigen::VectorXd::Ones(1), Eigen::MatrixXd::Ones(1, 1), Eigen::MatrixXd::Ones(1, 1));
  const double inside = wide.log_likelihood(binned_of(alone, Outside::unseen));
  CHECK(std::abs(inside - 200 * std::log(0.5)) < 1e-12);
  CHECK(std::abs(wide.log_likelihood(binned_of(beside)) - inside -
                 200 * std::log(std::erf(1 / std::sqrt(2.0)))) < 1e-11);
}

TEST_CASE("counts times a power of two are the same to the bit", "[binned]") {
  const Histogram h = read_histogram();
  // By EM's steps: accelerated ones count parameters against samples.
  const auto options = [](double factor) {
    return eigenmix::fit_options(stopping::AitkenAcceleration(1e-6 * factor),
                                 eigenmix::acceleration::None());
  };
  Mixture once = two_components();
  const FitResult result = once.fit(binned_of(h), options(1));
  for (const double factor : {0.125, 64.0}) {
    Mixture often = two_components();
    const auto scaled = binned(h.edges, h.counts * factor);
    const FitResult other = often.fit(scaled, options(factor));
    CHECK(often == once);
    CHECK(other.log_likelihood == factor * result.log_likelihood);
    CHECK(other.iterations == result.iterations);
    CHECK(initialize<Mixture>(scaled, 2) == initialize<Mixture>(binned_of(h), 2));
  }
  // Shares of one sample, with which sums round otherwise.
  Mixture shares = two_components();
  shares.fit(binned(h.edges, h.counts / 20000), options(1.0 / 20000));
  CHECK(parameter_distance(once, shares) < 1e-9);
}

TEST_CASE("counts are numbers of any type, edges rows or columns", "[binned]") {
  const Histogram h = read_histogram();
  const Eigen::VectorXi whole = h.counts.cast<int>();
  const auto a = two_components().log_likelihood(binned(h.edges.transpose(), whole));
  CHECK(a == two_components().log_likelihood(binned_of(h)));
}

TEST_CASE("a likelihood of bins never falls, in float neither", "[binned]") {
  eigenmix::random::Engine engine(5);
  const auto limit = stopping::standard() || stopping::MaxIterations(300);
  for (int trial = 0; trial < 6; ++trial) {
    std::vector<double> edges{-infinity, 0},
        counts{std::floor(9 * eigenmix::random::uniform(engine))};
    for (int b = 0; b < 10; ++b) {
      edges.push_back(edges.back() + 0.1 + eigenmix::random::uniform(engine));
      counts.push_back(std::floor(40 * eigenmix::random::uniform(engine)));
    }
    edges.push_back(infinity);
    counts.push_back(3);
    const Histogram h = histogram_of(edges, counts);
    const double total = h.counts.sum();
    CAPTURE(trial);
    for (const Outside outside : {Outside::empty, Outside::unseen}) {
      auto mixture = initialize<Mixture>(binned_of(h, outside), 3);
      const FitResult result = mixture.fit(binned_of(h, outside), limit);
      CHECK(never_falls(result.log_likelihoods, 1e-13, total));
      CHECK(eigenmix_tests::is_sound(mixture));
    }
    using Float = GaussianMixture<float, 1>;
    const auto narrow = binned(h.edges.cast<float>(), h.counts);
    auto mixture = initialize<Float>(narrow, 2);
    const FitResult result = mixture.fit(narrow, limit);
    // Parameters are stored in float, its rounding once in the log density of each.
    CHECK(never_falls(result.log_likelihoods, 1e-5, total));
    CHECK(eigenmix_tests::is_sound(mixture));
  }
}

TEST_CASE("where samples outside were not counted the truth is found all the same", "[binned]") {
  // The expected counts of a truncated mixture: their optimum is the truth.
  const Mixture truth = two_components();
  std::vector<double> edges, counts;
  for (int b = 0; b <= 20; ++b) edges.push_back(-1 + 0.35 * b);
  for (std::size_t b = 0; b < 20; ++b) {
    counts.push_back(1e6 * (cdf(truth, edges[b + 1]) - cdf(truth, edges[b])));
  }
  const Histogram h = histogram_of(edges, counts);
  Mixture mixture = two_components(0.5), naive = mixture;
  const FitResult result =
      mixture.fit(binned_of(h, Outside::unseen), stopping::AitkenAcceleration(1e-9));
  CHECK(std::abs(result.effective_counts.sum() / h.counts.sum() - 1) < 1e-12);
  naive.fit(binned_of(h), stopping::AitkenAcceleration(1e-9));
  CHECK(parameter_distance(truth, mixture) < 1e-3);
  CHECK(parameter_distance(truth, naive) > 0.1);
}

TEST_CASE("bins that fix no width end with a status that says so", "[binned]") {
  struct Case {
    std::vector<double> edges, counts;
    bool has_maximum;
  };
  const std::vector<Case> cases = {
      {{0, 1, 2, 3}, {0, 100, 0}, false},
      {{0, 1, 2, 3}, {30, 70, 0}, false},
      {{0, 1, 2, 3}, {30, 0, 70}, true},
      {{0, 1, 2, 3}, {30, 60, 10}, true},
      {{-infinity, 1, 2, infinity}, {30, 0, 70}, false},
      {{0, 1, 2, infinity}, {0, 0, 10}, false},
      {{0, 1, infinity}, {0.25, 0.5}, false},
  };
  for (const Case& c : cases) {
    const Histogram h = histogram_of(c.edges, c.counts);
    auto mixture = initialize<Mixture>(binned_of(h), 1);
    const FitResult result = mixture.fit(binned_of(h));
    CAPTURE(h.counts.transpose(), result.stopped_by, result.iterations);
    CHECK(result.status == (c.has_maximum ? FitStatus::converged : FitStatus::no_finite_maximum));
    const auto found = result.stopped_by.find("no finite maximum: component 0 lies in two bins");
    CHECK((found == std::string::npos) == c.has_maximum);
    CHECK(eigenmix_tests::is_sound(mixture));
    CHECK(std::isfinite(result.log_likelihood));
    // No likelihood of bins is more than that of the shares.
    const double total = h.counts.sum();
    double most = 0;
    for (Index b = 0; b < h.counts.size(); ++b) {
      if (h.counts(b) > 0) most += h.counts(b) * std::log(h.counts(b) / total);
    }
    CHECK(result.log_likelihood < most + 1e-9);
    if (!c.has_maximum) CHECK(result.log_likelihood > most - 0.1);
  }
}

TEST_CASE("where the likelihood rises for ever nothing is chosen for it", "[binned]") {
  // Three bins at the left have a maximum, two at the right have none of their own.
  const Histogram h = histogram_of({0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12},
                                   {300, 600, 100, 0, 0, 0, 0, 0, 0, 0, 400, 600});
  const auto chosen = selection::select(binned_of(h), selection::families<covariance::Full>(),
                                        selection::components(1, 2));
  const selection::Cell &one = chosen.grid().cells()[0], &two = chosen.grid().cells()[1];
  REQUIRE(one.fit.status == FitStatus::converged);
  REQUIRE(two.fit.status == FitStatus::no_finite_maximum);
  REQUIRE(two.criterion < one.criterion);
  CHECK(one.is_valid());
  CHECK(!two.has_maximum());
  CHECK(two.status == selection::CellStatus::degenerate);
  CHECK(chosen.best().component_count == 1);

  const auto sound = eigenmix::fit_best<Mixture>(binned_of(h), 1);
  const auto rising = eigenmix::fit_best<Mixture>(binned_of(h), 2);
  REQUIRE(rising.result.status == FitStatus::no_finite_maximum);
  CHECK(sound.runs[sound.best].is_valid());
  CHECK(!rising.runs[rising.best].is_valid());
  namespace detail = eigenmix::detail;
  CHECK(rising.result.log_posterior > sound.result.log_posterior);
  CHECK(detail::is_better(detail::merit_of(sound.result), detail::merit_of(rising.result)));
}

TEST_CASE("a background has its density times a bin's width", "[binned]") {
  Histogram h = read_histogram();
  h.counts.array() += 100;
  Mixture mixture = two_components();
  mixture.set_noise({0.05, -std::log(26.0)});
  const auto values = mixture.log_density(binned_of(h));
  const auto shares = mixture.responsibilities(binned_of(h));
  Mixture bare = mixture;
  bare.set_noise({});
  for (Index b = 0; b < h.counts.size(); ++b) {
    const double of_normals = cdf(bare, h.edges(b + 1)) - cdf(bare, h.edges(b));
    const double all = 0.05 / 26 + 0.95 * of_normals;
    CHECK(std::abs(values(b) - std::log(all)) < 1e-12);
    CHECK(std::abs(shares.col(b).sum() - 0.95 * of_normals / all) < 1e-12);
  }
  const FitResult result = mixture.fit(binned_of(h));
  CHECK(result.converged());
  CHECK(never_falls(result.log_likelihoods, 1e-14, h.counts.sum()));
  CHECK(std::abs(mixture.noise().weight - 2600.0 / 22600) < 4 * std::sqrt(2600.0) / 22600 * 2);
  Mixture other = mixture;
  const FitResult inside = other.fit(binned_of(h, Outside::unseen));
  CHECK(never_falls(inside.log_likelihoods, 1e-13, h.counts.sum()));

  h.edges(0) = -infinity;
  check_rejected("fit", "weight of the noise", "0.", "none where a bin is open",
                 [&] { mixture.fit(binned_of(h)); });
  h.edges(0) = -6.5;
  mixture.set_noise({0.05, 0});
  check_rejected("fit", "log density of the noise", "0", "at most -3.27",
                 [&] { mixture.fit(binned_of(h, Outside::unseen)); });
}

TEST_CASE("a mixture says of bins what its distribution function does", "[binned]") {
  const Histogram h = histogram_of({-infinity, -3, -1, 0.5, 4, 6, infinity}, {1, 2, 0, 3, 4, 5});
  const Mixture mixture = two_components();
  const auto log_probabilities = mixture.log_density(binned_of(h));
  const auto of_components = mixture.log_component_densities(binned_of(h));
  const auto shares = mixture.responsibilities(binned_of(h));
  const auto labels = mixture.classify(binned_of(h));
  double log_likelihood = 0;
  for (Index b = 0; b < 6; ++b) {
    const double p = b < 5 ? cdf(mixture, h.edges(b + 1)) - (b > 0 ? cdf(mixture, h.edges(b)) : 0)
                           : survival(mixture, 6.0);
    CHECK(std::abs(log_probabilities(b) - std::log(p)) < 1e-13);
    log_likelihood += h.counts(b) * std::log(p);
    CHECK(std::abs(shares.col(b).sum() - 1) < 1e-14);
    const double first = 0.25 * std::exp(of_components(0, b));
    CHECK(std::abs(shares(0, b) - first / p) < 1e-13);
    CHECK(labels(b) == (first > p / 2 ? 0 : 1));
  }
  CHECK(std::abs(mixture.log_likelihood(binned_of(h)) / log_likelihood - 1) < 1e-14);
  // Of bins that are all that is seen, the probabilities sum to one.
  const Histogram part = histogram_of({-3, -1, 0.5, 4, 6}, {2, 0, 3, 4});
  const auto inside = mixture.log_density(binned_of(part, Outside::unseen));
  CHECK(std::abs(inside.array().exp().sum() - 1) < 1e-14);
}

TEST_CASE("choices and threads take histograms", "[binned]") {
  const Histogram h = read_histogram();
  const auto chosen = selection::select(binned_of(h), selection::families<covariance::Full>(),
                                        selection::components(1, 3));
  CHECK(chosen.best().component_count == 2);
  CHECK(std::abs(chosen.best().fit.log_likelihood + 48743.174) < 1e-2);
  Mixture mixture = two_components(), threaded = mixture;
  mixture.fit(binned_of(h));
  threaded.fit(binned_of(h), eigenmix::fit_options(eigenmix::execution::Threads(2)));
  CHECK(threaded == mixture);
}

TEST_CASE("histograms that are none are refused by name", "[binned]") {
  const double nan = std::numeric_limits<double>::quiet_NaN();
  const auto make = [](const std::vector<double>& edges, const std::vector<double>& counts) {
    return [=] { binned_of(histogram_of(edges, counts)); };
  };
  check_rejected("binned", "edge 2", "1", "more than the edge before, 1", make({0, 1, 1}, {1, 1}));
  check_rejected("binned", "edge 1", "nan", "finite edges", make({0, nan, 2}, {1, 1}));
  check_rejected("binned", "edge 0", "nan", "finite edges", make({nan, 1, 2}, {1, 1}));
  check_rejected("binned", "edge 1", "inf", "finite edges", make({0, infinity, 2}, {1, 1}));
  check_rejected("binned", "number of counts", "3", "2, one less than edges",
                 make({0, 1, 2}, {1, 1, 1}));
  check_rejected("binned", "number of edges", "1", "at least two", make({0}, {1}));
  check_rejected("binned", "count 1", "-1", "finite counts >= 0", make({0, 1, 2}, {1, -1}));
  check_rejected("binned", "count 0", "nan", "finite counts >= 0", make({0, 1, 2}, {nan, 1}));
  check_rejected("binned", "sum of the counts", "0", "a sum between", make({0, 1, 2}, {0, 0}));
  check_rejected("binned", "edges", "none that is finite", "a bin with an end",
                 make({-infinity, infinity}, {1}));
  check_rejected("binned", "shape of the edges", "2 x 2", "a row or a column",
                 [] { binned(Eigen::MatrixXd::Zero(2, 2), Eigen::VectorXd::Ones(3)); });
  const Histogram h = read_histogram();
  const GaussianMixture<double> plane(Eigen::VectorXd::Ones(1), Eigen::MatrixXd::Zero(2, 1),
                                      {Eigen::MatrixXd::Identity(2, 2)});
  check_rejected("log_likelihood", "dimension of the mixture", "2", "1: intervals",
                 [&] { plane.log_likelihood(binned_of(h)); });
  auto mixture = two_components();
  const Mixture before = mixture;
  check_rejected("fit", "samples of positive weight", "1", "at least as many as components, 2",
                 [&] {
                   mixture.fit(binned_of(histogram_of({0, 1, 2}, {0, 5})));
                 });
  CHECK(mixture == before);
}
