// SPDX-License-Identifier: MIT
// expect: eigenmix: the edges have another scalar type than the mixture
#include <eigenmix/incomplete/binned.hpp>

void call(eigenmix::GaussianMixture<double, 1>& mixture, const Eigen::VectorXf& edges,
          const Eigen::VectorXi& counts) {
#ifdef EIGENMIX_MENDED
  mixture.fit(eigenmix::binned(edges.cast<double>(), counts));
#else
  mixture.fit(eigenmix::binned(edges, counts));
#endif
}
