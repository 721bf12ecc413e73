// SPDX-License-Identifier: MIT

// Samples with known noise, against extreme deconvolution as a textbook writes it, and against the
// truths that they were drawn from. Laws: noisy_laws.cpp.

#include <support/failure.hpp>
#include <support/noisy.hpp>

#include <eigenmix/incomplete/noisy_denoise.hpp>
#include <eigenmix/inference/marginal.hpp>

namespace {

using eigenmix::denoise;
using eigenmix::FitResult;
using eigenmix::FitStatus;
using eigenmix::GaussianMixture;
using eigenmix::Index;
using eigenmix::initialize;
using eigenmix::noise_variances;
using eigenmix::noisy;
using eigenmix_tests::check_error;
using eigenmix_tests::check_rejected;
using eigenmix_tests::check_step;
using eigenmix_tests::Full;
using eigenmix_tests::Group;
using eigenmix_tests::inverse_of;
using eigenmix_tests::Mixed;
using eigenmix_tests::NaiveStep;
using eigenmix_tests::projected_groups;
using eigenmix_tests::random_covariance;
using eigenmix_tests::random_matrix;
using eigenmix_tests::Samples;
using eigenmix_tests::seen_in_part;
using eigenmix_tests::seen_whole;
using eigenmix_tests::two_pi;
using eigenmix_tests::Wide;
using eigenmix_tests::WideMatrix;
using eigenmix_tests::WideVector;

using Two = GaussianMixture<double, 2>;

}  // namespace

// ---- Against naive algorithms -----------------------------------------------------------------

TEST_CASE("one step is a naive one's, whatever the noise of every sample", "[noisy]") {
  // Conditions are some tens and tiles 128 samples: 1e-12 is typical, 1e-10 promised.
  for (const Index d : {1, 2, 3, 4, 5, 7}) {
    const Mixed mixed(d);
    check_step("noise in " + std::to_string(d) + " dimensions", mixed.start,
               noisy(mixed.x, mixed.noise), seen_whole(mixed.x, mixed.noise), 1e-10);
  }
}

TEST_CASE("one step is a naive one's with variances, and with one covariance", "[noisy]") {
  const Mixed mixed(3);
  Samples variances(3, mixed.x.cols());
  std::vector<Samples> diagonal, common(std::size_t(mixed.x.cols()), mixed.noise[4]);
  for (Index n = 0; n < mixed.x.cols(); ++n) {
    variances.col(n) = mixed.noise[std::size_t(n)].diagonal();
    diagonal.emplace_back(variances.col(n).asDiagonal());
  }
  check_step("variances", mixed.start, noisy(mixed.x, noise_variances(variances)),
             seen_whole(mixed.x, diagonal), 1e-10);
  check_step("one covariance", mixed.start, noisy(mixed.x, mixed.noise[4]),
             seen_whole(mixed.x, common), 1e-10);
  check_step("one singular covariance", mixed.start, noisy(mixed.x, mixed.noise[2]),
             seen_whole(mixed.x, std::vector<Samples>(std::size_t(mixed.x.cols()), mixed.noise[2])),
             1e-10);
}

TEST_CASE("one step is a naive one's of what projections show", "[noisy]") {
  eigenmix::random::Engine engine(5);
  const Full truth = eigenmix_tests::random_mixture<Full>(3, 2, 3, engine);
  const auto groups = projected_groups(truth, 60, engine);
  const Full start = eigenmix_tests::perturbed(truth);
  check_step("groups", start, noisy(groups), seen_in_part(groups, 3), 1e-10);
  const std::vector<Group> last = {groups[4]};
  check_step("one group", start, noisy(groups[4].x, groups[4].covariance, groups[4].projection),
             seen_in_part(last, 3), 1e-10);
}

TEST_CASE("missing entries are projections: the likelihood is that of what is there", "[noisy]") {
  eigenmix::random::Engine engine(6);
  const Full truth = eigenmix_tests::random_mixture<Full>(3, 2, 3, engine);
  const Samples x = truth.sample(40, engine).samples;
  Samples keep(2, 3);
  keep << 1, 0, 0, 0, 0, 1;
  const Samples seen = keep * x;
  const auto source = noisy(seen, Samples(Samples::Zero(2, 2)), keep);
  const auto expected = marginal(truth, std::vector<Index>{0, 2}).log_density(seen);
  check_error("log densities", (truth.log_density(source) - expected).cwiseAbs().maxCoeff(), 1e-12);
}

