// SPDX-License-Identifier: MIT

// The laws of the foundation, of every kind of samples that is no matrix: parts make the whole,
// order does not matter, counts are repetitions, threads change no bit, too few are refused.

#include <algorithm>
#include <cmath>
#include <limits>
#include <numeric>
#include <type_traits>
#include <vector>

#include <support/catch.hpp>
#include <support/closeness.hpp>
#include <support/data.hpp>
#include <support/failure.hpp>
#include <support/naive_missing.hpp>

#include <eigenmix/execution/threads.hpp>
#include <eigenmix/incomplete/binned.hpp>
#include <eigenmix/incomplete/incomplete.hpp>
#include <eigenmix/incomplete/noisy.hpp>
#include <eigenmix/incomplete/truncated.hpp>
#include <eigenmix/out_of_core/callback.hpp>

namespace {

using eigenmix::counted;
using eigenmix::GaussianMixture;
using eigenmix::Index;
using eigenmix_tests::check_error;
using eigenmix_tests::check_rejected;
using eigenmix_tests::parameter_distance;
namespace execution = eigenmix::execution;

using Samples = Eigen::MatrixXd;
using Which = std::vector<Index>;  // of the samples of a problem, by their numbers
using Mixture = GaussianMixture<double>;

Samples columns(const Samples& x, const Which& which) {
  Samples result(x.rows(), Index(which.size()));
  for (Index n = 0; n < result.cols(); ++n) result.col(n) = x.col(which[std::size_t(n)]);
  return result;
}

/// A mixture, and samples of it; of one dimension inside [-3, 9].
struct Problem {
  explicit Problem(Index dimension) {
    eigenmix::random::Engine engine(4);
    Samples means(dimension, 3);
    for (Index k = 0; k < 3; ++k) means.col(k).setConstant(3 * double(k));
    means(0, 0) = 1;
    truth = Mixture(Eigen::Vector3d(0.3, 0.3, 0.4), means,
                    std::vector<Samples>(3, Samples::Identity(dimension, dimension)));
    const Samples drawn = truth.sample(4000, engine).samples;
    Which inside;
    for (Index n = 0; n < drawn.cols() && inside.size() < 3000; ++n) {
      if (drawn.col(n).minCoeff() > -3 && drawn.col(n).maxCoeff() < 9) inside.push_back(n);
    }
    x = columns(drawn, inside);
    start = eigenmix_tests::perturbed(truth);
  }

  Mixture truth{Eigen::VectorXd::Ones(1), Samples::Zero(1, 1), {Samples::Identity(1, 1)}},
      start = truth;
  Samples x;
};

// The kinds: body(source) of some of a problem's samples, and of some with counts.

struct Incomplete {
  explicit Incomplete(const Problem& of) : x(eigenmix_tests::with_holes<Samples>(of.x, 0.2, 3)) {
    x.leftCols(20) = of.x.leftCols(20);  // for a row without entries is refused
  }

  template <class Body>
  auto with(const Which& which, const Body& body) const {
    const Samples some = columns(x, which);
    return body(eigenmix::incomplete(some));
  }
  template <class Body>
  auto with(const Which& which, const Eigen::VectorXd& counts, const Body& body) const {
    const Samples some = columns(x, which);
    return body(eigenmix::incomplete(counted(some, counts)));
  }

  Samples x;
};

struct Noisy {
  explicit Noisy(const Problem& of) : x(of.x) {}

  template <class Body>
  auto with(const Which& which, const Body& body) const {
    const Samples some = columns(x, which);
    return body(eigenmix::noisy(some, noise_of(which)));
  }
  template <class Body>
  auto with(const Which& which, const Eigen::VectorXd& counts, const Body& body) const {
    const Samples some = columns(x, which);
    return body(eigenmix::noisy(counted(some, counts), noise_of(which)));
  }

  /// Of their own each, every fourth of none.
  std::vector<Samples> noise_of(const Which& which) const {
    std::vector<Samples> result;
    for (const Index n : which) {
      result.emplace_back(0.1 * double(n % 4) * Samples::Identity(x.rows(), x.rows()));
      result.back()(0, 0) *= 3;
    }
    return result;
  }

  Samples x;
};

struct Truncated {
  explicit Truncated(const Problem& of) : x(of.x) {}

  template <class Body>
  auto with(const Which& which, const Body& body) const {
    const Samples some = columns(x, which);
    return body(eigenmix::truncated(some, -3.0, 9.0));
  }
  template <class Body>
  auto with(const Which& which, const Eigen::VectorXd& counts, const Body& body) const {
    const Samples some = columns(x, which);
    return body(eigenmix::truncated(counted(some, counts), -3.0, 9.0));
  }

  Samples x;
};

/// Bins of a third.
struct Binned {
  explicit Binned(const Problem& of) : x(of.x) {}

  template <class Body>
  auto with(const Which& which, const Body& body) const {
    Eigen::VectorXd of_bins = Eigen::VectorXd::Zero(36);
    for (const Index n : which) of_bins(Index((x(0, n) + 3) * 3)) += 1;
    const Eigen::VectorXd edges = Eigen::VectorXd::LinSpaced(37, -3, 9);
    return body(eigenmix::binned(edges, of_bins, eigenmix::Outside::unseen));
  }

  Samples x;
};

/// Every sample of such a source counts once: those with counts are the same in memory.
struct FromCallback {
  explicit FromCallback(const Problem& of) : x(of.x) {}

