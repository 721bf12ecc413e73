// SPDX-License-Identifier: MIT

// Probability, mean and variance of a normal number in an interval, against 400 digits.

#include <limits>
#include <string>

#include <support/catch.hpp>
#include <support/closeness.hpp>
#include <support/failure.hpp>

#include <eigenmix/incomplete/interval_moments.hpp>

namespace {

using eigenmix::interval_moments;
using eigenmix_tests::check_rejected;
using Wide = long double;

constexpr double infinity = std::numeric_limits<double>::infinity();

struct Case {
  double mean, deviation, lower, upper;
  Wide log_probability, offset, variance;
};

// By data/make_interval_moments.py.
// clang-format off
constexpr Case cases[] = {
    {0.0, 1.0, 40.0, 41.0,
     -804.6084420137537881691L, 0.02496884720726372073241L, 0.0006226683785913862626429L},
    {0.0, 1.0, -41.0, -40.0,
     -804.6084420137537881691L, -0.02496884720726372073241L, 0.0006226683785913862626429L},
    {0.0, 1.0, 40.0, infinity,
     -804.6084420137537881666L, 0.02496884720726372324487L, 0.0006226683785913887734989L},
    {0.0, 1.0, 0.0, infinity,
     -0.6931471805599453094172L, 0.7978845608028653558799L, 0.3633802276324186569245L},
    {0.0, 1.0, -infinity, 0.0,
     -0.6931471805599453094172L, -0.7978845608028653558799L, 0.3633802276324186569245L},
    {0.0, 1.0, -1.0, 3.0,
     -0.1743595204529759084286L, 0.2827861107271540077198L, 0.6161417353578292961332L},
    {0.0, 1.0, -20.0, 0.125,
     -0.5983130689124249938576L, -0.7200475955025253829634L, 0.3915255107732159150185L},
    {0.0, 1.0, -0.25, 0.5,
     -1.23729250132245023635L, 0.1192505589641005616252L, 0.04598252093268899540732L},
    {0.0, 1.0, -3.0, 3.0,
     -0.002703447085475963154196L, 0.0L, 0.9733369246625414765881L},
    {0.0, 1.0, -8.0, infinity,
     -6.220960574271786058534e-16L, 5.052271083536895430948e-15L, 0.9999999999999595818313L},
    {0.0, 1.0, 1.0, 1.0000000074505806,
     -20.13391241204848640145L, 3.725290293835984775996e-9L, 4.625929269271485563699e-18L},
    {0.0, 1.0, 30.0, 30.00000000000091,
     -478.644825755616127539L, 4.547473508843961674261e-13L, 6.893171771275230623928e-26L},
    {0.0, 1.0, -3.725290298461914e-09, 7.450580596923828e-09,
     -19.22844730021503172101L, 1.862645149230957011863e-9L, 1.040834085586084252314e-17L},
    {0.0, 1.0, -5.000000000931323, -5.0,
     -34.21335395233133846008L, -4.65661286946338533617e-10L, 7.228014483236696218671e-20L},
};
// clang-format on

Wide relative(Wide value, Wide exact) { return std::abs(value - exact) / std::abs(exact); }

/// Checks a type of number on all cases, with errors in its units of rounding. The probability is
/// one of z, which is rounded, and so has z² of its units.
template <class Real>
void check_all(Wide epsilon) {
  for (const Case& c : cases) {
    CAPTURE(c.mean, c.deviation, c.lower, c.upper);
    const auto found = interval_moments<Real>(Real(c.mean), Real(c.deviation * c.deviation),
                                              Real(c.lower), Real(c.upper));
    // Inside, the mean is a difference of two parts of the size of a deviation or the interval's.
    const bool is_inside = c.lower < c.mean && c.mean < c.upper;
    const Wide size =
        is_inside ? std::min(Wide(c.deviation), Wide(c.upper - c.lower)) : std::abs(c.offset);
    const Wide offset_error = std::abs(Wide(found.offset) - c.offset) / size;
    const Wide variance_error = relative(Wide(found.variance), c.variance);
    // Where the probability is near one, its log is what little is outside.
    const Wide log_error = relative(Wide(found.log_probability), c.log_probability);
    CHECK(double(offset_error / epsilon) < 16);
    CHECK(double(variance_error / epsilon) < 16);
    CHECK(double(log_error / epsilon) < 64);
  }
}

/// Of some normal distributions with this variance.
void check_sane(double variance, double lower, double upper) {
  for (const double mean : {-1e300, -1.0, 0.0, 1e-320, 1e300}) {
    const auto found = interval_moments(mean, variance, lower, upper);
    CAPTURE(mean, variance, lower, upper);
    CHECK(found.log_probability <= 0);
    CHECK((found.mean() >= lower && found.mean() <= upper));
    CHECK(std::isfinite(found.mean()));
    CHECK((found.variance >= 0 && found.variance <= variance * (1 + 1e-15)));
  }
}

}  // namespace

