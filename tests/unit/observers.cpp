// SPDX-License-Identifier: MIT
#include <sstream>

#include <eigenmix/observers/progress.hpp>
#include <support/catch.hpp>
#include <support/data.hpp>
#include <support/datasets.hpp>

// Observers see every iteration, and may end the fit.

namespace {

using eigenmix::fit_options;
using eigenmix::FitStatus;
using eigenmix::GaussianMixture;
using eigenmix::Index;
using eigenmix::Iteration;
using eigenmix::stopping::MaxIterations;
using eigenmix_tests::contains_text;
namespace observers = eigenmix::observers;

using Mixture = GaussianMixture<double, 2>;

/// One from which a fit has some way to go.
Mixture start() {
  return eigenmix::initialize<Mixture>(eigenmix_tests::faithful(), 2,
                                       eigenmix::initialization::KMeansPlusPlus());
}

std::vector<std::string> lines_of(const std::string& text) {
  std::vector<std::string> lines;
  std::istringstream stream(text);
  for (std::string line; std::getline(stream, line);) lines.push_back(line);
  return lines;
}

TEST_CASE("a trace has an entry per E-step", "[observers]") {
  std::vector<observers::TraceEntry> entries;
  Mixture mixture = start();
  const auto result = mixture.fit(eigenmix_tests::faithful(), MaxIterations(6),
                                  fit_options(observers::Trace(entries)));
  REQUIRE(entries.size() == 7);
  for (std::size_t i = 0; i < 7; ++i) {
    CHECK(entries[i].iteration == Index(i));
    CHECK(entries[i].log_likelihood == result.log_likelihoods[i]);
    CHECK(entries[i].elapsed.count() >= (i > 0 ? entries[i - 1].elapsed.count() : 0.0));
    CHECK(std::isinf(entries[i].parameter_change) == (i == 0));
    if (i > 1) CHECK(entries[i].parameter_change > 0);
  }
  CHECK(entries.back().elapsed <= result.elapsed);
}

TEST_CASE("the trace of a fit is never the worse for an observer", "[observers]") {
  std::vector<observers::TraceEntry> entries;
  Mixture plain = start(), observed = start();
  const auto x = eigenmix_tests::faithful();
  const auto of_plain = plain.fit(x);
  const auto of_observed =
      observed.fit(x, eigenmix::stopping::standard(), fit_options(observers::Trace(entries)));
  CHECK(plain == observed);
  CHECK(of_plain.log_likelihoods == of_observed.log_likelihoods);
}

TEST_CASE("progress writes a line per iteration on a stream that is no terminal",
          "[observers][progress]") {
  for (const auto style :
       {observers::Progress::Style::lines, observers::Progress::Style::automatic}) {
    std::ostringstream stream;
    observers::Progress progress(stream, style);
    Mixture mixture = start();
    const auto result =
        mixture.fit(eigenmix_tests::faithful(), MaxIterations(3), fit_options(progress));
    progress.finish();
    const std::string text = stream.str();
    CHECK(text.find('\r') == std::string::npos);
    CHECK(text.back() == '\n');
    const auto lines = lines_of(text);
    REQUIRE(lines.size() == 4);
    for (std::size_t i = 0; i < 4; ++i) {
      CHECK_THAT(lines[i], contains_text("iteration    " + std::to_string(i)));
      CHECK_THAT(lines[i], contains_text("log-likelihood"));
      CHECK_THAT(lines[i], contains_text(" s"));
      std::ostringstream number;
      number.precision(10);
      number << result.log_likelihoods[i];
      CHECK_THAT(lines[i], contains_text(number.str()));
    }
    CHECK_THAT(lines[0], !contains_text("change"));
    CHECK_THAT(lines[1], contains_text("change"));
    std::ostringstream gain;
    gain.precision(2);
    gain << std::scientific << result.log_likelihoods[2] - result.log_likelihoods[1];
    CHECK_THAT(lines[2], contains_text(gain.str()));
  }
}

TEST_CASE("progress rewrites one line where it is told to", "[observers][progress]") {
  std::ostringstream stream;
  observers::Progress progress(stream, observers::Progress::Style::rewritten);
  Mixture mixture = start();
  mixture.fit(eigenmix_tests::faithful(), MaxIterations(3), fit_options(progress));
  CHECK(stream.str().find('\n') == std::string::npos);
  progress.finish();
  const std::string text = stream.str();
  CHECK(std::count(text.begin(), text.end(), '\r') == 4);
  CHECK(std::count(text.begin(), text.end(), '\n') == 1);
  CHECK(text.back() == '\n');
  // A shorter line must not leave the tail of a longer one behind.
  std::size_t longest = 0, from = 1;
  while (from < text.size()) {
    const std::size_t to = std::min(text.find('\r', from), text.size() - 1);
    CHECK(to - from >= longest);
    longest = std::max(longest, to - from);
    from = to + 1;
  }
}

TEST_CASE("progress reads the same whatever the stream's format, and leaves it as it was",
          "[observers][progress]") {
  const Iteration iteration(12, {-1130.5, -1131.75}, {272, 0}, Iteration::Seconds(0.5));
  std::ostringstream plain, odd;
  odd << std::hex << std::showbase << std::scientific << std::left << std::showpos;
  odd.precision(3);
  odd.fill('*');
  const auto flags = odd.flags();
  observers::Progress on_plain(plain), on_odd(odd);
  on_plain(iteration);
  on_odd(iteration);
  CHECK(odd.flags() == flags);
  CHECK(odd.precision() == 3);
  CHECK(odd.fill() == '*');
  CHECK(odd.str() == plain.str());
  CHECK_THAT(plain.str(), contains_text("12"));
  CHECK_THAT(plain.str(), contains_text("-1130.5"));
  CHECK_THAT(plain.str(), contains_text("1.25e+00"));
  CHECK_THAT(plain.str(), contains_text("0.500 s"));
}

TEST_CASE("callables with and without the mixture are observers, in the order given",
          "[observers]") {
  std::vector<std::string> calls;
  std::vector<double> from_mixture;
  const auto x = eigenmix_tests::faithful();
  const auto first = [&](const Iteration& i) { calls.push_back("a" + std::to_string(i.number())); };
  const auto second = [&](const Iteration& i, const Mixture& mixture) {
    calls.push_back("b" + std::to_string(i.number()));
    from_mixture.push_back(mixture.log_likelihood(x));
  };
  const auto third = [&](const Iteration& i) { calls.push_back("c" + std::to_string(i.number())); };
  Mixture mixture = start();
  const auto result = mixture.fit(x, MaxIterations(2), fit_options(first, second, third));
  CHECK(calls == std::vector<std::string>{"a0", "b0", "c0", "a1", "b1", "c1", "a2", "b2", "c2"});
  REQUIRE(from_mixture.size() == 3);
  for (std::size_t i = 0; i < 3; ++i) {
    CHECK_THAT(from_mixture[i], eigenmix_tests::WithinRel(result.log_likelihoods[i], 1e-12));
  }
}

TEST_CASE("a stopping policy may be an option; the state at that moment is returned whole",
          "[observers]") {
  const auto x = eigenmix_tests::faithful();
  Mixture seen = start();
  int later_calls = 0;
  const auto see = [&](const Iteration&, const Mixture& mixture) {
    seen = mixture;
    return true;  // what an observer of the mixture returns is nobody's business
  };
  const auto stop = [](const Iteration& iteration) { return iteration.number() == 4; };
  const auto later = [&](const Iteration&) { ++later_calls; };
  Mixture mixture = start(), limited = start();
  const auto result = mixture.fit(x, fit_options(see, stop, later));
  const auto expected = limited.fit(x, MaxIterations(4));
  CHECK(result.status == FitStatus::stopped_by_policy);
  CHECK_FALSE(result.converged());
  CHECK(result.stopped_by == "custom");
  CHECK(result.iterations == 4);
  CHECK(result.log_likelihoods == expected.log_likelihoods);
  CHECK(result.log_likelihood == expected.log_likelihood);
  CHECK(result.effective_counts == expected.effective_counts);
  CHECK(mixture == limited);
  CHECK(mixture == seen);
  CHECK(later_calls == 5);  // every observer sees every iteration, the last too
}

TEST_CASE("an option may stop the fit before the first M-step", "[observers]") {
  Mixture mixture = start();
  const auto result =
      mixture.fit(eigenmix_tests::faithful(), fit_options([](const Iteration&) { return true; }));
  CHECK(result.iterations == 0);
  CHECK(result.status == FitStatus::stopped_by_policy);
  CHECK(mixture == start());
}

TEST_CASE("an observer that throws leaves the mixture as it was", "[observers]") {
  Mixture mixture = start();
  const auto throws = [](const Iteration& iteration) {
    if (iteration.number() == 3) throw std::runtime_error("enough");
  };
  CHECK_THROWS_WITH(mixture.fit(eigenmix_tests::faithful(), MaxIterations(9), fit_options(throws)),
                    "enough");
  CHECK(mixture == start());
}

TEST_CASE("observers, degeneracy and execution may be given in any order", "[observers]") {
  int a = 0, b = 0;
  const auto count_a = [&a](const Iteration&) { ++a; };
  const auto count_b = [&b](const Iteration&) { ++b; };
  Mixture mixture = start();
  mixture.fit(
      eigenmix_tests::faithful(), MaxIterations(2),
      fit_options(count_a, eigenmix::execution::Serial(), eigenmix::degeneracy::Throw(), count_b));
  CHECK(a == 3);
  CHECK(b == 3);
}

TEST_CASE("the library writes nothing unless asked", "[observers]") {
  std::ostringstream out, error;
  auto* const old_out = std::cout.rdbuf(out.rdbuf());
  auto* const old_error = std::cerr.rdbuf(error.rdbuf());
  Mixture mixture = start();
  mixture.fit(eigenmix_tests::faithful());
  std::cout.rdbuf(old_out);
  std::cerr.rdbuf(old_error);
  CHECK(out.str().empty());
  CHECK(error.str().empty());
}

}  // namespace
