// SPDX-License-Identifier: MIT
// expect: eigenmix: fit_best takes initialization::SmallEm or Exhaustive, or several starts
#include <eigenmix/eigenmix.hpp>

void call(const Eigen::MatrixXd& x) {
#ifdef EIGENMIX_MENDED
  const eigenmix::initialization::Restarts starts(10);
#else
  const int starts = 10;
#endif
  eigenmix::fit_best<eigenmix::GaussianMixture<double>>(x, 3, starts);
}
