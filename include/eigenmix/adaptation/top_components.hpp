// SPDX-License-Identifier: MIT
#ifndef EIGENMIX_ADAPTATION_TOP_COMPONENTS_HPP
#define EIGENMIX_ADAPTATION_TOP_COMPONENTS_HPP

#include <algorithm>
#include <cstddef>
#include <limits>
#include <vector>

#include <eigenmix/kernels/normalise.hpp>

namespace eigenmix {
inline namespace EIGENMIX_ABI {
namespace detail {

/// The components that each sample of a tile is likeliest under, in no order; one thread's memory.
///
/// Groups of components are told by their largest values, packet by packet, which leaves few
/// components to look at: keeping the best of 64 sample by sample took longer than 64 exponentials.
template <class Scalar>
class TopComponents {
 public:
  /// \param top  in [1, components]
  TopComponents(Index top, Index components)
      : top_(top),
        components_(components),
        group_(components / std::min(components, std::max<Index>(32, 4 * top))),
        group_count_(components / group_),
        largest_(S::width, group_count_),
        chosen_(static_cast<std::size_t>(group_count_ + 1)),
        found_(static_cast<std::size_t>(components + 1)) {}

  /// \param values  [width x at least components] log densities
  void find(const TileValues<Scalar>& values) {
    counts_.resize(values.width);
    best_.resize(top_, values.width);
    for (Index n = 0; n < values.width; n += S::width) {
      Vector<Scalar> bounds(S::width);
      find_groups(values, n, bounds);
      for (Index lane = 0; lane < S::width; ++lane) find_of(values, n + lane, lane, bounds(lane));
    }
  }

  /// Of sample n: `top` of them, or as many as have any weight.
  Index count(Index n) const { return counts_(n); }
  Index component(Index n, Index place) const { return best_(place, n); }

 private:
  using S = Simd<Scalar>;
  using Packet = typename S::Packet;
  static constexpr Index most_by_packets = 16;  // more are not worth it: all are looked at

  /// The largest value of every group; and bounds which `top` values reach, all that are larger
  /// among them: the least of the `top` largest values of groups. Minus infinity is below.
  void find_groups(const TileValues<Scalar>& values, Index n, Vector<Scalar>& bounds) {
    const Packet lowest = S::fill(std::numeric_limits<Scalar>::lowest());
    Packet best[static_cast<std::size_t>(most_by_packets)];
    const Index places = std::min(top_, most_by_packets);
    for (Index place = 0; place < places; ++place) best[place] = lowest;
    for (Index g = 0; g < group_count_; ++g) {
      Packet value = S::load(values.column(g * group_) + n);
      for (Index k = g * group_ + 1; k < end_of(g); ++k) {
        value = S::max(value, S::load(values.column(k) + n));
      }
      S::store(largest_.col(g).data(), value);
      for (Index place = 0; place < places; ++place) {
        const Packet larger = S::max(best[place], value);
        value = S::min(best[place], value);
        best[place] = larger;
      }
    }
    S::store(bounds.data(), top_ <= most_by_packets ? best[top_ - 1] : lowest);
  }

  Index end_of(Index group) const {
    return group + 1 < group_count_ ? (group + 1) * group_ : components_;
  }

  /// Comparisons are added, not branched on: which hold is hard to foretell.
  void find_of(const TileValues<Scalar>& values, Index n, Index lane, Scalar bound) {
    std::size_t groups = 0, count = 0;
    for (Index g = 0; g < group_count_; ++g) {
      chosen_[groups] = g;
      groups += std::size_t(largest_(lane, g) >= bound);
    }
    for (std::size_t place = 0; place < groups; ++place) {
      const Index g = chosen_[place], end = end_of(g);
      for (Index k = g * group_; k < end; ++k) {
        found_[count] = k;
        count += std::size_t(values.column(k)[n] >= bound);
      }
    }
    counts_(n) = std::min(Index(count), top_);
    if (Index(count) > top_) keep_top(values, n, found_.begin() + Index(count));
    std::copy_n(found_.begin(), counts_(n), best_.col(n).data());
  }

  void keep_top(const TileValues<Scalar>& values, Index n, std::vector<Index>::iterator end) {
    std::nth_element(found_.begin(), found_.begin() + (top_ - 1), end, [&](Index a, Index b) {
      const Scalar of_a = values.column(a)[n], of_b = values.column(b)[n];
      return of_a > of_b || (of_a == of_b && a < b);
    });
  }

  Index top_, components_;
  Index group_, group_count_;  // of so many components each, the last perhaps of more
  Matrix<Scalar> largest_;     // [packet x groups]
  std::vector<Index> chosen_, found_;
  Vector<Index> counts_;
  Matrix<Index> best_;  // [top x width]
};

}  // namespace detail
}  // namespace EIGENMIX_ABI
}  // namespace eigenmix

#endif  // EIGENMIX_ADAPTATION_TOP_COMPONENTS_HPP
