// SPDX-License-Identifier: MIT
// expect: eigenmix: dimensions are integers, counted from zero
#include <eigenmix/inference/marginal.hpp>

#ifdef EIGENMIX_MENDED
using Dimensions = Eigen::VectorXi;
#else
using Dimensions = Eigen::VectorXd;
#endif

auto call(const eigenmix::GaussianMixture<double>& mixture, const Dimensions& dimensions) {
  return eigenmix::marginal(mixture, dimensions);
}
