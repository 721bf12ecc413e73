// SPDX-License-Identifier: MIT
// expect: eigenmix: fit_options takes one execution policy
#include <eigenmix/eigenmix.hpp>

auto call() {
#ifdef EIGENMIX_MENDED
  return eigenmix::fit_options(eigenmix::execution::Serial());
#else
  return eigenmix::fit_options(eigenmix::execution::Serial(), eigenmix::execution::Serial());
#endif
}
