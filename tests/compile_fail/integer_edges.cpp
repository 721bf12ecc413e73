// SPDX-License-Identifier: MIT
// expect: eigenmix: edges of bins are floating-point numbers
#include <eigenmix/incomplete/binned.hpp>

void call(eigenmix::GaussianMixture<double, 1>& mixture, const Eigen::VectorXi& edges,
          const Eigen::VectorXi& counts) {
#ifdef EIGENMIX_MENDED
  mixture.fit(eigenmix::binned(edges.cast<double>(), counts));
#else
  eigenmix::binned(edges, counts);
  static_cast<void>(mixture);
#endif
}
