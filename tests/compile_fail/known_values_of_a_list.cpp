// SPDX-License-Identifier: MIT
// expect: eigenmix: the values that are known are an Eigen vector, or a number for one
#include <vector>

#include <eigenmix/inference/condition.hpp>

auto call(const eigenmix::GaussianMixture<double>& mixture, const std::vector<double>& values) {
#ifdef EIGENMIX_MENDED
  const Eigen::Map<const Eigen::VectorXd> mapped(values.data(), eigenmix::Index(values.size()));
  return eigenmix::condition(mixture, {0, 2}, mapped);
#else
  return eigenmix::condition(mixture, {0, 2}, values);
#endif
}
