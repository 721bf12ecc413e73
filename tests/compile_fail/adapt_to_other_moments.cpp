// SPDX-License-Identifier: MIT
// expect: eigenmix: the moments are of another family than the mixture
#include <eigenmix/adaptation/adapt.hpp>
#include <eigenmix/covariance/diagonal.hpp>

using Full = eigenmix::GaussianMixture<double, 2>;
#ifdef EIGENMIX_MENDED
using Other = Full;
#else
using Other = eigenmix::GaussianMixture<double, 2, eigenmix::covariance::Diagonal>;
#endif

auto call(const Full& mixture, const Other::Moments& moments) {
  return eigenmix::adapt(mixture, moments);
}
