// SPDX-License-Identifier: MIT
#ifndef EIGENMIX_TESTS_SUPPORT_ORACLE_EM_TRACE_HPP
#define EIGENMIX_TESTS_SUPPORT_ORACLE_EM_TRACE_HPP

#include "support/closeness.hpp"
#include "support/tolerances.hpp"

namespace eigenmix_tests {

/// Three ways to do one iteration of EM; each must give the golden numbers.
enum class Loop { fit, by_hand, by_moments };

/// The log-likelihood per sample that the loop reports. FitResult holds doubles.
template <class Mixture, class X>
Exact log_likelihood_after(Index iterations, Loop loop, const X& x, Mixture& mixture) {
  if (loop == Loop::fit) {
    const auto result = mixture.fit(x, eigenmix::stopping::MaxIterations(iterations));
    CHECK(result.iterations == iterations);
    CHECK(result.status == eigenmix::FitStatus::iteration_limit);
    CHECK(result.repairs.total() == 0);
    return result.log_likelihood / Exact(x.cols());
  }
  for (Index i = 0; i < iterations; ++i) {
    const auto repairs = loop == Loop::by_hand
                             ? mixture.m_step(x, mixture.e_step(x).responsibilities)
                             : mixture.m_step(mixture.moments(x));
    CHECK(repairs.total() == 0);
  }
  const auto total = loop == Loop::by_hand ? mixture.e_step(x).log_likelihood
                                           : mixture.moments(x).log_likelihood();
  return total / Exact(x.cols());
}

/// Responsibilities and log densities of the first ten samples, under the parameters of `suffix`.
template <class Mixture, class X>
void check_first_samples(const Record& record, const std::string& suffix, double tolerance,
                         const X& x, const Mixture& mixture) {
  const ExactMatrix& responsibilities = record.matrix("responsibilities" + suffix);
  const ExactMatrix expected = record.matrix("log_density" + suffix).transpose();
  const Index count = expected.cols();
  const ExactMatrix error =
      mixture.responsibilities(x.leftCols(count)).template cast<Exact>() - responsibilities;
  check_error("responsibilities", double(error.cwiseAbs().maxCoeff()), tolerance);
  const ExactMatrix difference =
      mixture.log_density(x.leftCols(count)).template cast<Exact>() - expected;
  check_error("log density", double(difference.cwiseAbs().maxCoeff()), tolerance);
}

/// Compares one golden trace with a loop of the library after 0, 1, 2, 5 and 20 iterations.
template <class Mixture>
void check_trace(const Record& record, Loop loop) {
  using Scalar = typename Mixture::Scalar;
  const Eigen::MatrixXd samples = read_data(record.text("dataset")).samples;
  const eigenmix::detail::Matrix<Scalar, Mixture::Dim> x = samples.cast<Scalar>();
  double sensitivity = 0;
  for (const Index iterations : {0, 1, 2, 5, 20}) {
    const std::string suffix = "_" + std::to_string(iterations);
    const Model golden = model_of(record, suffix);
    sensitivity = std::max(sensitivity, magnification(golden, samples));
    const double tolerance =
        golden_em_tolerance<Scalar>(iterations, golden.dimension(), sensitivity, 1e-10);
    INFO(record.name << " after " << iterations << " iterations");
    auto mixture = make_mixture<Mixture>(model_of(record, "_0"));
    const Exact actual = log_likelihood_after(iterations, loop, x, mixture);
    const Exact expected = record.number("mean_log_likelihood" + suffix);
    check_error("parameters", parameter_error(mixture, golden), tolerance);
    // more than a nat from zero, so this is the stricter sense
    const double precise = em_rounding<Scalar>(iterations, golden.dimension(), sensitivity) +
                           (loop == Loop::fit ? unit_roundoff<double> : 0.0);
    check_error("log-likelihood", double(std::abs(actual / expected - 1)), precise);
    if (record.has("responsibilities" + suffix)) {
      // one sample may lie 8 times further out than the average one, which the tolerance is for
      check_first_samples(record, suffix, 8 * tolerance, x, mixture);
    }
  }
}

/// All golden traces of a family that fit the mixture's dimension, by every loop.
/// \return how many there are
template <class Mixture>
int check_traces() {
  int checked = 0;
  for (const Record& record : read_golden("em_trace.txt")) {
    const bool fits =
        Mixture::Dim == Eigen::Dynamic || record.matrix("means_0").rows() == Index(Mixture::Dim);
    if (record.text("family") != family_name<typename Mixture::Covariance>() || !fits) continue;
    for (const Loop loop : {Loop::fit, Loop::by_hand, Loop::by_moments}) {
      INFO("loop " << static_cast<int>(loop));
      check_trace<Mixture>(record, loop);
    }
    ++checked;
  }
  return checked;
}

}  // namespace eigenmix_tests

#endif  // EIGENMIX_TESTS_SUPPORT_ORACLE_EM_TRACE_HPP
