// SPDX-License-Identifier: MIT
//
// What Surety::chance_of_better says beside how often ten times as many searches find a better
// optimum.
//
//     surety [SETS] [SEARCHES]
//
// SETS sets of each of seven kinds, 12 if it is not said; SEARCHES each, 20 if it is not said, and
// ten times as many of other seeds. A line for each range of what was said, and one for all.

#include <array>
#include <cmath>
#include <cstdio>
#include <cstdlib>
#include <vector>

#include "overlapping.hpp"

namespace {

using namespace eigenmix_benchmark;
namespace covariance = eigenmix::covariance;

/// What was said, and whether a better optimum was found.
struct Outcome {
  double said;
  bool found;
};

template <class Family>
void add(const Overlapping& of, Index components, int sets, Index searches,
         std::vector<Outcome>& outcomes) {
  using Mixture = eigenmix::GaussianMixture<double, Eigen::Dynamic, Family>;
  using eigenmix::initialization::Exhaustive;
  for (int set = 0; set < sets; ++set) {
    const Dense<double> x = draw(of, static_cast<std::uint64_t>(set) + 100);
    Exhaustive few, many;
    few.searches = searches;
    many.searches = 10 * searches;
    many.seed = 1;
    const auto best = eigenmix::fit_best<Mixture>(x, components, few);
    const auto better = eigenmix::fit_best<Mixture>(x, components, many);
    const auto a = better.result.soundness(), b = best.result.soundness();
    const double gain = better.result.log_likelihood - best.result.log_likelihood;
    outcomes.push_back({best.surety.chance_of_better(), a < b || (a == b && gain > 0.1)});
  }
}

void print(const char* name, const std::vector<Outcome>& outcomes, double from, double to) {
  int count = 0, found = 0;
  double said = 0;
  for (const Outcome& outcome : outcomes) {
    if (outcome.said < from || outcome.said >= to) continue;
    ++count;
    said += outcome.said;
    found += outcome.found ? 1 : 0;
  }
  if (count == 0) return;
  std::printf("%-9s %4.2f %4.2f | %4d | said %.3f found %.3f\n", name, from, to, count,
              said / count, double(found) / count);
}

}  // namespace

int main(int argc, char** argv) {
  const int sets = argc > 1 ? std::atoi(argv[1]) : 12;
  const Index searches = argc > 2 ? std::atoi(argv[2]) : 20;
  std::vector<Outcome> outcomes;
  add<covariance::Full>({2, 200, 4, 1.5}, 4, sets, searches, outcomes);
  add<covariance::Full>({5, 150, 3, 1}, 3, sets, searches, outcomes);
  add<covariance::Full>({2, 500, 10, 3}, 10, sets, searches, outcomes);
  add<covariance::Full>({8, 300, 4, 1.5}, 4, sets, searches, outcomes);
  add<covariance::Spherical>({2, 200, 4, 2}, 6, sets, searches, outcomes);
  add<covariance::Diagonal>({4, 200, 4, 1.5}, 4, sets, searches, outcomes);
  add<covariance::Tied>({3, 200, 5, 1.5}, 5, sets, searches, outcomes);
  constexpr std::array<double, 7> bounds{0, 0.05, 0.1, 0.2, 0.4, 0.7, 1.01};
  for (std::size_t i = 1; i < bounds.size(); ++i)
    print("range", outcomes, bounds[i - 1], bounds[i]);
  print("all", outcomes, 0, 1.01);
}
