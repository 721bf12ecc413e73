// SPDX-License-Identifier: MIT
// expect: eigenmix: a start strategy must be one of namespace initialization
#include <eigenmix/eigenmix.hpp>

auto call(const Eigen::MatrixXd& x) {
  using Mixture = eigenmix::GaussianMixture<double>;
#ifdef EIGENMIX_MENDED
  return eigenmix::initialize<Mixture>(x, 2, eigenmix::initialization::RandomSamples());
#else
  return eigenmix::initialize<Mixture>(x, 2, 42);
#endif
}
