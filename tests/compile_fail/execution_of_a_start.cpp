// SPDX-License-Identifier: MIT
// expect: eigenmix: an execution policy has concurrency() and for_each(count, task)
#include <eigenmix/eigenmix.hpp>

struct Pool {
  eigenmix::Index concurrency() const { return 2; }  // but no for_each
};

auto call(const Eigen::MatrixXd& x) {
  using Mixture = eigenmix::GaussianMixture<double>;
#ifdef EIGENMIX_MENDED
  const eigenmix::execution::Serial pool;
#else
  const Pool pool;
#endif
  return eigenmix::initialize<Mixture>(x, 3, eigenmix::initialization::KMeansPlusPlus(), pool);
}
