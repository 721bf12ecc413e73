// SPDX-License-Identifier: MIT
#ifndef EIGENMIX_EM_PAIR_BOUNDS_HPP
#define EIGENMIX_EM_PAIR_BOUNDS_HPP

#include <algorithm>
#include <cmath>
#include <limits>
#include <utility>
#include <vector>

#include <eigenmix/parameters/parameters.hpp>

namespace eigenmix {
inline namespace EIGENMIX_ABI {
namespace detail {

/// How far, in deviations and at least, every sample of a tile is from every component: what is
/// known of pairs that are not evaluated.
///
/// An evaluation measures d, the least of |L^-1 (x - m)| over the samples x of the tile, m the mean
/// and L the Cholesky factor of the component's covariance. Of later parameters m' and L'
///
///     |L'^-1 (x - m')| = |L'^-1 L L^-1 (x - m) + L'^-1 (m - m')| >= s d - |L'^-1 (m - m')|
///
/// where s is the least singular value of L'^-1 L, at least 1 - |I - L'^-1 L| (Density::
/// least_stretch); where covariances are diagonal, the least ratio of deviations. So one
/// multiplication and one subtraction bring a bound from one set of parameters to the next, however
/// far apart they are, and weights and noise do not enter it. Rounding only lowers bounds.
class PairBounds {
 public:
  /// Nothing is known of any pair.
  void reset(Index components, Index tiles) {
    components_ = components;
    bounds_.assign(static_cast<std::size_t>(components * tiles), 0.0F);
    stretch_.assign(static_cast<std::size_t>(components), 0.0F);
    drift_.assign(static_cast<std::size_t>(components), 0.0F);
  }

  /// Follows the samples into other tiles: a tile's bound is the least of those that its samples come
  /// from. O(N + K N / width) where neighbours stay together, O(N K) at most.
  /// \param before, now  the numbers of the samples in the order of old tiles and of new ones
  void follow(const std::vector<int>& before, const std::vector<int>& now, std::size_t width) {
    std::vector<int> tile_of(before.size());
    for (std::size_t at = 0; at < before.size(); ++at) {
      tile_of[static_cast<std::size_t>(before[at])] = int(at / width);
    }
    std::vector<float> bounds(bounds_.size(), std::numeric_limits<float>::max());
    std::vector<std::size_t> seen_by(before.size() / width + 1, before.size());
    for (std::size_t at = 0; at < now.size(); ++at) {
      const auto source = static_cast<std::size_t>(tile_of[static_cast<std::size_t>(now[at])]);
      const std::size_t tile = at / width;
      if (std::exchange(seen_by[source], tile) == tile) continue;
      const float* const from = of_tile(static_cast<Index>(source));
      float* const to = bounds.data() + tile * static_cast<std::size_t>(components_);
      for (Index k = 0; k < components_; ++k) to[k] = std::min(to[k], from[k]);
    }
    bounds_ = std::move(bounds);
  }

  Index component_count() const { return components_; }

  /// [K] of a tile.
  float* of_tile(Index tile) { return bounds_.data() + tile * components_; }
  const float* of_tile(Index tile) const { return bounds_.data() + tile * components_; }

  /// What the step from one set of parameters to the next takes off all bounds.
  template <class Parameters>
  void prepare(const Parameters& before, const Parameters& now) {
    using Real = typename Parameters::Real;
    using Layout = typename Parameters::Layout;
    Real stretch = 0;
    Index last_group = -1;
    for (Index k = 0; k < components_; ++k) {
      const Index g = Layout::group_of(k);
      if (g != last_group) stretch = now.density.least_stretch(before.density, g);
      last_group = g;
      const auto moved = [&](Index i) { return Real(now.means(i, k)) - Real(before.means(i, k)); };
      const Real drift = std::sqrt(now.density.squared_distance(g, moved));
      const auto at = static_cast<std::size_t>(k);
      stretch_[at] = stretch > 0 ? float(stretch) * (1 - rounding) : 0.0F;
      drift_[at] = drift < 1e30 ? float(drift) * (1 + rounding) : 1e30F;
    }
  }

  /// Brings a tile's bounds to the parameters prepared for.
  /// \param constants  [K] of log densities
  /// \param highest    [K] out: what the tile's log densities do not exceed, to 1e-6 of them
  void advance(Index tile, const float* constants, float* highest) {
    float* const bounds = of_tile(tile);
    const float *const stretch = stretch_.data(), *const drift = drift_.data();
    for (Index k = 0; k < components_; ++k) {
      const float moved = stretch[k] * bounds[k] - drift[k];
      const float bound = moved > 0 ? moved : 0.0F;
      bounds[k] = bound;
      highest[k] = constants[k] - bound * bound / 2;
    }
  }

  /// Sets the bound of a pair that was evaluated.
  /// \param constant, peak  the component's constant and the highest log density in the tile
  template <class Scalar>
  void set(Index tile, Index k, Index dimension, Scalar constant, Scalar peak) {
    using Real = Accumulator<Scalar>;
    // An evaluation errs by some ulps of the distance for each dimension, at most 32 deviations of
    // which may cancel (DenseDensity::is_near), and of the constant.
    const Real eps = Real(std::numeric_limits<Scalar>::epsilon());
    const Real errors = 64 * Real(dimension) * eps;
    const Real square = 2 * (Real(constant) - Real(peak)) - 8 * eps * std::abs(Real(constant));
    const Real distance = square > 0 ? std::sqrt(square) * (1 - errors) - 32 * errors : Real(0);
    of_tile(tile)[k] = distance > 0 ? float(std::min(distance, Real(1e15))) * (1 - rounding) : 0.0F;
  }

 private:
  static constexpr float rounding = 5e-7F;  // of four operations in float

  Index components_ = 0;
  std::vector<float> bounds_;  // K x tiles
  std::vector<float> stretch_, drift_;
};

}  // namespace detail
}  // namespace EIGENMIX_ABI
}  // namespace eigenmix

#endif  // EIGENMIX_EM_PAIR_BOUNDS_HPP
