// SPDX-License-Identifier: MIT
// expect: eigenmix: a matrix or vector has another scalar type than the mixture
#include <eigenmix/algebra/affine.hpp>

auto call(const eigenmix::GaussianMixture<double, 2>& mixture, const Eigen::Matrix2f& a) {
#ifdef EIGENMIX_MENDED
  return eigenmix::affine_image(mixture, a.cast<double>(), Eigen::Vector2d(1, 2));
#else
  return eigenmix::affine_image(mixture, a, Eigen::Vector2d(1, 2));
#endif
}
