// SPDX-License-Identifier: MIT
#include <cmath>
#include <limits>
#include <utility>
#include <vector>

#include <support/catch.hpp>
#include <support/closeness.hpp>
#include <support/data.hpp>
#include <support/failure.hpp>

#include <eigenmix/degeneracy/drop.hpp>
#include <eigenmix/degeneracy/throw.hpp>
#include <eigenmix/execution/threads.hpp>
#include <eigenmix/online/stepwise_em.hpp>

// Streams: stepwise EM against EM of all samples, against weighted sums of its own, and against
// what moves.

namespace {

using Eigen::Dynamic;
using Eigen::MatrixXd;
using eigenmix::counted;
using eigenmix::GaussianMixture;
using eigenmix::Index;
using eigenmix::weighted;
using eigenmix::online::Constant;
using eigenmix::online::Decreasing;
using eigenmix::online::Options;
using eigenmix::online::StepwiseEm;
using eigenmix::online::Time;
using eigenmix_tests::check_error;
using eigenmix_tests::check_rejected;
using eigenmix_tests::random_mixture;
namespace covariance = eigenmix::covariance;

using Plane = GaussianMixture<double, 2>;
template <class Family>
using Of = GaussianMixture<double, Dynamic, Family>;

constexpr double epsilon = std::numeric_limits<double>::epsilon();

template <class Mixture>
Mixture truth(double separation = 4, Index components = 3) {
  eigenmix::random::Engine engine(5);
  return random_mixture<Mixture>(2, components, separation, engine);
}

template <class Mixture>
typename Mixture::Means draw(const Mixture& mixture, Index count, std::uint64_t seed = 1) {
  eigenmix::random::Engine engine(seed);
  return mixture.sample(count, engine).samples;
}

/// Lets a stream learn x in batches of `size`.
template <class Stream, class X>
void feed(Stream& stream, const X& x, Index size) {
  for (Index begin = 0; begin + size <= x.cols(); begin += size) {
    stream.update(x.middleCols(begin, size));
  }
}

/// EM of all samples, so many iterations.
template <class Mixture, class X>
Mixture batch_em(Mixture mixture, const X& x, int iterations = 60) {
  for (int i = 0; i < iterations; ++i) mixture.m_step(mixture.moments(x));
  return mixture;
}

/// How much less likely x is than under another, in nats a sample.
template <class Mixture, class X>
double loss(const Mixture& mixture, const Mixture& best, const X& x) {
  return double(best.log_likelihood(x) - mixture.log_likelihood(x)) / double(x.cols());
}

/// Samples that are no matrix, but make moments: of two matrices, one after the other.
class TwoParts {
 public:
  using MakesMoments = void;
  using Scalar = double;
  static constexpr int RowsAtCompileTime = Dynamic;

  TwoParts(const MatrixXd& a, const MatrixXd& b) : joined_(a.rows(), a.cols() + b.cols()) {
    joined_ << a, b;
  }

  template <class Parameters>
  class Pass {
   public:
    static constexpr bool is_complete = true;
    using Boundary = eigenmix::detail::Boundary<double, Parameters::Dim>;
    using AnySamples = eigenmix::detail::AnySamples<double, Parameters::Dim>;

    Pass(const char* where, const MatrixXd& x, Index dimension,
         const eigenmix::detail::AnyExecution& execution)
        : opened_(Boundary::checked(where, x, dimension)),
          samples_(opened_),
          pass_(samples_, execution) {}
    void accumulate(const Parameters& parameters, typename Parameters::Moments& moments) {
      pass_.accumulate(parameters, moments);
    }
    void accumulate_about_means(const Parameters& parameters,
                                typename Parameters::Moments& moments) {
      pass_.accumulate_about_means(parameters, moments);
    }
    const eigenmix::detail::Columns& columns() const { return samples_.columns(); }
    const AnySamples* samples() const { return &samples_; }
    Index count() const { return samples_.count(); }

   private:
    decltype(Boundary::checked("", std::declval<MatrixXd>(), 1)) opened_;
    AnySamples samples_;
    eigenmix::detail::MomentPass<Parameters> pass_;
  };

  template <class Parameters>
  Pass<Parameters> open(const char* where, Index dimension,
                        const eigenmix::detail::AnyExecution& execution) const {
    return Pass<Parameters>(where, joined_, dimension, execution);
  }

