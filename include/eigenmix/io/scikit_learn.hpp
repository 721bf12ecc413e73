// SPDX-License-Identifier: MIT
#ifndef EIGENMIX_IO_SCIKIT_LEARN_HPP
#define EIGENMIX_IO_SCIKIT_LEARN_HPP

#include <cmath>
#include <utility>

#include <eigenmix/base/access.hpp>
#include <eigenmix/base/cholesky.hpp>
#include <eigenmix/io/dense_components.hpp>
#include <eigenmix/noise.hpp>

namespace eigenmix {
inline namespace EIGENMIX_ABI {

/// The attributes of a fitted sklearn.mixture.GaussianMixture (Pedregosa et al. 2011), of doubles.
/// Matrices are row-major, as numpy's are, so that data() of one is the buffer of the other; of
/// type full numpy's shape is [K, D, D].
struct ScikitLearnArrays {
  using Rows = Eigen::Matrix<double, Eigen::Dynamic, Eigen::Dynamic, Eigen::RowMajor>;
  enum class Type { full, tied, diag, spherical };

  Type covariance_type = Type::full;
  Eigen::VectorXd weights;  ///< weights_, [K]
  Rows means;               ///< means_, [K x D]
  Rows covariances;  ///< covariances_: [K D x D], tied [D x D], diag [K x D], spherical [K x 1]
  Rows precisions_cholesky;  ///< precisions_cholesky_, of the same shape
};

namespace detail {

using SklearnType = ScikitLearnArrays::Type;

/// \return the rows and columns of an array of K components
inline std::pair<Index, Index> sklearn_shape(SklearnType type, Index components, Index dimension) {
  switch (type) {
    case SklearnType::full: return {components * dimension, dimension};
    case SklearnType::tied: return {dimension, dimension};
    case SklearnType::diag: return {components, dimension};
    default: return {components, 1};
  }
}

/// U, upper triangular, with U U^T = covariance^-1: the transpose of the inverse Cholesky factor.
inline Matrix<double> sklearn_precision_cholesky(const Matrix<double>& covariance) {
  Matrix<double> lower = covariance, inverse;
  cholesky_in_place(lower);
  invert(lower, inverse);
  return inverse.transpose();
}

/// The covariance of which U is that.
inline Matrix<double> sklearn_covariance(const char* where, const Matrix<double>& upper) {
  Matrix<double> lower = upper.transpose(), inverse;
  for (Index j = 0; j < lower.cols(); ++j) {
    if (!(lower(j, j) > 0) || !lower.col(j).allFinite()) {
      reject(where, "precisions_cholesky", text(lower(j, j)) + " on its diagonal",
             "triangles of finite numbers, > 0 there");
    }
  }
  invert(lower, inverse);
  return inverse.lazyProduct(inverse.transpose());
}

template <class Mixture>
SklearnType sklearn_type(const Mixture& mixture) {
  using Layout = typename Mixture::Covariance::Layout;
  if (Layout::is_dense) return Layout::is_shared ? SklearnType::tied : SklearnType::full;
  // A dimension that told nothing has a variance of its own beside that of the sphere.
  const bool has_apart = Access::parameters(mixture).apart.size() > 0;
  return Layout::is_isotropic && !has_apart ? SklearnType::spherical : SklearnType::diag;
}

/// The covariance of one component, of either array.
inline Matrix<double> sklearn_dense(const ScikitLearnArrays& arrays, Index k, Index d) {
  const bool has_covariances = arrays.covariances.size() > 0;
  const auto& rows = has_covariances ? arrays.covariances : arrays.precisions_cholesky;
  const bool is_dense = arrays.covariance_type <= SklearnType::tied;
  if (is_dense) {
    const Index from = arrays.covariance_type == SklearnType::tied ? 0 : k * d;
    const Matrix<double> block = rows.middleRows(from, d);
    return has_covariances ? block : sklearn_covariance("from_scikit_learn", block);
  }
  Matrix<double> result;
  set_zero(result, d, d);
  for (Index i = 0; i < d; ++i) {
    const double number = rows(k, rows.cols() == 1 ? 0 : i);
    result(i, i) = has_covariances ? number : 1 / (number * number);
  }
  return result;
}

}  // namespace detail

/// A mixture as scikit-learn keeps it; its type is "tied" for covariance::Tied, "full" for other
/// families with correlations, "spherical" for Spherical and EII, unless a dimension of the last
/// fit told nothing, and "diag" for others. long double is rounded.
/// \throws std::invalid_argument  if the mixture has a background, which scikit-learn does not know
/// \complexity O(K D³) for dense families, O(K D²) for the others
template <class Scalar, int Dim, class Covariance>
ScikitLearnArrays to_scikit_learn(const GaussianMixture<Scalar, Dim, Covariance>& mixture) {
  using Type = ScikitLearnArrays::Type;
  detail::refuse_noise("to_scikit_learn", mixture.noise().weight,
                       "none: scikit-learn knows no background; set_noise({}) removes it");
  const auto dense = detail::dense_components("to_scikit_learn", mixture);
  const Index d = mixture.dimension(), components = mixture.component_count();
  ScikitLearnArrays result;
  result.covariance_type = detail::sklearn_type(mixture);
  result.weights = dense.weights;
  result.means = dense.means.transpose();
  const auto [rows, cols] = detail::sklearn_shape(result.covariance_type, components, d);
  result.covariances.resize(rows, cols);
  result.precisions_cholesky.resize(rows, cols);
  const bool is_dense = result.covariance_type <= Type::tied;
  for (Index k = 0; k < (result.covariance_type == Type::tied ? 1 : components); ++k) {
    const detail::Matrix<double> covariance = dense.covariances.middleCols(k * d, d);
    if (is_dense) {
      result.covariances.middleRows(k * d, d) = covariance;
      result.precisions_cholesky.middleRows(k * d, d) =
          detail::sklearn_precision_cholesky(covariance);
      continue;
    }
    for (Index i = 0; i < cols; ++i) {
      result.covariances(k, i) = covariance(i, i);
      result.precisions_cholesky(k, i) = 1 / std::sqrt(covariance(i, i));
    }
  }
  return result;
}

/// The mixture that scikit-learn has fitted, of any family and scalar that can hold it. Its
/// log-likelihood of x is N times `score(x)`.
/// \param arrays  covariances may be empty; they are then those of precisions_cholesky, which are
///                not read otherwise
/// \throws std::invalid_argument  if shapes do not agree, and as the constructor of Mixture
/// \complexity as of the constructor
template <class Mixture>
Mixture from_scikit_learn(const ScikitLearnArrays& arrays) {
  constexpr const char* where = "from_scikit_learn";
  const Index d = arrays.means.cols(), components = arrays.weights.size();
  detail::check_shape(where, "means", {arrays.means.rows(), d}, {components, d});
  const auto [rows, cols] = detail::sklearn_shape(arrays.covariance_type, components, d);
  const bool has_covariances = arrays.covariances.size() > 0;
  const auto& given = has_covariances ? arrays.covariances : arrays.precisions_cholesky;
  detail::check_shape(where, has_covariances ? "covariances" : "precisions_cholesky",
                      {given.rows(), given.cols()}, {rows, cols});
  detail::DenseComponents dense{arrays.weights, arrays.means.transpose(), {}};
  dense.covariances.resize(d, d * components);
  for (Index k = 0; k < components; ++k) {
    dense.covariances.middleCols(k * d, d) = detail::sklearn_dense(arrays, k, d);
  }
  return detail::mixture_of<Mixture>(where, dense);
}

}  // namespace EIGENMIX_ABI
}  // namespace eigenmix

#endif  // EIGENMIX_IO_SCIKIT_LEARN_HPP
