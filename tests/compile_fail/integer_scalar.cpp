// SPDX-License-Identifier: MIT
// expect: eigenmix: the Scalar of a GaussianMixture must be float, double or long double
#include <eigenmix/eigenmix.hpp>

#ifdef EIGENMIX_MENDED
using Scalar = double;
#else
using Scalar = int;
#endif

auto call(const eigenmix::GaussianMixture<Scalar>& mixture,
          const Eigen::Matrix<Scalar, Eigen::Dynamic, Eigen::Dynamic>& x) {
  return mixture.log_likelihood(x);
}
