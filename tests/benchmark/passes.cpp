// SPDX-License-Identifier: MIT
//
// Whole fits: passes over the samples by EM alone and with accelerated steps, from one start.
//
//     passes [many | slow | stop] [FIRST]
//     passes whole DIRECTORY
//
// many: fits of all families to data of groups that overlap more or less, run to 1e-8 nats; how
// often each ends higher, and how many times fewer passes come within 1e-6 nats of the end where EM
// needs over 200. slow: a line for each fit of which that is true, at most 40. stop: what rules of
// 5e-5 to 5e-2 nats leave, and take. FIRST is the first seed. whole: a default fit from the default
// start of each of seven sets, which it leaves in DIRECTORY for whole.py to give to scikit-learn.

#include <cmath>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <fstream>
#include <string>

#include "measure.hpp"

namespace {

using namespace eigenmix_benchmark;
using eigenmix::FitResult;
using eigenmix::acceleration::None;
using eigenmix::acceleration::QuasiNewton;
namespace covariance = eigenmix::covariance;

/// Groups with covariances of condition ten or so, their means `apart` deviations from the middle.
struct Drawing {
  Index samples, dimension, groups;
  double apart;
  std::uint64_t seed;
};

Dense<double> draw(const Drawing& of) {
  eigenmix::random::Engine engine(of.seed);
  eigenmix::random::Normal normal;
  Dense<double> means(of.dimension, of.groups);
  std::vector<Dense<double>> covariances;
  Eigen::VectorXd weights(of.groups);
  for (Index k = 0; k < of.groups; ++k) {
    for (Index i = 0; i < of.dimension; ++i) means(i, k) = of.apart * normal(engine);
    Dense<double> root(of.dimension, of.dimension);
    for (Index i = 0; i < root.size(); ++i) root.data()[i] = normal(engine);
    covariances.push_back(root * root.transpose() / double(of.dimension));
    covariances.back().diagonal().array() += 0.3;
    weights(k) = 0.5 + eigenmix::random::uniform(engine);
  }
  weights /= weights.sum();
  return eigenmix::GaussianMixture<double>(weights, means, covariances)
      .sample(of.samples, engine)
      .samples;
}

/// One fit by both ways.
struct Pair {
  const char* family;
  Drawing drawing;
  Index components;
  FitResult em, leaps;
  double em_seconds = 0, leap_seconds = 0;

  double gain() const { return leaps.log_likelihood - em.log_likelihood; }

