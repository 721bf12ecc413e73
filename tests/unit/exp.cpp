// SPDX-License-Identifier: MIT
#include <array>
#include <cmath>
#include <limits>
#include <vector>

#include <eigenmix/kernels/normalise.hpp>

#include <support/catch.hpp>
#include <support/closeness.hpp>

// The exponential of the E-step and what is made of it, against long double.

namespace {

using eigenmix::Index;
using eigenmix::detail::FlushedExp;
using eigenmix::detail::padded;
using eigenmix::detail::Simd;

/// What every lane of a packet says, or NaN if they differ.
template <class Scalar>
Scalar exp_of(Scalar x) {
  using S = Simd<Scalar>;
  std::array<Scalar, std::size_t(S::width)> lanes{};
  S::store(lanes.data(), FlushedExp<Scalar>()(S::fill(x)));
  for (const Scalar lane : lanes) {
    if (lane != lanes[0]) return std::numeric_limits<Scalar>::quiet_NaN();
  }
  return lanes[0];
}

/// Where subtracting exp(lowest) is below a hundredth of a rounding of the result.
template <class Scalar>
double end_of_full_accuracy() {
  return std::is_same_v<Scalar, float> ? -50 : -629;
}

template <class Scalar>
double largest_relative_error(double from, double to, int points) {
  double largest = 0;
  for (int i = 0; i < points; ++i) {
    const auto x = Scalar(from + (to - from) * double(i) / double(points - 1));
    const long double exact = std::exp(static_cast<long double>(x));
    const long double error = static_cast<long double>(exp_of(x)) - exact;
    const double relative = double(std::abs(error / exact));
    largest = relative <= largest ? largest : (relative > largest ? relative : HUGE_VAL);
  }
  return largest;
}

TEMPLATE_TEST_CASE("exp of the whole range that an E-step can produce", "[exp]", float, double,
                   long double) {
  // The bound of the header: half a unit of the last addition, which is the larger part of 1 + r,
  // and as much again for the terms below it.
  const double eps = double(std::numeric_limits<TestType>::epsilon());
  const double end = end_of_full_accuracy<TestType>();
  eigenmix_tests::check_error("exp", largest_relative_error<TestType>(end, 0, 200001), 1.04 * eps);
  eigenmix_tests::check_error("exp near 0", largest_relative_error<TestType>(-2, 0, 200001),
                              1.04 * eps);
  // Below that exp(lowest) is subtracted from it.
  const auto smallest = static_cast<long double>(std::numeric_limits<TestType>::min());
  const long double residue =
      std::exp(std::trunc(std::log(std::ldexp(smallest, std::numeric_limits<TestType>::digits))));
  double worst = 0;  // in units of what is allowed
  for (int i = 0; i <= 20000; ++i) {
    const auto x = TestType(end * (1 + 0.07 * i / 20000.0));
    const long double exact = std::exp(static_cast<long double>(x));
    const long double error = std::abs(static_cast<long double>(exp_of(x)) - exact);
    worst = std::max(worst, double(error / (1.04L * eps * exact + 1.01L * residue)));
  }
  CHECK(worst <= 1);
  CHECK(exp_of(TestType(0)) == 1);
  CHECK(exp_of(-std::numeric_limits<TestType>::min()) == 1);
}

TEMPLATE_TEST_CASE("exp is zero where it would leave the normal range, and never negative", "[exp]",
                   float, double, long double) {
  using Limits = std::numeric_limits<TestType>;
  const TestType lowest = std::trunc(std::log(std::ldexp(Limits::min(), Limits::digits)));
  for (const TestType x : {lowest, 2 * lowest, Limits::lowest(), -Limits::infinity()}) {
    CHECK(exp_of(x) == 0);
  }
  TestType before = 0;
  for (int i = 0; i <= 2000; ++i) {  // the last thousandth before it, in order
    const TestType x = lowest * (1 + TestType(1e-3) * (1 - TestType(i) / 1000));
    const TestType value = exp_of(x);
    CHECK(value >= 0);
    CHECK(value >= before * (1 - 2 * Limits::epsilon()));
    before = value;
  }
}

/// log densities of three components for `width` samples, some of them absurd.
template <class Scalar>
struct Rows {
  static constexpr Index components = 3;

