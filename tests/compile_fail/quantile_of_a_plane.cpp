// SPDX-License-Identifier: MIT
// expect: eigenmix: probabilities of half-lines and quantiles are those of a mixture in one
#include <eigenmix/inference/marginal.hpp>
#include <eigenmix/inference/univariate.hpp>

auto call(const eigenmix::GaussianMixture<double, 2>& mixture) {
#ifdef EIGENMIX_MENDED
  return eigenmix::quantile(eigenmix::marginal<0>(mixture), 0.5);
#else
  return eigenmix::quantile(mixture, 0.5);
#endif
}