 private:
  MatrixXd joined_;
};

}  // namespace

TEMPLATE_TEST_CASE("one batch of all samples with a step of one is an iteration of EM, to the bit",
                   "[online]", covariance::Full, covariance::Tied, covariance::Diagonal,
                   covariance::Spherical, covariance::VVE) {
  using Mixture = Of<TestType>;
  const Mixture start = eigenmix_tests::perturbed(truth<Mixture>());
  const auto x = draw(start, 900);
  StepwiseEm stream(start, Constant(1));
  const auto update = stream.update(x);
  Mixture stepped = start;
  const auto moments = start.moments(x);
  stepped.m_step(moments);
  CHECK(stream.mixture() == stepped);
  CHECK(update.step == 1);
  CHECK(update.weight == 900);
  CHECK(update.log_likelihood == moments.log_likelihood());
  CHECK(stream.memory() == 900);
  // And the next, from what the first one left.
  stream.update(x);
  stepped.m_step(stepped.moments(x));
  CHECK(stream.mixture() == stepped);
}

TEST_CASE("that iteration is a fit's, too", "[online]") {
  const Plane start = eigenmix_tests::perturbed(truth<Plane>());
  const auto x = draw(start, 900);
  StepwiseEm stream(start, Constant(1));
  stream.update(x);
  Plane fitted = start;
  fitted.fit(x, eigenmix::stopping::MaxIterations(1));
  CHECK(stream.mixture() == fitted);
}

// The loss of an estimate from n samples of p parameters is chi-squared of p, halved, by n: p / (2
// n) on average. Four times that, for a step whose error EM's own rate makes larger.
TEMPLATE_TEST_CASE("a stationary stream ends where EM of all samples does", "[online]",
                   covariance::Full, covariance::Tied, covariance::Diagonal, covariance::Spherical,
                   covariance::VVE) {
  using Mixture = Of<TestType>;
  const Mixture from = truth<Mixture>(), start = eigenmix_tests::perturbed(from);
  const auto x = draw(from, EIGENMIX_TESTS_SANITIZED ? 20000 : 100000);
  const Mixture best = batch_em(start, x, 15);
  StepwiseEm stream(start);
  feed(stream, x, 500);
  const double allowed = 2 * double(from.parameter_count()) / stream.memory();
  check_error("loss", loss(stream.mixture(), best, x), allowed);
  CHECK(loss(start, best, x) > 20 * allowed);
  CHECK(stream.samples() == double(x.cols()));
  CHECK(eigenmix_tests::is_sound(stream.mixture()));
}

TEST_CASE("batches of one sample learn what batches of many do", "[online]") {
  const Plane from = truth<Plane>(), start = eigenmix_tests::perturbed(from);
  const auto x = draw(from, 6000);
  const Plane best = batch_em(start, x);
  double memory = 0;
  for (const Index size : {90, 1, 7, 300}) {
    StepwiseEm stream(start);
    feed(stream, x, size);
    CAPTURE(size);
    check_error("loss", loss(stream.mixture(), best, x),
                2 * double(from.parameter_count()) / stream.memory());
    // The unit of time is 90 samples wherever batches have fewer: memories are alike.
    if (size == 90) memory = stream.memory();
    if (size < 90) check_error("memory", std::abs(stream.memory() / memory - 1), 0.03);
  }
}

TEST_CASE("iterates that are averaged vary less", "[online]") {
  const Plane from = truth<Plane>(5, 2);
  double of_iterates = 0, of_averages = 0;
  const auto squares = [&](const Plane& mixture) {
    return (mixture.means() - from.means()).squaredNorm();
  };
  const int sets = 20;
  for (int set = 0; set < sets; ++set) {
    const auto x = draw(from, 20000, 100 + std::uint64_t(set));
    Options options;
    options.average_from = 5000;
    StepwiseEm stream(from, Decreasing(0.6), options);
    feed(stream, x, 50);
    of_iterates += squares(stream.mixture()) / sets;
    of_averages += squares(stream.averaged()) / sets;
    CHECK(stream.state().average.total_weight() == 15000);
  }
  // The last step is 402^-0.6 = 0.027, so an iterate is worth 2 / 0.027 batches of 50, or 3600
  // samples, and an average the 15000 it was taken over. Of 20 sets and four numbers each the ratio
  // of squares varies by a factor of 1.25; 0.24 is expected.
  INFO(of_iterates << " and of averages " << of_averages);
  CHECK(of_averages < 0.5 * of_iterates);
  CHECK(of_averages > 0.05 * of_iterates);
  StepwiseEm stream(from);
  CHECK(stream.averaged() == from);
}

