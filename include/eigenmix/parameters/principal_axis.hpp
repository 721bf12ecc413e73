// SPDX-License-Identifier: MIT
#ifndef EIGENMIX_PARAMETERS_PRINCIPAL_AXIS_HPP
#define EIGENMIX_PARAMETERS_PRINCIPAL_AXIS_HPP

#include <algorithm>
#include <cmath>
#include <limits>

#include <eigenmix/parameters/parameters.hpp>

namespace eigenmix {
inline namespace EIGENMIX_ABI {
namespace detail {

/// Two halves of a normal distribution, cut across an axis, have means so many deviations from its
/// own: sqrt(2 / pi).
inline constexpr double half_distance = 0.7978845608028654;

/// Whether components differ in dimension i, by more than rounding.
template <class Parameters>
EIGENMIX_COLD bool differ_in(const Parameters& p, Index i) {
  using Scalar = typename Parameters::Scalar;
  Scalar difference = 0;
  for (Index k = 0; k < p.component_count(); ++k) {
    difference += std::abs(p.variance(i, k) / p.variance(i, 0) - 1) +
                  std::abs(p.means(i, k) - p.means(i, 0)) / std::sqrt(p.variance(i, 0));
  }
  return difference > Scalar(1e-3);
}

/// [Dim] average over the components. Not those of all the data, in which components far apart in
/// one dimension are all narrow there, whatever is wrong with one.
/// Infinite where all components are alike, as in a constant dimension: no axis lies along it;
/// unless they are alike in all, as one component is.
template <class Parameters>
EIGENMIX_COLD auto average_deviations(const Parameters& p) {
  using Scalar = typename Parameters::Scalar;
  bool any_differ = false;
  for (Index i = 0; i < p.dimension(); ++i) any_differ = any_differ || differ_in(p, i);
  Vector<Scalar, Parameters::Dim> result(p.dimension());
  for (Index i = 0; i < p.dimension(); ++i) {
    Scalar variance = 0;
    for (Index k = 0; k < p.component_count(); ++k) variance += p.weights(k) * p.variance(i, k);
    const bool is_of_use = any_differ ? differ_in(p, i) : !p.is_apart(i);
    result(i) = is_of_use ? std::sqrt(variance) : std::numeric_limits<Scalar>::infinity();
  }
  return result;
}

/// The largest eigenvalue of a matrix and its axis; which of two nearly equal ones is all the same.
/// \param image  in: a column of the matrix
template <class Square, class Axis>
EIGENMIX_COLD typename Square::Scalar iterate_power(const Square& matrix, Axis& image, Axis& axis) {
  using Scalar = typename Square::Scalar;
  const Index d = matrix.rows();
  Scalar width = 0;
  for (int iteration = 0; iteration < 20; ++iteration) {
    Scalar square = 0;
    for (Index r = 0; r < d; ++r) square += image(r) * image(r);
    width = std::max(std::sqrt(square), std::numeric_limits<Scalar>::min());
    for (Index r = 0; r < d; ++r) {
      axis(r) = image(r) / width;
      image(r) = 0;
    }
    for (Index c = 0; c < d; ++c) {
      for (Index r = 0; r < d; ++r) image(r) += axis(c) * matrix(r, c);
    }
  }
  return width;
}

/// The longest axis of a covariance matrix, of unit length, and its variance.
///
/// The widest dimension leads to it at once, unless it is an axis itself, uncorrelated with the
/// others, among which there may be a longer one: a start that lies along no dimension finds that.
/// Where both find the same, to a hundredth, it is the first, which is nearer to its end.
template <class Square, class Axis>
EIGENMIX_COLD typename Square::Scalar longest_axis(const Square& matrix, Axis& axis) {
  using Scalar = typename Square::Scalar;
  const Index d = matrix.rows();
  Index widest = 0;
  for (Index i = 0; i < d; ++i) {
    if (matrix(i, i) > matrix(widest, widest)) widest = i;
  }
  Axis image(d), other(d);
  Scalar share = 0;  // multiples of the golden ratio less their whole part: no two are alike
  for (Index i = 0; i < d; ++i) image(i) = matrix(i, widest);
  const Scalar width = iterate_power(matrix, image, axis);
  for (Index i = 0; i < d; ++i) {
    share += Scalar(0.6180339887498949);
    if (share >= 1) share -= 1;
    image(i) = (share - Scalar(0.5)) * std::sqrt(matrix(i, i));
  }
  const Scalar other_width = iterate_power(matrix, image, other);
  if (!(other_width > Scalar(1.01) * width)) return width;
  axis = other;
  return other_width;
}

/// [Dim] one deviation along the principal axis of component k, dimensions measured in average
/// deviations, so that units do not decide. O(K Dim + Dim²).
template <class Parameters>
EIGENMIX_COLD auto principal_axis(const Parameters& p, Index k) {
  using Scalar = typename Parameters::Scalar;
  using Axis = Vector<Scalar, Parameters::Dim>;
  const Index d = p.dimension();
  const Axis unit = average_deviations(p);
  Matrix<Scalar, Parameters::Dim, Parameters::Dim> scaled = p.covariance(k);
  for (Index c = 0; c < d; ++c) {
    for (Index r = 0; r < d; ++r) scaled(r, c) /= unit(r) * unit(c);
  }
  Axis axis(d);
  const Scalar width = longest_axis(scaled, axis);
  for (Index r = 0; r < d; ++r) axis(r) = axis(r) == 0 ? 0 : axis(r) * std::sqrt(width) * unit(r);
  return axis;
}

}  // namespace detail
}  // namespace EIGENMIX_ABI
}  // namespace eigenmix

#endif  // EIGENMIX_PARAMETERS_PRINCIPAL_AXIS_HPP
