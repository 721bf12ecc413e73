// SPDX-License-Identifier: MIT
// expect: eigenmix: labels of classes are integers, 0 to C - 1
#include <vector>

#include <eigenmix/classification/edda.hpp>
#include <eigenmix/eigenmix.hpp>

#ifdef EIGENMIX_MENDED
using Label = int;
#else
using Label = double;
#endif

auto call(const Eigen::Matrix2Xd& x, const std::vector<Label>& labels) {
  return eigenmix::classification::fit_edda(
      x, labels, eigenmix::selection::families<eigenmix::covariance::Full>());
}
