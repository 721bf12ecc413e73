// SPDX-License-Identifier: MIT
// expect: eigenmix: the responsibilities have another scalar type than the mixture
#include <eigenmix/eigenmix.hpp>

void call(eigenmix::GaussianMixture<double>& mixture, const Eigen::MatrixXd& x,
          const Eigen::MatrixXf& responsibilities) {
#ifdef EIGENMIX_MENDED
  mixture.m_step(x, responsibilities.cast<double>());
#else
  mixture.m_step(x, responsibilities);
#endif
}
