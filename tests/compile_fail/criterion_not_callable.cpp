// SPDX-License-Identifier: MIT
// expect: eigenmix: an option of select must be one of a fit, a criterion callable as
#include <eigenmix/eigenmix.hpp>
#include <eigenmix/selection/selection.hpp>

auto call(const Eigen::MatrixXd& x) {
  namespace selection = eigenmix::selection;
#ifdef EIGENMIX_MENDED
  const selection::criteria::Bic criterion;
#else
  const auto criterion = [](const Eigen::MatrixXd& input) { return input(0); };
#endif
  return selection::select(x, selection::families<eigenmix::covariance::Full>(),
                           selection::components(1, 3), eigenmix::fit_options(criterion));
}
