// SPDX-License-Identifier: MIT
#include <algorithm>
#include <cmath>
#include <vector>

#include <eigenmix/algebra/reduction.hpp>
#include <support/catch.hpp>
#include <support/closeness.hpp>
#include <support/data.hpp>
#include <support/failure.hpp>
#include <support/wide_density.hpp>

// Mixtures of fewer components, against Runnalls' method done naively in long double.

namespace {

using eigenmix::collapse;
using eigenmix::composite_transport_kl;
using eigenmix::GaussianMixture;
using eigenmix::Index;
using eigenmix::reduce;
using eigenmix::ReductionLimits;
using eigenmix::refine;
using eigenmix_tests::check_error;
using eigenmix_tests::check_rejected;
using eigenmix_tests::density;
using eigenmix_tests::is_sound;
using eigenmix_tests::parameter_distance;
using eigenmix_tests::random_mixture;
using eigenmix_tests::Wide;
using eigenmix_tests::WideMatrix;
using eigenmix_tests::WideVector;
namespace covariance = eigenmix::covariance;

using Line = GaussianMixture<double, 1>;
using Plane = GaussianMixture<double, 2>;
using Any = GaussianMixture<double>;

struct WideComponent {
  Wide weight;
  WideVector mean;
  WideMatrix covariance;
};

template <class Mixture>
std::vector<WideComponent> components_of(const Mixture& mixture) {
  std::vector<WideComponent> result;
  for (Index k = 0; k < mixture.component_count(); ++k) {
    result.push_back({Wide(mixture.weights()(k)), mixture.means().col(k).template cast<Wide>(),
                      mixture.covariance(k).template cast<Wide>()});
  }
  return result;
}

template <class Mixture>
Mixture narrowed(const std::vector<WideComponent>& components) {
  using Scalar = typename Mixture::Scalar;
  const Index count = Index(components.size()), d = components[0].mean.size();
  eigenmix_tests::Vector<Scalar> weights(count);
  typename Mixture::Means means(d, count);
  std::vector<typename Mixture::CovarianceMatrix> covariances;
  for (Index k = 0; k < count; ++k) {
    weights(k) = Scalar(components[std::size_t(k)].weight);
    means.col(k) = components[std::size_t(k)].mean.template cast<Scalar>();
    covariances.push_back(components[std::size_t(k)].covariance.template cast<Scalar>());
  }
  return Mixture(weights, means, covariances);
}

WideComponent merged(const WideComponent& a, const WideComponent& b) {
  const Wide both = a.weight + b.weight, p = a.weight / both, q = b.weight / both;
  const WideVector offset = a.mean - b.mean;
  return {both, p * a.mean + q * b.mean,
          p * a.covariance + q * b.covariance + p * q * offset * offset.transpose()};
}

Wide log_determinant(WideMatrix s) {
  Wide sum = 0;
  for (Index j = 0; j < s.rows(); ++j) {
    sum += std::log(s(j, j));
    for (Index i = j + 1; i < s.rows(); ++i) s.row(i) -= s(i, j) / s(j, j) * s.row(j);
  }
  return sum;
}

Wide runnalls_cost(const WideComponent& a, const WideComponent& b) {
  const WideComponent both = merged(a, b);
  return (both.weight * log_determinant(both.covariance) -
          a.weight * log_determinant(a.covariance) - b.weight * log_determinant(b.covariance)) /
         2;
}

/// The cheapest merges one by one, every cost anew each time. \return what they cost together
Wide reduce_naively(std::vector<WideComponent>& components, std::size_t count) {
  Wide total = 0;
  while (components.size() > count) {
    std::size_t first = 0, second = 1;
    Wide least = HUGE_VAL;
    for (std::size_t i = 0; i < components.size(); ++i) {
      for (std::size_t j = i + 1; j < components.size(); ++j) {
        const Wide cost = runnalls_cost(components[i], components[j]);
        if (!(cost < least)) continue;
        least = cost;
        first = i;
        second = j;
      }
    }
    total += least;
    components[first] = merged(components[first], components[second]);
    components.erase(components.begin() + std::ptrdiff_t(second));
  }
  return total;
}

ReductionLimits at_most(Index count) {
  ReductionLimits limits;
  limits.max_components = count;
  return limits;
}

/// Ten components on a line that overlap more or less, narrow ones beside wide ones.
Line ten_on_a_line() {
  Eigen::VectorXd weights(10), means(10), variances(10);
  weights << 0.03, 0.18, 0.12, 0.19, 0.02, 0.16, 0.06, 0.1, 0.08, 0.06;
  means << 1.45, 2.20, 0.67, 0.48, 1.49, 0.91, 1.01, 1.42, 2.77, 0.89;
  variances << 0.0487, 0.0305, 0.1171, 0.0174, 0.0295, 0.0102, 0.0323, 0.0380, 0.0115, 0.0679;
  return Line(weights, means.transpose(), variances.transpose());
}

/// Random components, so near that they overlap.
template <class Mixture>
Mixture crowd(Index d, Index count, std::uint64_t seed) {
  eigenmix::random::Engine engine(seed);
  const auto in_a_row = random_mixture<Mixture>(d, count, 0, engine);
  typename Mixture::Means means = in_a_row.means();
  eigenmix::random::Normal normal;
  for (Index k = 0; k < count; ++k) {
    for (Index i = 0; i < d; ++i) means(i, k) = typename Mixture::Scalar(3 * normal(engine));
  }
  return Mixture(in_a_row.weights(), means, in_a_row.covariances());
}

/// KL(p || q) of mixtures on a line whose deviations are at least 0.1, means within [0, 3]. Three
/// steps to a deviation leave exp(-2 pi² 9) of a Gaussian; of the logarithm, which is smooth on the
/// same scale, no more than 1e-10 (halving the step changes less).
Wide kl_on_a_line(const Line& p, const Line& q) {
  Wide sum = 0;
  const Wide step = Wide(0.01L);
  for (Wide x = -3; x < 6; x += step) {
    const WideVector at = WideVector::Constant(1, x);
    const Wide of_p = density(p, at);
    if (of_p > 0) sum += of_p * std::log(of_p / density(q, at)) * step;
  }
  return sum;
}

// Parameters are sums of K terms that are rounded, of a condition of at most 16 where covariances
// are compared: some hundreds of eps.
template <class Mixture>
constexpr double allowed() {
  return std::is_same_v<typename Mixture::Scalar, float> ? 3e-5 : 1e-13;
}

TEMPLATE_TEST_CASE("what a mixture collapses to has its moments", "[reduction]", Plane, Any,
                   (GaussianMixture<float, 2>), (GaussianMixture<double, 2, covariance::Spherical>),
                   (GaussianMixture<double, Eigen::Dynamic, covariance::VVE>)) {
  const auto mixture = crowd<TestType>(2, 5, 1);
  const auto one = collapse(mixture);
  auto expected = components_of(mixture);
  reduce_naively(expected, 1);  // merges keep moments
  CHECK(one.component_count() == 1);
  CHECK(is_sound(one));
  check_error("moments", parameter_distance(narrowed<Any>(expected), one), allowed<TestType>());
}

TEST_CASE("moments far from zero lose no digits", "[reduction]") {
  const auto mixture = crowd<Plane>(2, 6, 2);
  // Means that are multiples of 2^-20, to which 2^30 can be added exactly.
  Plane::Means rounded = mixture.means();
  for (Index i = 0; i < rounded.size(); ++i) {
    rounded.data()[i] = std::round(std::ldexp(rounded.data()[i], 20));
    rounded.data()[i] = std::ldexp(rounded.data()[i], -20);
  }
  const double far = std::ldexp(1.0, 30);
  Plane::Means moved = rounded.array() + far;
  const Plane near_one(mixture.weights(), rounded, mixture.covariances());
  const Plane far_one(mixture.weights(), moved, mixture.covariances());
  // Only the mean is rounded, to 2^-23, which moves covariances by its square. Of a merge of merges
  // it moves them by its product with distances, some five.
  check_error("covariance",
              (collapse(near_one).covariance(0) - collapse(far_one).covariance(0)).norm(), 1e-12);
  const auto some = reduce(near_one, at_most(3)), of_far = reduce(far_one, at_most(3));
  for (Index k = 0; k < 3; ++k) {
    check_error("covariances", (some.covariance(k) - of_far.covariance(k)).norm(), 1e-6);
    check_error(
        "means",
        (some.means().col(k).array() + far - of_far.means().col(k).array()).abs().maxCoeff(), 1e-6);
  }
}

TEST_CASE("merges are Runnalls', to the end", "[reduction]") {
  const Line line = ten_on_a_line();
  for (Index count = 9; count >= 1; --count) {
    auto expected = components_of(line);
    const Wide total = reduce_naively(expected, std::size_t(count));
    const auto reduced = reduce(line, at_most(count));
    CAPTURE(count);
    CHECK(is_sound(reduced));
    check_error("parameters", parameter_distance(narrowed<Line>(expected), reduced), 1e-13);
    // The costs are bounds on the divergence, one after another.
    const Wide divergence = kl_on_a_line(line, reduced);
    CHECK(divergence > 0);
    CHECK(divergence <= total);
  }
}

TEMPLATE_TEST_CASE("merges are the same from a table that is kept as from one made anew",
                   "[reduction]", Plane, Any, (GaussianMixture<float, 2>),
                   (GaussianMixture<double, Eigen::Dynamic, covariance::Diagonal>)) {
  for (std::uint64_t seed = 10; seed < 14; ++seed) {
    const Index d = eigenmix_tests::dimension_of<TestType>(3);
    const auto mixture = crowd<TestType>(d, 14, seed);
    for (const Index count : {9, 4, 2}) {
      auto expected = components_of(mixture);
      reduce_naively(expected, std::size_t(count));
      const auto reduced = reduce(mixture, at_most(count));
      CAPTURE(seed, count);
      CHECK(is_sound(reduced));
      check_error("parameters", parameter_distance(narrowed<Any>(expected), reduced),
                  allowed<TestType>());
      check_error("all together", parameter_distance(collapse(mixture), collapse(reduced)),
                  allowed<TestType>());
    }
  }
}

TEST_CASE("without limits nothing is reduced", "[reduction]") {
  const auto mixture = crowd<Plane>(2, 5, 20);
  CHECK(reduce(mixture, {}) == mixture);
  CHECK(reduce(mixture, at_most(5)) == mixture);
}

TEST_CASE("light components are left out", "[reduction]") {
  const Line line = ten_on_a_line();
  ReductionLimits limits;
  limits.prune_below = 0.06;
  const auto reduced = reduce(line, limits);
  REQUIRE(reduced.component_count() == 8);  // 0.03 and 0.02 are gone, 0.06 is no less than itself
  check_error("weight", std::abs(reduced.weights()(0) - 0.18 / 0.95), 1e-15);
  CHECK(reduced.means()(0, 0) == 2.20);
  limits.prune_below = 0.5;  // the heaviest stays
  const auto heaviest = reduce(line, limits);
  REQUIRE(heaviest.component_count() == 1);
  CHECK(heaviest.weights()(0) == 1);
  CHECK(heaviest.means()(0, 0) == 0.48);
}

TEST_CASE("components near to a heavier one are joined to it", "[reduction]") {
  // Of variance one: 0 takes 1.5 but not 2.5; of the others 2.5 is the heaviest and takes 4, which
  // is wide. 40 remains.
  Eigen::VectorXd weights(5);
  weights << 0.4, 0.1, 0.2, 0.2, 0.1;
  Eigen::RowVectorXd means(5), variances(5);
  means << 0, 1.5, 2.5, 40, 6;
  variances << 1, 1, 1, 1, 4;
  const Line line(weights, means, variances);
  ReductionLimits limits;
  limits.merge_distance = 4;  // squared; 6 is 3.0625 from 2.5, in its own variance
  const auto reduced = reduce(line, limits);
  REQUIRE(reduced.component_count() == 3);
  const Eigen::RowVector3d expected(0.3, 11 / 3.0, 40);
  check_error("means", (reduced.means() - expected).cwiseAbs().maxCoeff(), 1e-14);
  check_error("weights", (reduced.weights() - Eigen::Vector3d(0.5, 0.3, 0.2)).cwiseAbs().maxCoeff(),
              1e-15);
  check_error("variance", std::abs(reduced.covariance(0)(0, 0) - (1 + 0.16 * 2.25)), 1e-14);
  limits.merge_distance = 3;  // now 6 is too far
  CHECK(reduce(line, limits).component_count() == 4);
}

TEST_CASE("merges end where they would cost too much", "[reduction]") {
  const Line line = ten_on_a_line();
  std::size_t before = 11;
  for (const double most : {1e-4, 1e-2, 0.05, 1e3}) {
    // What a naive reduction has left when its next merge costs as much.
    auto expected = components_of(line);
    while (expected.size() > 1) {
      auto next = expected;
      if (!(reduce_naively(next, expected.size() - 1) < Wide(most))) break;
      expected = next;
    }
    ReductionLimits limits;
    limits.merge_cost = most;
    const auto reduced = reduce(line, limits);
    CAPTURE(most);
    CHECK(reduced.component_count() == Index(expected.size()));
    CHECK(expected.size() < before);
    before = expected.size();
    check_error("parameters", parameter_distance(narrowed<Line>(expected), reduced), 1e-13);
  }
  // A cap goes below that.
  ReductionLimits both = at_most(3);
  both.merge_cost = 1e-4;
  CHECK(reduce(line, both).component_count() == 3);
}

TEST_CASE("components without weight or side by side are merged first", "[reduction]") {
  Eigen::RowVectorXd means(5), variances(5);
  means << 0, 5, 7, 5, -3;
  variances << 1, 2, 1, 2, 1;
  Eigen::VectorXd weights(5);
  weights << 0.5, 0.25, 0, 0.25, 0;
  const Line line(weights, means, variances);
  const auto reduced = reduce(line, at_most(2));
  CHECK(is_sound(reduced));
  check_error("weights", (reduced.weights() - Eigen::Vector2d(0.5, 0.5)).norm(), 1e-15);
  check_error("means", (reduced.means() - Eigen::RowVector2d(0, 5)).norm(), 1e-15);
  CHECK(reduce(line, at_most(1)) == collapse(line));
}

/// Σ w_n min_m KL of components on a line, by the formula of one dimension.
Wide naive_transport(const Line& original, const Line& reduced) {
  Wide sum = 0;
  for (const WideComponent& a : components_of(original)) {
    Wide least = HUGE_VAL;
    for (const WideComponent& b : components_of(reduced)) {
      const Wide ratio = a.covariance(0, 0) / b.covariance(0, 0), offset = a.mean(0) - b.mean(0);
      const Wide kl = (ratio - 1 - std::log(ratio) + offset * offset / b.covariance(0, 0)) / 2;
      least = std::min(least, kl);
    }
    sum += a.weight * least;
  }
  return sum;
}

TEST_CASE("a refinement comes nearer with every step", "[reduction]") {
  const Line line = ten_on_a_line();
  for (Index count = 1; count <= 9; ++count) {
    const auto reduced = reduce(line, at_most(count));
    const auto refined = refine(reduced, line);
    CAPTURE(count);
    CHECK(refined.converged);
    CHECK(is_sound(refined.mixture));
    const double first = double(naive_transport(line, reduced));
    const double last = double(naive_transport(line, refined.mixture));
    check_error("cost before", std::abs(refined.costs.front() - first), 1e-13);
    check_error("cost after", std::abs(refined.costs.back() - last), 1e-13);
    CHECK(refined.costs.back() == composite_transport_kl(line, refined.mixture));
    // The cost bounds the divergence.
    CHECK(kl_on_a_line(line, refined.mixture) <= Wide(last) + 1e-10L);
    check_error("moments", parameter_distance(collapse(line), collapse(refined.mixture)), 1e-13);
  }
}

TEST_CASE("costs of refinements never rise", "[reduction]") {
  int steps = 0, gains = 0;
  for (std::uint64_t seed = 0; seed < 20; ++seed) {
    const auto original = crowd<Any>(3, 30, 100 + seed);
    const auto start = crowd<GaussianMixture<double, 3>>(3, 5, 200 + seed);
    const auto refined = refine(start, original);
    static_assert(decltype(refined.mixture)::Dim == 3);
    CHECK(refined.converged);
    CHECK(is_sound(refined.mixture));
    for (std::size_t i = 1; i < refined.costs.size(); ++i) {
      // A cost is a sum of 30 divergences of some ten roundings each.
      CHECK(refined.costs[i] <= refined.costs[i - 1] * (1 + 1e-14) + 1e-14);
      ++steps;
      gains += refined.costs[i] < refined.costs[i - 1] ? 1 : 0;
    }
    // Each component has the moments of those that were given to it.
    for (Index m = 0; m < 5; ++m) {
      double weight = 0;
      for (Index n = 0; n < 30; ++n) {
        if (refined.assignment(n) == m) weight += original.weights()(n);
      }
      check_error("weight", std::abs(refined.mixture.weights()(m) - weight), 1e-14);
    }
  }
  CHECK(gains > 40);
  CHECK(steps >= gains);
}

TEST_CASE("a component that gets none takes what costs most", "[reduction]") {
  Eigen::RowVectorXd means(4);
  means << 0, 1, 10, 30;
  const Eigen::VectorXd quarters = Eigen::VectorXd::Constant(4, 0.25);
  const Line original(quarters, means, Eigen::RowVectorXd::Ones(4).eval());
  Eigen::RowVector3d start(0, 5, 1e6);
  const Line reduced(Eigen::Vector3d(0.5, 0.25, 0.25), start, Eigen::RowVector3d(1, 1, 1).eval());
  const auto refined = refine(reduced, original);
  CHECK(refined.converged);
  check_error("means",
              (refined.mixture.means() - Eigen::RowVector3d(0.5, 10, 30)).cwiseAbs().maxCoeff(),
              1e-14);
  CHECK(refined.mixture.weights() == Eigen::Vector3d(0.5, 0.25, 0.25));
  // Two originals that are alike leave nothing for a third.
  const Line alike(Eigen::Vector2d(0.5, 0.5), Eigen::RowVector2d(2, 2).eval(),
                   Eigen::RowVector2d(1, 1).eval());
  const auto left = refine(reduced, alike);
  CHECK(left.costs.back() == 0);
  CHECK(is_sound(left.mixture));
}

TEST_CASE("a refinement of no steps, and of a mixture by itself", "[reduction]") {
  const auto original = crowd<GaussianMixture<float, 2>>(2, 6, 30);
  const auto reduced = reduce(original, at_most(3));
  const auto none = refine(reduced, original, 0);
  CHECK(none.mixture == reduced);
  CHECK(none.costs.size() == 1);
  CHECK(!none.converged);
  const auto itself = refine(original, original);
  CHECK(itself.converged);
  CHECK(itself.costs == std::vector<double>{0, 0});
  CHECK(itself.mixture == original);
}

TEST_CASE("what cannot be reduced is refused", "[reduction]") {
  const auto mixture = crowd<Plane>(2, 4, 40);
  const auto with = [&](auto&& change) {
    ReductionLimits limits;
    change(limits);
    return limits;
  };
  check_rejected("reduce", "max_components", "0", "at least one",
                 [&] { reduce(mixture, at_most(0)); });
  for (const double wrong : {-0.1, 1.0, std::nan("")}) {
    const auto limits = with([&](ReductionLimits& l) { l.prune_below = wrong; });
    check_rejected("reduce", "prune_below", "", "[0, 1)", [&] { reduce(mixture, limits); });
  }
  check_rejected("reduce", "merge_distance", "-1", ">= 0",
                 [&] { reduce(mixture, with([](ReductionLimits& l) { l.merge_distance = -1; })); });
  check_rejected("reduce", "merge_cost", "nan", ">= 0", [&] {
    reduce(mixture, with([](ReductionLimits& l) { l.merge_cost = std::nan(""); }));
  });
  auto noisy = mixture;
  noisy.set_noise({0.1, -3});
  check_rejected("collapse", "noise", "0.1", "none", [&] { collapse(noisy); });
  check_rejected("reduce", "noise", "0.1", "none", [&] { reduce(noisy, at_most(2)); });
  check_rejected("refine", "noise", "0.1", "none", [&] { refine(mixture, noisy); });
  check_rejected("refine", "iterations", "-1", ">= 0", [&] { refine(mixture, mixture, -1); });
  const auto other = crowd<Any>(3, 2, 41);
  check_rejected("refine", "dimension of the second mixture", "3", "2",
                 [&] { refine(mixture, other); });
  check_rejected("composite_transport_kl", "dimension of the second mixture", "2", "3",
                 [&] { composite_transport_kl(other, mixture); });
  // Means whose distance has no square.
  const Line far(Eigen::Vector2d(0.5, 0.5), Eigen::RowVector2d(-1e200, 1e200).eval(),
                 Eigen::RowVector2d(1, 1).eval());
  check_rejected("reduce", "covariance of two components together", "represented", "nearer",
                 [&] { reduce(far, at_most(1)); });
  check_rejected("collapse", "covariance 0", "inf", "finite", [&] { collapse(far); });
}

}  // namespace
