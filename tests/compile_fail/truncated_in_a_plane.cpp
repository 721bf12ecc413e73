// SPDX-License-Identifier: MIT
// expect: eigenmix: binned and truncated samples are those of a mixture in one dimension
#include <eigenmix/incomplete/truncated.hpp>

#ifdef EIGENMIX_MENDED
using Samples = Eigen::RowVectorXd;
#else
using Samples = Eigen::Matrix2Xd;
#endif

void call(eigenmix::GaussianMixture<double, Samples::RowsAtCompileTime>& mixture,
          const Samples& x) {
  mixture.fit(eigenmix::truncated(x, 0.0, 1.0));
}
