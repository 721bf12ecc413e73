// SPDX-License-Identifier: MIT
#include <algorithm>
#include <cmath>
#include <numeric>
#include <vector>

#include <eigenmix/algebra/affine.hpp>
#include <eigenmix/algebra/distances.hpp>
#include <eigenmix/algebra/sum.hpp>
#include <support/catch.hpp>
#include <support/closeness.hpp>
#include <support/data.hpp>
#include <support/failure.hpp>
#include <support/wide_density.hpp>

// How far mixtures are apart, against integrals over grids in long double (see algebra.cpp for what
// those leave), formulas of one and two dimensions, and brute force.

namespace {

using eigenmix::cauchy_schwarz_divergence;
using eigenmix::GaussianMixture;
using eigenmix::Index;
using eigenmix::kl_monte_carlo;
using eigenmix::kl_upper_bound;
using eigenmix::kl_variational;
using eigenmix::l2_distance;
using eigenmix::mw2_distance;
using eigenmix_tests::check_error;
using eigenmix_tests::check_rejected;
using eigenmix_tests::density;
using eigenmix_tests::random_mixture;
using eigenmix_tests::two_pi;
using eigenmix_tests::Wide;
using eigenmix_tests::WideMatrix;
using eigenmix_tests::WideVector;
namespace covariance = eigenmix::covariance;

using Line = GaussianMixture<double, 1>;
using Plane = GaussianMixture<double, 2>;
using Any = GaussianMixture<double>;

/// The integral of f of both densities over [-14, 17]^d.
template <class A, class B, class F>
Wide integral(const A& a, const B& b, const F& f) {
  const Wide step = Wide(0.2L), from = -14, to = 17;
  const Index d = a.dimension();
  Wide sum = 0;
  WideVector x(d);
  const auto see = [&](Wide volume) { sum += f(density(a, x), density(b, x)) * volume; };
  for (x(0) = from; x(0) < to; x(0) += step) {
    if (d == 1) {
      see(step);
      continue;
    }
    for (x(1) = from; x(1) < to; x(1) += step) see(step * step);
  }
  return sum;
}

/// p log(p / q), zero where p has no density.
Wide divergence_density(Wide p, Wide q) { return p > 0 ? p * std::log(p / q) : 0; }

template <class A, class B>
Wide kl_by_grid(const A& a, const B& b) {
  return integral(a, b, divergence_density);
}

template <class Mixture>
Mixture some(Index d, Index count, std::uint64_t seed) {
  eigenmix::random::Engine engine(seed);
  return random_mixture<Mixture>(d, count, 1.5, engine);
}

/// One component of two dimensions.
Plane single(double x, double y, double of_x, double of_both, double of_y) {
  Eigen::Matrix2d s;
  s << of_x, of_both, of_both, of_y;
  return Plane(Eigen::Matrix<double, 1, 1>(1), Eigen::Vector2d(x, y), {s});
}

/// Against ∫ (a - b)² and the three integrals of the angle.
template <class A, class B>
void check_overlaps(const A& a, const B& b) {
  // Sums of products of densities, each of some hundred roundings of an argument below ten.
  const bool is_float = std::is_same_v<typename A::Scalar, float>;
  const double allowed = is_float ? 1e-5 : 1e-12;
  const Wide square = integral(a, b, [](Wide p, Wide q) { return (p - q) * (p - q); });
  check_error("L2", double(std::abs(l2_distance(a, b) / std::sqrt(square) - 1)), allowed);
  const Wide of_a = integral(a, b, [](Wide p, Wide) { return p * p; });
  const Wide of_b = integral(a, b, [](Wide, Wide q) { return q * q; });
  const Wide of_both = integral(a, b, [](Wide p, Wide q) { return p * q; });
  const Wide angle = -std::log(of_both / std::sqrt(of_a * of_b));
  check_error("angle", double(std::abs(cauchy_schwarz_divergence(a, b) - angle)), allowed);
  check_error("turned", std::abs(double(l2_distance(b, a) - l2_distance(a, b))), 1e-15);
  check_error("angle turned",
              std::abs(double(cauchy_schwarz_divergence(b, a) - cauchy_schwarz_divergence(a, b))),
              1e-14);
}

TEST_CASE("distances of overlap are integrals", "[distances]") {
  check_overlaps(some<Line>(1, 3, 1), some<Line>(1, 2, 2));
  check_overlaps(some<Plane>(2, 3, 1), some<Any>(2, 2, 2));
  check_overlaps(some<GaussianMixture<float, 2>>(2, 3, 1),
                 some<GaussianMixture<float, 2>>(2, 2, 2));
  check_overlaps(some<GaussianMixture<double, 2, covariance::Diagonal>>(2, 3, 3),
                 some<GaussianMixture<double, Eigen::Dynamic, covariance::VEV>>(2, 2, 4));
}

TEST_CASE("equal mixtures overlap, and those apart do not", "[distances]") {
  const auto mixture = some<Plane>(2, 3, 5);
  CHECK(l2_distance(mixture, mixture) == 0);
  CHECK(cauchy_schwarz_divergence(mixture, mixture) == 0);
  // The same density by halves of a component: to the root of rounding.
  const auto halves = eigenmix::mix(Eigen::Vector2d(0.5, 0.5), mixture, mixture);
  CHECK(l2_distance(mixture, halves) < 1e-7);
  CHECK(cauchy_schwarz_divergence(mixture, halves) < 1e-14);
  // Single ones of one covariance, apart by t: t² / 4 nats, by the product of normal densities.
  for (const double t : {1.0, 1e3, 1e8, 1e100}) {
    const double angle = cauchy_schwarz_divergence(single(0, 0, 1, 0, 1), single(t, 0, 1, 0, 1));
    check_error("angle", std::abs(angle / (t * t / 4) - 1), 1e-14);
  }
  // Then nothing is left of the overlap: ∫ a² = 1 / (4 pi).
  const double apart = l2_distance(single(0, 0, 1, 0, 1), single(1e8, 0, 1, 0, 1));
  check_error("L2", std::abs(apart - std::sqrt(double(1 / two_pi))), 1e-15);
  CHECK(cauchy_schwarz_divergence(single(0, 0, 1, 0, 1), single(1e200, 0, 1, 0, 1)) == HUGE_VAL);
}

/// The estimate lies within four errors, and the error is what the variance by integration says.
template <class A, class B>
void check_monte_carlo(const A& a, const B& b) {
  eigenmix::random::Engine engine(7);
  const Index count = 5000;
  const auto estimate = kl_monte_carlo(a, b, count, engine);
  const Wide kl = kl_by_grid(a, b);
  const Wide square = integral(
      a, b, [](Wide p, Wide q) { return p > 0 ? p * std::log(p / q) * std::log(p / q) : 0; });
  const double expected = double(std::sqrt((square - kl * kl) / Wide(count)));
  check_error("value", std::abs(estimate.value - double(kl)), 4 * expected);
  // A variance of 5000 log ratios, kurtosis below 20: 6 % is one deviation of its root.
  check_error("error", std::abs(estimate.standard_error / expected - 1), 0.2);
}

TEST_CASE("divergences by samples, and how sure they are", "[distances]") {
  check_monte_carlo(some<Plane>(2, 3, 8), some<Any>(2, 2, 9));
  check_monte_carlo(some<GaussianMixture<float, 2>>(2, 3, 8),
                    some<GaussianMixture<float, 2>>(2, 2, 9));
  eigenmix::random::Engine engine(1), again(1);
  const auto a = some<Plane>(2, 3, 8), b = some<Plane>(2, 2, 9);
  const auto itself = kl_monte_carlo(a, a, 100, engine);
  CHECK(itself.value == 0);
  CHECK(itself.standard_error == 0);
  kl_monte_carlo(a, a, 100, again);
  CHECK(kl_monte_carlo(a, b, 2000, engine).value == kl_monte_carlo(a, b, 2000, again).value);
  const auto far = kl_monte_carlo(single(0, 0, 1, 0, 1), single(1e200, 0, 1, 0, 1), 10, engine);
  CHECK(far.value == HUGE_VAL);
  CHECK(far.standard_error == HUGE_VAL);
}

/// KL of two normal distributions in two dimensions, by determinants.
Wide single_kl(const WideVector& offset, const WideMatrix& s, const WideMatrix& t) {
  const Wide det_s = s(0, 0) * s(1, 1) - s(0, 1) * s(0, 1);
  const Wide det_t = t(0, 0) * t(1, 1) - t(0, 1) * t(0, 1);
  WideMatrix inverse(2, 2);
  inverse << t(1, 1), -t(0, 1), -t(0, 1), t(0, 0);
  inverse /= det_t;
  const Wide square = offset.dot(WideVector(inverse * offset));
  const Wide trace = WideMatrix(inverse * s).trace();
  return (trace - 2 + std::log(det_t / det_s) + square) / 2;
}

/// Hershey & Olsen's approximation, written out.
template <class A, class B>
Wide naive_variational(const A& a, const B& b) {
  const auto closeness = [&](const auto& other, Index i) {
    Wide sum = 0;
    for (Index j = 0; j < other.component_count(); ++j) {
      const WideVector offset =
          a.means().col(i).template cast<Wide>() - other.means().col(j).template cast<Wide>();
      sum += Wide(other.weights()(j)) *
             std::exp(-single_kl(offset, a.covariance(i).template cast<Wide>(),
                                 other.covariance(j).template cast<Wide>()));
    }
    return sum;
  };
  Wide sum = 0;
  for (Index i = 0; i < a.component_count(); ++i) {
    sum += Wide(a.weights()(i)) * std::log(closeness(a, i) / closeness(b, i));
  }
  return sum;
}

TEST_CASE("the variational approximation of divergences", "[distances]") {
  const auto a = some<Plane>(2, 3, 10);
  const auto b = some<GaussianMixture<double, Eigen::Dynamic, covariance::EEI>>(2, 4, 11);
  check_error("formula", double(std::abs(kl_variational(a, b) - naive_variational(a, b))), 1e-13);
  const auto of_float = some<GaussianMixture<float, 2>>(2, 3, 10);
  check_error(
      "formula in float",
      double(std::abs(kl_variational(of_float, some<GaussianMixture<float, 2>>(2, 4, 11)) -
                      naive_variational(of_float, some<GaussianMixture<float, 2>>(2, 4, 11)))),
      1e-13);
  CHECK(kl_variational(a, a) == 0);
  // Exact for single components, and here for groups that lie apart.
  const Plane one = single(0, 1, 2, 0.5, 1), other = single(1, 0, 1, -0.3, 2);
  check_error("of single ones",
              double(std::abs(kl_variational(one, other) - kl_by_grid(one, other))), 1e-13);
  const auto pair = eigenmix::mix(Eigen::Vector2d(0.5, 0.5), one, single(-9, -9, 1, 0, 1));
  const auto moved = eigenmix::mix(Eigen::Vector2d(0.25, 0.75), other, single(-9, -8, 1, 0, 1));
  check_error("of groups",
              double(std::abs(kl_variational(pair, moved) / kl_by_grid(pair, moved) - 1)), 1e-3);
  // It may be negative, where no divergence is: two halves that overlap against their collapse.
  Eigen::Matrix2d means;
  means << 0, 1, 2, 3;
  Eigen::Matrix2d s = Eigen::Matrix2d::Identity(), wide;
  wide << 1.25, 0.25, 0.25, 1.25;
  const Plane halves(Eigen::Vector2d(0.5, 0.5), means, {s, s});
  const Plane together(Eigen::Matrix<double, 1, 1>(1), Eigen::Vector2d(0.5, 2.5), {wide});
  CHECK(kl_by_grid(halves, together) > 0);
  CHECK(kl_variational(halves, together) < -0.1);
}

TEST_CASE("the variational upper bound of divergences", "[distances]") {
  for (std::uint64_t seed = 20; seed < 24; ++seed) {
    const auto a = some<Plane>(2, 3, seed);
    const auto b = some<Any>(2, 4, seed + 100);
    const Wide kl = kl_by_grid(a, b);
    CAPTURE(seed);
    Wide convexity = 0;
    for (Index i = 0; i < 3; ++i) {
      for (Index j = 0; j < 4; ++j) {
        const WideVector offset = a.means().col(i).cast<Wide>() - b.means().col(j).cast<Wide>();
        convexity += Wide(a.weights()(i)) * Wide(b.weights()(j)) *
                     single_kl(offset, a.covariance(i).cast<Wide>(), b.covariance(j).cast<Wide>());
      }
    }
    double before = kl_upper_bound(a, b, 0);
    check_error("bound of convexity", double(std::abs(before - convexity)), 1e-13);
    for (const Index steps : {1, 3, 10, 1000}) {
      const double bound = kl_upper_bound(a, b, steps);
      CHECK(bound < before);
      CHECK(Wide(bound) > kl);
      before = bound;
    }
    CHECK(kl_upper_bound(a, a) < 1e-9);
  }
  const Plane one = single(0, 1, 2, 0.5, 1), other = single(1, 0, 1, -0.3, 2);
  check_error("of single ones",
              double(std::abs(kl_upper_bound(one, other) - kl_by_grid(one, other))), 1e-13);
}

/// The least of a convex function on [0, 1]^4: the best of nine values of each number, then nearer to
/// it by half, and so on.
template <class F>
Wide least_on_cube(const F& f) {
  Wide best[4] = {0.5L, 0.5L, 0.5L, 0.5L};
  Wide least = f(best);
  for (Wide reach = 0.5L; reach > 1e-9L; reach /= 2) {
    Wide centre[4];
    std::copy(best, best + 4, centre);
    for (int code = 0; code < 9 * 9 * 9 * 9; ++code) {
      Wide at[4];
      for (int i = 0, rest = code; i < 4; ++i, rest /= 9) {
        at[i] = centre[i] + reach * Wide(rest % 9 - 4) / 4;
        at[i] = std::min(std::max(at[i], Wide(1e-12L)), 1 - Wide(1e-12L));
      }
      const Wide value = f(at);
      if (!(value < least)) continue;
      least = value;
      std::copy(at, at + 4, best);
    }
  }
  return least;
}

TEST_CASE("the upper bound is the least that parts of weights give", "[distances]") {
  // Of two components each there are four parts to choose: of each of a's weights that for b_0, and
  // of each of b's that for a_0. What the parts diverge together is convex in them.
  for (std::uint64_t seed = 30; seed < 32; ++seed) {
    const auto a = some<Plane>(2, 2, seed), b = some<Plane>(2, 2, seed + 100);
    Wide kl[2][2];
    for (Index i = 0; i < 2; ++i) {
      for (Index j = 0; j < 2; ++j) {
        const WideVector offset = a.means().col(i).cast<Wide>() - b.means().col(j).cast<Wide>();
        kl[i][j] = single_kl(offset, a.covariance(i).cast<Wide>(), b.covariance(j).cast<Wide>());
      }
    }
    const Wide least = least_on_cube([&](const Wide* s) {
      Wide sum = 0;
      for (Index i = 0; i < 2; ++i) {
        for (Index j = 0; j < 2; ++j) {
          const Wide p = Wide(a.weights()(i)) * (j == 0 ? s[i] : 1 - s[i]);
          const Wide q = Wide(b.weights()(j)) * (i == 0 ? s[2 + j] : 1 - s[2 + j]);
          sum += p * (std::log(p / q) + kl[i][j]);
        }
      }
      return sum;
    });
    CAPTURE(seed);
    // Steps end when one gains 1e-10; with hundreds of them some 1e-7 may be left.
    check_error("least", double(std::abs(kl_upper_bound(a, b) - least)), 1e-7);
  }
}

/// W_2² of two normal distributions in the plane: tr (A B)^1/2 is the root of tr A B + 2 |A B|^1/2.
Wide squared_in_plane(const Plane& a, const Plane& b) {
  const WideMatrix s = a.covariance(0).cast<Wide>(), t = b.covariance(0).cast<Wide>();
  const WideVector offset = a.means().col(0).cast<Wide>() - b.means().col(0).cast<Wide>();
  const Wide dets =
      (s(0, 0) * s(1, 1) - s(0, 1) * s(0, 1)) * (t(0, 0) * t(1, 1) - t(0, 1) * t(0, 1));
  const Wide root = std::sqrt(WideMatrix(s * t).trace() + 2 * std::sqrt(dets));
  return offset.squaredNorm() + s.trace() + t.trace() - 2 * root;
}

TEST_CASE("the Wasserstein distance of single components is the closed form", "[distances]") {
  const Plane one = single(0, 1, 2, 0.5, 1), other = single(1, 0, 1, -0.3, 2);
  const Plane long_one = single(0, 0, 1, 0, 1e-10), turned = single(0, 0, 0.5, 0.4999, 0.5);
  for (const auto& pair :
       {std::pair(one, other), {one, turned}, {long_one, one}, {long_one, turned}}) {
    const auto result = mw2_distance(pair.first, pair.second);
    const Wide expected = std::sqrt(squared_in_plane(pair.first, pair.second));
    check_error("distance", double(std::abs(result.distance / expected - 1)), 1e-14);
    CHECK(result.plan == Eigen::MatrixXd::Ones(1, 1));
  }
  // In more dimensions where covariances commute: of the deviations alone. Some are tiny.
  const Eigen::VectorXd s = (Eigen::VectorXd(5) << 1, 1e-8, 3, 1e-3, 1e4).finished();
  const Eigen::VectorXd t = (Eigen::VectorXd(5) << 2, 1e-9, 1, 1e-2, 1e4).finished();
  const auto along = [](const Eigen::VectorXd& deviations) {
    return Any(Eigen::Matrix<double, 1, 1>(1), Eigen::VectorXd::Zero(5),
               deviations.array().square().matrix());
  };
  check_error("of axes", std::abs(mw2_distance(along(s), along(t)).distance / (s - t).norm() - 1),
              1e-14);
  // Near ones: a difference of traces would leave 1e-8.
  const double near = mw2_distance(single(0, 0, 1, 0, 1), single(0, 0, 1 + 2e-12, 0, 1)).distance;
  check_error("of near ones", std::abs(near / 1e-12 - 1), 1e-3);
}

TEST_CASE("the Wasserstein distance of mixtures is a metric", "[distances]") {
  const auto a = some<GaussianMixture<double, Eigen::Dynamic, covariance::VVE>>(3, 4, 40);
  const auto b = some<Any>(3, 5, 41);
  const auto c = some<GaussianMixture<double, 3>>(3, 2, 42);
  const auto ab = mw2_distance(a, b), ba = mw2_distance(b, a);
  check_error("turned", std::abs(ab.distance - ba.distance), 1e-14);
  check_error("plan turned", (ab.plan - ba.plan.transpose()).cwiseAbs().maxCoeff(), 1e-14);
  check_error("rows", (ab.plan.rowwise().sum() - a.weights()).cwiseAbs().maxCoeff(), 1e-15);
  check_error("columns", (ab.plan.colwise().sum().transpose() - b.weights()).cwiseAbs().maxCoeff(),
              1e-15);
  CHECK(ab.plan.minCoeff() >= 0);
  CHECK((ab.plan.array() > 0).count() <= 4 + 5 - 1);  // a vertex
  CHECK(ab.distance <= mw2_distance(a, c).distance + mw2_distance(c, b).distance);
  CHECK(mw2_distance(a, a).distance < 1e-15);
  // Components in another order, and in halves, are the same mixture.
  const auto halves = eigenmix::mix(Eigen::Vector2d(0.5, 0.5), a, a);
  CHECK(mw2_distance(halves, a).distance < 1e-15);
  // A shift is a distance.
  const auto moved =
      eigenmix::affine_image(a, Eigen::Matrix3d::Identity(), Eigen::Vector3d(0.3, 0, 0.4));
  check_error("shift", std::abs(mw2_distance(a, moved).distance - 0.5), 1e-12);
  const auto f = some<GaussianMixture<float, 2>>(2, 3, 43);
  const auto g = some<GaussianMixture<float, 2>>(2, 2, 44);
  const auto fg = mw2_distance(f, g);
  check_error("rows in float", (fg.plan.rowwise().sum() - f.weights().cast<double>()).norm(), 1e-7);
}

/// The least mean cost over all ways to pair components of equal weight, on a line.
Wide least_over_permutations(const std::vector<std::pair<Wide, Wide>>& a,
                             const std::vector<std::pair<Wide, Wide>>& b) {
  std::vector<std::size_t> order(b.size());
  std::iota(order.begin(), order.end(), std::size_t(0));
  Wide least = HUGE_VAL;
  do {
    Wide sum = 0;
    for (std::size_t i = 0; i < a.size(); ++i) {
      const Wide mean = a[i].first - b[order[i]].first, width = a[i].second - b[order[i]].second;
      sum += mean * mean + width * width;
    }
    least = std::min(least, sum / Wide(a.size()));
  } while (std::next_permutation(order.begin(), order.end()));
  return least;
}

TEST_CASE("the transport is the best of all", "[distances]") {
  eigenmix::random::Engine engine(50);
  const auto deal = [&](std::vector<Index> counts) {
    const Index total = std::accumulate(counts.begin(), counts.end(), Index(0));
    const Index size = Index(counts.size());
    Eigen::VectorXd weights(size);
    Eigen::RowVectorXd means(size), deviations(size);
    std::vector<std::pair<Wide, Wide>> copies;
    for (Index k = 0; k < size; ++k) {
      weights(k) = double(counts[std::size_t(k)]) / double(total);
      means(k) = 3 * eigenmix::random::uniform(engine);
      deviations(k) = 0.25 + 3 * eigenmix::random::uniform(engine);
      for (Index c = 0; c < counts[std::size_t(k)]; ++c)
        copies.push_back({means(k), deviations(k)});
    }
    return std::pair(Line(weights, means, deviations.array().square().matrix()), copies);
  };
  // Equal weights, and multiples of a sixth, which are copies of a component of a sixth.
  const std::vector<std::vector<Index>> counts = {
      {1, 1, 1, 1, 1, 1}, {1, 2, 3}, {4, 1, 1}, {2, 2, 2}, {6}, {3, 3}, {1, 0, 5}};
  for (const auto& of_a : counts) {
    for (const auto& of_b : counts) {
      const auto a = deal(of_a), b = deal(of_b);
      const auto result = mw2_distance(a.first, b.first);
      const Wide expected = std::sqrt(least_over_permutations(a.second, b.second));
      check_error("distance", double(std::abs(result.distance / expected - 1)), 1e-13);
      check_error("rows", (result.plan.rowwise().sum() - a.first.weights()).cwiseAbs().maxCoeff(),
                  1e-15);
      CHECK(result.plan.minCoeff() >= 0);
    }
  }
}

TEST_CASE("a transport of many components of one width keeps their order", "[distances]") {
  // On a line with equal deviations the best plan brings quantiles to quantiles.
  eigenmix::random::Engine engine(60);
  const auto deal = [&](Index size) {
    Eigen::VectorXd weights(size);
    Eigen::RowVectorXd means(size);
    for (Index k = 0; k < size; ++k) {
      weights(k) = 0.01 + eigenmix::random::uniform(engine);
      means(k) = 10 * eigenmix::random::uniform(engine);
    }
    std::sort(means.data(), means.data() + size);
    weights /= weights.sum();
    return Line(weights, means, Eigen::RowVectorXd::Ones(size).eval());
  };
  const Line a = deal(40), b = deal(33);
  Wide expected = 0, of_a = 0, of_b = 0;
  for (Index i = 0, j = 0; i < 40 && j < 33;) {
    const Wide end_a = of_a + Wide(a.weights()(i)), end_b = of_b + Wide(b.weights()(j));
    const Wide amount = std::min(end_a, end_b) - std::max(of_a, of_b);
    const Wide offset = Wide(a.means()(0, i)) - Wide(b.means()(0, j));
    expected += amount * offset * offset;
    const bool is_a = end_a < end_b;
    is_a ? (++i, of_a = end_a) : (++j, of_b = end_b);
  }
  check_error("distance", double(std::abs(mw2_distance(a, b).distance / std::sqrt(expected) - 1)),
              1e-13);
}

TEST_CASE("what has no distance is refused", "[distances]") {
  const auto mixture = some<Plane>(2, 2, 70);
  const auto other = some<Any>(3, 2, 71);
  auto noisy = mixture;
  noisy.set_noise({0.1, -3});
  eigenmix::random::Engine engine(1);
  const auto refused = [&](const char* where, auto&& call) {
    check_rejected(where, "dimension of the second mixture", "3", "2",
                   [&] { call(mixture, other); });
    check_rejected(where, "noise", "0.1", "none", [&] { call(mixture, noisy); });
    check_rejected(where, "noise", "0.1", "none", [&] { call(noisy, mixture); });
  };
  refused("l2_distance", [](const auto& a, const auto& b) { l2_distance(a, b); });
  refused("cauchy_schwarz_divergence",
          [](const auto& a, const auto& b) { cauchy_schwarz_divergence(a, b); });
  refused("kl_monte_carlo", [&](const auto& a, const auto& b) { kl_monte_carlo(a, b, 2, engine); });
  refused("kl_variational", [](const auto& a, const auto& b) { kl_variational(a, b); });
  refused("kl_upper_bound", [](const auto& a, const auto& b) { kl_upper_bound(a, b); });
  refused("mw2_distance", [](const auto& a, const auto& b) { mw2_distance(a, b); });
  check_rejected("kl_monte_carlo", "count", "1", "at least two",
                 [&] { kl_monte_carlo(mixture, mixture, 1, engine); });
  check_rejected("kl_upper_bound", "iterations", "-1", ">= 0",
                 [&] { kl_upper_bound(mixture, mixture, -1); });
  check_rejected("mw2_distance", "squared distance", "inf", "represented",
                 [&] { mw2_distance(single(0, 0, 1, 0, 1), single(1e200, 0, 1, 0, 1)); });
}

}  // namespace
