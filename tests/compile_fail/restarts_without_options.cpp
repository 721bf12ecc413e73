// SPDX-License-Identifier: MIT
// expect: eigenmix: the last argument of fit_best is what fit_options(...) returns
#include <eigenmix/eigenmix.hpp>

auto call(const Eigen::MatrixXd& x) {
  using Mixture = eigenmix::GaussianMixture<double>;
  const eigenmix::execution::Serial policy;
#ifdef EIGENMIX_MENDED
  const auto options = eigenmix::fit_options(policy);
#else
  const auto options = policy;
#endif
  return eigenmix::fit_best<Mixture>(
      x, 3, eigenmix::initialization::Restarts(5, eigenmix::initialization::KMeansPlusPlus()),
      options);
}
