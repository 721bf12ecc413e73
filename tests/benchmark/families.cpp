// SPDX-License-Identifier: MIT
//
// The fourteen families: seconds per iteration against those of VVV, and the choice among all of them
// with 1 to 9 components on small real data. The same choice by mclust, for comparison:
//
//     R -e 'library(mclust); x <- read.csv("tests/data/iris.csv")[, 1:4];
//           system.time(Mclust(x, G = 1:9, verbose = FALSE))'

#include <cstdio>
#include <string>

#include <eigenmix/selection/selection.hpp>

#include "../support/golden.hpp"
#include "measure.hpp"
#include "problem.hpp"

namespace {

using namespace eigenmix_benchmark;
using namespace eigenmix::covariance;
namespace selection = eigenmix::selection;

template <class Family>
double seconds_per_iteration(const Problem<double>& problem) {
  constexpr Index iterations = 5;
  using Mixture = eigenmix::GaussianMixture<double, Eigen::Dynamic, Family>;
  Mixture warm = problem.start<Mixture>();
  warm.fit(problem.x, eigenmix::stopping::MaxIterations(2));
  return median_seconds(3,
                        [&] {
                          Mixture mixture = warm;
                          mixture.fit(problem.x, eigenmix::stopping::MaxIterations(iterations));
                        }) /
         iterations;
}

template <class... Family>
void print_families(Index samples, Index dimension, Index components,
                    selection::Families<Family...>) {
  const Problem<double> problem(samples, dimension, components, true);
  const double full = seconds_per_iteration<VVV>(problem);
  std::printf("%8td %3td %3td %9.2e", samples, dimension, components, full);
  (std::printf(" %5.2f", seconds_per_iteration<Family>(problem) / full), ...);
  std::printf("\n");
}

template <class Starts, class... Family>
void print_choice(const std::string& name, const Starts& starts,
                  selection::Families<Family...> families) {
  const Eigen::MatrixXd x = eigenmix_tests::read_data(name).samples;
  const auto choose = [&](const auto& execution) {
    return selection::select(x, families, selection::components(1, 9),
                             eigenmix::fit_options(starts, execution));
  };
  const eigenmix::execution::Serial one;
  const eigenmix::execution::Threads two(2);
  const double on_one = median_seconds(5, [&] { choose(one); });
  const double on_two = median_seconds(5, [&] { choose(two); });
  const auto best = choose(one).best();
  std::printf("%-9s %8.4f %8.4f   %s,%td\n", name.c_str(), on_one, on_two, best.family.c_str(),
              best.component_count);
}

}  // namespace

int main() {
  constexpr auto all =
      selection::families<EII, VII, EEI, VEI, EVI, VVI, EEE, VEE, EVE, VVE, EEV, VEV, EVV, VVV>();
  std::printf("       N   D   K  VVV [s], and times VVV:\n%28s", "");
  for (const char* code : {"EII", "VII", "EEI", "VEI", "EVI", "VVI", "EEE", "VEE", "EVE", "VVE",
                           "EEV", "VEV", "EVV", "VVV"}) {
    std::printf("   %s", code);
  }
  std::printf("\n");
  print_families(272, 2, 3, all);
  print_families(150, 4, 3, all);
  print_families(2000, 32, 8, all);
  print_families(1000000, 2, 8, all);
  print_families(200000, 8, 16, all);
  print_families(100000, 16, 32, all);
  print_families(20000, 64, 64, all);
  std::printf("\n14 families, K = 1 to 9: seconds on one thread, on two, and the choice\n");
  for (const char* name : {"faithful", "iris", "diabetes"}) {
    std::printf("from mclust's start: ");
    print_choice(name, eigenmix::initialization::Hierarchical(), all);
    std::printf("from the default:    ");
    print_choice(name, selection::CellStarts(), all);
  }
}
