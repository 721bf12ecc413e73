// SPDX-License-Identifier: MIT
// expect: eigenmix: fit_semi_supervised cannot drop components
#include <eigenmix/classification/semi_supervised.hpp>
#include <eigenmix/degeneracy/drop.hpp>

#ifdef EIGENMIX_MENDED
using Policy = eigenmix::degeneracy::ResolutionFloor;
#else
using Policy = eigenmix::degeneracy::Drop;
#endif

auto call(eigenmix::GaussianMixture<double>& mixture, const Eigen::MatrixXd& x,
          const eigenmix::classification::AllowedComponents& known) {
  return eigenmix::classification::fit_semi_supervised(mixture, x, known,
                                                       eigenmix::fit_options(Policy()));
}
