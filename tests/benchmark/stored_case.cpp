// SPDX-License-Identifier: MIT
//
// Times a fit of stored samples from stored parameters, so that other programs can be timed on the
// same bytes:
//
//     stored_case PREFIX ITERATIONS MIN_REPETITIONS MAX_REPETITIONS SECONDS d|f THREADS
//
// PREFIX.meta holds "N D K full|diag|tied|spherical variance"; PREFIX.bin the samples and
// PREFIX.mu0 the means to start from, as raw doubles, sample after sample; every component starts
// with weight 1 / K and covariance variance * I. Prints a line "rep <wall s> <cpu s>" for each
// repetition, then "ll <mean log-likelihood>", "steps <M-steps> <E-steps>" and "rss <peak KiB>".

#include <cstdio>
#include <cstdlib>
#include <ctime>
#include <fstream>
#include <stdexcept>
#include <string>

#include "measure.hpp"

namespace {

using eigenmix_benchmark::Dense;
using eigenmix_benchmark::Index;

struct Arguments {
  std::string prefix;
  Index iterations;
  int min_repetitions, max_repetitions;
  double seconds;
  Index threads;
};

struct Case {
  explicit Case(const std::string& prefix) {
    std::ifstream meta(prefix + ".meta");
    Index n = 0, d = 0, k = 0;
    if (!(meta >> n >> d >> k >> family >> variance)) {
      throw std::runtime_error(prefix + ".meta: cannot be read");
    }
    if (const char* rows = std::getenv("PEER_ROWS")) n = std::min<Index>(n, std::atol(rows));
    samples = read(prefix + ".bin", d, n);
    means = read(prefix + ".mu0", d, k);
  }

  static Dense<double> read(const std::string& path, Index rows, Index cols) {
    Dense<double> values(rows, cols);
    std::ifstream in(path, std::ios::binary);
    const auto bytes = static_cast<std::streamsize>(std::size_t(values.size()) * sizeof(double));
    if (!in.read(reinterpret_cast<char*>(values.data()), bytes)) {
      throw std::runtime_error(path + ": cannot be read");
    }
    return values;
  }

  std::string family;
  double variance = 1;
  Dense<double> samples, means;
};

double cpu_seconds() { return double(std::clock()) / CLOCKS_PER_SEC; }

template <class Task>
void time_repetitions(const Arguments& arguments, Task&& task) {
  double once = eigenmix_benchmark::seconds_of(task);
  once = std::min(once, eigenmix_benchmark::seconds_of(task));
  const int inner = once < 0.02 ? static_cast<int>(0.02 / std::max(once, 1e-7)) + 1 : 1;
  double spent = 0;
  for (int i = 0; i < arguments.max_repetitions; ++i) {
    if (i >= arguments.min_repetitions && spent > arguments.seconds) break;
    const double cpu = cpu_seconds();
    const double wall = eigenmix_benchmark::seconds_of([&] {
      for (int j = 0; j < inner; ++j) task();
    });
    std::printf("rep %.9g %.9g\n", wall / inner, (cpu_seconds() - cpu) / inner);
    spent += wall;
  }
}

template <class Scalar, class Covariance, class Execution>
void run(const Arguments& arguments, const Case& given, const Execution& execution) {
  using Mixture = eigenmix::GaussianMixture<Scalar, Eigen::Dynamic, Covariance>;
  const Dense<Scalar> x = given.samples.cast<Scalar>(), means = given.means.cast<Scalar>();
  const Index k = means.cols();
  const Mixture start(Eigen::Matrix<Scalar, Eigen::Dynamic, 1>::Constant(k, 1 / Scalar(k)), means,
                      Dense<Scalar>::Constant(means.rows(), k, Scalar(given.variance)));
  const eigenmix::stopping::MaxIterations stopping(arguments.iterations);
  Mixture fitted = start;
  eigenmix::FitResult result;
  time_repetitions(arguments, [&] {
    fitted = start;
    result = fitted.fit(x, stopping, eigenmix::fit_options(execution));
  });
  std::printf("ll %.17g\nsteps %ld %ld\nrss %ld\n", result.log_likelihood / double(x.cols()),
              static_cast<long>(result.iterations), static_cast<long>(result.iterations + 1),
              eigenmix_benchmark::peak_memory());
}

template <class Scalar, class Covariance>
void run_threads(const Arguments& arguments, const Case& given) {
  if (arguments.threads == 1) {
    run<Scalar, Covariance>(arguments, given, eigenmix::execution::Serial());
  } else {
    run<Scalar, Covariance>(arguments, given, eigenmix::execution::Threads(arguments.threads));
  }
}

template <class Scalar>
void run_family(const Arguments& arguments, const Case& given) {
  if (given.family == "full") {
    run_threads<Scalar, eigenmix::covariance::Full>(arguments, given);
  } else if (given.family == "diag") {
    run_threads<Scalar, eigenmix::covariance::Diagonal>(arguments, given);
  } else if (given.family == "tied") {
    run_threads<Scalar, eigenmix::covariance::Tied>(arguments, given);
  } else if (given.family == "spherical") {
    run_threads<Scalar, eigenmix::covariance::Spherical>(arguments, given);
  } else {
    throw std::runtime_error("unknown family " + given.family);
  }
}

}  // namespace

int main(int count, char** values) {
  if (count != 8) {
    std::fprintf(stderr, "usage: %s PREFIX ITERATIONS MIN MAX SECONDS d|f THREADS\n", values[0]);
    return 2;
  }
  try {
    const Arguments arguments{values[1],
                              std::atol(values[2]),
                              std::atoi(values[3]),
                              std::atoi(values[4]),
                              std::atof(values[5]),
                              std::atol(values[7])};
    const Case given(arguments.prefix);
    if (values[6][0] == 'f') {
      run_family<float>(arguments, given);
    } else {
      run_family<double>(arguments, given);
    }
  } catch (const std::exception& error) {
    std::fprintf(stderr, "%s\n", error.what());
    return 1;
  }
  return 0;
}