TEST_CASE("small and large noise cost no digits", "[noisy]") {
  // Samples within 1e-4 of each other and as exact, far from a start ten thousand times as wide:
  // the spread is found against the new covariance, which is 1e-8 of the old. Numbers near one are
  // rounded by 1e-16, 1e-12 of the deviation; the naive difference in long double by 1e-11 of the
  // spread, in double it would be by 1e-8.
  eigenmix::random::Engine engine(8);
  const Index count = 200;
  const Two start(Eigen::VectorXd::Ones(1), Eigen::Vector2d::Zero(), {Eigen::Matrix2d::Identity()});
  Samples x = 1e-4 * random_matrix(2, count, engine);
  x.row(0).array() += 1.0;
  std::vector<Samples> noise;
  for (Index n = 0; n < count; ++n) noise.push_back(1e-8 * random_covariance(2, 3, engine));
  check_step("noise of 1e-8", start, noisy(x, noise), seen_whole(x, noise), 2e-10);
  check_step("noise of 1e-8 for all", start, noisy(x, noise[0]),
             seen_whole(x, std::vector<Samples>(noise.size(), noise[0])), 2e-10);
  // Noise of 1e20 or more says nothing of a dimension, of 1e200 too.
  Mixed mixed(3, 200);
  for (Index n = 0; n < 200; ++n) {
    if (n % 3 == 0)
      mixed.noise[std::size_t(n)] = Samples::Identity(3, 3) * (n % 2 == 0 ? 1e20 : 1e80);
    if (n % 3 == 1)
      mixed.noise[std::size_t(n)] = Samples(Eigen::Vector3d(0, 1e30, 0.5).asDiagonal());
  }
  check_step("noise of 1e20", mixed.start, noisy(mixed.x, mixed.noise),
             seen_whole(mixed.x, mixed.noise), 1e-10);
}

TEST_CASE("what is said of every sample is of what is seen", "[noisy]") {
  eigenmix::random::Engine engine(9);
  const Full mixture = eigenmix_tests::random_mixture<Full>(3, 2, 3, engine);
  auto groups = projected_groups(mixture, 20, engine);
  const auto source = noisy(groups);
  const NaiveStep<Full> naive(mixture, seen_in_part(groups, 3));
  const auto log_density = mixture.log_density(source);
  const auto responsibilities = mixture.responsibilities(source);
  const auto densities = mixture.log_component_densities(source);
  const auto labels = mixture.classify(source);
  const Samples guess = denoise(mixture, source);
  REQUIRE(log_density.size() == 100);
  double density_error = 0, share_error = 0, guess_error = 0;
  for (Index n = 0; n < 100; ++n) {
    const std::size_t at = 2 * std::size_t(n);
    const double share = double(naive.shares[at]);
    const double expected = double(naive.log_densities[std::size_t(n)]);
    density_error = std::max(density_error, std::abs(log_density(n) - expected));
    share_error = std::max(share_error, std::abs(responsibilities(0, n) - share));
    const double joint = densities(0, n) + std::log(mixture.weights()(0)) - log_density(n);
    share_error = std::max(share_error, std::abs(std::exp(joint) - share));
    CHECK(labels(n) == (share >= 0.5 ? 0 : 1));
    const WideVector mean =
        naive.shares[at] * naive.guessed[at] + naive.shares[at + 1] * naive.guessed[at + 1];
    guess_error = std::max(guess_error, double((guess.col(n).cast<Wide>() - mean).norm()));
  }
  check_error("log density", density_error, 1e-11);
  check_error("responsibility", share_error, 1e-11);
  check_error("guess of the thing", guess_error, 1e-11);
  // Group 1 is exact.
  CHECK(guess.middleCols(20, 20) == groups[1].x);
}

// ---- What it is for ---------------------------------------------------------------------------

