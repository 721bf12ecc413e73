// SPDX-License-Identifier: MIT

// One process fails: all throw the same, none waits. What hangs is ended by ctest's time limit.

#include <stdexcept>
#include <thread>

#include "support.hpp"

#include <eigenmix/degeneracy/throw.hpp>
#include <eigenmix/mpi/fit.hpp>

namespace {

using eigenmix::fit_options;
using eigenmix::initialize;
using eigenmix::Iteration;
using eigenmix_tests::block;
using eigenmix_tests::even_blocks;
using eigenmix_tests::Index;
using eigenmix_tests::is_everywhere;
using eigenmix_tests::message_of;
using eigenmix_tests::rank_of;
using eigenmix_tests::Running;
using eigenmix_tests::size_of;
using eigenmix_tests::three_groups;
namespace mpi = eigenmix::mpi;
using Mixture = eigenmix::GaussianMixture<double>;

const Running running;

int last_rank() { return size_of() - 1; }

struct Data {
  Eigen::MatrixXd x = three_groups<double>(600), mine = block(x, even_blocks(600));
  Mixture mixture = initialize<Mixture>(x, 3);
};

/// An execution policy of one thread that fails on one rank after so many uses.
struct Failing {
  int rank;
  std::shared_ptr<int> uses = std::make_shared<int>(5);
  Index concurrency() const { return 1; }
  template <class Task>
  void for_each(Index count, Task&& task) const {
    if (rank_of() == rank && --*uses == 0) throw std::runtime_error("out of luck");
    for (Index i = 0; i < count; ++i) task(i);
  }
};

/// Does something that fails, and checks that all ranks have one text and the mixture is unharmed.
template <class Task>
std::string failure(const Mixture& mixture, Task&& task) {
  Mixture working = mixture;
  const std::string text = message_of([&] { task(working); });
  CHECK(is_everywhere(text));
  CHECK(working == mixture);
  return text;
}

}  // namespace

TEST_CASE("samples of one rank that are no use are refused by all", "[mpi]") {
  const Data data;
  const std::string rank = "rank " + std::to_string(last_rank()) + ": fit: ";
  for (const auto summation : {mpi::Summation::fast, mpi::Summation::reproducible}) {
    Eigen::MatrixXd bad = data.mine;
    if (rank_of() == last_rank()) bad(1, 3) = std::numeric_limits<double>::quiet_NaN();
    const auto spread = mpi::spread(MPI_COMM_WORLD, bad, summation);
    CHECK(failure(data.mixture, [&](Mixture& m) { m.fit(spread); }) ==
          rank + "x(1, 3), got nan, need finite samples; remove or fill in missing values first");
    CHECK_THROWS_AS(Mixture(data.mixture).fit(spread), std::invalid_argument);
    CHECK_THROWS_AS(initialize<Mixture>(spread, 3), std::invalid_argument);
    CHECK_THROWS_AS(data.mixture.moments(spread), std::invalid_argument);

    const Eigen::MatrixXd wide = Eigen::MatrixXd::Ones(rank_of() == last_rank() ? 3 : 2, 5);
    const std::string text = failure(
        data.mixture, [&](Mixture& m) { m.fit(mpi::spread(MPI_COMM_WORLD, wide, summation)); });
    CHECK(text.rfind(rank + "rows of x, got 3, need 2", 0) == 0);
    if (size_of() > 1) {
      const std::string other =
          message_of([&] { initialize<Mixture>(mpi::spread(MPI_COMM_WORLD, wide, summation), 2); });
      CHECK(other == "rank 0: initialize: rows of x, got 2, need as many as on other ranks, 3");
    }
    Eigen::RowVectorXd w = Eigen::RowVectorXd::Ones(data.mine.cols());
    if (rank_of() == last_rank()) w(2) = -1;
    const std::string negative = failure(data.mixture, [&](Mixture& m) {
      m.fit(mpi::spread(MPI_COMM_WORLD, eigenmix::weighted(data.mine, w), summation));
    });
    CHECK(negative == rank + "sample weight 2, got -1, need finite weights >= 0");
  }
}

TEST_CASE("too few samples, or none, are counted over all ranks", "[mpi]") {
  const Data data;
  const Eigen::MatrixXd two = data.mine.leftCols(rank_of() == 0 ? 2 : 0),
                        none = data.mine.leftCols(0);
  for (const auto summation : {mpi::Summation::fast, mpi::Summation::reproducible}) {
    CHECK(failure(data.mixture, [&](Mixture& m) {
            m.fit(mpi::spread(MPI_COMM_WORLD, two, summation));
          }).rfind("fit: samples of positive weight, got 2, need at least as many as", 0) == 0);
    CHECK(failure(data.mixture, [&](Mixture& m) {
            m.fit(mpi::spread(MPI_COMM_WORLD, none, summation));
          }) == "fit: samples, got none on any rank, need at least one");
    const Eigen::RowVectorXd w = Eigen::RowVectorXd::Zero(data.mine.cols());
    const auto weightless = eigenmix::weighted(data.mine, w);
    CHECK(failure(data.mixture, [&](Mixture& m) {
            m.fit(mpi::spread(MPI_COMM_WORLD, weightless, summation));
          }).rfind("fit: sum of the sample weights, got 0, need", 0) == 0);
  }
}