  /// Passes until 1e-6 nats are left to the lower of the two ends, or, if those are of two optima,
  /// to its own.
  double passes_of(const FitResult& fit) const {
    const double lower = std::min(em.log_likelihood, leaps.log_likelihood);
    const double end = std::abs(gain()) > 0.1 ? fit.log_likelihood : lower;
    std::size_t steps = 0;
    while (fit.log_likelihoods[steps] < end - 1e-6) ++steps;
    return double(steps + 1) * double(fit.passes) / double(fit.iterations + 1);
  }
  bool is_slow() const { return passes_of(em) > 200; }
};

auto stop(double nats) {
  return eigenmix::stopping::AitkenAcceleration(nats) || eigenmix::stopping::MaxIterations(20000);
}

template <class Family, class Visit>
void fit_family(const Drawing& drawing, const Dense<double>& x, Index components, Visit&& visit) {
  using Mixture = eigenmix::GaussianMixture<double, Eigen::Dynamic, Family>;
  const eigenmix::initialization::KMeansPlusPlus start_of{drawing.seed};
  visit(eigenmix::initialize<Mixture>(x, components, start_of), drawing, x);
}

/// Calls a visitor with a start of each family on each data set.
template <class Visit>
void for_each_fit(std::uint64_t seed, Visit&& visit) {
  for (const double apart : {1.0, 1.5, 3.0}) {
    for (const Index dimension : {2, 4, 8}) {
      for (const Index samples : {1000, 5000}) {
        const Drawing drawing{samples, dimension, 5, apart, seed++};
        const Dense<double> x = draw(drawing);
        for (const Index components : {4, 7}) {
          const auto fit = [&](auto family) {
            fit_family<decltype(family)>(drawing, x, components, visit);
          };
          const auto fit_each = [&](auto... families) { (fit(families), ...); };
          using namespace covariance;
          fit_each(EII(), VII(), EEI(), VEI(), EVI(), VVI(), EEE(), VEE(), EVE(), VVE(), EEV(),
                   VEV(), EVV(), VVV());
        }
      }
    }
  }
}

std::vector<Pair> all_pairs(std::uint64_t seed) {
  std::vector<Pair> pairs;
  for_each_fit(seed, [&](const auto& start, const Drawing& drawing, const Dense<double>& x) {
    using Family = typename std::decay_t<decltype(start)>::Covariance;
    Pair pair{Family::code, drawing, start.component_count(), {}, {}};
    auto of_em = start, of_leaps = start;
    pair.em_seconds =
        seconds_of([&] { pair.em = of_em.fit(x, stop(1e-8), eigenmix::fit_options(None())); });
    pair.leap_seconds = seconds_of(
        [&] { pair.leaps = of_leaps.fit(x, stop(1e-8), eigenmix::fit_options(QuasiNewton())); });
    pairs.push_back(std::move(pair));
  });
  return pairs;
}

void print_slow(const std::vector<Pair>& pairs) {
  std::printf(
      "family      N  D  K  apart   EM passes       s   leaps       s  end, nats above EM's\n");
  int printed = 0;
  for (const Pair& pair : pairs) {
    if (!pair.is_slow() || ++printed > 40) continue;
    const Drawing& of = pair.drawing;
    std::printf("%-6s %6ld %2ld %2ld  %5.1f  %10.0f %7.3f %7.0f %7.3f  %+.4f\n", pair.family,
                long(of.samples), long(of.dimension), long(pair.components), of.apart,
                pair.passes_of(pair.em), pair.em_seconds, pair.passes_of(pair.leaps),
                pair.leap_seconds, pair.gain());
  }
}

double quantile(std::vector<double> values, double share) {
  std::sort(values.begin(), values.end());
  return values.empty() ? 0 : values[static_cast<std::size_t>(share * double(values.size() - 1))];
}

void print_many(const std::vector<Pair>& pairs) {
  int higher = 0, lower = 0, longer = 0;
  double gain = 0, em_seconds = 0, leap_seconds = 0;
  std::vector<double> ratios;
  for (const Pair& pair : pairs) {
    higher += pair.gain() > 0.1 ? 1 : 0;
    lower += pair.gain() < -0.1 ? 1 : 0;
    longer += double(pair.leaps.passes) > 1.1 * double(pair.em.passes) ? 1 : 0;
    gain += pair.gain();
    em_seconds += pair.em_seconds;
    leap_seconds += pair.leap_seconds;
    if (pair.is_slow()) ratios.push_back(pair.passes_of(pair.em) / pair.passes_of(pair.leaps));
  }
  std::printf("%zu fits: leaps end higher by 0.1 nats in %d, lower in %d, in mean %+.4f\n",
              pairs.size(), higher, lower, gain / double(pairs.size()));
  std::printf(
      "%zu slow ones: fewer passes, median %.1f times, quartiles %.1f and %.1f, least %.1f\n",
      ratios.size(), quantile(ratios, 0.5), quantile(ratios, 0.25), quantile(ratios, 0.75),
      quantile(ratios, 0));
  std::printf("over 1.1 times EM's passes: %d; seconds in all: EM %.2f, leaps %.2f\n", longer,
              em_seconds, leap_seconds);
}

/// What a stopping rule leaves to gain, of slow fits.
template <class Acceleration>
void print_stop(double nats, const char* name, const Acceleration& how, std::uint64_t seed) {
  std::vector<double> left, passes;
  double seconds = 0;
  for_each_fit(seed, [&](const auto& start, const Drawing&, const Dense<double>& x) {
    auto probe = start;
    const auto short_run =
        eigenmix::stopping::AitkenAcceleration(5e-5) || eigenmix::stopping::MaxIterations(60);
    if (probe.fit(x, short_run, eigenmix::fit_options(None())).converged()) return;
    auto mixture = start;
    FitResult fit;
    seconds += seconds_of([&] { fit = mixture.fit(x, stop(nats), eigenmix::fit_options(how)); });
    mixture.fit(x, stop(1e-9), eigenmix::fit_options(QuasiNewton(20)));
    const FitResult end = mixture.fit(x, stop(1e-9), eigenmix::fit_options(None()));
    left.push_back(end.log_likelihood - fit.log_likelihood);
    passes.push_back(double(fit.passes));
  });
  const auto errors = [](double nats_left) { return std::sqrt(2 * std::max(nats_left, 0.0)); };
  std::printf("%-6s %7.0e %5zu %8.0f %8.2f   %8.1e %8.1e %8.1e   %6.3f %6.3f\n", name, nats,
              left.size(), quantile(passes, 0.5), seconds, quantile(left, 0.5),
              quantile(left, 0.95), quantile(left, 1), errors(quantile(left, 0.5)),
              errors(quantile(left, 0.95)));
}

/// A default fit from the default start; the samples are left in a file of raw doubles.
template <class Family>
void print_whole(const std::string& directory, const char* name, const Drawing& drawing,
                 Index components) {
  using Mixture = eigenmix::GaussianMixture<double, Eigen::Dynamic, Family>;
  const Dense<double> x = draw(drawing);
  std::ofstream file(directory + "/" + name + ".bin", std::ios::binary);
  const auto bytes = static_cast<std::streamsize>(std::size_t(x.size()) * sizeof(double));
  file.write(reinterpret_cast<const char*>(x.data()), bytes);
  FitResult fit;
  const double seconds = seconds_of([&] {
    auto mixture = eigenmix::initialize<Mixture>(x, components);
    fit = mixture.fit(x);
  });
  std::printf("%s %s %ld %ld %.3f %ld %.5f\n", name, Family::name, long(x.rows()), long(components),
              seconds, long(fit.passes), fit.log_likelihood / double(x.cols()));
  std::fflush(stdout);
}

void print_wholes(const std::string& directory) {
  print_whole<covariance::Full>(directory, "overlap3_1e6", {1000000, 3, 20, 1.5, 7}, 20);
  print_whole<covariance::Full>(directory, "overlap3_2e5", {200000, 3, 20, 1.5, 6}, 20);
  print_whole<covariance::Full>(directory, "overlap8", {100000, 8, 10, 1, 1}, 10);
  print_whole<covariance::Diagonal>(directory, "diagonal16", {100000, 16, 64, 1, 2}, 64);
  print_whole<covariance::Full>(directory, "apart8", {100000, 8, 10, 4, 3}, 10);
  print_whole<covariance::Full>(directory, "many50", {20000, 50, 10, 1, 4}, 10);
  print_whole<covariance::Full>(directory, "seven_on_five", {20000, 2, 5, 12, 5}, 7);
}

}  // namespace

int main(int argc, char** argv) {
  const char* what = argc > 1 ? argv[1] : "many";
  if (std::strcmp(what, "whole") == 0 && argc > 2) {
    print_wholes(argv[2]);
    return 0;
  }
  const auto seed = static_cast<std::uint64_t>(argc > 2 ? std::atoi(argv[2]) : 1);
  if (std::strcmp(what, "stop") == 0) {
    std::printf(
        "by     nats to go  fits, passes, seconds; left: median, 95 %%, most; standard errors\n");
    for (const double nats : {5e-5, 5e-4, 5e-3, 5e-2}) {
      print_stop(nats, "EM", None(), seed);
      print_stop(nats, "leaps", QuasiNewton(), seed);
    }
    return 0;
  }
  const std::vector<Pair> pairs = all_pairs(seed);
  if (std::strcmp(what, "slow") == 0) print_slow(pairs);
  print_many(pairs);
}
