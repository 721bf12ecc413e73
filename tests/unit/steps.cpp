// SPDX-License-Identifier: MIT
#include <cmath>
#include <limits>

#include <eigenmix/random.hpp>
#include <eigenmix/samples/step_finder.hpp>

#include <support/catch.hpp>

// Whether numbers are recorded in steps, and which.

namespace {

using eigenmix::Index;
using eigenmix::detail::StepFinder;

/// What 200 sets of numbers come to: normal about `centre`, rounded to a step unless that is 0.
struct Found {
  int right = 0, none = 0, wrong = 0;
};

template <class Scalar>
Found find(double step, double centre, double spread, Index count) {
  Found found;
  for (std::uint64_t seed = 0; seed < 200; ++seed) {
    eigenmix::random::Engine engine(seed);
    eigenmix::random::Normal normal;
    StepFinder finder{double(std::numeric_limits<Scalar>::epsilon())};
    for (Index n = 0; n < count; ++n) {
      const double value = centre + spread * normal(engine);
      finder.see(double(step > 0 ? Scalar(std::round(value / step) * step) : Scalar(value)));
    }
    const double ratio = step > 0 ? finder.step() / step : 0;  // a few may have a common factor
    const bool is_multiple = std::abs(ratio - std::round(ratio)) <= 1e-3 && ratio < 1e3;
    if (finder.step() == 0) {
      ++found.none;
    } else if (step > 0 && is_multiple) {
      ++found.right;
    } else {
      ++found.wrong;
    }
  }
  return found;
}

TEST_CASE("numbers without a step have none", "[steps]") {
  for (const double centre : {0.0, 1e3, 1e6}) {
    CHECK(find<double>(0, centre, 1, 200).none == 200);
    CHECK(find<float>(0, centre, 1, 200).none == 200);
    CHECK(find<double>(0, centre, 1, 5).none >= 199);
    CHECK(find<float>(0, centre, 1, 5).none >= 195);
  }
}

TEST_CASE("whole numbers and decimals have theirs", "[steps]") {
  CHECK(find<double>(1, 0, 1000, 200).right == 200);
  CHECK(find<double>(0.1, 5, 1, 200).right == 200);
  CHECK(find<double>(0.001, 70, 10, 200).right == 200);
  CHECK(find<double>(5, 200, 30, 200).right == 200);
  CHECK(find<float>(1, 100, 30, 200).right == 200);
  CHECK(find<float>(0.1, 100, 10, 200).right == 200);
}

TEST_CASE("other steps are found where the numbers have digits enough", "[steps]") {
  CHECK(find<double>(1.0 / 255, 0.5, 0.2, 200).right >= 190);  // 0.2 is one as well
  CHECK(find<double>(0.254, 50, 10, 200).right == 200);
  CHECK(find<float>(1.0 / 255, 0.5, 0.2, 200).wrong == 0);
}

TEST_CASE("a far sentinel says nothing of a step", "[steps]") {
  StepFinder finder(1.2e-7);
  for (const float value : {0.3F, 1.7F, -1e30F, 2.5F, 0.1F}) finder.see(double(value));
  CHECK_THAT(finder.step(), eigenmix_tests::WithinRel(0.1, 1e-6));
}

TEST_CASE("many values are seen as one by one", "[steps]") {
  std::vector<double> tenths, mixed;
  for (int n = 0; n < 1000; ++n) tenths.push_back(0.1 * double(n % 37));
  mixed = tenths;
  mixed[777] = std::sqrt(2.0);
  StepFinder finder(2.2e-16);
  finder.see_all(tenths.data(), 300);
  finder.see_all(tenths.data() + 300, 700);
  CHECK_THAT(finder.step(), eigenmix_tests::WithinRel(0.1, 1e-12));
  finder.see_all(mixed.data(), 1000);
  CHECK(finder.step() == 0);
}

}  // namespace
