// SPDX-License-Identifier: MIT
// expect: eigenmix: the two mixtures have different fixed dimensions
#include <eigenmix/algebra/distances.hpp>

#ifdef EIGENMIX_MENDED
constexpr int dim = 2;
#else
constexpr int dim = 3;
#endif

void call(const eigenmix::GaussianMixture<double, 2>& a,
          const eigenmix::GaussianMixture<double, dim>& b) {
  eigenmix::kl_variational(a, b);
}