  template <class Body>
  auto with(const Which& which, const Body& body) const {
    const Samples some = columns(x, which);
    const auto read = [&some](Index begin, Index size, double* into) {
      std::copy_n(some.data() + begin * some.rows(), size * some.rows(), into);
    };
    return body(eigenmix::out_of_core::callback<double>(some.rows(), some.cols(), read)
                    .read_by({6000, false}));
  }
  template <class Body>
  auto with(const Which& which, const Eigen::VectorXd& counts, const Body& body) const {
    const Samples some = columns(x, which);
    return body(counted(some, counts));
  }

  Samples x;
};

const auto moments_under = [](const Mixture& mixture) {
  return [&mixture](const auto& source) { return mixture.moments(source); };
};

/// EM's steps, of which five carry roundings on by a factor of a few.
template <class Policy>
auto fit_from(const Mixture& start, const Policy& policy) {
  return [&start, &policy](const auto& source) {
    Mixture mixture = start;
    mixture.fit(source, eigenmix::fit_options(policy, eigenmix::stopping::MaxIterations(5)));
    return mixture;
  };
}

Which all_of(const Problem& problem) {
  Which all(std::size_t(problem.x.cols()));
  std::iota(all.begin(), all.end(), Index(0));
  return all;
}

/// A rounding for each sample at worst.
double tolerance_of(const Which& all) {
  return double(all.size()) * std::numeric_limits<double>::epsilon();
}

double distance(const Mixture::Moments& other, const Mixture::Moments& whole) {
  REQUIRE(other.origin() == whole.origin());
  return (other.flat() - whole.flat()).norm() / whole.flat().norm();
}

template <class Kind>
void check_parts(const Problem& problem, const Kind& kind) {
  const Which all = all_of(problem);
  const auto moments = moments_under(problem.start);
  const auto middle = all.begin() + 1234;
  check_error("parts",
              distance(kind.with(Which(all.begin(), middle), moments) +
                           kind.with(Which(middle, all.end()), moments),
                       kind.with(all, moments)),
              tolerance_of(all));
}

template <class Kind>
void check_order(const Problem& problem, const Kind& kind) {
  const Which all = all_of(problem), backwards(all.rbegin(), all.rend());
  const auto moments = moments_under(problem.start);
  const auto fit = fit_from(problem.start, execution::Serial());
  const double tolerance = tolerance_of(all);
  check_error("order", distance(kind.with(backwards, moments), kind.with(all, moments)), tolerance);
  check_error("fit, order", parameter_distance(kind.with(backwards, fit), kind.with(all, fit)),
              100 * tolerance);
}

template <class Kind>
void check_counts(const Problem& problem, const Kind& kind) {
  const Which all = all_of(problem);
  const auto moments = moments_under(problem.start);
  const auto fit = fit_from(problem.start, execution::Serial());
  const double tolerance = tolerance_of(all);
  Eigen::VectorXd counts(Index(all.size()));
  Which repeated;
  for (const Index n : all) {
    counts(n) = double(n % 3);  // zero, too
    repeated.insert(repeated.end(), std::size_t(n % 3), n);
  }
  check_error("counts", distance(kind.with(all, counts, moments), kind.with(repeated, moments)),
              tolerance);
  check_error("fit, counts",
              parameter_distance(kind.with(all, counts, fit), kind.with(repeated, fit)),
              100 * tolerance);
}

template <class Kind>
void check_threads(const Problem& problem, const Kind& kind) {
  const Which all = all_of(problem);
  const Mixture& start = problem.start;
  const Mixture fitted = kind.with(all, fit_from(start, execution::Threads(1)));
  kind.with(all, [&](const auto& source) {
    for (const Index threads : {2, 3, 7}) {
      const execution::Threads policy(threads);
      CHECK(start.moments(source, policy) == start.moments(source));
      CHECK(start.log_density(source, policy) == start.log_density(source));
      CHECK(fit_from(start, policy)(source) == fitted);
    }
  });
}

template <class Kind>
void check_too_few(const Problem& problem, const Kind& kind) {
  Mixture mixture = problem.start;
  Which two{0, 1};  // which lie apart
  while (std::abs(problem.x(0, two[0]) - problem.x(0, two[1])) < 1) ++two[1];
  kind.with(two, [&](const auto& source) {
    check_rejected("fit", "samples of positive weight", "2", "at least as many as components, 3",
                   [&] { mixture.fit(source); });
    if constexpr (!std::is_same_v<Kind, Binned>) {  // whose start is of points spread in the bins
      check_rejected("initialize", "number of components", "3", "from 1 to",
                     [&] { eigenmix::initialize<Mixture>(source, 3); });
    }
  });
  CHECK(mixture == problem.start);
}

template <class Kind>
void check_laws(Index dimension) {
  const Problem problem(dimension);
  REQUIRE(problem.x.cols() == 3000);
  const Kind kind(problem);
  check_parts(problem, kind);
  if constexpr (!std::is_same_v<Kind, Binned>) {  // which are counted before a fit sees them
    check_order(problem, kind);
    check_counts(problem, kind);
  }
  check_threads(problem, kind);
  check_too_few(problem, kind);
}

}  // namespace

TEST_CASE("laws of incomplete samples", "[source_laws]") { check_laws<Incomplete>(3); }
TEST_CASE("laws of noisy samples", "[source_laws]") { check_laws<Noisy>(3); }
TEST_CASE("laws of truncated samples", "[source_laws]") { check_laws<Truncated>(1); }
TEST_CASE("laws of histograms", "[source_laws]") { check_laws<Binned>(1); }
TEST_CASE("laws of samples from elsewhere", "[source_laws]") { check_laws<FromCallback>(2); }
