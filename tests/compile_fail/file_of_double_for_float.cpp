// SPDX-License-Identifier: MIT
// expect: eigenmix: a file of double does not go into samples of float without rounding
#include <eigenmix/out_of_core/files.hpp>

#ifdef EIGENMIX_MENDED
using Scalar = double;
#else
using Scalar = float;
#endif

auto call() { return eigenmix::out_of_core::raw_file<Scalar, double>("x.raw", 3); }
