// SPDX-License-Identifier: MIT
// expect: eigenmix: Fisher vectors are of mixtures with a variance for each component
#include <eigenmix/encoding/fisher_vector.hpp>

#ifdef EIGENMIX_MENDED
using Family = eigenmix::covariance::Diagonal;
#else
using Family = eigenmix::covariance::Full;
#endif

auto call(const eigenmix::GaussianMixture<double, 2, Family>& mixture, const Eigen::Matrix2Xd& x) {
  return eigenmix::fisher_vector(mixture, x);
}