namespace {

/// Log density of what is seen of a sample, of a mixture of three in two dimensions given by its 17
/// free numbers: weights of two, means, entries of covariances.
double log_density_of(const Eigen::VectorXd& numbers, const Eigen::Vector2d& x,
                      const Eigen::Matrix2d& noise) {
  double sum = 0;
  for (Index k = 0; k < 3; ++k) {
    const double weight = k < 2 ? numbers(k) : 1 - numbers(0) - numbers(1);
    const auto of_k = numbers.segment(2 + 5 * k, 5);
    const double a = of_k(2) + noise(0, 0), b = of_k(3) + noise(1, 0), c = of_k(4) + noise(1, 1);
    const double u = x(0) - of_k(0), v = x(1) - of_k(1), determinant = a * c - b * b;
    const double square = (c * u * u - 2 * b * u * v + a * v * v) / determinant;
    sum += weight * std::exp(-square / 2) / (double(two_pi) * std::sqrt(determinant));
  }
  return std::log(sum);
}

Eigen::VectorXd numbers_of(const Two& mixture, const std::vector<Index>& order) {
  Eigen::VectorXd result(17);
  for (Index k = 0; k < 3; ++k) {
    const Index from = order[std::size_t(k)];
    if (k < 2) result(k) = mixture.weights()(from);
    const auto s = mixture.covariance(from);
    result.segment(2 + 5 * k, 5) << mixture.means()(0, from), mixture.means()(1, from), s(0, 0),
        s(1, 0), s(1, 1);
  }
  return result;
}

/// Standard errors by the scores of all samples: the inverse of Σ_n s_n s_n^T.
Eigen::VectorXd standard_errors(const Eigen::VectorXd& truth, const Samples& x,
                                const std::vector<Eigen::Matrix2d>& noise) {
  Samples information = Samples::Zero(17, 17);
  Eigen::VectorXd score(17);
  for (Index n = 0; n < x.cols(); ++n) {
    for (Index i = 0; i < 17; ++i) {
      Eigen::VectorXd above = truth, below = truth;
      above(i) += 1e-5;
      below(i) -= 1e-5;
      score(i) = (log_density_of(above, x.col(n), noise[std::size_t(n)]) -
                  log_density_of(below, x.col(n), noise[std::size_t(n)])) /
                 2e-5;
    }
    information += score.lazyProduct(score.transpose());
  }
  Wide determinant = 0;
  const WideMatrix inverse = inverse_of(information.cast<Wide>(), determinant);
  return inverse.diagonal().cwiseSqrt().cast<double>();
}

/// The components of a mixture that lie nearest to the truth's.
std::vector<Index> nearest(const Two& mixture, const Two& truth) {
  std::vector<Index> order;
  for (Index k = 0; k < 3; ++k) {
    Index best = 0;
    for (Index j = 1; j < 3; ++j) {
      const auto distance = [&](Index i) {
        return (mixture.means().col(i) - truth.means().col(k)).norm();
      };
      if (distance(j) < distance(best)) best = j;
    }
    order.push_back(best);
  }
  return order;
}

}  // namespace

TEST_CASE("what noise has hidden is recovered from default arguments", "[noisy]") {
  Eigen::Matrix<double, 2, 3> means;
  means << 0, 4, 1, 0, 1, 5;
  Eigen::Matrix2d wide, narrow, round;
  wide << 2, 0.8, 0.8, 1;
  narrow << 0.3, -0.1, -0.1, 1;
  round << 1, 0, 0, 1;
  const Two truth(Eigen::Vector3d(0.5, 0.3, 0.2), means, {wide, narrow, round});
  eigenmix::random::Engine engine(4);
  eigenmix::random::Normal normal;
  constexpr Index count = 5000;
  Samples x = truth.sample(count, engine).samples;
  std::vector<Eigen::Matrix2d> noise;
  for (Index n = 0; n < count; ++n) {  // as wide as the components, and turned
    const double angle = double(n), a = 0.2 + 1.5 * eigenmix::random::uniform(engine), b = 0.3;
    Eigen::Matrix2d turn;
    turn << std::cos(angle), -std::sin(angle), std::sin(angle), std::cos(angle);
    const Eigen::Matrix2d root = turn * Eigen::Vector2d(a, b).asDiagonal();
    noise.push_back(root * root.transpose());
    noise.back()(0, 1) = noise.back()(1, 0);
    x.col(n) += root * Eigen::Vector2d(normal(engine), normal(engine));
  }
  const Samples& seen = x;
  const auto source = noisy(seen, noise);
  Two fitted = initialize<Two>(source, 3), naive = initialize<Two>(seen, 3);
  const FitResult result = fitted.fit(source);
  naive.fit(seen);
  CHECK(result.converged());
  CHECK(result.soundness() == eigenmix::Soundness::sound);
  const Eigen::VectorXd expected = numbers_of(truth, {0, 1, 2});
  const Eigen::VectorXd errors = standard_errors(expected, x, noise);
  const auto off = [&](const Two& mixture) {
    const Eigen::VectorXd numbers = numbers_of(mixture, nearest(mixture, truth));
    return (numbers - expected).cwiseQuotient(errors).cwiseAbs().maxCoeff();
  };
  check_error("standard errors", off(fitted), 4);
  CHECK(off(naive) > 10);
  // The fit is likelier than the truth, by half a chi-squared number of 17 degrees: 8.5 +- 2.9.
  const double gain = result.log_likelihood - double(truth.log_likelihood(source));
  CHECK(gain > 0);
  CHECK(gain < 8.5 + 5 * 2.9);
}

