// SPDX-License-Identifier: MIT
#ifndef EIGENMIX_INFERENCE_SAMPLED_VALUE_HPP
#define EIGENMIX_INFERENCE_SAMPLED_VALUE_HPP

#include <eigenmix/version.hpp>

namespace eigenmix {
inline namespace EIGENMIX_ABI {

/// A number found by drawing samples of a mixture, and the standard error of drawing them.
struct SampledValue {
  double value = 0;
  double standard_error = 0;
};

}  // namespace EIGENMIX_ABI
}  // namespace eigenmix

#endif  // EIGENMIX_INFERENCE_SAMPLED_VALUE_HPP
