// SPDX-License-Identifier: MIT
#ifndef EIGENMIX_BASE_DOT_HPP
#define EIGENMIX_BASE_DOT_HPP

#include <eigenmix/base/fwd.hpp>

namespace eigenmix {
inline namespace EIGENMIX_ABI {
namespace detail {

/// Σ a_n b_n in eight partial sums, which compilers turn into vectors without a licence to reorder,
/// and whose order is the same for every vector width.
EIGENMIX_NOINLINE inline double dot(const double* a, const double* b, Index count) {
  constexpr Index lanes = 8;
  double sums[lanes] = {};
  Index n = 0;
  for (; n + lanes <= count; n += lanes) {
    for (Index l = 0; l < lanes; ++l) sums[l] += a[n + l] * b[n + l];
  }
  double sum = 0;
  for (; n < count; ++n) sum += a[n] * b[n];
  for (const double part : sums) sum += part;
  return sum;
}

}  // namespace detail
}  // namespace EIGENMIX_ABI
}  // namespace eigenmix

#endif  // EIGENMIX_BASE_DOT_HPP