TEST_CASE("a moving component is followed, and its lag is that of the average", "[online]") {
  MatrixXd means(2, 2);
  means << 0, 0, 0, 8;
  const std::vector<Eigen::Matrix2d> ones(2, Eigen::Matrix2d::Identity());
  const Plane start(Eigen::Vector2d(0.5, 0.5), means, ones);
  const double speed = 0.05, step = 0.1;
  StepwiseEm follower(start, Constant(step));
  StepwiseEm rememberer(start, Decreasing(1));
  const Index batches = 400, size = 500;
  const auto x = draw(start, batches * size);
  for (Index t = 1; t <= batches; ++t) {
    MatrixXd batch = x.middleCols((t - 1) * size, size);
    for (Index n = 0; n < size; ++n) {
      if (batch(1, n) < 4) batch(0, n) += speed * double(t);
    }
    const double of_follower = follower.update(batch).mean_log_likelihood();
    const double of_rememberer = rememberer.update(batch).mean_log_likelihood();
    // Nearly three nats for half the samples, and some of them are less wide: no doubt at the end.
    if (t == batches) CHECK(of_follower > of_rememberer + 0.5);
  }
  const double place = speed * double(batches);
  // A batch i steps ago counts (1 - step)^i step: on average (1 - step) / step ago. The mean of
  // half the samples in memory, of a variance that the drift has raised by speed² (1 - step) /
  // step².
  const double lag = speed * (1 - step) / step;
  const double variance = 1 + speed * speed * (1 - step) / (step * step);
  const double deviation = std::sqrt(variance / (follower.memory() / 2));
  check_error("lag", std::abs(place - follower.mixture().means()(0, 0) - lag), 4 * deviation);
  check_error("still", std::abs(follower.mixture().means()(0, 1)), 4 * deviation);
  check_error("memory", std::abs(follower.memory() / (500 * (2 - step) / step) - 1), 1e-6);
  // Who forgets nothing is where the component was halfway.
  check_error("half the way", std::abs(rememberer.mixture().means()(0, 0) - place / 2), 0.5);
}

namespace {

/// Samples with coefficients that sum to one: their mean and variances, by two sums in long double.
struct WeightedColumns {
  using Wide = eigenmix_tests::Wide;

  void add(const MatrixXd& batch, Wide step) {
    for (Wide& share : shares) share *= 1 - step;
    for (Index n = 0; n < batch.cols(); ++n) {
      columns.emplace_back(batch.col(n).cast<Wide>());
      shares.push_back(step / Wide(batch.cols()));
    }
  }
  Wide mean(Index i) const {
    Wide sum = 0;
    for (std::size_t n = 0; n < shares.size(); ++n) sum += shares[n] * columns[n](i);
    return sum;
  }
  Wide variance(Index i) const {
    const Wide centre = mean(i);
    Wide sum = 0;
    for (std::size_t n = 0; n < shares.size(); ++n) {
      sum += shares[n] * (columns[n](i) - centre) * (columns[n](i) - centre);
    }
    return sum;
  }

  std::vector<Eigen::Matrix<Wide, 2, 1>> columns;
  std::vector<Wide> shares;
};

}  // namespace

