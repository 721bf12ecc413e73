// SPDX-License-Identifier: MIT

// Samples in files and from callbacks: the same as in memory to the bit, and errors with their
// places.

#include <algorithm>
#include <atomic>
#include <chrono>
#include <cmath>
#include <ctime>
#include <filesystem>
#include <fstream>
#include <limits>
#include <memory>
#include <stdexcept>
#include <string>
#include <thread>
#include <utility>
#include <vector>

#include <unistd.h>

#include <support/catch.hpp>
#include <support/data.hpp>
#include <support/failure.hpp>
#include <support/temporary_folder.hpp>

#include <eigenmix/out_of_core/callback.hpp>
#include <eigenmix/out_of_core/files.hpp>
#include <eigenmix/search/grow.hpp>
#include <eigenmix/selection/select.hpp>

namespace {

using eigenmix::GaussianMixture;
using eigenmix::Index;
using eigenmix_tests::check_rejected;
using eigenmix_tests::Matrix;
using eigenmix_tests::TemporaryFolder;
using eigenmix_tests::write_numbers;
namespace covariance = eigenmix::covariance;
namespace execution = eigenmix::execution;
namespace out_of_core = eigenmix::out_of_core;
namespace stopping = eigenmix::stopping;

using Mixture = GaussianMixture<double>;

/// Three groups of samples, and a start that has some way to go.
template <class Model>
struct Problem {
  using Scalar = typename Model::Scalar;

  explicit Problem(Index count) {
    eigenmix::random::Engine engine(5);
    const Model truth = eigenmix_tests::random_mixture<Model>(2, 3, 4, engine);
    start = eigenmix_tests::perturbed(truth);
    x = truth.sample(count, engine).samples;
  }

  Model start{eigenmix_tests::Vector<Scalar>::Ones(1),
              Matrix<Scalar>::Zero(2, 1),
              {Matrix<Scalar>::Identity(2, 2)}};
  Matrix<Scalar> x;
};

/// What a callback hands out of a matrix; it is not to be called while it is at work.
template <class Scalar>
struct FromMatrix {
  const Matrix<Scalar>* x;
  std::atomic<int>* at_work;

  void operator()(Index begin, Index size, Scalar* into) const {
    CHECK_NOTHROW(at_work->fetch_add(1) == 0 ? void() : throw std::logic_error("at once"));
    std::copy_n(x->data() + begin * x->rows(), size * x->rows(), into);
    at_work->fetch_sub(1);
  }
};

/// Samples of a matrix, some at a time and never as many as were asked for.
template <class Scalar>
auto generator_of(const Matrix<Scalar>& x, Index& at) {
  return out_of_core::generator<Scalar>(
      x.rows(), [&at] { at = 0; },
      [&x, &at](Scalar* into, Index most) {
        const Index size = std::min({most, x.cols() - at, Index(700)});
        std::copy_n(x.data() + at * x.rows(), size * x.rows(), into);
        at += size;
        return size;
      });
}

/// Fits a source and a matrix: the parameters, the way there and what is said of it are the same.
template <class Model, class Source>
void check_same_fit(const Model& start, const Source& source,
                    const Matrix<typename Model::Scalar>& x, const execution::Threads& policy) {
  Model of_source = start, of_matrix = start;
  const auto options = eigenmix::fit_options(policy, stopping::MaxIterations(12));
  const auto got = of_source.fit(source, options), expected = of_matrix.fit(x, options);
  CHECK(of_source == of_matrix);
  CHECK(got.log_likelihoods == expected.log_likelihoods);
  CHECK(got.effective_counts == expected.effective_counts);
  CHECK(got.uninformative == expected.uninformative);
  CHECK(got.atoms.size() == expected.atoms.size());
}

template <class Model, class Source>
void check_same_fits(const Model& start, const Source& source,
                     const Matrix<typename Model::Scalar>& x) {
  for (const Index threads : {1, 2, 3}) {
    CAPTURE(threads);
    check_same_fit(start, source, x, execution::Threads(threads));
  }
}

/// Blocks that begin and end within tiles.
const out_of_core::ReadOptions small_blocks{12000, false}, read_ahead{12000, true};

template <class Model>
void check_all_sources() {
  using Scalar = typename Model::Scalar;
  const Problem<Model> problem(7001);
  const TemporaryFolder folder;
  write_numbers(folder / "x.raw", problem.x, "seven b");
  const auto file = out_of_core::raw_file<Scalar>(folder / "x.raw", 2, {7});
  check_same_fits(problem.start, file, problem.x);
  check_same_fits(problem.start, file.read_by(small_blocks), problem.x);
  check_same_fits(problem.start, file.read_by(read_ahead), problem.x);
  std::atomic<int> at_work{0};
  const auto callback =
      out_of_core::callback<Scalar>(2, problem.x.cols(), FromMatrix<Scalar>{&problem.x, &at_work});
  check_same_fits(problem.start, callback.read_by(small_blocks), problem.x);
  Index at = 0;
  const auto generator = generator_of(problem.x, at);
  check_same_fits(problem.start, generator.read_by(small_blocks), problem.x);
}

/// Files as they are so many seconds from now. It counts the blocks that were read.
class SomeSecondsLater : public eigenmix::detail::FileChunks<double> {
 public:
  using FileChunks::FileChunks;

