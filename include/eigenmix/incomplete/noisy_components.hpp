// SPDX-License-Identifier: MIT
#ifndef EIGENMIX_INCOMPLETE_NOISY_COMPONENTS_HPP
#define EIGENMIX_INCOMPLETE_NOISY_COMPONENTS_HPP

#include <vector>

#include <eigenmix/incomplete/noisy_linear.hpp>
#include <eigenmix/layout/own_centre_sums.hpp>

namespace eigenmix {
inline namespace EIGENMIX_ABI {
namespace detail {

/// The components of a mixture as those who look through noise want them, of any family: dense, and
/// with factors. In the type that sums are kept in, so that of float data a covariance plus its
/// noise is not rounded before it is factorised.
template <class Scalar>
struct NoisyComponents {
  using Real = Accumulator<Scalar>;

  /// \param constants  [K] as log densities have them: log_normalizers or log_constants
  template <class Parameters>
  void assign(const Parameters& parameters, const Vector<Scalar>& constants) {
    const Index count = parameters.component_count();
    means = parameters.means.template cast<Real>();
    covariances.resize(static_cast<std::size_t>(count));
    roots.resize(covariances.size());
    log_shares.resize(count);
    for (Index k = 0; k < count; ++k) {
      covariance(k) = parameters.covariance(k).template cast<Real>();
      root(k) = covariance(k);
      cholesky_in_place(root(k));
      for (Index j = 1; j < root(k).cols(); ++j) {
        for (Index i = 0; i < j; ++i) root(k)(i, j) = 0;
      }
      log_shares(k) = Real(constants(k)) - Real(parameters.log_normalizers(k));
    }
    origins = means;
  }

  Index dimension() const { return means.rows(); }
  Index count() const { return means.cols(); }
  Matrix<Real>& covariance(Index k) { return covariances[static_cast<std::size_t>(k)]; }
  const Matrix<Real>& covariance(Index k) const { return covariances[static_cast<std::size_t>(k)]; }
  Matrix<Real>& root(Index k) { return roots[static_cast<std::size_t>(k)]; }
  const Matrix<Real>& root(Index k) const { return roots[static_cast<std::size_t>(k)]; }

  Matrix<Real> means;                     // [Dim x K]
  Matrix<Real> origins;                   // [Dim x K] that moments are to be about
  std::vector<Matrix<Real>> covariances;  // K, [Dim x Dim]
  std::vector<Matrix<Real>> roots;        // K, their lower Cholesky factors
  Vector<Real> log_shares;                // K, what the constants have beside the normalizers
};

/// Adds second moments [Dim x Dim] of component k to those of a layout.
template <class Moments, class Real>
void add_second_moments(const Matrix<Real>& second, Index k, Moments& moments) {
  using Layout = typename Moments::Layout;
  auto all = moments.second();
  auto* const sums = all.data() + Layout::group_of(k) * all.rows();
  for (Index i = 0; i < second.rows(); ++i) {
    if constexpr (Layout::is_dense) {
      for (Index j = 0; j <= i; ++j) sums[packed_index(i, j)] += (second(i, j) + second(j, i)) / 2;
    } else {
      sums[Layout::is_isotropic ? 0 : i] += second(i, i);
    }
  }
}

}  // namespace detail
}  // namespace EIGENMIX_ABI
}  // namespace eigenmix

#endif  // EIGENMIX_INCOMPLETE_NOISY_COMPONENTS_HPP