TEST_CASE("running moments keep their digits wherever a stream drifts", "[online]") {
  // One component, so that means and covariances are sums with known coefficients.
  using eigenmix_tests::Wide;
  const double step = 0.2;
  const Plane start(Eigen::Vector2d(1, -1), Eigen::Matrix2d(2 * Eigen::Matrix2d::Identity()));
  StepwiseEm stream(start, Constant(step));
  const auto noise = draw(start, 6400);
  MatrixXd like_start(2, 4);  // of its mean and covariance
  like_start << 3, -1, 1, 1, -1, -1, 1, -3;
  WeightedColumns all;
  all.add(like_start, 1);
  double worst = 0;
  for (Index t = 0; t < 100; ++t) {
    MatrixXd batch = noise.middleCols(t * 64, 64) / 8;
    // Rests a while, and goes a million deviations away, thrice.
    const Index flights = t / 30, falls = t / 45;
    batch.row(0).array() += 1e6 * double(flights);
    batch.row(1).array() -= 3e5 * double(falls);
    stream.update(batch);
    all.add(batch, step);
    for (Index i = 0; i < 2; ++i) {
      const Wide variance = all.variance(i), mean = all.mean(i);
      const Wide off = stream.mixture().covariance(0)(i, i) / variance - 1;
      const Wide mean_off = (stream.mixture().means()(i, 0) - mean) / (1 + std::abs(mean));
      worst = std::max({worst, double(std::abs(off)), double(std::abs(mean_off))});
    }
  }
  // 64 additions of a batch and some ten roundings an update, of which 1 / step are remembered;
  // what a jump's 1e12 leave of themselves, in relation to what is left of them, is no more.
  check_error("means and variances", worst, (64 + 10 / step) * epsilon);
}

TEST_CASE("steps that fall as 1 / t weigh all samples alike, however they are cut", "[online]") {
  // One component again: then it has the mean and covariance of all, and nothing of the start.
  const Plane start(Eigen::Vector2d(5, 5), Eigen::Matrix2d(9 * Eigen::Matrix2d::Identity()));
  const auto x = draw(truth<Plane>(), 1500);
  StepwiseEm stream(start, Decreasing(1, 0));
  Index begin = 0;
  for (const Index size : {50, 1, 7, 1000, 2, 440}) {
    const auto update = stream.update(x.middleCols(begin, size));
    begin += size;
    check_error("step", std::abs(update.step - double(size) / double(begin)), 4 * epsilon);
    check_error("memory", std::abs(stream.memory() / double(begin) - 1), 20 * epsilon);
  }
  Plane all = start;
  all.m_step(start.moments(x));
  check_error("mixture", eigenmix_tests::parameter_distance(stream.mixture(), all), 200 * epsilon);
}

TEST_CASE("what is forgotten does not depend on how a stream is cut", "[online]") {
  const Constant constant(0.1);
  CHECK(constant({1, 0, 1}) == 0.1);
  const auto kept = [](const auto& steps, double begin, double length) {
    return 1 - steps({1, begin, length});
  };
  for (const double length : {0.01, 0.5, 1.0, 3.0, 700.0}) {
    check_error(
        "of constant steps",
        std::abs(kept(constant, 0, 2) * kept(constant, 2, length) - kept(constant, 0, 2 + length)),
        4 * epsilon);
    for (const double offset : {0.5, 2.0}) {  // 1 / t: shares of all, exactly
      const Decreasing falling(1, offset);
      check_error("of steps 1 / t",
                  std::abs(kept(falling, 3, length) - (3 + offset) / (3 + offset + length)),
                  4 * epsilon);
    }
  }
  const Decreasing steps(0.6, 2);
  for (const double t : {1.0, 2.0, 50.0}) CHECK(steps({1, t - 1, 1}) == std::pow(t + 2, -0.6));
  CHECK(Decreasing(0.6, 0)({1, 0, 0.01}) == 1);
  CHECK(Constant(1)({1, 0, 0.001}) == 1);
}

TEST_CASE("batches of very different sizes learn as one of all does", "[online]") {
  const Plane from = truth<Plane>(), start = eigenmix_tests::perturbed(from);
  const auto x = draw(from, 12000);
  const Plane best = batch_em(start, x);
  StepwiseEm stream(start);
  eigenmix::random::Engine engine(8);
  for (Index begin = 0; begin < x.cols();) {
    const double size = std::pow(10, 3.3 * eigenmix::random::uniform(engine));
    const Index width = std::min(Index(size), x.cols() - begin);
    stream.update(x.middleCols(begin, width));
    begin += width;
  }
  check_error("loss", loss(stream.mixture(), best, x),
              2 * double(from.parameter_count()) / stream.memory());
}

