// SPDX-License-Identifier: MIT
// expect: eigenmix: an engine must be a UniformRandomBitGenerator
#include <random>

#include <eigenmix/eigenmix.hpp>

struct SignedDraws {
  using result_type = int;
  static constexpr int min() { return 0; }
  static constexpr int max() { return 1000; }
  int operator()() { return 4; }
};

auto call(const eigenmix::GaussianMixture<double>& mixture) {
#ifdef EIGENMIX_MENDED
  std::mt19937_64 engine(42);
#else
  SignedDraws engine;
#endif
  return mixture.sample(10, engine);
}
