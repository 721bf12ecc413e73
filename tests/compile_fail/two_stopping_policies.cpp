// SPDX-License-Identifier: MIT
// expect: eigenmix: fit takes one stopping policy
#include <eigenmix/eigenmix.hpp>

auto call(eigenmix::GaussianMixture<double>& mixture, const Eigen::MatrixXd& x) {
#ifdef EIGENMIX_MENDED
  const auto options = eigenmix::fit_options(eigenmix::degeneracy::Drop());
#else
  const auto options = eigenmix::fit_options(eigenmix::stopping::MaxIterations(3));
#endif
  return mixture.fit(x, eigenmix::stopping::MaxIterations(5), options);
}
