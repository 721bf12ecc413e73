// SPDX-License-Identifier: MIT
#ifndef EIGENMIX_EM_PAIR_BOUNDS_HPP
#define EIGENMIX_EM_PAIR_BOUNDS_HPP

#include <algorithm>
#include <cmath>
#include <limits>
#include <utility>
#include <vector>

#include <eigenmix/kernels/simd.hpp>
#include <eigenmix/parameters/parameters.hpp>

namespace eigenmix {
inline namespace EIGENMIX_ABI {
namespace detail {

/// The components that count in a tile, each once: those found first in ascending order, then those
/// found when more is known.
struct CountingComponents {
  explicit CountingComponents(Index components) : numbers(static_cast<std::size_t>(components)) {}

  void clear() { count = first = 0; }

  std::vector<int> numbers;  ///< K, of which `count` are listed
  Index count = 0;
  Index first = 0;  ///< how many were found first
};

/// What a component's bound must exceed for it to count in a tile.
struct Bar {
  float height;
  const float*
      allowances;  ///< of each component, in the order of bounds; above 0 if it never counts

  bool is_below(float bound, Index k) const {
    return allowances[k] <= 0 && !(bound <= height + allowances[k]);
  }
};

/// How far below the largest of a sample's log densities that of a component is at least, for all
/// samples of a tile: what is known of pairs that are not evaluated.
///
/// With l_k = c_k - d²/2 the log density of a sample x under component k, d = |L^-1 (x - m)| its
/// distance in deviations, and l the largest of all components, an evaluation measures
///
///     A_k = max l_k - l  over the samples x of the tile.
///
/// Of later parameters c', m' and L'
///
///     d' = |L'^-1 L L^-1 (x - m) + L'^-1 (m - m')| >= s d - δ,   δ = |L'^-1 (m - m')|
///
/// where s is the least singular value of L'^-1 L, at least 1 - |I - L'^-1 L| (Density::
/// least_stretch); where covariances are diagonal, the least ratio of deviations. Then
///
///     A'_k <= A_k + (c' - c) + max(0, 1 - s²) D²/2 + s δ D + max (l - l'),   D² = 2 (c - min l - A_k)
///
/// if D >= δ/s; else nothing is known. For with w = c - l of a sample, l_k - l <= A_k says d >= t,
/// t² = 2 max(0, w - A_k), and t <= D; and since c' - l'_k >= max(0, s d - δ)²/2,
///
///     (l'_k - l) - (c' - c) <= w - max(0, s t - δ)²/2,
///
/// which is no more than A_k if t = 0, A_k + δ²/(2 s²) if t <= δ/s, and beyond that A_k + max(0, 1 -
/// s²) t²/2 + s δ t: each at most what stands above. max (l - l') is the tile's, and found out by
/// evaluating those components that l' comes from; if others would be larger, it is too large, which
/// is no harm. All this holds however far apart the parameters are; near the end of a fit the terms
/// vanish.
class PairBounds {
 public:
  using Packets = Simd<float>;

  /// Nothing is known of any pair.
  void reset(Index components, Index tiles) {
    components_ = components;
    stride_ = padded<float>(components);
    bounds_.assign(at(stride_ * tiles), unknown);
    for (Index tile = 0; tile < tiles; ++tile) {
      std::fill(of_tile(tile) + components, of_tile(tile) + stride_, farthest);
    }
    for (std::vector<float>* numbers : {&constants_, &change_, &shrink_, &pull_, &limit_}) {
      numbers->assign(at(stride_), 0.0F);
    }
  }

  Index component_count() const { return components_; }

  /// [K] of a tile.
  float* of_tile(Index tile) { return bounds_.data() + tile * stride_; }
  const float* of_tile(Index tile) const { return bounds_.data() + tile * stride_; }

  /// Numbers of components in the order of vector registers: K and some that do not count.
  Index stride() const { return stride_; }

  /// Works out what the step from one set of parameters to the next does to all bounds.
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
      const Real least = std::min(stretch, Real(1));
      const std::size_t of_k = at(k);
      constants_[of_k] = float(before.log_constants(k));
      change_[of_k] = float(Real(now.log_constants(k)) - Real(before.log_constants(k)));
      shrink_[of_k] = float((1 - least * least) / 2) * (1 + rounding);
      pull_[of_k] = float(stretch * drift) * (1 + rounding);
      limit_[of_k] = stretch > 0 ? float(drift / stretch) * (1 + rounding) : unknown;
    }
  }

  /// Brings a tile's bounds to the parameters prepared for, but for what the largest log densities
  /// have fallen by, and lists the components above the bar, of which none is listed yet.
  /// \param least  of the largest log densities before
  void advance(Index tile, float least, const Bar& bar, CountingComponents& counting) {
    using S = Packets;
    float* const bounds = of_tile(tile);
    const auto nothing = S::fill(unknown), two = S::fill(2.0F), epsilon = S::fill(rounding);
    const auto height = S::fill(bar.height);
    for (Index k = 0; k < stride_; k += S::width) {
      const auto bound = S::load(bounds + k), constant = S::load(constants_.data() + k);
      const auto from_least = S::subtract(constant, S::fill(least));
      const auto square = S::multiply(two, S::subtract(from_least, bound));
      const auto distance = S::sqrt(S::max(square, S::fill(0.0F)));
      auto moved = S::add(bound, S::load(change_.data() + k));
      moved = S::multiply_add(S::load(shrink_.data() + k), square, moved);
      moved = S::multiply_add(S::load(pull_.data() + k), distance, moved);
      const auto size = S::max(bound, S::subtract(S::fill(0.0F), bound));
      moved = S::multiply_add(epsilon, S::add(square, size), moved);
      moved = S::if_less(distance, S::load(limit_.data() + k), nothing, moved);
      S::store(bounds + k, moved);
      if (!S::any_less(S::add(height, S::load(bar.allowances + k)), moved)) continue;
      for (Index i = k; i < std::min(k + S::width, components_); ++i) {
        counting.numbers[at(counting.count)] = int(i);
        counting.count += bar.is_below(bounds[i], i) ? 1 : 0;
      }
    }
    counting.first = counting.count;
  }

  /// Raises a tile's bounds by what the largest log densities have fallen by, and lists the
  /// components that are above the bar now as well. Those of components listed before are lost until
  /// they are set.
  void raise(Index tile, float fall, const Bar& bar, CountingComponents& counting) {
    using S = Packets;
    float* const bounds = of_tile(tile);
    for (Index c = 0; c < counting.first; ++c) bounds[counting.numbers[at(c)]] = farthest;
    const auto height = S::fill(bar.height), rise = S::fill(fall);
    Index next = 0;  // of those listed first
    for (Index k = 0; k < stride_; k += S::width) {
      const auto raised = S::add(S::load(bounds + k), rise);
      S::store(bounds + k, raised);
      if (!S::any_less(S::add(height, S::load(bar.allowances + k)), raised)) continue;
      for (Index i = k; i < std::min(k + S::width, components_); ++i) {
        while (next < counting.first && counting.numbers[at(next)] < i) ++next;
        const bool is_listed = next < counting.first && counting.numbers[at(next)] == i;
        if (!is_listed && bar.is_below(bounds[i], i)) {
          counting.numbers[at(counting.count++)] = int(i);
        }
      }
    }
  }

  /// Sets a bound to what was measured.
  void set(Index tile, Index component, float measured) {
    of_tile(tile)[component] = std::max(measured, farthest);
  }

  /// Follows the samples into other tiles: a tile's bound is the largest of those that its samples
  /// come from. O(N + K N / width) where neighbours stay together, O(N K) at most.
  /// \param before, now  the numbers of the samples in the order of old tiles and of new ones
  void follow(const std::vector<int>& before, const std::vector<int>& now, std::size_t width) {
    std::vector<int> tile_of(before.size());
    for (std::size_t n = 0; n < before.size(); ++n) tile_of[at(before[n])] = int(n / width);
    std::vector<float> bounds(bounds_.size(), farthest);
    std::vector<std::size_t> seen_by(before.size() / width + 1, before.size());
    for (std::size_t n = 0; n < now.size(); ++n) {
      const int source = tile_of[at(now[n])];
      const std::size_t tile = n / width;
      if (std::exchange(seen_by[at(source)], tile) == tile) continue;
      const float* const from = of_tile(source);
      float* const to = bounds.data() + tile * at(stride_);
      for (Index k = 0; k < components_; ++k) {
        if (std::isnan(from[k])) to[k] = std::numeric_limits<float>::infinity();
        if (to[k] < from[k]) to[k] = from[k];
      }
    }
    bounds_ = std::move(bounds);
  }

 private:
  static constexpr float unknown = std::numeric_limits<float>::infinity();
  static constexpr float farthest = -1e30F;  // whose distance is still a number
  static constexpr float rounding = 1e-6F;   // of some eight operations in float

  static std::size_t at(Index n) { return static_cast<std::size_t>(n); }

  Index components_ = 0, stride_ = 0;
  std::vector<float> bounds_;                                      // stride x tiles
  std::vector<float> constants_, change_, shrink_, pull_, limit_;  // stride
};

}  // namespace detail
}  // namespace EIGENMIX_ABI
}  // namespace eigenmix

#endif  // EIGENMIX_EM_PAIR_BOUNDS_HPP
