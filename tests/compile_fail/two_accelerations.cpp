// SPDX-License-Identifier: MIT
// expect: eigenmix: fit_options takes one acceleration
#include <eigenmix/eigenmix.hpp>

auto call() {
  using namespace eigenmix::acceleration;
#ifdef EIGENMIX_MENDED
  return eigenmix::fit_options(QuasiNewton());
#else
  return eigenmix::fit_options(None(), QuasiNewton());
#endif
}
