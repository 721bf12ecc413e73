// SPDX-License-Identifier: MIT
// expect: eigenmix: fit_options takes one Noise
#include <eigenmix/eigenmix.hpp>

auto call() {
#ifdef EIGENMIX_MENDED
  return eigenmix::fit_options(eigenmix::Noise());
#else
  return eigenmix::fit_options(eigenmix::Noise(), eigenmix::Noise());
#endif
}