  std::string stamp(std::time_t at) const override { return FileChunks::stamp(at + seconds); }
  void read(Index begin, Index size, double* into, Bytes& bytes) const override {
    FileChunks::read(begin, size, into, bytes);
    ++reads;
  }

  std::time_t seconds = 0;
  mutable Index reads = 0;
};

std::string identity_of(const std::string& path) {
  return eigenmix::detail::Descriptor(path).identity();
}

/// \param path  a file of the samples of the problem, the first of what `make` makes
template <class Make>
void check_memory(const Problem<Mixture>& problem, const std::string& path, const Make& make) {
  const auto chunks = make();
  const auto source = out_of_core::Source<double>(chunks).read_by({16000, false});
  const Index blocks = chunks->count() / 1000;
  Mixture mixture = problem.start;
  const auto reads_of_fit = [&](std::time_t seconds) {
    chunks->seconds = seconds;
    const Index before = chunks->reads;
    mixture = problem.start;
    mixture.fit(source, stopping::MaxIterations(2));
    return chunks->reads - before;
  };
  const Index reads = reads_of_fit(0);
  CHECK(reads_of_fit(0) == reads);  // what was written to just now may be once more
  CHECK(reads_of_fit(10) == reads);
  CHECK(reads_of_fit(20) == reads - blocks);

  // Written to in place, of the same size and with the time it had.
  const auto time = std::filesystem::last_write_time(path);
  std::this_thread::sleep_for(std::chrono::milliseconds(30));  // more than a tick
  std::fstream file(path, std::ios::in | std::ios::out | std::ios::binary);
  const double bad = std::numeric_limits<double>::quiet_NaN();
  file.seekp(9 * 2 * 8).write(reinterpret_cast<const char*>(&bad), 8);
  file.close();
  std::filesystem::last_write_time(path, time);
  REQUIRE(std::filesystem::last_write_time(path) == time);
  check_rejected("fit", "x(0, 9)", "nan", "finite", [&] { mixture.fit(source); });
}

/// What a call throws that is no refusal of an argument.
template <class Call>
std::string fault_of(Call&& call) {
  try {
    call();
  } catch (const std::runtime_error& error) {
    return error.what();
  }
  return "nothing was thrown";
}

/// Cuts a file of 5000 samples while a mixture is fitted to it.
void check_shrinking(const std::string& path, const out_of_core::ReadOptions& reading,
                     Index threads) {
  CAPTURE(reading.is_ahead, threads);
  const Problem<Mixture> problem(5000);
  write_numbers(path, problem.x);
  const auto source = out_of_core::raw_file<double>(path, 2).read_by(reading);
  auto mixture = problem.start;
  const auto cut = [&](const eigenmix::Iteration& iteration) {
    if (iteration.number() == 2) REQUIRE(::truncate(path.c_str(), 50001) == 0);
  };
  const std::string text = fault_of(
      [&] { mixture.fit(source, eigenmix::fit_options(execution::Threads(threads), cut)); });
  // Blocks of 1000 samples, 16000 bytes: the fourth is not whole.
  CHECK(text == "out_of_core: '" + path +
                    "' at byte 50001: bytes to read, got the end of the file, need 13999 more of "
                    "16000 from byte 48000 (the file had 80000 when it was opened)");
  CHECK(mixture == problem.start);
  CHECK(fault_of([&] { (void)mixture.log_density(source); }) == text);
}

}  // namespace

