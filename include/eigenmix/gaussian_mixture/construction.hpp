// SPDX-License-Identifier: MIT
#ifndef EIGENMIX_GAUSSIAN_MIXTURE_CONSTRUCTION_HPP
#define EIGENMIX_GAUSSIAN_MIXTURE_CONSTRUCTION_HPP

// The constructors of a mixture.

#include <eigenmix/gaussian_mixture.hpp>

namespace eigenmix {
inline namespace EIGENMIX_ABI {
namespace detail {

/// A matrix of any expression, for a type that may be of fixed size.
/// \throws std::invalid_argument  unless it is [dimension x dimension]
template <class Square, class C>
Square square_matrix(const char* where, const char* what, const C& given, Index dimension) {
  constexpr bool same_scalar = std::is_same_v<typename C::Scalar, typename Square::Scalar>;
  static_assert(same_scalar,
                "eigenmix: the covariance has another scalar type than the mixture; pass "
                "covariance.cast<Scalar>() with the mixture's Scalar");
  check_shape(where, what, {given.rows(), given.cols()}, {dimension, dimension});
  if constexpr (same_scalar) {
    return given;
  } else {
    return {};
  }
}

}  // namespace detail

template <class Scalar, int Dim, class Covariance>
template <class W, class M>
GaussianMixture<Scalar, Dim, Covariance>::GaussianMixture(
    const Eigen::MatrixBase<W>& weights, const Eigen::MatrixBase<M>& means,
    const std::vector<CovarianceMatrix>& covariances) {
  detail::set_weights_and_means("GaussianMixture", weights, means, parameters_);
  const bool is_one_for_all = Covariance::Layout::is_shared && covariances.size() == 1;
  if (!is_one_for_all && static_cast<Index>(covariances.size()) != component_count()) {
    detail::reject("GaussianMixture", "number of covariances", detail::text(covariances.size()),
                   detail::text(component_count()));
  }
  for (Index k = 0; k < static_cast<Index>(covariances.size()); ++k) {
    const CovarianceMatrix& covariance = covariances[static_cast<std::size_t>(k)];
    detail::set_dense("GaussianMixture", k, covariance, parameters_);
  }
  detail::finish("GaussianMixture", parameters_);
}

template <class Scalar, int Dim, class Covariance>
template <class W, class M, class V>
// NOLINTNEXTLINE(readability-function-cognitive-complexity): the shapes of one argument
GaussianMixture<Scalar, Dim, Covariance>::GaussianMixture(const Eigen::MatrixBase<W>& weights,
                                                          const Eigen::MatrixBase<M>& means,
                                                          const Eigen::MatrixBase<V>& variances) {
  static_assert(std::is_same_v<typename V::Scalar, Scalar>,
                "eigenmix: the variances have another scalar type than the mixture; pass "
                "variances.cast<Scalar>() with the mixture's Scalar");
  detail::set_weights_and_means("GaussianMixture", weights, means, parameters_);
  using Layout = typename Covariance::Layout;
  const bool is_one_each =
      Layout::is_isotropic && V::IsVectorAtCompileTime && variances.size() == component_count();
  const bool is_one_for_all = Layout::is_shared && V::IsVectorAtCompileTime &&
                              variances.size() == (Layout::is_isotropic ? 1 : dimension());
  if (!is_one_each && !is_one_for_all) {
    detail::check_shape("GaussianMixture", "variances", {variances.rows(), variances.cols()},
                        {dimension(), component_count()});
  }
  const auto entry = [&](Index n) {
    return variances.rows() == 1 ? variances(0, n) : variances(n, 0);
  };
  detail::Vector<Scalar> of_component(dimension());
  for (Index k = 0; k < (is_one_for_all ? 1 : component_count()); ++k) {
    for (Index i = 0; i < dimension(); ++i) {
      of_component(i) = is_one_each      ? entry(k)
                        : is_one_for_all ? entry(Layout::is_isotropic ? 0 : i)
                                         : variances(i, k);
    }
    detail::set_diagonal("GaussianMixture", k, of_component, parameters_);
  }
  detail::finish("GaussianMixture", parameters_);
}

template <class Scalar, int Dim, class Covariance>
template <class W, class M, class Number, std::enable_if_t<std::is_arithmetic_v<Number>, int>>
GaussianMixture<Scalar, Dim, Covariance>::GaussianMixture(const Eigen::MatrixBase<W>& weights,
                                                          const Eigen::MatrixBase<M>& means,
                                                          Number variance)
    : GaussianMixture(weights, means,
                      detail::Vector<Scalar, 1>::Constant(static_cast<Scalar>(variance))) {
  static_assert(
      Covariance::Layout::is_isotropic && Covariance::Layout::is_shared,
      "eigenmix: one variance says all of covariance::EII only; pass a vector or a matrix "
      "of variances, or matrices");
}

template <class Scalar, int Dim, class Covariance>
template <class M, class C>
GaussianMixture<Scalar, Dim, Covariance>::GaussianMixture(const Eigen::MatrixBase<M>& mean,
                                                          const Eigen::MatrixBase<C>& covariance)
    : GaussianMixture(detail::Vector<Scalar, 1>::Ones(), mean,
                      {detail::square_matrix<CovarianceMatrix>(
                          "GaussianMixture", "covariance", covariance.derived(),
                          Dim == Eigen::Dynamic ? mean.rows() : Index(Dim))}) {}

}  // namespace EIGENMIX_ABI
}  // namespace eigenmix

#endif  // EIGENMIX_GAUSSIAN_MIXTURE_CONSTRUCTION_HPP
