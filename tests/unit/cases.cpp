// SPDX-License-Identifier: MIT
#include <algorithm>

#include <support/cases.hpp>
#include <support/catch.hpp>
#include <support/closeness.hpp>
#include <support/data.hpp>

// data/cases with full covariances, from the samples and default arguments alone.

namespace {

using eigenmix::FitResult;
using eigenmix::GaussianMixture;
using eigenmix::Index;
using eigenmix::initialize;
using eigenmix::Soundness;
using eigenmix_tests::CaseFile;
using eigenmix_tests::check_error;
using eigenmix_tests::read_case;
using eigenmix_tests::WithinAbs;
namespace initialization = eigenmix::initialization;
using FromLabels = eigenmix::initialization::FromLabels;

template <class Scalar>
using Full = GaussianMixture<Scalar>;
template <class Scalar>
using Samples = eigenmix_tests::Matrix<Scalar>;

/// Components by their first mean.
template <class Mixture>
std::vector<Index> ordered(const Mixture& mixture) {
  std::vector<Index> order;
  for (Index k = 0; k < mixture.component_count(); ++k) order.push_back(k);
  std::sort(order.begin(), order.end(),
            [&](Index a, Index b) { return mixture.means()(0, a) < mixture.means()(0, b); });
  return order;
}

/// `check(mixture, result)` for fits from the default start, from a thorough one and of several.
template <class Scalar, class Check>
void for_each_search(const Samples<Scalar>& x, Index components, Check&& check) {
  {
    INFO("default start");
    auto mixture = initialize<Full<Scalar>>(x, components);
    const FitResult result = mixture.fit(x);
    check(mixture, result);
  }
  {
    INFO("thorough start");
    auto mixture = initialize<Full<Scalar>>(x, components, initialization::thorough());
    const FitResult result = mixture.fit(x);
    check(mixture, result);
  }
  {
    INFO("best of three");
    const auto best =
        eigenmix::fit_best<Full<Scalar>>(x, components, eigenmix::initialization::Restarts(3));
    check(best.mixture, best.result);
  }
}

struct TwoGroups {
  double means[2], variances[2];
};

template <class Scalar>
void check_two_groups(const char* name, const TwoGroups& right, double log_likelihood) {
  const Samples<Scalar> x = read_case(name).samples.template cast<Scalar>();
  for_each_search<Scalar>(x, 2, [&](const auto& mixture, const FitResult& result) {
    CHECK(result.converged());
    CHECK(result.repairs.total() == 0);
    CHECK(result.soundness() == Soundness::sound);
    check_error("log-likelihood", std::abs(result.log_likelihood - log_likelihood), 0.005);
    const std::vector<Index> order = ordered(mixture);
    for (std::size_t i = 0; i < 2; ++i) {
      const Index k = order[i];
      const double ulp = double(std::numeric_limits<Scalar>::epsilon()) * std::abs(right.means[i]);
      check_error("weight", std::abs(double(mixture.weights()(k)) - 0.5), 1e-6);
      check_error("mean", std::abs(double(mixture.means()(0, k)) - right.means[i]), 1e-6 + ulp);
      check_error("variance", std::abs(double(mixture.variances()(0, k)) - right.variances[i]),
                  2e-6 + 2 * ulp);
    }
  });
}

TEST_CASE("groups far apart are groups, in float and in double", "[cases]") {
  const TwoGroups depth{{899.912107, 1500.002113}, {1.071799, 1.020847}};
  check_two_groups<float>("far_clusters_float", depth, -2134.58);
  const TwoGroups time{{0.0914407341, 499999.941650}, {1.131274, 0.998123}};
  check_two_groups<double>("far_clusters_double", time, -2142.452);
}

template <class Scalar>
void check_zeros() {
  const Eigen::MatrixXd all = read_case("zeros_40_percent").samples;
  std::vector<double> rain;
  for (const double value : all.reshaped()) {
    if (value != 0) rain.push_back(value);
  }
  REQUIRE(rain.size() == 600);
  const auto others = Eigen::Map<const Eigen::ArrayXd>(rain.data(), 600);
  const double mean = others.mean(), variance = (others - mean).square().mean();
  const Samples<Scalar> x = all.cast<Scalar>();
  for_each_search<Scalar>(x, 2, [&](const auto& mixture, const FitResult& result) {
    CHECK(result.converged());
    CHECK(result.soundness() == Soundness::sound);
    REQUIRE(result.atoms.size() == 1);
    const eigenmix::Atom& atom = result.atoms[0];
    check_error("count", std::abs(atom.count - 400), 1e-3);
    CHECK(atom.columns == std::vector<Index>{0});
    check_error("value", std::abs(atom.values[0]), 1e-30);
    const Index k = 1 - atom.component;
    check_error("mean", std::abs(double(mixture.means()(0, k)) - mean), 1e-5);
    check_error("variance", std::abs(double(mixture.variances()(0, k)) - variance), 1e-5);
  });
}

TEST_CASE("four zeros in ten are an atom, and said to be one", "[cases]") {
  check_zeros<double>();
  check_zeros<float>();
}

TEST_CASE("sentinels do not widen what is measured", "[cases]") {
  const Samples<float> x = read_case("sentinels_float").samples.cast<float>();
  Samples<float> measured(1, x.cols());
  Index count = 0;
  for (const float value : x.reshaped()) {
    if (value != -9999.0F) measured(0, count++) = value;
  }
  REQUIRE(count == 995);
  measured.conservativeResize(1, count);
  auto expected = initialize<Full<float>>(measured, 2);
  expected.fit(measured);
  const std::vector<Index> of_expected = ordered(expected);
  for_each_search<float>(x, 3, [&](const auto& mixture, const FitResult& result) {
    CHECK(result.soundness() == Soundness::sound);
    REQUIRE(result.atoms.size() == 1);
    CHECK_THAT(result.atoms[0].count, WithinAbs(5.0, 1e-3));
    CHECK(result.atoms[0].values == std::vector<double>{-9999});
    const std::vector<Index> order = ordered(mixture);
    for (std::size_t i = 0; i < 2; ++i) {
      const double variance = double(expected.variances()(0, of_expected[i]));
      check_error("variance",
                  std::abs(double(mixture.variances()(0, order[i + 1])) - variance) / variance,
                  0.01);
    }
  });
}

TEST_CASE("a group that is flat in one column is a group", "[cases]") {
  const CaseFile squares = read_case("two_squares", true);
  auto right = initialize<Full<double>>(squares.samples, 2, FromLabels(squares.labels));
  const double log_likelihood = right.fit(squares.samples).log_likelihood;
  for_each_search<double>(squares.samples, 2, [&](const auto&, const FitResult& result) {
    CHECK(result.soundness() == Soundness::sound);
    check_error("log-likelihood", std::abs(result.log_likelihood - log_likelihood), 1e-4);
    REQUIRE(result.atoms.size() == 1);
    CHECK(result.atoms[0].columns == std::vector<Index>{1});
  });
}

TEST_CASE("one component is a closed form, however closely columns correlate", "[cases]") {
  const Eigen::MatrixXd correlated = read_case("correlated").samples;
  auto mixture = initialize<Full<double>>(correlated, 1);
  FitResult result = mixture.fit(correlated);
  CHECK(result.converged());
  CHECK(result.iterations <= 2);
  check_error("log-likelihood", std::abs(result.log_likelihood - 872.7412203741), 1e-7);
  Eigen::MatrixXd four(2, 4);
  four << 0, 1, 2, 3, 0.01, 1, 2.03, 3.02;
  mixture = initialize<Full<double>>(four, 1);
  result = mixture.fit(four);
  CHECK(result.converged());
  CHECK(result.iterations <= 2);
}

}  // namespace
