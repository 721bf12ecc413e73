// SPDX-License-Identifier: MIT
// expect: eigenmix: the second argument of online::StepwiseEm is a step-size policy
#include <eigenmix/online/stepwise_em.hpp>

void call(const eigenmix::GaussianMixture<double>& start, const Eigen::MatrixXd& x) {
#ifdef EIGENMIX_MENDED
  eigenmix::online::StepwiseEm stream(start, eigenmix::online::Constant(0.1));
#else
  eigenmix::online::StepwiseEm stream(start, 0.1);
#endif
  stream.update(x);
}
