// SPDX-License-Identifier: MIT
#ifndef EIGENMIX_INITIALIZATION_STAND_APART_HPP
#define EIGENMIX_INITIALIZATION_STAND_APART_HPP

#include <algorithm>

#include <eigenmix/em/split_merge.hpp>

namespace eigenmix {
inline namespace EIGENMIX_ABI {
namespace detail {

/// Whether components stand apart: uniting any two would lose more than a chance split of one gains,
/// and, for each of their samples, what uniting equal groups five deviations apart loses.
/// O(K² Dim³).
template <class Parameters, class View>
EIGENMIX_COLD bool stand_apart(const Parameters& p, const View& samples) {
  const Index k = p.component_count(), d = p.dimension();
  const double free = double(Parameters::Covariance::parameter_count(d, k)) / double(k) + double(d);
  const double least = (10 + free / 2) / double(samples.positive_count());
  for (Index i = 0; i < k; ++i) {
    for (Index j = i + 1; j < k; ++j) {
      const double loss = merge_loss(p, i, j) - mixing_entropy(p, i, j);
      if (!(loss > std::max(least, 0.3 * double(p.weights(i) + p.weights(j))))) return false;
    }
  }
  return true;
}

}  // namespace detail
}  // namespace EIGENMIX_ABI
}  // namespace eigenmix

#endif  // EIGENMIX_INITIALIZATION_STAND_APART_HPP