TEST_CASE("counts are repetitions, and a common factor of weights says nothing", "[online]") {
  const Plane from = truth<Plane>(), start = eigenmix_tests::perturbed(from);
  const auto x = draw(from, 300);
  Eigen::VectorXd counts(300);
  for (Index n = 0; n < 300; ++n) counts(n) = double(n % 4);
  MatrixXd repeated(2, Index(counts.sum()));
  for (Index n = 0, to = 0; n < 300; ++n) {
    for (Index i = 0; i < n % 4; ++i) repeated.col(to++) = x.col(n);
  }
  StepwiseEm a(start), b(start), c(start), d(start);
  for (int i = 0; i < 5; ++i) {
    CHECK(a.update(counted(x, counts)).weight == 450);
    b.update(repeated);
    c.update(weighted(x, Eigen::VectorXd::Constant(300, 7)));
    d.update(x);
  }
  // Roundings of 450 terms, five times.
  const double allowed = 5 * 450 * epsilon;
  check_error("counts", eigenmix_tests::parameter_distance(a.mixture(), b.mixture()), allowed);
  check_error("weights", eigenmix_tests::parameter_distance(c.mixture(), d.mixture()), allowed);
  CHECK(a.samples() == b.samples());
}

TEST_CASE("a stream of floats keeps to that of doubles, and one far from zero to one near",
          "[online]") {
  const Plane from = truth<Plane>(), start = eigenmix_tests::perturbed(from);
  // Multiples of 2^-12, which floats hold; moved by 2^20 they are doubles yet.
  const MatrixXd x = (draw(from, 20000).array() * 4096).round() / 4096;
  StepwiseEm stream(start);
  feed(stream, x, 400);
  const auto covariances = start.covariances();
  std::vector<Eigen::Matrix2f> narrow;
  narrow.reserve(covariances.size());
  for (const auto& covariance : covariances) narrow.push_back(covariance.cast<float>());
  using Float = GaussianMixture<float, 2>;
  StepwiseEm of_floats(Float(start.weights().cast<float>(), start.means().cast<float>(), narrow));
  feed(of_floats, x.cast<float>(), 400);
  // Log densities of some ten nats to float's precision, of which responsibilities are made.
  check_error("float", eigenmix_tests::parameter_distance(stream.mixture(), of_floats.mixture()),
              20 * double(std::numeric_limits<float>::epsilon()));
  const double away = 1048576;
  Plane moved(start.weights(), (start.means().array() + away).matrix(), covariances);
  StepwiseEm far(moved);
  feed(far, (x.array() + away).matrix(), 400);
  Plane back(far.mixture().weights(), (far.mixture().means().array() - away).matrix(),
             far.mixture().covariances());
  // Means are stored to half a unit of 2^20, 1.2e-10, of which a few deviations make some times
  // that in log densities.
  check_error("far", eigenmix_tests::parameter_distance(stream.mixture(), back),
              20 * away * epsilon);
}

TEST_CASE("threads change no bit of an update", "[online]") {
  const Plane from = truth<Plane>(), start = eigenmix_tests::perturbed(from);
  const auto x = draw(from, 20000);
  StepwiseEm serial(start), threaded(start);
  const eigenmix::execution::Threads threads(3);
  for (Index begin = 0; begin < 20000; begin += 5000) {
    const auto a = serial.update(x.middleCols(begin, 5000));
    const auto b = threaded.update(x.middleCols(begin, 5000), threads);
    CHECK(a.log_likelihood == b.log_likelihood);
  }
  CHECK(serial.state() == threaded.state());
}

TEST_CASE("samples of another kind than a matrix are learnt like it", "[online]") {
  const Plane from = truth<Plane>(), start = eigenmix_tests::perturbed(from);
  const auto x = draw(from, 2000);
  StepwiseEm plain(start), of_source(start);
  for (Index begin = 0; begin < 2000; begin += 500) {
    plain.update(x.middleCols(begin, 500));
    of_source.update(TwoParts(x.middleCols(begin, 200), x.middleCols(begin + 200, 300)));
  }
  CHECK(plain.state() == of_source.state());
  static_assert(TwoParts::RowsAtCompileTime == Dynamic);
  check_rejected("StepwiseEm::update", "rows of x", "3", "2",
                 [&] { of_source.update(TwoParts(MatrixXd::Zero(3, 2), MatrixXd::Zero(3, 2))); });
}

