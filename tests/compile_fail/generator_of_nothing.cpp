// SPDX-License-Identifier: MIT
// expect: eigenmix: a generator is rewind() and Index next(Scalar* into, Index most)
#include <eigenmix/out_of_core/callback.hpp>

using eigenmix::Index;

auto call() {
#ifdef EIGENMIX_MENDED
  const auto next = [](double*, Index) { return Index(0); };
#else
  const auto next = [](double*, Index) {};
#endif
  return eigenmix::out_of_core::generator<double>(
      3, [] {}, next);
}
