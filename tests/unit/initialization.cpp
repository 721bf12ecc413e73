// SPDX-License-Identifier: MIT
#include <limits>

#include <support/catch.hpp>
#include <support/data.hpp>
#include <support/datasets.hpp>
#include <support/failure.hpp>

// Starts: what each strategy promises, on every standard library.

namespace {

using eigenmix::counted;
using eigenmix::fit_best;
using eigenmix::fit_options;
using eigenmix::GaussianMixture;
using eigenmix::Index;
using eigenmix::initialize;
using eigenmix::weighted;
using eigenmix::stopping::MaxIterations;
using eigenmix_tests::check_rejected;
using eigenmix_tests::is_sound;
using eigenmix_tests::parameter_distance;
using eigenmix_tests::WithinRel;
namespace covariance = eigenmix::covariance;
namespace initialization = eigenmix::initialization;
namespace random = eigenmix::random;

using Mixture = GaussianMixture<double, 2>;
using Samples = Mixture::Means;

/// Three groups of 40 around (0, 0), (10, 0), (0, 10), in this order.
Samples three_groups() {
  random::Engine engine(41);
  random::Normal normal;
  Samples x(2, 120);
  for (Index n = 0; n < 120; ++n) {
    x(0, n) = normal(engine) + (n / 40 == 1 ? 10 : 0);
    x(1, n) = normal(engine) + (n / 40 == 2 ? 10 : 0);
  }
  return x;
}

std::vector<Index> three_labels() {
  std::vector<Index> labels(120);
  for (std::size_t n = 0; n < 120; ++n) labels[n] = Index(n) / 40;
  return labels;
}

TEST_CASE("the engine gives the published numbers", "[random]") {
  // The first outputs of SplitMix64 for seed 1234567, as in the reference implementation's tests.
  random::Engine engine(1234567);
  CHECK(engine() == 6457827717110365317U);
  CHECK(engine() == 3203168211198807973U);
  CHECK(engine() == 9817491932198370423U);
  CHECK(engine() == 4593380528125082431U);
  CHECK(engine() == 16408922859458223821U);
}

TEST_CASE("uniform numbers are the leading 53 bits, on every standard library", "[random]") {
  random::Engine engine(1234567), bits(1234567);
  for (int i = 0; i < 1000; ++i) {
    const double u = random::uniform(engine);
    CHECK(u == std::ldexp(double(bits() >> 11), -53));
    CHECK(u >= 0);
    CHECK(u < 1);
  }
  random::Engine index_engine(5);
  Eigen::VectorXd hits = Eigen::VectorXd::Zero(7);
  for (int i = 0; i < 7000; ++i) {
    const Index drawn = random::uniform_index(index_engine, 7);
    REQUIRE(drawn >= 0);
    REQUIRE(drawn < 7);
    hits(drawn) += 1;
  }
  // Binomial, deviation sqrt(7000 / 7 * 6 / 7) = 29.3; six of them.
  CHECK((hits.array() - 1000).abs().maxCoeff() <= 176);
  random::Engine one(5);
  CHECK(random::uniform_index(one, 1) == 0);
}

TEST_CASE("normal numbers are Marsaglia's, with the moments of a normal distribution", "[random]") {
  // Recomputed here by the polar method; the last bits of log may differ between libraries.
  random::Engine engine(7), uniforms(7);
  random::Normal normal;
  for (int i = 0; i < 100; ++i) {
    double u = 0, v = 0, s = 0;
    do {
      u = 2 * random::uniform(uniforms) - 1;
      v = 2 * random::uniform(uniforms) - 1;
      s = u * u + v * v;
    } while (s >= 1 || s == 0);
    const double scale = std::sqrt(-2 * std::log(s) / s);
    CHECK_THAT(normal(engine), WithinRel(u * scale, 1e-14));
    CHECK_THAT(normal(engine), WithinRel(v * scale, 1e-14));
  }
  constexpr int n = 100000;
  double sums[5] = {0, 0, 0, 0, 0};
  for (int i = 0; i < n; ++i) {
    const double z = normal(engine);
    for (int power = 1; power <= 4; ++power) sums[power] += std::pow(z, power) / n;
  }
  // Variances of z, z², z³, z⁴ are 1, 2, 15, 96; six standard errors.
  CHECK(std::abs(sums[1]) <= 6 * std::sqrt(1.0 / n));
  CHECK(std::abs(sums[2] - 1) <= 6 * std::sqrt(2.0 / n));
  CHECK(std::abs(sums[3]) <= 6 * std::sqrt(15.0 / n));
  CHECK(std::abs(sums[4] - 3) <= 6 * std::sqrt(96.0 / n));
}

TEST_CASE("frozen numbers of a seed", "[random]") {
  random::Engine engine(42);
  random::Normal normal;
  CHECK(random::uniform(engine) == 0.74156487877182331);
  CHECK_THAT(normal(engine), WithinRel(-0.76577435759509638, 1e-14));
  CHECK(random::uniform_index(engine, 1000) == 764);
}

TEST_CASE("a frozen k-means++ start", "[initialization]") {
  const auto x = eigenmix_tests::faithful();
  const auto start = initialize<Mixture>(x, 2, initialization::KMeansPlusPlus());
  // The fixed point of Lloyd's iteration on standardised columns, groups of 174 and 98 samples.
  CHECK_THAT(start.weights()(0), WithinRel(174.0 / 272, 1e-14));
  CHECK_THAT(start.means()(0, 0), WithinRel(4.2963275862068961, 1e-13));
  CHECK_THAT(start.means()(1, 0), WithinRel(80.080459770114942, 1e-13));
  CHECK_THAT(start.means()(0, 1), WithinRel(2.0522040816326532, 1e-13));
  CHECK_THAT(start.means()(1, 1), WithinRel(54.591836734693878, 1e-13));
}

/// What must hold of any start: one component is the closed form, any K up to N will do, samples
/// without weight are not there, and the same seed gives the same start.
template <class Family, class Strategy>
void check_strategy(const Strategy& strategy) {
  using Model = GaussianMixture<double, 2, Family>;
  CAPTURE(Family::name);
  const Samples x = three_groups();
  CHECK(initialize<Model>(x, 3, strategy) == initialize<Model>(x, 3, strategy));
  Strategy other = strategy;
  other.seed += 1;
  bool differs = false;
  for (int i = 0; i < 20; ++i, ++other.seed) {
    differs = differs || initialize<Model>(x, 7, other) != initialize<Model>(x, 7, strategy);
  }
  CHECK(differs);
  for (const Index k : {1, 2, 5, 50, 120}) {
    CAPTURE(k);
    const auto start = initialize<Model>(x, k, strategy);
    CHECK(start.component_count() == k);
    CHECK(is_sound(start));
    CHECK(start.weights().minCoeff() > 0);
  }

  // Samples of weight zero are not drawn, not even if they are far away.
  Eigen::VectorXd weights = Eigen::VectorXd::Ones(120);
  Samples far = x;
  for (Index n = 0; n < 120; n += 3) {
    weights(n) = 0;
    far.col(n).setConstant(1e4);
  }
  const auto start = initialize<Model>(counted(far, weights), 5, strategy);
  CHECK(is_sound(start));
  CHECK(start.means().maxCoeff() < 100);
  CHECK(start.variances().maxCoeff() < 1e4);
}

/// All families from one strategy.
template <class Strategy>
void check_strategy_for_all(const Strategy& strategy) {
  check_strategy<covariance::Full>(strategy);
  check_strategy<covariance::Tied>(strategy);
  check_strategy<covariance::Diagonal>(strategy);
  check_strategy<covariance::Spherical>(strategy);
}

TEST_CASE("every seeded strategy is deterministic and takes any K from 1 to N",
          "[initialization]") {
  check_strategy_for_all(initialization::KMeansPlusPlus());
  check_strategy<covariance::Full>(initialization::SmallEm());
  check_strategy_for_all(initialization::RandomSamples());
  check_strategy_for_all(initialization::RandomPartition());
  check_strategy_for_all(initialization::KMeansPlusPlus{3, 0});
}

TEST_CASE("one component starts as the normal distribution of the data", "[initialization]") {
  const Samples x = three_groups();
  const Eigen::Vector2d mean = x.rowwise().mean();
  const Eigen::MatrixXd centred = x.colwise() - mean;
  const Mixture expected(Eigen::Matrix<double, 1, 1>(1.0), Samples(mean),
                         std::vector<Eigen::Matrix2d>{centred * centred.transpose() / 120});
  CHECK(parameter_distance(expected, initialize<Mixture>(x, 1)) <= 1e-13);
  CHECK(parameter_distance(expected,
                           initialize<Mixture>(x, 1, initialization::RandomPartition())) <= 1e-13);
  CHECK(parameter_distance(
            expected, initialize<Mixture>(
                          x, 1, initialization::FromLabels(std::vector<int>(120, 0)))) <= 1e-13);
  // RandomSamples takes its mean from a sample.
  const auto random_start = initialize<Mixture>(x, 1, initialization::RandomSamples());
  CHECK((random_start.covariance(0) - expected.covariance(0)).norm() <=
        1e-13 * expected.covariance(0).norm());
}

TEST_CASE("KMeansPlusPlus finds groups that are plainly there", "[initialization]") {
  const Samples x = three_groups();
  const auto expected = initialize<Mixture>(x, 3, initialization::FromLabels(three_labels()));
  for (std::uint64_t seed = 0; seed < 20; ++seed) {
    const auto start = initialize<Mixture>(x, 3, initialization::KMeansPlusPlus{seed});
    // In some order, the three groups.
    for (Index k = 0; k < 3; ++k) {
      double nearest = 1e9;
      for (Index j = 0; j < 3; ++j) {
        nearest = std::min(nearest, (start.means().col(j) - expected.means().col(k)).norm());
      }
      CHECK(nearest <= 1e-12);
    }
  }
}

TEST_CASE("units do not decide a k-means++ start", "[initialization]") {
  const Samples x = three_groups();
  Samples scaled = x;
  scaled.row(0) *= 4096;  // powers of two, so that both round alike
  scaled.row(1) /= 1024;
  for (std::uint64_t seed = 0; seed < 5; ++seed) {
    const initialization::KMeansPlusPlus strategy{seed};
    const auto plain = initialize<Mixture>(x, 6, strategy);
    const auto other = initialize<Mixture>(scaled, 6, strategy);
    CHECK(plain.weights() == other.weights());
    Samples means = other.means();
    means.row(0) /= 4096;
    means.row(1) *= 1024;
    CHECK((means - plain.means()).norm() <= 1e-12);
  }
}

TEST_CASE("integer weights of a k-means++ start are repetitions", "[initialization]") {
  // Wherever the seeds fall, three plain groups are found; the weights then decide the estimates.
  const Samples x = three_groups();
  Eigen::VectorXd weights(120);
  std::vector<Index> repeated;
  for (Index n = 0; n < 120; ++n) {
    weights(n) = double(1 + n % 3);
    for (Index i = 0; i < 1 + n % 3; ++i) repeated.push_back(n);
  }
  Samples copies(2, Index(repeated.size()));
  for (std::size_t i = 0; i < repeated.size(); ++i) copies.col(Index(i)) = x.col(repeated[i]);
  const auto sorted = [](const Mixture& mixture) {
    std::vector<double> keys;
    for (Index k = 0; k < mixture.component_count(); ++k) {
      keys.push_back(mixture.means().col(k).sum() * mixture.weights()(k));
    }
    std::sort(keys.begin(), keys.end());
    return keys;
  };
  const auto a = sorted(initialize<Mixture>(counted(x, weights), 3));
  const auto b = sorted(initialize<Mixture>(copies, 3));
  for (std::size_t k = 0; k < 3; ++k) CHECK(std::abs(a[k] - b[k]) <= 1e-11);
}

TEST_CASE("RandomSamples takes K different samples as means", "[initialization]") {
  const Samples x = three_groups();
  const auto start = initialize<Mixture>(x, 120, initialization::RandomSamples());
  Eigen::VectorXi used = Eigen::VectorXi::Zero(120);
  for (Index k = 0; k < 120; ++k) {
    for (Index n = 0; n < 120; ++n) {
      if (x.col(n) == start.means().col(k)) used(n) += 1;
    }
  }
  CHECK((used.array() == 1).all());
  CHECK(start.weights().maxCoeff() - start.weights().minCoeff() <= 1e-15);
  CHECK(start.covariance(0) == start.covariance(119));
}

TEST_CASE("RandomSamples draws with the weights as probabilities", "[initialization]") {
  Samples x(2, 4);
  x << 0, 1, 2, 3, 0, 1, 4, 9;
  const Eigen::Vector4d weights(1, 2, 3, 4);
  Eigen::Vector4d hits = Eigen::Vector4d::Zero();
  constexpr int runs = 4000;
  for (int i = 0; i < runs; ++i) {
    const auto start = initialize<Mixture>(weighted(x, weights), 1,
                                           initialization::RandomSamples{std::uint64_t(i)});
    hits(Index(start.means()(0, 0))) += 1;
  }
  for (Index n = 0; n < 4; ++n) {
    const double p = weights(n) / 10;
    CHECK(std::abs(hits(n) - runs * p) <= 6 * std::sqrt(runs * p * (1 - p)));
  }
}

TEST_CASE("FromLabels starts from the groups, as vectors of any kind", "[initialization]") {
  const Samples x = three_groups();
  const auto labels = three_labels();
  const auto start = initialize<Mixture>(x, 3, initialization::FromLabels(labels));
  for (Index k = 0; k < 3; ++k) {
    const Samples group = x.middleCols(40 * k, 40);
    const Eigen::Vector2d mean = group.rowwise().mean();
    const Eigen::MatrixXd centred = group.colwise() - mean;
    CHECK((start.means().col(k) - mean).norm() <= 1e-13);
    CHECK((start.covariance(k) - centred * centred.transpose() / 40).norm() <= 1e-13);
    CHECK_THAT(start.weights()(k), WithinRel(1.0 / 3, 1e-15));
  }
  const std::vector<int> ints(labels.begin(), labels.end());
  const Eigen::VectorXi column = Eigen::Map<const Eigen::VectorXi>(ints.data(), 120);
  const Eigen::RowVectorXi row = column.transpose();
  CHECK(initialize<Mixture>(x, 3, initialization::FromLabels(ints)) == start);
  CHECK(initialize<Mixture>(x, 3, initialization::FromLabels(column)) == start);
  CHECK(initialize<Mixture>(x, 3, initialization::FromLabels(row)) == start);
  // What classify returns is labels.
  const auto from_classes =
      initialize<Mixture>(x, 3, initialization::FromLabels(start.classify(x)));
  CHECK(parameter_distance(start, from_classes) <= 1e-13);
}

TEST_CASE("FromLabels with weights takes weighted groups", "[initialization]") {
  const Samples x = three_groups();
  const Eigen::VectorXd weights = Eigen::VectorXd::LinSpaced(120, 0.5, 3);
  const auto start =
      initialize<Mixture>(weighted(x, weights), 3, initialization::FromLabels(three_labels()));
  for (Index k = 0; k < 3; ++k) {
    const Eigen::VectorXd w = weights.segment(40 * k, 40);
    CHECK_THAT(start.weights()(k), WithinRel(w.sum() / weights.sum(), 1e-13));
    const Eigen::Vector2d mean = x.middleCols(40 * k, 40) * w / w.sum();
    CHECK((start.means().col(k) - mean).norm() <= 1e-12);
  }
}

TEST_CASE("bad labels are refused", "[initialization][bad input]") {
  const Samples x = three_groups();
  const auto with = [&x](std::vector<Index> labels) {
    return [&x, labels] { initialize<Mixture>(x, 3, initialization::FromLabels(labels)); };
  };
  auto labels = three_labels();
  labels.pop_back();
  check_rejected("FromLabels", "number of labels", "119", "120", with(labels));
  labels.push_back(3);
  check_rejected("FromLabels", "label", "3", "[0, 3)", with(labels));
  labels.back() = -1;
  check_rejected("FromLabels", "label", "-1", "[0, 3)", with(labels));
  for (Index& label : labels) label = label == 1 ? 0 : std::max<Index>(label, 0);
  check_rejected("FromLabels", "component 1", "0", "at least one sample", with(labels));
  check_rejected("FromLabels", "number of labels", "0", "120", with({}));
  // A label that only samples without weight have is unused too.
  Eigen::VectorXd weights = Eigen::VectorXd::Ones(120);
  weights.tail(40).setZero();
  check_rejected("FromLabels", "component 2", "0", "at least one sample", [&] {
    initialize<Mixture>(weighted(x, weights), 3, initialization::FromLabels(three_labels()));
  });
}

TEST_CASE("FromResponsibilities starts from one M-step", "[initialization]") {
  const Samples x = three_groups();
  random::Engine engine(3);
  Eigen::MatrixXd r(3, 120);
  for (Index n = 0; n < 120; ++n) {
    for (Index k = 0; k < 3; ++k) r(k, n) = random::uniform(engine);
    r.col(n) /= r.col(n).sum();
  }
  auto expected = initialize<Mixture>(x, 3);
  expected.m_step(x, r);
  const auto start = initialize<Mixture>(x, 3, initialization::FromResponsibilities(r));
  CHECK(parameter_distance(expected, start) <= 1e-12);
  CHECK(initialize<Mixture>(x, 3, initialization::FromResponsibilities(r * 2 - r)) == start);
}

TEST_CASE("bad responsibilities are refused by a start", "[initialization][bad input]") {
  const Samples x = three_groups();
  const auto with = [&x](Eigen::MatrixXd r) {
    return [&x, r] { initialize<Mixture>(x, 2, initialization::FromResponsibilities(r)); };
  };
  Eigen::MatrixXd r = Eigen::MatrixXd::Constant(2, 120, 0.5);
  check_rejected("FromResponsibilities", "responsibilities", "2 x 119", "2 x 120",
                 with(r.leftCols(119)));
  check_rejected("FromResponsibilities", "responsibilities", "3 x 120", "2 x 120",
                 with(Eigen::MatrixXd::Constant(3, 120, 1.0 / 3)));
  r(0, 9) = -0.5;
  check_rejected("FromResponsibilities", "responsibility(0, 9)", "-0.5", ">= 0", with(r));
  r(0, 9) = std::numeric_limits<double>::quiet_NaN();
  check_rejected("FromResponsibilities", "responsibility(0, 9)", "nan", ">= 0", with(r));
  r(0, 9) = 0.75;
  check_rejected("FromResponsibilities", "sample 9", "1.25", "1 within 1e-5", with(r));
  r.row(0).setOnes();
  r.row(1).setZero();
  check_rejected("FromResponsibilities", "component 1", "0", "at least one sample", with(r));
}

/// Whether a start is sound, or was refused with `part` in the reason.
template <class Start>
bool is_sound_or_refused(const std::string& part, Start&& start) {
  try {
    return is_sound(start());
  } catch (const std::invalid_argument& error) {
    return std::string(error.what()).find(part) != std::string::npos;
  }
}

TEST_CASE("responsibilities next to nothing are refused or give a sound start",
          "[initialization]") {
  const Samples x = three_groups();
  Eigen::MatrixXd r = Eigen::MatrixXd::Constant(2, 120, 1e-200);
  r.row(0).setOnes();
  CHECK(is_sound_or_refused("component 1", [&] {
    return initialize<Mixture>(x, 2, initialization::FromResponsibilities(r));
  }));
}

TEST_CASE("fewer samples with weight than components are refused or given a sound start",
          "[initialization]") {
  const Samples x = three_groups();
  Eigen::VectorXd weights = Eigen::VectorXd::Zero(120);
  weights.head(2).setOnes();
  const auto check = [&](const auto& strategy) {
    CHECK(is_sound_or_refused("number of components", [&] {
      return initialize<Mixture>(counted(x, weights), 3, strategy);
    }));
  };
  check(initialization::KMeansPlusPlus());
  check(initialization::RandomSamples());
  check(initialization::RandomPartition());
}

TEST_CASE("a number of Lloyd iterations cannot be negative", "[initialization][bad input]") {
  check_rejected("KMeansPlusPlus", "lloyd_iterations", "-1", ">= 0", [] {
    initialize<Mixture>(three_groups(), 2, initialization::KMeansPlusPlus{0, -1});
  });
}

TEST_CASE("any callable is a start strategy", "[initialization]") {
  const Samples x = three_groups();
  const auto strategy = [](const Samples& samples, Index components) {
    const Samples ones = Samples::Ones(2, components);
    return Mixture(Eigen::VectorXd::Constant(components, 1.0 / double(components)),
                   Samples(samples.leftCols(components)), ones);
  };
  const auto start = initialize<Mixture>(x, 3, strategy);
  CHECK(start.means() == x.leftCols(3));
  check_rejected("initialize", "number of components", "121", "120",
                 [&] { initialize<Mixture>(x, 121, strategy); });
}

TEST_CASE("fit_best keeps the best run and reports all", "[restarts]") {
  const Samples x = eigenmix_tests::faithful();
  const auto best =
      fit_best<Mixture>(x, 4, initialization::Restarts(6, initialization::RandomSamples{100}));
  REQUIRE(best.runs.size() == 6);
  for (std::size_t i = 0; i < 6; ++i) {
    CHECK(best.runs[i].seed == 100 + i);
    CHECK(best.runs[i].error.empty());
    CHECK(best.runs[i].result.log_likelihoods.size() ==
          std::size_t(best.runs[i].result.iterations) + 1);
    auto alone = initialize<Mixture>(x, 4, initialization::RandomSamples{100 + i});
    CHECK(alone.fit(x).log_likelihood == best.runs[i].result.log_likelihood);
    if (best.runs[i].is_valid()) {
      CHECK(best.runs[i].result.log_likelihood <= best.result.log_likelihood);
    }
    if (i == best.best) CHECK(alone == best.mixture);
  }
  CHECK(best.runs[best.best].result.log_likelihood == best.result.log_likelihood);
  CHECK(best.runs[best.best].is_valid());
  check_rejected("fit_best", "runs", "0", "at least one",
                 [&] { fit_best<Mixture>(x, 2, initialization::Restarts(0)); });
  check_rejected("initialize", "number of components", "0", "from 1",
                 [&] { fit_best<Mixture>(x, 0, initialization::Restarts(2)); });
}

/// Starts number `bad` fail as `Failure` says; the others are k-means++.
struct Treacherous {
  std::uint64_t seed = 0;
  std::uint64_t bad_from = 0, bad_to = 0;
  Mixture operator()(const Samples& x, Index components) const {
    if (seed >= bad_from && seed < bad_to) throw std::runtime_error("no start today");
    return initialize<Mixture>(x, components, initialization::KMeansPlusPlus{seed});
  }
};

TEST_CASE("a run that throws does not lose the others", "[restarts]") {
  const Samples x = eigenmix_tests::faithful();
  const auto best = fit_best<Mixture>(x, 2, initialization::Restarts(4, Treacherous{0, 1, 3}));
  REQUIRE(best.runs.size() == 4);
  CHECK(best.runs[0].is_valid());
  CHECK(best.runs[1].error == "no start today");
  CHECK_FALSE(best.runs[2].is_valid());
  CHECK(best.runs[3].is_valid());
  CHECK((best.best == 0 || best.best == 3));
  CHECK(is_sound(best.mixture));
  const auto late = fit_best<Mixture>(x, 2, initialization::Restarts(3, Treacherous{0, 0, 2}));
  CHECK(late.best == 2);
}

TEST_CASE("if every run fails fit_best says why", "[restarts]") {
  const Samples x = eigenmix_tests::faithful();
  CHECK_THROWS_WITH(fit_best<Mixture>(x, 2, initialization::Restarts(3, Treacherous{0, 0, 99})),
                    eigenmix_tests::contains_text("every run failed") &&
                        eigenmix_tests::contains_text("no start today"));
  CHECK_THROWS_AS(fit_best<Mixture>(x, 2, initialization::Restarts(3, Treacherous{0, 0, 99})),
                  std::runtime_error);
}

/// Starts run 1 on three duplicated samples, where the likelihood is won by collapsing, the others
/// on two of the three groups.
struct Tempting {
  std::uint64_t seed = 0;
  Mixture operator()(const Samples& x, Index) const {
    std::vector<Index> labels(std::size_t(x.cols()), 0);
    for (std::size_t n = 0; n < 120; ++n) labels[n] = seed == 1 ? Index(n < 3) : Index(n >= 80);
    return initialize<Mixture>(x, 2, initialization::FromLabels(labels));
  }
};

TEST_CASE("a collapsed run does not win by its likelihood", "[restarts]") {
  Samples x = three_groups();
  x.leftCols(3).colwise() = Eigen::Vector2d(1, 1);
  const auto best = fit_best<Mixture>(x, 2, initialization::Restarts(3, Tempting()));
  REQUIRE(best.runs[1].result.collapsed_count == 1);
  CHECK_FALSE(best.runs[1].is_valid());
  CHECK(best.runs[1].result.log_likelihood > best.result.log_likelihood);
  CHECK(best.best != 1);
  // If nothing else is left, a collapsed run is better than none.
  const auto only = fit_best<Mixture>(x, 2, initialization::Restarts(1, Tempting{1}));
  CHECK(only.result.collapsed_count == 1);
}

TEST_CASE("options and stopping reach every run", "[restarts]") {
  const Samples x = eigenmix_tests::faithful();
  int calls = 0;
  const auto best = fit_best<Mixture>(
      x, 2, initialization::Restarts(3, initialization::KMeansPlusPlus()),
      fit_options(MaxIterations(2), [&calls](const eigenmix::Iteration&) { ++calls; }));
  CHECK(calls == 9);
  for (const auto& run : best.runs) CHECK(run.result.iterations == 2);
  const Eigen::VectorXd weights = Eigen::VectorXd::Constant(272, 2.0);
  const auto heavy = fit_best<Mixture>(counted(x, weights), 2, initialization::Restarts(2));
  CHECK_THAT(heavy.result.effective_counts.sum(), WithinRel(544.0, 1e-12));
}

}  // namespace
