// SPDX-License-Identifier: MIT
#include <atomic>
#include <mutex>
#include <set>
#include <thread>
#include <tuple>

#include <support/catch.hpp>
#include <support/data.hpp>
#include <support/failure.hpp>
#include <support/same_bits.hpp>

// Threads change nothing but the time.

namespace {

using eigenmix::Index;
using eigenmix::execution::Serial;
using eigenmix::execution::Threads;
using eigenmix_tests::AnyExecution;
using eigenmix_tests::check_rejected;

TEST_CASE("every index is met once, whatever their number", "[threads]") {
  for (const Index threads : {1, 2, 3, 7}) {
    const Threads execution(threads);
    CHECK(execution.concurrency() == threads);
    for (const Index count : {0, 1, 2, 5, 100}) {
      std::vector<std::atomic<int>> met(static_cast<std::size_t>(count));
      execution.for_each(count, [&](Index i) { ++met[static_cast<std::size_t>(i)]; });
      for (const auto& times : met) CHECK(times == 1);
    }
  }
}

TEST_CASE("several threads work at once", "[threads]") {
  const Threads execution(3);
  std::mutex mutex;
  std::set<std::thread::id> seen;
  std::atomic<int> waiting{0};
  execution.for_each(3, [&](Index) {  // no task can end before all have begun
    ++waiting;
    while (waiting < 3) std::this_thread::yield();
    const std::lock_guard<std::mutex> lock(mutex);
    seen.insert(std::this_thread::get_id());
  });
  CHECK(seen.size() == 3);
  CHECK(seen.count(std::this_thread::get_id()) == 1);
}

struct Unusual {
  Index index;
};

TEST_CASE("an exception comes out whole, and the threads go on working", "[threads]") {
  const Threads execution(3);
  for (int round = 0; round < 50; ++round) {
    std::atomic<int> done{0};
    Index caught = -1;
    try {
      execution.for_each(20, [&](Index i) {
        ++done;
        if (i == 4 || i == 11) throw Unusual{i};
      });
    } catch (const Unusual& exception) {
      caught = exception.index;
    }
    CHECK(caught == 4);
    CHECK(done == 20);
  }
}

TEST_CASE("a nested call, and one while another is under way, run alone", "[threads]") {
  const Threads execution(2);
  std::atomic<int> inner{0};
  execution.for_each(4, [&](Index) { execution.for_each(5, [&](Index) { ++inner; }); });
  CHECK(inner == 20);
  std::atomic<int> sum{0};
  std::vector<std::thread> callers;
  for (int i = 0; i < 4; ++i) {
    callers.emplace_back([&, copy = execution] {
      for (int round = 0; round < 100; ++round) copy.for_each(3, [&](Index) { ++sum; });
    });
  }
  for (std::thread& caller : callers) caller.join();
  CHECK(sum == 4 * 100 * 3);
}

TEST_CASE("a number of threads that cannot be", "[threads]") {
  for (const Index count : {0, -3}) {
    check_rejected("execution::Threads", "count", std::to_string(count), "at least one",
                   [&] { Threads{count}; });
  }
  CHECK(Threads().concurrency() >= 1);
}

/// A user's own policy: every task on a thread of its own, the last first.
struct Backwards {
  Index concurrency() const { return 4; }
  template <class Task>
  void for_each(Index count, Task&& task) const {
    for (Index i = count - 1; i >= 0; --i) std::thread([&] { task(i); }).join();
  }
};

TEMPLATE_LIST_TEST_CASE("results are the same to the bit for any number of threads", "[threads]",
                        eigenmix_tests::SameBitsMixtures) {
  const double separation = GENERATE(2.5, 12.0);
  const eigenmix_tests::SameBits<TestType> serial(AnyExecution(Serial{}), separation);
  for (const Index threads : {1, 2, 3, 7}) {
    CAPTURE(threads);
    serial.check_equal(
        eigenmix_tests::SameBits<TestType>(AnyExecution(Threads(threads)), separation));
  }
  serial.check_equal(eigenmix_tests::SameBits<TestType>(AnyExecution(Backwards{}), separation));
}

TEST_CASE("a threaded fit that throws leaves the mixture as it was", "[threads]") {
  using Mixture = eigenmix::GaussianMixture<double, 2>;
  eigenmix::random::Engine engine(4);
  Mixture mixture = eigenmix_tests::random_mixture<Mixture>(2, 3, 3, engine);
  auto x = mixture.sample(20000, engine).samples;
  const Mixture before = mixture;
  struct Failing {
    bool operator()(const eigenmix::Iteration& iteration) const {
      if (iteration.number() == 2) throw Unusual{2};
      return false;
    }
  };
  CHECK_THROWS_AS(mixture.fit(x, Failing(), eigenmix::fit_options(Threads(3))), Unusual);
  CHECK(mixture == before);
  x(1, 19999) = std::numeric_limits<double>::quiet_NaN();
  check_rejected("fit", "x(1, 19999)", "nan", "finite samples", [&] {
    mixture.fit(x, eigenmix::stopping::standard(), eigenmix::fit_options(Threads(3)));
  });
  CHECK(mixture == before);
}

/// Throws when it meets 12345 once more than `left` says: not while samples are checked.
struct Reading {
  std::atomic<int>* left;
  double operator()(double value) const {
    if (value != 12345) return value;
    if (--*left < 0) throw Unusual{12345};
    return 0;
  }
};

TEST_CASE("what samples throw while they are read comes out of any pool whole", "[threads]") {
  using Mixture = eigenmix::GaussianMixture<double, 2>;
  eigenmix::random::Engine engine(4);
  const Mixture before = eigenmix_tests::random_mixture<Mixture>(2, 3, 3, engine);
  Eigen::Matrix2Xd samples = before.sample(20000, engine).samples;
  samples(0, 17000) = 12345;
  const auto check = [&](const auto& execution) {
    Mixture mixture = before;
    std::atomic<int> left{3};
    const auto fit = [&] {
      mixture.fit(samples.unaryExpr(Reading{&left}), eigenmix::stopping::MaxIterations(9),
                  eigenmix::fit_options(execution));
    };
    CHECK_THROWS_AS(fit(), Unusual);
    CHECK(mixture == before);
    left = 1 << 20;
    const auto x = samples.unaryExpr(Reading{&left});
    CHECK(mixture.log_likelihood(x, execution) == before.log_likelihood(x));
  };
  check(Threads(3));
  check(Backwards{});
  check(Serial{});
}

/// A pool that knows nothing of exceptions: one that a task lets out ends the program.
struct Bare {
  Index concurrency() const { return 3; }
  template <class Task>
  void for_each(Index count, Task task) const {
    std::vector<std::thread> threads;
    for (Index i = 0; i < count; ++i) threads.emplace_back([=] { task(i); });
    for (std::thread& thread : threads) thread.join();
  }
};

TEST_CASE("what runs throw comes out of a bare pool whole", "[threads]") {
  using Mixture = eigenmix::GaussianMixture<double>;
  eigenmix::random::Engine engine(8);
  const Mixture truth = eigenmix_tests::random_mixture<Mixture>(2, 3, 3, engine);
  const auto x = truth.sample(200, engine).samples;
  const auto stopping = [](const eigenmix::Iteration& iteration) -> bool {
    if (iteration.number() == 2) throw Unusual{2};
    return false;
  };
  const auto fit = [&](const auto&... choices) {
    eigenmix::fit_best<Mixture>(
        x, 3, eigenmix::initialization::Restarts(4, eigenmix::initialization::RandomSamples()),
        eigenmix::fit_options(stopping, choices...));
  };
  CHECK_THROWS_AS(fit(Bare{}), Unusual);
  eigenmix::Fixed wrong;
  wrong.means = {true};
  check_rejected("Fixed", "mask of means", "1", "3", [&] { fit(Bare{}, wrong); });
}

TEST_CASE("restarts over threads", "[threads]") {
  using Mixture = eigenmix::GaussianMixture<double>;
  eigenmix::random::Engine engine(8);
  const Mixture truth = eigenmix_tests::random_mixture<Mixture>(2, 4, 3, engine);
  const auto x = truth.sample(400, engine).samples;
  const auto best = [&](const auto& execution, Index starts) {
    return eigenmix::fit_best<Mixture>(
        x, 4,
        eigenmix::initialization::Restarts(starts, eigenmix::initialization::RandomSamples{7}),
        eigenmix::fit_options(eigenmix::stopping::MaxIterations(20), execution));
  };
  const auto same = [](const auto& a, const auto& b) {
    CHECK(a.mixture == b.mixture);
    CHECK(a.best == b.best);
    CHECK(a.result.log_likelihoods == b.result.log_likelihoods);
    REQUIRE(a.runs.size() == b.runs.size());
    for (std::size_t i = 0; i < a.runs.size(); ++i) {
      CHECK(a.runs[i].seed == b.runs[i].seed);
      CHECK(a.runs[i].result.log_likelihoods == b.runs[i].result.log_likelihoods);
    }
  };
  for (const Index starts : {1, 2, 12}) {
    const auto serial = best(Serial{}, starts);
    for (const Index threads : {2, 3, 7}) same(best(Threads(threads), starts), serial);
  }
  // Runs that are equally good: the first of them, whichever ends first.
  const auto equal = [&](const auto& execution) {
    const auto same_start = [&](const auto& samples, Index k) {
      return eigenmix::initialize<Mixture>(samples, k);
    };
    struct Seeded {
      decltype(same_start) start;
      int seed = 0;
      Mixture operator()(const decltype(x)& samples, Index k) const { return start(samples, k); }
    };
    return eigenmix::fit_best<Mixture>(x, 4,
                                       eigenmix::initialization::Restarts(9, Seeded{same_start}),
                                       eigenmix::fit_options(execution));
  };
  CHECK(equal(Threads(3)).best == 0);
  CHECK(equal(Serial{}).best == 0);
}

TEST_CASE("restarts with observers tell them one run after the other", "[threads]") {
  using Mixture = eigenmix::GaussianMixture<double>;
  eigenmix::random::Engine engine(9);
  const auto x =
      eigenmix_tests::random_mixture<Mixture>(2, 2, 3, engine).sample(300, engine).samples;
  std::vector<Index> numbers;
  const auto note = [&](const eigenmix::Iteration& iteration) {
    numbers.push_back(iteration.number());
  };
  eigenmix::fit_best<Mixture>(
      x, 2, eigenmix::initialization::Restarts(3, eigenmix::initialization::RandomSamples()),
      eigenmix::fit_options(eigenmix::stopping::MaxIterations(2), Threads(2), note));
  CHECK(numbers == std::vector<Index>{0, 1, 2, 0, 1, 2, 0, 1, 2});
}

}  // namespace
