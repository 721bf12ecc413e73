// SPDX-License-Identifier: MIT
// expect: eigenmix: the samples (or weights) have another scalar type than the mixture
#include <eigenmix/eigenmix.hpp>

void call(eigenmix::GaussianMixture<double>& mixture, const Eigen::MatrixXd& x,
          const Eigen::VectorXf& weights) {
#ifdef EIGENMIX_MENDED
  mixture.fit(eigenmix::weighted(x, weights.cast<double>()));
#else
  mixture.fit(eigenmix::weighted(x, weights));
#endif
}
