// SPDX-License-Identifier: MIT

// Fits that are interrupted, by SIGKILL and otherwise, and go on to the same bits.

#include <csignal>
#include <string>
#include <utility>

#include <sys/wait.h>
#include <unistd.h>

#include <support/catch.hpp>
#include <support/data.hpp>
#include <support/failure.hpp>
#include <support/temporary_folder.hpp>

#include <eigenmix/covariance/vve.hpp>
#include <eigenmix/out_of_core/checkpoint.hpp>
#include <eigenmix/out_of_core/files.hpp>

namespace {

using eigenmix::fit_options;
using eigenmix::FitResult;
using eigenmix::GaussianMixture;
using eigenmix::Index;
using eigenmix::Iteration;
using eigenmix_tests::bytes_of;
using eigenmix_tests::Matrix;
using eigenmix_tests::TemporaryFolder;
using eigenmix_tests::write_bytes;
using eigenmix_tests::write_numbers;
namespace acceleration = eigenmix::acceleration;
namespace covariance = eigenmix::covariance;
namespace execution = eigenmix::execution;
namespace out_of_core = eigenmix::out_of_core;
namespace stopping = eigenmix::stopping;

using Mixture = GaussianMixture<double>;

/// Three groups that overlap, and a start that EM needs some dozens of iterations from.
template <class Model>
struct Problem {
  explicit Problem(Index count) {
    eigenmix::random::Engine engine(6);
    const auto truth = eigenmix_tests::random_mixture<Model>(2, 3, 3, engine);
    start.push_back(eigenmix_tests::perturbed(truth));
    x = truth.sample(count, engine).samples;
  }

  std::vector<Model> start;  // one
  Matrix<typename Model::Scalar> x;
};

/// Ends a fit as a power failure would.
struct Interruption {};

/// An observer that interrupts at an iteration.
auto interrupt_at(Index iteration) {
  return [iteration](const Iteration& now) {
    if (now.number() == iteration) throw Interruption();
  };
}

template <class Model>
void check_same(const Model& got, const FitResult& result, const Model& expected,
                const FitResult& of_expected) {
  CHECK(got == expected);
  CHECK(result.log_likelihoods == of_expected.log_likelihoods);
  CHECK(result.log_posteriors == of_expected.log_posteriors);
  CHECK(result.log_likelihood == of_expected.log_likelihood);
  CHECK(result.log_posterior == of_expected.log_posterior);
  CHECK(result.iterations == of_expected.iterations);
  CHECK(result.status == of_expected.status);
  CHECK(result.stopped_by == of_expected.stopped_by);
  CHECK(result.effective_counts == of_expected.effective_counts);
  CHECK(result.collapsed_count == of_expected.collapsed_count);
  CHECK(result.uninformative == of_expected.uninformative);
}

/// Interrupts a fit three times, at iterations 0, 3 and 4.
template <class Model, class X, class... Choices>
void interrupt(const Model& start, const X& x, const out_of_core::Checkpoint& checkpoint,
               const Choices&... choices) {
  Model mixture = start;
  for (const Index at : {0, 3, 4}) {
    const auto options = fit_options(choices..., interrupt_at(at));
    CHECK_THROWS_AS(out_of_core::fit_resumable(mixture, x, checkpoint, options), Interruption);
    CHECK(mixture == start);
  }
}

/// A fit that was interrupted goes on to the same end.
template <class Model, class X, class... Choices>
void check_goes_on(const Model& start, const X& x, const Choices&... choices) {
  Model expected = start;
  const FitResult whole = expected.fit(x, fit_options(choices..., acceleration::None()));
  REQUIRE(whole.iterations > 5);
  for (const Index every : {1, 2}) {
    CAPTURE(every);
    const TemporaryFolder folder;
    const out_of_core::Checkpoint checkpoint{folder / "fit", every};
    interrupt(start, x, checkpoint, choices...);
    Model mixture = start;
    const FitResult result =
        out_of_core::fit_resumable(mixture, x, checkpoint, fit_options(choices...));
    check_same(mixture, result, expected, whole);
  }
}

/// body() in a process of its own, which ends by SIGKILL or not at all well.
template <class Body>
pid_t in_child(Body&& body) {
  const pid_t child = ::fork();
  if (child != 0) return child;
  try {
    body();
  } catch (...) {
  }
  ::_exit(1);
}

/// \return whether it ended by SIGKILL
bool was_killed(pid_t child) {
  int status = 0;
  return ::waitpid(child, &status, 0) == child && WIFSIGNALED(status) &&
         WTERMSIG(status) == SIGKILL;
}

/// Fits in a process that kills itself at an iteration.
void fit_until_killed(Mixture mixture, const out_of_core::Source<double>& source,
                      const out_of_core::Checkpoint& checkpoint,
                      std::pair<Index, Index> at_and_threads) {
  const auto [at, threads] = at_and_threads;
  const auto kill = [end = at](const Iteration& now) {
    if (now.number() == end) ::raise(SIGKILL);
  };
  REQUIRE(was_killed(in_child([&, count = threads] {  // which has no other threads than its own
    out_of_core::fit_resumable(mixture, source, checkpoint,
                               fit_options(execution::Threads(count), kill));
  })));
}

std::string fault_of(Mixture mixture, const Matrix<double>& x, const std::string& path) {
  const Mixture before = mixture;
  try {
    out_of_core::fit_resumable(mixture, x, {path});
  } catch (const std::runtime_error& error) {
    CHECK(mixture == before);
    return error.what();
  }
  return "nothing was thrown";
}

}  // namespace

