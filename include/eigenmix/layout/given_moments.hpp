// SPDX-License-Identifier: MIT
#ifndef EIGENMIX_LAYOUT_GIVEN_MOMENTS_HPP
#define EIGENMIX_LAYOUT_GIVEN_MOMENTS_HPP

#include <eigenmix/moments.hpp>

namespace eigenmix {
inline namespace EIGENMIX_ABI {
namespace detail {

/// Whether moments are of some samples and can be computed with.
template <class Moments>
bool are_sums_of_samples(const Moments& moments, bool has_noise) {
  const bool has_counts = has_noise || moments.counts().sum() > 0;
  return moments.total_weight() > 0 && has_counts && !(moments.counts().minCoeff() < 0) &&
         moments.flat().allFinite();
}

/// \throws std::invalid_argument  unless moments from a caller are of so many dimensions and
///                                components, finite, and of at least one sample
template <class Moments>
void check_given_moments(const char* where, const Moments& moments, Index dimension,
                         Index components, bool has_noise) {
  check_shape(where, "moments (dimensions x components)",
              {moments.dimension(), moments.component_count()}, {dimension, components});
  if (are_sums_of_samples(moments, has_noise)) return;
  reject(where, "moments", "no or negative counts or numbers that are not finite",
         "finite moments of at least one sample");
}

/// \throws std::invalid_argument  unless moments of samples, which are finite, are too
template <class Moments>
void check_summed_moments(const char* where, const Moments& moments, bool has_noise) {
  if (are_sums_of_samples(moments, has_noise)) return;
  reject(where, "squares of x", "some beyond the range of the scalar",
         "samples whose squared distances to the components can be represented");
}

}  // namespace detail
}  // namespace EIGENMIX_ABI
}  // namespace eigenmix

#endif  // EIGENMIX_LAYOUT_GIVEN_MOMENTS_HPP
