// SPDX-License-Identifier: MIT
#ifndef EIGENMIX_DETAIL_ORIGINS_HPP
#define EIGENMIX_DETAIL_ORIGINS_HPP

#include <vector>

#include <eigenmix/detail/simd.hpp>

namespace eigenmix {
inline namespace EIGENMIX_ABI {
namespace detail {

/// The points that moments are taken about, one for each component, in the samples' scalar so that
/// the kernels' differences are to the very same point.
///
/// Components that share `centre` are pooled: features of x - centre are computed once for all of
/// them. A component far from the centre compared with its width would lose digits there, eight bits
/// of its second moments at largest_shared_distance, and beyond that has a point of its own.
template <class Scalar, int Dim>
struct Origins {
  Origins() = default;

  /// Points of their own for all.
  explicit Origins(const Matrix<Scalar, Dim>& own)
      : points(own), centre(own.col(0)), is_pooled(static_cast<std::size_t>(own.cols()), false) {}

  /// One point for all.
  Origins(const Vector<Scalar, Dim>& common, Index components)
      : points(common.replicate(1, components)),
        centre(common),
        is_pooled(static_cast<std::size_t>(components), true) {}

  bool pooled(Index k) const { return is_pooled[static_cast<std::size_t>(k)]; }

  Matrix<Scalar, Dim> points;  // Dim x K
  Vector<Scalar, Dim> centre;
  std::vector<bool> is_pooled;  // K
};

/// Sets the origins for an E-step under `parameters`: the mixture's mean for the components near
/// enough to it, the component's own mean for the others.
template <class Parameters, int Dim>
void choose_origins(const Parameters& parameters,
                    Origins<typename Parameters::Scalar, Dim>& origins) {
  using Real = typename Parameters::Real;
  using Covariance = typename Parameters::Covariance;
  const Index d = parameters.dimension(), components = parameters.component_count();
  origins.points = parameters.means;
  origins.centre.resize(d);
  origins.is_pooled.assign(static_cast<std::size_t>(components), false);
  if (!Covariance::pools(d)) return;
  for (Index i = 0; i < d; ++i) {
    Real mean = 0;
    for (Index k = 0; k < components; ++k) {
      mean += Real(parameters.weights(k)) * Real(parameters.means(i, k));
    }
    origins.centre(i) = typename Parameters::Scalar(mean);
  }
  for (Index k = 0; k < components; ++k) {
    const auto offset = [&](Index i) {
      return Real(parameters.means(i, k)) - Real(origins.centre(i));
    };
    const Real distance = parameters.factors.squared_distance(Covariance::group_of(k), offset);
    if (!(distance <= Real(largest_shared_distance))) continue;  // nor if it is not a number
    origins.is_pooled[static_cast<std::size_t>(k)] = true;
    origins.points.col(k) = origins.centre;
  }
}

}  // namespace detail
}  // namespace EIGENMIX_ABI
}  // namespace eigenmix

#endif  // EIGENMIX_DETAIL_ORIGINS_HPP
