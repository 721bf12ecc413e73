// SPDX-License-Identifier: MIT
#ifndef EIGENMIX_INITIALIZATION_AGGLOMERATION_MERGES_HPP
#define EIGENMIX_INITIALIZATION_AGGLOMERATION_MERGES_HPP

#include <vector>

#include <eigenmix/base/fwd.hpp>

namespace eigenmix {
inline namespace EIGENMIX_ABI {
namespace detail {

/// One merge of an agglomeration. Groups have places 0, 1, ...: the merged group takes the place
/// `first`, and the last group the place `second` that falls free. first < second.
struct Merge {
  int first;
  int second;
};

/// The smallest of some numbers, of equals the last, and where it is.
template <class Real>
struct Smallest {
  Real value;
  Index index;
};

/// Two passes: the first, the minimum, is vectorised.
template <class Real>
Smallest<Real> last_smallest(const Real* values, Index begin, Index end) {
  using Values = Eigen::Map<const Eigen::Array<Real, Eigen::Dynamic, 1>>;
  const Real value = Values(values + begin, end - begin).minCoeff();
  Index index = end - 1;
  while (index > begin && values[index] != value) --index;
  return {value, index};
}

/// Costs that are equal in exact arithmetic must be equal here, or rounding, and with it compiler
/// and processor, would decide between pairs at the same distance, of which rounded data are full:
/// 30 of the 53 bits are kept.
template <class Costs>
auto without_last_digits(const Costs& costs) {
  using Real = typename Costs::Scalar;
  const Real split = Real(1 << 23) + 1;  // Veltkamp's
  return (costs * split - (costs * split - costs)).eval();
}

}  // namespace detail
}  // namespace EIGENMIX_ABI
}  // namespace eigenmix

#endif  // EIGENMIX_INITIALIZATION_AGGLOMERATION_MERGES_HPP
