// SPDX-License-Identifier: MIT
#ifndef EIGENMIX_INCOMPLETE_SPLIT_FACTOR_HPP
#define EIGENMIX_INCOMPLETE_SPLIT_FACTOR_HPP

#include <limits>

#include <eigenmix/base/cholesky.hpp>
#include <eigenmix/incomplete/patterns.hpp>

namespace eigenmix {
inline namespace EIGENMIX_ABI {
namespace detail {

/// The Cholesky factor [L 0; W T] of a covariance S with what is observed in front: S_oo = L L^T,
/// and given x_o what is missing has the mean mean_m + W L^-1 (x_o - mean_o) and the covariance
/// T T^T, a product that no rounding makes indefinite.
///
/// In another order than that in which it was found positive definite, a covariance may seem to be
/// none by rounding; so little is then added to its variances as makes it one.
/// \param block   S [d x d]
/// \param factor  out, [d x d] its lower triangle. O(d³ / 6)
template <class Block, class Real>
void factorise_split(const Block& block, const SplitDimensions& split, Matrix<Real>& factor) {
  const Index d = block.rows();
  factor.resize(d, d);
  constexpr Real least = 4 * std::numeric_limits<Real>::epsilon();
  Real more = 0;
  while (more < 1) {
    for (Index j = 0; j < d; ++j) {
      for (Index i = j; i < d; ++i) factor(i, j) = Real(block(split[i], split[j]));
      factor(j, j) *= 1 + more;
    }
    if (cholesky_in_place(factor)) return;
    more = std::max(4 * more, least);
  }
}

}  // namespace detail
}  // namespace EIGENMIX_ABI
}  // namespace eigenmix

#endif  // EIGENMIX_INCOMPLETE_SPLIT_FACTOR_HPP
