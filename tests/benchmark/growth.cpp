// SPDX-License-Identifier: MIT
//
// One component more: how often `grow` ends where a fit from scratch does.
//
//     growth [SETS]
//
// A line for each of twelve kinds of groups, SETS of them each, 50 if it is not said: a mixture of
// K components is fitted and grown, and one of K + 1 fitted from the default start. Lower and
// higher by more than 0.1 nats, where both are as sound; an unsounder end is lower. `again` is a
// fit from scratch with another seed, compared likewise.

#include <cmath>
#include <cstdio>
#include <cstdlib>
#include <vector>

#include "overlapping.hpp"

namespace {

using namespace eigenmix_benchmark;
using eigenmix::FitResult;
namespace covariance = eigenmix::covariance;

/// How fits compare with those from scratch.
struct Tally {
  int lower = 0, higher = 0;
  double seconds = 0;

  void add(const FitResult& fit, const FitResult& scratch) {
    const auto a = fit.soundness(), b = scratch.soundness();
    const double gain = fit.log_likelihood - scratch.log_likelihood;
    lower += a > b || (a == b && gain < -0.1) ? 1 : 0;
    higher += a < b || (a == b && gain > 0.1) ? 1 : 0;
  }
};

template <class Mixture>
FitResult fit_from_scratch(const Dense<double>& x, Index components, std::uint64_t seed) {
  eigenmix::initialization::SmallEm strategy;
  strategy.seed = seed;
  auto mixture = eigenmix::initialize<Mixture>(x, components, strategy);
  return mixture.fit(x);
}

template <class Family>
void print_row(const Overlapping& of, Index components, int sets) {
  using Mixture = eigenmix::GaussianMixture<double, Eigen::Dynamic, Family>;
  Tally grown, again;
  double scratch_seconds = 0;
  for (int set = 0; set < sets; ++set) {
    const Dense<double> x = draw(of, static_cast<std::uint64_t>(set));
    auto mixture = eigenmix::initialize<Mixture>(x, components);
    mixture.fit(x);
    FitResult result, scratch;
    grown.seconds += seconds_of([&] { result = eigenmix::grow(mixture, x); });
    scratch_seconds +=
        seconds_of([&] { scratch = fit_from_scratch<Mixture>(x, components + 1, 0); });
    grown.add(result, scratch);
    again.add(fit_from_scratch<Mixture>(x, components + 1, 99), scratch);
  }
  std::printf("%-9s %2ld %5ld %3ld %2ld + 1 %4.1f | %3d %3d | %3d %3d | %.2f\n", Family::name,
              long(of.dimension), long(of.samples), long(of.groups), long(components), of.apart,
              grown.lower, grown.higher, again.lower, again.higher,
              grown.seconds / scratch_seconds);
  std::fflush(stdout);
}

}  // namespace

int main(int argc, char** argv) {
  const int sets = argc > 1 ? std::atoi(argv[1]) : 50;
  std::printf("family    D     N   G     K apart | lower higher | again: lower higher | time\n");
  print_row<covariance::Full>({2, 500, 4, 3}, 3, sets);
  print_row<covariance::Full>({2, 500, 6, 3}, 5, sets);
  print_row<covariance::Full>({2, 500, 6, 3}, 3, sets);
  print_row<covariance::Full>({2, 1000, 10, 3}, 9, sets);
  print_row<covariance::Full>({5, 500, 4, 1.5}, 3, sets);
  print_row<covariance::Full>({8, 1000, 6, 1.5}, 5, sets);
  print_row<covariance::Full>({3, 500, 3, 1}, 3, sets);
  print_row<covariance::Diagonal>({3, 500, 5, 2}, 5, sets);
  print_row<covariance::Spherical>({2, 500, 5, 2}, 6, sets);
  print_row<covariance::Tied>({3, 500, 5, 2}, 4, sets);
  print_row<covariance::EEV>({3, 500, 4, 2}, 3, sets);
  print_row<covariance::VVE>({3, 500, 4, 2}, 3, sets);
}