TEST_CASE("a guard keeps light components from collapsing", "[online]") {
  MatrixXd means(2, 3);
  means << 0, 4, 2, 0, 0, 3;
  const std::vector<Eigen::Matrix2d> ones(3, Eigen::Matrix2d::Identity());
  const Plane from(Eigen::Vector3d(0.03, 0.485, 0.485), means, ones);
  int collapsed_without = 0, collapsed_with = 0;
  for (std::uint64_t set = 0; set < 20; ++set) {
    const auto x = draw(from, 3000, set);
    for (const double guard : {0.0, 10.0}) {
      Options options;
      options.guard = guard;
      StepwiseEm stream(from, Constant(0.3), options);
      feed(stream, x, 6);
      const bool has_collapsed = stream.mixture().variances().minCoeff() < 1e-3;
      (guard > 0 ? collapsed_with : collapsed_without) += has_collapsed ? 1 : 0;
    }
  }
  INFO(collapsed_without << " of 20 collapsed without a guard, " << collapsed_with << " with");
  CHECK(collapsed_without >= 5);
  CHECK(collapsed_with == 0);
}

TEST_CASE("single samples that would replace everything are held back", "[online]") {
  const Plane from = truth<Plane>();
  const auto x = draw(from, 500);
  StepwiseEm stream(from, Constant(1));
  for (Index n = 0; n < 500; ++n) {
    const auto update = stream.update(x.col(n));
    CHECK(update.step < 0.03);
    CHECK(update.repairs.total() == 0);
  }
  // 10 samples for each of K (Dim + 1) numbers.
  check_error("memory", std::abs(stream.memory() / 90 - 1), 1e-10);
  CHECK(stream.mixture().variances().minCoeff() > 0.1);
  CHECK(stream.mixture().weights().minCoeff() > 0.1);
}

TEST_CASE("a component without samples stays as it is until some come again", "[online]") {
  const Plane from = truth<Plane>(40, 2);
  const auto drawn = draw(from, 40000);
  std::vector<Index> of_first;
  const auto labels = from.classify(drawn);
  for (Index n = 0; n < drawn.cols(); ++n) {
    if (labels(n) == 0) of_first.push_back(n);
  }
  StepwiseEm stream(from, Constant(0.5));
  feed(stream, drawn.leftCols(1000), 100);
  const Plane before = stream.mixture();
  for (Index t = 0; t < 2500; ++t) {
    MatrixXd batch(2, 100);
    for (Index n = 0; n < 100; ++n) {
      batch.col(n) = drawn.col(of_first[std::size_t((t * 100 + n) % Index(of_first.size()))]);
    }
    stream.update(batch);
  }
  // Two roundings an update, if those all went one way.
  const double allowed = 2500 * 2 * 8 * epsilon;
  check_error("mean", (stream.mixture().means() - before.means()).col(1).norm(), allowed);
  check_error("covariance", (stream.mixture().covariance(1) - before.covariance(1)).norm(),
              allowed);
  check_error("weight", std::abs(stream.mixture().weights()(1) * stream.memory() - 1e-3), 1e-8);
  feed(stream, drawn.leftCols(3000), 100);
  check_error("weight", std::abs(stream.mixture().weights()(1) - from.weights()(1)),
              4 * std::sqrt(0.25 / stream.memory()));
}

TEST_CASE("a background takes what is far from all", "[online]") {
  Plane start = truth<Plane>();
  start.set_noise({0.1, -10});
  StepwiseEm stream(start, Constant(0.1));
  const auto x = draw(start, 2000);
  feed(stream, x, 100);
  CHECK(stream.mixture().noise().weight < 0.02);
  const MatrixXd outliers = MatrixXd::Constant(2, 100, 1e4);
  stream.update(outliers);
  const auto update = stream.update(outliers);
  check_error("log-likelihood",
              std::abs(update.mean_log_likelihood() - std::log(stream.mixture().noise().weight) +
                       std::log(1.9) + 10),
              0.15);
  CHECK(stream.mixture().noise().weight > 0.18);
  CHECK((stream.mixture().means() - truth<Plane>().means()).norm() < 1);
  CHECK(stream.mixture().noise().log_density == -10);
}

