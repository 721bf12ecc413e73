// SPDX-License-Identifier: MIT
#ifndef EIGENMIX_BASE_FILL_HPP
#define EIGENMIX_BASE_FILL_HPP

#include <algorithm>

#include <eigenmix/base/fwd.hpp>

namespace eigenmix {
inline namespace EIGENMIX_ABI {
namespace detail {

/// Every number of a matrix the same. Eigen's setConstant is three classes for each type of matrix,
/// 10 ms of everybody's compiler.
template <class Real, int Rows, int Cols, int Options>
void fill(Eigen::Matrix<Real, Rows, Cols, Options>& matrix, Real value) {
  std::fill_n(matrix.data(), matrix.size(), value);
}

/// A matrix of that size, of zeros.
template <class Real, int Rows, int Cols, int Options>
EIGENMIX_NOINLINE void set_zero(Eigen::Matrix<Real, Rows, Cols, Options>& matrix, Index rows,
                                Index cols = 1) {
  matrix.resize(rows, cols);
  fill(matrix, Real(0));
}

/// The identity of that size.
template <class Real, int Dim, int Options>
void set_identity(Eigen::Matrix<Real, Dim, Dim, Options>& matrix, Index size) {
  matrix.resize(size, size);
  fill(matrix, Real(0));
  for (Index i = 0; i < size; ++i) matrix(i, i) = 1;
}

}  // namespace detail
}  // namespace EIGENMIX_ABI
}  // namespace eigenmix

#endif  // EIGENMIX_BASE_FILL_HPP
