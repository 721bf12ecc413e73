// SPDX-License-Identifier: MIT
// expect: eigenmix: the noise has another scalar type than the samples
#include <eigenmix/incomplete/noisy.hpp>

void call(eigenmix::GaussianMixture<double>& mixture, const Eigen::MatrixXd& x,
          const Eigen::MatrixXf& noise) {
#ifdef EIGENMIX_MENDED
  mixture.fit(eigenmix::noisy(x, noise.cast<double>().eval()));
#else
  mixture.fit(eigenmix::noisy(x, noise));
#endif
}