TEST_CASE("what one rank throws in a pass all throw", "[mpi]") {
  const Data data;
  const std::string text = "rank " + std::to_string(last_rank()) + ": out of luck";
  for (const auto summation : {mpi::Summation::fast, mpi::Summation::reproducible}) {
    const auto spread = mpi::spread(MPI_COMM_WORLD, data.mine, summation);
    CHECK(failure(data.mixture,
                  [&](Mixture& m) { m.fit(spread, fit_options(Failing{last_rank()})); }) == text);
    CHECK(failure(data.mixture, [&](Mixture& m) {
            mpi::fit(m, spread, fit_options(Failing{last_rank()}));
          }) == text);
    CHECK_THROWS_AS(Mixture(data.mixture).fit(spread, fit_options(Failing{last_rank()})),
                    mpi::PeerFailure);
    Mixture mixture = data.mixture;
    mixture.fit(spread);  // and the samples can be fitted again
  }
}

TEST_CASE("an observer or a policy that throws ends the fit on all ranks", "[mpi]") {
  const Data data;
  const auto spread = mpi::spread(MPI_COMM_WORLD, data.mine);
  const auto observer = [](const Iteration& iteration) {
    if (rank_of() == 0 && iteration.number() == 2) throw std::runtime_error("disk full");
  };
  const auto policy = [](const Iteration& iteration) {
    if (rank_of() == 0 && iteration.number() == 2) throw std::runtime_error("no idea");
    return false;
  };
  // Of a fit without mpi::fit the rank that threw keeps what it threw.
  const std::string text =
      message_of([&] { Mixture(data.mixture).fit(spread, fit_options(observer)); });
  CHECK(text ==
        (rank_of() == 0 ? "disk full" : "rank 0: fit: left by an exception that others had not"));
  const auto expected = [&](const char* what) {  // one rank alone throws what it has
    return size_of() == 1 ? std::string(what) : "rank 0: " + std::string(what);
  };
  CHECK(failure(data.mixture, [&](Mixture& m) { mpi::fit(m, spread, fit_options(observer)); }) ==
        expected("disk full"));
  CHECK(failure(data.mixture, [&](Mixture& m) { mpi::fit(m, spread, policy); }) ==
        expected("no idea"));
  CHECK(failure(data.mixture, [&](Mixture& m) {
          mpi::fit(m, spread, fit_options(observer, policy));
        }) == expected("disk full"));
}

TEST_CASE("an exception before the first sum is told as well", "[mpi]") {
  const Data data;
  const auto spread = mpi::spread(MPI_COMM_WORLD, data.mine);
  eigenmix::Fixed fixed;
  fixed.means.assign(rank_of() == last_rank() ? 2 : 3, true);  // of three components
  const std::string text =
      failure(data.mixture, [&](Mixture& m) { mpi::fit(m, spread, fit_options(fixed)); });
  CHECK(text.find("Fixed") != std::string::npos);
}

TEST_CASE("what all ranks throw keeps its type", "[mpi]") {
  const Data data;
  const Eigen::MatrixXd same = Eigen::MatrixXd::Ones(2, 50).array() + (rank_of() < 0 ? 1 : 0);
  Eigen::MatrixXd x = data.mine;
  x.leftCols(30) = same.leftCols(30);
  const auto spread = mpi::spread(MPI_COMM_WORLD, x);
  const Eigen::Matrix2d narrow = 1e-8 * Eigen::Matrix2d::Identity();
  Eigen::MatrixXd means(2, 2);
  means << 1, 2, 1, 2;
  const Mixture start(Eigen::Vector2d(0.5, 0.5), means, {narrow, Eigen::Matrix2d::Identity()});
  const auto options = fit_options(eigenmix::degeneracy::Throw());
  CHECK_THROWS_AS(Mixture(start).fit(spread, options), eigenmix::degeneracy::CollapsedComponent);
  Mixture mixture = start;
  CHECK_THROWS_AS(mpi::fit(mixture, spread, options), eigenmix::degeneracy::CollapsedComponent);
  CHECK(mixture == start);
}

TEST_CASE("ranks that begin or end otherwise than others are found out", "[mpi]") {
  if (size_of() == 1) return;
  const Data data;
  const auto spread = mpi::spread(MPI_COMM_WORLD, data.mine);
  Mixture other = data.mixture;
  if (rank_of() == last_rank()) other.set_noise({0.1, -4});
  const std::string text = message_of([&] { other.fit(spread); });
  CHECK(is_everywhere(text));
  CHECK(text.rfind("fit: parameters to begin with, got others on some ranks", 0) == 0);
  mpi::broadcast(other, spread);
  CHECK(other == data.mixture);

  const auto clock = [](const Iteration& iteration) {
    return iteration.number() == (rank_of() == 0 ? 3 : 5);
  };
  const std::string stops = message_of([&] { Mixture(data.mixture).fit(spread, clock); });
  CHECK(is_everywhere(stops));
  CHECK(stops.rfind("fit: some ranks would stop", 0) == 0);
}

TEST_CASE("samples are refused on another thread, and without MPI's communicator", "[mpi]") {
  const Data data;
  const auto spread = mpi::spread(MPI_COMM_WORLD, data.mine);
  std::string text;
  std::thread([&] { text = message_of([&] { Mixture(data.mixture).fit(spread); }); }).join();
  CHECK(text.rfind("fit: thread, got another than", 0) == 0);
  CHECK(message_of([&] {
          mpi::spread(MPI_COMM_NULL, data.mine);
        }).rfind("mpi: communicator, got MPI_COMM_NULL", 0) == 0);
}
