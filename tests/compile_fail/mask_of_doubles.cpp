// SPDX-License-Identifier: MIT
// expect: eigenmix: AllowedComponents takes a mask of bool or integers
#include <eigenmix/classification/allowed_components.hpp>

auto call(const Eigen::MatrixXd& mask) {
#ifdef EIGENMIX_MENDED
  return eigenmix::classification::AllowedComponents((mask.array() > 0).matrix());
#else
  return eigenmix::classification::AllowedComponents(mask);
#endif
}
