// SPDX-License-Identifier: MIT
#ifndef EIGENMIX_SAMPLES_ANY_SAMPLES_HPP
#define EIGENMIX_SAMPLES_ANY_SAMPLES_HPP

#include <algorithm>
#include <type_traits>
#include <utility>

#include <eigenmix/random.hpp>
#include <eigenmix/samples/boundary.hpp>
#include <eigenmix/samples/columns.hpp>

namespace eigenmix {
inline namespace EIGENMIX_ABI {
namespace detail {

/// Whether samples have a member `gather`.
template <class Samples, class Tile, class = void>
inline constexpr bool gathers_v = false;
template <class Samples, class Tile>
inline constexpr bool
    gathers_v<Samples, Tile,
              std::void_t<decltype(std::declval<const Samples&>().gather(
                  static_cast<const int*>(nullptr), Index(1), std::declval<Tile&>(), Index(0)))>> =
        true;

/// Samples of any expression, weighted or not, behind one type: so a fit, the search for its start,
/// and fits of a part of the samples are compiled once for a mixture, whatever it is fitted to.
/// Costs an indirect call for each tile. Refers to the samples.
///
/// Once it has been surveyed, dimensions that tell nothing are read as their mean, so that they
/// take no part in anything: see Columns.
template <class Scalar_, int Dim_>
class AnySamples {
 public:
  using Scalar = Scalar_;
  static constexpr int Dim = Dim_;
  using Tile = detail::Tile<Scalar, Dim>;

  template <class Samples>
  explicit AnySamples(const Samples& samples)
      : samples_(&samples),
        dimension_(samples.dimension()),
        count_(samples.count()),
        positive_count_(samples.positive_count()),
        first_positive_(samples.first_positive()),
        largest_weight_(samples.largest_weight()),
        total_weight_(samples.total_weight()),
        has_zeros_(samples.has_zeros()),
        read_([](const void* of, Index begin, Index size, Tile& tile) {
          static_cast<const Samples*>(of)->read(begin, size, tile);
        }),
        value_([](const void* of, Index i, Index n) {
          return static_cast<const Samples*>(of)->value(i, n);
        }),
        weight_(
            [](const void* of, Index n) { return static_cast<const Samples*>(of)->weight(n); }) {
    if (samples.is_unit()) weight_ = nullptr;
    if constexpr (gathers_v<Samples, Tile>) {
      gather_ = [](const void* of, const int* numbers, Index size, Tile& tile, Index ahead) {
        static_cast<const Samples*>(of)->gather(numbers, size, tile, ahead);
      };
    }
  }

  Index dimension() const { return Dim == Eigen::Dynamic ? dimension_ : Index(Dim); }
  Index count() const { return count_; }
  Index positive_count() const { return positive_count_; }
  Index first_positive() const { return first_positive_; }
  double largest_weight() const { return largest_weight_; }
  double total_weight() const { return total_weight_; }
  bool is_unit() const { return weight_ == nullptr; }
  bool has_zeros() const { return has_zeros_; }
  Scalar value(Index i, Index n) const {
    return columns_.informs(i) ? value_(samples_, i, n) : Scalar(columns_[i].mean);
  }
  Scalar weight(Index n) const { return is_unit() ? Scalar(1) : weight_(samples_, n); }
  void read(Index begin, Index size, Tile& tile) const {
    read_(samples_, begin, size, tile);
    replace_uninformative(tile);
  }
  /// Whether samples can be read in any order at little more cost: those in memory.
  bool can_gather() const { return gather_ != nullptr; }
  /// The samples of these numbers. \param ahead  how many of the next numbers are asked for soon
  void gather(const int* numbers, Index size, Tile& tile, Index ahead = 0) const {
    gather_(samples_, numbers, size, tile, ahead);
    replace_uninformative(tile);
  }
  /// Finds out what the dimensions tell.
  /// \param may_set_apart  whether those that tell nothing take no part
  void survey(bool may_set_apart = true) {
    columns_ = detail::survey(*this);
    if (!may_set_apart) columns_.let_all_inform();
  }

  /// Takes over what is known of them from samples that these are a part of.
  void set_columns(const Columns& columns) { columns_ = columns; }

  /// Nothing is known of them before a survey.
  const Columns& columns() const { return columns_; }

 private:
  void replace_uninformative(Tile& tile) const {
    for (Index i = 0; !columns_.all_inform() && i < dimension(); ++i) {
      if (columns_.informs(i)) continue;
      Scalar* const values = tile.x.data() + i * tile.stride();
      std::fill_n(values, tile.stride(), Scalar(columns_[i].mean));
    }
  }

  const void* samples_;
  Index dimension_, count_, positive_count_, first_positive_;
  double largest_weight_, total_weight_;
  bool has_zeros_;
  void (*read_)(const void*, Index, Index, Tile&);
  void (*gather_)(const void*, const int*, Index, Tile&, Index) = nullptr;
  Scalar (*value_)(const void*, Index, Index);
  Scalar (*weight_)(const void*, Index);
  Columns columns_;
};

/// A draw of `size` samples, each stratum of 1 / size of the weight giving one with the weights as
/// probabilities: samples without weights are drawn without repetition, and all parts of a sorted
/// file in proportion. O(N) time, O(Dim size) memory.
/// \return [Dim x size], to count one each
template <class View>
EIGENMIX_COLD Matrix<typename View::Scalar> draw_subset(const View& samples, Index size,
                                                        std::uint64_t seed) {
  random::Engine engine(seed);
  double total = 0;
  for (Index n = 0; n < samples.count(); ++n) total += double(samples.weight(n));
  Matrix<typename View::Scalar> result(samples.dimension(), size);
  double passed = 0;
  Index n = -1;
  for (Index m = 0; m < size; ++m) {
    const double at = (double(m) + random::uniform(engine)) / double(size) * total;
    while (n < samples.first_positive() || (passed <= at && n + 1 < samples.count())) {
      passed += double(samples.weight(++n));
    }
    for (Index i = 0; i < samples.dimension(); ++i) result(i, m) = samples.value(i, n);
  }
  return result;
}

}  // namespace detail
}  // namespace EIGENMIX_ABI
}  // namespace eigenmix

#endif  // EIGENMIX_SAMPLES_ANY_SAMPLES_HPP
