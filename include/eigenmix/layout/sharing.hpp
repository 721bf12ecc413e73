// SPDX-License-Identifier: MIT
#ifndef EIGENMIX_LAYOUT_SHARING_HPP
#define EIGENMIX_LAYOUT_SHARING_HPP

#include <eigenmix/base/fwd.hpp>

namespace eigenmix {
inline namespace EIGENMIX_ABI {
namespace detail {

/// Whose a stored covariance is. Components that share one form a group; there are as many groups
/// as components, or one.
enum class Sharing { own, common };

/// Whether the variances along the axes may differ, or are one number.
enum class Variances { free, equal };

template <Sharing S>
struct Groups {
  static Index group_count(Index components) { return S == Sharing::common ? 1 : components; }
  static Index group_of(Index component) { return S == Sharing::common ? 0 : component; }
};

}  // namespace detail
}  // namespace EIGENMIX_ABI
}  // namespace eigenmix

#endif  // EIGENMIX_LAYOUT_SHARING_HPP
