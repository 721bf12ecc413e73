// SPDX-License-Identifier: MIT
#include <chrono>
#include <limits>

#include <support/catch.hpp>
#include <support/data.hpp>
#include <support/datasets.hpp>
#include <support/failure.hpp>
#include <support/golden.hpp>

// Each stopping policy alone, together, and in fits.

namespace {

using eigenmix::FitStatus;
using eigenmix::GaussianMixture;
using eigenmix::Index;
using eigenmix::Iteration;
using eigenmix_tests::check_rejected;
namespace stopping = eigenmix::stopping;

constexpr double infinity = std::numeric_limits<double>::infinity();
constexpr double nan = std::numeric_limits<double>::quiet_NaN();

/// Rounding is that of the sum alone: four units in the last place of the log-likelihood.
Iteration at(Index number, double log_likelihood, double previous, double weight = 100,
             double seconds = 0) {
  const double resolution =
      4 * std::numeric_limits<double>::epsilon() * (1 + std::abs(log_likelihood));
  return {number, {log_likelihood, previous}, {weight, resolution}, Iteration::Seconds(seconds)};
}

Iteration first(double log_likelihood) { return at(0, log_likelihood, -infinity); }

/// The number of the iteration at which a policy stops a sequence of log-likelihoods, or -1.
template <class Policy>
Index stops_at(Policy policy, const std::vector<double>& log_likelihoods) {
  double last = -infinity;
  for (std::size_t i = 0; i < log_likelihoods.size(); ++i) {
    if (policy(at(Index(i), log_likelihoods[i], last))) return Index(i);
    last = log_likelihoods[i];
  }
  return -1;
}

TEST_CASE("an iteration tells what it was made of", "[stopping]") {
  const Iteration iteration = at(3, -10, -12.5, 7, 0.25);
  CHECK(iteration.number() == 3);
  CHECK(iteration.log_likelihood() == -10);
  CHECK(iteration.previous_log_likelihood() == -12.5);
  CHECK(iteration.gain() == 2.5);
  CHECK(iteration.total_weight() == 7);
  CHECK(iteration.elapsed().count() == 0.25);
  CHECK(iteration.parameter_change() == infinity);
  CHECK(first(-1).gain() == infinity);
}

TEST_CASE("MaxIterations counts M-steps", "[stopping]") {
  CHECK(stopping::MaxIterations(0)(first(-1)));
  CHECK_FALSE(stopping::MaxIterations(3)(at(2, -1, -2)));
  CHECK(stopping::MaxIterations(3)(at(3, -1, -2)));
  CHECK(stopping::MaxIterations(3)(at(4, -1, -2)));
  CHECK(stopping::MaxIterations(1).status() == FitStatus::iteration_limit);
  CHECK(stopping::MaxIterations(1).name() == "MaxIterations");
}

TEST_CASE("TimeLimit compares the time elapsed", "[stopping]") {
  using namespace std::chrono_literals;
  const stopping::TimeLimit limit(250ms);
  CHECK_FALSE(limit(at(5, -1, -2, 100, 0.2499)));
  CHECK(limit(at(5, -1, -2, 100, 0.25)));
  CHECK(limit(at(5, -1, -2, 100, 1)));
  CHECK(stopping::TimeLimit(0s)(first(-1)));
  CHECK_FALSE(stopping::TimeLimit(1h)(at(5, -1, -2, 100, 3599)));
  CHECK(limit.status() == FitStatus::time_limit);
  CHECK(limit.name() == "TimeLimit");
}

TEST_CASE("change policies compare the size of the last gain", "[stopping]") {
  const stopping::LogLikelihoodChange total(0.5);
  CHECK_FALSE(total(first(-10)));
  CHECK_FALSE(total(at(1, -9, -10)));
  CHECK(total(at(2, -8.5, -9)));
  CHECK(total(at(2, -8.75, -8.5)));
  CHECK_FALSE(total(at(2, -9.5, -8.5)));
  CHECK(total.status() == FitStatus::converged);
  CHECK(total.name() == "LogLikelihoodChange");

  const stopping::MeanLogLikelihoodChange mean(0.25);
  CHECK_FALSE(mean(first(-10)));
  CHECK_FALSE(mean(at(1, -10, -13, 8)));
  CHECK(mean(at(1, -10, -12, 8)));
  CHECK_FALSE(mean(at(1, -10, -12, 4)));
  CHECK(mean.status() == FitStatus::converged);
  CHECK(mean.name() == "MeanLogLikelihoodChange");

  const stopping::RelativeLogLikelihoodChange relative(0.125);
  CHECK_FALSE(relative(first(-10)));
  CHECK(relative(at(1, -7, -8)));
  CHECK_FALSE(relative(at(1, -7, -8.01)));
  CHECK(relative(at(1, 7, 6)));
  CHECK(relative(at(1, 0, -0.125)));  // defined where the likelihood crosses zero
  CHECK_FALSE(relative(at(1, 0, -0.126)));
  CHECK(relative.status() == FitStatus::converged);
  CHECK(relative.name() == "RelativeLogLikelihoodChange");
}

TEST_CASE("a tolerance of zero waits for no change at all", "[stopping]") {
  CHECK(stopping::LogLikelihoodChange(0)(at(4, -3, -3)));
  CHECK_FALSE(stopping::LogLikelihoodChange(0)(at(4, -3, std::nextafter(-3, -4))));
  CHECK(stopping::MeanLogLikelihoodChange(0)(at(4, -3, -3)));
  CHECK(stopping::RelativeLogLikelihoodChange(0)(at(4, -3, -3)));
}

double get(const double& number) { return number; }

TEST_CASE("ParameterChange asks the iteration", "[stopping]") {
  const auto with_change = [](const double& change) {
    const auto read = eigenmix::detail::FunctionRef<double()>::bind<&get>(change);
    return Iteration(2, {-1, -2}, {100, 0}, Iteration::Seconds(0), read);
  };
  stopping::ParameterChange policy(0.01);
  const double small = 0.01, large = 0.011;
  CHECK(policy(with_change(small)));
  CHECK_FALSE(policy(with_change(large)));
  CHECK_FALSE(policy(first(-1)));
  CHECK(policy.status() == FitStatus::converged);
  CHECK(policy.name() == "ParameterChange");
}

TEST_CASE("AitkenAcceleration estimates what is still to be gained", "[stopping]") {
  // Gains 0.5^i: after iteration i as much is still to come as the last gain was. Two estimates in
  // a row must be below the tolerance; the first is at iteration 9.
  std::vector<double> halving{-10};
  for (int i = 0; i < 20; ++i) halving.push_back(halving.back() + std::ldexp(1.0, -i));
  CHECK(stops_at(stopping::AitkenAcceleration(std::ldexp(1.0, -8)), halving) == 10);
  // Gains 0.99^i: one hundred times the last gain is still to come.
  std::vector<double> slow{-1000};
  for (int i = 0; i < 3000; ++i) slow.push_back(slow.back() + std::pow(0.99, i));
  const Index stopped = stops_at(stopping::AitkenAcceleration(1e-2), slow);
  REQUIRE(stopped > 0);
  const double limit = -1000 + 100;
  CHECK(limit - slow[std::size_t(stopped)] <= 1.001e-2);
  CHECK(limit - slow[std::size_t(stopped) - 2] > 0.999e-2);
  CHECK(stopping::AitkenAcceleration(1).status() == FitStatus::converged);
  CHECK(stopping::AitkenAcceleration(1).name() == "AitkenAcceleration");
}

TEST_CASE("AitkenAcceleration is not fooled by a plateau", "[stopping]") {
  // Small gains that grow are the beginning of something, not the end.
  std::vector<double> plateau{-500};
  for (int i = 0; i < 10; ++i) plateau.push_back(plateau.back() + 1e-6 * std::pow(2.0, i));
  CHECK(stops_at(stopping::AitkenAcceleration(1e-3), plateau) == -1);
  // No gain at all is the end, whatever the tolerance.
  CHECK(stops_at(stopping::AitkenAcceleration(0), {-500, -400, -400}) == 2);
}

TEST_CASE("bad tolerances and limits are refused", "[stopping][bad input]") {
  using namespace std::chrono_literals;
  const auto both = [](const std::string& name, auto make) {
    check_rejected("stopping::" + name, "tolerance", "-1", ">= 0", [&] { make(-1); });
    check_rejected("stopping::" + name, "tolerance", "nan", ">= 0", [&] { make(nan); });
    CHECK_NOTHROW(make(0));
  };
  both("LogLikelihoodChange", [](double t) { stopping::LogLikelihoodChange{t}; });
  both("MeanLogLikelihoodChange", [](double t) { stopping::MeanLogLikelihoodChange{t}; });
  both("RelativeLogLikelihoodChange", [](double t) { stopping::RelativeLogLikelihoodChange{t}; });
  both("ParameterChange", [](double t) { stopping::ParameterChange{t}; });
  both("AitkenAcceleration", [](double t) { stopping::AitkenAcceleration{t}; });
  check_rejected("stopping::MaxIterations", "limit", "-1", ">= 0",
                 [] { stopping::MaxIterations{-1}; });
  check_rejected("stopping::TimeLimit", "seconds", "-0.001", ">= 0",
                 [] { stopping::TimeLimit{-1ms}; });
  check_rejected("stopping::TimeLimit", "seconds", "nan", ">= 0",
                 [] { stopping::TimeLimit{Iteration::Seconds(nan)}; });
}

/// A policy of a user's own that counts how often it is asked.
struct Asked : stopping::Policy {
  int* times;
  bool answer;
  Asked(int& count, bool what) : times(&count), answer(what) {}
  bool operator()(const Iteration&) {
    ++*times;
    return answer;
  }
  std::string name() const { return answer ? "yes" : "no"; }
};

TEST_CASE("both partners of || and && are always asked", "[stopping]") {
  for (const bool a : {false, true}) {
    for (const bool b : {false, true}) {
      int times = 0;
      auto either = Asked(times, a) || Asked(times, b);
      CHECK(either(first(-1)) == (a || b));
      CHECK(times == 2);
      auto both = Asked(times, a) && Asked(times, b);
      CHECK(both(first(-1)) == (a && b));
      CHECK(times == 4);
    }
  }
}

TEST_CASE("|| reports the policy that stopped, a converged one first", "[stopping]") {
  const auto report = [](auto policy, const Iteration& iteration) {
    REQUIRE(policy(iteration));
    return std::make_pair(policy.status(), policy.name());
  };
  const stopping::MaxIterations limit(5);
  const stopping::LogLikelihoodChange change(0.1);
  using Report = std::pair<FitStatus, std::string>;
  const Report limited{FitStatus::iteration_limit, "MaxIterations"};
  const Report converged{FitStatus::converged, "LogLikelihoodChange"};
  CHECK(report(change || limit, at(5, -1, -2)) == limited);
  CHECK(report(limit || change, at(5, -1, -2)) == limited);
  CHECK(report(change || limit, at(4, -1, -1)) == converged);
  CHECK(report(limit || change, at(4, -1, -1)) == converged);
  CHECK(report(change || limit, at(5, -1, -1)) == converged);
  CHECK(report(limit || change, at(5, -1, -1)) == converged);
  // Of three, too, wherever the converged one stands.
  const stopping::TimeLimit deadline(Iteration::Seconds(1));
  CHECK(report(limit || change || deadline, at(5, -1, -1, 1, 2)) == converged);
  CHECK(report(limit || deadline || change, at(5, -1, -1, 1, 2)) == converged);
  CHECK(report(limit || (deadline || change), at(5, -1, -1, 1, 2)) == converged);
  CHECK(report(limit || deadline || change, at(5, -1, -2, 1, 2)) == limited);
  CHECK(report(limit || deadline || change, at(4, -1, -2, 1, 2)) ==
        Report{FitStatus::time_limit, "TimeLimit"});
}

TEST_CASE("&& stops when both would and names both", "[stopping]") {
  auto policy = stopping::LogLikelihoodChange(0.1) && stopping::MaxIterations(5);
  CHECK_FALSE(policy(at(4, -1, -1)));
  CHECK_FALSE(policy(at(5, -1, -2)));
  CHECK(policy(at(6, -1, -1)));
  CHECK(policy.status() == FitStatus::converged);
  CHECK(policy.name() == "LogLikelihoodChange && MaxIterations");
  // && binds tighter than ||, as always.
  auto mixed = stopping::MaxIterations(9) ||
               (stopping::LogLikelihoodChange(0.1) && stopping::ParameterChange(1));
  CHECK_FALSE(mixed(at(6, -1, -1)));  // the parameter change is unknown, hence infinite
  CHECK(mixed(at(9, -1, -1)));
  CHECK(mixed.status() == FitStatus::iteration_limit);
}

using Mixture = GaussianMixture<double, 2>;

struct Fitted {
  Mixture mixture;
  eigenmix::FitResult result;
};

template <class Policy>
Fitted fit_faithful(Policy policy, Index components = 2) {
  const auto x = eigenmix_tests::faithful();
  // A start from which a fit has some way to go.
  const eigenmix::initialization::KMeansPlusPlus strategy;
  Fitted fitted{eigenmix::initialize<Mixture>(x, components, strategy), {}};
  fitted.result = fitted.mixture.fit(x, policy);
  return fitted;
}

TEST_CASE("zero iterations return the start with its likelihood", "[stopping][fit]") {
  const auto x = eigenmix_tests::faithful();
  const auto start =
      eigenmix::initialize<Mixture>(x, 2, eigenmix::initialization::KMeansPlusPlus());
  const Fitted fitted = fit_faithful(stopping::MaxIterations(0));
  CHECK(fitted.mixture == start);
  CHECK(fitted.result.iterations == 0);
  CHECK(fitted.result.status == FitStatus::iteration_limit);
  CHECK_FALSE(fitted.result.converged());
  CHECK(fitted.result.log_likelihoods == std::vector<double>{fitted.result.log_likelihood});
  CHECK_THAT(fitted.result.log_likelihood,
             eigenmix_tests::WithinRel(start.log_likelihood(x), 1e-12));
  CHECK_THAT(fitted.result.effective_counts.sum(), eigenmix_tests::WithinRel(272.0, 1e-12));
}

TEST_CASE("a time limit of zero ends after the first E-step", "[stopping][fit]") {
  const Fitted fitted = fit_faithful(stopping::TimeLimit(std::chrono::seconds(0)));
  CHECK(fitted.result.iterations == 0);
  CHECK(fitted.result.status == FitStatus::time_limit);
  CHECK(fitted.result.stopped_by == "TimeLimit");
  CHECK(fitted.result.elapsed.count() >= 0);
}

TEST_CASE("every policy ends a fit where it says", "[stopping][fit]") {
  const auto last_gain = [](const Fitted& fitted) {
    const auto& trace = fitted.result.log_likelihoods;
    REQUIRE(trace.size() >= 3);
    return std::make_pair(trace[trace.size() - 1] - trace[trace.size() - 2],
                          trace[trace.size() - 2] - trace[trace.size() - 3]);
  };
  const auto total = last_gain(fit_faithful(stopping::LogLikelihoodChange(1e-3)));
  CHECK(total.first <= 1e-3);
  CHECK(total.second > 1e-3);
  const auto mean = last_gain(fit_faithful(stopping::MeanLogLikelihoodChange(1e-5)));
  CHECK(mean.first <= 272e-5);
  CHECK(mean.second > 272e-5);
  const Fitted relative = fit_faithful(stopping::RelativeLogLikelihoodChange(1e-7));
  const double scale = 1e-7 * (1 + std::abs(relative.result.log_likelihood));
  CHECK(last_gain(relative).first <= scale);
  CHECK(last_gain(relative).second > scale);
  for (const Fitted& fitted : {relative, fit_faithful(stopping::ParameterChange(1e-4)),
                               fit_faithful(stopping::AitkenAcceleration(1e-3))}) {
    CHECK(fitted.result.status == FitStatus::converged);
    CHECK(fitted.result.converged());
  }
}

TEST_CASE("the parameter change of an iteration is that of its M-step", "[stopping][fit]") {
  const auto x = eigenmix_tests::faithful();
  auto mixture = eigenmix::initialize<Mixture>(x, 2);
  Mixture before = mixture;
  int seen = 0;
  const auto compare = [&](const Iteration& iteration, const Mixture& now) {
    const double change = iteration.parameter_change();
    if (iteration.number() == 0) {
      CHECK(change == infinity);
    } else {
      CHECK_THAT(change,
                 eigenmix_tests::WithinRel(eigenmix_tests::parameter_distance(before, now), 1e-12));
    }
    before = now;
    return ++seen > 5;
  };
  const auto result = mixture.fit(x, compare);
  CHECK(seen == 6);
  CHECK(result.iterations == 5);
}

TEST_CASE("lambdas and classes of the user's own are policies", "[stopping][fit]") {
  const auto third = [](const Iteration& iteration) { return iteration.number() == 3; };
  const Fitted plain = fit_faithful(third);
  CHECK(plain.result.iterations == 3);
  CHECK(plain.result.status == FitStatus::stopped_by_policy);
  CHECK(plain.result.stopped_by == "custom");
  // With the mixture, and together with a shipped policy.
  const auto heavy = [](const Iteration&, const Mixture& mixture) {
    return mixture.weights().maxCoeff() > 0.5;
  };
  CHECK(fit_faithful(heavy).result.iterations == 0);
  const Fitted either = fit_faithful(stopping::MaxIterations(50) || third);
  CHECK(either.result.iterations == 3);
  CHECK(either.result.stopped_by == "custom");
  const Fitted limited = fit_faithful(third || stopping::MaxIterations(2));
  CHECK(limited.result.stopped_by == "MaxIterations");
  const Fitted both = fit_faithful(heavy && stopping::MaxIterations(4));
  CHECK(both.result.iterations == 4);
  CHECK(both.result.stopped_by == "custom && MaxIterations");
}

/// Stops after a validation likelihood has fallen, as users write it.
struct Validation {
  explicit Validation(Mixture::Means samples) : held_out(std::move(samples)) {}
  bool operator()(const Iteration&, const Mixture& mixture) {
    const double value = mixture.log_likelihood(held_out);
    const bool fell = value < best;
    best = std::max(best, value);
    return fell;
  }
  FitStatus status() const { return FitStatus::converged; }
  std::string name() const { return "Validation"; }

