// SPDX-License-Identifier: MIT
#ifndef EIGENMIX_INITIALIZATION_SEEDS_HPP
#define EIGENMIX_INITIALIZATION_SEEDS_HPP

#include <algorithm>
#include <limits>
#include <vector>

#include <eigenmix/base/fill.hpp>
#include <eigenmix/initialization/clusters.hpp>
#include <eigenmix/kernels/distances.hpp>
#include <eigenmix/random.hpp>

namespace eigenmix {
inline namespace EIGENMIX_ABI {
namespace detail {

/// Greedy k-means++ (Arthur & Vassilvitskii 2007): every further centre is, of a few samples drawn
/// with squared distance as probability, the one that leaves the least distance in sum. Tiled and
/// threaded like the E-step.
template <class Clusters>
class Seeds {
 public:
  using Samples = typename Clusters::Samples;
  using Scalar = typename Samples::Scalar;
  using Real = Accumulator<Scalar>;

  explicit Seeds(Clusters& clusters) : clusters_(clusters) {
    set_zero(masses_, tiles_.strip_count());
  }

  /// \param order_at  how many centres there are when an order is first thought of, then twice as
  /// many and so on
  void sow(random::Engine& engine, Index candidates, Index order_at) {
    measure_weights();
    set_point(centres_, 0, draw(engine));
    fill(nearest_, std::numeric_limits<Scalar>::max());
    std::vector<Index> drawn(static_cast<std::size_t>(candidates));
    for (Index k = 1; k < centres_.cols(); ++k) {
      newest_ = k - 1;
      measure_distances();
      if (k == order_at) {
        order_at *= 2;
        if (by_distance_ && !clusters_.is_ordered()) order(k);
      }
      for (Index& n : drawn) n = draw(engine);
      set_point(centres_, k, candidates > 1 ? best_of(drawn) : drawn[0]);
    }
  }

 private:
  using Label = int;
  using Points = Matrix<Scalar>;
  using Tiles = StandardTiles<Samples>;
  using Workspace = typename Tiles::Workspace;

  /// What is done with every tile; one function of them all is compiled for each member.
  using Pass = void (Seeds::*)(Workspace& worker, Index begin, Index strip);

  void for_each_tile(Pass pass) {
    tiles_.for_each([this, pass](Workspace& worker, Index begin, Index strip) {
      (this->*pass)(worker, begin, strip);
    });
  }

  /// points(., k) = sample n
  EIGENMIX_NOINLINE void set_point(Points& points, Index k, Index n) const {
    for (Index i = 0; i < points.rows(); ++i) points(i, k) = tiles_.standard(i, n);
  }

  /// What samples are drawn by: weight times squared distance, or, at first and once no sample is
  /// left away from a centre, the weight alone.
  Real mass_of(Index position) const {
    return Real(samples_.weight(near_.number(position))) *
           (by_distance_ ? Real(nearest_(position)) : Real(1));
  }

  void order(Index known) {
    clusters_.order(known);
    if constexpr (Clusters::may_be_ordered) {
      if (clusters_.is_ordered()) sum_tiles();
    }
  }

  /// The masses of strips of tiles in order.
  void sum_tiles() {
    for (Index strip = 0; strip < masses_.size(); ++strip) masses_(strip) = near_.sum(strip);
    add_masses();
  }

  EIGENMIX_NOINLINE void measure_weights() {
    by_distance_ = false;
    for (Index strip = 0; strip < masses_.size(); ++strip) {
      const Index end = std::min(samples_.count(), tiles_.strip_begin(strip + 1));
      Real mass = 0;
      for (Index n = tiles_.strip_begin(strip); n < end; ++n) mass += Real(samples_.weight(n));
      masses_(strip) = mass;
    }
    add_masses();
  }

  void measure_distances() {
    by_distance_ = true;
    if (!approach_reached()) {
      for (Real& mass : masses_) mass = 0;
      for_each_tile(&Seeds::approach);
      add_masses();
    }
    if (total_mass_ > 0) return;
    if (clusters_.is_ordered()) fill(nearest_, Scalar(0));
    clusters_.leave_order();
    measure_weights();
  }

  void add_masses() {
    total_mass_ = 0;
    for (const Real mass : masses_) total_mass_ += mass;
  }

  /// Lets the newest centre take the samples that are nearer to it than to any before.
  void approach(Workspace& worker, Index begin, Index strip) {
    tiles_.distances_to(centres_.data() + newest_ * centres_.rows(), worker);
    masses_(strip) = take(worker, begin, masses_(strip));
  }

  /// The same of tiles in order. \return whether there are any
  bool approach_reached() {
    if constexpr (Clusters::may_be_ordered) {
      if (!clusters_.is_ordered()) return false;
      set_zero(candidates_, centres_.rows(), 1);
      for (Index i = 0; i < centres_.rows(); ++i) candidates_(i, 0) = centres_(i, newest_);
      near_.for_each_reached(candidates_, [this](Workspace& worker, Index tile, Index) {
        take(worker, near_.begin(tile), 0);
        near_.renew(tile, nearest_.data() + near_.begin(tile), worker);
      });
      sum_tiles();
      return true;
    }
    return false;
  }

  /// \return mass and the tile's
  Real take(const Workspace& worker, Index begin, Real mass) {
    Scalar* const nearest = nearest_.data() + begin;
    Label* const labels = labels_.data() + begin;
    for (Index n = 0; n < worker.tile.size; ++n) {
      const bool is_nearer = worker.best(n) < nearest[n];
      nearest[n] = is_nearer ? worker.best(n) : nearest[n];
      labels[n] = is_nearer ? static_cast<Label>(newest_) : labels[n];
      mass += Real(worker.tile.weights(n)) * Real(nearest[n]);
    }
    return mass;
  }

  EIGENMIX_NOINLINE Index draw(random::Engine& engine) const {
    Real left = Real(random::uniform(engine)) * total_mass_;
    Index strip = 0, end = masses_.size();
    while (end > 1 && !(masses_(end - 1) > 0)) --end;  // rounding may lead past all that have any
    while (strip + 1 < end && left >= masses_(strip)) left -= masses_(strip++);
    Index position = tiles_.strip_begin(strip);
    if constexpr (Clusters::may_be_ordered) {
      if (clusters_.is_ordered()) position = near_.pass(strip, left);
    }
    Index last_possible = 0;
    for (; position < samples_.count() && !(left < 0); ++position) {
      const Real share = mass_of(position);
      if (!(share > 0)) continue;
      last_possible = position;
      left -= share;
    }
    return near_.number(last_possible);
  }

  /// Of the samples drawn, the one that leaves the least distance in sum if it becomes a centre.
  EIGENMIX_NOINLINE Index best_of(const std::vector<Index>& drawn) {
    const auto count = static_cast<Index>(drawn.size());
    set_zero(candidates_, samples_.dimension(), count);
    for (Index c = 0; c < count; ++c) {
      set_point(candidates_, c, drawn[static_cast<std::size_t>(c)]);
    }
    set_zero(sums_, count, tiles_.strip_count());
    if (!try_reached()) for_each_tile(&Seeds::try_candidates);
    add_strips(sums_);
    const Real* const best = std::min_element(sums_.data(), sums_.data() + count);
    return drawn[static_cast<std::size_t>(best - sums_.data())];
  }

  void try_candidates(Workspace& worker, Index begin, Index strip) {
    for (Index c = 0; c < candidates_.cols(); ++c) {
      tiles_.distances_to(candidates_.data() + c * candidates_.rows(), worker);
      sums_(c, strip) += mass_left(worker, begin);
    }
  }

  /// The same of tiles in order, less what is there already, which tiles that are not reached keep.
  /// \return whether there are any
  bool try_reached() {
    if constexpr (Clusters::may_be_ordered) {
      if (!clusters_.is_ordered()) return false;
      near_.for_each_reached(candidates_, [this](Workspace& worker, Index tile, Index c) {
        sums_(c, near_.strip_of(tile)) += mass_left(worker, near_.begin(tile)) - near_.mass(tile);
      });
      return true;
    }
    return false;
  }

  /// A tile's mass if a point becomes a centre whose distances are in worker.best.
  Real mass_left(const Workspace& worker, Index begin) const {
    return Real(weighted_sum_of_smaller(worker.best.data(), nearest_.data() + begin,
                                        worker.tile.weights.data(), worker.tile.size));
  }

  Clusters& clusters_;
  const Samples& samples_ = clusters_.samples;
  StandardTiles<Samples>& tiles_ = clusters_.tiles;
  decltype(Clusters::near)& near_ = clusters_.near;
  Matrix<Scalar>& centres_ = clusters_.centres;
  Vector<Scalar>& nearest_ = clusters_.nearest;
  std::vector<int>& labels_ = clusters_.labels;

  Points candidates_;    // in standard coordinates
  Matrix<Real> sums_;    // of each candidate, a column for each strip; of all in the first
  Vector<Real> masses_;  // one for each strip
  Real total_mass_ = 0;
  bool by_distance_ = false;
  Index newest_ = 0;  // centre
};

}  // namespace detail
}  // namespace EIGENMIX_ABI
}  // namespace eigenmix

#endif  // EIGENMIX_INITIALIZATION_SEEDS_HPP
