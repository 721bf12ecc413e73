// SPDX-License-Identifier: MIT

// k-means++ and Lloyd's iterations that leave out what cannot be nearest, beside a search that
// leaves out nothing.

#include <cmath>
#include <limits>
#include <vector>

#include <support/catch.hpp>
#include <support/data.hpp>

#include <eigenmix/execution/threads.hpp>

namespace {

using eigenmix::Index;
namespace detail = eigenmix::detail;
namespace execution = eigenmix::execution;

/// Small groups of many sizes, some far out, every seventh sample the same as one before it.
template <class Scalar>
detail::Matrix<Scalar> uneven(Index d, Index count) {
  eigenmix::random::Engine engine(7);
  eigenmix::random::Normal normal;
  detail::Matrix<Scalar> x(d, count);
  for (Index n = 0; n < count; ++n) {
    const auto group = static_cast<int>(60 * eigenmix::random::uniform(engine));
    for (Index i = 0; i < d; ++i) {
      const double middle = double((group * (7 + 4 * i)) % 23);
      x(i, n) = Scalar(middle + (0.01 + 0.02 * (group % 50)) * normal(engine));
    }
    if (n % 997 == 3) x(n % d, n) *= Scalar(20);
    if (n % 7 == 6) x.col(n) = x.col(n - 5);
  }
  return x;
}

template <class Scalar, int Dim>
using ClustersOf = detail::Clusters<detail::AnySamples<Scalar, Dim>, detail::NearestTiles>;

template <class Scalar, int Dim, class X>
struct Run {
  using Boundary = detail::Boundary<Scalar, Dim>;
  using Samples = detail::AnySamples<Scalar, Dim>;
  using Clusters = ClustersOf<Scalar, Dim>;

  /// Refers to the samples and to the policy.
  template <class Execution>
  Run(const X& x, Index groups, std::uint64_t seed, double share, const Execution& policy)
      : opened(Boundary::checked("test", x, Eigen::Dynamic)),
        samples(opened),
        clusters(samples, groups, detail::AnyExecution(policy)) {
    clusters.largest_share = share;
    eigenmix::random::Engine engine(seed);
    detail::Seeds<Clusters>(clusters).sow(engine, 3, 16);
    was_ordered = clusters.is_ordered();
  }

  double distance_left() const {
    double sum = 0;
    for (Index n = 0; n < samples.count(); ++n) sum += double(clusters.nearest(n));
    return sum;
  }

  decltype(Boundary::checked("", std::declval<const X&>(), Index(1))) opened;
  Samples samples;
  Clusters clusters;
  bool was_ordered = false;
};

constexpr double always = 1, never = 0;
const execution::Serial serial;

/// Every sample at the nearest of the first centres, judged in long double: another is at most as much nearer as
/// two distances of relative error (Dim + 3) eps may be misjudged by, and the distance noted for it
/// has that error.
template <class Scalar, class R>
void check_nearest(const R& run, Index known) {
  const auto& centres = run.clusters.centres;
  const Index d = centres.rows();
  const long double error = static_cast<long double>(d + 3) *
                            static_cast<long double>(std::numeric_limits<Scalar>::epsilon());
  Index wrong = 0;
  for (Index position = 0; position < run.samples.count(); ++position) {
    const Index n = run.clusters.near.number(position);
    long double least = std::numeric_limits<long double>::infinity(), own = 0;
    for (Index k = 0; k < known; ++k) {
      long double square = 0;
      for (Index i = 0; i < d; ++i) {
        const long double from = run.clusters.tiles.standard(i, n);
        square += (from - centres(i, k)) * (from - centres(i, k));
      }
      least = std::min(least, square);
      if (k == run.clusters.labels[static_cast<std::size_t>(position)]) own = square;
    }
    const long double noted = run.clusters.nearest(position);
    const bool right = own <= least * (1 + 2 * error) && std::abs(noted - own) <= own * error;
    wrong += right ? 0 : 1;
  }
  CHECK(wrong == 0);
}

template <class Scalar, int Dim>
void check_search(Index d) {
  const auto x = uneven<Scalar>(d, 5000);
  Run<Scalar, Dim, detail::Matrix<Scalar>> run(x, 90, 1, always, serial);
  REQUIRE(run.was_ordered);
  check_nearest<Scalar>(run, 89);  // whose is the last centre has not been asked
  detail::Lloyd<ClustersOf<Scalar, Dim>>(run.clusters).refine(0);
  check_nearest<Scalar>(run, 90);
}

}  // namespace

TEST_CASE("what is left out is not nearest", "[k_means]") {
  check_search<double, Eigen::Dynamic>(3);
  check_search<double, Eigen::Dynamic>(8);
  check_search<double, 2>(2);
  check_search<float, Eigen::Dynamic>(3);
  check_search<float, 2>(2);
}

