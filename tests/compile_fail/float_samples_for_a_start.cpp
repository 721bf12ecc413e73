// SPDX-License-Identifier: MIT
// expect: eigenmix: the samples (or weights) have another scalar type than the mixture
#include <eigenmix/eigenmix.hpp>

auto call(const Eigen::MatrixXf& x) {
  using Mixture = eigenmix::GaussianMixture<double>;
#ifdef EIGENMIX_MENDED
  return eigenmix::initialize<Mixture>(x.cast<double>(), 2);
#else
  return eigenmix::initialize<Mixture>(x, 2);
#endif
}
