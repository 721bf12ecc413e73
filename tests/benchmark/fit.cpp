// SPDX-License-Identifier: MIT
//
// How long fits take. Without an argument everything below; or some of:
//
//     fit      an EM iteration of every case, from given parameters, on one thread
//     threads  the same cases on two threads
//     start    the default start's share of a whole default fit
//     samples  1e6 samples against 1e7
//
// Every case runs in a process of its own. An iteration is a tenth of a fit of ten M-steps and
// eleven E-steps, the median of several. "useful" are the operations that no implementation can do
// without, 2 Dim² for one sample and component of dense covariances and 8 Dim of diagonal ones;
// "share" is that against Eigen's own 1024³ product in this run. "MiB" is memory beyond the
// samples.

#include <sys/wait.h>
#include <unistd.h>

#include <cstdio>
#include <optional>
#include <string>

#if defined(EIGENMIX_BENCHMARK_ARMADILLO)
#include "armadillo_peer.hpp"
#else
#include "problem.hpp"
#endif

namespace {

using namespace eigenmix_benchmark;
namespace covariance = eigenmix::covariance;
using eigenmix::execution::Serial;
using eigenmix::execution::Threads;
using eigenmix::stopping::MaxIterations;

constexpr Index iterations = 10;
constexpr int repetitions = 5;

/// What the machine does, measured first.
struct Machine {
  double product, float_product;  ///< GFLOP/s of Eigen's own
  double exp;                     ///< ns for one double of Eigen's array exp
};

template <class Scalar>
double product_gigaflops() {
  constexpr Index size = 1024;
  const Dense<Scalar> a = Dense<Scalar>::Constant(size, size, Scalar(0.5)), b = a;
  Dense<Scalar> c(size, size);
  return 2e-9 * double(size * size * size) / median_seconds(9, [&] { c.noalias() = a * b; });
}

double exp_nanoseconds() {
  const Eigen::ArrayXd x = Eigen::ArrayXd::LinSpaced(4096, -30, 0);
  Eigen::ArrayXd y(4096);
  return 1e9 / 4096 * median_seconds(9, [&] { y = x.exp(); });
}

/// Exit status: 1 once a case failed or a peer reached another likelihood.
int status_of_all = 0;

/// Runs a task, which returns whether all is well, in a process of its own.
template <class Task>
void in_own_process(Task&& task) {
  std::fflush(stdout);
  const pid_t child = fork();
  if (child == 0) {
    const bool is_well = task();
    std::fflush(stdout);
    _exit(is_well ? 0 : 1);
  }
  int status = 0;
  if (child < 0 || waitpid(child, &status, 0) < 0 || status != 0) {
    std::puts("(failed)");
    status_of_all = 1;
  }
}

template <class Covariance>
constexpr bool is_dense =
    std::is_same_v<Covariance, covariance::Full> || std::is_same_v<Covariance, covariance::Tied>;

template <class Scalar, class Covariance>
using Mixture = eigenmix::GaussianMixture<Scalar, Eigen::Dynamic, Covariance>;

struct Timing {
  double seconds;  ///< of one iteration
  double mean_log_likelihood;
};

template <class Covariance, class Scalar, class Execution>
Timing time_fit(const Problem<Scalar>& problem, const Execution& execution) {
  const auto start = problem.template start<Mixture<Scalar, Covariance>>();
  eigenmix::FitResult result;
  const double seconds = median_seconds(repetitions, [&] {
    auto mixture = start;
    result = mixture.fit(problem.x, MaxIterations(iterations), eigenmix::fit_options(execution));
  });
  return {seconds / double(iterations), result.log_likelihood / double(problem.x.cols())};
}

/// The peer's columns. \return whether it reached the same likelihood
bool compare_with_peer(const Problem<double>& problem, bool full, const Timing& ours) {
#if defined(EIGENMIX_BENCHMARK_ARMADILLO)
  const PeerResult peer = fit_by_armadillo(problem, full, iterations, 3);
  const double difference = std::abs(peer.mean_log_likelihood / ours.mean_log_likelihood - 1);
  std::printf("  %9.2e  %6.1f  %8.0e", peer.seconds, peer.seconds / ours.seconds, difference);
  return difference <= 1e-8;
#else
  static_cast<void>(problem), static_cast<void>(full), static_cast<void>(ours);
  return true;
#endif
}

template <class Scalar, class Covariance>
void fit_case(Index n, Index d, Index k, const Machine& machine) {
  in_own_process([&] {
    const Problem<Scalar> problem(n, d, k, is_dense<Covariance>);
    const long before = peak_memory();
    const Timing ours = time_fit<Covariance>(problem, Serial());
    const double memory = double(peak_memory() - before) / 1024;
    const double pair = ours.seconds / double(n * k);
    const double useful = useful_flop<Covariance>(d) / pair * 1e-9;
    constexpr bool is_float = std::is_same_v<Scalar, float>;
    std::printf("%-6s %-9s %8ld %3ld %4ld  %9.2e  %7.2f  %6.1f  %5.2f  %5.1f  %14.9f",
                is_float ? "float" : "double", Covariance::name, long(n), long(d), long(k),
                ours.seconds, pair * 1e9, useful,
                useful / (is_float ? machine.float_product : machine.product), memory,
                ours.mean_log_likelihood);
    bool is_well = true;
    if constexpr (is_float) {
      const Problem<double> same(n, d, k, is_dense<Covariance>);
      const double in_double = time_fit<Covariance>(same, Serial()).seconds;
      std::printf("  (double takes %.2f times as long)", in_double / ours.seconds);
    } else {
      constexpr bool full = std::is_same_v<Covariance, covariance::Full>;
      if (full || std::is_same_v<Covariance, covariance::Diagonal>) {
        is_well = compare_with_peer(problem, full, ours);
      }
      if (d <= 3) std::printf("  (%.2f exp)", pair * 1e9 / machine.exp);
    }
    std::puts("");
    return is_well;
  });
}

template <class Scalar, class Covariance>
void threads_case(Index n, Index d, Index k, const Machine&) {
  in_own_process([&] {
    const Problem<Scalar> problem(n, d, k, is_dense<Covariance>);
    const double one = time_fit<Covariance>(problem, Serial()).seconds;
    const double two = time_fit<Covariance>(problem, Threads(2)).seconds;
    std::printf("%-6s %-9s %8ld %3ld %4ld  %9.2e  %9.2e  %5.2f\n",
                std::is_same_v<Scalar, float> ? "float" : "double", Covariance::name, long(n),
                long(d), long(k), one, two, one / two);
    return true;
  });
}

/// The cases, smallest dimension first: run<Scalar, Covariance>(N, D, K).
#define EIGENMIX_BENCHMARK_CASES(run)                          \
  run<double, covariance::Full>(272, 2, 3, machine);           \
  run<double, covariance::Full>(150, 4, 3, machine);           \
  run<double, covariance::Full>(1000000, 1, 4, machine);       \
  run<double, covariance::Full>(1000000, 2, 8, machine);       \
  run<double, covariance::Full>(1000000, 3, 16, machine);      \
  run<double, covariance::Full>(200000, 8, 16, machine);       \
  run<double, covariance::Full>(100000, 16, 32, machine);      \
  run<double, covariance::Full>(50000, 32, 64, machine);       \
  run<double, covariance::Full>(20000, 64, 64, machine);       \
  run<double, covariance::Tied>(100000, 16, 32, machine);      \
  run<double, covariance::Diagonal>(1000000, 2, 8, machine);   \
  run<double, covariance::Diagonal>(200000, 16, 64, machine);  \
  run<double, covariance::Diagonal>(100000, 64, 256, machine); \
  run<double, covariance::Spherical>(200000, 16, 64, machine); \
  run<float, covariance::Full>(1000000, 2, 8, machine);        \
  run<float, covariance::Full>(200000, 8, 16, machine);        \
  run<float, covariance::Full>(100000, 16, 32, machine);       \
  run<float, covariance::Full>(20000, 64, 64, machine)

void measure_fits(const Machine& machine) {
  std::printf("\n%-6s %-9s %8s %3s %4s  %9s  %7s  %6s  %5s  %5s  %14s", "scalar", "family", "N",
              "D", "K", "s/iter", "ns/(n,k)", "useful", "share", "MiB", "mean log-lik.");
#if defined(EIGENMIX_BENCHMARK_ARMADILLO)
  std::printf("  %9s  %6s  %8s", "Armadillo", "ratio", "differ");
#endif
  std::puts("");
  EIGENMIX_BENCHMARK_CASES(fit_case);
}

void measure_threads(const Machine& machine) {
  std::printf("\n%-6s %-9s %8s %3s %4s  %9s  %9s  %5s\n", "scalar", "family", "N", "D", "K",
              "1 thread", "2 threads", "ratio");
  EIGENMIX_BENCHMARK_CASES(threads_case);
}

void measure_start() {
  in_own_process([] {
    constexpr Index n = 1000000, d = 8, k = 16;
    const Problem<double> problem(n, d, k, true);
    using Full = Mixture<double, covariance::Full>;
    std::optional<Full> mixture;
    const double start = seconds_of([&] { mixture = eigenmix::initialize<Full>(problem.x, k); });
    eigenmix::FitResult result;
    const double fit = seconds_of([&] { result = mixture->fit(problem.x); });
    std::printf(
        "\ndefault fit of 1e6 x 8, K = 16: start %.2f s, fit %.2f s in %ld iterations; the "
        "start takes %.1f %%\n",
        start, fit, long(result.iterations), 100 * start / (start + fit));
    return result.status != eigenmix::FitStatus::not_run;
  });
}

void measure_samples() {
  std::puts("");
  for (const Index n : {Index(1000000), Index(10000000)}) {
    in_own_process([&] {
      const Problem<double> problem(n, 2, 8, true);
      const long before = peak_memory();
      const Timing timing = time_fit<covariance::Full>(problem, Serial());
      std::printf("Full, D = 2, K = 8, N = %8ld: %.4f s/iteration, %.1f MiB beyond the samples\n",
                  long(n), timing.seconds, double(peak_memory() - before) / 1024);
      return true;
    });
  }
}

}  // namespace

int main(int count, char** values) {
  const auto wanted = [&](const std::string& part) {
    for (int i = 1; i < count; ++i) {
      if (values[i] == part) return true;
    }
    return count == 1;
  };
  const Machine machine{product_gigaflops<double>(), product_gigaflops<float>(), exp_nanoseconds()};
  std::printf("Eigen's product: %.1f GFLOP/s double, %.1f float; its exp: %.2f ns a double\n",
              machine.product, machine.float_product, machine.exp);
  if (wanted("fit")) measure_fits(machine);
  if (wanted("threads")) measure_threads(machine);
  if (wanted("start")) measure_start();
  if (wanted("samples")) measure_samples();
  return status_of_all;
}
