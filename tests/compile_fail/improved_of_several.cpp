// SPDX-License-Identifier: MIT
// expect: eigenmix: improved_fisher_vector takes one column
#include <eigenmix/encoding/fisher_vector.hpp>

auto call(const Eigen::MatrixXd& vectors) {
#ifdef EIGENMIX_MENDED
  return eigenmix::improved_fisher_vector(vectors.col(0));
#else
  return eigenmix::improved_fisher_vector(vectors);
#endif
}
