// SPDX-License-Identifier: MIT
//
// What processes cost one another: run with each number of them.
//
//     mpirun -n 2 eigenmix_benchmark_mpi [SAMPLES]
//
// SAMPLES of each process, 20 000 if it is not said. Prints the time of a message one way, of an
// allreduce by its size, and for some mixtures the microseconds of an iteration: of one process
// alone, of all at work on as many samples each (weak scaling; ratio of the least times), and with
// reproducible sums. "sum" is an allreduce of the size by itself. A core for each process: those
// that share one measure the scheduler.

#include <algorithm>
#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <vector>

#include "measure.hpp"

#include <eigenmix/mpi/spread.hpp>

namespace {

using namespace eigenmix_benchmark;
namespace covariance = eigenmix::covariance;
namespace mpi = eigenmix::mpi;

int rank = 0, processes = 1;

/// Seconds of a call that all processes make, the least of rank 0's.
template <class Task>
double seconds_together(int repetitions, int inner, Task&& task) {
  std::vector<double> seconds;
  for (int i = 0; i < repetitions; ++i) {
    MPI_Barrier(MPI_COMM_WORLD);
    seconds.push_back(seconds_of([&] {
                        for (int j = 0; j < inner; ++j) task();
                      }) /
                      inner);
  }
  return *std::min_element(seconds.begin(), seconds.end());
}

double one_way(int bytes) {
  std::vector<char> message(std::size_t(bytes) + 1);
  const int other = 1 - rank;
  const auto there_and_back = [&] {
    if (rank == 0) MPI_Send(message.data(), bytes, MPI_CHAR, other, 0, MPI_COMM_WORLD);
    if (rank < 2)
      MPI_Recv(message.data(), bytes, MPI_CHAR, other, 0, MPI_COMM_WORLD, MPI_STATUS_IGNORE);
    if (rank == 1) MPI_Send(message.data(), bytes, MPI_CHAR, other, 0, MPI_COMM_WORLD);
  };
  return seconds_together(21, bytes < 100000 ? 1000 : 20, there_and_back) / 2;
}

double allreduce(Index numbers) {
  std::vector<double> message(static_cast<std::size_t>(numbers));
  return seconds_together(21, numbers < 10000 ? 500 : 50, [&] {
    MPI_Allreduce(MPI_IN_PLACE, message.data(), static_cast<int>(numbers), MPI_DOUBLE, MPI_SUM,
                  MPI_COMM_WORLD);
  });
}

/// Seconds of an iteration, of a fit's forty: the least, since other work on the machine only adds
/// to it, and the median.
struct PerIteration {
  double least, median;
};

template <class Mixture, class X>
PerIteration per_iteration(Mixture mixture, const X& x) {
  std::vector<double> seconds;
  auto last = std::chrono::steady_clock::now();
  const auto observer = [&](const eigenmix::Iteration&) {
    const auto now = std::chrono::steady_clock::now();
    seconds.push_back(std::chrono::duration<double>(now - last).count());
    last = now;
  };
  mixture.fit(x, eigenmix::stopping::MaxIterations(40),
              eigenmix::fit_options(eigenmix::acceleration::None(), observer));
  seconds.erase(seconds.begin(), seconds.begin() + 2);  // the opening, and first memory
  std::sort(seconds.begin(), seconds.end());
  return {seconds.front(), seconds[seconds.size() / 2]};
}

template <class Family>
void print_row(Index dimension, Index components, Index samples) {
  using Mixture = eigenmix::GaussianMixture<double, Eigen::Dynamic, Family>;
  eigenmix::random::Engine engine(7 + static_cast<std::uint64_t>(rank));
  eigenmix::random::Normal normal;
  Dense<double> x(dimension, samples);
  for (Index i = 0; i < x.size(); ++i) x.data()[i] = normal(engine);
  for (Index n = 0; n < samples; ++n) x(0, n) += 2 * double(n % components);
  const auto fast = mpi::spread(MPI_COMM_WORLD, x);
  const auto fixed = mpi::spread(MPI_COMM_WORLD, x, mpi::Summation::reproducible);
  const auto start =
      eigenmix::initialize<Mixture>(fast, components, eigenmix::initialization::RandomSamples());
  PerIteration alone{};
  for (int r = 0; r < processes; ++r) {  // one after the other
    MPI_Barrier(MPI_COMM_WORLD);
    if (r == rank) alone = per_iteration(start, mpi::spread(MPI_COMM_SELF, x));
  }
  const PerIteration together = per_iteration(start, fast);
  const PerIteration reproducible = per_iteration(start, fixed);
  const Index numbers = Mixture::Moments::flat_size(dimension, components) + 2;
  const double sum = allreduce(numbers);
  if (rank != 0) return;
  const double micro = 1e6;
  std::printf(
      "%-9s D %3ld K %3ld %7ld %8ld | %7.0f %7.0f | %7.0f %7.0f %5.2f | %7.0f %7.0f | %6.1f\n",
      Family::name, long(dimension), long(components), long(samples), 8 * long(numbers),
      micro * alone.least, micro * alone.median, micro * together.least, micro * together.median,
      alone.least / together.least, micro * reproducible.least, micro * reproducible.median,
      micro * sum);
  std::fflush(stdout);
}

}  // namespace

int main(int argc, char** argv) {
  MPI_Init(&argc, &argv);
  MPI_Comm_rank(MPI_COMM_WORLD, &rank);
  MPI_Comm_size(MPI_COMM_WORLD, &processes);
  const Index samples = argc > 1 ? std::atol(argv[1]) : 20000;
  if (rank == 0) std::printf("%d processes\n", processes);
  if (processes > 1) {
    const double empty = one_way(0), megabyte = one_way(1 << 20);
    if (rank == 0) {
      std::printf("message one way: %.2f us; of 1 MiB %.0f us, %.2f GB/s\n", 1e6 * empty,
                  1e6 * megabyte, (1 << 20) / megabyte / 1e9);
    }
  }
  for (const Index numbers : {16, 512, 4096, 32768, 262144}) {
    const double seconds = allreduce(numbers);
    if (rank == 0)
      std::printf("allreduce of %8ld bytes: %.3g us\n", 8 * long(numbers), 1e6 * seconds);
  }
  if (rank == 0) {
    std::printf(
        "us: least, median         samples    bytes |           alone |        together ratio |"
        "    reproducible |    sum\n");
  }
  print_row<covariance::Full>(2, 8, samples);
  print_row<covariance::Full>(8, 16, samples);
  print_row<covariance::Full>(16, 32, samples / 4);
  print_row<covariance::Full>(64, 64, samples / 40 + 64);
  print_row<covariance::Diagonal>(16, 64, samples / 2);
  MPI_Finalize();
}
