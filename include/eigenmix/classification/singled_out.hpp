// SPDX-License-Identifier: MIT
#ifndef EIGENMIX_CLASSIFICATION_SINGLED_OUT_HPP
#define EIGENMIX_CLASSIFICATION_SINGLED_OUT_HPP

#include <algorithm>
#include <vector>

#include <eigenmix/samples/any_samples.hpp>

namespace eigenmix {
inline namespace EIGENMIX_ABI {
namespace detail {

/// Some of the samples: the others have weight zero. Refers to both arguments.
template <class Samples>
class SingledOut {
 public:
  using Scalar = typename Samples::Scalar;
  using Tile = typename Samples::Tile;

  /// \param chosen  [N] not zero for those that count, one of positive weight among them
  SingledOut(const Samples& samples, const std::vector<char>& chosen)
      : samples_(&samples), chosen_(&chosen) {
    for (Index n = 0; n < count(); ++n) {
      if (!(weight(n) > 0)) continue;
      if (positive_count_++ == 0) first_positive_ = n;
      largest_weight_ = std::max(largest_weight_, double(weight(n)));
      total_weight_ += double(weight(n));
    }
  }

  Index dimension() const { return samples_->dimension(); }
  Index count() const { return samples_->count(); }
  Index positive_count() const { return positive_count_; }
  Index first_positive() const { return first_positive_; }
  double largest_weight() const { return largest_weight_; }
  double total_weight() const { return total_weight_; }
  static constexpr bool is_unit() { return false; }
  bool has_zeros() const { return samples_->has_zeros(); }
  Scalar value(Index i, Index n) const { return samples_->value(i, n); }
  Scalar weight(Index n) const { return is_chosen(n) ? samples_->weight(n) : Scalar(0); }

  void read(Index begin, Index size, Tile& tile) const {
    samples_->read(begin, size, tile);
    tile.is_weighted = true;
    for (Index n = 0; n < size; ++n) {
      if (!is_chosen(begin + n)) tile.weights(n) = Scalar(0);
    }
  }

 private:
  bool is_chosen(Index n) const { return (*chosen_)[static_cast<std::size_t>(n)] != 0; }

  const Samples* samples_;
  const std::vector<char>* chosen_;
  Index positive_count_ = 0, first_positive_ = 0;
  double largest_weight_ = 0, total_weight_ = 0;
};

}  // namespace detail
}  // namespace EIGENMIX_ABI
}  // namespace eigenmix

#endif  // EIGENMIX_CLASSIFICATION_SINGLED_OUT_HPP
