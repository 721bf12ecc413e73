// SPDX-License-Identifier: MIT
// expect: eigenmix: the fourth argument of fit_resumable is what fit_options(...) returns
#include <eigenmix/execution/threads.hpp>
#include <eigenmix/out_of_core/checkpoint.hpp>

void call(eigenmix::GaussianMixture<double>& mixture, const Eigen::MatrixXd& x) {
  const eigenmix::execution::Threads threads(2);
#ifdef EIGENMIX_MENDED
  eigenmix::out_of_core::fit_resumable(mixture, x, {"fit"}, eigenmix::fit_options(threads));
#else
  eigenmix::out_of_core::fit_resumable(mixture, x, {"fit"}, threads);
#endif
}
