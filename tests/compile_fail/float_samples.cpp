// SPDX-License-Identifier: MIT
// expect: eigenmix: the samples (or weights) have another scalar type than the mixture
#include <eigenmix/eigenmix.hpp>

void call(eigenmix::GaussianMixture<double>& mixture, const Eigen::MatrixXf& x) {
#ifdef EIGENMIX_MENDED
  mixture.EIGENMIX_MEMBER(x.cast<double>());
#else
  mixture.EIGENMIX_MEMBER(x);
#endif
}