TEST_CASE("a fit of a source is that of the same numbers in memory, to the bit", "[out_of_core]") {
  check_all_sources<GaussianMixture<double, 2>>();
  check_all_sources<Mixture>();
  check_all_sources<GaussianMixture<float, 2>>();
  check_all_sources<GaussianMixture<double, Eigen::Dynamic, covariance::Diagonal>>();
  check_all_sources<GaussianMixture<float, Eigen::Dynamic, covariance::Diagonal>>();
  check_all_sources<GaussianMixture<double, Eigen::Dynamic, covariance::Tied>>();
}

TEST_CASE("few samples, steps, zeros and dimensions that tell nothing are as in memory",
          "[out_of_core]") {
  Problem<Mixture> problem(3000);
  const TemporaryFolder folder;
  const auto check = [&](const Matrix<double>& x) {
    write_numbers(folder / "x.raw", x);
    const auto file = out_of_core::raw_file<double>(folder / "x.raw", x.rows());
    check_same_fits(problem.start, file.read_by({3000, true}), x);
  };
  check(problem.x.leftCols(3));
  check(problem.x.leftCols(100));
  check((problem.x * 4).array().round() / 4);
  Matrix<double> constant = problem.x;
  constant.row(1).setConstant(3);
  check(constant);
  constant.row(1) = problem.x.row(0).array() + 1;
  check(constant);
  constant.row(1).setConstant(3);
  auto mixture = problem.start;
  mixture.fit(constant);
  const auto file = out_of_core::raw_file<double>(folder / "x.raw", 2);
  write_numbers(folder / "y.raw", problem.x);  // which leave the constant
  const auto other = out_of_core::raw_file<double>(folder / "y.raw", 2);
  const Matrix<double> got = mixture.log_component_densities(other);
  const Matrix<double> expected = mixture.log_component_densities(problem.x);
  CHECK(((got - expected).array().abs() <= 1e-14 * expected.array().abs()).all());
}

TEST_CASE("files of float and of the other byte order are converted exactly", "[out_of_core]") {
  const Problem<GaussianMixture<float, 2>> narrow(2000);
  const Problem<Mixture> problem(1);
  const TemporaryFolder folder;
  write_numbers(folder / "x.raw", narrow.x);
  check_same_fits(problem.start, out_of_core::raw_file<double, float>(folder / "x.raw", 2),
                  Matrix<double>(narrow.x.cast<double>()));
  std::string bytes = eigenmix_tests::bytes_of(folder / "x.raw");
  for (std::size_t at = 0; at < bytes.size(); at += 4) {
    std::reverse(bytes.begin() + std::ptrdiff_t(at), bytes.begin() + std::ptrdiff_t(at + 4));
  }
  eigenmix_tests::write_bytes(folder / "y.raw", bytes);
  constexpr auto other = out_of_core::ByteOrder::native == out_of_core::ByteOrder::little
                             ? out_of_core::ByteOrder::big
                             : out_of_core::ByteOrder::little;
  check_same_fits(narrow.start, out_of_core::raw_file<float>(folder / "y.raw", 2, {0, other}),
                  narrow.x);
}