TEST_CASE("degeneracy policies are asked, and what throws leaves the stream alone", "[online]") {
  namespace degeneracy = eigenmix::degeneracy;
  MatrixXd means(2, 2);
  means << 0, 40, 0, 40;
  const std::vector<Eigen::Matrix2d> ones(2, Eigen::Matrix2d::Identity());
  const Plane start(Eigen::Vector2d(0.5, 0.5), means, ones);
  MatrixXd x = draw(start, 200);
  Options unguarded;
  unguarded.guard = 0;
  MatrixXd atom = x;
  for (Index n = 0; n < x.cols(); ++n) {
    if (atom(0, n) > 20) atom.col(n).setConstant(40);
  }
  StepwiseEm throwing(start, Constant(1), unguarded, degeneracy::Throw());
  throwing.update(x);
  const auto before = throwing.state();
  CHECK_THROWS_AS(throwing.update(atom), degeneracy::CollapsedComponent);
  CHECK(throwing.state() == before);
  throwing.update(x);
  StepwiseEm flooring(start, Constant(1), unguarded);
  CHECK(flooring.update(atom).repairs.floored == 1);
  CHECK(eigenmix_tests::is_sound(flooring.mixture()));
  StepwiseEm dropping(start, Constant(1), unguarded, degeneracy::Drop());
  CHECK(dropping.update(atom).repairs.dropped == 1);
  CHECK(dropping.mixture().component_count() == 1);
  dropping.update(x);  // which is one wide group to it now
  Plane one(Eigen::Vector2d(0, 0), Eigen::Matrix2d(Eigen::Matrix2d::Identity()));
  one.m_step(one.moments(x));
  check_error("one component", eigenmix_tests::parameter_distance(one, dropping.mixture()), 1e-12);
}

TEST_CASE("streams of two halves merge to that of all", "[online]") {
  const Plane from = truth<Plane>(), start = eigenmix_tests::perturbed(from);
  const auto x = draw(from, 20000);
  Options options;
  options.average_from = 5000;
  StepwiseEm whole(start, Decreasing(), options), first = whole, second = whole;
  feed(whole, x, 200);
  feed(first, x.leftCols(10000), 200);
  feed(second, x.rightCols(10000), 200);
  const double memory = first.memory() + second.memory();
  StepwiseEm merged = first;
  CHECK(merged.merge(second).total() == 0);
  check_error("memory", std::abs(merged.memory() / memory - 1), 4 * epsilon);
  CHECK(merged.samples() == 20000);
  CHECK(merged.batches() == 100);
  const Plane best = batch_em(start, x);
  const double allowed = 2 * double(from.parameter_count()) / merged.memory();
  check_error("loss", loss(merged.mixture(), best, x), allowed);
  CHECK(loss(merged.mixture(), best, x) < loss(first.mixture(), best, x));
  CHECK(loss(merged.mixture(), best, x) < loss(second.mixture(), best, x));
  check_error("of averages", loss(merged.averaged(), best, x), allowed);
  CHECK(merged.state().average.total_weight() == 10000);
  merged.update(x.leftCols(200));  // and goes on
  // Nothing is added by a stream that has seen nothing, and one that has takes all of another.
  StepwiseEm fresh(start, Decreasing(), options);
  const auto before = first.state();
  first.merge(fresh);
  CHECK(first.state() == before);
  fresh.merge(first);
  CHECK(fresh.state() == before);
}

TEST_CASE("merged moments are those of all samples where none is forgotten", "[online]") {
  const Plane start(Eigen::Vector2d(5, 5), Eigen::Matrix2d(9 * Eigen::Matrix2d::Identity()));
  const auto x = draw(truth<Plane>(), 1000);
  StepwiseEm a(start, Decreasing(1, 0)), b = a;
  feed(a, x.leftCols(300), 100);
  feed(b, x.rightCols(700), 70);
  a.merge(b);
  check_error("memory", std::abs(a.memory() - 1000), 1000 * 30 * epsilon);
  Plane all = start;
  all.m_step(start.moments(x));
  check_error("mixture", eigenmix_tests::parameter_distance(a.mixture(), all), 200 * epsilon);
}

