// SPDX-License-Identifier: MIT
#ifndef EIGENMIX_LAYOUT_ORIGINS_HPP
#define EIGENMIX_LAYOUT_ORIGINS_HPP

#include <vector>

#include <eigenmix/base/fwd.hpp>

namespace eigenmix {
inline namespace EIGENMIX_ABI {
namespace detail {

/// How far from a centre that it shares with others a component may lie, in squared deviations:
/// second moments about the centre then lose eight of the scalar's bits, which leaves relative
/// errors of 6e-14 in double and 3e-5 in float.
inline constexpr int largest_shared_distance = 256;

/// A mixture's mean, and how far from it the components are.
template <class Scalar, int Dim>
class SharedCentre {
 public:
  using Real = Accumulator<Scalar>;

  /// \param inflation  (k, offset) -> squared deviations of an offset (i -> number)
  template <class Means, class Weights, class Inflation>
  void assign(const Means& means, const Weights& weights, Inflation&& inflation) {
    point_.resize(means.rows());
    inflation_.resize(means.cols());
    for (Index i = 0; i < means.rows(); ++i) {
      Real mean = 0;
      for (Index k = 0; k < means.cols(); ++k) mean += Real(weights(k)) * Real(means(i, k));
      point_(i) = Scalar(mean);
    }
    for (Index k = 0; k < means.cols(); ++k) {
      inflation_(k) = inflation(k, [&](Index i) { return Real(means(i, k)) - Real(point_(i)); });
    }
  }

  const Vector<Scalar, Dim>& point() const { return point_; }
  Real inflation(Index k) const { return inflation_(k); }
  /// Near enough for moments about the centre; not so if the inflation is not a number.
  bool is_near(Index k) const { return inflation_(k) <= Real(largest_shared_distance); }

 private:
  Vector<Scalar, Dim> point_;
  Vector<Real> inflation_;  // K
};

/// The points that moments are taken about, one for each component, in the samples' scalar so that
/// the kernels' differences are to the very same point.
///
/// Components that share `centre` are pooled: features of x - centre are computed once for all of
/// them. A component far from the centre compared with its width would lose digits there, eight
/// bits of its second moments at largest_shared_distance, and beyond that has a point of its own.
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
  const Index components = parameters.component_count();
  origins.points = parameters.means;
  origins.is_pooled.assign(static_cast<std::size_t>(components), false);
  if (!Parameters::Layout::shares_centre(parameters.dimension())) return;
  const auto& shared = parameters.density.shared_centre();
  origins.centre = shared.point();
  for (Index k = 0; k < components; ++k) {
    if (!shared.is_near(k)) continue;
    origins.is_pooled[static_cast<std::size_t>(k)] = true;
    origins.points.col(k) = origins.centre;
  }
}

}  // namespace detail
}  // namespace EIGENMIX_ABI
}  // namespace eigenmix

#endif  // EIGENMIX_LAYOUT_ORIGINS_HPP
