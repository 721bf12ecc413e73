// SPDX-License-Identifier: MIT
#ifndef EIGENMIX_EM_PARAMETER_CHANGE_HPP
#define EIGENMIX_EM_PARAMETER_CHANGE_HPP

#include <algorithm>
#include <cmath>
#include <limits>

#include <eigenmix/parameters/parameters.hpp>

namespace eigenmix {
inline namespace EIGENMIX_ABI {
namespace detail {

/// Largest change of any parameter, as Iteration::parameter_change documents.
template <class Parameters>
double parameter_change(const Parameters& before, const Parameters& after) {
  if (before.component_count() != after.component_count()) {
    return std::numeric_limits<double>::infinity();
  }
  double largest = 0;
  for (Index k = 0; k < before.component_count(); ++k) {
    largest = std::max(largest, double(std::abs(after.weights(k) - before.weights(k))));
    for (Index i = 0; i < before.dimension(); ++i) {
      const auto moved =
          (after.means(i, k) - before.means(i, k)) / std::sqrt(before.variance(i, k));
      largest = std::max(largest, double(std::abs(moved)));
    }
  }
  for (Index g = 0; g < before.group_count(); ++g) {
    const auto old_block = before.group(g), new_block = after.group(g);
    for (Index j = 0; j < old_block.cols(); ++j) {
      for (Index i = 0; i < old_block.rows(); ++i) {
        const auto change =
            (new_block(i, j) - old_block(i, j)) / Parameters::Layout::entry_scale(old_block, i, j);
        largest = std::max(largest, double(std::abs(change)));
      }
    }
  }
  return largest;
}

}  // namespace detail
}  // namespace EIGENMIX_ABI
}  // namespace eigenmix

#endif  // EIGENMIX_EM_PARAMETER_CHANGE_HPP
