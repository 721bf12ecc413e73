// SPDX-License-Identifier: MIT
// expect: eigenmix: an index is no dimension of the mixture
#include <eigenmix/inference/marginal.hpp>

auto call(const eigenmix::GaussianMixture<double, 2>& mixture) {
#ifdef EIGENMIX_MENDED
  return eigenmix::marginal<1>(mixture);
#else
  return eigenmix::marginal<2>(mixture);
#endif
}
