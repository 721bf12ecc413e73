// SPDX-License-Identifier: MIT
// expect: eigenmix: condition must leave at least one dimension unknown
#include <eigenmix/inference/condition.hpp>

auto call(const eigenmix::GaussianMixture<double, 2>& mixture) {
#ifdef EIGENMIX_MENDED
  return eigenmix::condition<1>(mixture, Eigen::Matrix<double, 1, 1>(3.0));
#else
  return eigenmix::condition<0, 1>(mixture, Eigen::Vector2d(3, 4));
#endif
}
