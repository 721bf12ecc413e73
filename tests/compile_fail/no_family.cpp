// SPDX-License-Identifier: MIT
// expect: eigenmix: families<...>() needs at least one covariance family
#include <eigenmix/eigenmix.hpp>
#include <eigenmix/selection/families.hpp>

auto call() {
#ifdef EIGENMIX_MENDED
  return eigenmix::selection::families<eigenmix::covariance::Tied>();
#else
  return eigenmix::selection::families<>();
#endif
}
