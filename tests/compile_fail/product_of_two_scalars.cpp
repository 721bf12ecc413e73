// SPDX-License-Identifier: MIT
// expect: eigenmix: the two mixtures have different scalar types
#include <eigenmix/algebra/product.hpp>

#ifdef EIGENMIX_MENDED
using Scalar = double;
#else
using Scalar = float;
#endif

void call(const eigenmix::GaussianMixture<double, 2>& a,
          const eigenmix::GaussianMixture<Scalar, 2>& b) {
  eigenmix::product(a, b);
}
