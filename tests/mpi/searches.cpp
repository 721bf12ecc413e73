// SPDX-License-Identifier: MIT

// Starts, restarts, growth and choices of a model by several processes; stops and observers.

#include <chrono>

#include "support.hpp"

#include <eigenmix/mpi/select.hpp>
#include <eigenmix/online/stepwise_em.hpp>
#include <eigenmix/stopping/time_limit.hpp>

namespace {

using eigenmix::fit_options;
using eigenmix::FitResult;
using eigenmix::FitStatus;
using eigenmix::initialize;
using eigenmix::Iteration;
using eigenmix_tests::block;
using eigenmix_tests::is_everywhere;
using eigenmix_tests::layouts;
using eigenmix_tests::rank_of;
using eigenmix_tests::Running;
using eigenmix_tests::three_groups;
namespace covariance = eigenmix::covariance;
namespace mpi = eigenmix::mpi;
namespace selection = eigenmix::selection;
namespace stopping = eigenmix::stopping;
using Mixture = eigenmix::GaussianMixture<double>;

const Running running;

struct Data {
  Eigen::MatrixXd x = three_groups<double>(500), mine = block(x, layouts(500)[4]);
};

/// Whether all ranks have the same mixture as rank 0.
bool is_same_everywhere(const Mixture& mixture, const mpi::Spread<Eigen::MatrixXd>& x) {
  Mixture of_root = mixture;
  mpi::broadcast(of_root, x);
  return of_root == mixture;
}

}  // namespace

TEST_CASE("starts are those of one process, on all ranks", "[mpi]") {
  const Data data;
  const auto spread = mpi::spread(MPI_COMM_WORLD, data.mine);
  CHECK(initialize<Mixture>(spread, 3) == initialize<Mixture>(data.x, 3));
  const eigenmix::initialization::KMeansPlusPlus plain{7};
  CHECK(initialize<Mixture>(spread, 4, plain) == initialize<Mixture>(data.x, 4, plain));
}

TEST_CASE("restarts and growth end where one process does, with threads too", "[mpi]") {
  const Data data;
  const auto spread = mpi::spread(MPI_COMM_WORLD, data.mine);
  const eigenmix::initialization::Restarts restarts{3};
  const auto alone = eigenmix::fit_best<Mixture>(data.x, 3, restarts);
  const auto options = fit_options(eigenmix::execution::Threads(2));
  const auto together = mpi::fit_best<Mixture>(spread, 3, restarts, options);
  CHECK(together.best == alone.best);
  CHECK(together.runs.size() == alone.runs.size());
  CHECK(std::abs(together.result.log_likelihood - alone.result.log_likelihood) < 1e-8);
  CHECK(is_same_everywhere(together.mixture, spread));
  const auto searched = mpi::fit_best<Mixture>(spread, 3);
  CHECK(std::abs(searched.result.log_likelihood - alone.result.log_likelihood) < 1e-3);
  Mixture grown = initialize<Mixture>(spread, 2), of_one = grown;
  eigenmix::grow(grown, spread);
  eigenmix::grow(of_one, data.x);
  CHECK(grown.means().isApprox(of_one.means(), 1e-8));
  CHECK(is_same_everywhere(grown, spread));
}

TEST_CASE("log-likelihoods and criteria are of all samples", "[mpi]") {
  const Data data;
  const auto spread = mpi::spread(MPI_COMM_WORLD, data.mine);
  const auto mixture = initialize<Mixture>(data.x, 3);
  CHECK(std::abs(mpi::log_likelihood(mixture, spread) / mixture.log_likelihood(data.x) - 1) <
        1e-13);
  const auto of_one = selection::criterion_input(mixture, data.x);
  const auto of_all = mpi::criterion_input(mixture, spread);
  CHECK(of_all.sample_weight == of_one.sample_weight);
  CHECK(std::abs(of_all.log_likelihood / of_one.log_likelihood - 1) < 1e-13);
  CHECK(std::abs(of_all.hard_classification / of_one.hard_classification - 1) < 1e-10);
  CHECK(std::abs(of_all.soft_classification / of_one.soft_classification - 1) < 1e-10);
}

