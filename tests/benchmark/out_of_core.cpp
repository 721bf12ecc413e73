// SPDX-License-Identifier: MIT
//
// How fast a fit reads a file, beside dd, and how much memory it takes.
//
//     out_of_core [FOLDER [MEBIBYTES [ROUNDS]]]
//
// A file of so many mebibytes of doubles, 4096 if it is not said, is made in FOLDER, /tmp. First
// the peak resident set of fits of parts of it, each in a process of its own. Then a line for each
// shape: the median over ROUNDS, 3, of MB/s of dd with blocks of 4 MiB, and of one E-step of full
// covariances on one thread, on one that another reads ahead for, and on two, when the system's
// cache has nothing of the file (posix_fadvise DONTNEED, which clean pages obey), and when it has
// all; `best` is the fastest over dd. And that of as many samples in memory as take 128 MiB on one
// thread, which is what the arithmetic alone allows.

#include <fcntl.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <cstdio>
#include <cstdlib>
#include <fstream>
#include <string>
#include <vector>

#include <eigenmix/out_of_core/files.hpp>

#include "measure.hpp"

namespace {

using namespace eigenmix_benchmark;
using Mixture = eigenmix::GaussianMixture<double>;
namespace execution = eigenmix::execution;
namespace out_of_core = eigenmix::out_of_core;
namespace stopping = eigenmix::stopping;

Mixture mixture_of(Index dimension, Index components) {
  Dense<double> means(dimension, components);
  for (Index k = 0; k < components; ++k) means.col(k).setConstant(0.5 * double(k));
  return Mixture(Eigen::VectorXd::Constant(components, 1 / double(components)), means,
                 std::vector<Dense<double>>(std::size_t(components),
                                            Dense<double>::Identity(dimension, dimension)));
}

/// So many bytes of standard normal numbers, of which a million are different.
void write_file(const std::string& path, Index bytes) {
  eigenmix::random::Engine engine(1);
  eigenmix::random::Normal normal;
  std::vector<double> block(1 << 20);
  for (double& number : block) number = normal(engine);
  std::ofstream out(path, std::ios::binary);
  for (Index left = bytes; left > 0;) {
    const Index some = std::min(left, Index(block.size() * sizeof(double)));
    out.write(reinterpret_cast<const char*>(block.data()), some);
    left -= some;
  }
}

void drop_cache(const std::string& path) {
  const int file = ::open(path.c_str(), O_RDONLY);
  ::fdatasync(file);
  ::posix_fadvise(file, 0, 0, POSIX_FADV_DONTNEED);
  ::close(file);
}

double median(std::vector<double> values) {
  std::sort(values.begin(), values.end());
  return values[values.size() / 2];
}

double dd_seconds(const std::string& path) {
  const std::string command = "dd if=" + path + " of=/dev/null bs=4M 2>/dev/null";
  return seconds_of([&] {
    if (std::system(command.c_str()) != 0) std::printf("dd failed\n");
  });
}

template <class X, class Execution>
double pass_seconds(Mixture& mixture, const X& x, const Execution& policy) {
  const auto options = eigenmix::fit_options(stopping::MaxIterations(0), policy);
  return seconds_of([&] { mixture.fit(x, options); });
}

/// Seconds of dd, one thread, one that another reads ahead for, and two: in turn, so that a slower
/// hour is one for all.
struct Times {
  std::vector<double> dd, one, ahead, two;
};

void print_row(const std::string& path, Index bytes, Index dimension, Index components,
               int rounds) {
  auto mixture = mixture_of(dimension, components);
  const auto source = out_of_core::raw_file<double>(path, dimension);
  const auto read_ahead = source.read_by({Index(2) << 20, true});
  pass_seconds(mixture, source, execution::Serial());  // sees that all are finite, once
  Times cold, warm;
  for (int round = 0; round < rounds; ++round) {
    drop_cache(path);
    cold.dd.push_back(dd_seconds(path));
    drop_cache(path);
    cold.one.push_back(pass_seconds(mixture, source, execution::Serial()));
    drop_cache(path);
    cold.ahead.push_back(pass_seconds(mixture, read_ahead, execution::Serial()));
    drop_cache(path);
    cold.two.push_back(pass_seconds(mixture, source, execution::Threads(2)));
  }
  dd_seconds(path);
  for (int round = 0; round < rounds; ++round) {
    warm.dd.push_back(dd_seconds(path));
    warm.one.push_back(pass_seconds(mixture, source, execution::Serial()));
    warm.ahead.push_back(pass_seconds(mixture, read_ahead, execution::Serial()));
    warm.two.push_back(pass_seconds(mixture, source, execution::Threads(2)));
  }
  const Index count = std::min<Index>(source.count(), (Index(1) << 24) / dimension);
  const Dense<double> x = Dense<double>::Random(dimension, count);
  std::vector<double> in_memory;
  for (int round = 0; round < rounds; ++round) {
    in_memory.push_back(pass_seconds(mixture, x, execution::Serial()));
  }
  const auto speed = [&](const std::vector<double>& seconds) {
    return double(bytes) / 1e6 / median(seconds);
  };
  const auto print = [&](const Times& times) {
    const double best = std::min({median(times.one), median(times.ahead), median(times.two)});
    std::printf("| %6.0f %6.0f %6.0f %6.0f %4.2f ", speed(times.dd), speed(times.one),
                speed(times.ahead), speed(times.two), median(times.dd) / best);
  };
  std::printf("%2ld %2ld ", long(components), long(dimension));
  print(cold);
  print(warm);
  std::printf("| %6.0f\n", double(x.size() * 8) / 1e6 / median(in_memory));
  std::fflush(stdout);
}

/// The peak of a fit of the last part of a file, in a process of its own.
void print_memory(const std::string& path, Index skipped, Index dimension, Index threads) {
  const pid_t child = ::fork();
  if (child == 0) {
    const Index sample = dimension * 8;
    const auto source = out_of_core::raw_file<double>(path, dimension, {skipped});
    auto mixture = mixture_of(dimension, 4);
    const long before = peak_memory();
    mixture.fit(source,
                eigenmix::fit_options(stopping::MaxIterations(2), execution::Threads(threads)));
    std::printf("N %10ld, D %2ld, %ld threads: %6.1f MiB of samples, peak %6.1f MiB, before %.1f\n",
                long(source.count()), long(dimension), long(threads),
                double(source.count() * sample) / (1 << 20), double(peak_memory()) / 1024,
                double(before) / 1024);
    std::fflush(stdout);
    ::_exit(0);
  }
  ::waitpid(child, nullptr, 0);
}

}  // namespace

int main(int argc, char** argv) {
  const std::string folder = argc > 1 ? argv[1] : "/tmp";
  const Index mebibytes = argc > 2 ? std::atol(argv[2]) : 4096;
  const int rounds = argc > 3 ? std::atoi(argv[3]) : 3;
  const std::string path = folder + "/eigenmix_out_of_core.raw";
  const Index bytes = mebibytes << 20;
  write_file(path, bytes);
  for (const Index threads : {1, 2}) {
    for (const Index part : {64, 8, 2, 1}) {
      print_memory(path, bytes - bytes / part, 16, threads);
    }
  }
  std::printf(
      "MB/s  |        not in the cache            |          in the cache              |\n");
  std::printf(
      " K  D |     dd    one  ahead    two best |     dd    one  ahead    two best | memory\n");
  for (const Index components : {1, 2, 4}) {
    for (const Index dimension : {8, 16, 32}) {
      print_row(path, bytes, dimension, components, rounds);
    }
  }
  std::remove(path.c_str());
}
