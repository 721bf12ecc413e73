// SPDX-License-Identifier: MIT
// expect: eigenmix: a number says neither seconds nor a seed
#include <eigenmix/eigenmix.hpp>

auto call(const Eigen::MatrixXd& x) {
#ifdef EIGENMIX_MENDED
  using namespace std::chrono_literals;
  const auto strategy = eigenmix::initialization::exhaustive(10s);
#else
  const auto strategy = eigenmix::initialization::exhaustive(10);
#endif
  return eigenmix::initialize<eigenmix::GaussianMixture<double, 2>>(x, 3, strategy);
}
