// SPDX-License-Identifier: MIT
// expect: eigenmix: a stopping policy must be callable as bool(const Iteration&)
#include <eigenmix/eigenmix.hpp>

void call(eigenmix::GaussianMixture<double>& mixture, const Eigen::MatrixXd& x) {
#ifdef EIGENMIX_MENDED
  mixture.fit(x, [](const eigenmix::Iteration& iteration) { return iteration.gain() < 1e-3; });
#else
  mixture.fit(x, 1e-3);
#endif
}
