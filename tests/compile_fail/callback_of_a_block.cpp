// SPDX-License-Identifier: MIT
// expect: eigenmix: a callback is called as read(Index begin, Index size, Scalar* into)
#include <algorithm>

#include <eigenmix/out_of_core/callback.hpp>

using eigenmix::Index;

auto call() {
#ifdef EIGENMIX_MENDED
  const auto read = [](Index, Index size, double* into) { std::fill_n(into, 3 * size, 1.0); };
#else
  const auto read = [](Index, Index size) { return Eigen::MatrixXd::Ones(3, size).eval(); };
#endif
  return eigenmix::out_of_core::callback<double>(3, 100, read);
}