TEST_CASE("the files of a directory are one after the other", "[out_of_core]") {
  const Problem<Mixture> problem(5000);
  const TemporaryFolder folder;
  write_numbers(folder / "b.raw", problem.x.middleCols(10, 3990).eval());
  write_numbers(folder / "a.raw", problem.x.leftCols(10).eval());
  write_numbers(folder / "c.raw", problem.x.leftCols(0).eval());
  write_numbers(folder / "d.raw", problem.x.rightCols(1000).eval());
  write_numbers(folder / ".a.raw", problem.x);
  write_numbers(folder / "a.txt", problem.x);
  const auto source = out_of_core::raw_directory<double>(folder.path(), ".raw", 2);
  CHECK(source.count() == 5000);
  check_same_fits(problem.start, source.read_by(small_blocks), problem.x);

  const TemporaryFolder of_numpy;
  for (const char* name : {"c_little_4", "f_big_8", "none", "v3"}) {
    std::filesystem::copy(EIGENMIX_TESTS_DIR "/data/npy_" + std::string(name) + ".npy",
                          of_numpy / (std::string(name) + ".npy"));
  }
  const auto arrays = out_of_core::npy_directory<double>(of_numpy.path());
  const Matrix<double> x = arrays.stand_in<double, Eigen::Dynamic>("test").x;
  REQUIRE(x.cols() == 15);
  CHECK(x.middleCols(5, 5) == x.leftCols(5));
  CHECK(x.rightCols(5) == x.leftCols(5));
  CHECK(x(2, 14) == 4.25);
}

TEST_CASE("a mixture is asked of the samples of a file", "[out_of_core]") {
  const Problem<Mixture> problem(3000);
  const auto& [start, x] = problem;
  const TemporaryFolder folder;
  write_numbers(folder / "x.raw", x);
  const auto source = out_of_core::raw_file<double>(folder / "x.raw", 2).read_by(small_blocks);
  CHECK(start.moments(source) == start.moments(x));
  CHECK(start.classify(source) == start.classify(x));
  // exp and log once to an ulp or so, of values of some tens
  const auto close = [](const auto& a, const auto& b) {
    return ((a - b).array().abs() <= 1e-13 * (1 + b.array().abs())).all();
  };
  CHECK(close(start.log_density(source), start.log_density(x)));
  CHECK(close(start.log_component_densities(source), start.log_component_densities(x)));
  CHECK(close(start.responsibilities(source, execution::Threads(2)), start.responsibilities(x)));
  CHECK(std::abs(start.log_likelihood(source) / start.log_likelihood(x) - 1) < 1e-14);
}

TEST_CASE("searches of few samples are those in memory", "[out_of_core]") {
  const Problem<Mixture> problem(900);
  const TemporaryFolder folder;
  write_numbers(folder / "x.raw", problem.x);
  const auto source = out_of_core::raw_file<double>(folder / "x.raw", 2).read_by({2000, true});
  CHECK(eigenmix::initialize<Mixture>(source, 3) == eigenmix::initialize<Mixture>(problem.x, 3));
  CHECK(eigenmix::fit_best<Mixture>(source, 3).mixture ==
        eigenmix::fit_best<Mixture>(problem.x, 3).mixture);
  const auto families = eigenmix::selection::families<covariance::Full>();
  const auto counts = eigenmix::selection::components(2, 4);
  const auto chosen = eigenmix::selection::select(source, families, counts);
  const auto expected = eigenmix::selection::select(problem.x, families, counts);
  CHECK(chosen.best().component_count == 3);
  CHECK(chosen.best().fit.log_likelihood == expected.best().fit.log_likelihood);
}

TEST_CASE("a known truth is found in a file of more samples than a start is drawn from",
          "[out_of_core]") {
  eigenmix::random::Engine engine(8);
  const auto truth = eigenmix_tests::random_mixture<Mixture>(2, 3, 6, engine);
  Matrix<double> x = truth.sample(100000, engine).samples;
  const TemporaryFolder folder;
  write_numbers(folder / "x.raw", x);
  const auto source = out_of_core::raw_file<double>(folder / "x.raw", 2);
  const auto best = eigenmix::fit_best<Mixture>(source, 3);
  const Mixture& mixture = best.mixture;
  CHECK(best.result.converged());
  std::vector<Index> order{0, 1, 2};
  std::sort(order.begin(), order.end(),
            [&](Index a, Index b) { return mixture.means()(0, a) < mixture.means()(0, b); });
  for (Index k = 0; k < 3; ++k) {
    // Some 33000 samples each: five standard errors of a mean, 1 / sqrt(33000) deviations or less
    // than 1.5 of them.
    const auto found = mixture.means().col(order[std::size_t(k)]);
    CHECK((found - truth.means().col(k)).norm() < 5 * 1.5 / std::sqrt(33000.0));
    CHECK(std::abs(mixture.weights()(order[std::size_t(k)]) - truth.weights()(k)) < 0.01);
  }
}

