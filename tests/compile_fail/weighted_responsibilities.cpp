// SPDX-License-Identifier: MIT
// expect: eigenmix: weights do not change what is said of a single sample
#include <eigenmix/eigenmix.hpp>

auto call(const eigenmix::GaussianMixture<double>& mixture, const Eigen::MatrixXd& x,
          const Eigen::VectorXd& weights) {
#ifdef EIGENMIX_MENDED
  (void)weights;
  return mixture.responsibilities(x);
#else
  return mixture.responsibilities(eigenmix::weighted(x, weights));
#endif
}