TEST_CASE("iterations in order are those in no order", "[k_means]") {
  // The same centres: sums differ in their last digits, so that a sample half way between two
  // centres may go to the other; there is none here.
  const auto x = uneven<double>(3, 4000);
  using Fit = Run<double, Eigen::Dynamic, detail::Matrix<double>>;
  Fit plain(x, 70, 4, never, serial), ordered(x, 70, 4, never, serial);
  REQUIRE(!plain.was_ordered);
  REQUIRE(plain.clusters.centres == ordered.clusters.centres);
  ordered.clusters.largest_share = always;
  using Lloyd = detail::Lloyd<ClustersOf<double, Eigen::Dynamic>>;
  Lloyd(plain.clusters).refine(12);
  Lloyd(ordered.clusters).refine(12);
  REQUIRE(ordered.clusters.is_ordered());
  CHECK((plain.clusters.centres - ordered.clusters.centres).norm() <=
        1e-12 * plain.clusters.centres.norm());
  ordered.clusters.leave_order();
  CHECK(plain.clusters.labels == ordered.clusters.labels);
}

TEST_CASE("centres drawn in order are as good as in no order", "[k_means]") {
  // The distance that 40 draws leave on average; both means within four standard errors of their
  // difference, from the draws themselves.
  const auto x = uneven<double>(3, 3000);
  double sum[2] = {0, 0}, squares[2] = {0, 0};
  constexpr int draws = 40;
  for (int seed = 0; seed < draws; ++seed) {
    for (const bool ordered : {false, true}) {
      const Run<double, Eigen::Dynamic, detail::Matrix<double>> run(
          x, 64, std::uint64_t(seed) + (ordered ? 1000 : 0), ordered ? always : never, serial);
      REQUIRE(run.was_ordered == ordered);
      const double left = run.distance_left();
      sum[ordered] += left / draws;
      squares[ordered] += left * left / draws;
    }
  }
  const double variance = squares[0] - sum[0] * sum[0] + squares[1] - sum[1] * sum[1];
  CHECK(std::abs(sum[0] - sum[1]) <= 4 * std::sqrt(variance / (draws - 1)));
}

TEST_CASE("threads do not matter to k-means in order", "[k_means]") {
  const auto x = uneven<double>(3, 20000);
  using Fit = Run<double, Eigen::Dynamic, detail::Matrix<double>>;
  using Lloyd = detail::Lloyd<ClustersOf<double, Eigen::Dynamic>>;
  Fit one(x, 100, 2, always, serial);
  Lloyd(one.clusters).refine(3);
  REQUIRE(one.was_ordered);
  for (const int threads : {1, 2, 3, 7}) {
    const execution::Threads policy(threads);
    Fit many(x, 100, 2, always, policy);
    Lloyd(many.clusters).refine(3);
    CHECK(many.clusters.centres == one.clusters.centres);
    CHECK(many.clusters.labels == one.clusters.labels);
    CHECK(many.clusters.nearest == one.clusters.nearest);
  }
}

TEST_CASE("weights count in k-means in order, and samples of none do not", "[k_means]") {
  // Numbers that are not to be looked at, and a group of great weight, which gets more centres.
  auto x = uneven<double>(3, 6000);
  detail::Vector<double> weights = detail::Vector<double>::Ones(6000);
  for (Index n = 0; n < 6000; n += 10) {
    weights(n) = 0;
    x.col(n).setConstant(1e300);
  }
  const auto weighted = eigenmix::weighted(x, weights);
  Run<double, Eigen::Dynamic, std::decay_t<decltype(weighted)>> run(weighted, 80, 5, always,
                                                                    serial);
  REQUIRE(run.was_ordered);
  detail::Lloyd<ClustersOf<double, Eigen::Dynamic>>(run.clusters).refine(4);
  CHECK(run.clusters.centres.allFinite());
  // Without them.
  detail::Matrix<double> kept(3, 5400);
  for (Index n = 0, m = 0; n < 6000; ++n) {
    if (weights(n) > 0) kept.col(m++) = x.col(n);
  }
  Run<double, Eigen::Dynamic, detail::Matrix<double>> other(kept, 80, 6, always, serial);
  detail::Lloyd<ClustersOf<double, Eigen::Dynamic>>(other.clusters).refine(4);
  double with = 0;
  for (Index position = 0; position < 6000; ++position) {
    with += weights(run.clusters.near.number(position)) * run.clusters.nearest(position);
  }
  // Two starts of the same: a half more or less would be other samples.
  CHECK(with <= 1.5 * other.distance_left());
  CHECK(other.distance_left() <= 1.5 * with);
}

TEST_CASE("fewer values than centres end an order", "[k_means]") {
  detail::Matrix<double> x(2, 4000);
  for (Index n = 0; n < 4000; ++n) x.col(n) << double(n % 5), double(n % 4);
  Run<double, Eigen::Dynamic, detail::Matrix<double>> run(x, 70, 1, always, serial);
  CHECK(!run.was_ordered);
  detail::Lloyd<ClustersOf<double, Eigen::Dynamic>>(run.clusters).refine(5);
  run.clusters.leave_order();
  std::vector<Index> counts(70, 0);
  for (const int label : run.clusters.labels) ++counts[static_cast<std::size_t>(label)];
  for (const Index count : counts) CHECK(count > 0);
}

TEST_CASE("no order is made where all is in reach of all", "[k_means]") {
  eigenmix::random::Engine engine(3);
  eigenmix::random::Normal normal;
  detail::Matrix<double> x(12, 3000);
  for (Index i = 0; i < x.size(); ++i) x.data()[i] = normal(engine);
  Run<double, Eigen::Dynamic, detail::Matrix<double>> run(x, 64, 1, 0.8, serial);
  CHECK(!run.was_ordered);
}
