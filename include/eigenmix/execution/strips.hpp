// SPDX-License-Identifier: MIT
#ifndef EIGENMIX_EXECUTION_STRIPS_HPP
#define EIGENMIX_EXECUTION_STRIPS_HPP

#include <algorithm>
#include <atomic>
#include <vector>

#include <eigenmix/execution/first_exception.hpp>
#include <eigenmix/execution/policy.hpp>
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
  ///                  with it the threads that large sums can use: 30 for a million of samples of
  ///                  64 full components in 64 dimensions, 3 for 128 in 128
  template <class Scalar>
  static Tiling of(Index samples, Index dimension, Index components, Index sum_size) {
    // 256 samples hide the cost per tile; at most 2^15 numbers keep the tile and its
    // responsibilities (256 KiB of doubles) within the second-level cache of any current core.
    const Index cached = (Index(1) << 15) / (dimension + components);
    const Index width = padded<Scalar>(std::min(samples, std::clamp<Index>(cached, 32, 256)));
    const Index tiles = (samples + width - 1) / width;
    // No strip below 4 tiles, so that small fits have one; all sums together at most 2^22 numbers
    // (32 MiB of doubles). Rounded down to whole eights or twos, to divide among threads evenly.
    const Index affordable = std::clamp<Index>((Index(1) << 22) / sum_size, 1, max_strips);
    Index strips = std::clamp<Index>(tiles / 4, 1, affordable);
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

/// body(strip, worker) for every strip: as many tasks as there are workers, each with scratch of
/// its own, take strips until none is left.
template <class Execution, class Worker, class Body>
void for_each_strip(const Execution& execution, const Tiling& tiling, std::vector<Worker>& workers,
                    Body&& body) {
  std::atomic<Index> next{0};
  FirstException failure;  // a user's own pool need not know how to carry one
  execution.for_each(static_cast<Index>(workers.size()), [&](Index w) {
    Worker& worker = workers[static_cast<std::size_t>(w)];
    auto take = [&](Index strip) { body(strip, worker); };
    for (Index strip = next++; strip < tiling.strip_count(); strip = next++) {
      failure.guard(strip, take);
    }
  });
  failure.rethrow();
}

/// How many workers are of use.
template <class Execution>
std::size_t worker_count(const Execution& execution, const Tiling& tiling) {
  return static_cast<std::size_t>(
      std::clamp<Index>(execution.concurrency(), 1, tiling.strip_count()));
}

}  // namespace detail
}  // namespace EIGENMIX_ABI
}  // namespace eigenmix

#endif  // EIGENMIX_EXECUTION_STRIPS_HPP
