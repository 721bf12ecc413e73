// SPDX-License-Identifier: MIT
// expect: eigenmix: the moments are of another family than the mixture
#include <eigenmix/encoding/fisher_vector.hpp>

using Diagonal = eigenmix::GaussianMixture<double, 2, eigenmix::covariance::Diagonal>;
#ifdef EIGENMIX_MENDED
using Other = Diagonal;
#else
using Other = eigenmix::GaussianMixture<double, 2>;
#endif

auto call(const Diagonal& mixture, const Other::Moments& moments) {
  return eigenmix::fisher_vector(mixture, moments);
}
