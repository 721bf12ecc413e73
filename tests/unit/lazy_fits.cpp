// SPDX-License-Identifier: MIT

// Whole fits that leave out pairs beside those of Pairs::all: whatever else a fit does between its
// passes, both go the same way.

#include <algorithm>
#include <cmath>
#include <vector>

#include <support/catch.hpp>
#include <support/data.hpp>

namespace {

using eigenmix::FitResult;
using eigenmix::GaussianMixture;
using eigenmix::Index;
using eigenmix::Pairs;
namespace degeneracy = eigenmix::degeneracy;
namespace detail = eigenmix::detail;
namespace stopping = eigenmix::stopping;
using Mixture = GaussianMixture<double>;

/// Sixteen groups on a grid `apart` deviations wide; the last dimension, if there is one too many,
/// is constant.
Eigen::MatrixXd groups(Index d, Index varying, double apart, std::uint64_t seed = 3) {
  eigenmix::random::Engine engine(seed);
  eigenmix::random::Normal normal;
  Eigen::MatrixXd x = Eigen::MatrixXd::Constant(d, 4000, 7.25);
  for (Index n = 0; n < x.cols(); ++n) {
    for (Index i = 0; i < varying; ++i) x(i, n) = normal(engine);
    x(0, n) += apart * double(n % 4);
    x(1, n) += apart * double(n / 4 % 4);
  }
  return x;
}

/// One component at each group, and `more` on samples of the first.
Mixture start_for(const Eigen::MatrixXd& x, Index more = 0) {
  const Index k = 16 + more;
  Eigen::MatrixXd means(x.rows(), k);
  for (Index c = 0; c < k; ++c) means.col(c) = x.col(c < 16 ? c : 16 * c);
  return Mixture(Eigen::VectorXd::Constant(k, 1.0 / double(k)), means,
                 Eigen::MatrixXd(Eigen::MatrixXd::Constant(x.rows(), k, 2)));
}

struct Both {
  Mixture near, all;
  FitResult of_near, of_all;
};

/// The same start, fitted both ways.
template <class X, class... Choices>
Both fit_both(const Mixture& start, const X& x, const Choices&... choices) {
  Both both{start, start, {}, {}};
  both.of_near = both.near.fit(x, eigenmix::fit_options(choices...));
  both.of_all = both.all.fit(x, eigenmix::fit_options(Pairs::all, choices...));
  return both;
}

/// Iterations in step, and numbers to what rounding makes of them on the way: an ulp a pass and
/// sample, and where the likelihood is flat the root of it.
void check_same(const Both& both) {
  CHECK(both.of_near.status == both.of_all.status);
  CHECK(both.of_near.iterations == both.of_all.iterations);
  CHECK(both.of_near.collapsed_count == both.of_all.collapsed_count);
  CHECK(both.of_near.empty_components == both.of_all.empty_components);
  CHECK(std::abs(both.of_near.log_likelihood / both.of_all.log_likelihood - 1) < 1e-13);
  REQUIRE(both.near.component_count() == both.all.component_count());
  CHECK((both.near.means() - both.all.means()).cwiseAbs().maxCoeff() < 1e-7);
  CHECK((both.near.weights() - both.all.weights()).cwiseAbs().maxCoeff() < 1e-8);
  CHECK(both.near != both.all);  // or nothing was left out
}

TEST_CASE("components that lose their samples go where all pairs lead them", "[lazy]") {
  // A third of the samples are equal: as the shared covariance shrinks, some components are left with
  // 1e-15 to 1e-34 of a sample, which may grow again.
  using Shared = GaussianMixture<double, 2, eigenmix::covariance::EEE>;
  for (const std::uint64_t seed : {20U, 23U, 33U, 37U}) {
    CAPTURE(seed);
    eigenmix::random::Engine engine(seed);
    eigenmix::random::Normal normal;
    Eigen::MatrixXd centres(2, 20), x(2, 2000);
    for (Index i = 0; i < centres.size(); ++i) centres.data()[i] = 12 * normal(engine);
    for (Index n = 0; n < x.cols(); ++n) {
      for (Index i = 0; i < 2; ++i) x(i, n) = centres(i, n % 20) + normal(engine);
      if (n < 600) x.col(n) = x.col(0);
    }
    const auto noise = eigenmix::uniform_noise(x, 0.1);
    const auto start =
        eigenmix::initialize<Shared>(x, 30, eigenmix::initialization::RandomSamples{seed});
    auto near_end = start, all_end = start;
    const auto fit = [&](Shared& mixture, Pairs pairs) {
      const auto how = eigenmix::fit_options(pairs, noise, eigenmix::acceleration::None());
      return mixture.fit(x, stopping::MaxIterations(60), how).log_likelihood;
    };
    const double all = fit(all_end, Pairs::all), near = fit(near_end, Pairs::near);
    CHECK(near_end != all_end);  // some were left out
    CHECK(std::abs(near - all) <= 1e-9 * std::abs(all));
  }
}

}  // namespace

