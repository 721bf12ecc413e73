// SPDX-License-Identifier: MIT
// expect: eigenmix: one criterion and one start strategy can be chosen
#include <eigenmix/eigenmix.hpp>
#include <eigenmix/selection/selection.hpp>

auto call(const Eigen::MatrixXd& x) {
  namespace selection = eigenmix::selection;
#ifdef EIGENMIX_MENDED
  const auto options = eigenmix::fit_options(selection::criteria::Aic());
#else
  const auto options =
      eigenmix::fit_options(selection::criteria::Aic(), selection::criteria::Bic());
#endif
  return selection::select(x, selection::families<eigenmix::covariance::Full>(),
                           selection::components(1, 3), options);
}
