// SPDX-License-Identifier: MIT
#ifndef EIGENMIX_INCOMPLETE_PATTERNS_HPP
#define EIGENMIX_INCOMPLETE_PATTERNS_HPP

#include <algorithm>
#include <cstdint>
#include <numeric>
#include <vector>

#include <eigenmix/base/fwd.hpp>

namespace eigenmix {
inline namespace EIGENMIX_ABI {
namespace detail {

/// Which dimensions a sample has and which it misses, both ascending.
struct SplitDimensions {
  std::vector<Index> observed, missing;

  Index observed_count() const { return static_cast<Index>(observed.size()); }
  Index missing_count() const { return static_cast<Index>(missing.size()); }

  /// The dimension that is i-th in the order of the split: those observed, then those missing.
  Index operator[](Index i) const {
    const Index o = observed_count();
    return i < o ? observed[static_cast<std::size_t>(i)] : missing[static_cast<std::size_t>(i - o)];
  }

  /// Where the entry of the i-th and the j-th is in a lower triangle stored row by row.
  Index packed(Index i, Index j) const {
    const Index a = (*this)[i], b = (*this)[j];
    return a > b ? a * (a + 1) / 2 + b : b * (b + 1) / 2 + a;
  }
};

/// Samples in an order in which those that miss the same entries, a pattern, lie side by side:
/// rare patterns first, because they cost most a sample and threads then end together, samples of
/// one pattern as they came. Samples without any entry are in no pattern.
class Patterns {
 public:
  struct Pattern {
    Index begin, end;    ///< in the order
    bool is_complete;    ///< misses nothing
    std::size_t missed;  ///< where its bits begin
  };

  /// Of samples that miss nothing.
  Patterns(Index dimension, Index count)
      : dimension_(dimension), words_(words_of(dimension)), missed_(words_, 0) {
    patterns_.push_back({0, count, true, 0});
  }

  /// \param is_missing  (i, n) -> whether sample n misses dimension i. O(N (Dim + log N))
  template <class IsMissing>
  Patterns(Index dimension, Index count, const IsMissing& is_missing)
      : dimension_(dimension), words_(words_of(dimension)) {
    std::vector<std::uint64_t> bits(words_ * static_cast<std::size_t>(count));
    bool is_any = false;
    for (Index n = 0; n < count; ++n) {
      for (Index i = 0; i < dimension; ++i) {
        if (!is_missing(i, n)) continue;
        is_any = true;
        bits[static_cast<std::size_t>(n) * words_ + static_cast<std::size_t>(i / 64)] |=
            std::uint64_t(1) << (i % 64);
      }
    }
    if (!is_any) {
      *this = Patterns(dimension, count);
    } else {
      group(count, bits);
    }
  }

  /// Whether nothing is missing; the order is then the one given.
  bool are_complete() const { return order_.empty() && unseen_.empty(); }
  /// Samples with an entry at least.
  Index count() const { return patterns_.empty() ? 0 : patterns_.back().end; }
  /// The sample that is m-th in order.
  Index sample(Index m) const { return order_.empty() ? m : order_[static_cast<std::size_t>(m)]; }
  /// Samples without any entry, ascending.
  const std::vector<Index>& unseen() const { return unseen_; }
  bool is_unseen(Index n) const { return std::binary_search(unseen_.begin(), unseen_.end(), n); }
  const std::vector<Pattern>& all() const { return patterns_; }

  bool misses(const Pattern& pattern, Index i) const {
    const std::uint64_t word = missed_[pattern.missed + static_cast<std::size_t>(i / 64)];
    return ((word >> (i % 64)) & 1) != 0;
  }

  /// \param split  out
  void split(const Pattern& pattern, SplitDimensions& split) const {
    split.observed.clear();
    split.missing.clear();
    for (Index i = 0; i < dimension_; ++i) {
      (misses(pattern, i) ? split.missing : split.observed).push_back(i);
    }
  }

  /// body(pattern, begin, end) for what of each pattern lies in [begin, end) of the order.
  template <class Body>
  void for_each_run(Index begin, Index end, Body&& body) const {
    auto pattern = std::upper_bound(patterns_.begin(), patterns_.end(), begin,
                                    [](Index at, const Pattern& p) { return at < p.end; });
    for (; pattern != patterns_.end() && pattern->begin < end; ++pattern) {
      body(*pattern, std::max(begin, pattern->begin), std::min(end, pattern->end));
    }
  }

 private:
  static std::size_t words_of(Index dimension) {
    return static_cast<std::size_t>((dimension + 63) / 64);
  }

  const std::uint64_t* bits_of(const std::vector<std::uint64_t>& bits, Index n) const {
    return bits.data() + static_cast<std::size_t>(n) * words_;
  }

  /// < 0, 0 or > 0 as a's bits are before, equal to or after b's.
  int compare(const std::uint64_t* a, const std::uint64_t* b) const {
    for (std::size_t w = 0; w < words_; ++w) {
      if (a[w] != b[w]) return a[w] < b[w] ? -1 : 1;
    }
    return 0;
  }

  void group(Index count, const std::vector<std::uint64_t>& bits) {
    std::vector<Index> sorted(static_cast<std::size_t>(count));
    std::iota(sorted.begin(), sorted.end(), Index(0));
    std::sort(sorted.begin(), sorted.end(), [&](Index a, Index b) {
      const int order = compare(bits_of(bits, a), bits_of(bits, b));
      return order != 0 ? order < 0 : a < b;
    });
    std::vector<Pattern> runs;
    for (Index m = 0; m < count; ++m) {
      const std::uint64_t* const own = bits_of(bits, sorted[static_cast<std::size_t>(m)]);
      if (m == 0 || compare(missed_.data() + runs.back().missed, own) != 0) {
        runs.push_back({m, m, is_all(own, false), missed_.size()});
        missed_.insert(missed_.end(), own, own + words_);
      }
      runs.back().end = m + 1;
    }
    arrange(sorted, runs);
  }

  /// Whether a sample misses all dimensions, or none.
  bool is_all(const std::uint64_t* bits, bool missing) const {
    for (Index i = 0; i < dimension_; ++i) {
      if ((((bits[i / 64] >> (i % 64)) & 1) != 0) != missing) return false;
    }
    return true;
  }

  void arrange(const std::vector<Index>& sorted, std::vector<Pattern>& runs) {
    std::stable_sort(runs.begin(), runs.end(), [](const Pattern& a, const Pattern& b) {
      return a.end - a.begin < b.end - b.begin;
    });
    order_.reserve(sorted.size());
    for (const Pattern& run : runs) {
      const auto from = sorted.begin() + run.begin, to = sorted.begin() + run.end;
      if (is_all(missed_.data() + run.missed, true)) {
        unseen_.assign(from, to);
        continue;
      }
      const auto begin = static_cast<Index>(order_.size());
      order_.insert(order_.end(), from, to);
      patterns_.push_back({begin, static_cast<Index>(order_.size()), run.is_complete, run.missed});
    }
  }

  Index dimension_;
  std::size_t words_;  // of bits, one a dimension
  std::vector<std::uint64_t> missed_;
  std::vector<Pattern> patterns_;
  std::vector<Index> order_;  // empty: as given
  std::vector<Index> unseen_;
};

}  // namespace detail
}  // namespace EIGENMIX_ABI
}  // namespace eigenmix

#endif  // EIGENMIX_INCOMPLETE_PATTERNS_HPP