TEST_CASE("a draw has one sample of each part, read one by one from a long file", "[out_of_core]") {
  const TemporaryFolder folder;
  constexpr Index d = 16384, count = 600;  // of which 64 MiB hold 512, and each is 128 KiB
  const auto source =
      out_of_core::callback<double>(d, count, [](Index begin, Index size, double* into) {
        for (Index n = 0; n < size; ++n) std::fill_n(into + n * d, d, double(begin + n));
      });
  const auto drawn = source.stand_in<double, Eigen::Dynamic>("test");
  REQUIRE(drawn.x.cols() == 512);
  CHECK(drawn.weights == Eigen::VectorXd::Ones(512));
  double worst = 0;
  for (Index m = 0; m < 512; ++m) {
    const double part = double(count) / 512;
    worst = std::max(worst, std::abs(drawn.x(0, m) - (double(m) + 0.5) * part));
    CHECK(drawn.x(d - 1, m) == drawn.x(0, m));
  }
  CHECK(worst <= 0.5 * count / 512.0 + 1);
  { std::ofstream(folder / "zeros.raw"); }
  REQUIRE(::truncate((folder / "zeros.raw").c_str(), 600 * d * 8) == 0);  // a hole of zeros
  const auto file = out_of_core::raw_file<double>(folder / "zeros.raw", d);
  CHECK(file.stand_in<double, Eigen::Dynamic>("test").x == Matrix<double>::Zero(d, 512));
}

TEST_CASE("no component is revived that has samples, drawn for the start or not", "[out_of_core]") {
  constexpr Index count = 100000;
  const auto numbers =
      out_of_core::callback<double>(1, count, [](Index begin, Index size, double* into) {
        for (Index n = 0; n < size; ++n) into[n] = double(begin + n);
      });
  const Matrix<double> drawn = numbers.stand_in<double, Eigen::Dynamic>("test").x;
  std::vector<bool> is_drawn(count, false);
  for (Index m = 0; m < drawn.cols(); ++m) is_drawn[std::size_t(drawn(0, m))] = true;
  eigenmix::random::Engine engine(5);
  const Mixture near(Eigen::VectorXd::Ones(1), Matrix<double>::Zero(1, 1),
                     {Matrix<double>::Identity(1, 1)});
  Matrix<double> x = near.sample(count, engine).samples;
  Index far = 0;
  for (Index n = 0; n < count && far < 50; ++n) {
    if (!is_drawn[std::size_t(n)]) x(0, n) = 1000 + double(far++);
  }
  REQUIRE(far == 50);
  std::atomic<int> at_work{0};
  const auto source = out_of_core::callback<double>(1, count, FromMatrix<double>{&x, &at_work});
  Matrix<double> means(1, 2);
  means << 0, 1025;
  Mixture mixture(Eigen::Vector2d(0.999, 0.001), means,
                  std::vector<Matrix<double>>(2, Matrix<double>::Identity(1, 1)));
  Mixture fitted = mixture;
  fitted.fit(source);
  revive(mixture, source);  // where there is nothing to revive it fits
  CHECK(mixture == fitted);
}

TEST_CASE("a number that is not finite is named with its sample, dimension and byte",
          "[out_of_core]") {
  Problem<Mixture> problem(4000);
  problem.x(1, 3210) = std::numeric_limits<double>::quiet_NaN();
  problem.x(0, 3900) = std::numeric_limits<double>::infinity();
  const TemporaryFolder folder;
  write_numbers(folder / "x.raw", problem.x, "head");
  auto mixture = problem.start;
  const auto source = out_of_core::raw_file<double>(folder / "x.raw", 2, {4}).read_by(small_blocks);
  const std::string place =
      "x(1, 3210), '" + folder / "x.raw" + "' at byte " + std::to_string(4 + (3210 * 2 + 1) * 8);
  check_rejected("fit", place, "nan", "finite samples", [&] { mixture.fit(source); });
  check_rejected("fit", place, "nan", "finite samples",
                 [&] { mixture.fit(source, eigenmix::fit_options(execution::Threads(3))); });
  check_rejected("log_density", place, "nan", "finite", [&] { (void)mixture.log_density(source); });
  check_rejected("initialize", place, "nan", "finite",
                 [&] { eigenmix::initialize<Mixture>(source, 2); });
  CHECK(mixture == problem.start);
}

