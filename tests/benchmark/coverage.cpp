// SPDX-License-Identifier: MIT
//
// Errors of a fit: how often 95 % intervals hold the truth.
//
//     coverage [SETS [REPLICATES]]
//
// A line for each kind of samples and interval, over SETS sets, 2000 if it is not said: the share
// of intervals that hold, of weights, means, variances and covariances, in per cent. Intervals are
// an estimate and 1.96 standard errors either way, or percentiles of REPLICATES replicates, 99 if
// it is not said, none if 0. What is not normal is compared with a fit to a million samples. The
// share of 2000 sets has an error of 0.5; that of K components of D dimensions a smaller one.

#include <cmath>
#include <cstdio>
#include <cstdlib>
#include <thread>
#include <vector>

#include <eigenmix/inference/uncertainty.hpp>

#include "measure.hpp"

namespace {

using eigenmix_benchmark::Index;
using Mixture = eigenmix::GaussianMixture<double, 2>;
using Samples = Mixture::Means;
using Numbers = eigenmix::ParameterNumbers<double, 2>;
using eigenmix::Information;
using eigenmix::Resampling;

/// Groups of weights (1, ..., K) / sum, in a row.
struct Kind {
  const char* name;
  Index samples, groups;
  double apart;    // deviations between neighbours
  bool is_normal;  // or Laplace's
};

Mixture truth_of(const Kind& kind) {
  Eigen::VectorXd weights(kind.groups);
  Samples means(2, kind.groups);
  std::vector<Eigen::Matrix2d> covariances;
  for (Index k = 0; k < kind.groups; ++k) {
    weights(k) = double(k + 1);
    means.col(k) << kind.apart * double(k), 0.5 * double(k % 2);
    Eigen::Matrix2d covariance;
    covariance << 1, k % 2 == 0 ? 0.5 : -0.3, k % 2 == 0 ? 0.5 : -0.3, 1.5;
    if (!kind.is_normal) covariance = Eigen::Matrix2d::Identity();
    covariances.push_back(covariance);
  }
  return Mixture(weights / weights.sum(), means, covariances);
}

Samples draw(const Kind& kind, const Mixture& truth, Index count, std::uint64_t seed) {
  eigenmix::random::Engine engine(seed);
  auto sample = truth.sample(count, engine);
  for (Index n = 0; !kind.is_normal && n < count; ++n) {
    for (Index i = 0; i < 2; ++i) {  // exponential with a sign, of variance one
      const double size = -std::log1p(-eigenmix::random::uniform(engine)) / std::sqrt(2.0);
      sample.samples(i, n) = truth.means()(i, sample.labels(n)) +
                             (eigenmix::random::uniform(engine) < 0.5 ? -size : size);
    }
  }
  return std::move(sample.samples);
}

/// How many intervals held, of how many.
struct Tally {
  const char* name;
  long held[4] = {0, 0, 0, 0}, of[4] = {0, 0, 0, 0};
  long failed = 0;  // sets without an interval, or replicates

  void see(int what, bool holds) {
    held[what] += holds ? 1 : 0;
    ++of[what];
  }

  /// \param lower, upper  (numbers) -> ends
  void add(const Mixture& truth, const Numbers& lower, const Numbers& upper) {
    const auto holds = [](double a, double x, double b) { return a <= x && x <= b; };
    for (Index k = 0; k < truth.component_count(); ++k) {
      const auto at = static_cast<std::size_t>(k);
      const Eigen::Matrix2d covariance = truth.covariance(k);
      see(0, holds(lower.weights(k), truth.weights()(k), upper.weights(k)));
      for (Index i = 0; i < 2; ++i) {
        see(1, holds(lower.means(i, k), truth.means()(i, k), upper.means(i, k)));
        see(2, holds(lower.covariances[at](i, i), covariance(i, i), upper.covariances[at](i, i)));
      }
      see(3, holds(lower.covariances[at](1, 0), covariance(1, 0), upper.covariances[at](1, 0)));
    }
  }

  void print(const Kind& kind) const {
    std::printf("%-8s %5ld %2ld %4.1f %-20s", kind.name, long(kind.samples), long(kind.groups),
                kind.apart, name);
    for (int i = 0; i < 4; ++i) std::printf(" %5.1f", 100 * double(held[i]) / double(of[i]));
    std::printf("  %ld\n", failed);
    std::fflush(stdout);
  }
};

/// The mixture's numbers and so many errors.
Numbers moved(const Mixture& mixture, const Numbers& errors, double by) {
  Numbers result{mixture.weights() + by * errors.weights, mixture.means() + by * errors.means,
                 mixture.covariances()};
  for (std::size_t k = 0; k < result.covariances.size(); ++k) {
    result.covariances[k] += by * errors.covariances[k];
  }
  return result;
}

void run(const Kind& kind, int sets, int replicates) {
  const Mixture drawn_from = truth_of(kind);
  Mixture truth = drawn_from;
  if (!kind.is_normal) truth.fit(draw(kind, drawn_from, 1000000, 1u << 30));
  const Information informations[] = {Information::observed, Information::sandwich};
  const Resampling resamplings[] = {Resampling::nonparametric, Resampling::weighted_likelihood,
                                    Resampling::parametric};
  std::vector<Tally> of_errors{{"observed"}, {"sandwich"}};
  std::vector<Tally> of_bootstraps{{"nonparametric"}, {"weighted_likelihood"}, {"parametric"}};
  const auto options = eigenmix::fit_options(
      eigenmix::execution::Threads(Index(std::thread::hardware_concurrency())));
  for (int set = 0; set < sets; ++set) {
    const Samples x = draw(kind, drawn_from, kind.samples, static_cast<std::uint64_t>(set));
    Mixture mixture = truth;
    mixture.fit(x);
    for (std::size_t i = 0; i < of_errors.size(); ++i) {
      const auto errors = eigenmix::standard_errors(mixture, x, informations[i]);
      of_errors[i].failed += errors.is_valid() ? 0 : 1;
      of_errors[i].add(truth, moved(mixture, errors, -1.959964), moved(mixture, errors, 1.959964));
    }
    for (std::size_t i = 0; replicates > 0 && i < of_bootstraps.size(); ++i) {
      eigenmix::IntervalBootstrap bootstrap;
      bootstrap.resampling = resamplings[i];
      bootstrap.replicates = replicates;
      bootstrap.seed = static_cast<std::uint64_t>(set);
      const auto result = eigenmix::bootstrap_intervals(mixture, x, bootstrap, options);
      of_bootstraps[i].failed += long(result.failed);
      of_bootstraps[i].add(truth, result.lower, result.upper);
    }
  }
  for (const Tally& tally : of_errors) tally.print(kind);
  for (const Tally& tally : of_bootstraps) {
    if (replicates > 0) tally.print(kind);
  }
}

}  // namespace

int main(int argc, char** argv) {
  const int sets = argc > 1 ? std::atoi(argv[1]) : 2000;
  const int replicates = argc > 2 ? std::atoi(argv[2]) : 99;
  std::printf("groups       N  K apart interval         weights means  var.  cov.  failed\n");
  run({"normal", 1000, 2, 4, true}, sets, replicates);
  run({"normal", 200, 2, 4, true}, sets, replicates);
  run({"normal", 1000, 2, 2.5, true}, sets, replicates);
  run({"normal", 8000, 2, 2.5, true}, sets, 0);
  run({"normal", 4000, 3, 3, true}, sets, 0);
  run({"Laplace", 1000, 2, 6, false}, sets, replicates);
}