TEST_CASE("near pairs: dimensions that tell nothing are set apart", "[lazy]") {
  check_same(fit_both(start_for(groups(4, 3, 9)), groups(4, 3, 9), stopping::MaxIterations(20)));
}

TEST_CASE("near pairs: a component that is dropped or made anew", "[lazy]") {
  // A component shrinks onto a sample twice over.
  Eigen::MatrixXd x = groups(3, 3, 9);
  x.col(100) = x.col(200) = Eigen::Vector3d(60, 60, 60);
  auto start = start_for(x, 1);
  auto means = start.means();
  means.col(16) = x.col(100);
  start = Mixture(start.weights(), means, start.variances());
  SECTION("dropped") {
    const auto both = fit_both(start, x, degeneracy::Drop(), stopping::MaxIterations(30));
    CHECK(both.near.component_count() == 16);
    check_same(both);
  }
  SECTION("made anew") {
    const auto both = fit_both(start, x, degeneracy::Reseed(), stopping::MaxIterations(30));
    CHECK(both.of_near.repairs.reseeded == both.of_all.repairs.reseeded);
    CHECK(both.of_near.repairs.reseeded > 0);
    check_same(both);
  }
}

TEST_CASE("near pairs: a background that dies out", "[lazy]") {
  const auto x = groups(3, 3, 9);
  auto start = start_for(x);
  start.set_noise({1e-6, -40});  // thinner than any sample's density
  const auto both = fit_both(start, x, stopping::MaxIterations(20));
  CHECK(both.near.noise().weight < 1e-12);
  check_same(both);
}

TEST_CASE("near pairs: leaps, and steps that are taken back", "[lazy]") {
  // Two components share some groups, whose ridge is flat: EM is slow there, the rest is apart.
  const auto x = groups(2, 2, 12);
  const auto both = fit_both(start_for(x, 2), x, stopping::MaxIterations(120));
  CHECK(both.of_near.passes > both.of_near.iterations);  // some steps were undone
  CHECK(std::abs(both.of_near.log_likelihood - both.of_all.log_likelihood) < 1e-3);
}

TEST_CASE("near pairs: a group far from the origin of all", "[lazy]") {
  // Its second moments are taken again about its mean: accumulate_about_means.
  Eigen::MatrixXd x = groups(3, 3, 9);
  for (Index n = 0; n < x.cols(); n += 16) x.col(n).array() += 3e7;
  check_same(fit_both(start_for(x), x, stopping::MaxIterations(20)));
}

TEST_CASE("near pairs: weights with zeros, a prior, and what is fixed", "[lazy]") {
  const auto x = groups(3, 3, 9);
  Eigen::VectorXd weights = Eigen::VectorXd::LinSpaced(x.cols(), 0, 5).array().floor();
  SECTION("weights") {
    check_same(fit_both(start_for(x), eigenmix::weighted(x, weights), stopping::MaxIterations(20)));
  }
  SECTION("a prior") {
    check_same(fit_both(start_for(x), x, eigenmix::prior::mclust_default(x, 16),
                        stopping::MaxIterations(20)));
  }
  SECTION("fixed means") {
    eigenmix::Fixed fixed;
    fixed.means.assign(16, true);
    const auto both = fit_both(start_for(x), x, fixed, stopping::MaxIterations(20));
    CHECK(both.near.means() == start_for(x).means());
    check_same(both);
  }
}