TEST_CASE("moments in intervals have all digits at any distance and width", "[interval_moments]") {
  check_all<double>(std::numeric_limits<double>::epsilon());
}

TEST_CASE("in long double they have one more", "[interval_moments]") {
  // The rule of 32 points leaves 3e-17, an eighth of a unit of double.
  check_all<Wide>(std::numeric_limits<double>::epsilon() / 8 / 16);
}

TEST_CASE("a published value forty deviations out", "[interval_moments]") {
  const auto found = interval_moments(0.0, 1.0, 40.0, 41.0);
  CHECK(std::abs(found.mean() / 40.02496884720726 - 1) < 1e-15);
  CHECK(std::abs(found.variance / 6.226683785913863e-4 - 1) < 1e-14);
}

TEST_CASE("in float the numbers are those of double, rounded", "[interval_moments]") {
  const auto found = interval_moments(0.5f, 2.25f, 40.0f, 41.0f);
  const auto wide = interval_moments(0.5, 2.25, 40.0, 41.0);
  CHECK(found.log_probability == float(wide.log_probability));
  CHECK(found.offset == float(wide.offset));
  CHECK(found.variance == float(wide.variance));
}

TEST_CASE("the left is the mirror of the right, to the bit", "[interval_moments]") {
  for (const Case& c : cases) {
    const double variance = c.deviation * c.deviation;
    const auto right = interval_moments(c.mean, variance, c.lower, c.upper);
    const auto left = interval_moments(-c.mean, variance, -c.upper, -c.lower);
    CHECK(left.log_probability == right.log_probability);
    CHECK(left.mean() == -right.mean());
    CHECK(left.variance == right.variance);
  }
}

TEST_CASE("parts of an interval make the whole", "[interval_moments]") {
  const double edges[] = {-infinity, -9, -2, -1.75, 0.25, 3, 11, infinity};
  for (const double mean : {-40.0, -1.0, 0.0, 0.5, 30.0}) {
    const auto whole = interval_moments(mean, 2.0, edges[1], edges[6]);
    double sum = 0, first = 0, second = 0;
    for (int i = 1; i < 6; ++i) {
      const auto part = interval_moments(mean, 2.0, edges[i], edges[i + 1]);
      const double share = std::exp(part.log_probability - whole.log_probability);
      const double offset = part.mean() - whole.mean();
      sum += share;
      first += share * offset;
      second += share * (part.variance + offset * offset);
    }
    CAPTURE(mean);
    // Logs of some -500 to an ulp or two make shares of 1e-13.
    CHECK(std::abs(sum - 1) < 4e-13);
    CHECK(std::abs(first) < 4e-13 * std::sqrt(whole.variance));
    CHECK(std::abs(second / whole.variance - 1) < 4e-12);
  }
}

TEST_CASE("nothing is NaN where nothing can be represented", "[interval_moments]") {
  const double ends[] = {-infinity, -1e308, -1e200, -1, 0, 1e-308, 1, 1e200, 1e308, infinity};
  for (const double variance : {1e-300, 1.0, 1e300}) {
    for (int i = 0; i < 10; ++i) {
      for (int j = i + 1; j < 10; ++j) check_sane(variance, ends[i], ends[j]);
    }
  }
}

TEST_CASE("wrong numbers are refused by name", "[interval_moments]") {
  const double nan = std::numeric_limits<double>::quiet_NaN();
  check_rejected("interval_moments", "mean", "nan", "a finite number",
                 [&] { interval_moments(nan, 1.0, 0.0, 1.0); });
  check_rejected("interval_moments", "variance", "0", "a finite number > 0",
                 [&] { interval_moments(0.0, 0.0, 0.0, 1.0); });
  check_rejected("interval_moments", "upper end", "1", "more than the lower, 1",
                 [&] { interval_moments(0.0, 1.0, 1.0, 1.0); });
  check_rejected("interval_moments", "upper end", "nan", "more than the lower, 1",
                 [&] { interval_moments(0.0, 1.0, 1.0, nan); });
}
