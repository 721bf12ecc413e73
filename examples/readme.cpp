// SPDX-License-Identifier: MIT
#include <iostream>

#include <eigenmix/eigenmix.hpp>

int main() {
  Eigen::MatrixXd x(2, 12);  // one sample per column: minutes of an eruption and until the next
  x.row(0) << 3.6, 1.8, 3.333, 2.283, 4.533, 2.883, 4.7, 3.6, 1.95, 4.35, 1.833, 3.917;
  x.row(1) << 79, 54, 74, 62, 85, 55, 88, 85, 51, 85, 54, 84;

  using Mixture = eigenmix::GaussianMixture<double, 2>;
  auto mixture = eigenmix::initialize<Mixture>(x, 2);
  const auto result = mixture.fit(x);

  std::cout << mixture << result << "\nassigned to " << mixture.classify(x) << '\n';
  std::cout << "a new one: " << mixture.responsibilities(Eigen::Vector2d(3.1, 67)).transpose();
  std::cout << '\n';
}
