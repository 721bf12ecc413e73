// SPDX-License-Identifier: MIT

// What holds for samples with known noise whatever they are: no noise, families, weights, parts,
// threads, scalars.

#include <support/noisy.hpp>

#include <eigenmix/incomplete/noisy_denoise.hpp>

namespace {

using eigenmix::fit_options;
using eigenmix::FitResult;
using eigenmix::FitStatus;
using eigenmix::GaussianMixture;
using eigenmix::Index;
using eigenmix::initialize;
using eigenmix::noise_variances;
using eigenmix::noisy;
namespace stopping = eigenmix::stopping;
using eigenmix::counted;
using eigenmix::denoise;
using eigenmix::weighted;
using eigenmix_tests::check_error;
using eigenmix_tests::Full;
using eigenmix_tests::Mixed;
using eigenmix_tests::mixed_noise;
using eigenmix_tests::one_step;
using eigenmix_tests::parameter_distance;
using eigenmix_tests::plain_em;
using eigenmix_tests::random_matrix;
using eigenmix_tests::Samples;
namespace covariance = eigenmix::covariance;

}  // namespace

TEMPLATE_TEST_CASE("without noise the fit is that of the samples, to the bit", "[noisy_laws]",
                   covariance::Full, covariance::Tied, covariance::Diagonal, covariance::VEV) {
  using Mixture = GaussianMixture<double, Eigen::Dynamic, TestType>;
  eigenmix::random::Engine engine(2);
  const auto truth = eigenmix_tests::random_mixture<Mixture>(3, 3, 3, engine);
  const Samples x = truth.sample(400, engine).samples;
  Eigen::VectorXd weights = random_matrix(400, 1, engine).cwiseAbs();
  const auto compare = [&](const auto& source, const auto& plain) {
    Mixture of_source = eigenmix_tests::perturbed(truth), of_plain = of_source;
    const FitResult a = of_source.fit(source), b = of_plain.fit(plain);
    CHECK(of_source == of_plain);
    CHECK(a.log_likelihoods == b.log_likelihoods);
    CHECK(of_source.moments(source) == of_plain.moments(plain));
  };
  const auto exact = noisy(x, Samples(Samples::Zero(3, 3)));
  compare(exact, x);
  if constexpr (std::is_same_v<Mixture, Full>) {
    CHECK(initialize<Full>(exact, 3) == initialize<Full>(x, 3));
  }
  compare(noisy(weighted(x, weights), Samples(Samples::Zero(3, 3))), weighted(x, weights));
  compare(noisy(counted(x, weights), noise_variances(Samples::Zero(3, 400))), counted(x, weights));
}

TEST_CASE("almost no noise makes almost the same step", "[noisy_laws]") {
  const Mixed mixed(3);
  Full plain = mixed.start;
  plain.fit(mixed.x, one_step, plain_em);
  std::vector<Samples> tiny;
  for (const Samples& s : mixed.noise) tiny.push_back(1e-30 * s);
  Full of_common = mixed.start, of_own = mixed.start;
  of_common.fit(noisy(mixed.x, tiny[4]), one_step, plain_em);
  of_own.fit(noisy(mixed.x, tiny), one_step, plain_em);
  // Conditions up to 4, 300 samples: some roundings times that.
  check_error("common", parameter_distance(of_common, plain), 1e-13);
  check_error("own", parameter_distance(of_own, plain), 1e-13);
}

TEMPLATE_TEST_CASE("the likelihood never falls", "[noisy_laws]", covariance::Full, covariance::Tied,
                   covariance::Diagonal, covariance::Spherical, covariance::EII, covariance::EEI,
                   covariance::VEI, covariance::EVI, covariance::VEE, covariance::EVE,
                   covariance::EEV, covariance::VVE, covariance::VEV, covariance::EVV) {
  using Mixture = GaussianMixture<double, Eigen::Dynamic, TestType>;
  eigenmix::random::Engine engine(3);
  const auto truth = eigenmix_tests::random_mixture<Mixture>(3, 2, 4, engine);
  auto noise = mixed_noise(3, 150, engine);
  Samples x = truth.sample(150, engine).samples;
  for (Index n = 0; n < 150; ++n) x.col(n) += noise[std::size_t(n)] * random_matrix(3, 1, engine);
  Mixture mixture = eigenmix_tests::perturbed(truth);
  const FitResult result = mixture.fit(noisy(x, noise), stopping::MaxIterations(40));
  CHECK(result.status == FitStatus::iteration_limit);
  CHECK(eigenmix_tests::is_sound(mixture));
  CHECK(eigenmix_tests::never_falls(result.log_likelihoods, 1e-12, 150));
  CHECK(result.log_likelihoods.back() > result.log_likelihoods.front());
}

