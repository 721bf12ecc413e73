// SPDX-License-Identifier: MIT
// expect: eigenmix: a matrix or vector has another fixed number of rows or columns than the mixture
#include <eigenmix/algebra/affine.hpp>

#ifdef EIGENMIX_MENDED
using Shift = Eigen::Vector2d;
#else
using Shift = Eigen::Vector3d;
#endif

auto call(const eigenmix::GaussianMixture<double, 2>& mixture, const Eigen::Matrix2d& a,
          const Shift& b) {
  return eigenmix::affine_image(mixture, a, b);
}
