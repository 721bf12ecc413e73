// SPDX-License-Identifier: MIT
#include "shared.hpp"

OneDimensional fit_in_first_unit(const Samples& x, std::ostream& progress) {
  auto mixture = eigenmix::initialize<OneDimensional>(x, 2);
  mixture.fit(x, eigenmix::stopping::standard(),
              eigenmix::fit_options(eigenmix::observers::Progress(progress)));
  return mixture;
}