TEST_CASE("samples count as often as they were seen", "[noisy_laws]") {
  const Mixed mixed(2, 120);
  Eigen::VectorXd counts(120);
  std::vector<Samples> repeated_noise;
  std::vector<Index> columns;
  for (Index n = 0; n < 120; ++n) {
    counts(n) = double(n % 4);  // zero, too
    for (Index i = 0; i < n % 4; ++i) {
      columns.push_back(n);
      repeated_noise.push_back(mixed.noise[std::size_t(n)]);
    }
  }
  Samples x = mixed.x, repeated(2, Index(columns.size()));
  for (Index n = 0; n < repeated.cols(); ++n) repeated.col(n) = x.col(columns[std::size_t(n)]);
  for (Index n = 0; n < 120; n += 4) x.col(n).setConstant(1e300);  // not seen: may hold anything
  Full of_counts = mixed.start, of_copies = mixed.start;
  const auto a = of_counts.fit(noisy(counted(x, counts), mixed.noise), one_step, plain_em);
  const auto b = of_copies.fit(noisy(repeated, repeated_noise), one_step, plain_em);
  check_error("parameters", parameter_distance(of_counts, of_copies), 1e-13);
  check_error("log-likelihood", std::abs(a.log_likelihood / b.log_likelihood - 1), 1e-13);
  // Of weights a common factor says nothing.
  Full of_weights = mixed.start, of_others = mixed.start;
  of_weights.fit(noisy(weighted(x, counts), mixed.noise), one_step, plain_em);
  of_others.fit(noisy(weighted(x, Eigen::VectorXd(counts * 1000)), mixed.noise), one_step,
                plain_em);
  check_error("weights", parameter_distance(of_weights, of_others), 1e-13);
  check_error("weights as counts", parameter_distance(of_weights, of_counts), 1e-12);
}

TEST_CASE("moments of parts add up to those of the whole, in any order", "[noisy_laws]") {
  const Mixed mixed(3, 400);
  const auto part = [&](Index begin, Index count) {
    const auto from = mixed.noise.begin() + begin;
    const Samples x = mixed.x.middleCols(begin, count);
    return mixed.start.moments(noisy(x, std::vector<Samples>(from, from + count)));
  };
  const auto whole = part(0, 400);
  const auto sum = part(0, 130) + part(130, 270);
  const auto unlike = [&](const Full::Moments& other) {
    return (whole.flat() - other.flat()).cwiseAbs().maxCoeff() / whole.flat().cwiseAbs().maxCoeff();
  };
  check_error("parts", unlike(sum), 1e-14);
  Samples backwards = mixed.x.rowwise().reverse();
  const std::vector<Samples> noise(mixed.noise.rbegin(), mixed.noise.rend());
  check_error("backwards", unlike(mixed.start.moments(noisy(backwards, noise))), 1e-14);
}

TEST_CASE("threads make the same bits", "[noisy_laws]") {
  const Mixed mixed(2, 20000);
  const auto source = noisy(mixed.x, mixed.noise);
  const eigenmix::execution::Threads threads(3);
  CHECK(mixed.start.moments(source) == mixed.start.moments(source, threads));
  CHECK(mixed.start.log_density(source) == mixed.start.log_density(source, threads));
  CHECK(denoise(mixed.start, source) == denoise(mixed.start, source, threads));
  Full serial = mixed.start, parallel = mixed.start;
  const auto three = stopping::MaxIterations(3);
  serial.fit(source, three);
  parallel.fit(source, three, fit_options(threads));
  CHECK(serial == parallel);
}

TEST_CASE("float samples are fitted like double ones", "[noisy_laws]") {
  using Float = GaussianMixture<float, 2>;
  const Mixed mixed(2);
  std::vector<Eigen::Matrix2f> noise;
  for (const Samples& s : mixed.noise) noise.emplace_back(s.cast<float>());
  const Eigen::Matrix2Xf x = mixed.x.cast<float>();
  std::vector<Eigen::Matrix2f> covariances;
  for (Index k = 0; k < 3; ++k) covariances.emplace_back(mixed.start.covariance(k).cast<float>());
  Float in_float(mixed.start.weights().cast<float>(),
                 Float::Means(mixed.start.means().cast<float>()), covariances);
  Full in_double = mixed.start;
  in_float.fit(noisy(x, noise), one_step, plain_em);
  in_double.fit(noisy(mixed.x, mixed.noise), one_step, plain_em);
  // Eight bits above the rounding of 6e-8.
  check_error("own noise", parameter_distance(in_float, in_double), 2e-5);
}
