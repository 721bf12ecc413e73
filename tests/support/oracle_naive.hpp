// SPDX-License-Identifier: MIT
#ifndef EIGENMIX_TESTS_SUPPORT_ORACLE_NAIVE_HPP
#define EIGENMIX_TESTS_SUPPORT_ORACLE_NAIVE_HPP

#include "support/closeness.hpp"
#include "support/tolerances.hpp"

namespace eigenmix_tests {

/// Samples of three correlated normal distributions, weights some of which are zero, and a rough
/// start for EM that every family can represent. Their means are some 1.4 `separation` deviations
/// apart: at 2 the distributions overlap.
struct Problem {
  Eigen::MatrixXd samples;
  Eigen::VectorXd weights;
  Model start;
};

inline Problem make_problem(Index dimension, Index count, std::uint64_t seed, double separation) {
  constexpr Index components = 3;
  eigenmix::random::Engine engine(seed);
  eigenmix::random::Normal normal;
  const auto draw = [&](Index rows, Index cols, double scale) {
    return Eigen::MatrixXd(
        Eigen::MatrixXd::NullaryExpr(rows, cols, [&] { return scale * normal(engine); }));
  };
  // As far apart in any dimension, mixing 0.5 / sqrt(Dim) off the diagonal:
  // correlations of a condition of about ten at all dimensions.
  const double root = std::sqrt(double(dimension));
  const Eigen::MatrixXd centres = draw(dimension, components, separation / root).array() + 1;
  Problem problem{draw(dimension, count, 1), Eigen::VectorXd(count), {}};
  for (Index k = 0; k < components; ++k) {
    const Eigen::MatrixXd mixing =
        Eigen::MatrixXd::Identity(dimension, dimension) + draw(dimension, dimension, 0.5 / root);
    for (Index n = k; n < count; n += components) {
      const Eigen::VectorXd y = mixing.lazyProduct(problem.samples.col(n));
      problem.samples.col(n) = centres.col(k) + y;
    }
  }
  for (double& weight : problem.weights) {
    weight = std::max(0.0, 2.2 * eigenmix::random::uniform(engine) - 0.2);
  }
  const ExactMatrix wide = 2 * ExactMatrix::Identity(dimension, dimension);
  problem.start = {ExactVector::Constant(components, Exact(1) / components),
                   (centres + draw(dimension, components, 0.3 / root)).cast<Exact>(),
                   std::vector<ExactMatrix>(components, wide)};
  return problem;
}

/// Runs the library and the textbook side by side from the same start. For float, the rounding of
/// start and samples is part of what em_rounding allows.
/// \return the largest error, of parameters or log-likelihood, as a share of what rounding allows
template <class Mixture, class X>
double compare_with_naive(const Problem& problem, const X& x, const ExactVector& weights) {
  using Scalar = typename Mixture::Scalar;
  const auto start = make_mixture<Mixture>(problem.start);
  NaiveEm naive(problem.samples.cast<Exact>(), weights, family_name<typename Mixture::Covariance>(),
                problem.start);
  const Index dimension = problem.samples.rows();
  double sensitivity = magnification(naive.model, problem.samples), worst = 0;
  for (Index iterations = 0; iterations <= 4; ++iterations) {
    if (iterations > 0) naive.iterate();
    sensitivity = std::max(sensitivity, magnification(naive.model, problem.samples));
    const double allowed = em_rounding<Scalar>(iterations, dimension, sensitivity);
    INFO(family_name<typename Mixture::Covariance>()
         << ", dimension " << dimension << ", " << iterations << " iterations");
    Mixture mixture = start;
    const auto result = mixture.fit(x, eigenmix::stopping::MaxIterations(iterations));
    CHECK(result.repairs.total() == 0);
    const double of_parameters = parameter_error(mixture, naive.model);
    check_error("parameters", of_parameters, allowed);
    const Exact error = (result.log_likelihood - naive.log_likelihood) / weights.sum();
    const double of_the_result = unit_roundoff<double> * std::abs(result.log_likelihood);
    const double allowed_likelihood = allowed + of_the_result / double(weights.sum());
    check_error("log-likelihood", double(std::abs(error)), allowed_likelihood);
    worst =
        std::max({worst, of_parameters / allowed, double(std::abs(error)) / allowed_likelihood});
  }
  return worst;
}

/// Weighted and unweighted. \return as compare_with_naive
template <class Mixture>
double check_against_naive(Index dimension, Index count, std::uint64_t seed,
                           double separation = 2) {
  using Scalar = typename Mixture::Scalar;
  const Problem problem = make_problem(dimension, count, seed, separation);
  const eigenmix::detail::Matrix<Scalar, Mixture::Dim> x = problem.samples.cast<Scalar>();
  const eigenmix::detail::Vector<Scalar> w = problem.weights.cast<Scalar>();
  REQUIRE((problem.weights.array() == 0).any());
  const double of_ones = compare_with_naive<Mixture>(problem, x, ExactVector::Ones(count));
  return std::max(of_ones, compare_with_naive<Mixture>(problem, eigenmix::counted(x, w),
                                                       problem.weights.cast<Exact>()));
}

/// One family through every kind of kernel: unrolled and blocked, dimension dynamic and fixed.
/// \return as compare_with_naive
template <class Covariance>
double check_dynamic_against_naive() {
  using Dynamic = eigenmix::GaussianMixture<double, Eigen::Dynamic, Covariance>;
  return std::max(
      {check_against_naive<Dynamic>(1, 41, 101), check_against_naive<Dynamic>(2, 257, 102),
       check_against_naive<Dynamic>(3, 1003, 103), check_against_naive<Dynamic>(5, 1999, 105),
       check_against_naive<Dynamic>(9, 601, 109), check_against_naive<Dynamic>(17, 907, 117),
       check_against_naive<Dynamic>(33, 1501, 133),
       // Responsibilities nearly all or nothing: each component is summed over the samples it owns ...
       check_against_naive<Dynamic>(5, 601, 155, 12),
       check_against_naive<Dynamic>(17, 907, 167, 12),
       // ... and so far apart that components need centres of their own.
       check_against_naive<Dynamic>(4, 601, 174, 300),
       check_against_naive<Dynamic>(12, 601, 182, 300)});
}

template <class Covariance>
double check_fixed_against_naive() {
  return std::max(
      {check_against_naive<eigenmix::GaussianMixture<double, 1, Covariance>>(1, 41, 201),
       check_against_naive<eigenmix::GaussianMixture<double, 3, Covariance>>(3, 1003, 203),
       check_against_naive<eigenmix::GaussianMixture<double, 9, Covariance>>(9, 601, 209)});
}

}  // namespace eigenmix_tests

#endif  // EIGENMIX_TESTS_SUPPORT_ORACLE_NAIVE_HPP