TEST_CASE("select chooses as one process does, on all ranks", "[mpi]") {
  const Data data;
  const auto spread = mpi::spread(MPI_COMM_WORLD, data.mine);
  const auto families = selection::families<covariance::Full, covariance::Spherical>();
  int cells = 0;
  const auto observer = [&](const selection::Cell&) { ++cells; };
  const auto options = fit_options(eigenmix::execution::Threads(2), observer);
  const auto chosen = mpi::select(spread, families, selection::components(1, 4), options);
  const auto alone = selection::select(data.x, families, selection::components(1, 4));
  CHECK(chosen.best().family == alone.best().family);
  CHECK(chosen.best().component_count == alone.best().component_count);
  CHECK(chosen.grid().criterion() == alone.grid().criterion());
  for (std::size_t i = 0; i < alone.grid().cells().size(); ++i) {
    const auto &of_all = chosen.grid().cells()[i], &of_one = alone.grid().cells()[i];
    CHECK(of_all.status == of_one.status);
    // Fits end where an estimated 1e-3 nats are left; by other roundings at times a step earlier.
    CHECK(std::abs(of_all.criterion - of_one.criterion) < 5e-3);
    CHECK(of_all.input.sample_weight == 500);
  }
  CHECK((cells >= 8) == (rank_of() == 0));
  CHECK((cells == 0) == (rank_of() != 0));
  const auto nec = mpi::select(spread, families, selection::components(2, 3),
                               fit_options(selection::criteria::Nec()));
  const auto plain = selection::select(data.x, families, selection::components(2, 3),
                                       fit_options(selection::criteria::Nec()));
  CHECK(std::abs(nec.best().criterion - plain.best().criterion) < 1e-3);
}

TEST_CASE("a clock stops all ranks at once, and observers are called on rank 0", "[mpi]") {
  const Data data;
  const auto spread = mpi::spread(MPI_COMM_WORLD, data.mine);
  const auto start = initialize<Mixture>(data.x, 3);
  int seen = 0, with_mixture = 0;
  const auto observer = [&](const Iteration&) { ++seen; };
  const auto other = [&](const Iteration&, const Mixture& mixture) {
    with_mixture += mixture.component_count() == 3 ? 1 : 0;
  };
  // As long as some passes take, more on some ranks than on others; never converged.
  const auto limit =
      stopping::TimeLimit(std::chrono::milliseconds(20)) || stopping::MaxIterations(1000000);
  Mixture mixture = start;
  const FitResult result = mpi::fit(mixture, spread, limit, fit_options(observer, other));
  CHECK(
      (result.status == FitStatus::time_limit || result.status == FitStatus::likelihood_decreased));
  CHECK(is_same_everywhere(mixture, spread));
  CHECK(is_everywhere(std::to_string(result.iterations) + result.stopped_by));
  CHECK((rank_of() == 0 ? seen > 1 && with_mixture == seen : seen + with_mixture == 0));

  // A policy of one's own that says otherwise on other ranks: rank 0 is asked.
  mixture = start;
  const auto own = [](const Iteration& iteration) { return iteration.number() == 3 + rank_of(); };
  const FitResult by_own = mpi::fit(mixture, spread, own);
  CHECK(by_own.iterations == 3);
  CHECK(by_own.status == FitStatus::stopped_by_policy);

  // One that all can be trusted with: a fit to the bit as without.
  mixture = start;
  Mixture plain = start;
  mpi::fit(mixture, spread, fit_options(stopping::MaxIterations(7), observer));
  plain.fit(spread, stopping::MaxIterations(7));
  CHECK(mixture == plain);
}

TEST_CASE("a stream learns batches that are spread", "[mpi]") {
  const Data data;
  const auto spread = mpi::spread(MPI_COMM_WORLD, data.mine);
  const auto start = initialize<Mixture>(data.x, 3);
  eigenmix::online::StepwiseEm<Mixture> together(start), alone(start);
  for (int batch = 0; batch < 3; ++batch) {
    together.update(spread);
    alone.update(data.x);
  }
  const Eigen::MatrixXd difference = together.mixture().means() - alone.mixture().means();
  CHECK(difference.cwiseAbs().maxCoeff() < 1e-12);
  CHECK(is_same_everywhere(together.mixture(), spread));
}

TEST_CASE("an observer of cells that throws ends the choice on all ranks", "[mpi]") {
  const Data data;
  const auto spread = mpi::spread(MPI_COMM_WORLD, data.mine);
  const auto observer = [](const selection::Cell&) {
    if (rank_of() == 0) throw std::runtime_error("disk full");
  };
  const auto families = selection::families<covariance::Full, covariance::Spherical>();
  CHECK_THROWS_AS(mpi::select(spread, families, selection::components(1, 2), fit_options(observer)),
                  mpi::PeerFailure);
}
