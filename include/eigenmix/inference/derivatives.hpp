// SPDX-License-Identifier: MIT
#ifndef EIGENMIX_INFERENCE_DERIVATIVES_HPP
#define EIGENMIX_INFERENCE_DERIVATIVES_HPP

#include <eigenmix/gaussian_mixture.hpp>
#include <eigenmix/inference/local_density.hpp>
#include <eigenmix/samples/boundary.hpp>

namespace eigenmix {
inline namespace EIGENMIX_ABI {
namespace detail {

/// [Dim] sample n of checked samples.
template <class Real, class Samples>
void read_column(const Samples& samples, Index n, Vector<Real>& x) {
  for (Index i = 0; i < samples.dimension(); ++i) x(i) = Real(samples.value(i, n));
}

/// How many columns an argument has at compile time, if it is an expression at all.
template <class X>
constexpr int fixed_columns() {
  if constexpr (is_expression_v<X>) {
    return X::ColsAtCompileTime;
  } else {
    return Eigen::Dynamic;
  }
}

}  // namespace detail

/// The gradient of the log density of a mixture, Σ_k r_k P_k (mean_k - x), with r the
/// responsibilities and P the precisions (Carreira-Perpinan 2000). A background adds to the density
/// and not to its gradient, so that it makes that of the log density less. So far out that even the
/// log density cannot be represented, the component that is nearest in deviations is the only one;
/// entries that cannot be represented are infinite.
///
///     const Eigen::MatrixXd scores = log_density_gradient(mixture, x);   // one column a sample
///
/// \param x  [Dim] or [Dim x N] samples
/// \return of the shape of x, in nats per unit of each dimension
/// \throws std::invalid_argument  if x has the wrong number of rows, no columns, or an entry that
///                                is NaN or infinite
/// \complexity  O(K Dim³ + N K Dim²)
template <class Scalar, int Dim, class Covariance, class X>
auto log_density_gradient(const GaussianMixture<Scalar, Dim, Covariance>& mixture, const X& x)
    -> detail::Matrix<Scalar, Dim, detail::fixed_columns<X>()> {
  using Real = Accumulator<Scalar>;
  const char* const where = "log_density_gradient";
  const auto samples =
      detail::Boundary<Scalar, Dim>::checked_unweighted(where, x, mixture.dimension());
  detail::LocalDensity<Real> density(where, mixture);
  detail::Matrix<Scalar, Dim, detail::fixed_columns<X>()> result(samples.dimension(),
                                                                 samples.count());
  detail::Vector<Real> point(samples.dimension());
  for (Index n = 0; n < samples.count(); ++n) {
    detail::read_column(samples, n, point);
    density.move_to(point);
    for (Index i = 0; i < point.size(); ++i) result(i, n) = Scalar(density.gradient()(i));
  }
  return result;
}

/// The matrix of second derivatives of the log density of a mixture at a point,
/// Σ_k r_k ((g_k - g)(g_k - g)^T - P_k), where g_k = P_k (mean_k - x) and g is their mean; its
/// negative is the precision of the normal distribution that is nearest there. A background is a
/// part with g_k = 0 and P_k = 0. Far out as log_density_gradient.
/// \param x  [Dim] or [Dim x 1]
/// \return [Dim x Dim] symmetric to the bit, in nats per product of the units of two dimensions
/// \throws std::invalid_argument  as log_density_gradient, or if x has more columns than one
/// \complexity  O(K Dim³)
template <class Scalar, int Dim, class Covariance, class X>
auto log_density_hessian(const GaussianMixture<Scalar, Dim, Covariance>& mixture, const X& x)
    -> detail::Matrix<Scalar, Dim, Dim> {
  using Real = Accumulator<Scalar>;
  const char* const where = "log_density_hessian";
  const auto samples =
      detail::Boundary<Scalar, Dim>::checked_unweighted(where, x, mixture.dimension());
  if (samples.count() != 1) {
    detail::reject(where, "columns of x", detail::text(samples.count()), "one point");
  }
  detail::LocalDensity<Real> density(where, mixture);
  detail::Vector<Real> point(samples.dimension());
  detail::read_column(samples, 0, point);
  density.move_to(point);
  const detail::Matrix<Real> hessian = density.hessian();
  detail::Matrix<Scalar, Dim, Dim> result(point.size(), point.size());
  for (Index j = 0; j < point.size(); ++j) {
    for (Index i = 0; i <= j; ++i) result(i, j) = result(j, i) = Scalar(hessian(i, j));
  }
  return result;
}

}  // namespace EIGENMIX_ABI
}  // namespace eigenmix

#endif  // EIGENMIX_INFERENCE_DERIVATIVES_HPP
