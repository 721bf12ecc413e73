// SPDX-License-Identifier: MIT
// expect: eigenmix: a criterion must be callable as double(const selection::Evidence&)
#include <eigenmix/eigenmix.hpp>
#include <eigenmix/selection/selection.hpp>

auto call(const Eigen::MatrixXd& x) {
  namespace selection = eigenmix::selection;
#ifdef EIGENMIX_MENDED
  const selection::criteria::Bic criterion;
#else
  const eigenmix::initialization::KMeansPlusPlus criterion;
#endif
  return selection::select(x, selection::families<eigenmix::covariance::Full>(),
                           selection::components(1, 3), criterion);
}
