// SPDX-License-Identifier: MIT
#ifndef EIGENMIX_EXECUTION_STRIPS_HPP
#define EIGENMIX_EXECUTION_STRIPS_HPP

#include <algorithm>
#include <atomic>
#include <vector>

#include <eigenmix/execution/any_execution.hpp>
#include <eigenmix/kernels/simd.hpp>

namespace eigenmix {
inline namespace EIGENMIX_ABI {
namespace detail {

/// How N samples are cut: into strips, each reduced on its own and merged in order, and each strip
/// into tiles that fit the cache. Depends on the problem's shape alone, never on the threads, so
/// neither do the sums.
struct Tiling {
  static constexpr Index max_strips = 64;

  /// \param sum_size  numbers one strip's sums take; bounds the memory of all strips together, and
  ///                  with it the threads that large sums can use: 24 for a million of samples of
  ///                  64 full components in 64 dimensions, 2 for 128 in 128
  template <class Scalar>
  static Tiling of(Index samples, Index dimension, Index components, Index sum_size) {
    // 256 samples hide the cost per tile; at most 2^15 numbers keep the tile and its
    // responsibilities (256 KiB of doubles) within the second-level cache of any current core.
    const Index cached = (Index(1) << 15) / (dimension + components);
    return of_width(samples, padded<Scalar>(std::min(samples, std::clamp<Index>(cached, 32, 256))),
                    sum_size);
  }

  /// \param width        of a tile
  /// \param least_strip  samples below which a strip's sums would cost too much
  static Tiling of_width(Index samples, Index width, Index sum_size, Index least_strip = 1) {
    const Index tiles = (samples + width - 1) / width;
    // No strip below 4 tiles, so that small fits have one; all sums together at most 2^22 numbers
    // (32 MiB of doubles). Rounded down to whole eights or twos, to divide among threads evenly.
    const Index affordable = std::clamp<Index>((Index(1) << 22) / sum_size, 1, max_strips);
    const Index most = std::min(tiles / 4, samples / least_strip);
    Index strips = std::clamp<Index>(most, 1, affordable);
    if (strips >= 2) strips -= strips % (strips >= 8 ? 8 : 2);
    return {samples, width, (tiles + strips - 1) / strips * width};
  }

  Index strip_count() const { return (samples + strip - 1) / strip; }

  /// body(begin, size) for the tiles of one strip in order.
  template <class Body>
  void for_each_tile(Index strip_index, Body&& body) const {
    const Index end = std::min(samples, (strip_index + 1) * strip);
    for (Index begin = strip_index * strip; begin < end; begin += tile) {
      body(begin, std::min(tile, end - begin));
    }
  }

  Index samples;
  Index tile;   ///< samples in a tile
  Index strip;  ///< samples in a strip, whole tiles
};

/// How many threads are of use.
inline std::size_t workspace_count(const AnyExecution& execution, const Tiling& tiling) {
  return static_cast<std::size_t>(
      std::clamp<Index>(execution.concurrency(), 1, tiling.strip_count()));
}

/// body(strip, workspace) for every strip: as many tasks as there are workspaces, each with one of
/// its own, take strips until none is left.
template <class Workspace, class Body>
void for_each_strip(const AnyExecution& execution, const Tiling& tiling,
                    std::vector<Workspace>& workspaces, Body&& body) {
  std::atomic<Index> next{0};
  FirstException failure;  // by strip, whoever took it
  const auto take_strips = [&](Index w) {
    Workspace& workspace = workspaces[static_cast<std::size_t>(w)];
    auto take = [&](Index strip) { body(strip, workspace); };
    for (Index strip = next++; strip < tiling.strip_count(); strip = next++) {
      failure.guard(strip, take);
    }
  };
  execution.run(static_cast<Index>(workspaces.size()), take_strips);
  failure.rethrow();
}

/// body(strip, workspace, sum) for every strip, each with a sum of its own; then all are added to
/// the first, in order, so that the total does not depend on the threads.
/// \param sums  [in, out] one for each strip
template <class Workspace, class Sum, class Body>
void sum_over_strips(const AnyExecution& execution, const Tiling& tiling,
                     std::vector<Workspace>& workspaces, std::vector<Sum>& sums, Body&& body) {
  for_each_strip(execution, tiling, workspaces, [&](Index strip, Workspace& workspace) {
    body(strip, workspace, sums[static_cast<std::size_t>(strip)]);
  });
  for (std::size_t strip = 1; strip < sums.size(); ++strip) sums[0] += sums[strip];
}

}  // namespace detail
}  // namespace EIGENMIX_ABI
}  // namespace eigenmix

#endif  // EIGENMIX_EXECUTION_STRIPS_HPP
