// SPDX-License-Identifier: MIT
// expect: eigenmix: a density::Evaluator is of a fixed dimension
#include <eigenmix/inference/evaluator.hpp>

#ifdef EIGENMIX_MENDED
constexpr int dim = 2;
#else
constexpr int dim = Eigen::Dynamic;
#endif

using Evaluator = eigenmix::density::Evaluator<double, dim>;
constexpr int dim_of_evaluator = Evaluator::Dim;
