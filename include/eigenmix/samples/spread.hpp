// SPDX-License-Identifier: MIT
#ifndef EIGENMIX_SAMPLES_SPREAD_HPP
#define EIGENMIX_SAMPLES_SPREAD_HPP

#include <eigenmix/base/config.hpp>
#include <eigenmix/base/fwd.hpp>

namespace eigenmix {
inline namespace EIGENMIX_ABI {
namespace detail {

struct Spread {
  double mean = 0;  ///< as the scalar of the samples has it
  double variance = 0;
};

/// Of the samples in dimension i, by weight; sums are about a number near them.
template <class Samples>
EIGENMIX_COLD Spread spread_about(double near, const Samples& samples, Index i) {
  double weight = 0, mean = 0;
  for (Index n = 0; n < samples.count(); ++n) {
    const double share = double(samples.weight(n));
    weight += share;
    if (share > 0) mean += share * (double(samples.value(i, n)) - near);
  }
  Spread result;
  result.mean = double(typename Samples::Scalar(near + mean / weight));
  for (Index n = 0; n < samples.count(); ++n) {
    const double offset = double(samples.value(i, n)) - result.mean;
    const double share = double(samples.weight(n));
    if (share > 0) result.variance += share * offset * offset / weight;
  }
  return result;
}

}  // namespace detail
}  // namespace EIGENMIX_ABI
}  // namespace eigenmix

#endif  // EIGENMIX_SAMPLES_SPREAD_HPP
