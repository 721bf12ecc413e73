// SPDX-License-Identifier: MIT
#ifndef EIGENMIX_INFERENCE_SAMPLED_VALUE_HPP
#define EIGENMIX_INFERENCE_SAMPLED_VALUE_HPP

#include <eigenmix/base/errors.hpp>

namespace eigenmix {
inline namespace EIGENMIX_ABI {

/// A number found by drawing samples of a mixture, and the standard error of drawing them.
struct SampledValue {
  double value = 0;
  double standard_error = 0;
};

namespace detail {

/// For what is drawn from the components alone or integrated over all space.
template <class Mixture>
void refuse_background(const char* where, const Mixture& mixture) {
  if (mixture.noise().weight > 0) {
    reject(where, "noise", "a background of weight " + text(mixture.noise().weight),
           "none: where it ends is not known; set_noise({}) takes it away");
  }
}

}  // namespace detail
}  // namespace EIGENMIX_ABI
}  // namespace eigenmix

#endif  // EIGENMIX_INFERENCE_SAMPLED_VALUE_HPP
