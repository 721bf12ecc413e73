// SPDX-License-Identifier: MIT
#ifndef EIGENMIX_TESTS_FUZZ_DECODE_HPP
#define EIGENMIX_TESTS_FUZZ_DECODE_HPP

#include <cmath>
#include <cstdint>
#include <cstring>
#include <limits>
#include <vector>

#include <eigenmix/random.hpp>

namespace eigenmix_fuzz {

using eigenmix::Index;

/// Bytes one after the other; zeros behind the last.
class Bytes {
 public:
  Bytes(const std::uint8_t* data, std::size_t size) : data_(data), size_(size) {}

  bool is_empty() const { return size_ == 0; }

  std::uint8_t take() {
    if (size_ == 0) return 0;
    --size_;
    return *data_++;
  }

  /// A number in [0, count).
  int choose(int count) { return take() % count; }

  /// The double whose bits come next.
  double bits() {
    std::uint64_t pattern = 0;
    for (int i = 0; i < 8; ++i) pattern = pattern << 8 | take();
    double result = 0;
    std::memcpy(&result, &pattern, sizeof(result));
    return result;
  }

 private:
  const std::uint8_t* data_;
  std::size_t size_;
};

enum class Start {
  labels,
  fast,
  small_em,
  k_means,
  random_samples,
  random_partition,
  hierarchical,
  responsibilities,
  spheres,  ///< a mixture made by hand, far from the samples or on top of one of them
  count
};

/// What is done beside the fit.
enum class Use { refit, improve, select, m_step, noise, far_queries, threads, best_of, count };

enum class Weights { none, some_zero, tiny, huge, counts, count };

/// One trial: samples, a start, and what is done with them.
struct Case {
  int family = 0;  ///< modulo the families of the target
  Index components = 1;
  Start start = Start::fast;
  Use use = Use::refit;
  Eigen::MatrixXd samples;  ///< [Dim x N]
  Eigen::VectorXd weights;  ///< [N] or none
  int action = 0;           ///< on collapse
  double floor_ratio = 0;   ///< 0: the default
  bool has_prior = false;
  std::uint8_t fixed = 0;  ///< bits: weights, means, covariances of component 0; all; equal weights
  int iterations = 0;      ///< at most
  std::uint64_t seed = 0;
  double noise_weight = 0;
};

/// What a row of the samples is like before single values are replaced.
enum class Row { cloud, groups, lattice, bits, constant, copy, multiple, decimals, few, count };

inline double drawn(Row row, eigenmix::random::Engine& engine, Index n, Index components) {
  eigenmix::random::Normal normal;
  switch (row) {
    case Row::groups: return 12 * double(n % components) + normal(engine);
    case Row::lattice: return double(eigenmix::random::uniform_index(engine, 4));
    case Row::bits: return double(eigenmix::random::uniform_index(engine, 2));
    case Row::constant: return 0.1;
    case Row::decimals: return std::round(10 * normal(engine)) / 10;
    case Row::few: return normal(engine) > 1.5 ? 1 : 0;
    default: return normal(engine);
  }
}

/// Powers of ten by which rows are multiplied, up to what double and float cannot square.
inline double scale_of(int which) {
  constexpr double exponents[] = {0, 0, 0, 0, -3, 3, -8, 8, -15, 15, -30, 30, -150, 150, -300, 300};
  return std::pow(10.0, exponents[which]);
}

/// What is added to rows.
inline double offset_of(int which) {
  constexpr double offsets[] = {0, 0, 0, 0, 1, 1000, -1e6, 1e12};
  return offsets[which];
}

inline void fill_row(Bytes& bytes, Index i, Case& c, eigenmix::random::Engine& engine) {
  const auto row = Row(bytes.choose(int(Row::count)));
  const double scale = scale_of(bytes.choose(16)), offset = offset_of(bytes.choose(8));
  auto values = c.samples.row(i);
  for (Index n = 0; n < values.size(); ++n) {
    values(n) = drawn(row, engine, n, c.components) * scale + offset;
  }
  if (i == 0) return;
  if (row == Row::copy) values = c.samples.row(0).array() + offset;
  if (row == Row::multiple) values = 2 * c.samples.row(0) - c.samples.row(i - 1);
}

/// Replaces single values as the rest of the bytes says.
inline void replace_values(Bytes& bytes, Eigen::MatrixXd& x) {
  while (!bytes.is_empty()) {
    const Index n = Index(bytes.take()) % x.cols(), i = Index(bytes.take()) % x.rows();
    switch (bytes.choose(8)) {
      case 0: x(i, n) = bytes.bits(); break;
      case 1: x(i, n) = std::numeric_limits<double>::quiet_NaN(); break;
      case 2: x(i, n) = std::numeric_limits<double>::infinity(); break;
      case 3: x(i, n) = std::numeric_limits<double>::denorm_min() * bytes.take(); break;
      case 4: x.col(n) = x.col(0); break;
      case 5: x(i, n) = 0; break;
      case 6: x(i, n) *= scale_of(bytes.choose(16)); break;
      default: x(i, n) = double(bytes.take()) / 16; break;
    }
  }
}

inline Eigen::VectorXd decode_weights(Weights kind, Index n, eigenmix::random::Engine& engine) {
  Eigen::VectorXd result(kind == Weights::none ? 0 : n);
  for (Index i = 0; i < result.size(); ++i) {
    const double u = eigenmix::random::uniform(engine);
    switch (kind) {
      case Weights::some_zero: result(i) = u < 0.5 ? 0 : u; break;
      case Weights::tiny: result(i) = 1e-30 * u; break;
      case Weights::huge: result(i) = 1e30 * u; break;
      default: result(i) = std::floor(4 * u); break;
    }
  }
  return result;
}

/// Mostly few samples, sometimes two to four tiles of them.
inline Index sample_count(std::uint8_t byte) {
  return byte < 250 ? 1 + byte % 50 : 20 + 256 * Index(1 + byte % 3);
}

inline Case decode(const std::uint8_t* data, std::size_t size) {
  Bytes bytes(data, size);
  Case c;
  c.family = bytes.take();
  const Index d = 1 + bytes.choose(5);
  c.components = 1 + bytes.choose(5);
  c.samples.resize(d, sample_count(bytes.take()));
  c.start = Start(bytes.choose(int(Start::count)));
  c.use = Use(bytes.choose(int(Use::count)));
  const int weights = bytes.choose(2 * int(Weights::count));
  const std::uint8_t policy = bytes.take();
  c.action = policy % 4;
  c.floor_ratio = policy >= 192 ? std::pow(10.0, -double(policy % 16)) : 0;
  c.has_prior = (policy & 48) == 48;
  c.fixed = bytes.take();
  if (c.fixed < 128) c.fixed = 0;
  c.iterations = bytes.choose(4) == 0 ? bytes.take() : 300;
  c.seed = bytes.take();
  c.noise_weight = double(bytes.choose(8)) / 8;
  eigenmix::random::Engine engine(c.seed);
  for (Index i = 0; i < d; ++i) fill_row(bytes, i, c, engine);
  const auto kind = weights < int(Weights::count) ? Weights(weights) : Weights::none;
  c.weights = decode_weights(kind, c.samples.cols(), engine);
  replace_values(bytes, c.samples);
  return c;
}

}  // namespace eigenmix_fuzz

#endif  // EIGENMIX_TESTS_FUZZ_DECODE_HPP
