// SPDX-License-Identifier: MIT
// expect: eigenmix: the source gives samples of another scalar type than the mixture's
#include <eigenmix/out_of_core/files.hpp>

void call(eigenmix::GaussianMixture<double>& mixture) {
#ifdef EIGENMIX_MENDED
  mixture.fit(eigenmix::out_of_core::npy_file<double>("x.npy"));
#else
  mixture.fit(eigenmix::out_of_core::npy_file<float>("x.npy"));
#endif
}
