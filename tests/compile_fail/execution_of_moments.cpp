// SPDX-License-Identifier: MIT
// expect: eigenmix: an execution policy has concurrency() and for_each(count, task)
#include <eigenmix/eigenmix.hpp>

auto call(eigenmix::GaussianMixture<double>& mixture, const Eigen::MatrixXd& x) {
#ifdef EIGENMIX_MENDED
  return mixture.moments(x, eigenmix::execution::Threads(3));
#else
  return mixture.moments(x, 3);
#endif
}
