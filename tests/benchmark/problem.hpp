// SPDX-License-Identifier: MIT
#ifndef EIGENMIX_TESTS_BENCHMARK_PROBLEM_HPP
#define EIGENMIX_TESTS_BENCHMARK_PROBLEM_HPP

#include <cmath>

#include "measure.hpp"

namespace eigenmix_benchmark {

/// Samples of a mixture whose components overlap at every dimension, and where a fit starts: means
/// drawn from N(0, 9), variances of Dim^0.75 times 0.5 to 1.5, turned for dense covariances; it
/// starts from means half a deviation off, the variance of all, and equal weights, so that no
/// component collapses.
template <class Scalar>
struct Problem {
  Problem(Index samples, Index dimension, Index components, bool turned)
      : x(dimension, samples), means(dimension, components) {
    eigenmix::random::Engine engine(1);
    eigenmix::random::Normal normal;
    Dense<double> centres(dimension, components), deviations(dimension, components);
    Dense<double> axes(dimension, components);  // of a reflection for each component
    const double spread = std::pow(double(dimension), 0.75);
    for (double& value : centres.reshaped()) value = 3 * normal(engine);
    for (double& value : deviations.reshaped()) {
      value = std::sqrt(spread * (0.5 + eigenmix::random::uniform(engine)));
    }
    for (double& value : axes.reshaped()) value = turned ? normal(engine) : 0;
    Eigen::VectorXd z(dimension);
    for (Index n = 0; n < samples; ++n) {
      const Index k = n < components ? n : eigenmix::random::uniform_index(engine, components);
      for (Index i = 0; i < dimension; ++i) z(i) = deviations(i, k) * normal(engine);
      if (turned) z -= axes.col(k) * (2 * axes.col(k).dot(z) / axes.col(k).squaredNorm());
      x.col(n) = (centres.col(k) + z).cast<Scalar>();
    }
    for (Index k = 0; k < components; ++k) {
      for (Index i = 0; i < dimension; ++i) {
        means(i, k) = Scalar(centres(i, k) + std::sqrt(spread) / 2 * normal(engine));
      }
    }
    const Eigen::Matrix<Scalar, Eigen::Dynamic, 1> mean = x.rowwise().mean();
    variance = (x.colwise() - mean).array().square().mean();
  }

  /// The mixture to start from.
  template <class Mixture>
  Mixture start() const {
    const Index k = means.cols();
    return Mixture(Eigen::Matrix<Scalar, Eigen::Dynamic, 1>::Constant(k, 1 / Scalar(k)), means,
                   Dense<Scalar>::Constant(means.rows(), k, variance));
  }

  Dense<Scalar> x, means;
  Scalar variance;
};

}  // namespace eigenmix_benchmark

#endif  // EIGENMIX_TESTS_BENCHMARK_PROBLEM_HPP
