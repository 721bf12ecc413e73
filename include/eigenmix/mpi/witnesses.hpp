// SPDX-License-Identifier: MIT
#ifndef EIGENMIX_MPI_WITNESSES_HPP
#define EIGENMIX_MPI_WITNESSES_HPP

#include <algorithm>
#include <cmath>
#include <utility>
#include <vector>

#include <eigenmix/mpi/share.hpp>

namespace eigenmix {
inline namespace EIGENMIX_ABI {
namespace detail {

/// A few samples of a piece that tell what all of it tells of its dimensions: the first, and each
/// that shows a dimension not to be constant, not in the steps of those before, not a copy of
/// another, or has its smallest number; of dimensions that may be copies also the outermost.
template <class Scalar, int Dim>
class WitnessFinder {
 public:
  using View = AnySamples<Scalar, Dim>;

  /// Those of samples, of which the smallest numbers count if there are zeros anywhere.
  WitnessFinder(const View& samples, bool has_zeros)
      : samples_(samples),
        tile_(samples.dimension(), std::min<Index>(samples.count(), width)),
        has_zeros_(has_zeros),
        looks_(static_cast<std::size_t>(samples.dimension())) {}

  /// Appends them. \return whether dimensions of the piece may be copies of one another
  bool find(std::vector<Scalar>& witnesses) {
    for (Index begin = 0; begin < samples_.count(); begin += width) {
      samples_.read(begin, std::min(width, samples_.count() - begin), tile_);
      if (begin == 0) take_first();
      bool is_open = has_zeros_;
      for (Index i = 0; i < samples_.dimension(); ++i) is_open |= look_at(i);
      drop_unlike_pairs();
      flush(witnesses);
      if (!is_open && pairs_.empty()) break;
    }
    for (const Look& look : looks_) {
      if (has_zeros_) append(look.of_smallest, witnesses);
      if (pairs_.empty()) continue;
      append(look.of_least, witnesses);
      append(look.of_most, witnesses);
    }
    return !pairs_.empty();
  }

 private:
  static constexpr Index width = 256;
  static constexpr double epsilon = epsilon_of<Scalar>;
  using Sample = std::vector<Scalar>;

  struct Look {
    StepFinder steps{epsilon};
    bool may_be_constant = true;
    double first = 0, smallest = 0, least = 0, most = 0;
    Sample of_smallest, of_least, of_most;
  };

  const Scalar* values(Index i) const { return tile_.x.data() + i * tile_.stride(); }
  Look& look(Index i) { return looks_[static_cast<std::size_t>(i)]; }

  Sample sample(Index n) const {
    Sample result;
    for (Index i = 0; i < samples_.dimension(); ++i) result.push_back(values(i)[n]);
    return result;
  }

  static void append(const Sample& sample, std::vector<Scalar>& witnesses) {
    witnesses.insert(witnesses.end(), sample.begin(), sample.end());
  }

  void take_first() {
    chosen_.push_back(0);
    for (Index j = 0; j < samples_.dimension(); ++j) {
      Look& of_j = look(j);
      of_j.first = of_j.least = of_j.most = double(values(j)[0]);
      of_j.of_least = of_j.of_most = sample(0);
      for (Index i = 0; i < j; ++i) pairs_.emplace_back(i, j);
    }
  }

  /// \return whether more samples can tell more of it
  bool look_at(Index i) {
    Look& of_i = look(i);
    for (Index n = 0; of_i.may_be_constant && n < tile_.size; ++n) {
      if (double(values(i)[n]) == of_i.first) continue;
      of_i.may_be_constant = false;
      chosen_.push_back(n);
    }
    if (of_i.steps.is_possible()) find_steps(i);
    if (has_zeros_) find_smallest(i);
    return of_i.may_be_constant || of_i.steps.is_possible();
  }

  void find_steps(Index i) {
    StepFinder& steps = look(i).steps;
    StepFinder all = steps;
    all.see_all(values(i), tile_.size);
    if (all.step() == steps.step() && all.is_possible()) return;
    for (Index n = 0; n < tile_.size && steps.is_possible(); ++n) {
      const double before = steps.step();
      steps.see(double(values(i)[n]));
      if (steps.step() != before || !steps.is_possible()) chosen_.push_back(n);
    }
  }

  void find_smallest(Index i) {
    Look& of_i = look(i);
    for (Index n = 0; n < tile_.size; ++n) {
      const double magnitude = std::abs(double(values(i)[n]));
      if (!(magnitude > 0) || (of_i.smallest > 0 && magnitude >= of_i.smallest)) continue;
      of_i.smallest = magnitude;
      of_i.of_smallest = sample(n);
    }
  }

  void find_outermost(Index i) {
    Look& of_i = look(i);
    for (Index n = 0; n < tile_.size; ++n) {
      const double value = double(values(i)[n]);
      if (value < of_i.least) of_i.least = value, of_i.of_least = sample(n);
      if (value > of_i.most) of_i.most = value, of_i.of_most = sample(n);
    }
  }

  /// The first sample of the tile in which dimensions do not differ by the constant that they did
  /// in the piece's first; the tile's size if there is none.
  Index first_unlike(Index i, Index j) {
    const double constant = look(j).first - look(i).first;
    for (Index n = 0; n < tile_.size; ++n) {
      const double a = double(values(i)[n]), b = double(values(j)[n]);
      const double size = std::abs(a) + std::abs(b) + std::abs(constant);
      if (!(std::abs(b - a - constant) <= 2 * epsilon * size)) return n;
    }
    return tile_.size;
  }

  void drop_unlike_pairs() {
    std::size_t kept = 0;
    for (const auto& pair : pairs_) {
      const Index unlike = first_unlike(pair.first, pair.second);
      if (unlike < tile_.size) {
        chosen_.push_back(unlike);
      } else {
        pairs_[kept++] = pair;
      }
    }
    pairs_.resize(kept);
    for (Index i = 0; !pairs_.empty() && i < samples_.dimension(); ++i) find_outermost(i);
  }

  /// Appends the samples chosen of this tile, each once.
  void flush(std::vector<Scalar>& witnesses) {
    std::sort(chosen_.begin(), chosen_.end());
    chosen_.erase(std::unique(chosen_.begin(), chosen_.end()), chosen_.end());
    for (const Index n : chosen_) append(sample(n), witnesses);
    chosen_.clear();
  }

  const View& samples_;
  Tile<Scalar, Dim> tile_;
  bool has_zeros_;
  std::vector<Look> looks_;
  std::vector<std::pair<Index, Index>> pairs_;  // dimensions that may differ by a constant
  std::vector<Index> chosen_;                   // of the tile
};

/// Samples that Columns surveys instead of all: the witnesses of every piece, and two that have the
/// mean and variance of all.
template <class Scalar_, int Dim_>
class Witnesses {
 public:
  using Scalar = Scalar_;
  static constexpr int Dim = Dim_;

  /// \param x          [Dim x M] witnesses of all pieces, in order
  /// \param deviation  [Dim] standard deviations; zero where they are of no interest
  Witnesses(Matrix<Scalar> x, Vector<double> mean, Vector<double> deviation, bool has_zeros)
      : x_(std::move(x)),
        mean_(std::move(mean)),
        deviation_(std::move(deviation)),
        has_zeros_(has_zeros) {}

  Index dimension() const { return x_.rows(); }
  Index count() const { return x_.cols() + 2; }
  static constexpr bool is_unit() { return false; }
  bool has_zeros() const { return has_zeros_; }
  Scalar weight(Index n) const { return n < 2 ? Scalar(1) : Scalar(0); }
  Scalar value(Index i, Index n) const {
    if (n >= 2) return x_(i, n - 2);
    return Scalar(mean_(i) + (n == 0 ? -deviation_(i) : deviation_(i)));
  }

  void read(Index begin, Index size, Tile<Scalar, Dim>& tile) const {
    tile.size = size;
    for (Index n = 0; n < size; ++n) {
      const Index witness = std::max<Index>(0, begin + n - 2);
      for (Index i = 0; i < dimension(); ++i) tile.x(n, i) = x_(i, witness);
    }
  }

 private:
  Matrix<Scalar> x_;
  Vector<double> mean_, deviation_;
  bool has_zeros_;
};

}  // namespace detail
}  // namespace EIGENMIX_ABI
}  // namespace eigenmix

#endif  // EIGENMIX_MPI_WITNESSES_HPP
