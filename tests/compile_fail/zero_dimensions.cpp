// SPDX-License-Identifier: MIT
// expect: eigenmix: the Dim of a GaussianMixture must be positive or Eigen::Dynamic
#include <eigenmix/eigenmix.hpp>

#ifdef EIGENMIX_MENDED
constexpr int dimension = 3;
#else
constexpr int dimension = 0;
#endif

auto call(const eigenmix::GaussianMixture<double, dimension>& mixture, const Eigen::MatrixXd& x) {
  return mixture.log_likelihood(x);
}
