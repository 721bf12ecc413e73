// SPDX-License-Identifier: MIT
// expect: eigenmix: the samples have another fixed number of rows than the mixture has
#include <eigenmix/eigenmix.hpp>

void call(eigenmix::GaussianMixture<double, 2>& mixture,
          const Eigen::Matrix<double, Eigen::Dynamic, 2>& one_sample_per_row,
          const Eigen::Matrix<double, 3, Eigen::Dynamic>& in_space) {
#ifdef EIGENMIX_MENDED
  mixture.EIGENMIX_MEMBER(in_space.topRows<2>());
  mixture.EIGENMIX_MEMBER(one_sample_per_row.transpose());
#else
  mixture.EIGENMIX_MEMBER(in_space);
  (void)one_sample_per_row;
#endif
}
