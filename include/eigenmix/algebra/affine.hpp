// SPDX-License-Identifier: MIT
#ifndef EIGENMIX_ALGEBRA_AFFINE_HPP
#define EIGENMIX_ALGEBRA_AFFINE_HPP

#include <limits>
#include <stdexcept>
#include <string>
#include <utility>

#include <eigenmix/inference/dense_steps.hpp>
#include <eigenmix/inference/normals.hpp>

namespace eigenmix {
inline namespace EIGENMIX_ABI {
namespace detail {

/// Refuses an argument of affine_image by one sentence.
template <class Mixture, class A>
constexpr bool maps_a_mixture() {
  constexpr bool ok = is_gaussian_mixture_v<Mixture>;
  static_assert(ok, "eigenmix: the first argument of affine_image is a GaussianMixture");
  constexpr bool has_rows = A::RowsAtCompileTime != 0;
  static_assert(has_rows, "eigenmix: A has no rows; it needs one for each dimension of the image");
  return ok && has_rows;
}

/// The images of components under x -> A x + b, with a covariance added to each.
/// \param map    A, of an image of one dimension or more
/// \param noise  [E x E] positive semidefinite
template <class Scalar, class Real, int Dim, int E>
EIGENMIX_COLD Normals<Real, E> images_of(const char* where, const Normals<Real, Dim>& normals,
                                         const Matrix<Real, E, Dim>& map,
                                         const Vector<Real, E>& shift,
                                         const Matrix<Real, E, E>& noise) {
  // Of what a covariance in the mixture's scalar can tell from a singular one.
  const Real least = 4 * Real(map.rows()) * Real(std::numeric_limits<Scalar>::epsilon());
  Normals<Real, E> result;
  Matrix<Real, Dim, Dim> root;
  Matrix<Real, E, E> image_root;
  for (const auto& normal : normals) {
    const std::string component = " of component " + text(result.size());
    if (!lower_root(normal.covariance, root)) {
      reject(where, "covariance" + component, "one that is not positive definite",
             "a positive definite matrix");
    }
    Component<Real, E> image{normal.weight, matrix_times(map, normal.mean), noise};
    image.mean += shift;
    add_outer_square(matrix_times(map, root), image.covariance);
    if (!lower_root(image.covariance, image_root, least)) {
      reject(where, "covariance of the image" + component, "one that is not positive definite",
             "A [E x Dim] of full row rank, or noise where it has not");
    }
    result.push_back(std::move(image));
  }
  return result;
}

}  // namespace detail

/// The distribution of y = A x + b + e, with x of the mixture and e ~ N(0, Q) independent of it:
/// p(y) = Σ_k w_k N(y | A mean_k + b, A covariance_k A^T + Q). The prediction of a tracker: A and Q
/// of the motion, b of the control. Of each component Bishop (2006), equation 2.115.
/// \param mixture  without a background
/// \param a        [E x Dim], of any rank as long as Q makes up for what is missing
/// \param b        [E]
/// \param q        [E x E] symmetric positive semidefinite
/// \return of fixed dimension where A has fixed rows, covariances of any form
/// \throws std::invalid_argument  if shapes or numbers are not as said, or the image of a component
///                                has a variance, given the dimensions before, of less than 4 E
///                                units of rounding of what it has without that
/// \complexity  O(K (E Dim² + E² Dim + E³))
template <class Mixture, class A, class B, class Q>
auto affine_image(const Mixture& mixture, const Eigen::MatrixBase<A>& a,
                  const Eigen::MatrixBase<B>& b, const Eigen::MatrixBase<Q>& q)
    -> GaussianMixture<typename Mixture::Scalar, A::RowsAtCompileTime> {
  constexpr const char* where = "affine_image";
  using Scalar = typename Mixture::Scalar;
  constexpr int Dim = Mixture::Dim, E = A::RowsAtCompileTime;
  if constexpr (detail::maps_a_mixture<Mixture, A>()) {
    const Index rows = detail::at_least_one(where, "rows of A", a.rows());
    const auto map =
        detail::checked_matrix<Scalar, E, Dim>(where, "A", a, rows, mixture.dimension());
    const detail::Vector<typename Mixture::Real, E> shift =
        detail::checked_matrix<Scalar, E, 1>(where, "b", b, rows, 1);
    auto noise = detail::checked_matrix<Scalar, E, E>(where, "Q", q, rows, rows);
    detail::make_symmetric<Scalar>(where, "Q", noise);
    detail::check_semidefinite<Scalar>(where, "Q", noise);
    const auto normals = detail::normals_of<Dim>(where, mixture);
    return detail::mixture_of_normals<GaussianMixture<Scalar, E>>(
        where, detail::images_of<Scalar>(where, normals, map, shift, noise));
  } else {
    throw std::logic_error("eigenmix: unreachable");
  }
}

/// The distribution of y = A x + b, as above without noise: A must have full row rank, so E <= Dim.
/// Marginals, projections and changes of units are images.
template <class Mixture, class A, class B>
auto affine_image(const Mixture& mixture, const Eigen::MatrixBase<A>& a,
                  const Eigen::MatrixBase<B>& b)
    -> GaussianMixture<typename Mixture::Scalar, A::RowsAtCompileTime> {
  constexpr int E = A::RowsAtCompileTime;
  detail::Matrix<typename Mixture::Scalar, E, E> none;
  detail::set_zero(none, a.rows(), a.rows());
  return affine_image(mixture, a, b, none);
}

}  // namespace EIGENMIX_ABI
}  // namespace eigenmix

#endif  // EIGENMIX_ALGEBRA_AFFINE_HPP
