// SPDX-License-Identifier: MIT
// expect: eigenmix: samples must be an Eigen expression with one sample per column
#include <vector>

#include <eigenmix/eigenmix.hpp>

void call(eigenmix::GaussianMixture<double, 1>& mixture, const std::vector<double>& x) {
#ifdef EIGENMIX_MENDED
  using Row = Eigen::Matrix<double, 1, Eigen::Dynamic>;
  mixture.EIGENMIX_MEMBER(Eigen::Map<const Row>(x.data(), static_cast<Eigen::Index>(x.size())));
#else
  mixture.EIGENMIX_MEMBER(x);
#endif
}