TEST_CASE("a step-size policy of one's own is told of the batch", "[online]") {
  const Plane start = truth<Plane>();
  const auto x = draw(start, 1000);
  std::vector<Time> told;
  const auto steps = [&told](const Time& time) {
    told.push_back(time);
    return 0.25;
  };
  StepwiseEm stream(start, steps);
  CHECK(stream.update(x.leftCols(200)).step == 0.25);
  CHECK(stream.update(x.leftCols(300)).step == 0.25);
  CHECK(stream.update(x.leftCols(100)).step == 0.25);
  REQUIRE(told.size() == 3);
  CHECK((told[0].batch == 1 && told[0].before == 0 && told[0].length == 1));
  CHECK((told[1].batch == 2 && told[1].before == 1 && told[1].length == 1.5));
  CHECK((told[2].batch == 3 && told[2].before == 2.5 && told[2].length == 0.5));
  for (const double wrong : {0.0, 1.5, -0.1, std::nan("")}) {
    StepwiseEm bad(start, [wrong](const Time&) { return wrong; });
    check_rejected("StepwiseEm::update", "step of batch 1", eigenmix::detail::text(wrong),
                   "a number in (0, 1]", [&] { bad.update(x); });
    CHECK(bad.mixture() == start);
    CHECK(bad.samples() == 0);
  }
}

TEST_CASE("what a stream is given is checked", "[online]") {
  const double nan = std::nan("");
  for (const double alpha : {0.5, 1.1, nan}) {
    check_rejected("Decreasing", "alpha", eigenmix::detail::text(alpha), "a number in (0.5, 1]",
                   [&] { Decreasing steps(alpha); });
  }
  check_rejected("Decreasing", "offset", "-1", "a number >= 0", [] { Decreasing steps(0.6, -1); });
  check_rejected("Decreasing", "offset", "inf", "finite", [] { Decreasing steps(0.6, HUGE_VAL); });
  for (const double step : {0.0, -0.5, 1.5, nan}) {
    check_rejected("Constant", "step", eigenmix::detail::text(step), "a number in (0, 1]",
                   [&] { Constant steps(step); });
  }
}

TEST_CASE("options and batches are checked, and what is refused changes nothing", "[online]") {
  const double nan = std::nan("");
  const Plane start = truth<Plane>();
  Options options;
  options.batch = -1;
  check_rejected("StepwiseEm", "batch", "-1", "a number >= 0",
                 [&] { StepwiseEm stream(start, Decreasing(), options); });
  options.batch = 0;
  options.guard = nan;
  check_rejected("StepwiseEm", "guard", "nan", "a number >= 0",
                 [&] { StepwiseEm stream(start, Decreasing(), options); });
  options.guard = 10;
  options.average_from = nan;
  check_rejected("StepwiseEm", "average_from", "nan", "a number >= 0",
                 [&] { StepwiseEm stream(start, Decreasing(), options); });

  StepwiseEm stream(start);
  MatrixXd x = draw(start, 100);
  stream.update(x);
  const auto before = stream.state();
  check_rejected("StepwiseEm::update", "rows of x", "3", "2",
                 [&] { stream.update(MatrixXd::Zero(3, 4)); });
  check_rejected("StepwiseEm::update", "samples", "none", "one",
                 [&] { stream.update(MatrixXd::Zero(2, 0)); });
  x(1, 7) = nan;
  check_rejected("StepwiseEm::update", "(1, 7)", "nan", "finite", [&] { stream.update(x); });
  x(1, 7) = 1e200;
  check_rejected("StepwiseEm::update", "squares of the batch", "range", "squared distances",
                 [&] { stream.update(x); });
  CHECK(stream.state() == before);
}

TEST_CASE("what does not belong together is not put together", "[online]") {
  const Plane start = truth<Plane>();
  StepwiseEm stream(start);
  stream.update(draw(start, 100));
  const auto before = stream.state();
  StepwiseEm other(truth<Plane>(4, 2));
  check_rejected("StepwiseEm::merge", "dimensions x components", "2 x 2", "2 x 3",
                 [&] { stream.merge(other); });
  Plane noisy = start;
  noisy.set_noise({0.1, -3});
  check_rejected("StepwiseEm::merge", "noise", "another", "the same",
                 [&] { stream.merge(StepwiseEm(noisy)); });
  CHECK(stream.state() == before);

  auto state = before;
  state.memory.resize(2);
  check_rejected("StepwiseEm", "memory", "2 x 1", "3 x 1", [&] { StepwiseEm from(state); });
  state = before;
  state.unit = 0;
  check_rejected("StepwiseEm", "unit", "0", "> 0", [&] { StepwiseEm from(state); });
  state = before;
  state.moments.counts()(0) = -1;
  check_rejected("StepwiseEm", "moments", "negative", "finite", [&] { StepwiseEm from(state); });
  CHECK(StepwiseEm(before).state() == before);
}
