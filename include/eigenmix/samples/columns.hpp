// SPDX-License-Identifier: MIT
#ifndef EIGENMIX_SAMPLES_COLUMNS_HPP
#define EIGENMIX_SAMPLES_COLUMNS_HPP

#include <algorithm>
#include <cmath>
#include <limits>
#include <utility>
#include <vector>

#include <eigenmix/samples/samples.hpp>
#include <eigenmix/samples/spread.hpp>
#include <eigenmix/samples/step_finder.hpp>

namespace eigenmix {
inline namespace EIGENMIX_ABI {
namespace detail {

/// Rounding of numbers as they are looked at, in double.
template <class Scalar>
inline constexpr double epsilon_of =
    double(std::numeric_limits<Scalar>::epsilon()) > std::numeric_limits<double>::epsilon()
        ? double(std::numeric_limits<Scalar>::epsilon())
        : std::numeric_limits<double>::epsilon();

/// What is known of one dimension of the samples before anything is fitted.
struct Column {
  double step = 0;  ///< its values are multiples of this; 0 if of none
  double smallest =
      0;  ///< smallest magnitude beside zeros; 0 if there are no zeros or nothing else
  bool informs = true;  ///< not so if constant, or equal to an earlier one but for a constant

  /// The one normal distribution, common to all components and independent of the other dimensions,
  /// that stands for a dimension that tells nothing.
  double mean = 0, variance = 0;
  double loss = 0;  ///< what its spread takes off every sample's log density on average, in nats

  /// Sixteen units in the last place of the numbers at a place: a mean is stored to half a unit,
  /// and so moves by a ninth of the deviation, rounding / sqrt(12), that goes with them: 0.006
  /// nats.
  double rounding(double place, double epsilon) const {
    return 16 * epsilon * std::max(std::abs(place), smallest);
  }
};

/// The dimensions of the samples; by default nothing is known of any.
class Columns {
 public:
  Columns() = default;

  /// What samples tell of their dimensions. Of numbers without a step only the first tile is read;
  /// O(N Dim) where there are steps or zeros, and Dim² / 2 comparisons for copies.
  template <class Samples>
  explicit Columns(const Samples& samples) : are_known_(true) {
    if (are_ordinary(samples)) return;
    Survey<Samples> survey(samples);
    columns_ = survey.run();
    for (const Column& column : columns_) informative_ += column.informs ? 1 : 0;
  }

  /// Counts all dimensions as informative: for fits that a prior tells of them, or that hold parts
  /// which are to stay as they are.
  void let_all_inform() {
    for (Column& column : columns_) column.informs = true;
    informative_ = static_cast<Index>(columns_.size());
    are_known_ = false;
  }

  /// Whether the dimensions have been looked at, and those that vary are told from others.
  bool are_known() const { return are_known_; }
  bool informs(Index i) const { return columns_.empty() || at(i).informs; }
  bool all_inform() const { return informative_ == static_cast<Index>(columns_.size()); }

  /// How many of `dimension` dimensions tell something.
  Index informative(Index dimension) const { return columns_.empty() ? dimension : informative_; }

  Column operator[](Index i) const { return columns_.empty() ? Column() : at(i); }

  /// What the dimensions that tell nothing take off every log density on average, in nats.
  double loss() const {
    double sum = 0;
    for (const Column& column : columns_) sum += column.informs ? 0 : column.loss;
    return sum;
  }

  /// The numbers of the dimensions that tell nothing.
  std::vector<Index> uninformative() const {
    std::vector<Index> result;
    for (Index i = 0; i < static_cast<Index>(columns_.size()); ++i) {
      if (!informs(i)) result.push_back(i);
    }
    return result;
  }

 private:
  const Column& at(Index i) const { return columns_[static_cast<std::size_t>(i)]; }

  /// Whether the first samples already show that no dimension is constant, in steps, a copy or has
  /// zeros, as those of most measurements do: a small fit has no time for more.
  template <class Samples>
  static bool are_ordinary(const Samples& samples) {
    constexpr double epsilon = epsilon_of<typename Samples::Scalar>;
    constexpr Index few = 8;
    if (!samples.is_unit() || samples.has_zeros() || samples.count() < few ||
        samples.dimension() > 64)
      return false;
    for (Index i = 0; i < samples.dimension(); ++i) {
      StepFinder steps(epsilon);
      for (Index n = 0; n < few; ++n) steps.see(double(samples.value(i, n)));
      if (steps.is_possible()) return false;
      const double rise = double(samples.value(i, 1)) - double(samples.value(i, 0));
      for (Index j = 0; j < i; ++j) {  // a copy rises as much
        const double other = double(samples.value(j, 1)) - double(samples.value(j, 0));
        if (std::abs(rise - other) <= 1e-3 * std::abs(rise)) return false;
      }
    }
    return true;
  }

  /// One reading of the samples, tile by tile, for as long as there is something to find out.
  template <class Samples>
  class Survey {
   public:
    using Scalar = typename Samples::Scalar;

    EIGENMIX_NOINLINE explicit Survey(const Samples& samples)
        : samples_(samples),
          tile_(samples.dimension(), std::min<Index>(samples.count(), 256)),
          columns_(static_cast<std::size_t>(samples.dimension())),
          looks_(columns_.size(), Look{StepFinder(epsilon), true, 0}) {}

    std::vector<Column> run() {
      constexpr Index width = 256;
      const Index count = samples_.count();
      for (Index begin = 0; begin < count; begin += width) {
        samples_.read(begin, std::min(width, count - begin), tile_);
        if (begin == 0) take_first();
        bool is_open = samples_.has_zeros();
        for (Index i = 0; i < samples_.dimension(); ++i) is_open |= look_at(i);
        if (!pairs_.empty()) drop_unlike_pairs();
        if (!is_open && pairs_.empty()) break;
      }
      settle();
      return std::move(columns_);
    }

   private:
    /// What is being found out of a column.
    struct Look {
      StepFinder steps;
      bool may_be_constant = true;
      double first = 0;  // of its values
    };

    Column& column(Index i) { return columns_[static_cast<std::size_t>(i)]; }
    Look& look(Index i) { return looks_[static_cast<std::size_t>(i)]; }
    double first(Index i) const { return looks_[static_cast<std::size_t>(i)].first; }
    const Scalar* values(Index i) const { return tile_.x.data() + i * tile_.stride(); }

    /// What was found out, once all is read.
    EIGENMIX_NOINLINE void settle() {
      for (Index i = 0; i < samples_.dimension(); ++i) {
        column(i).step = look(i).steps.step();
        if (look(i).may_be_constant) replace(i);
      }
      for (const auto& pair : pairs_) {
        if (column(pair.first).informs && is_copy(pair.first, pair.second)) replace(pair.second);
      }
    }

    static constexpr double epsilon = epsilon_of<Scalar>;

    static bool is_close(double a, double b, double size) {
      return std::abs(a - b) <= 2 * epsilon * size;
    }

    EIGENMIX_NOINLINE void take_first() {
      for (Index j = 0; j < samples_.dimension(); ++j) {
        look(j).first = double(values(j)[0]);
        for (Index i = 0; i < j; ++i) {
          if (is_pair(i, j)) pairs_.emplace_back(i, j);
        }
      }
    }

    /// \return whether more samples can tell more of it
    EIGENMIX_NOINLINE bool look_at(Index i) {
      Look& look = this->look(i);
      const Scalar* const numbers = values(i);
      if (look.may_be_constant) {
        Index equal = 0;
        while (equal < tile_.size && double(numbers[equal]) == look.first) ++equal;
        look.may_be_constant = equal == tile_.size;
      }
      if (look.steps.is_possible()) look.steps.see_all(numbers, tile_.size);
      if (samples_.has_zeros()) find_smallest(numbers, column(i).smallest);
      return look.may_be_constant || look.steps.is_possible();
    }

    void find_smallest(const Scalar* numbers, double& smallest) const {
      for (Index n = 0; n < tile_.size; ++n) {
        const double magnitude = std::abs(double(numbers[n]));
        if (magnitude > 0 && (smallest == 0 || magnitude < smallest)) smallest = magnitude;
      }
    }

    /// Whether the tile's samples differ in dimensions i and j by a constant.
    EIGENMIX_NOINLINE bool is_pair(Index i, Index j) const {
      const double constant = first(j) - first(i);
      const Scalar *const of_i = values(i), *const of_j = values(j);
      for (Index n = 0; n < tile_.size; ++n) {
        const double a = double(of_i[n]), b = double(of_j[n]);
        const double size = std::abs(a) + std::abs(b) + std::abs(constant);
        if (!is_close(b - a, constant, size)) return false;
      }
      return true;
    }

    /// Whether dimensions that differ by a constant, to the rounding of the coarser one, are
    /// copies: both vary by far more than that rounding, which else could hide anything.
    EIGENMIX_COLD bool is_copy(Index i, Index j) const {
      double of_i = 0, of_j = 0, size = 0;
      for (Index n = 0; n < samples_.count(); ++n) {
        const double a = double(samples_.value(i, n)), b = double(samples_.value(j, n));
        of_i = std::max(of_i, std::abs(a - first(i)));
        of_j = std::max(of_j, std::abs(b - first(j)));
        size = std::max(size, std::abs(a) + std::abs(b));
      }
      return std::min(of_i, of_j) > 1000 * epsilon * size;
    }

    EIGENMIX_COLD void drop_unlike_pairs() {
      std::size_t kept = 0;
      for (const auto& pair : pairs_) {
        if (is_pair(pair.first, pair.second)) pairs_[kept++] = pair;
      }
      pairs_.erase(pairs_.begin() + static_cast<std::ptrdiff_t>(kept), pairs_.end());
    }

    /// Measures the one normal distribution that stands for a dimension.
    EIGENMIX_COLD void replace(Index i) {
      const Spread spread = spread_about(first(i), samples_, i);
      const double variance = spread.variance;
      Column& column = this->column(i);
      column.informs = false;
      column.mean = spread.mean;
      const double place = column.mean != 0 ? column.mean : 1;  // zeros have no unit of their own
      const double resolution = 16 * epsilon * place;  // a constant is no multiple of anything
      constexpr double least = 1e4 * double(std::numeric_limits<Scalar>::min());
      constexpr double most = 1e-4 * double(std::numeric_limits<Scalar>::max());
      const double own = std::max(variance, resolution * resolution / 12);
      column.variance = std::min(std::max(own, least), most);
      column.loss = variance / column.variance / 2;
    }

    const Samples& samples_;
    Tile<Scalar, Samples::Dim> tile_;
    std::vector<Column> columns_;
    std::vector<Look> looks_;
    std::vector<std::pair<Index, Index>> pairs_;  // dimensions that may differ by a constant
  };

  std::vector<Column> columns_;  // of each dimension; empty if there is nothing to say of any
  Index informative_ = 0;
  bool are_known_ = false;
};

/// What samples tell of their dimensions, see Columns.
template <class Samples>
Columns survey(const Samples& samples) {
  return Columns(samples);
}

}  // namespace detail
}  // namespace EIGENMIX_ABI
}  // namespace eigenmix

#endif  // EIGENMIX_SAMPLES_COLUMNS_HPP
