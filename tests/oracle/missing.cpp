// SPDX-License-Identifier: MIT
// Entries missing at random, against 50-digit arithmetic: faithful and iris with holes, EM
// iteration by iteration and at the optimum, where scipy's BFGS and R's lavaan agree with it.

#include "support/closeness.hpp"
#include "support/tolerances.hpp"

#include <eigenmix/incomplete/incomplete.hpp>

using namespace eigenmix_tests;
using eigenmix::incomplete;

namespace {

namespace covariance = eigenmix::covariance;

template <class Mixture>
typename Mixture::Means samples_of(const Record& record) {
  using Scalar = typename Mixture::Scalar;
  typename Mixture::Means x = read_data(record.text("dataset")).samples.template cast<Scalar>();
  const ExactMatrix& missing = record.matrix("missing");
  for (Index m = 0; m < missing.cols(); ++m) {
    x(Index(missing(1, m)), Index(missing(0, m))) = std::numeric_limits<Scalar>::quiet_NaN();
  }
  return x;
}

/// What rounding may do beside golden numbers that are doubles, see em_rounding: missing entries
/// are predicted with coefficients that the magnification bounds, once more. Promised is 1e-10.
template <class Mixture>
double tolerance_of(const Record& record, Index iterations, const Model& golden) {
  const Eigen::MatrixXd samples = read_data(record.text("dataset")).samples;
  const double sensitivity = magnification(golden, samples);
  return golden_em_tolerance<typename Mixture::Scalar>(iterations, golden.dimension(),
                                                       2 * sensitivity, 1e-10);
}

Index empty_count(const Record& record) {
  std::map<Exact, Index> missing;  // of each sample
  for (Index m = 0; m < record.matrix("missing").cols(); ++m)
    ++missing[record.matrix("missing")(0, m)];
  Index result = 0;
  for (const auto& sample : missing)
    result += sample.second == record.matrix("means_0").rows() ? 1 : 0;
  return result;
}

/// The golden steps take a sample without entries for one that is distributed as the mixture is,
/// which holds every step back and changes no optimum; here it counts for nothing. Its moments
/// about the means, of full covariances, are added to have the golden steps.
template <class Mixture>
void step_with_empty(const Record& record, const typename Mixture::Means& x, Mixture& mixture) {
  using Real = typename Mixture::Real;
  auto moments = mixture.moments(incomplete(x));
  moments.recentre(mixture.means().template cast<Real>());
  const Real count = Real(empty_count(record));
  moments.total_weight() += count;
  for (Index k = 0; k < mixture.component_count(); ++k) {
    const auto covariance = mixture.covariance(k);
    moments.counts()(k) += count * Real(mixture.weights()(k));
    for (Index i = 0, ij = 0; i < x.rows(); ++i) {
      for (Index j = 0; j <= i; ++j, ++ij) {
        moments.second()(ij, k) += count * Real(mixture.weights()(k)) * Real(covariance(i, j));
      }
    }
  }
  mixture.m_step(moments);
}

template <class Mixture>
void check_steps_with_empty(const Record& record) {
  const typename Mixture::Means x = samples_of<Mixture>(record);
  auto mixture = make_mixture<Mixture>(model_of(record, "_0"));
  for (Index iterations = 0; iterations <= 20; ++iterations) {
    const std::string suffix = "_" + std::to_string(iterations);
    if (record.has("means" + suffix)) {
      INFO(record.name << " after " << iterations << " iterations");
      const Model golden = model_of(record, suffix);
      const double tolerance = tolerance_of<Mixture>(record, iterations, golden);
      check_error("parameters", parameter_error(mixture, golden), tolerance);
      const Exact expected = record.number("log_likelihood" + suffix);
      check_error("log-likelihood",
                  double(std::abs(mixture.log_likelihood(incomplete(x)) / expected - 1)),
                  tolerance);
    }
    step_with_empty(record, x, mixture);
  }
}

template <class Mixture>
void check_steps(const Record& record) {
  const typename Mixture::Means x = samples_of<Mixture>(record);
  for (const Index iterations : {0, 1, 2, 5, 20}) {
    const std::string suffix = "_" + std::to_string(iterations);
    const Model golden = model_of(record, suffix);
    INFO(record.name << " after " << iterations << " iterations");
    auto mixture = make_mixture<Mixture>(model_of(record, "_0"));
    const auto result = mixture.fit(
        incomplete(x), eigenmix::fit_options(eigenmix::stopping::MaxIterations(iterations),
                                             eigenmix::acceleration::None()));
    const double tolerance = tolerance_of<Mixture>(record, iterations, golden);
    CHECK(result.repairs.total() == 0);
    CHECK(result.unmeasured.empty());
    check_error("parameters", parameter_error(mixture, golden), tolerance);
    const Exact expected = record.number("log_likelihood" + suffix);
    check_error("log-likelihood", double(std::abs(result.log_likelihood / expected - 1)),
                tolerance);
    check_error("log-likelihood of the mixture",
                double(std::abs(mixture.log_likelihood(incomplete(x)) / expected - 1)), tolerance);
  }
}

template <class Mixture>
void check_optimum(const Record& record) {
  INFO(record.name << " at the optimum");
  const typename Mixture::Means x = samples_of<Mixture>(record);
  auto mixture = make_mixture<Mixture>(model_of(record, "_0"));
  const auto result = mixture.fit(incomplete(x), eigenmix::stopping::ParameterChange(1e-11) ||
                                                     eigenmix::stopping::MaxIterations(2000));
  const Exact expected = record.number("log_likelihood_best");
  check_error("log-likelihood", double(std::abs(result.log_likelihood / expected - 1)), 1e-10);
  check_error("parameters", parameter_error(mixture, model_of(record, "_best")), 1e-6);
  auto usual = make_mixture<Mixture>(model_of(record, "_0"));
  usual.fit(incomplete(x));
  // What the standard rule leaves, Aitken's estimate of 1e-5 nats or less a sample.
  check_error("the standard rule",
              double(expected - usual.log_likelihood(incomplete(x))) / double(x.cols()), 1e-5);
}

/// \return how many records of the family there are
template <class Mixture>
int check_all() {
  int checked = 0;
  for (const Record& record : read_golden("missing.txt")) {
    const bool fits =
        Mixture::Dim == Eigen::Dynamic || record.matrix("means_0").rows() == Index(Mixture::Dim);
    if (record.text("family") != family_name<typename Mixture::Covariance>() || !fits) continue;
    if constexpr (std::is_same_v<typename Mixture::Covariance, covariance::Full>) {
      if (empty_count(record) > 0) check_steps_with_empty<Mixture>(record);
    }
    if (empty_count(record) == 0) check_steps<Mixture>(record);
    if constexpr (std::is_same_v<typename Mixture::Scalar, double>) check_optimum<Mixture>(record);
    ++checked;
  }
  return checked;
}

template <class Family>
using Dynamic = eigenmix::GaussianMixture<double, Eigen::Dynamic, Family>;

}  // namespace

TEST_CASE("missing entries: full", "[missing]") {
  CHECK(check_all<Dynamic<covariance::Full>>() == 6);
  CHECK(check_all<eigenmix::GaussianMixture<double, 2>>() == 4);
}

TEST_CASE("missing entries: one covariance for all", "[missing]") {
  CHECK(check_all<Dynamic<covariance::Tied>>() == 2);
}

TEST_CASE("missing entries: without correlations", "[missing]") {
  CHECK(check_all<Dynamic<covariance::Diagonal>>() == 2);
  CHECK(check_all<Dynamic<covariance::Spherical>>() == 2);
}

TEST_CASE("missing entries: float", "[missing]") {
  CHECK(check_all<eigenmix::GaussianMixture<float, 2>>() == 4);
}
