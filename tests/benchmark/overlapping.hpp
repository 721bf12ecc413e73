// SPDX-License-Identifier: MIT
#ifndef EIGENMIX_TESTS_BENCHMARK_OVERLAPPING_HPP
#define EIGENMIX_TESTS_BENCHMARK_OVERLAPPING_HPP

#include <cmath>
#include <vector>

#include "measure.hpp"

namespace eigenmix_benchmark {

/// Groups of equal shares with dense covariances, their means normal of deviation `apart`.
struct Overlapping {
  Index dimension, samples, groups;
  double apart;
};

inline Dense<double> draw(const Overlapping& of, std::uint64_t seed) {
  eigenmix::random::Engine engine(seed);
  eigenmix::random::Normal normal;
  Dense<double> means(of.dimension, of.groups);
  for (Index i = 0; i < means.size(); ++i) means.data()[i] = of.apart * normal(engine);
  std::vector<Dense<double>> covariances;
  for (Index k = 0; k < of.groups; ++k) {
    Dense<double> root(of.dimension, of.dimension);
    for (Index i = 0; i < root.size(); ++i) {
      root.data()[i] = normal(engine) / std::sqrt(double(of.dimension));
    }
    root.diagonal().array() += 0.7;
    covariances.push_back(root * root.transpose());
  }
  const Eigen::VectorXd weights = Eigen::VectorXd::Constant(of.groups, 1 / double(of.groups));
  return eigenmix::GaussianMixture<double>(weights, means, covariances)
      .sample(of.samples, engine)
      .samples;
}

}  // namespace eigenmix_benchmark

#endif  // EIGENMIX_TESTS_BENCHMARK_OVERLAPPING_HPP