  Mixture::Means held_out;
  double best = -infinity;
};

TEST_CASE("a policy may report a status and a name, and every fit has a copy of it",
          "[stopping][fit]") {
  const auto x = eigenmix_tests::faithful();
  const Validation policy(x.leftCols(40));
  const Fitted one = fit_faithful(stopping::MaxIterations(500) || policy, 4);
  CHECK(one.result.status == FitStatus::converged);
  CHECK(one.result.stopped_by == "Validation");
  CHECK(policy.best == -infinity);
  const Fitted two = fit_faithful(stopping::MaxIterations(500) || policy, 4);
  CHECK(one.mixture == two.mixture);
}

/// How many nats a fit with the default stopping policy leaves on the table.
template <class Family>
double missing_likelihood(const Eigen::MatrixXd& x, Index components) {
  using Model = GaussianMixture<double, Eigen::Dynamic, Family>;
  auto mixture = eigenmix::initialize<Model>(x, components);
  const auto standard = mixture.fit(x);
  CHECK(standard.converged());
  CHECK(standard.stopped_by == "AitkenAcceleration");
  CHECK(standard.repairs.total() == 0);
  const auto tight =
      mixture.fit(x, stopping::LogLikelihoodChange(0) || stopping::MaxIterations(20000));
  return tight.log_likelihood - standard.log_likelihood;
}

TEST_CASE("the default leaves at most 5e-5 nats to be gained", "[stopping][fit]") {
  namespace covariance = eigenmix::covariance;
  for (const Index k : {2, 3}) {
    CAPTURE(k);
    const auto faithful = eigenmix_tests::faithful();
    CHECK(missing_likelihood<covariance::Full>(faithful, k) <= 5e-5);
    CHECK(missing_likelihood<covariance::Tied>(faithful, k) <= 5e-5);
    CHECK(missing_likelihood<covariance::Diagonal>(faithful, k) <= 5e-5);
    CHECK(missing_likelihood<covariance::Spherical>(faithful, k) <= 5e-5);
    const auto iris = eigenmix_tests::iris();
    CHECK(missing_likelihood<covariance::Full>(iris, k) <= 5e-5);
    CHECK(missing_likelihood<covariance::Tied>(iris, k) <= 5e-5);
    CHECK(missing_likelihood<covariance::Diagonal>(iris, k) <= 5e-5);
    CHECK(missing_likelihood<covariance::Spherical>(iris, k) <= 5e-5);
  }
}

TEST_CASE("the default says when the cap came first", "[stopping][fit]") {
  // The default with a cap of 3 in place of 1000.
  const Fitted fitted =
      fit_faithful(stopping::AitkenAcceleration(5e-5) || stopping::MaxIterations(3));
  CHECK(fitted.result.status == FitStatus::iteration_limit);
  CHECK(fitted.result.stopped_by == "MaxIterations");
  CHECK_FALSE(fitted.result.converged());
}

TEST_CASE("the default ends fits of many float samples", "[stopping][fit]") {
  // Here the rounding of single log densities, 1e-7 each, sums to more than the tolerance.
  using Float = GaussianMixture<float, 2>;
  eigenmix::random::Engine engine(21);
  const auto truth = eigenmix_tests::random_mixture<Float>(2, 2, 4, engine);
  const Float::Means x = truth.sample(50000, engine).samples;
  Float mixture = eigenmix_tests::perturbed(truth);
  const auto result = mixture.fit(x);
  CHECK(result.status == FitStatus::converged);
  CHECK(result.iterations < 200);
}

TEST_CASE("the default ends fits whose sum flips its last bit", "[stopping][fit]") {
  // One component is at its optimum after one step; the next steps move the sum over 145 samples by
  // an ulp up and down, for ever (diabetes data, VEE).
  const Eigen::MatrixXd x = eigenmix_tests::read_data("diabetes").samples;
  auto mixture = eigenmix::initialize<
      eigenmix::GaussianMixture<double, Eigen::Dynamic, eigenmix::covariance::VEE>>(x, 1);
  const auto result = mixture.fit(x);
  CHECK(result.converged());
  CHECK(result.iterations <= 10);
}

TEST_CASE("a fit begun at the optimum converges at once", "[stopping][fit]") {
  const auto x = eigenmix_tests::faithful();
  auto mixture = eigenmix::initialize<Mixture>(x, 2);
  mixture.fit(x, stopping::LogLikelihoodChange(0) || stopping::MaxIterations(20000));
  const auto again = mixture.fit(x);
  CHECK(again.converged());
  CHECK(again.iterations <= 3);
}

}  // namespace
