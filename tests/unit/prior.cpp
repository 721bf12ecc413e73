// SPDX-License-Identifier: MIT
#include <Eigen/LU>
#include <cmath>

#include <support/catch.hpp>
#include <support/data.hpp>
#include <support/datasets.hpp>
#include <support/failure.hpp>

// Maximum a posteriori: the posterior never falls, ends at a maximum, and is mclust's where mclust
// has the same prior.

namespace {

using eigenmix::fit_options;
using eigenmix::GaussianMixture;
using eigenmix::Index;
using eigenmix::prior::NormalInverseWishart;
using eigenmix::stopping::MaxIterations;
using eigenmix::stopping::ParameterChange;
using eigenmix_tests::check_rejected;
namespace covariance = eigenmix::covariance;

template <class Family>
using Mixture = GaussianMixture<double, Eigen::Dynamic, Family>;

std::vector<Index> species() {
  std::vector<Index> labels;
  for (Index n = 0; n < 150; ++n) labels.push_back(n / 50);
  return labels;
}

template <class Family>
Mixture<Family> start_from_species() {
  return eigenmix::initialize<Mixture<Family>>(eigenmix_tests::iris(), 3,
                                               eigenmix::initialization::FromLabels(species()));
}

auto to_the_end() { return ParameterChange(1e-9) || MaxIterations(100000); }

/// The log density of normal-inverse-Wishart and Dirichlet as the textbook has it, by inverse and
/// determinant; for components that share a covariance its inverse Wishart factor counts once.
template <class AnyMixture>
double naive_log_prior(const AnyMixture& mixture, const Eigen::MatrixXd& scale, double degrees,
                       const Eigen::VectorXd& mean, double count, double concentration,
                       bool shared = false) {
  const double d = double(mixture.dimension());
  double sum = 0;
  for (Index k = 0; k < mixture.component_count(); ++k) {
    const Eigen::MatrixXd covariance = mixture.covariance(k).template cast<double>();
    const Eigen::MatrixXd inverse = covariance.inverse();
    const double log_determinant = std::log(covariance.determinant());
    if (k == 0 || !shared) {
      sum -= (degrees + d + 1) / 2 * log_determinant + (scale * inverse).trace() / 2;
    }
    if (count > 0) {
      const Eigen::VectorXd offset = mixture.means().col(k).template cast<double>() - mean;
      sum -= log_determinant / 2 + count / 2 * offset.dot(inverse * offset);
    }
    sum += (concentration - 1) * std::log(double(mixture.weights()(k)));
  }
  return sum;
}

// R 4.2.2, mclust 6.0.0: me(modelName, data = iris[, 1:4], z = unmap(Species),
// prior = priorControl(), control = emControl(tol = 1e-14)); of the second component.
struct Golden {
  double log_likelihood, weight, mean_0, mean_3, variance_0, covariance_03, variance_3;
};

template <class Family>
void check_mclust(const Golden& golden) {
  const auto x = eigenmix_tests::iris();
  auto mixture = start_from_species<Family>();
  const auto result =
      mixture.fit(x, to_the_end(), fit_options(eigenmix::prior::mclust_default(x, 3)));
  INFO(Family::code);
  CHECK(result.converged());
  // mclust watches the likelihood, which is not what it maximises here, and stops 1e-6 short.
  CHECK(std::abs(result.log_likelihood / golden.log_likelihood - 1) <= 1e-8);
  const auto covariance = mixture.covariance(1);
  CHECK(std::abs(mixture.weights()(1) - golden.weight) <= 1e-6);
  CHECK(std::abs(mixture.means()(0, 1) - golden.mean_0) <= 1e-6);
  CHECK(std::abs(mixture.means()(3, 1) - golden.mean_3) <= 1e-6);
  CHECK(std::abs(covariance(0, 0) - golden.variance_0) <= 1e-6);
  CHECK(std::abs(covariance(0, 3) - golden.covariance_03) <= 1e-6);
  CHECK(std::abs(covariance(3, 3) - golden.variance_3) <= 1e-6);
}

TEST_CASE("mclust's default prior gives mclust's fits") {
  check_mclust<covariance::VVV>({-192.695283864809, 0.313808799249, 5.936879667251, 1.308821699852,
                                 0.222994097854, 0.050954064795, 0.032686273359});
  check_mclust<covariance::EEE>({-257.739376608983, 0.347992909788, 5.960056824121, 1.330041406723,
                                 0.244135016763, 0.036354960169, 0.034698720826});
}

/// Climbs to the maximum, then looks for anything higher nearby.
template <class Family>
void check_maximum(bool shared) {
  INFO(Family::code);
  const auto x = eigenmix_tests::iris();
  Eigen::MatrixXd scale = Eigen::MatrixXd::Identity(4, 4) * 0.3;
  scale(0, 1) = scale(1, 0) = 0.1;
  const Eigen::VectorXd mean = Eigen::Vector4d(6, 3, 4, 1);
  NormalInverseWishart prior(scale, 7);
  prior.shrink_means(mean, 5).dirichlet(3);
  auto mixture = start_from_species<Family>();
  const double before =
      mixture.log_likelihood(x) + naive_log_prior(mixture, scale, 7, mean, 5, 3, shared);
  const auto result = mixture.fit(x, to_the_end(), fit_options(prior));
  CHECK(result.converged());
  REQUIRE(result.log_posteriors.size() == result.log_likelihoods.size());
  for (std::size_t i = 1; i < result.log_likelihoods.size(); ++i) {
    CHECK(result.log_posteriors[i] >= result.log_posteriors[i - 1] - 1e-10);
  }
  CHECK(result.log_posterior == result.log_posteriors.back());
  CHECK(result.log_likelihood == result.log_likelihoods.back());
  const auto posterior = [&](const Mixture<Family>& m) {
    return m.log_likelihood(x) + naive_log_prior(m, scale, 7, mean, 5, 3, shared);
  };
  const double best = posterior(mixture);
  // What both leave out is the same constant.
  CHECK(std::abs((result.log_posteriors.back() - result.log_posteriors.front()) -
                 (best - before)) <= 1e-9 * std::abs(best));
  for (const double factor : {0.98, 1.02}) {
    auto covariances = mixture.covariances();
    for (auto& c : covariances) c *= factor;
    CHECK(posterior(Mixture<Family>(mixture.weights(), mixture.means(), covariances)) < best);
    Eigen::MatrixXd means = mixture.means();
    means.col(1) *= factor;
    CHECK(posterior(Mixture<Family>(mixture.weights(), means, mixture.covariances())) < best);
    Eigen::VectorXd weights = mixture.weights();
    weights(0) *= factor;
    weights /= weights.sum();
    CHECK(posterior(Mixture<Family>(weights, mixture.means(), mixture.covariances())) < best);
  }
}

TEST_CASE("a fit under a prior climbs the posterior to its maximum") {
  check_maximum<covariance::Full>(false);
  check_maximum<covariance::EEI>(true);
  check_maximum<covariance::VEE>(false);
}

TEST_CASE("one component under a prior is its closed form") {
  const auto x = eigenmix_tests::faithful();
  const Eigen::MatrixXd scale = Eigen::Vector2d(2, 50).asDiagonal();
  const Eigen::Vector2d m(3, 60);
  const double count = 10, degrees = 5, n = double(x.cols());
  NormalInverseWishart prior(scale, degrees);
  prior.shrink_means(m, count);
  auto mixture = eigenmix::initialize<Mixture<covariance::Full>>(x, 1);
  mixture.fit(x, MaxIterations(1), fit_options(prior));

  const Eigen::Vector2d mean = x.rowwise().mean();
  const Eigen::MatrixXd centred = x.colwise() - mean;
  const Eigen::Vector2d expected_mean = (n * mean + count * m) / (n + count);
  const Eigen::Matrix2d expected = (scale + centred * centred.transpose() +
                                    count * n / (count + n) * (mean - m) * (mean - m).transpose()) /
                                   (n + degrees + 2 + 2);
  CHECK((mixture.means().col(0) - expected_mean).norm() <= 1e-12 * expected_mean.norm());
  CHECK((mixture.covariance(0) - expected).norm() <= 1e-12 * expected.norm());
}

TEST_CASE("a Dirichlet prior adds its counts to the weights") {
  const auto x = eigenmix_tests::faithful();
  NormalInverseWishart prior(Eigen::Matrix2d(Eigen::Vector2d(0.1, 4).asDiagonal()), 4);
  prior.dirichlet(51);
  auto mixture = eigenmix::initialize<Mixture<covariance::Full>>(x, 2);
  const auto result = mixture.fit(x, to_the_end(), fit_options(prior));
  const Eigen::VectorXd expected = (result.effective_counts.array() + 50) / (272 + 2 * 50);
  CHECK((mixture.weights() - expected).norm() <= 1e-8);
}

TEST_CASE("under a prior no component collapses") {
  Eigen::MatrixXd x(2, 40);
  for (Index n = 0; n < 40; ++n) x.col(n) = Eigen::Vector2d(double(n % 4), double(n % 4 % 2));
  auto mixture = eigenmix::initialize<Mixture<covariance::Full>>(x, 4);
  const auto result = mixture.fit(x, eigenmix::stopping::standard(),
                                  fit_options(eigenmix::prior::mclust_default(x, 4)));
  CHECK(result.converged());
  CHECK(result.repairs.total() == 0);
  CHECK(result.collapsed_count == 0);
  // Maximum likelihood puts every component on a point.
  auto free = eigenmix::initialize<Mixture<covariance::Full>>(x, 4);
  CHECK(free.fit(x).atoms.size() == 4);
}

TEST_CASE("a component without samples is where the prior has it") {
  Eigen::MatrixXd x(2, 150);
  eigenmix::random::Engine engine(3);
  eigenmix::random::Normal normal;
  for (Index n = 0; n < 150; ++n) x.col(n) = Eigen::Vector2d(normal(engine), normal(engine));
  const Eigen::Matrix2d identity = Eigen::Matrix2d::Identity();
  NormalInverseWishart prior(3 * identity, 6);
  prior.shrink_means(Eigen::Vector2d(1, 1), 1);
  const auto check = [&](auto family) {
    INFO(decltype(family)::code);
    Mixture<decltype(family)> mixture(Eigen::Vector3d(0.5, 0.3, 0.2),
                                      (Eigen::MatrixXd(2, 3) << 0, -4, 500, 0, 0, 500).finished(),
                                      std::vector<Eigen::MatrixXd>(3, identity));
    mixture.fit(x, MaxIterations(1), fit_options(prior));
    CHECK((mixture.means().col(2) - Eigen::Vector2d(1, 1)).norm() <= 1e-12);
    const auto result = mixture.fit(x, eigenmix::stopping::standard(), fit_options(prior));
    CHECK(result.converged());
    CHECK(result.repairs.total() == 0);
    for (std::size_t i = 1; i < result.log_posteriors.size(); ++i) {
      CHECK(result.log_posteriors[i] >= result.log_posteriors[i - 1] - 1e-9);
    }
  };
  check(covariance::VVV());
  check(covariance::EEE());
  check(covariance::VEE());
}

TEST_CASE("a constant dimension is as wide as the prior says") {
  Eigen::MatrixXd x = eigenmix_tests::faithful();
  x.row(1).setConstant(3);
  const NormalInverseWishart prior(Eigen::Matrix2d(Eigen::Matrix2d::Identity()), 6);
  auto mixture = eigenmix::initialize<Mixture<covariance::Full>>(x, 1);
  const auto result = mixture.fit(x, eigenmix::stopping::standard(), fit_options(prior));
  CHECK(result.log_posteriors.back() > result.log_posteriors.front());
  CHECK(std::abs(mixture.covariance(0)(1, 1) * (272 + 6 + 3) - 1) <= 1e-10);
}

TEST_CASE("weights of samples are repetitions under a prior, too") {
  const Eigen::MatrixXd x = eigenmix_tests::faithful();
  Eigen::MatrixXd twice(2, 2 * x.cols());
  twice << x, x;
  const auto prior = eigenmix::prior::mclust_default(twice, 2);
  const Eigen::VectorXd weights = Eigen::VectorXd::Constant(x.cols(), 2);
  auto repeated = eigenmix::initialize<Mixture<covariance::Full>>(x, 2);
  auto weighted = repeated;
  const auto a = repeated.fit(twice, MaxIterations(5), fit_options(prior));
  const auto b = weighted.fit(eigenmix::counted(x, weights), MaxIterations(5), fit_options(prior));
  CHECK(eigenmix_tests::parameter_distance(repeated, weighted) <= 1e-11);
  CHECK(std::abs(a.log_posterior / b.log_posterior - 1) <= 1e-12);
  // the prior itself knows of weights
  const auto from_weights = eigenmix::prior::mclust_default(eigenmix::counted(x, weights), 2);
  CHECK((from_weights.mean() - prior.mean()).norm() <= 1e-12 * prior.mean().norm());
  CHECK(std::abs(from_weights.root(1, 0) / prior.root(1, 0) - 1) <= 1e-12);
}

TEST_CASE("a float mixture under a prior is the double one rounded") {
  const Eigen::MatrixXd x = eigenmix_tests::iris();
  const Eigen::MatrixXf narrow = x.cast<float>();
  const auto prior = eigenmix::prior::mclust_default(x, 3);
  auto wide = start_from_species<covariance::Full>();
  auto mixture = eigenmix::initialize<GaussianMixture<float>>(
      narrow, 3, eigenmix::initialization::FromLabels(species()));
  wide.fit(x, MaxIterations(5), fit_options(prior));
  const auto result = mixture.fit(narrow, MaxIterations(5), fit_options(prior));
  CHECK(result.log_posteriors.back() > result.log_posteriors.front());
  CHECK(eigenmix_tests::parameter_distance(wide, mixture) <= 1e-3);
}

TEST_CASE("without a prior likelihood and posterior are the same") {
  const auto x = eigenmix_tests::faithful();
  auto mixture = eigenmix::initialize<Mixture<covariance::Full>>(x, 2);
  const auto result = mixture.fit(x);
  CHECK(result.log_posterior == result.log_likelihood);
  CHECK(result.log_posteriors.empty());
  CHECK(result.parameter_count == mixture.parameter_count());
}

TEST_CASE("stopping policies and observers see the posterior") {
  const auto x = eigenmix_tests::iris();
  std::vector<double> gains, values;
  const auto note = [&](const eigenmix::Iteration& iteration) {
    gains.push_back(iteration.gain());
    values.push_back(iteration.log_posterior());
  };
  auto mixture = start_from_species<covariance::Full>();
  const auto result = mixture.fit(x, eigenmix::stopping::LogLikelihoodChange(1e-3),
                                  fit_options(note, eigenmix::prior::mclust_default(x, 3)));
  CHECK(values == result.log_posteriors);
  REQUIRE(gains.size() > 2);
  CHECK(std::isinf(gains[0]));
  for (std::size_t i = 1; i < gains.size(); ++i) {
    CHECK(std::abs(gains[i] - (values[i] - values[i - 1])) <= 1e-10);
    CHECK((std::abs(gains[i]) <= 1e-3) == (i + 1 == gains.size()));
  }
}

TEST_CASE("priors that are none are refused") {
  const Eigen::Matrix2d identity = Eigen::Matrix2d::Identity();
  const std::string where = "prior::NormalInverseWishart";
  check_rejected(where, "degrees", "1", "more than Dim - 1 = 1",
                 [&] { NormalInverseWishart(identity, 1); });
  check_rejected(where, "scale", "", "positive definite",
                 [&] { NormalInverseWishart(-identity, 4); });
  check_rejected(where, "scale", "2 x 3", "2 x 2",
                 [&] { NormalInverseWishart(Eigen::MatrixXd::Ones(2, 3), 4); });
  NormalInverseWishart prior(identity, 4);
  check_rejected(where + "::dirichlet", "concentration", "0.5", ">= 1",
                 [&] { prior.dirichlet(0.5); });
  check_rejected(where + "::shrink_means", "count", "0", "> 0",
                 [&] { prior.shrink_means(Eigen::Vector2d(0, 0), 0); });
  check_rejected(where + "::shrink_means", "mean", "3 x 1", "2 x 1",
                 [&] { prior.shrink_means(Eigen::Vector3d(0, 0, 0), 1); });
  check_rejected("prior::mclust_default", "components", "0", "at least one",
                 [&] { eigenmix::prior::mclust_default(eigenmix_tests::faithful(), 0); });
  Eigen::MatrixXd in_a_line = eigenmix_tests::faithful();
  in_a_line.row(1) = 2 * in_a_line.row(0);
  check_rejected("prior::mclust_default", "samples", "plane", "all directions",
                 [&] { eigenmix::prior::mclust_default(in_a_line, 2); });
  in_a_line.row(1).setConstant(0.3);
  check_rejected("prior::mclust_default", "samples", "plane", "all directions",
                 [&] { eigenmix::prior::mclust_default(in_a_line, 2); });
  check_rejected("prior::mclust_default", "weight of the samples", "1", "more than one",
                 [&] { eigenmix::prior::mclust_default(in_a_line.leftCols(1), 2); });
  auto mixture = start_from_species<covariance::Full>();
  const auto before = mixture;
  check_rejected("fit", "dimension of the prior", "2", "4", [&] {
    mixture.fit(eigenmix_tests::iris(), eigenmix::stopping::standard(), fit_options(prior));
  });
  CHECK(mixture == before);
}

}  // namespace