TEST_CASE("a fit that is kept on disc is EM's, to the bit", "[checkpoint]") {
  const Problem<Mixture> problem(600);
  const TemporaryFolder folder;
  Mixture mixture = problem.start[0], expected = mixture;
  const auto result = out_of_core::fit_resumable(mixture, problem.x, {folder / "fit", 7});
  const auto whole = expected.fit(problem.x, fit_options(acceleration::None()));
  check_same(mixture, result, expected, whole);
  CHECK(result.converged());
  CHECK(result.passes == whole.passes);
  const auto kept = out_of_core::load_checkpoint<Mixture>(folder / "fit");
  CHECK(kept.mixture == mixture);
  CHECK(kept.iterations == result.iterations);
  CHECK(kept.log_likelihoods == result.log_likelihoods);

  Index calls = 0;
  Mixture again = problem.start[0];
  const auto count = [&](const Iteration& now) {
    ++calls;
    CHECK(now.number() == result.iterations);
  };
  const auto no_more =
      out_of_core::fit_resumable(again, problem.x, {folder / "fit", 7}, fit_options(count));
  check_same(again, no_more, expected, whole);
  CHECK(calls == 1);
  CHECK(no_more.passes == whole.passes + 1);
}

TEST_CASE("a fit whose process is killed goes on to the same bits", "[checkpoint]") {
  const Problem<Mixture> problem(2000);
  const TemporaryFolder folder;
  write_numbers(folder / "x.raw", problem.x);
  const auto source = out_of_core::raw_file<double>(folder / "x.raw", 2).read_by({8000, true});
  Mixture expected = problem.start[0];
  const auto whole = expected.fit(source, fit_options(acceleration::None()));
  REQUIRE(whole.converged());
  REQUIRE(whole.iterations > 20);
  for (const Index threads : {1, 2}) {
    for (const auto& [at, every] :
         {std::pair<Index, Index>{0, 1}, {1, 1}, {13, 1}, {13, 5}, {whole.iterations, 1}}) {
      CAPTURE(at, every, threads);
      const out_of_core::Checkpoint checkpoint{folder / "fit", every};
      std::filesystem::remove(checkpoint.path);
      Mixture mixture = problem.start[0];
      fit_until_killed(mixture, source, checkpoint, {at, threads});
      CHECK(out_of_core::load_checkpoint<Mixture>(checkpoint.path).iterations ==
            at / every * every);
      const auto result = out_of_core::fit_resumable(mixture, source, checkpoint,
                                                     fit_options(execution::Threads(threads)));
      check_same(mixture, result, expected, whole);
    }
  }
}

TEST_CASE("whenever a process is killed, what it leaves is whole", "[checkpoint]") {
  const Problem<Mixture> problem(300);
  const TemporaryFolder folder;
  const out_of_core::Checkpoint checkpoint{folder / "fit", 1};
  const auto options = fit_options(stopping::MaxIterations(400));
  Mixture expected = problem.start[0], mixture = expected;
  const auto whole =
      expected.fit(problem.x, fit_options(stopping::MaxIterations(400), acceleration::None()));
  Index last = 0;
  for (int round = 0; round < 8; ++round) {
    const pid_t child = in_child([&] {  // an iteration of 50 µs, and a file of some KB
      for (;;) out_of_core::fit_resumable(mixture, problem.x, checkpoint, options);
    });
    ::usleep(static_cast<useconds_t>(5000 + 3217 * round));
    REQUIRE(::kill(child, SIGKILL) == 0);
    CHECK(was_killed(child));
    if (!std::filesystem::exists(checkpoint.path)) continue;
    const Index now = out_of_core::load_checkpoint<Mixture>(checkpoint.path).iterations;
    CHECK(now >= last);
    last = now;
  }
  const auto result = out_of_core::fit_resumable(mixture, problem.x, checkpoint, options);
  check_same(mixture, result, expected, whole);
}

