// SPDX-License-Identifier: MIT
#include <array>
#include <fstream>
#include <sstream>
#include <string>

#include <eigenmix/selection/selection.hpp>

#include <support/catch.hpp>
#include <support/data.hpp>

// Groups that stand apart are found, whatever else the columns hold and whatever their units.

namespace {

using eigenmix::fit_best;
using eigenmix::GaussianMixture;
using eigenmix::Index;
using eigenmix::initialize;
using eigenmix_tests::WithinAbs;
namespace covariance = eigenmix::covariance;
namespace initialization = eigenmix::initialization;
namespace random = eigenmix::random;
namespace selection = eigenmix::selection;

using Samples = Eigen::MatrixXd;

/// Lines of a label and a sample.
Samples read_case(const std::string& name) {
  std::ifstream file(std::string(EIGENMIX_TESTS_DIR "/data/cases/") + name + ".csv");
  std::vector<double> values;
  Index samples = 0;
  for (std::string line, field; std::getline(file, line); ++samples) {
    std::istringstream fields(line);
    std::getline(fields, field, ',');
    while (std::getline(fields, field, ',')) values.push_back(std::stod(field));
  }
  REQUIRE(samples > 0);
  return Eigen::Map<const Samples>(values.data(), Index(values.size()) / samples, samples);
}

template <class Scalar, class Family>
double fitted(const Samples& x, Index components) {
  using Mixture = GaussianMixture<Scalar, Eigen::Dynamic, Family>;
  const eigenmix_tests::Matrix<Scalar> samples = x.cast<Scalar>();
  auto mixture = initialize<Mixture>(samples, components);
  return mixture.fit(samples).log_likelihood;
}

template <class Family>
double best_of_three(const Samples& x, Index components) {
  using Mixture = GaussianMixture<double, Eigen::Dynamic, Family>;
  return fit_best<Mixture>(x, components, initialization::Restarts(3)).result.log_likelihood;
}

template <class Family>
double selected(const Samples& x, Index components) {
  return selection::select(x, selection::families<Family>(),
                           selection::components(components, components))
      .best()
      .fit.log_likelihood;
}

/// Whether the default start ends no lower than the true labels.
bool reaches_labels(const Samples& samples, const std::vector<Index>& labels, Index groups) {
  using Full = GaussianMixture<double, Eigen::Dynamic>;
  auto right = initialize<Full>(samples, groups, initialization::FromLabels(labels));
  auto found = initialize<Full>(samples, groups);
  return found.fit(samples).log_likelihood >= right.fit(samples).log_likelihood - 0.1;
}

template <class Family>
void check_found(const Samples& x, Index components, double right) {
  CAPTURE(Family::name);
  CHECK(fitted<double, Family>(x, components) >= right - 1e-3);
  CHECK(fitted<float, Family>(x, components) >= right - 1);
  CHECK(best_of_three<Family>(x, components) >= right - 1e-3);
  CHECK(selected<Family>(x, components) >= right - 1e-2);
}

TEST_CASE("two groups along one of ten columns", "[groups]") {
  const Samples x = read_case("groups_10d");
  check_found<covariance::Full>(x, 2, -2916.768959);
  check_found<covariance::Diagonal>(x, 2, -2969.463338);
  check_found<covariance::Tied>(x, 2, -2945.631574);
}

TEST_CASE("four groups along one of ten columns in units from 0.01 to 100", "[groups]") {
  const Samples x = read_case("groups_units");
  check_found<covariance::Full>(x, 4, -12341.424211);
  check_found<covariance::Diagonal>(x, 4, -12408.746629);
  check_found<covariance::Tied>(x, 4, -12409.245841);
}

TEST_CASE("select finds four groups on one axis", "[groups]") {
  const auto chosen =
      selection::select(read_case("four_on_axis"), selection::families<covariance::VVV>(),
                        selection::components(1, 9));
  CHECK(chosen.best().component_count == 4);
  CHECK_THAT(chosen.best().criterion, WithinAbs(3530.4925, 0.01));
}

/// Groups of 100 samples a distance apart along the first column of some.
Samples groups_in_a_row(Index groups, Index dimension, double distance, std::uint64_t seed) {
  random::Engine engine(seed);
  random::Normal normal;
  Samples x(dimension, 100 * groups);
  for (Index n = 0; n < x.cols(); ++n) {
    for (Index i = 0; i < dimension; ++i) {
      x(i, n) = normal(engine) + (i == 0 ? distance * double(n % groups) : 0);
    }
  }
  return x;
}

TEST_CASE("units of columns do not decide which groups are found", "[groups]") {
  using Diagonal = GaussianMixture<double, Eigen::Dynamic, covariance::Diagonal>;
  for (const Index groups : {2, 3, 5}) {
    const Samples x = groups_in_a_row(groups, 6, 8, std::uint64_t(groups));
    auto plain = initialize<Diagonal>(x, groups);
    const double right = plain.fit(x).log_likelihood;
    Samples scaled = x;
    double log_scale = 0;
    for (Index i = 0; i < 6; ++i) {
      const double scale = std::ldexp(1.0, int(7 * i % 23) - 11);
      scaled.row(i) *= scale;
      log_scale += std::log(scale);
    }
    auto mixture = initialize<Diagonal>(scaled, groups);
    const double of_scaled = mixture.fit(scaled).log_likelihood + double(x.cols()) * log_scale;
    CHECK_THAT(of_scaled, WithinAbs(right, 1e-4));
  }
}

TEST_CASE("groups inside one another, and a small one among large ones", "[groups]") {
  random::Engine engine(5);
  random::Normal normal;
  Samples x(5, 400);
  std::vector<Index> inside(400), few(400);
  for (Index n = 0; n < 400; ++n) {
    inside[std::size_t(n)] = n % 2;
    for (Index i = 0; i < 5; ++i) x(i, n) = normal(engine) * (n % 2 == 0 ? 1 : 4);
  }
  CHECK(reaches_labels(x, inside, 2));
  for (Index n = 0; n < 400; ++n) {
    few[std::size_t(n)] = n < 32 ? 1 : 0;
    for (Index i = 0; i < 5; ++i) x(i, n) = normal(engine) + (i == 2 && n < 32 ? 7 : 0);
  }
  CHECK(reaches_labels(x, few, 2));
}

TEST_CASE("four pairs of groups inside one another in ten columns", "[groups]") {
  constexpr Index count = 2000;
  for (const unsigned seed : {1U, 2U, 3U}) {
    CAPTURE(seed);
    random::Engine engine(seed);
    random::Normal normal;
    Samples x(10, count);
    std::vector<Index> labels(count);
    for (Index n = 0; n < count; ++n) {
      labels[std::size_t(n)] = n % 8;
      for (Index i = 0; i < 10; ++i) {
        x(i, n) = normal(engine) * (n % 2 == 0 ? 1 : 3) + (i == 4 ? 12 * double(n % 8 / 2) : 0);
      }
    }
    CHECK(reaches_labels(x, labels, 8));
  }
}

TEST_CASE("fit_best is never worse than as many k-means++ starts", "[groups]") {
  using Diagonal = GaussianMixture<double, Eigen::Dynamic, covariance::Diagonal>;
  random::Engine engine(9);
  Samples x(2, 300);
  for (Index n = 0; n < 300; ++n) {
    for (Index i = 0; i < 2; ++i) x(i, n) = random::uniform(engine);
  }
  for (const Index components : {3, 6, 9}) {
    const auto plain = fit_best<Diagonal>(
        x, components, initialization::Restarts(4, initialization::KMeansPlusPlus()));
    const auto best = fit_best<Diagonal>(x, components, initialization::Restarts(4));
    CHECK(best.result.log_likelihood >= plain.result.log_likelihood);
  }
}

}  // namespace
