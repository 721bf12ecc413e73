// SPDX-License-Identifier: MIT
#include <iostream>
#include <string>

#include <eigenmix/eigenmix.hpp>

int main() {
  using Mixture = eigenmix::GaussianMixture<double, 1>;
  Eigen::Matrix<double, 1, Eigen::Dynamic> x(6);
  x << 1.0, 2.0, 3.0, 11.0, 12.0, 13.0;
  const Mixture mixture = eigenmix::initialize<Mixture>(x, 2);
  const auto version = std::to_string(EIGENMIX_VERSION_MAJOR) + "." +
                       std::to_string(EIGENMIX_VERSION_MINOR) + "." +
                       std::to_string(EIGENMIX_VERSION_PATCH);
  std::cout << version << ' ' << mixture.means() << '\n';
#ifdef PACKAGE_VERSION
  if (version != PACKAGE_VERSION) return 1;
#endif
  return mixture.classify(x)(0) != mixture.classify(x)(5) ? 0 : 1;
}
