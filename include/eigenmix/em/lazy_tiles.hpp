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
#include <eigenmix/layout/origins.hpp>

namespace eigenmix {
inline namespace EIGENMIX_ABI {
namespace detail {

/// What one thread needs to take tiles through a lazy pass.
template <class Parameters>
struct LazyWorkspace : Workspace<Parameters> {
  LazyWorkspace(Index dimension, Index components, Index columns, Index tile_width)
      : Workspace<Parameters>(dimension, columns, tile_width),
        counting(components),
        owners(static_cast<std::size_t>(this->tile.stride())),
        largest(this->tile.stride()) {}

  /// The columns of the components listed from `first` on.
  TileValues<typename Parameters::Scalar> values_from(Index first) {
    const Index count = counting.count - first;
    return {this->storage.data() + first * this->storage.rows(),
            this->storage.rows(),
            this->tile.width,
            count,
            false,
            counting.numbers.data() + first,
            count,
            largest.data()};
  }

  CountingComponents counting;                  // those that are evaluated
  std::vector<Owners> owners;                   // of the tile's samples
  Vector<typename Parameters::Scalar> largest;  // of each sample's log densities
  Index evaluated = 0;                          // pairs of a tile and a component so far
};

/// What a lazy pass keeps of its tiles from one set of parameters to the next.
struct TileMemory {
  PairBounds bounds;
  std::vector<float> largest;  ///< of each sample's log densities, in the order of the tiles

  /// Nothing is known of any tile.
  void reset(Index components, Index tiles) {
    bounds.reset(components, tiles);
    std::fill(largest.begin(), largest.end(), 0.0F);
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
  static constexpr float largest_float = std::numeric_limits<float>::max();

  /// Refers to all three.
  LazyTiles(const Parameters& parameters, const Origins& origins, TileMemory& memory)
      : parameters_(parameters),
        origins_(origins),
        memory_(memory),
        allowances_(allowances(parameters)),
        largest_constant_(
            *std::max_element(parameters.log_constants.data(),
                              parameters.log_constants.data() + parameters.log_constants.size())) {}

  /// Lists the components that count in a tile, and fills in their log densities.
  /// \param begin  of the tile in the order of samples
  void evaluate(Index tile, Index begin, Space& space) const {
    float* const largest = memory_.largest.data() + begin;
    const Index size = space.tile.size;
    const float least = *std::min_element(largest, largest + size);
    const float height = threshold(least);
    CountingComponents& counting = space.counting;
    counting.clear();
    memory_.bounds.advance(tile, least, {height, allowances_.data()}, counting);
    const Scalar nothing = -std::numeric_limits<Scalar>::infinity();
    std::fill_n(space.largest.data(), space.largest.size(),
                parameters_.has_noise() ? noise_log_density(parameters_) : nothing);
    fill_in(0, space);
    float fall = -std::numeric_limits<float>::infinity();  // of the largest log densities, at most
    float now_least = std::numeric_limits<float>::infinity();
    for (Index n = 0; n < size; ++n) {
      const auto now = float(space.largest(n));
      fall = std::max(fall, largest[n] - now);
      now_least = std::min(now_least, now);
    }
    const float needed = std::min(height, threshold(now_least));
    memory_.bounds.raise(tile, fall, {needed, allowances_.data()}, counting);
    fill_in(counting.first, space);
    for (Index n = 0; n < size; ++n) largest[n] = float(space.largest(n));
    renew_bounds(tile, space);
    space.evaluated += counting.count;
  }

  /// Responsibilities of the components listed, and what they add to the moments.
  void share_out(Space& space, Moments& sum) const {
    TileValues<Scalar> values = space.values_from(0);
    if (parameters_.has_noise()) {
      std::fill_n(values.column(values.components), values.stride, noise_log_density(parameters_));
      ++values.components;
    }
    const Scalar* const weights = space.tile.weights.data();
    constexpr Index most_components = 1 << 15;  // see ModelResponsibilities
    if (space.tile.is_weighted || values.components > most_components) {
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
  /// [K] What a component of little weight is let off, in nats: from every sample at most exp(-44) of
  /// its weight is left out, which is half a rounding of what a component owns that has a share of
  /// 1 / 2800 in all. One of no weight counts nowhere.
  static std::vector<float> allowances(const Parameters& parameters) {
    std::vector<float> result(static_cast<std::size_t>(padded<float>(parameters.component_count())),
                              largest_float);
    for (Index k = 0; k < parameters.component_count(); ++k) {
      const double share = double(parameters.weights(k));
      const bool counts = share > 0 && parameters.log_constants(k) > -largest_float;
      if (counts)
        result[static_cast<std::size_t>(k)] = std::min(0.0F, float(std::log(2800 * share)));
    }
    return result;
  }

  /// How far below a sample's largest log density others count: exp(-42) is 6e-19. Where a sample is
  /// far out, so much further that a share in second moments, which goes with the distance, is as
  /// small: in units of 64 Dim, as in ModelResponsibilities. \param least  of the tile's samples
  float threshold(float least) const {
    constexpr float negligible = 42, rounding = 2;  // of floats of up to 1e6: a tenth is enough
    if (!(std::abs(least) < 1e6F)) return -std::numeric_limits<float>::infinity();
    const float distance = 2 * (float(largest_constant_) - least + negligible);
    const float units = distance / (64 * float(parameters_.dimension()));
    return -negligible - rounding - (units > 1 ? std::log(units) : 0.0F);
  }

  /// Log densities of the components listed from `first` on, in their columns.
  void fill_in(Index first, Space& space) const {
    using S = Simd<Scalar>;
    const TileValues<Scalar> values = space.values_from(first);
    if (values.components == 0) return;
    parameters_.density.log_densities(space.tile, parameters_.means, parameters_.log_constants,
                                      values, space.scratch);
    Scalar* const largest = space.largest.data();
    for (Index n = 0; n < values.width; n += S::width) {
      auto most = S::load(largest + n);
      for (Index c = 0; c < values.components; ++c) {
        most = S::max(most, S::load(values.column(c) + n));
      }
      S::store(largest + n, most);
    }
  }

  /// Sets the bounds of what was evaluated.
  void renew_bounds(Index tile, Space& space) const {
    using S = Simd<Scalar>;
    const TileValues<Scalar> values = space.values_from(0);
    for (Index c = 0; c < values.components; ++c) {
      const Scalar* const column = values.column(c);
      auto peak = S::fill(-std::numeric_limits<Scalar>::infinity());
      for (Index n = 0; n < values.width; n += S::width) {
        peak = S::max(peak, S::subtract(S::load(column + n), S::load(space.largest.data() + n)));
      }
      memory_.bounds.set(tile, values.component(c), float(S::largest(peak)));
    }
  }

  const Parameters& parameters_;
  const Origins& origins_;
  TileMemory& memory_;
  std::vector<float> allowances_;  // in the order of bounds
  Scalar largest_constant_;
};

/// How many of a tile's columns are within 42 of the largest for its sample m.
template <class Scalar>
Index count_pairs(const TileValues<Scalar>& values, Index m) {
  Scalar largest = values.column(0)[m];
  for (Index c = 1; c < values.components; ++c) largest = std::max(largest, values.column(c)[m]);
  Index count = 0;
  for (Index c = 0; c < values.components; ++c) {
    count += values.column(c)[m] >= largest - 42 ? 1 : 0;
  }
  return count;
}

/// The share of pairs of a sample and a component whose log density is within 42 of the sample's
/// largest, of one sample in 61.
template <class Parameters, class Samples>
EIGENMIX_COLD double share_of_pairs(const Parameters& parameters, const Samples& samples) {
  constexpr Index stride = 61, width = 256;  // a prime: samples may come in turns
  Workspace<Parameters> space(samples.dimension(), value_columns(parameters), width);
  std::vector<int> numbers;
  Index pairs = 0, all = 0;
  for (Index n = 0; n < samples.count(); n += stride) {
    numbers.push_back(int(n));
    const auto size = static_cast<Index>(numbers.size());
    if (size < width && n + stride < samples.count()) continue;
    samples.gather(numbers.data(), size, space.tile);
    fill_log_densities(parameters, parameters.log_constants, space);
    const auto values = space.values();
    for (Index m = 0; m < size; ++m) pairs += count_pairs(values, m);
    all += size * values.components;
    numbers.clear();
  }
  return double(pairs) / double(all);
}

}  // namespace detail
}  // namespace EIGENMIX_ABI
}  // namespace eigenmix

#endif  // EIGENMIX_EM_LAZY_TILES_HPP
