// SPDX-License-Identifier: MIT
#include <algorithm>
#include <cmath>
#include <string>

#include <support/catch.hpp>
#include <support/data.hpp>
#include <support/failure.hpp>

// Steps that go further than EM's: their gradient against differences of the likelihood, and what a
// fit that takes them promises.

namespace {

using eigenmix::fit_options;
using eigenmix::FitResult;
using eigenmix::GaussianMixture;
using eigenmix::Index;
using eigenmix::acceleration::None;
using eigenmix::acceleration::QuasiNewton;
using eigenmix::stopping::AitkenAcceleration;
using eigenmix::stopping::MaxIterations;
using eigenmix_tests::is_sound;
using eigenmix_tests::never_falls;
using eigenmix_tests::TypeOf;
namespace covariance = eigenmix::covariance;
namespace detail = eigenmix::detail;

using Samples = Eigen::MatrixXd;

/// Groups one deviation or so apart, whose EM is slow.
Samples overlapping(Index n, Index d, Index components, std::uint64_t seed = 3) {
  eigenmix::random::Engine engine(seed);
  using Mixture = GaussianMixture<double>;
  return eigenmix_tests::random_mixture<Mixture>(d, components, 1.5, engine)
      .sample(n, engine)
      .samples;
}

template <class Mixture>
Mixture start_of(const Samples& x, Index components) {
  const Eigen::Matrix<typename Mixture::Scalar, Eigen::Dynamic, Eigen::Dynamic> samples =
      x.cast<typename Mixture::Scalar>();
  return eigenmix::initialize<Mixture>(samples, components,
                                       eigenmix::initialization::KMeansPlusPlus());
}

auto stop(double tolerance = 1e-6) { return AitkenAcceleration(tolerance) || MaxIterations(20000); }

// ---- Coordinates ---------------------------------------------------------------------------------

/// A mixture of a family, and its numbers as an acceleration has them.
template <class Family>
struct Numbered {
  using Mixture = GaussianMixture<double, Eigen::Dynamic, Family>;
  static constexpr bool is_dense = Family::Layout::is_dense;

  Samples x;
  detail::MixtureShape shape;
  double noise_density = 0;

  explicit Numbered(bool has_noise) : x(overlapping(400, 3, 3)) {
    shape.dimension = shape.informative = 3;
    shape.components = 3;
    shape.groups = Family::Layout::is_shared ? 1 : 3;
    shape.form = is_dense                       ? detail::CovarianceForm::dense
                 : Family::Layout::is_isotropic ? detail::CovarianceForm::isotropic
                                                : detail::CovarianceForm::diagonal;
    if (has_noise) noise_density = -6;
  }

  detail::Numbers numbers(const Mixture& mixture) const {
    detail::Numbers all;
    for (Index k = 0; k < 3; ++k) all.push_back(mixture.weights()(k));
    for (Index i = 0; i < 9; ++i) all.push_back(mixture.means().data()[i]);
    for (Index g = 0; g < shape.groups; ++g) {
      const Samples dense = mixture.covariance(g);
      for (Index i = 0; i < shape.covariance_size(); ++i) {
        all.push_back(is_dense ? dense.data()[i] : dense(i, i));
      }
    }
    all.push_back(mixture.noise().weight);
    return all;
  }

  Mixture mixture(const detail::Numbers& all) const {
    Eigen::VectorXd weights(3);
    Samples means(3, 3);
    std::vector<Samples> covariances;
    for (Index k = 0; k < 3; ++k) weights(k) = all[std::size_t(k)];
    for (Index i = 0; i < 9; ++i) means.data()[i] = all[std::size_t(3 + i)];
    for (Index k = 0; k < 3; ++k) {
      Samples dense = Samples::Zero(3, 3);
      const auto* from = all.data() + shape.covariance(shape.group_of(k));
      for (Index i = 0; i < (is_dense ? 9 : 3); ++i) {
        dense.data()[is_dense ? i : 4 * i] = from[shape.covariance_size() == 1 ? 0 : i];
      }
      covariances.push_back(dense);
    }
    Mixture result(weights, means, covariances);
    if (noise_density != 0) result.set_noise({all.back(), noise_density});
    return result;
  }

