// SPDX-License-Identifier: MIT
#ifndef EIGENMIX_OUT_OF_CORE_CALLBACKS_HPP
#define EIGENMIX_OUT_OF_CORE_CALLBACKS_HPP

#include <algorithm>
#include <mutex>
#include <string>
#include <utility>
#include <vector>

#include <eigenmix/out_of_core/chunks.hpp>

namespace eigenmix {
inline namespace EIGENMIX_ABI {
namespace detail {

/// Samples that a function hands out by their numbers. It is called by one thread at a time.
template <class Scalar, class Read>
class CallbackChunks final : public Chunks<Scalar> {
 public:
  using typename Chunks<Scalar>::Bytes;

  CallbackChunks(Index dimension, Index count, Read read)
      : Chunks<Scalar>(dimension, count), read_(std::move(read)) {}

  void read(Index begin, Index size, Scalar* into, Bytes&) const override {
    const std::lock_guard<std::mutex> lock(mutex_);
    read_(begin, size, into);
  }

  Reading reading() const override { return Reading::one_at_a_time; }
  std::string place(Index, Index) const override { return "what the callback gave"; }

 private:
  mutable std::mutex mutex_;
  mutable Read read_;  // may keep what it likes
};

/// Samples that come one after the other, and may be had from the beginning again.
template <class Scalar, class Rewind, class Next>
class GeneratorChunks : public Chunks<Scalar> {
 public:
  using typename Chunks<Scalar>::Bytes;

  GeneratorChunks(Index dimension, Index count, Rewind rewind, Next next)
      : Chunks<Scalar>(dimension, count), rewind_(std::move(rewind)), next_(std::move(next)) {}

  void read(Index begin, Index size, Scalar* into, Bytes&) const override {
    const std::lock_guard<std::mutex> lock(mutex_);
    if (begin < at_ || !is_begun_) {
      at_ = 0;
      rewind_();
    }
    is_begun_ = false;     // should anything throw
    while (at_ < begin) {  // passed over, into memory that is written to afterwards
      take(into, std::min(size, begin - at_));
    }
    for (Index done = 0; done < size;) done += take(into + done * this->dimension(), size - done);
    is_begun_ = true;
  }

  Reading reading() const override { return Reading::in_order; }
  std::string place(Index, Index) const override { return "what the generator gave"; }

 private:
  Index take(Scalar* into, Index most) const {
    const Index got = next_(into, most);
    if (got < 1 || got > most) {
      lose_source("out_of_core: generator", "samples from " + text(at_) + " on", text(got),
                  "1 to " + text(most) + ", as there were before");
    }
    at_ += got;
    return got;
  }

  mutable std::mutex mutex_;
  mutable Rewind rewind_;
  mutable Next next_;
  mutable Index at_ = 0;  // the number of the sample that comes next
  mutable bool is_begun_ = false;
};

/// How many samples a generator gives from beginning to end.
template <class Scalar, class Rewind, class Next>
Index count_generated(Index dimension, Rewind& rewind, Next& next) {
  constexpr Index most = 4096;
  std::vector<Scalar> some(std::size_t(most * dimension));
  rewind();
  Index count = 0;
  for (Index got = next(some.data(), most); got != 0; got = next(some.data(), most)) {
    if (got < 0 || got > most) {
      refuse("out_of_core: generator", "samples from " + text(count) + " on", text(got),
             "0 to " + text(most));
    }
    count += got;
  }
  return count;
}

}  // namespace detail
}  // namespace EIGENMIX_ABI
}  // namespace eigenmix

#endif  // EIGENMIX_OUT_OF_CORE_CALLBACKS_HPP
