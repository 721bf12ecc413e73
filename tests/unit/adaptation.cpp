// SPDX-License-Identifier: MIT
#include <algorithm>
#include <cmath>
#include <limits>
#include <set>
#include <vector>

#include <eigenmix/adaptation/adapt.hpp>
#include <eigenmix/adaptation/log_likelihood_ratio.hpp>
#include <support/catch.hpp>
#include <support/closeness.hpp>
#include <support/data.hpp>
#include <support/failure.hpp>
#include <support/naive_em.hpp>

// Relevance MAP against the equations as they were published, at its limits, and where a squared
// mean would have cost digits; and scores by few components against those by all.

namespace {

using eigenmix::adapt;
using eigenmix::counted;
using eigenmix::GaussianMixture;
using eigenmix::Index;
using eigenmix::log_likelihood_ratio;
using eigenmix_tests::check_error;
using eigenmix_tests::check_rejected;
using eigenmix_tests::is_sound;
using eigenmix_tests::Model;
using eigenmix_tests::parameter_distance;
using eigenmix_tests::Wide;
namespace adaptation = eigenmix::adaptation;
namespace covariance = eigenmix::covariance;

using Full = GaussianMixture<double>;
using Diagonal = GaussianMixture<double, Eigen::Dynamic, covariance::Diagonal>;
using Spherical = GaussianMixture<double, Eigen::Dynamic, covariance::Spherical>;
using Tied = GaussianMixture<double, Eigen::Dynamic, covariance::Tied>;
using Common = GaussianMixture<double, Eigen::Dynamic, covariance::VVE>;
using WideVector = eigenmix_tests::Vector<Wide>;
using WideMatrix = eigenmix_tests::Matrix<Wide>;

constexpr double infinity = std::numeric_limits<double>::infinity();
constexpr double epsilon = std::numeric_limits<double>::epsilon();
constexpr auto all = adaptation::Parts::all;

template <class Mixture>
Mixture draw(std::uint64_t seed = 3, double separation = 3) {
  eigenmix::random::Engine engine(seed);
  return eigenmix_tests::random_mixture<Mixture>(eigenmix_tests::dimension_of<Mixture>(3), 4,
                                                 separation, engine);
}

template <class Mixture>
typename Mixture::Means sample(const Mixture& mixture, Index count, std::uint64_t seed = 8) {
  eigenmix::random::Engine engine(seed);
  return mixture.sample(count, engine).samples;
}

template <class Mixture>
Model model_of(const Mixture& mixture) {
  Model result{mixture.weights().template cast<Wide>(), mixture.means().template cast<Wide>(), {}};
  for (Index k = 0; k < mixture.component_count(); ++k) {
    result.covariances.emplace_back(mixture.covariance(k).template cast<Wide>());
  }
  return result;
}

template <class Mixture>
eigenmix_tests::NaiveEm e_step(const Mixture& mixture, const Eigen::MatrixXd& x) {
  return {x.cast<Wide>(), WideVector::Ones(x.cols()), "full", model_of(mixture)};
}

/// Reynolds, Quatieri & Dunn (2000), equations 11 to 14, with squares of means as they are printed
/// there, in long double, for dense covariances; others are a part of them.
template <class Mixture>
Model reynolds(const Mixture& mixture, const Eigen::MatrixXd& x, Wide relevance) {
  const auto em = e_step(mixture, x);
  const Model& from = em.model;
  Model result = from;
  const WideMatrix samples = x.cast<Wide>();
  for (Index k = 0; k < from.component_count(); ++k) {
    const WideVector r = em.responsibilities.row(k).transpose();
    const Wide count = r.sum(), alpha = count / (count + relevance);
    const WideVector mean = samples.lazyProduct(r) / count;
    const WideMatrix square =
        samples.lazyProduct(r.asDiagonal() * samples.transpose()).eval() / count;
    const auto old = from.means.col(k);
    result.weights(k) = alpha * count / Wide(x.cols()) + (1 - alpha) * from.weights(k);
    result.means.col(k) = alpha * mean + (1 - alpha) * old;
    const WideVector now = result.means.col(k);
    WideMatrix& covariance = result.covariances[std::size_t(k)];
    covariance = alpha * square +
                 (1 - alpha) * (covariance + old.lazyProduct(old.transpose()).eval()) -
                 now.lazyProduct(now.transpose());
    if (Mixture::Covariance::Layout::is_dense) continue;
    WideVector variances = covariance.diagonal();
    if (Mixture::Covariance::Layout::is_isotropic) variances.setConstant(variances.mean());
    covariance = variances.asDiagonal();
  }
  result.weights /= result.weights.sum();
  return result;
}

/// Like parameter_distance, of a model in long double.
template <class Mixture>
double distance(const Mixture& mixture, const Model& model) {
  Wide result = (mixture.weights().template cast<Wide>() - model.weights).cwiseAbs().maxCoeff();
  result =
      std::max(result, (mixture.means().template cast<Wide>() - model.means).cwiseAbs().maxCoeff());
  for (Index k = 0; k < mixture.component_count(); ++k) {
    result = std::max(
        result, (mixture.covariance(k).template cast<Wide>() - model.covariances[std::size_t(k)])
                    .cwiseAbs()
                    .maxCoeff());
  }
  return double(result);
}

TEMPLATE_TEST_CASE("adaptation is that of Reynolds, Quatieri and Dunn", "[adaptation]", Full,
                   Diagonal, Spherical) {
  const auto background = draw<TestType>();
  const Eigen::MatrixXd x = sample(draw<TestType>(5, 3.5), 60);
  // Variances are about one and components at most nine from zero, where sums over 60 samples lose
  // at most two digits beside a common centre.
  constexpr double allowed = 50 * epsilon;
  for (const double relevance : {0.5, 16.0, 1000.0}) {
    const auto expected = reynolds(background, x, relevance);
    const auto adapted = adapt(background, x, {all, relevance});
    CHECK(is_sound(adapted));
    check_error("all", distance(adapted, expected), allowed);
    CHECK(adapted == adapt(background, background.moments(x), {all, relevance}));
    CHECK(adapted == adapt(background, x, {all, relevance}, eigenmix::execution::Threads(2)));
    const auto means = adapt(background, x, {adaptation::Parts::means, relevance});
    CHECK(means.means() == adapted.means());
    CHECK(means.weights() == background.weights());
    CHECK(means.covariances() == background.covariances());
    const auto weights = adapt(background, x, {adaptation::Parts::weights, relevance});
    CHECK(weights.weights() == adapted.weights());
    CHECK(weights.means() == background.means());
    CHECK(weights.covariances() == background.covariances());
  }
  CHECK(adapt(background, x) == adapt(background, x, {adaptation::Parts::means, 16}));
}

TEST_CASE("adaptation of float and of few dimensions", "[adaptation]") {
  using Plane = GaussianMixture<float, 2>;
  const auto background = draw<Plane>();
  const auto x = sample(draw<Plane>(5, 3.5), 60);
  check_error("all",
              distance(adapt(background, x, {all, 16}), reynolds(background, x.cast<double>(), 16)),
              50 * double(std::numeric_limits<float>::epsilon()));
}

TEST_CASE("the equation's squares of means cancel, adaptation's do not", "[adaptation]") {
  const auto background = draw<Diagonal>();
  const Eigen::MatrixXd x = sample(draw<Diagonal>(5, 3.5), 60);
  const double shift = 0x1p24;  // samples there keep 2^-28 of a deviation, moved exactly
  const Eigen::MatrixXd rounded = (x.array() + shift) - shift;
  const Eigen::MatrixXd means = (background.means().array() + shift) - shift;
  const Diagonal near(background.weights(), means, background.variances());
  const Diagonal far(background.weights(), (means.array() + shift).matrix(),
                     background.variances());
  // Means are stored to 2^-29 of a deviation there; squares of means would have lost all.
  for (const auto relevance : {adaptation::Relevance(16), adaptation::Relevance(16, 3, 40),
                               adaptation::Relevance(16, infinity, 2)}) {
    const auto there = adapt(far, rounded.array() + shift, {all, relevance});
    const auto here = adapt(near, rounded, {all, relevance});
    check_error("variances", (there.variances() - here.variances()).cwiseAbs().maxCoeff(), 0x1p-26);
    check_error("means", (there.means().array() - shift - here.means().array()).abs().maxCoeff(),
                0x1p-28);
  }
}

TEST_CASE("two relevances: the second moment about the new mean", "[adaptation]") {
  const auto background = draw<Full>();
  const Eigen::MatrixXd x = sample(draw<Full>(5, 3.5), 60);
  const auto adapted = adapt(background, x, {all, {1, 5, 30}});
  const auto em = e_step(background, x);
  for (Index k = 0; k < 4; ++k) {
    const WideVector r = em.responsibilities.row(k).transpose();
    const Wide of_mean = r.sum() / (r.sum() + 5), alpha = r.sum() / (r.sum() + 30);
    const WideVector old = em.model.means.col(k);
    const WideVector now = old + of_mean * (x.cast<Wide>().lazyProduct(r) / r.sum() - old);
    WideMatrix expected = (1 - alpha) * (em.model.covariances[std::size_t(k)] +
                                         (old - now).lazyProduct((old - now).transpose()));
    for (Index n = 0; n < x.cols(); ++n) {
      const WideVector z = x.col(n).cast<Wide>() - now;
      expected += alpha * r(n) / r.sum() * z.lazyProduct(z.transpose());
    }
    check_error("covariance",
                double((adapted.covariance(k).cast<Wide>() - expected).cwiseAbs().maxCoeff()),
                50 * epsilon);
  }
}

TEMPLATE_TEST_CASE("relevance zero is the M-step and infinity the background", "[adaptation]", Full,
                   Diagonal, Spherical, Tied, Common) {
  const auto background = draw<TestType>();
  const Eigen::MatrixXd x = sample(draw<TestType>(5, 3.5), 60);
  auto stepped = background;
  stepped.m_step(background.moments(x));
  CHECK(adapt(background, x, {all, 0}) == stepped);
  CHECK(adapt(background, background.moments(x), {all, 0}) == stepped);
  CHECK(adapt(background, x, {all, infinity}) == background);
  CHECK(adapt(background, x, {adaptation::Parts::nothing, 0}) == background);
  CHECK(adapt(background, background.moments(x), {all, infinity}) == background);
  const auto means = adapt(background, x, {adaptation::Parts::means, 0});
  CHECK(means.means() == stepped.means());
  CHECK(means.weights() == background.weights());
  CHECK(means.covariances() == background.covariances());
  // What is between the two is: relevances that differ do not change what each part does.
  const auto mixed =
      adapt(background, x, {adaptation::Parts::means | adaptation::Parts::weights, {16, 0, 0}});
  CHECK(mixed.means() == stepped.means());
  check_error("nearly zero",
              parameter_distance(adapt(background, x, {adaptation::Parts::means, 1e-300}), means),
              100 * epsilon);
  check_error(
      "nearly infinite",
      parameter_distance(
          adapt(background, x, {adaptation::Parts::means | adaptation::Parts::weights, 1e300}),
          background),
      100 * epsilon);
}

TEMPLATE_TEST_CASE("covariances in common do not adapt", "[adaptation]", Tied, Common) {
  const auto background = draw<TestType>();
  const Eigen::MatrixXd x = sample(draw<TestType>(5, 3.5), 60);
  check_rejected("adapt", "parts", std::string("covariance::") + TestType::Covariance::name,
                 "means and weights alone", [&] {
                   adapt(background, x, {all, 16});
                 });
  check_rejected("adapt", "parts", "covariances", "in common", [&] {
    adapt(background, background.moments(x), {adaptation::Parts::covariances, 1});
  });
  const auto adapted =
      adapt(background, x, {adaptation::Parts::means | adaptation::Parts::weights, 16});
  const auto expected = reynolds(background, x, 16);
  CHECK(adapted.covariances() == background.covariances());
  check_error(
      "weights",
      double((adapted.weights().template cast<Wide>() - expected.weights).cwiseAbs().maxCoeff()),
      100 * epsilon);
  check_error(
      "means",
      double((adapted.means().template cast<Wide>() - expected.means).cwiseAbs().maxCoeff()),
      50 * epsilon);
}

TEST_CASE("components without samples, and a single sample", "[adaptation]") {
  // The last is 10^5 deviations away and keeps what it has, but for the share of its weight that
  // n / (n + r) = 0 leaves it.
  const auto four = draw<Full>();
  Eigen::MatrixXd means = four.means();
  means.col(3).setConstant(1e5);
  const Full background(four.weights(), means, four.covariances());
  const Eigen::MatrixXd one = four.means().col(0);
  for (const double relevance : {0.25, 16.0}) {
    const auto adapted = adapt(background, one, {all, relevance});
    CHECK(is_sound(adapted));
    CHECK(adapted.means().col(3) == means.col(3));
    CHECK(adapted.covariance(3) == background.covariance(3));
    CHECK(adapted.weights()(3) > 0);
    check_error("the equations", distance(adapted, reynolds(background, one, relevance)),
                50 * epsilon);
  }
  auto stepped = background;
  stepped.m_step(background.moments(one));
  CHECK(adapt(background, one, {all, 0}) == stepped);
  check_rejected("adapt", "covariance of component", "not positive definite", "larger relevance",
                 [&] {
                   adapt(background, one, {all, {16, 16, 1e-300}});
                 });

  Eigen::VectorXd weights = four.weights();
  weights(1) += weights(2);
  weights(2) = 0;
  const Full without(weights, four.means(), four.covariances());
  const auto adapted = adapt(without, sample(four, 60), {all, 16});
  CHECK(is_sound(adapted));
  CHECK(adapted.weights()(2) == 0);
  CHECK(adapted.component(2).mean == without.component(2).mean);
}

TEST_CASE("counts are samples seen so often", "[adaptation]") {
  const auto background = draw<Diagonal>();
  const Eigen::MatrixXd x = sample(background, 30);
  Eigen::MatrixXd twice(3, 60);
  twice << x, x;
  check_error("twice",
              parameter_distance(
                  adapt(background, counted(x, Eigen::VectorXd::Constant(30, 2.0)), {all, 16}),
                  adapt(background, twice, {all, 16})),
              50 * epsilon);
}

TEST_CASE("a noise adapts as one more weight", "[adaptation]") {
  auto background = draw<Full>();
  background.set_noise({0.125, -4});
  const Eigen::MatrixXd x = sample(draw<Full>(5, 3.5), 60);
  const Eigen::MatrixXd r = background.responsibilities(x);
  auto stepped = background;
  stepped.m_step(background.moments(x));
  CHECK(adapt(background, x, {all, 0}) == stepped);
  CHECK(adapt(background, x, {all, infinity}) == background);
  CHECK(adapt(background, x, {adaptation::Parts::means, 0}).noise() == background.noise());
  CHECK(adapt(background, x, {adaptation::Parts::means, 16}).noise() == background.noise());
  const auto adapted = adapt(background, x, {adaptation::Parts::weights, 16});
  Eigen::VectorXd shares(5);
  for (Index k = 0; k < 5; ++k) {
    const double count = k < 4 ? r.row(k).sum() : 60 - r.sum();
    const double before = k < 4 ? 0.875 * background.weights()(k) : 0.125;
    shares(k) = (count * count / 60 + 16 * before) / (count + 16);
  }
  shares /= shares.sum();
  check_error("noise", std::abs(adapted.noise().weight - shares(4)), 100 * epsilon);
  check_error("weights",
              (adapted.weights() - shares.head(4) / shares.head(4).sum()).cwiseAbs().maxCoeff(),
              100 * epsilon);
}

TEMPLATE_TEST_CASE("dimensions that told nothing of the background stay apart", "[adaptation]",
                   Full, Diagonal, Spherical) {
  Eigen::MatrixXd x(3, 200);
  eigenmix::random::Engine engine(2);
  x.topRows(2) = eigenmix_tests::random_mixture<Full>(2, 2, 4, engine).sample(200, engine).samples;
  x.row(2).setConstant(42);
  auto background = eigenmix::initialize<TestType>(x, 2, eigenmix::initialization::fast());
  REQUIRE(background.fit(x).uninformative == std::vector<Index>{2});
  const Eigen::MatrixXd few = x.leftCols(20);
  if (TestType::Covariance::Layout::is_isotropic) {
    check_rejected("adapt", "parts", "told nothing", "means and weights", [&] {
      adapt(background, few, {all, 16});
    });
    CHECK(is_sound(adapt(background, few)));
    return;
  }
  const auto adapted = adapt(background, few, {all, 16});
  CHECK(is_sound(adapted));
  CHECK(adapted.means().row(2) == background.means().row(2));
  CHECK(adapted.variances().row(2) == background.variances().row(2));
  CHECK(adapted.covariance(0)(2, 0) == 0);
  CHECK(adapted.parameter_count() == background.parameter_count());
}

/// The mean log ratio, by `top` components of the background where that is fewer.
template <class Mixture>
Wide naive_ratio(const Mixture& model, const Mixture& background, const Eigen::MatrixXd& x,
                 Index top) {
  Wide sum = 0;
  const WideMatrix of_model = model.log_component_densities(x).template cast<Wide>();
  const WideMatrix of_background = background.log_component_densities(x).template cast<Wide>();
  for (Index n = 0; n < x.cols(); ++n) {
    std::vector<std::pair<Wide, Wide>> shares;
    for (Index k = 0; k < model.component_count(); ++k) {
      shares.emplace_back(Wide(background.weights()(k)) * std::exp(of_background(k, n)),
                          Wide(model.weights()(k)) * std::exp(of_model(k, n)));
    }
    std::sort(shares.begin(), shares.end(), std::greater<>());
    Wide a = 0, b = 0;
    for (Index place = 0; place < top; ++place) {
      b += shares[std::size_t(place)].first;
      a += shares[std::size_t(place)].second;
    }
    sum += std::log(a) - std::log(b);
  }
  return sum / Wide(x.cols());
}

TEMPLATE_TEST_CASE("scores of samples by a model and its background", "[adaptation]", Full,
                   Diagonal, Tied) {
  const auto background = draw<TestType>(3, 1.5);
  const Eigen::MatrixXd x = sample(draw<TestType>(5, 2), 700);
  const auto model = adapt(background, x.leftCols(60));
  // Log densities of some tens, and sums of 700 of them.
  constexpr double allowed = 1000 * epsilon;
  for (Index top = 1; top <= 4; ++top) {
    const double score = log_likelihood_ratio(model, background, x, {top});
    check_error("top", std::abs(double(score - naive_ratio(model, background, x, top))), allowed);
    CHECK(score ==
          log_likelihood_ratio(model, background, x, {top}, eigenmix::execution::Threads(2)));
    check_error("none", std::abs(log_likelihood_ratio(background, background, x, {top})), allowed);
  }
  const double exact = log_likelihood_ratio(model, background, x);
  CHECK(exact == log_likelihood_ratio(model, background, x, {4}));
  CHECK(exact > 0);
  check_error("exact",
              std::abs(exact - (model.log_likelihood(x) - background.log_likelihood(x)) / 700),
              allowed);
  // Three of the 700 counted, the rest not.
  Eigen::VectorXd counts = Eigen::VectorXd::Zero(700);
  counts.head(3) << 2, 1, 5;
  Eigen::MatrixXd copies(3, 8);
  copies << x.col(0), x.col(0), x.col(1), x.col(2), x.col(2), x.col(2), x.col(2), x.col(2);
  for (const adaptation::Scoring scoring : {adaptation::Scoring{}, adaptation::Scoring{2}}) {
    check_error("counted",
                std::abs(log_likelihood_ratio(model, background, counted(x, counts), scoring) -
                         log_likelihood_ratio(model, background, copies, scoring)),
                allowed);
  }
}

TEST_CASE("the likeliest components are those that sorting finds", "[adaptation]") {
  eigenmix::random::Engine engine(8);
  const Index width = eigenmix::detail::padded<double>(20);
  for (const Index components : {1, 4, 37, 64, 70, 300}) {
    // Few different numbers, so that there are ties; some components have no weight.
    Eigen::MatrixXd values(width, components);
    for (Index i = 0; i < values.size(); ++i) {
      const auto number = double(eigenmix::random::uniform_index(engine, 50));
      values.data()[i] = number > 0 ? -number : -std::numeric_limits<double>::infinity();
    }
    values.col(components / 2).setConstant(-3);
    for (const Index top : {Index(1), Index(5), Index(17), components}) {
      if (top > components) continue;
      eigenmix::detail::TopComponents<double> best(top, components);
      best.find({values.data(), width, width, components, false});
      for (Index n = 0; n < width; ++n) {
        std::vector<double> sorted, found;
        std::set<Index> different;
        for (Index k = 0; k < components; ++k) {
          if (std::isfinite(values(n, k))) sorted.push_back(values(n, k));
        }
        for (Index place = 0; place < best.count(n); ++place) {
          found.push_back(values(n, best.component(n, place)));
          different.insert(best.component(n, place));
        }
        std::sort(sorted.rbegin(), sorted.rend());
        std::sort(found.rbegin(), found.rend());
        sorted.resize(std::min(sorted.size(), std::size_t(top)));
        CHECK(found == sorted);
        CHECK(different.size() == found.size());
      }
    }
  }
}

TEST_CASE("scores between families, with noise, and of far samples", "[adaptation]") {
  const auto background = draw<Full>(3, 1.5);
  const Eigen::MatrixXd x = sample(background, 50);
  const auto model = draw<Diagonal>(5, 2);
  check_error("families",
              std::abs(log_likelihood_ratio(model, background, x) -
                       (model.log_density(x) - background.log_density(x)).mean()),
              1000 * epsilon);
  CHECK(std::isfinite(log_likelihood_ratio(model, background, x, {2})));
  auto noisy = background;
  noisy.set_noise({0.25, -5});
  check_error("noise",
              std::abs(log_likelihood_ratio(background, noisy, x) -
                       (background.log_density(x) - noisy.log_density(x)).mean()),
              1000 * epsilon);
  // One component by itself has of a far sample what all have, and beside it the noise.
  const Eigen::MatrixXd far = Eigen::MatrixXd::Constant(3, 1, 30);
  check_error("noise of a far sample",
              std::abs(log_likelihood_ratio(noisy, background, far, {3}) -
                       (noisy.log_density(far) - background.log_density(far))(0)),
              1e-9);
  const Eigen::MatrixXd farther = Eigen::MatrixXd::Constant(3, 7, 1e200);
  for (const adaptation::Scoring scoring : {adaptation::Scoring{}, adaptation::Scoring{2}}) {
    double score = 0;
    const auto text = eigenmix_tests::rejection(
        [&] { score = log_likelihood_ratio(background, background, farther, scoring); });
    CHECK((text == "nothing was thrown" || text.find("beyond the range") != std::string::npos));
    CHECK(score == 0);
    CHECK(std::isfinite(log_likelihood_ratio(model, background, farther / 1e60, scoring)));
  }
}

TEST_CASE("what cannot be adapted or scored is refused", "[adaptation]") {
  const auto background = draw<Full>();
  const Eigen::MatrixXd x = sample(background, 10);
  check_rejected("adapt", "rows of x", "2", "3", [&] { adapt(background, x.topRows(2)); });
  check_rejected("adapt", "samples", "none", "at least one",
                 [&] { adapt(background, x.leftCols(0)); });
  check_rejected("adapt", "relevance of the means", "-1", ">= 0", [&] {
    adapt(background, x, {adaptation::Parts::means, -1});
  });
  check_rejected("adapt", "relevance of the covariances", "nan", ">= 0", [&] {
    adapt(background, x, {all, {1, 1, std::numeric_limits<double>::quiet_NaN()}});
  });
  check_rejected("adapt", "moments", "2 x 4", "3 x 4", [&] {
    eigenmix::random::Engine engine(1);
    const auto other = eigenmix_tests::random_mixture<Full>(2, 4, 3, engine);
    adapt(background, other.moments(x.topRows(2)));
  });
  check_rejected("adapt", "moments", "no or negative", "at least one sample",
                 [&] { adapt(background, 0 * background.moments(x)); });
  check_rejected("adapt", "squares of x", "range", "can be represented",
                 [&] { adapt(background, 1e200 * x); });

  eigenmix::random::Engine engine(1);
  const auto plane = eigenmix_tests::random_mixture<Full>(2, 4, 3, engine);
  check_rejected("log_likelihood_ratio", "dimension of the model", "2", "3",
                 [&] { log_likelihood_ratio(plane, background, x); });
  check_rejected("log_likelihood_ratio", "samples", "none", "at least one",
                 [&] { log_likelihood_ratio(background, background, x.leftCols(0)); });
  for (const Index top : {0, -1, 5}) {
    check_rejected("log_likelihood_ratio", "top components", std::to_string(top), "[1, 4]",
                   [&] { log_likelihood_ratio(background, background, x, {top}); });
  }
  auto fewer = background;
  fewer.erase(0);
  check_rejected("log_likelihood_ratio", "components of the model", "3", "4",
                 [&] { log_likelihood_ratio(fewer, background, x, {2}); });
  CHECK(std::isfinite(log_likelihood_ratio(fewer, background, x)));
}

}  // namespace