TEST_CASE("what was seen of files holds until they are written to, whatever time they then have",
          "[out_of_core]") {
  const TemporaryFolder folder;
  const std::string path = folder / "x.raw";
  const Problem<Mixture> problem(4000);
  write_numbers(path, problem.x);
  const eigenmix::detail::FileLayout layout{2, 4000, 0, {}};
  check_memory(problem, path, [&] {
    return std::make_shared<SomeSecondsLater>(
        std::make_unique<const eigenmix::detail::Descriptor>(path), layout);
  });
  write_numbers(path, problem.x);
  write_numbers(folder / "y.raw", problem.x);
  check_memory(problem, path, [&] {
    return std::make_shared<SomeSecondsLater>(std::vector<eigenmix::detail::FilePart>{
        {path, identity_of(path), layout, 0},
        {folder / "y.raw", identity_of(folder / "y.raw"), layout, 4000}});
  });
}

TEST_CASE("a file that shrinks during a fit ends it with the place, and changes nothing",
          "[out_of_core]") {
  const TemporaryFolder folder;
  for (const Index threads : {1, 2}) {
    check_shrinking(folder / "x.raw", {16000, true}, threads);
    check_shrinking(folder / "x.raw", {16000, false}, threads);
  }
}

TEST_CASE("files of a directory that are gone, cut or replaced are named", "[out_of_core]") {
  const Problem<Mixture> problem(4000);
  const TemporaryFolder folder;
  write_numbers(folder / "a.raw", problem.x.leftCols(3000).eval());
  write_numbers(folder / "b.raw", problem.x.rightCols(1000).eval());
  const auto source =
      out_of_core::raw_directory<double>(folder.path(), ".raw", 2).read_by(small_blocks);
  auto mixture = problem.start;
  REQUIRE(::truncate((folder / "b.raw").c_str(), 8008) == 0);
  CHECK(fault_of([&] {
          mixture.fit(source);
        }).rfind("out_of_core: '" + folder / "b.raw" + "' at byte 8008: bytes to read", 0) == 0);
  std::filesystem::rename(folder / "a.raw", folder / "other");
  CHECK(fault_of([&] { mixture.fit(source); }) ==
        "out_of_core: '" + folder / "a.raw" +
            "': file, got No such file or directory, need one that can be opened");
  write_numbers(folder / "a.raw", problem.x.leftCols(3000).eval());
  CHECK(fault_of([&] {
          mixture.fit(source);
        }).rfind("out_of_core: '" + folder / "a.raw" + "': file, got another one", 0) == 0);
  CHECK(mixture == problem.start);
}

TEST_CASE("a file that is gone ends a fit where it is read, not where it is announced",
          "[out_of_core]") {
  const Problem<Mixture> problem(4000);
  const TemporaryFolder folder;
  const std::string first = folder / "a.raw", second = folder / "b.raw";
  write_numbers(first, problem.x);
  write_numbers(second, problem.x);
  const eigenmix::detail::FileLayout layout{2, 4000, 0, {}};
  const auto chunks = std::make_shared<SomeSecondsLater>(std::vector<eigenmix::detail::FilePart>{
      {first, identity_of(first), layout, 0}, {second, identity_of(second), layout, 4000}});
  std::filesystem::remove(second);
  CHECK_NOTHROW(chunks->announce(4000, 1000));
  auto mixture = problem.start;
  const auto source = out_of_core::Source<double>(chunks).read_by({16000, false});
  CHECK(fault_of([&] { mixture.fit(source); }).rfind("out_of_core: '" + second + "'", 0) == 0);
  CHECK(chunks->reads == 4);  // all blocks of the first file
}

