// SPDX-License-Identifier: MIT
#ifndef EIGENMIX_INFERENCE_UNCERTAINTY_HPP
#define EIGENMIX_INFERENCE_UNCERTAINTY_HPP

// How far a fit may be off: standard errors from the information, and intervals from refits to
// resampled data.

#include <eigenmix/inference/uncertainty/bootstrap.hpp>
#include <eigenmix/inference/uncertainty/derivatives.hpp>
#include <eigenmix/inference/uncertainty/standard_errors.hpp>

#endif  // EIGENMIX_INFERENCE_UNCERTAINTY_HPP
