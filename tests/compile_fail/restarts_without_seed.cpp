// SPDX-License-Identifier: MIT
// expect: eigenmix: restarts vary the start by its seed
#include <vector>

#include <eigenmix/eigenmix.hpp>

auto call() {
#ifdef EIGENMIX_MENDED
  const eigenmix::initialization::RandomSamples strategy;
#else
  const eigenmix::initialization::FromLabels strategy(std::vector<int>{0, 1, 0, 1});
#endif
  return eigenmix::initialization::Restarts(3, strategy).runs;
}
