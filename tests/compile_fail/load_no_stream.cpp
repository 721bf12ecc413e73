// SPDX-License-Identifier: MIT
// expect: eigenmix: what online::load reads is a stream of a GaussianMixture
#include <istream>

#include <eigenmix/eigenmix.hpp>
#include <eigenmix/online/text.hpp>

#ifdef EIGENMIX_MENDED
using Loaded = eigenmix::GaussianMixture<double>;
#else
using Loaded = Eigen::MatrixXd;
#endif

auto call(std::istream& in) { return eigenmix::online::load<Loaded>(in); }
