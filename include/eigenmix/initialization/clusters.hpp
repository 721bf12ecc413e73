// SPDX-License-Identifier: MIT
#ifndef EIGENMIX_INITIALIZATION_CLUSTERS_HPP
#define EIGENMIX_INITIALIZATION_CLUSTERS_HPP

#include <type_traits>
#include <vector>

#include <eigenmix/base/fill.hpp>
#include <eigenmix/initialization/nearest_tiles.hpp>
#include <eigenmix/samples/standard_tiles.hpp>

namespace eigenmix {
inline namespace EIGENMIX_ABI {
namespace detail {

/// Adds the sums of strips, a column each, up in the first.
template <class Real>
void add_strips(Matrix<Real>& sums) {
  for (Index strip = 1; strip < sums.cols(); ++strip) {
    for (Index i = 0; i < sums.rows(); ++i) sums(i, 0) += sums(i, strip);
  }
}

/// Samples that are never in another order than their numbers'.
template <class Samples>
struct AsTheyCome {
  explicit AsTheyCome(const StandardTiles<Samples>&) {}
  static Index number(Index position) { return position; }
};

/// What k-means++ and Lloyd's iterations work on: samples in standard coordinates, so that units do
/// not decide, centres, and to which each sample is nearest. Memory O(N).
///
/// With many centres most are too far from a sample to count. Where that is so the samples are put
/// in order, and what cannot be nearest is left out: see NearestTiles.
/// \tparam Near  NearestTiles, or AsTheyCome where samples are never put in order: a program that
///               wants no more need not compile it
template <class Samples_, template <class> class Near>
struct Clusters {
  using Samples = Samples_;
  using Scalar = typename Samples::Scalar;
  using Label = int;
  static constexpr bool may_be_ordered = std::is_same_v<Near<Samples>, NearestTiles<Samples>>;

  template <class Execution>
  EIGENMIX_NOINLINE Clusters(const Samples& of, Index count, const Execution& execution)
      : samples(of),
        tiles(of, count, execution),
        near(tiles),
        labels(static_cast<std::size_t>(of.count()), 0) {
    set_zero(centres, of.dimension(), count);
    set_zero(nearest, padded<Scalar>(of.count()));
  }
  Clusters(const Clusters&) = delete;
  Clusters& operator=(const Clusters&) = delete;
  ~Clusters() = default;

  bool is_ordered() const {
    if constexpr (may_be_ordered) return !near.empty();
    return false;
  }

  /// Puts the samples in order if few enough pairs of a sample and a centre are in reach.
  /// \param known  the centres there are, of which each sample's nearest is known
  EIGENMIX_NOINLINE void order(Index known) {
    if constexpr (may_be_ordered) {
      if (!(largest_share > 0)) return;
      if (near.share_in_reach(centres, known, labels, nearest) > largest_share) return;
      near.sort(labels, known, nearest);
    }
  }

  /// Back to the order of the samples' numbers, but for `nearest`.
  EIGENMIX_NOINLINE void leave_order() {
    if constexpr (may_be_ordered) {
      if (!is_ordered()) return;
      labels = near.by_number(labels);
      near.clear();
    }
  }

  const Samples& samples;
  StandardTiles<Samples> tiles;
  Near<Samples> near;
  Matrix<Scalar> centres;     // [D x K]
  Vector<Scalar> nearest;     // N, in order, squared distance to the nearest centre
  std::vector<Label> labels;  // N, in order
  double largest_share = 0;   // of pairs in reach, for an order; 0 for none
};

}  // namespace detail
}  // namespace EIGENMIX_ABI
}  // namespace eigenmix

#endif  // EIGENMIX_INITIALIZATION_CLUSTERS_HPP