  /// Where EM leads, and from how many samples.
  detail::Numbers em_step(const Mixture& from, detail::Numbers& counts) const {
    const auto moments = from.moments(x);
    counts.clear();
    for (int part = 0; part < 2; ++part) {
      for (Index k = 0; k < 3; ++k) counts.push_back(moments.counts()(k));
    }
    for (Index g = 0; g < shape.groups; ++g) {
      counts.push_back(shape.groups == 1 ? moments.counts().sum() : moments.counts()(g));
    }
    counts.push_back(moments.total_weight());
    Mixture next = from;
    next.fit(x, MaxIterations(1), fit_options(None()));
    return numbers(next);
  }
};

/// \param left  whether some parts are left to EM: a weight, a covariance, another with its mean
template <class Family>
void check_gradient(bool has_noise, bool left) {
  const Numbered<Family> numbered(has_noise);
  eigenmix::random::Engine engine(5);
  eigenmix::random::Normal normal;
  auto truth = eigenmix_tests::random_mixture<typename Numbered<Family>::Mixture>(3, 3, 1, engine);
  if (has_noise) truth.set_noise({0.2, numbered.noise_density});
  detail::Numbers counts;
  const auto leave = [&] {
    if (!left) return;
    const detail::MixtureShape& shape = numbered.shape;
    counts[1] = counts[std::size_t(shape.covariance_count(0))] = 0;
    if (shape.groups == 1) return;
    counts[std::size_t(shape.mean_count(2))] = counts[std::size_t(shape.covariance_count(2))] = 0;
  };
  numbered.em_step(truth, counts);
  leave();
  detail::Coordinates coordinates(numbered.shape);
  REQUIRE(coordinates.assign(numbered.numbers(truth), counts));

  detail::Numbers point(coordinates.size()), mixture(numbered.shape.size());
  for (double& entry : point) entry = normal(engine);
  if (!has_noise) point.back() = 0;  // which has no weight to move
  const auto value_at = [&](const detail::Numbers& at) {
    coordinates.put(at.data(), mixture.data());
    return numbered.mixture(mixture).log_likelihood(numbered.x);
  };
  detail::Numbers differences;
  const double h = 1e-4;
  for (std::size_t i = 0; i < point.size(); ++i) {
    detail::Numbers up = point, down = point;
    up[i] += h;
    down[i] -= h;
    differences.push_back((value_at(up) - value_at(down)) / (2 * h));
  }
  value_at(point);
  const auto em = numbered.em_step(numbered.mixture(mixture), counts);
  leave();
  detail::Numbers gradient(point.size());
  coordinates.gradient(mixture.data(), em.data(), counts.data(), gradient.data());
  double largest = 0, error = 0;
  for (std::size_t i = 0; i < point.size(); ++i) {
    largest = std::max(largest, std::abs(differences[i]));
    error = std::max(error, std::abs(gradient[i] - differences[i]));
  }
  CHECK(largest > 1);
  CHECK(error <=
        1e-6 * largest);  // third derivatives of order 1 times h², values of order 1e3 eps / h

  if (left) return;
  detail::Numbers located(point.size());
  REQUIRE(coordinates.locate(mixture.data(), located.data()));
  // Log weights are determined but for a constant.
  detail::Numbers reference_counts;
  numbered.em_step(truth, reference_counts);
  const auto shift = [&](std::size_t k) {
    return (located[k] - point[k]) / std::sqrt(reference_counts[k]);
  };
  CHECK(std::abs(shift(0) - shift(1)) < 1e-9);
  CHECK(std::abs(shift(0) - shift(2)) < 1e-9);
  for (std::size_t i = 3; i < point.size(); ++i) CHECK(std::abs(located[i] - point[i]) < 1e-9);
}

TEMPLATE_TEST_CASE("gradients of accelerated steps are those of the likelihood", "[acceleration]",
                   covariance::Full, covariance::Tied, covariance::Diagonal, covariance::EEI,
                   covariance::Spherical, covariance::EII) {
  check_gradient<TestType>(false, false);
  check_gradient<TestType>(true, false);
  check_gradient<TestType>(true, true);
}

TEST_CASE("curvature fulfils the secant equation of the last step", "[acceleration]") {
  detail::Curvature curvature(2);
  curvature.forget(3);
  const detail::Numbers steps[] = {{1, 0, 2}, {0, 1, 1}, {1, -1, 0}};
  const double factor[] = {4, 1, 0.25};  // a diagonal Hessian
  detail::Numbers loss(3);
  for (const detail::Numbers& step : steps) {
    for (std::size_t i = 0; i < 3; ++i) loss[i] = factor[i] * step[i];
    curvature.learn(step.data(), loss.data());
  }
  curvature.solve(loss.data());
  for (std::size_t i = 0; i < 3; ++i) CHECK(std::abs(loss[i] - steps[2][i]) < 1e-14);

  detail::Curvature none(2);
  none.forget(3);
  const detail::Numbers up{1, 0, 0}, down{-1, 0, 0};
  none.learn(up.data(), down.data());  // curves upwards: nothing is learnt
  loss = {1, 2, 3};
  none.solve(loss.data());
  CHECK(loss == detail::Numbers{1, 2, 3});
}

// ---- Fits ----------------------------------------------------------------------------------------

/// Fits from one start by EM alone and with leaps. \return how many times fewer passes those need
template <class Mixture>
double check_fewer_passes(const Samples& samples, Index components) {
  using Scalar = typename Mixture::Scalar;
  const Eigen::Matrix<Scalar, Eigen::Dynamic, Eigen::Dynamic> x = samples.cast<Scalar>();
  Mixture of_em = start_of<Mixture>(samples, components), mixture = of_em;
  const FitResult em = of_em.fit(x, stop(), fit_options(None()));
  const FitResult leaps = mixture.fit(x, stop());
  CHECK(em.passes == em.iterations + 1);
  CHECK(leaps.converged());
  CHECK(never_falls(leaps.log_likelihoods, 1e-12, double(x.cols())));
  CHECK(is_sound(mixture));
  // What is reported is true of the numbers returned, not only of what was derived from them.
  const Mixture same(mixture.weights(), mixture.means(), mixture.covariances());
  CHECK(std::abs(same.log_likelihood(x) - leaps.log_likelihood) < 1e-9 * double(x.cols()));
  const Eigen::VectorXd counts = same.moments(x).counts();
  CHECK((counts - leaps.effective_counts).cwiseAbs().maxCoeff() < 1e-6);
  CHECK(double(leaps.passes) <= 1.1 * double(em.passes));
  const FitResult more = mixture.fit(x, MaxIterations(50), fit_options(None()));
  CHECK(more.log_likelihood - leaps.log_likelihood < 1e-5);
  return double(em.passes) / double(leaps.passes);
}

TEMPLATE_TEST_CASE("families that EM fits slowly need a fraction of the passes", "[acceleration]",
                   covariance::Full, covariance::Tied, covariance::Diagonal, covariance::EEI,
                   covariance::Spherical, covariance::EII, covariance::VEV, covariance::EVV) {
  using Mixture = GaussianMixture<double, Eigen::Dynamic, TestType>;
  const double ratio = check_fewer_passes<Mixture>(overlapping(700, 2, 4), 5);
  CHECK(ratio > 2);
}

TEST_CASE("seven components on five groups", "[acceleration]") {
  eigenmix::random::Engine engine(8);
  using Mixture = GaussianMixture<double, 2>;
  const Samples x =
      eigenmix_tests::random_mixture<Mixture>(2, 5, 12, engine).sample(1500, engine).samples;
  CHECK(check_fewer_passes<Mixture>(x, 7) > 4);
}

TEST_CASE("fits that EM ends soon are EM's to the last bit", "[acceleration]") {
  eigenmix::random::Engine engine(9);
  using Mixture = GaussianMixture<double>;
  const auto truth = eigenmix_tests::random_mixture<Mixture>(2, 3, 5, engine);
  const Samples x = truth.sample(1000, engine).samples;
  Mixture a = start_of<Mixture>(x, 3), b = a;
  const FitResult of_a = a.fit(x), of_b = b.fit(x, stop(5e-5), fit_options(None()));
  CHECK(of_a.iterations < 30);
  CHECK(a == b);
  CHECK(of_a.log_likelihoods == of_b.log_likelihoods);
}

TEST_CASE("long double is left to EM", "[acceleration]") {
  using Mixture = GaussianMixture<long double, 2, covariance::Spherical>;
  const Samples samples = overlapping(300, 2, 3);
  const Eigen::Matrix<long double, 2, Eigen::Dynamic> x = samples.cast<long double>();
  Mixture a = start_of<Mixture>(samples, 3), b = a;
  a.fit(x, MaxIterations(100));
  b.fit(x, MaxIterations(100), fit_options(None()));
  CHECK(a == b);
  using InDouble = GaussianMixture<double, 2, covariance::Spherical>;
  InDouble c = start_of<InDouble>(samples, 3), d = c;
  c.fit(samples, MaxIterations(100));
  d.fit(samples, MaxIterations(100), fit_options(None()));
  CHECK(c != d);  // there is something to leave
}

TEST_CASE("leaps are the same for any number of threads", "[acceleration][threads]") {
  using Mixture = GaussianMixture<double>;
  const Samples x = overlapping(1000, 2, 4);
  const Mixture start = start_of<Mixture>(x, 5);
  Mixture serial = start;
  const FitResult one = serial.fit(x, stop());
  REQUIRE(one.passes > 40);
  for (const int threads : {2, 3}) {
    Mixture mixture = start;
    const FitResult result =
        mixture.fit(x, stop(), fit_options(eigenmix::execution::Threads(threads)));
    CHECK(mixture == serial);
    CHECK(result.log_likelihoods == one.log_likelihoods);
    CHECK(result.passes == one.passes);
  }
}

TEST_CASE("float leaps, and stops where rounding is all there is", "[acceleration]") {
  using Mixture = GaussianMixture<float>;
  const Samples samples = overlapping(1000, 2, 4);
  const Eigen::MatrixXf x = samples.cast<float>();
  Mixture of_em = start_of<Mixture>(samples, 5), mixture = of_em;
  const FitResult em = of_em.fit(x, stop(5e-5), fit_options(None()));
  const FitResult leaps = mixture.fit(x);
  CHECK(leaps.converged());
  CHECK(leaps.passes < em.passes);
  CHECK(leaps.log_likelihood > em.log_likelihood - 0.1);
}

TEST_CASE("integer weights are repetition under leaps", "[acceleration]") {
  using Mixture = GaussianMixture<double>;
  const Samples x = overlapping(600, 2, 4);
  Samples twice(2, 1200);
  twice << x, x;
  Mixture a = start_of<Mixture>(x, 5), b = a;
  const Eigen::VectorXd twos = Eigen::VectorXd::Constant(600, 2);
  const FitResult of_a = a.fit(eigenmix::counted(x, twos), stop()), of_b = b.fit(twice, stop());
  REQUIRE(of_a.passes > 40);
  CHECK(std::abs(of_a.log_likelihood - of_b.log_likelihood) < 1e-4);
  CHECK(eigenmix_tests::parameter_distance(a, b) < 1e-2);  // 1e-4 nats in 60 samples: 2e-3
}

template <class Option>
FitResult check_with(const Option& option, const Samples& x, GaussianMixture<double>& mixture) {
  const FitResult leaps = mixture.fit(x, stop(), fit_options(option));
  const auto& values = leaps.log_posteriors.empty() ? leaps.log_likelihoods : leaps.log_posteriors;
  CHECK(leaps.converged());
  CHECK(leaps.passes > 30);
  CHECK(never_falls(values, 1e-12, double(x.cols())));
  GaussianMixture<double> further = mixture;
  const FitResult more = further.fit(x, MaxIterations(50), fit_options(option, None()));
  CHECK(more.log_posterior - leaps.log_posterior < 1e-5);
  return leaps;
}

TEST_CASE("leaps climb the posterior, with noise and with what is fixed", "[acceleration]") {
  using Mixture = GaussianMixture<double>;
  const Samples x = overlapping(700, 2, 4);
  const Mixture start = start_of<Mixture>(x, 5);
  SECTION("prior") {
    Mixture mixture = start;
    auto prior = eigenmix::prior::mclust_default(x, 5);
    prior.dirichlet(2);
    check_with(prior, x, mixture);
  }
  SECTION("noise") {
    Mixture mixture = start;
    check_with(eigenmix::uniform_noise(x, 0.1), x, mixture);
    CHECK(mixture.noise().weight > 0);
  }
  SECTION("fixed parts") {
    eigenmix::Fixed fixed;
    fixed.means = {true, false, false, false, false};
    fixed.covariances = {false, true, false, false, false};
    fixed.weights = {false, false, true, false, false};
    Mixture mixture = start;
    check_with(fixed, x, mixture);
    CHECK(mixture.means().col(0) == start.means().col(0));
    CHECK(mixture.covariance(1) == start.covariance(1));
    CHECK(mixture.covariance(2) != start.covariance(2));
    CHECK(mixture.weights()(2) == start.weights()(2));
    CHECK(std::abs(mixture.weights().sum() - 1) < 1e-15);
  }
  SECTION("equal weights") {
    eigenmix::Fixed fixed;
    fixed.equal_weights = true;
    Mixture mixture = start;
    check_with(fixed, x, mixture);
    CHECK((mixture.weights().array() == 0.2).all());
  }
}

TEST_CASE("a component on the floor follows EM while the others leap", "[acceleration]") {
  using Mixture = GaussianMixture<double>;
  const Samples rest = overlapping(700, 2, 4);
  Samples x(2, 770);
  x << rest, Samples::Constant(2, 70, 3.0);  // an atom
  Mixture of_em = eigenmix::initialize<Mixture>(x, 6), mixture = of_em;
  const FitResult em = of_em.fit(x, stop(), fit_options(None())), leaps = mixture.fit(x, stop());
  CHECK(leaps.atoms.size() == em.atoms.size());
  REQUIRE(leaps.atoms.size() == 1);
  CHECK(leaps.passes < em.passes);
  CHECK(leaps.log_likelihood > em.log_likelihood - 0.1);
}

/// Drops what has become narrower than a floor of its own.
struct DropNarrow : eigenmix::degeneracy::AbsoluteFloor {
  using AbsoluteFloor::AbsoluteFloor;
  eigenmix::degeneracy::Action on_collapse(const eigenmix::degeneracy::Collapse&) {
    return eigenmix::degeneracy::Action::drop;
  }
};

TEST_CASE("components are dropped between leaps", "[acceleration]") {
  using Mixture = GaussianMixture<double>;
  const Samples x = overlapping(1000, 2, 3, 1);
  Mixture mixture = start_of<Mixture>(x, 8);
  int leaps = 0, leaps_at_first_drop = -1;
  const auto watch = [&](const eigenmix::Iteration& iteration, const Mixture& now) {
    if (now.component_count() < 8 && leaps_at_first_drop < 0) leaps_at_first_drop = leaps;
    leaps += iteration.expected_gain() ? 1 : 0;
  };
  const FitResult result =
      mixture.fit(x, stop(), fit_options(DropNarrow(0.05), QuasiNewton(3), watch));
  CHECK(result.converged());
  CHECK(result.repairs.dropped > 0);
  CHECK(leaps_at_first_drop > 0);
  CHECK(leaps > leaps_at_first_drop + 20);
  CHECK(mixture.component_count() == 8 - result.repairs.dropped);
  CHECK(is_sound(mixture));
}

TEST_CASE("observers and rules see what a leap promised", "[acceleration]") {
  using Mixture = GaussianMixture<double>;
  const Samples x = overlapping(700, 2, 4);
  Mixture mixture = start_of<Mixture>(x, 5);
  int leaps = 0, steps = 0;
  bool are_gains_of_eight = true;
  std::vector<double> values;
  mixture.fit(x, stop(), fit_options([&](const eigenmix::Iteration& iteration) {
                values.push_back(iteration.log_likelihood());
                ++steps;
                if (!iteration.expected_gain()) {
                  CHECK(iteration.recent_gain() == iteration.gain());
                  return;
                }
                ++leaps;
                const double before = values[values.size() - 9];
                are_gains_of_eight = are_gains_of_eight && *iteration.expected_gain() > 0 &&
                                     iteration.recent_gain() == values.back() - before;
              }));
  CHECK(leaps > 10);
  CHECK(steps - leaps >= 20);
  CHECK(are_gains_of_eight);
}

TEST_CASE("a memory of no steps is refused", "[acceleration]") {
  eigenmix_tests::check_rejected("acceleration::QuasiNewton", "memory", "0", "at least 1",
                                 [] { QuasiNewton(0); });
}

}  // namespace
