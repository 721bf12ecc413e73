// SPDX-License-Identifier: MIT
#ifndef EIGENMIX_EM_LAZY_PASS_HPP
#define EIGENMIX_EM_LAZY_PASS_HPP

#include <algorithm>
#include <limits>
#include <numeric>
#include <optional>
#include <type_traits>
#include <utility>
#include <vector>

#include <eigenmix/em/lazy_tiles.hpp>
#include <eigenmix/em/moment_pass.hpp>

namespace eigenmix {
inline namespace EIGENMIX_ABI {
namespace detail {

/// The E-step of a fit whose components overlap little: of the pairs of a sample and a component it
/// evaluates those that have a responsibility, to the last digit, and few others.
///
/// Samples are visited in the order of the components most responsible for them, so that a tile's
/// have the same few components near them. A component is left out of a tile if by its bound, see
/// PairBounds, its responsibility for every sample of the tile is below exp(-42) = 6e-19 of the most
/// responsible one's, and so is what it would add to second moments, in units of 64 Dim.
///
/// The first pass is that of every fit. Before the second, and if need be before the fourth, eighth
/// and so on, one sample in 61 tells whether so few pairs have a responsibility that the others are
/// worth leaving out. Then one pass notes who is responsible for whom, the next evaluates all pairs
/// in the order that comes of it, and from there on components are left out.
/// Order and tiles depend on samples and parameters, not on the threads. Memory beyond MomentPass:
/// eight bytes a sample, and four for each tile and component, which is 32 a sample up to 2048
/// components; twice that and eight bytes a sample more while the order is renewed.
template <class Parameters>
class LazyPass {
 public:
  using Scalar = typename Parameters::Scalar;
  using Real = typename Parameters::Real;
  using Moments = typename Parameters::Moments;
  using Samples = AnySamples<Scalar, Parameters::Dim>;
  using Origins = detail::Origins<Scalar, Parameters::Dim>;

  static constexpr bool is_complete = true;

  /// Refers to the samples.
  LazyPass(const Samples& samples, const AnyExecution& execution)
      : samples_(samples), execution_(execution), dense_(samples, execution) {}

  const Columns& columns() const { return samples_.columns(); }
  Index count() const { return samples_.count(); }
  const Samples* samples() const { return &samples_; }

  /// See MomentPass::accumulate.
  void accumulate(const Parameters& parameters, Moments& moments) {
    ++passes_;
    if (is_given_up_) give_up();
    if (order_.empty() && is_time_to_look() &&
        share_of_pairs(parameters, samples_) <= largest_share) {
      begin_order();
    }
    if (order_.empty()) return dense_.accumulate(parameters, moments);
    accumulate_near(parameters, chosen_, moments, [&](const Origins& origins) {
      accumulate_about(parameters, origins, moments);
    });
    has_lost_ = loses_component(parameters, moments);
    losses_in_a_row_ = has_lost_ ? losses_in_a_row_ + 1 : 0;
    if (losses_in_a_row_ > most_losses) is_given_up_ = true;
    if (has_lost_) dense_.accumulate(parameters, moments);
    note_samples(moments);
  }

  /// See MomentPass::accumulate_about_means.
  void accumulate_about_means(const Parameters& parameters, Moments& moments) {
    if (order_.empty() || has_lost_) return dense_.accumulate_about_means(parameters, moments);
    const Origins nearer(moments.means().template cast<Scalar>());
    accumulate_about(parameters, nearer, moments);
  }

  /// Pairs of a tile and a component evaluated by the last pass, of all.
  double evaluated_share() const { return evaluated_share_; }

 private:
  using Space = LazyWorkspace<Parameters>;

  /// Above this share of pairs with a responsibility tiles, which have half as many again or twice,
  /// have too little to leave out: at 0.29 a pass took half as long, at 0.38 as long (benchmark/
  /// overlap.cpp). And so if a few passes on they still evaluate more than the other.
  static constexpr double largest_share = 0.3, largest_evaluated = 0.7;

  /// A weight that falls a ten-millionth each time is zero by then; one that is held may be never.
  static constexpr int most_losses = 50;

  static std::size_t at(Index n) { return static_cast<std::size_t>(n); }

  /// Before the passes 2, 4, 8, ...: components of a start may still overlap.
  bool is_time_to_look() const { return passes_ > 1 && (passes_ & (passes_ - 1)) == 0; }

  /// Whether a component keeps so little of what it owned that what was left out is part of it: up
  /// to exp(-44) of that, see LazyTiles. Small as it is, it leads such a component to the nearest.
  bool loses_component(const Parameters& parameters, const Moments& moments) const {
    const double total = double(moments.total_weight());
    const bool is_noted = has_samples_.size() == at(moments.component_count());
    for (Index k = 0; k < moments.component_count(); ++k) {
      const bool had_samples = !is_noted || has_samples_[at(k)];
      const double least = 1e-7 * parameters.owned_count(k, total);
      if (had_samples && double(moments.counts()(k)) < least) return true;
    }
    return false;
  }

  void note_samples(const Moments& moments) {
    has_samples_.resize(at(moments.component_count()));
    for (Index k = 0; k < moments.component_count(); ++k) {
      has_samples_[at(k)] = moments.counts()(k) > 0;
    }
  }

  /// As they came; who is responsible is noted by the pass to come.
  void begin_order() {
    is_first_order_ = true;
    passes_in_order_ = 0;
    memory_.bounds.reset(0, 0);
    order_.resize(at(samples_.count()));
    std::iota(order_.begin(), order_.end(), 0);
    owners_.resize(order_.size());
    memory_.largest.resize(order_.size());
  }

  void accumulate_about(const Parameters& parameters, const Origins& origins, Moments& moments) {
    const Index components = parameters.component_count();
    const Tiling tiling = tiling_for(components);
    prepare(parameters, tiling);
    origin_ = origins.points.template cast<Real>();
    const LazyTiles<Parameters> tiles(parameters, origins, memory_);
    sum_over_strips(execution_, tiling, spaces_, sums_,
                    [&](Index strip, Space& space, Moments& sum) {
                      sum.reset(origin_);
                      tiling.for_each_tile(strip, [&](Index begin, Index size) {
                        const Index ahead = std::min(tiling.tile, samples_.count() - begin - size);
                        samples_.gather(order_.data() + begin, size, space.tile, ahead);
                        tiles.evaluate(begin / tiling.tile, begin, space);
                        if (!owners_.empty()) note_owners(begin, space);
                        tiles.share_out(space, sum);
                      });
                    });
    std::swap(moments, sums_[0]);
    finish(components, tiling);
  }

  /// Tiles are small, so that they have few components, but where there are so many that what is
  /// kept of each pair would need more than 32 bytes a sample. Strips have 16 samples a component, so
  /// that their sums are not dearer than what is summed.
  Tiling tiling_for(Index components) const {
    const Index width = padded<Scalar>(std::clamp<Index>(components / 8, 64, 256));
    return Tiling::of_width(samples_.count(), width,
                            Moments::flat_size(samples_.dimension(), components), 16 * components);
  }

  static Index tile_count(const Tiling& tiling) {
    return (tiling.samples + tiling.tile - 1) / tiling.tile;
  }

  /// Brings what is kept from pass to pass to these parameters.
  void prepare(const Parameters& parameters, const Tiling& tiling) {
    const Index components = parameters.component_count(), columns = value_columns(parameters);
    if (memory_.bounds.component_count() != components) {
      memory_.reset(components, tile_count(tiling));
      passes_in_order_ = 0;
    } else {
      memory_.bounds.prepare(*last_, parameters);
    }
    last_ = parameters;
    if (spaces_.empty() || spaces_[0].storage.cols() != columns) {
      spaces_.assign(workspace_count(execution_, tiling),
                     Space(samples_.dimension(), components, columns, tiling.tile));
    }
    sums_.resize(at(tiling.strip_count()));
  }

  void note_owners(Index begin, Space& space) {
    const int nobody = int(memory_.bounds.component_count());
    find_owners(space.values_from(0), space.tile.size, nobody, space.owners.data());
    for (Index n = 0; n < space.tile.size; ++n) {
      owners_[at(order_[at(begin + n)])] = space.owners[at(n)];
    }
  }

  /// Looks back on a pass: is there an order to be made, or should there be?
  void finish(Index components, const Tiling& tiling) {
    Index evaluated = 0;
    for (Space& space : spaces_) evaluated += std::exchange(space.evaluated, 0);
    evaluated_share_ = double(evaluated) / double(tile_count(tiling) * components);
    ++passes_in_order_;
    if (!owners_.empty()) {
      reorder(components, tiling);
    } else if (is_order_stale()) {
      owners_.resize(order_.size());
    }
  }

  /// Brings the samples into the order of the owners that were noted.
  void reorder(Index components, const Tiling& tiling) {
    std::vector<int> order = order_by_owners(owners_, components + 1);
    std::vector<Owners>().swap(owners_);
    if (is_first_order_) {  // tiles of the samples as they came tell little of others
      memory_.reset(components, tile_count(tiling));
    } else {
      memory_.bounds.follow(order_, order, at(tiling.tile));
      std::vector<float> by_number(order.size());
      for (std::size_t n = 0; n < order.size(); ++n) by_number[at(order_[n])] = memory_.largest[n];
      for (std::size_t n = 0; n < order.size(); ++n) memory_.largest[n] = by_number[at(order[n])];
    }
    is_first_order_ = false;
    order_ = std::move(order);
    passes_in_order_ = 0;
  }

  /// Whether tiles have grown impure, as components move, so that a new order pays; which is asked
  /// ever more seldom.
  bool is_order_stale() {
    if (passes_in_order_ == 2) fresh_share_ = evaluated_share_;  // some pairs are left out by now
    if (passes_in_order_ == 4 && evaluated_share_ > largest_evaluated) {
      is_given_up_ = true;
      return false;
    }
    if (passes_in_order_ < patience_ || evaluated_share_ < 1.5 * fresh_share_) return false;
    patience_ *= 2;
    return true;
  }

  /// Back to all pairs.
  void give_up() {
    is_given_up_ = false;
    evaluated_share_ = 1;
    std::vector<int>().swap(order_);
    memory_ = {};
    spaces_.clear();
    sums_.clear();
  }

  const Samples& samples_;
  AnyExecution execution_;
  MomentPass<Parameters> dense_;
  Index passes_ = 0, passes_in_order_ = 0, patience_ = 8;
  bool is_first_order_ = true, is_given_up_ = false;
  std::vector<int> order_;      // numbers of samples; empty while all pairs are evaluated
  std::vector<Owners> owners_;  // by number, while they are noted; else empty
  TileMemory memory_;
  std::optional<Parameters> last_;  // that the memory is of
  std::vector<Space> spaces_;
  std::vector<Moments> sums_;  // one for each strip
  typename Moments::Origin origin_;
  Origins chosen_;
  double evaluated_share_ = 1, fresh_share_ = 1;
  std::vector<char> has_samples_;  // each component, in the last pass
  int losses_in_a_row_ = 0;
  bool has_lost_ = false;  // whether that had to evaluate all pairs after all
};

/// Whether responsibilities under parameters depend on nothing but samples, so that their order does
/// not matter.
template <class Parameters>
inline constexpr bool knows_only_samples_v =
    std::is_same_v<Parameters, detail::Parameters<typename Parameters::Scalar, Parameters::Dim,
                                                  typename Parameters::Layout>>;

/// Whether a fit is large enough for pairs to be worth leaving out, and small enough for their
/// numbers: what is kept of them takes 64 bytes a sample of 4096 components.
template <class Samples>
bool may_be_lazy(const Samples& samples, Index components) {
  return components >= 8 && components <= 4096 && samples.count() >= 1024 && samples.can_gather() &&
         samples.count() < std::numeric_limits<int>::max();
}

}  // namespace detail
}  // namespace EIGENMIX_ABI
}  // namespace eigenmix

#endif  // EIGENMIX_EM_LAZY_PASS_HPP
