// SPDX-License-Identifier: MIT
// expect: eigenmix: fit_edda has no iterations
#include <vector>

#include <eigenmix/classification/edda.hpp>

auto call(const Eigen::MatrixXd& x, const std::vector<int>& labels) {
#ifdef EIGENMIX_MENDED
  const auto options = eigenmix::fit_options();
#else
  const auto options = eigenmix::fit_options(eigenmix::stopping::MaxIterations(3));
#endif
  return eigenmix::classification::fit_edda(
      x, labels, eigenmix::selection::families<eigenmix::covariance::Full>(), options);
}