TEST_CASE("whatever a fit is of, it goes on where it was", "[checkpoint]") {
  const Problem<Mixture> problem(400);
  const auto& [start, x] = problem;
  check_goes_on(start[0], x);
  check_goes_on(start[0], x, stopping::MaxIterations(9));
  check_goes_on(start[0], x, stopping::ParameterChange(1e-4), execution::Threads(2));
  check_goes_on(start[0], eigenmix::weighted(x, x.row(0).array().abs().matrix()));
  check_goes_on(start[0], x, eigenmix::prior::mclust_default(x, 3));
  check_goes_on(start[0], x, eigenmix::uniform_noise(x, 0.05));
  Matrix<double> constant = x;
  constant.row(1).setConstant(2.5);
  check_goes_on(start[0], constant);
  Matrix<double> rounded = (x * 8).array().round() / 8;
  check_goes_on(start[0], rounded, eigenmix::degeneracy::Drop());

  const Problem<GaussianMixture<float, 2>> narrow(400);
  check_goes_on(narrow.start[0], narrow.x, stopping::MaxIterations(20));
  using Vve = GaussianMixture<double, 2, covariance::VVE>;  // whose M-step begins at the last axes
  const Problem<Vve> axes(400);
  check_goes_on(axes.start[0], axes.x, stopping::MaxIterations(20));
}

TEST_CASE("files that are none of this fit are refused, and nothing is changed", "[checkpoint]") {
  const Problem<Mixture> problem(300);
  const TemporaryFolder folder;
  const std::string path = folder / "fit";
  Mixture mixture = problem.start[0];
  out_of_core::fit_resumable(mixture, problem.x, {path}, fit_options(stopping::MaxIterations(3)));
  const std::string whole = bytes_of(path);
  const auto starts = [](const std::string& text, const std::string& with) {
    CAPTURE(text, with);
    CHECK(text.rfind(with, 0) == 0);
  };
  const std::string named = "out_of_core: '" + path + "'";

  const Matrix<double> other = problem.x.leftCols(299);
  starts(fault_of(problem.start[0], other, path),
         named + ": log-likelihood of the samples under the mixture kept there, got ");
  CHECK(bytes_of(path) == whole);

  for (std::size_t size = 0; size < whole.size() - 1; size += 13) {  // but for the last line's end
    write_bytes(path, whole.substr(0, size));
    CAPTURE(size);
    starts(fault_of(problem.start[0], problem.x, path), named + ": ");
  }
  std::string changed = whole;
  const std::size_t digit = whole.find("iteration -") + 11;
  changed[digit] = whole[digit] == '9' ? '8' : '9';
  write_bytes(path, changed);
  starts(fault_of(problem.start[0], problem.x, path), named + ": line 7: checksum, got '");
  changed = whole;
  changed[20] = '2';
  write_bytes(path, changed);
  starts(fault_of(problem.start[0], problem.x, path), named + ": line 1: version, got '2', need 1");

  write_bytes(path, whole);
  using Diagonal = GaussianMixture<double, Eigen::Dynamic, covariance::Diagonal>;
  CHECK_THROWS_AS(out_of_core::load_checkpoint<Diagonal>(path), std::runtime_error);
  starts(fault_of(problem.start[0], problem.x, folder / "none/fit"),
         "out_of_core: '" + folder / "none/fit.new" + "': file, got No such file or directory");
  starts(fault_of(problem.start[0], problem.x, folder.path()),
         "out_of_core: '" + folder.path() + "': file, got a directory");
  CHECK_THROWS_WITH(out_of_core::load_checkpoint<Mixture>(folder / "none"),
                    "out_of_core: '" + folder / "none" +
                        "': checkpoint, got no file, need one of "
                        "a fit");
  eigenmix_tests::check_rejected("out_of_core::fit_resumable", "every", "0", "at least one", [&] {
    out_of_core::fit_resumable(mixture, problem.x, {path, 0});
  });
}
