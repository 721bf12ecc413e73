// SPDX-License-Identifier: MIT
#ifndef EIGENMIX_EM_LAZY_TILES_HPP
#define EIGENMIX_EM_LAZY_TILES_HPP

#include <algorithm>
#include <cmath>
#include <limits>
#include <vector>

#include <eigenmix/em/pair_bounds.hpp>
#include <eigenmix/em/responsibilities.hpp>
#include <eigenmix/em/sample_order.hpp>
#include <eigenmix/kernels/inner_products.hpp>

namespace eigenmix {
inline namespace EIGENMIX_ABI {
namespace detail {

/// What one thread needs to take tiles through a lazy pass.
template <class Parameters>
struct LazyWorkspace : Workspace<Parameters> {
  LazyWorkspace(Index dimension, Index components, Index columns, Index tile_width)
      : Workspace<Parameters>(dimension, columns, tile_width),
        highest(static_cast<std::size_t>(components)),
        owners(static_cast<std::size_t>(this->tile.stride())),
        largest(this->tile.stride()) {
    listed.reserve(static_cast<std::size_t>(components));
  }

  /// The columns of the components listed from `first` on.
  TileValues<typename Parameters::Scalar> values_from(Index first) {
    const auto count = static_cast<Index>(listed.size()) - first;
    return {this->storage.data() + first * this->storage.rows(),
            this->storage.rows(),
            this->tile.width,
            count,
            false,
            listed.data() + first,
            count};
  }

  std::vector<float> highest;                   // K: what the tile's log densities do not exceed
  std::vector<int> listed;                      // components that are evaluated
  std::vector<Owners> owners;                   // of the tile's samples
  Vector<typename Parameters::Scalar> largest;  // of each sample's log densities
  Index evaluated = 0;                          // pairs of a tile and a component so far
};

/// What a lazy pass keeps of its tiles from one set of parameters to the next.
struct TileMemory {
  PairBounds bounds;
  std::vector<float> least;  ///< of each tile: the least of its samples' largest log density

  /// Nothing is known of any tile.
  void reset(Index components, Index tiles) {
    bounds.reset(components, tiles);
    least.assign(static_cast<std::size_t>(tiles), -std::numeric_limits<float>::infinity());
  }
};

/// A lazy pass under one set of parameters: which components of a tile count, and what they add.
///
/// First those are evaluated that count by their bounds if the tile's samples are as likely as they
/// were; then what else counts now that this is known. So no guess decides what is left out.
template <class Parameters>
class LazyTiles {
 public:
  using Scalar = typename Parameters::Scalar;
  using Real = typename Parameters::Real;
  using Moments = typename Parameters::Moments;
  using Space = LazyWorkspace<Parameters>;
  using Origins = detail::Origins<Scalar, Parameters::Dim>;

  /// Refers to all three.
  LazyTiles(const Parameters& parameters, const Origins& origins, TileMemory& memory)
      : parameters_(parameters),
        origins_(origins),
        memory_(memory),
        constants_(static_cast<std::size_t>(parameters.component_count())),
        largest_constant_(parameters.log_constants.maxCoeff()) {
    for (Index k = 0; k < parameters.component_count(); ++k) {
      constants_[static_cast<std::size_t>(k)] = float(parameters.log_constants(k));
    }
  }

  /// Lists the components that count in a tile, and fills in their log densities.
  void evaluate(Index tile, Space& space) const {
    float& least = memory_.least[static_cast<std::size_t>(tile)];
    memory_.bounds.advance(tile, constants_.data(), space.highest.data());
    space.listed.clear();
    const Scalar nothing = -std::numeric_limits<Scalar>::infinity();
    space.largest.setConstant(parameters_.has_noise() ? noise_log_density(parameters_) : nothing);
    list_above(threshold(least), space);
    evaluate_from(0, tile, space);
    const auto evaluated = static_cast<Index>(space.listed.size());
    list_above(threshold(least_largest(space)), space);
    evaluate_from(evaluated, tile, space);
    least = least_largest(space);
    space.evaluated += static_cast<Index>(space.listed.size());
  }

  /// Responsibilities of the components listed, and what they add to the moments.
  void share_out(Space& space, Moments& sum) const {
    TileValues<Scalar> values = space.values_from(0);
    if (parameters_.has_noise()) {
      space.storage.col(values.components).setConstant(noise_log_density(parameters_));
      ++values.components;
    }
    const Scalar* const weights = space.tile.weights.data();
    if (space.tile.is_weighted) {
      sum.log_likelihood() += normalise(values, weights, space.log_density.data());
    } else {
      Scalar lowest = 0;
      sum.log_likelihood() += normalise_unweighted(values, weights, lowest);
      values.tails_are_negligible =  // see ModelResponsibilities
          lowest > largest_constant_ - 32 * Scalar(parameters_.dimension());
    }
    sum.total_weight() += Real(column_sum(weights, space.tile.width));
    Parameters::Layout::add_moments(space.tile, values, origins_, sum, space.scratch);
  }

 private:
  /// What a log density must reach to count where the least of the samples' largest is `least`:
  /// exp(-42) of it is 6e-19. Of a sample far out, so much less that its share in second moments,
  /// which goes with its distance, is as small: in units of 64 Dim, as in ModelResponsibilities.
  float threshold(float least) const {
    constexpr float negligible = 42, rounding = 2;  // of floats of up to 1e6: a tenth is enough
    if (!(least > -1e6F)) return -std::numeric_limits<float>::infinity();
    const float distance = 2 * (float(largest_constant_) - least + negligible);
    const float units = distance / (64 * float(parameters_.dimension()));
    return least - negligible - rounding - (units > 1 ? std::log(units) : 0.0F);
  }

  /// Lists those that are not listed yet.
  static void list_above(float bar, Space& space) {
    const auto count = static_cast<Index>(space.highest.size());
    float* const highest = space.highest.data();
    for (Index k = 0; k < count; ++k) {
      if (!(highest[k] >= bar)) continue;
      space.listed.push_back(int(k));
      highest[k] = std::numeric_limits<float>::quiet_NaN();
    }
  }

  static float least_largest(const Space& space) {
    return float(space.largest.head(space.tile.size).minCoeff());
  }

  /// Log densities of the components listed from `first` on, in their columns.
  void evaluate_from(Index first, Index tile, Space& space) const {
    using S = Simd<Scalar>;
    const TileValues<Scalar> values = space.values_from(first);
    if (values.components == 0) return;
    parameters_.density.log_densities(space.tile, parameters_.means, parameters_.log_constants,
                                      values, space.scratch);
    Scalar* const largest = space.largest.data();
    for (Index c = 0; c < values.components; ++c) {
      const Scalar* const column = values.column(c);
      auto peak = S::fill(-std::numeric_limits<Scalar>::infinity());
      for (Index n = 0; n < values.width; n += S::width) {
        const auto value = S::load(column + n);
        peak = S::max(peak, value);
        S::store(largest + n, S::max(S::load(largest + n), value));
      }
      const Index k = values.component(c);
      memory_.bounds.set(tile, k, parameters_.dimension(), parameters_.log_constants(k),
                         S::largest(peak));
    }
  }

  const Parameters& parameters_;
  const Origins& origins_;
  TileMemory& memory_;
  std::vector<float> constants_;  // K
  Scalar largest_constant_;
};

/// The share of pairs of a sample and a component whose log density is within 42 of the sample's
/// largest, of one sample in 64.
template <class Parameters, class Samples>
EIGENMIX_COLD double share_of_pairs(const Parameters& parameters, const Samples& samples) {
  constexpr Index stride = 64, width = 256;
  Workspace<Parameters> space(samples.dimension(), value_columns(parameters), width);
  std::vector<int> numbers;
  Index pairs = 0, all = 0;
  for (Index n = 0; n < samples.count(); n += stride) {
    numbers.push_back(int(n));
    const auto size = static_cast<Index>(numbers.size());
    if (size < width && n + stride < samples.count()) continue;
    samples.gather(numbers.data(), size, space.tile);
    fill_log_densities(parameters, parameters.log_constants, space);
    for (Index m = 0; m < size; ++m) {
      const auto bar = space.storage.row(m).maxCoeff() - 42;
      pairs += (space.storage.row(m).array() >= bar).count();
    }
    all += size * space.storage.cols();
    numbers.clear();
  }
  return double(pairs) / double(all);
}

}  // namespace detail
}  // namespace EIGENMIX_ABI
}  // namespace eigenmix

#endif  // EIGENMIX_EM_LAZY_TILES_HPP
