// SPDX-License-Identifier: MIT
#include <algorithm>
#include <chrono>
#include <cmath>
#include <sstream>
#include <vector>

#include <support/catch.hpp>
#include <support/closeness.hpp>
#include <support/data.hpp>
#include <support/failure.hpp>

// Searches that know nothing of one another, and how sure their ends make. With larger numbers:
// benchmark/surety.cpp.

namespace {

using eigenmix::fit_best;
using eigenmix::fit_options;
using eigenmix::GaussianMixture;
using eigenmix::Index;
using eigenmix::Soundness;
using eigenmix::Surety;
using eigenmix::detail::Merit;
using eigenmix::detail::surety_of;
using eigenmix::initialization::Exhaustive;
using eigenmix::initialization::Restarts;
using eigenmix_tests::check_error;
using eigenmix_tests::check_rejected;

using Full = GaussianMixture<double>;
using Samples = Eigen::MatrixXd;

/// Overlapping groups, of which there are many optima.
Samples overlapping(std::uint64_t seed, Index count = 90) {
  eigenmix::random::Engine engine(seed);
  return eigenmix_tests::random_mixture<Full>(2, 3, 1.5, engine).sample(count, engine).samples;
}

Exhaustive searches(Index count, std::uint64_t seed = 0) {
  Exhaustive result;
  result.searches = count;
  result.seed = seed;
  return result;
}

/// Whether searches of the same seeds ended elsewhere, but for the best, which is fitted after them.
template <class BestFit>
bool unlike_ends(const BestFit& a, const BestFit& b) {
  for (std::size_t i = 0; i < a.runs.size(); ++i) {
    if (i == a.best || i == b.best) continue;
    const double difference = a.runs[i].result.log_posterior - b.runs[i].result.log_posterior;
    if (std::abs(difference) < 1e-3) return false;
  }
  return true;
}

TEST_CASE("ends of searches are counted by optima", "[surety]") {
  const auto sound = Soundness::sound, spurious = Soundness::spurious;
  const std::vector<Merit> ends{
      {false, sound, -10},    {false, sound, -10.02}, {false, spurious, -3},
      {false, sound, -12},    {true, sound, 0},       {false, sound, -12.01},
      {false, sound, -12.04}, {false, spurious, -5},  {false, spurious, -5.001}};
  const Surety surety = surety_of(ends);
  CHECK(surety.searches == 8);  // the one that failed says nothing
  CHECK(surety.optima == 4);
  CHECK(surety.hits == 2);
  CHECK(surety.singles == 1);
  CHECK(surety.unseen_share() == 1 / 8.0);
  CHECK(surety.chance_of_better() == 2 / 6.0);
  std::ostringstream out;
  out << surety;
  CHECK(out.str().rfind("8 searches ended in 4 optima, in the best of them 2: chance", 0) == 0);
  const Surety nothing = surety_of({});
  CHECK(nothing.searches == 0);
  CHECK(nothing.unseen_share() == 1);
  CHECK(nothing.chance_of_better() == 1);
  CHECK(nothing != surety);
  CHECK(nothing == Surety());
}

TEST_CASE("the unseen share is Good's and Turing's", "[surety]") {
  // Searches that end in optimum i with probability 1 / 2^i: what none of 30 saw has, on average
  // over 4000 draws, the share that is said, which is too high by at most 1 / 30 (Good 1953) and
  // has a deviation below 0.06, so the mean one below 0.001.
  eigenmix::random::Engine engine(5);
  constexpr int draws = 4000, runs = 30;
  double said = 0, true_share = 0;
  for (int draw = 0; draw < draws; ++draw) {
    std::vector<Merit> ends;
    std::vector<bool> seen(64, false);
    for (int run = 0; run < runs; ++run) {
      int optimum = 1;
      while (optimum < 60 && eigenmix::random::uniform(engine) < 0.5) ++optimum;
      seen[std::size_t(optimum)] = true;
      ends.push_back({false, Soundness::sound, -double(optimum)});
    }
    said += surety_of(ends).unseen_share() / draws;
    for (int i = 1; i < 60; ++i) true_share += seen[std::size_t(i)] ? 0 : std::exp2(-i) / draws;
  }
  CHECK(said >= true_share - 0.004);
  CHECK(said <= true_share + 1.0 / runs + 0.004);
}

TEST_CASE("what was found by number is the same again, in threads and by every way", "[surety]") {
  const Samples x = overlapping(3);
  const auto best = fit_best<Full>(x, 4, searches(24));
  REQUIRE(best.runs.size() == 24);
  CHECK(best.surety.searches == 24);
  CHECK(best.surety.hits >= 1);
  CHECK(best.result.converged());
  double highest = -HUGE_VAL;
  for (const auto& run : best.runs) {
    if (run.result.status == eigenmix::FitStatus::abandoned) {
      CHECK(run.result.log_likelihood <= best.result.log_likelihood + 1e-2);
    } else {
      highest = run.result.log_likelihood;
    }
  }
  CHECK(highest == best.result.log_likelihood);
  const auto in_threads =
      fit_best<Full>(x, 4, searches(24), fit_options(eigenmix::execution::Threads(3)));
  CHECK(in_threads.mixture == best.mixture);
  CHECK(in_threads.surety == best.surety);
  auto started = eigenmix::initialize<Full>(x, 4, searches(24));
  started.fit(x);
  CHECK(started == best.mixture);
  // More searches of the same seed are the same and others.
  const auto more = fit_best<Full>(x, 4, searches(30));
  for (std::size_t i = 0; i < 24; ++i) CHECK(more.runs[i].seed == best.runs[i].seed);
  CHECK(fit_best<Full>(x, 1, searches(3)).surety.hits == 3);
}

TEST_CASE("restarts are searches that know nothing of one another, a search is none", "[surety]") {
  const Samples x = overlapping(4);
  const auto restarts = fit_best<Full>(x, 3, Restarts(8));
  CHECK(restarts.surety.searches == 8);
  Index hits = 0;
  for (const auto& run : restarts.runs) {
    hits += run.result.soundness() == restarts.result.soundness() &&
                    run.result.log_likelihood >= restarts.result.log_likelihood - 0.04
                ? 1
                : 0;
  }
  CHECK(restarts.surety.hits == hits);
  CHECK(fit_best<Full>(x, 3).surety == Surety());
}

TEST_CASE("a budget of time ends the search", "[surety]") {
  using namespace std::chrono_literals;
  const Samples x = overlapping(5);
  const auto few = fit_best<Full>(x, 3, eigenmix::initialization::exhaustive(1us));
  CHECK(few.runs.size() == 1);  // one is always done
  const auto more = fit_best<Full>(x, 3, eigenmix::initialization::exhaustive(300ms));
  CHECK(more.runs.size() > 1);
  CHECK(more.surety.searches == Index(more.runs.size()));
  check_rejected("Exhaustive", "seconds", "0", "> 0",
                 [&] { fit_best<Full>(x, 3, eigenmix::initialization::exhaustive(0s)); });
  check_rejected("Exhaustive", "searches", "0", "at least one",
                 [&] { fit_best<Full>(x, 3, searches(0)); });
}

TEST_CASE("searches heed priors, fixed parts, weights and policies", "[surety]") {
  const Samples x = overlapping(6);
  const auto prior = eigenmix::prior::mclust_default(x, 3);
  check_rejected("fit_best", "dimension of the prior", "3", "2", [&] {
    eigenmix::random::Engine engine(2);
    const Samples other =
        eigenmix_tests::random_mixture<Full>(3, 2, 1.5, engine).sample(30, engine).samples;
    fit_best<Full>(x, 3, searches(4), fit_options(eigenmix::prior::mclust_default(other, 3)));
  });
  const auto plain = fit_best<Full>(x, 3, searches(4));
  const auto with_prior = fit_best<Full>(x, 3, searches(4), fit_options(prior));
  CHECK(with_prior.result.log_posteriors.size() > 0);
  CHECK(unlike_ends(plain, with_prior));
  eigenmix::Fixed equal;
  equal.equal_weights = true;
  const auto even = fit_best<Full>(x, 4, searches(4), fit_options(equal));
  CHECK((even.mixture.weights().array() == 0.25).all());
  CHECK(unlike_ends(fit_best<Full>(x, 4, searches(4)), even));
  eigenmix::random::Engine engine(7);
  const Samples apart =
      eigenmix_tests::random_mixture<Full>(2, 3, 8, engine).sample(90, engine).samples;
  const Eigen::VectorXd twos = Eigen::VectorXd::Constant(apart.cols(), 2);
  const auto once = fit_best<Full>(apart, 3, searches(6));
  const auto doubled = fit_best<Full>(eigenmix::counted(apart, twos), 3, searches(6));
  check_error("likelihood of the copies",
              std::abs(doubled.result.log_likelihood - 2 * once.result.log_likelihood), 1e-3);
  const Samples equal_samples = Samples::Ones(2, 6);
  const auto collapsed = fit_best<Full>(equal_samples, 2, searches(3));
  CHECK(collapsed.result.soundness() != Soundness::sound);
}

TEST_CASE("what is said of better optima is so", "[surety]") {
  // 40 sets, five searches each: how many of them fifty others improve on, beside the sum of the
  // chances that were said. Binomial: three deviations.
  double said = 0, variance = 0;
  int found = 0;
  for (std::uint64_t set = 0; set < 40; ++set) {
    const Samples x = overlapping(set + 50, 60);
    const auto few = fit_best<Full>(x, 3, searches(5));
    const auto many = fit_best<Full>(x, 3, searches(50, 1));
    const double chance = few.surety.chance_of_better();
    said += chance;
    variance += chance * (1 - chance);
    const auto a = many.result.soundness(), b = few.result.soundness();
    const double gain = many.result.log_likelihood - few.result.log_likelihood;
    found += a < b || (a == b && gain > 0.1) ? 1 : 0;
  }
  CAPTURE(said, found, std::sqrt(variance));
  CHECK(found >= 3);  // else the sets say nothing
  check_error("better optima", std::abs(said - found), 3 * std::sqrt(variance));
}

}  // namespace
