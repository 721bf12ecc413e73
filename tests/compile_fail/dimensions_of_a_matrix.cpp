// SPDX-License-Identifier: MIT
// expect: eigenmix: dimensions are a vector of integers, not a matrix
#include <eigenmix/inference/marginal.hpp>

#ifdef EIGENMIX_MENDED
using Dimensions = Eigen::VectorXi;
#else
using Dimensions = Eigen::MatrixXi;
#endif

auto call(const eigenmix::GaussianMixture<double>& mixture, const Dimensions& dimensions) {
  return eigenmix::marginal(mixture, dimensions);
}
