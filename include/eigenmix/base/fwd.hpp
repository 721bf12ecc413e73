// SPDX-License-Identifier: MIT
#ifndef EIGENMIX_BASE_FWD_HPP
#define EIGENMIX_BASE_FWD_HPP

#include <type_traits>

#include <eigenmix/base/config.hpp>

namespace eigenmix {
inline namespace EIGENMIX_ABI {

using Eigen::Index;

/// What sums over samples are kept in: float data are accumulated in double, because a float sum
/// over N samples loses digits with N; double and long double are kept as they are.
template <class Scalar>
using Accumulator = std::conditional_t<std::is_same_v<Scalar, float>, double, Scalar>;

namespace detail {

/// A column of `Rows` numbers.
template <class Scalar, int Rows = Eigen::Dynamic>
using Vector = Eigen::Matrix<Scalar, Rows, 1>;

/// Always column-major, one sample or one component per column (a plain Eigen::Matrix with one
/// fixed row would have to be row-major, hence the switch).
template <class Scalar, int Rows = Eigen::Dynamic, int Cols = Eigen::Dynamic>
using Matrix =
    Eigen::Matrix<Scalar, Rows, Cols, (Rows == 1 && Cols != 1) ? Eigen::RowMajor : Eigen::ColMajor>;

/// ln(2 pi) / 2, the constant of one dimension of a normal density.
template <class Real>
inline constexpr Real half_log_two_pi = Real(0.918938533204672741780329736405617640L);

}  // namespace detail

namespace covariance {
struct Full;
struct Tied;
struct Diagonal;
struct Spherical;
}  // namespace covariance

template <class Scalar, int Dim = Eigen::Dynamic, class Covariance = covariance::Full>
class GaussianMixture;

template <class Scalar, int Dim, class Layout>
class Moments;

}  // namespace EIGENMIX_ABI
}  // namespace eigenmix

#endif  // EIGENMIX_BASE_FWD_HPP
