// SPDX-License-Identifier: MIT
// expect: eigenmix: the values that are known have another scalar type than the mixture
#include <eigenmix/inference/condition.hpp>

auto call(const eigenmix::GaussianMixture<double>& mixture, const Eigen::VectorXf& values) {
#ifdef EIGENMIX_MENDED
  return eigenmix::condition(mixture, {0, 2}, values.cast<double>());
#else
  return eigenmix::condition(mixture, {0, 2}, values);
#endif
}