  explicit Rows(Index samples)
      : width(padded<Scalar>(samples)),
        values(std::size_t(width * components)),
        weights(std::size_t(width), Scalar(0)) {
    for (Index n = 0; n < width; ++n) {
      for (Index k = 0; k < components; ++k) {
        values[std::size_t(k * width + n)] = Scalar(-0.37 * double((n * (k + 3)) % 41));
      }
    }
    for (Index n = 0; n < samples; ++n) weights[std::size_t(n)] = 1;
    values[0] = std::numeric_limits<Scalar>::lowest() / 2;
    values[1] = -std::numeric_limits<Scalar>::infinity();
  }

  eigenmix::detail::TileValues<Scalar> view() { return {values.data(), width, width, components}; }

  Index width;
  std::vector<Scalar> values, weights;
};

TEMPLATE_TEST_CASE("the two softmaxes agree, and with long double", "[exp]", float, double,
                   long double) {
  const double eps = double(std::numeric_limits<TestType>::epsilon());
  for (const Index samples : {Index(1), Index(31), Index(300)}) {
    Rows<TestType> given(samples), weighted(samples), unweighted(samples);
    std::vector<TestType> log_density(std::size_t(given.width));
    const auto total =
        eigenmix::detail::normalise(weighted.view(), weighted.weights.data(), log_density.data());
    TestType lowest = 0;
    const auto same = eigenmix::detail::normalise_unweighted(unweighted.view(),
                                                             unweighted.weights.data(), lowest);
    TestType exact_lowest = 0;
    for (Index n = 0; n < samples; ++n) {
      TestType most = given.view().column(0)[n];
      for (Index k = 1; k < 3; ++k) most = std::max(most, given.view().column(k)[n]);
      exact_lowest = std::min(exact_lowest, most);
    }
    if (samples == given.width) CHECK(lowest == exact_lowest);
    CHECK(lowest <= exact_lowest);
    CHECK(weighted.values == unweighted.values);
    long double exact_total = 0;
    for (Index n = 0; n < samples; ++n) {
      long double sum = 0;
      for (Index k = 0; k < 3; ++k) {
        sum += std::exp(static_cast<long double>(given.view().column(k)[n]));
      }
      exact_total += std::log(sum);
      for (Index k = 0; k < 3; ++k) {
        const long double r = std::exp(static_cast<long double>(given.view().column(k)[n])) / sum;
        // exp of a difference of at most 41 * 0.37, which is rounded; a division and a product.
        CHECK(std::abs(double(r - weighted.view().column(k)[n])) <= (16 + 4) * eps);
      }
    }
    // Each logarithm, up to 15 in size, is rounded, and in the product form each of 8 factors.
    CHECK(std::abs(double(total - exact_total)) <= double(samples) * (15 + 8) * eps);
    CHECK(std::abs(double(same - exact_total)) <= double(samples) * (15 + 8) * eps);
  }
}

TEST_CASE("the product of sums can take the most components that use it", "[exp]") {
  constexpr Index components = 1 << 15, width = 16;
  std::vector<float> values(std::size_t(components * width), -3.0F), weights(width, 1.0F);
  const eigenmix::detail::TileValues<float> view{values.data(), width, width, components};
  float lowest = 0;
  const double total = eigenmix::detail::normalise_unweighted(view, weights.data(), lowest);
  CHECK(lowest == -3.0F);
  // Sums of 2^15 equal numbers are exact in every order.
  CHECK(std::abs(total - width * (std::log(double(components)) - 3)) <= 16 * 23 * 1.2e-7);
}

}  // namespace
