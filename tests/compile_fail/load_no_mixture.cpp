// SPDX-License-Identifier: MIT
// expect: eigenmix: what load reads must be a GaussianMixture
#include <istream>

#include <eigenmix/io/text.hpp>

#ifdef EIGENMIX_MENDED
using Loaded = eigenmix::GaussianMixture<double>;
#else
using Loaded = Eigen::MatrixXd;
#endif

Loaded call(std::istream& stream) { return eigenmix::load<Loaded>(stream); }
