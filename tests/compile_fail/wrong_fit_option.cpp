// SPDX-License-Identifier: MIT
// expect: eigenmix: a fit option must be a stopping policy, a degeneracy policy
#include <eigenmix/eigenmix.hpp>

void call(eigenmix::GaussianMixture<double>& mixture, const Eigen::MatrixXd& x) {
#ifdef EIGENMIX_MENDED
  const auto options = eigenmix::fit_options([](const eigenmix::Iteration&) {});
#else
  const auto options = eigenmix::fit_options(100);
#endif
  mixture.fit(x, eigenmix::stopping::standard(), options);
}
