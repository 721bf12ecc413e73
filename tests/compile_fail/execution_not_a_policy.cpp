// SPDX-License-Identifier: MIT
// expect: eigenmix: an execution policy has concurrency() and for_each(count, task)
#include <eigenmix/eigenmix.hpp>

auto call(eigenmix::GaussianMixture<double>& mixture, const Eigen::MatrixXd& x) {
#ifdef EIGENMIX_MENDED
  return mixture.log_density(x, eigenmix::execution::Serial());
#else
  return mixture.log_density(x, 4);
#endif
}
