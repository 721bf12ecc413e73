// SPDX-License-Identifier: MIT
#include <iostream>

#include "shared.hpp"

int main() {
  Samples x(8);
  x << 1.0, 1.5, 0.5, 1.25, 7.0, 7.5, 6.0, 6.5;
  const OneDimensional first = fit_in_first_unit(x, std::cout);
  const OneDimensional second = fit_in_second_unit(x, std::cout);
  if (first != second) {
    std::cerr << "the same fit differs between two units:\n" << first << second;
    return 1;
  }
  return 0;
}