TEST_CASE("guesses of the things are nearer to them than what was seen", "[noisy]") {
  const Mixed mixed(2, 1);
  eigenmix::random::Engine engine(12);
  const Samples z = mixed.start.sample(2000, engine).samples;
  const Samples x = z + random_matrix(2, 2000, engine);
  const Samples guess = denoise(mixed.start, noisy(x, Samples(Samples::Identity(2, 2))));
  const double before = (x - z).squaredNorm(), after = (guess - z).squaredNorm();
  // Variances of about one and noise of one: half of the error stays, a little more in between.
  CHECK(after < 0.7 * before);
}

TEST_CASE("projections are completed for a start, and fitted", "[noisy]") {
  eigenmix::random::Engine engine(13);
  const Full truth = eigenmix_tests::random_mixture<Full>(3, 2, 6, engine);
  const auto groups = projected_groups(truth, 300, engine);
  const auto source = noisy(groups);
  auto mixture = initialize<Full>(source, 2);
  const FitResult result = mixture.fit(source);
  CHECK(result.converged());
  Full from_truth = truth;
  const double known = from_truth.fit(source).log_likelihood;
  CHECK(result.log_likelihood > known - 0.1);
  // Nothing tells of the third dimension.
  Samples keep(1, 3);
  keep << 1, 0, 0;
  const auto blind = noisy(Samples(keep * groups[0].x), Samples(Samples::Ones(1, 1)), keep);
  check_rejected("initialize", "projections", "miss a direction", "together see every one",
                 [&] { initialize<Full>(blind, 2); });
}

TEST_CASE("a component may be a point that noise has spread", "[noisy]") {
  eigenmix::random::Engine engine(14);
  Samples x = random_matrix(2, 400, engine);
  x.rightCols(200) = 2 * random_matrix(2, 200, engine);
  x.rightCols(200).row(0).array() += 8;
  const auto source = noisy(x, Samples(Samples::Identity(2, 2)));
  auto mixture = initialize<Two>(source, 2);
  const FitResult result = mixture.fit(source);
  CHECK((result.status == FitStatus::converged || result.status == FitStatus::iteration_limit));
  CHECK(result.collapsed_count == 0);
  CHECK(result.soundness() == eigenmix::Soundness::sound);
  CHECK(eigenmix_tests::is_sound(mixture));
  const Index point = mixture.means()(0, 0) < 4 ? 0 : 1;
  // Of 200 the variance of a direction, one, is known to a tenth; of the other group it is three.
  CHECK(mixture.covariance(point).trace() < 0.6);
  CHECK(std::abs(mixture.covariance(1 - point).trace() - 6) < 2);
}

TEST_CASE("a background is of what is seen", "[noisy]") {
  const Mixed mixed(2);
  Full mixture = mixed.start;
  mixture.set_noise({0.1, -5});
  const auto source = noisy(mixed.x, mixed.noise);
  const NaiveStep<Full> naive(mixed.start, seen_whole(mixed.x, mixed.noise));
  const auto log_density = mixture.log_density(source);
  double error = 0;
  for (Index n = 0; n < log_density.size(); ++n) {
    const double own = double(naive.log_densities[std::size_t(n)]);
    const double expected = std::log(0.9 * std::exp(own) + 0.1 * std::exp(-5.0));
    error = std::max(error, std::abs(log_density(n) - expected));
  }
  check_error("log density", error, 1e-12);
  const FitResult result = mixture.fit(source);
  CHECK(result.converged());
  CHECK(eigenmix_tests::never_falls(result.log_likelihoods, 1e-12, 300));
  const Samples keep = Samples::Identity(1, 2);
  const auto part = noisy(Samples(mixed.x.topRows(1)), Samples(Samples::Ones(1, 1)), keep);
  check_rejected("log_density", "mixture", "background", "one without",
                 [&] { mixture.log_density(part); });
}