TEST_CASE("what a callback throws ends the fit as it is, and so does a generator's end",
          "[out_of_core]") {
  const Problem<Mixture> problem(4000);
  auto mixture = problem.start;
  Index calls = 0;
  const auto source =
      out_of_core::callback<double>(2, 4000, [&](Index begin, Index size, double* into) {
        if (++calls == 20) throw std::out_of_range("my own");
        std::copy_n(problem.x.data() + begin * 2, size * 2, into);
      }).read_by(small_blocks);
  CHECK_THROWS_AS(mixture.fit(source), std::out_of_range);
  CHECK(mixture == problem.start);

  Index at = 0;
  Matrix<double> shorter = problem.x;
  const auto generator = generator_of(shorter, at).read_by(small_blocks);
  shorter = problem.x.leftCols(3500).eval();
  CHECK(fault_of([&] { mixture.fit(generator); }) ==
        "out_of_core: generator: samples from 3500 on, got 0, need 1 to 250, as there were before");
  shorter = problem.x;
  check_same_fits(problem.start, generator, problem.x);
}

TEST_CASE("sources that are not as said are refused", "[out_of_core]") {
  const Problem<Mixture> problem(10);
  const TemporaryFolder folder;
  write_numbers(folder / "x.raw", problem.x, "head");
  const std::string path = folder / "x.raw";
  const auto fault = [&](Index dimension, std::int64_t offset) {
    return fault_of([&] { out_of_core::raw_file<double>(path, dimension, {offset}); });
  };
  CHECK(fault(3, 4) == "out_of_core: '" + path +
                           "' at byte 4: bytes of numbers, got 160, need whole samples, of 3 "
                           "numbers or 24 bytes each");
  CHECK(fault(2, 0).find("at byte 0: bytes of numbers, got 164") != std::string::npos);
  CHECK(fault(2, 165).find("offset of the numbers, got 165, need at most the size of the file, "
                           "164") != std::string::npos);
  check_rejected("out_of_core::raw_file", "dimension", "0", "at least one",
                 [&] { out_of_core::raw_file<double>(path, 0); });
  check_rejected("out_of_core::raw_file", "offset", "-1", "a number >= 0",
                 [&] { out_of_core::raw_file<double>(path, 1, {-1}); });
  check_rejected("out_of_core::Source::read_by", "block_bytes", "0", "at least one", [&] {
    out_of_core::raw_file<double>(path, 2, {4}).read_by({0, true});
  });

  auto mixture = problem.start;
  const auto five = out_of_core::raw_file<double>(path, 5, {4});
  check_rejected("fit", "dimensions of the source", "5", "2", [&] { mixture.fit(five); });
  check_rejected("initialize", "dimensions of the source", "5", "2",
                 [&] { eigenmix::initialize<GaussianMixture<double, 2>>(five, 2); });
  const auto none = out_of_core::raw_file<double>(path, 2, {164});
  CHECK(none.count() == 0);
  check_rejected("fit", "samples", "none", "at least one", [&] { mixture.fit(none); });
  check_rejected("initialize", "samples", "none", "at least one",
                 [&] { eigenmix::initialize<Mixture>(none, 2); });
  const auto two = out_of_core::raw_file<double>(path, 2, {132});
  check_rejected("fit", "samples of positive weight", "2", "at least as many as components, 3",
                 [&] { mixture.fit(two); });

  CHECK(fault_of([&] { out_of_core::npy_directory<double>(folder.path()); }) ==
        "out_of_core: '" + folder.path() +
            "': files whose names end in '.npy', got none, need at least one");
  CHECK(fault_of([&] { out_of_core::npy_directory<double>(path); }) ==
        "out_of_core: '" + path +
            "': file, got Not a directory, need a directory that can be opened");
  const std::string header = "{'descr': '<f8', 'fortran_order': False, 'shape': (0, 4)}";
  std::string bytes = "\x93NUMPY";
  bytes += {1, 0, static_cast<char>(header.size()), 0};
  eigenmix_tests::write_bytes(folder / "b.npy", bytes + header);
  std::filesystem::copy(EIGENMIX_TESTS_DIR "/data/npy_v1.npy", folder / "a.npy");
  CHECK(fault_of([&] { out_of_core::npy_directory<double>(folder.path()); }) ==
        "out_of_core: '" + folder / "b.npy" + "' at byte 0: dimensions, got 4, need 3 as in '" +
            folder / "a.npy" + "'");
}
