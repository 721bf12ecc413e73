// SPDX-License-Identifier: MIT
// expect: eigenmix: the first argument of affine_image is a GaussianMixture
#include <eigenmix/algebra/affine.hpp>

#ifdef EIGENMIX_MENDED
using Mixture = eigenmix::GaussianMixture<double, 2>;
#else
struct Mixture {
  using Scalar = double;
  using Real = double;
  static constexpr int Dim = 2;
};
#endif

void call(const Mixture& mixture) {
  eigenmix::affine_image(mixture, Eigen::Matrix2d(Eigen::Matrix2d::Identity()),
                         Eigen::Vector2d(1, 2));
}