// ---- Errors -----------------------------------------------------------------------------------

TEST_CASE("noise that is none is refused by name", "[noisy]") {
  const Samples x = Samples::Random(2, 5), one = Samples::Identity(2, 2);
  const auto with = [&](Index i, Index j, double value) {
    Samples s = one;
    s(i, j) = value;
    return s;
  };
  check_rejected("noisy", "shape of noise covariance", "3 x 3", "2 x 2",
                 [&] { noisy(x, Samples(Samples::Identity(3, 3))); });
  check_rejected("noisy", "noise covariance", "nan at (0, 0)", "finite",
                 [&] { noisy(x, with(0, 0, std::nan(""))); });
  check_rejected("noisy", "noise covariance", "0 at (1, 0) but 0.5", "symmetric",
                 [&] { noisy(x, with(0, 1, 0.5)); });
  check_rejected("noisy", "entry (1, 1)", "-1", "variance >= 0", [&] { noisy(x, with(1, 1, -1)); });
  Samples indefinite = one;
  indefinite(0, 1) = indefinite(1, 0) = 1.001;
  check_rejected("noisy", "noise covariance", "indefinite", "positive semidefinite",
                 [&] { noisy(x, indefinite); });
  std::vector<Samples> all(5, one);
  all[3] = indefinite;
  check_rejected("noisy", "noise covariance of sample 3", "indefinite", "positive semidefinite",
                 [&] { noisy(x, all); });
  all.pop_back();
  check_rejected("noisy", "number of noise covariances", "4", "5 samples", [&] { noisy(x, all); });
  check_rejected("noisy", "shape of noise variances", "2 x 2", "2 x 5",
                 [&] { noisy(x, noise_variances(one)); });
  Samples variances = Samples::Ones(2, 5);
  variances(1, 2) = -0.5;
  check_rejected("noisy", "noise variance (1, 2)", "-0.5", ">= 0",
                 [&] { noisy(x, noise_variances(variances)); });
  Samples holes = x;
  holes(0, 3) = std::nan("");
  check_rejected("noisy", "x(0, 3)", "nan", "finite samples", [&] { noisy(holes, one); });
}

TEST_CASE("projections that show nothing of the kind are refused by name", "[noisy]") {
  const Samples x = Samples::Random(2, 5), one = Samples::Identity(2, 2), zero = 0 * one;
  check_rejected("noisy", "shape of projection", "3 x 3", "2 x 3",
                 [&] { noisy(x, one, Samples(Samples::Identity(3, 3))); });
  const Samples twice = Samples::Ones(2, 3);
  CHECK(noisy(x, one, twice).dimension() == 3);
  check_rejected("noisy", "projection", "depend on each other", "positive definite",
                 [&] { noisy(x, zero, twice); });
  check_rejected("noisy", "projection", "inf at (0, 0)", "finite",
                 [&] { noisy(x, one, Samples(Samples::Constant(2, 3, HUGE_VAL))); });
  const Group whole{x, one, {}}, part{x, one, twice}, odd{x, one, Samples::Identity(2, 2)};
  check_rejected("noisy", "projection of group 1", "2 x 3", "2 x 2", [&] {
    noisy(std::vector<Group>{whole, part});
  });
  check_rejected("noisy", "x of group 1", "2 x 5", "3 x 5", [&] {
    noisy(std::vector<Group>{part, whole});
  });
  CHECK(noisy(std::vector<Group>{whole, odd}).count() == 10);
  check_rejected("noisy", "groups", "none", "at least one", [] { noisy(std::vector<Group>{}); });
  eigenmix::random::Engine engine(1);
  Full three = eigenmix_tests::random_mixture<Full>(3, 2, 3, engine);
  const Full before = three;
  check_rejected("fit", "rows of x", "2", "3", [&] { three.fit(noisy(x, one)); });
  Samples four = Samples::Random(2, 4);
  check_rejected("fit", "columns of R", "4", "3", [&] { three.fit(noisy(x, one, four)); });
  CHECK(three == before);
}
