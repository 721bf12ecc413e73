// SPDX-License-Identifier: MIT
#ifndef EIGENMIX_LAYOUT_GIVEN_MOMENTS_HPP
#define EIGENMIX_LAYOUT_GIVEN_MOMENTS_HPP

#include <eigenmix/moments.hpp>

namespace eigenmix {
inline namespace EIGENMIX_ABI {
namespace detail {

/// Whether moments are of some samples and can be computed with.
template <class Moments>
bool are_sums_of_samples(const Moments& moments) {
  return moments.total_weight() > 0 && !(moments.counts().minCoeff() < 0) &&
         moments.flat().allFinite();
}

/// \throws std::invalid_argument  unless moments from a caller are of so many dimensions and
///                                components, finite, and of at least one sample
template <class Moments>
void check_given_moments(const char* where, const Moments& moments, Index dimension,
                         Index components) {
  check_shape(where, "moments (dimensions x components)",
              {moments.dimension(), moments.component_count()}, {dimension, components});
  if (are_sums_of_samples(moments)) return;
  reject(where, "moments", "no or negative counts or numbers that are not finite",
         "finite moments of at least one sample");
}

/// \throws std::invalid_argument  unless moments of samples, which are finite, are too
template <class Moments>
void check_summed_moments(const char* where, const Moments& moments) {
  if (are_sums_of_samples(moments)) return;
  reject(where, "squares of x", "some beyond the range of the scalar",
         "samples whose squared distances to the components can be represented");
}

}  // namespace detail
}  // namespace EIGENMIX_ABI
}  // namespace eigenmix

#endif  // EIGENMIX_LAYOUT_GIVEN_MOMENTS_HPP
