// SPDX-License-Identifier: MIT
#ifndef EIGENMIX_OUT_OF_CORE_CHUNKED_SAMPLES_HPP
#define EIGENMIX_OUT_OF_CORE_CHUNKED_SAMPLES_HPP

#include <algorithm>
#include <atomic>
#include <cmath>
#include <ctime>
#include <memory>
#include <mutex>
#include <string>
#include <utility>

#include <eigenmix/execution/any_execution.hpp>
#include <eigenmix/out_of_core/cursors.hpp>
#include <eigenmix/samples/samples.hpp>

namespace eigenmix {
inline namespace EIGENMIX_ABI {
namespace detail {

/// What was found out of samples by looking at every number, for as long as they are the same.
class WhatWasSeen {
 public:
  /// \param look  () -> whether there are zeros; reads all
  template <class Look>
  bool has_zeros(const std::string& stamp, Look&& look) {
    {
      const std::lock_guard<std::mutex> lock(mutex_);
      if (!stamp.empty() && stamp == stamp_) return has_zeros_;
    }
    const bool result = look();
    const std::lock_guard<std::mutex> lock(mutex_);
    stamp_ = stamp;
    has_zeros_ = result;
    return result;
  }

 private:
  std::mutex mutex_;
  std::string stamp_;  // when they were looked at
  bool has_zeros_ = false;
};

template <class Scalar>
[[noreturn]] EIGENMIX_COLD void reject_number_of(const char* where, const Chunks<Scalar>& chunks,
                                                 std::pair<Index, Index> at, Scalar number) {
  reject(where,
         "x(" + text(at.first) + ", " + text(at.second) + "), " + chunks.place(at.first, at.second),
         text(number), "finite samples; remove or fill in missing values first");
}

/// Samples that lie elsewhere, as the algorithms see them: see Samples, of which this is the
/// counterpart. The numbers and their order in tiles are the same, and so is all that is computed.
template <class Scalar_, int Dim_>
class ChunkedSamples {
 public:
  using Scalar = Scalar_;
  static constexpr int Dim = Dim_;
  using Tile = detail::Tile<Scalar, Dim>;

  /// Reads all once, unless `seen` knows that they have not changed since that was done.
  /// \param dimension  that they must have; Eigen::Dynamic for any
  ChunkedSamples(const char* where, const Chunks<Scalar>& chunks, Index dimension,
                 const AnyExecution& execution, const out_of_core::ReadOptions& options)
      : chunks_(chunks),
        blocks_(Blocks::of(chunks, options)),
        cursors_(chunks, blocks_, execution.concurrency()) {
    const Index needed = dimension != Eigen::Dynamic ? dimension : Index(Dim);
    if (needed != Eigen::Dynamic && needed != chunks.dimension()) {
      reject(where, "dimensions of the source", text(chunks.dimension()), text(needed));
    }
    if (chunks.count() < 1) reject(where, "samples", "none in the source", "at least one");
  }

  void check(const char* where, const AnyExecution& execution, WhatWasSeen& seen) {
    chunks_.advise(ReadPattern::forward);
    has_zeros_ = seen.has_zeros(chunks_.stamp(std::time(nullptr)),
                                [&] { return look_through(where, execution); });
  }

  Index dimension() const { return Dim == Eigen::Dynamic ? chunks_.dimension() : Index(Dim); }
  Index count() const { return chunks_.count(); }
  Index positive_count() const { return count(); }
  Index first_positive() const { return 0; }
  double largest_weight() const { return 1; }
  double total_weight() const { return double(count()); }
  static constexpr bool is_unit() { return true; }
  bool has_zeros() const { return has_zeros_; }
  Scalar weight(Index) const { return Scalar(1); }

  Scalar value(Index i, Index n) const {
    Scalar result = 0;
    cursors_.with_own([&](Cursor<Scalar>& cursor) { result = cursor.at(n, false).numbers[i]; });
    return result;
  }

  void read(Index begin, Index size, Tile& tile) const {
    tile.size = size;
    tile.width = padded<Scalar>(size);
    tile.is_weighted = false;
    cursors_.with_own([&](Cursor<Scalar>& cursor) {
      for (Index done = 0; done < size;) {
        const auto run = cursor.at(begin + done, true);
        const Index some = std::min(run.count, size - done);
        for (Index from = 0; from < some; from += 8) {  // whose lines stay in the first cache
          spread(run.numbers + from * dimension(), std::min<Index>(8, some - from),
                 tile.x.data() + done + from, tile.stride());
        }
        done += some;
      }
    });
    std::fill_n(tile.weights.data(), size, Scalar(1));
    for (Index n = size; n < tile.width; ++n) {
      for (Index i = 0; i < dimension(); ++i) tile.x(n, i) = tile.x(size - 1, i);
      tile.weights(n) = Scalar(0);
    }
  }

 private:
  /// Samples one after the other to dimensions one after the other.
  void spread(const Scalar* from, Index count, Scalar* into, Index stride) const {
    const Index d = dimension();
    for (Index i = 0; i < d; ++i) {
      for (Index n = 0; n < count; ++n) into[i * stride + n] = from[n * d + i];
    }
  }

  /// Looks at every number once. \return whether any is zero
  bool look_through(const char* where, const AnyExecution& execution) {
    const Index blocks = (count() + blocks_.size - 1) / blocks_.size;
    const Index tasks = std::min<Index>(blocks, 64);
    std::atomic<bool> has_zeros{false};
    execution.run(tasks, [&](Index task) {
      const Index begin = blocks_.begin(blocks * task / tasks);
      const Index end = std::min(count(), blocks_.begin(blocks * (task + 1) / tasks));
      if (look_at(where, begin, end)) has_zeros = true;
    });
    return has_zeros;
  }

  bool look_at(const char* where, Index begin, Index end) {
    Glance<Scalar> glance;
    cursors_.with_own([&](Cursor<Scalar>& cursor) {
      for (Index n = begin; n < end;) {
        const auto run = cursor.at(n, true);
        const Index some = std::min(run.count, end - n);
        glance.add(run.numbers, some * dimension());
        if (!glance.all_finite()) report_not_finite(where, n, run.numbers);
        n += some;
      }
    });
    return glance.has_zeros();
  }

  [[noreturn]] EIGENMIX_COLD void report_not_finite(const char* where, Index begin,
                                                    const Scalar* numbers) const {
    Index at = 0;
    while (std::isfinite(numbers[at])) ++at;
    reject_number_of(where, chunks_, {at % dimension(), begin + at / dimension()}, numbers[at]);
  }

  const Chunks<Scalar>& chunks_;
  Blocks blocks_;
  mutable Cursors<Scalar> cursors_;  // what is in memory of the samples
  bool has_zeros_ = false;
};

}  // namespace detail
}  // namespace EIGENMIX_ABI
}  // namespace eigenmix

#endif  // EIGENMIX_OUT_OF_CORE_CHUNKED_SAMPLES_HPP
