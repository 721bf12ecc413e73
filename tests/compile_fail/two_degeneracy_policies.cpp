// SPDX-License-Identifier: MIT
// expect: eigenmix: fit_options takes one degeneracy policy
#include <eigenmix/eigenmix.hpp>

auto call() {
#ifdef EIGENMIX_MENDED
  return eigenmix::fit_options(eigenmix::degeneracy::Drop());
#else
  return eigenmix::fit_options(eigenmix::degeneracy::Drop(), eigenmix::degeneracy::Throw());
#endif
}
