// SPDX-License-Identifier: MIT
#ifndef EIGENMIX_OUT_OF_CORE_CURSORS_HPP
#define EIGENMIX_OUT_OF_CORE_CURSORS_HPP

#include <algorithm>
#include <future>
#include <memory>
#include <mutex>
#include <system_error>
#include <thread>
#include <utility>
#include <vector>

#include <eigenmix/out_of_core/chunks.hpp>

namespace eigenmix {
inline namespace EIGENMIX_ABI {
namespace out_of_core {

/// How samples are read. Memory is a block for every thread that reads, whatever their number, and
/// another one if they are read ahead.
struct ReadOptions {
  Index block_bytes = Index(2) << 20;  ///< of a block in memory at most; >= one sample

  /// Whether the next block of a file is read on a thread of its own. Not by default: threads are
  /// not started unasked, and the system, which is told what will be wanted next, reads it from the
  /// disc meanwhile anyway. What a thread takes off is the copying, and the conversion of numbers.
  bool is_ahead = false;
};

}  // namespace out_of_core

namespace detail {

/// How samples are cut into blocks.
struct Blocks {
  /// Blocks are short beside a strip, a 64th of the samples, at whose end a thread goes elsewhere
  /// and what it has read ahead was in vain.
  template <class Scalar>
  static Blocks of(const Chunks<Scalar>& chunks, const out_of_core::ReadOptions& options) {
    const Index sample = chunks.dimension() * Index(sizeof(Scalar));
    const Index most = std::max<Index>(1, options.block_bytes / sample);
    const Index least = std::min(most, std::max<Index>(1, (Index(1) << 18) / sample));
    const Index size = std::clamp(chunks.count() / 512, least, most);
    const bool may_be_ahead = options.is_ahead && chunks.reading() == Reading::at_once;
    return {chunks.count(), std::min(size, chunks.count()), may_be_ahead};
  }

  Index begin(Index block) const { return block * size; }
  Index length(Index block) const { return std::min(size, count - begin(block)); }
  bool is_last(Index block) const { return begin(block + 1) >= count; }

  Index count;  ///< of samples
  Index size;   ///< samples of a block
  bool are_read_ahead;
};

/// Where one thread reads: the block it is in, and the next one, which is being read meanwhile.
template <class Scalar>
class Cursor {
 public:
  Cursor(const Chunks<Scalar>& chunks, const Blocks& blocks) : chunks_(chunks), blocks_(blocks) {}

  /// Samples from n on that are in memory.
  struct Run {
    const Scalar* numbers;  ///< [dimension x count]
    Index count;
  };

  /// \param goes_on  whether the samples after will be wanted
  Run at(Index n, bool goes_on) {
    const Index block = n / blocks_.size;
    if (block != here_.index) go_to(block, goes_on);
    if (goes_on && blocks_.are_read_ahead && !blocks_.is_last(block)) read_ahead(block + 1);
    const Index from = n - blocks_.begin(block);
    return {here_.numbers.data() + from * chunks_.dimension(), blocks_.length(block) - from};
  }

 private:
  struct Block {
    Index index = -1;  // -1: none
    std::vector<Scalar> numbers;
    std::vector<char> bytes;
  };

  /// Lets the system begin with the block after, so that the disc need not wait until threads have
  /// told one another that this one is there.
  void fill_and_go_on(Block& block, Index index) const {
    if (!blocks_.is_last(index)) {
      chunks_.announce(blocks_.begin(index + 1), blocks_.length(index + 1));
    }
    fill(block, index);
  }

  void fill(Block& block, Index index) const {
    block.index = -1;
    const Index length = blocks_.length(index);
    block.numbers.resize(std::size_t(length * chunks_.dimension()));
    chunks_.read(blocks_.begin(index), length, block.numbers.data(), block.bytes);
    block.index = index;
  }

  void go_to(Index block, bool goes_on) {
    if (ahead_index_ != block) return goes_on ? fill_and_go_on(here_, block) : fill(here_, block);
    ahead_index_ = -1;
    reading_.get();  // throws what the reading threw
    std::swap(here_, ahead_);
  }

  void read_ahead(Index block) {
    if (ahead_index_ == block) return;
    if (reading_.valid()) reading_.wait();
    ahead_index_ = -1;
    try {
      reading_ = std::async(std::launch::async, [this, block] { fill_and_go_on(ahead_, block); });
      ahead_index_ = block;
    } catch (const std::system_error&) {  // no thread to be had: it is read when it is wanted
    }
  }

  const Chunks<Scalar>& chunks_;
  const Blocks& blocks_;
  Block here_, ahead_;
  Index ahead_index_ = -1;     // what ahead_ is, or is becoming
  std::future<void> reading_;  // the last member: its end is awaited before the others go
};

/// A cursor for every thread that reads. They are told apart by their ids, since who reads says no
/// more of itself; no more cursors are kept than can read at once, because there are pools whose
/// threads are new every time.
template <class Scalar>
class Cursors {
 public:
  /// \param concurrency  threads that read at once
  Cursors(const Chunks<Scalar>& chunks, const Blocks& blocks, Index concurrency)
      : chunks_(chunks), blocks_(blocks), most_(std::size_t(concurrency)) {}

  /// visit(cursor) with the cursor of this thread.
  template <class Visit>
  void with_own(Visit&& visit) {
    Slot& slot = take();
    const Return at_the_end(*this, slot);
    visit(slot.cursor);
  }

 private:
  struct Slot {
    Slot(const Chunks<Scalar>& chunks, const Blocks& blocks) : cursor(chunks, blocks) {}
    Cursor<Scalar> cursor;
    std::thread::id owner;
    bool is_in_use = false;
    std::size_t last_use = 0;
  };

  /// Gives a slot back, whatever its use ends by.
  class Return {
   public:
    Return(Cursors& cursors, Slot& slot) : cursors_(cursors), slot_(slot) {}
    ~Return() {
      const std::lock_guard<std::mutex> lock(cursors_.mutex_);
      slot_.is_in_use = false;
    }
    Return(const Return&) = delete;
    Return& operator=(const Return&) = delete;

   private:
    Cursors& cursors_;
    Slot& slot_;
  };

  Slot& take() {
    const auto me = std::this_thread::get_id();
    const std::lock_guard<std::mutex> lock(mutex_);
    Slot* found = nullptr;
    for (const auto& slot : slots_) {
      if (slot->is_in_use) continue;
      if (slot->owner == me) found = slot.get();
      if (slot->owner == me) break;
      if (found == nullptr || slot->last_use < found->last_use) found = slot.get();
    }
    const bool is_own = found != nullptr && found->owner == me;
    if (found == nullptr || (!is_own && slots_.size() < most_)) {
      slots_.push_back(std::make_unique<Slot>(chunks_, blocks_));
      found = slots_.back().get();
    }
    found->owner = me;
    found->is_in_use = true;
    found->last_use = ++uses_;
    return *found;
  }

  const Chunks<Scalar>& chunks_;
  const Blocks& blocks_;
  std::size_t most_;
  std::mutex mutex_;  // guards what follows
  std::vector<std::unique_ptr<Slot>> slots_;
  std::size_t uses_ = 0;
};

}  // namespace detail
}  // namespace EIGENMIX_ABI
}  // namespace eigenmix

#endif  // EIGENMIX_OUT_OF_CORE_CURSORS_HPP
