// SPDX-License-Identifier: MIT
#ifndef EIGENMIX_INCOMPLETE_MISSING_SAMPLES_HPP
#define EIGENMIX_INCOMPLETE_MISSING_SAMPLES_HPP

#include <algorithm>
#include <cmath>
#include <string>

#include <eigenmix/incomplete/patterns.hpp>
#include <eigenmix/samples/any_samples.hpp>

namespace eigenmix {
inline namespace EIGENMIX_ABI {
namespace detail {

/// A matrix of weights in which samples without any entry weigh nothing, so that they count for
/// nothing where importances are brought to their sum either.
template <class Scalar, class Given>
Matrix<Scalar> weights_of_seen(const Given& given, const Patterns& patterns, Index count) {
  Matrix<Scalar> result = given;
  const bool is_vector = (result.rows() == 1 || result.cols() == 1) && result.size() == count;
  for (std::size_t m = 0; is_vector && m < patterns.unseen().size(); ++m) {
    Scalar& weight = result.data()[patterns.unseen()[m]];
    if (weight >= 0 && std::isfinite(weight)) weight = 0;  // what is wrong is reported
  }
  return result;
}

/// Samples some of whose entries are NaN, in the order of their patterns and without those that
/// have none; seen through AnySamples. An entry that is missing is read as one of its column that
/// is not, which leaves a constant column constant.
template <class Scalar_, int Dim_, class Expression, class Weights>
class MissingSamples {
 public:
  using Scalar = Scalar_;
  static constexpr int Dim = Dim_;

  /// See Samples; infinite entries are refused.
  template <class... WeightArgument>
  MissingSamples(const char* where, Index dimension, const Expression& x,
                 const WeightArgument&... weights)
      : dimension_(checked_rows(where, dimension, x)),
        count_(x.cols()),
        read_(x),
        patterns_(look_through(where, x)),
        own_weights_(weights_of(weights...)),
        weights_(make_weights(where, own_weights_, weights...)) {
    for (Index m = 0; m < patterns_.count(); ++m) {
      if (weight(m) > 0 && positive_count_++ == 0) first_positive_ = m;
      total_weight_ += double(weight(m));
    }
    find_fills();
  }

  const Patterns& patterns() const { return patterns_; }
  /// Whether some sample of weight > 0 has dimension i.
  bool is_observed(Index i) const { return is_observed_[static_cast<std::size_t>(i)]; }
  /// Of all samples, with those that have no entry.
  Index given_count() const { return count_; }
  /// Entry i of sample n as given, or NaN.
  Scalar given(Index i, Index n) const { return read_(i, n); }
  /// The weight of sample n as given.
  Scalar given_weight(Index n) const { return patterns_.is_unseen(n) ? 0 : weights_.weight(n); }

  // What AnySamples asks for, of the samples in order.
  Index dimension() const { return Dim == Eigen::Dynamic ? dimension_ : Index(Dim); }
  Index count() const { return patterns_.count(); }
  Scalar value(Index i, Index m) const { return filled(i, patterns_.sample(m)); }
  Scalar weight(Index m) const { return weights_.weight(patterns_.sample(m)); }
  static constexpr bool is_unit() { return Weights::is_unit; }
  Index positive_count() const { return positive_count_; }
  Index first_positive() const { return first_positive_; }
  double largest_weight() const { return weights_.largest_weight(); }
  double total_weight() const { return total_weight_; }
  bool has_zeros() const { return has_zeros_; }

  void read(Index begin, Index size, Tile<Scalar, Dim>& tile) const {
    tile.size = size;
    tile.width = padded<Scalar>(size);
    tile.is_weighted = !Weights::is_unit;
    if (patterns_.are_complete()) {
      read_numbers(size, tile, [&](Index i, Index n) { return read_(i, begin + n); });
    } else {
      read_numbers(size, tile, [&](Index i, Index n) { return value(i, begin + n); });
    }
    for (Index n = 0; n < size; ++n) tile.weights(n) = weight(begin + n);
    if constexpr (!Weights::is_unit) replace_weightless(tile);
    for (Index n = size; n < tile.width; ++n) {
      for (Index i = 0; i < dimension(); ++i) tile.x(n, i) = tile.x(size - 1, i);
      tile.weights(n) = Scalar(0);
    }
  }

 private:
  using Nothing = typename Matrix<Scalar, 1>::ConstantReturnType;
  using CheckedWeights = Samples<Scalar, 1, Nothing, Weights>;  // of samples of one number, zero

  template <class Number>
  void read_numbers(Index size, Tile<Scalar, Dim>& tile, Number&& number) const {
    const Index group = dimension() <= 8 ? size : 8;  // as Samples do
    for (Index first = 0; first < size; first += group) {
      const Index end = std::min(size, first + group);
      for (Index i = 0; i < dimension(); ++i) {
        Scalar* const values = tile.x.data() + i * tile.stride();
        for (Index n = first; n < end; ++n) values[n] = number(i, n);
      }
    }
  }

  static Index checked_rows(const char* where, Index dimension, const Expression& x) {
    const Index rows = dimension != Eigen::Dynamic ? dimension
                       : Dim != Eigen::Dynamic     ? Index(Dim)
                                                   : x.rows();
    if (x.rows() != rows || rows < 1 || x.cols() < 1) reject_shape(where, x.rows(), rows);
    return rows;
  }

  /// Of numbers that lie side by side the most are finite, which is soon seen.
  Patterns look_through(const char* where, const Expression& x) {
    if constexpr (is_in_memory<Expression>) {
      Glance<Scalar> glance;
      const Index runs = x.outerStride() == x.innerSize() ? 1 : x.outerSize();
      const Index size = x.size() / runs;
      for (Index run = 0; run < runs; ++run) glance.add(x.data() + run * x.outerStride(), size);
      has_zeros_ = glance.has_zeros();
      if (glance.all_finite()) return Patterns(dimension_, count_);
    }
    return Patterns(dimension_, count_, [&](Index i, Index n) { return look_at(where, i, n); });
  }

  /// \return whether the entry is missing
  bool look_at(const char* where, Index i, Index n) {
    const Scalar number = read_(i, n);
    if (std::isinf(number)) {
      reject(where, "x(" + text(i) + ", " + text(n) + ")", text(number),
             "a finite number, or NaN where an entry is missing");
    }
    has_zeros_ |= number == 0;
    return std::isnan(number);
  }

  Matrix<Scalar> weights_of() const { return Matrix<Scalar>(); }
  template <class Given>
  Matrix<Scalar> weights_of(const Given& given, WeightMeaning) const {
    return weights_of_seen<Scalar>(given, patterns_, count_);
  }

  CheckedWeights make_weights(const char* where, const Matrix<Scalar>&) const {
    return CheckedWeights(where, 1, Matrix<Scalar, 1>::Zero(1, count_));
  }
  template <class Given>
  CheckedWeights make_weights(const char* where, const Matrix<Scalar>& own, const Given&,
                              WeightMeaning meaning) const {
    return CheckedWeights(where, 1, Matrix<Scalar, 1>::Zero(1, count_), own, meaning);
  }

  void find_fills() {
    fill_.setZero(dimension_);
    is_observed_.assign(static_cast<std::size_t>(dimension_), false);
    for (Index i = 0; i < dimension_; ++i) {
      for (Index n = 0; n < count_ && !is_observed(i); ++n) {
        if (!(weights_.weight(n) > 0) || std::isnan(read_(i, n))) continue;
        fill_(i) = read_(i, n);
        is_observed_[static_cast<std::size_t>(i)] = true;
      }
    }
  }

  Scalar filled(Index i, Index n) const {
    const Scalar number = read_(i, n);
    return std::isnan(number) ? fill_(i) : number;
  }

  /// See Samples.
  void replace_weightless(Tile<Scalar, Dim>& tile) const {
    for (Index n = 0; n < tile.size; ++n) {
      if (tile.weights(n) > 0) continue;
      for (Index i = 0; i < dimension(); ++i) tile.x(n, i) = value(i, first_positive_);
    }
  }

  Index dimension_, count_;
  bool has_zeros_ = false;
  ExpressionReader<Expression> read_;
  Patterns patterns_;
  Matrix<Scalar> own_weights_;
  CheckedWeights weights_;
  Index positive_count_ = 0, first_positive_ = 0;
  double total_weight_ = 0;
  Vector<Scalar> fill_;
  std::vector<bool> is_observed_;
};

/// What `incomplete` takes, opened. See Boundary.
template <class Scalar, int Dim>
struct MissingBoundary {
  template <class X>
  static auto checked(const char* where, const X& x, Index dimension) {
    using Accepted = std::conditional_t<accepts<Scalar, Dim, X>(), X, Matrix<Scalar, Dim>>;
    return MissingSamples<Scalar, Dim, Accepted, UnitWeights<Scalar>>(
        where, dimension, detail::stand_in<Accepted>(x));
  }

  template <class X, class W>
  static auto checked(const char* where, const WeightedSamples<X, W>& x, Index dimension) {
    constexpr bool ok = accepts<Scalar, Dim, X>() && accepts<Scalar, Eigen::Dynamic, W>();
    using Accepted = std::conditional_t<ok, X, Matrix<Scalar, Dim>>;
    return MissingSamples<Scalar, Dim, Accepted, GivenWeights<Matrix<Scalar>>>(
        where, dimension, detail::stand_in<Accepted>(x.samples()), x.weights(), x.meaning());
  }
};

}  // namespace detail
}  // namespace EIGENMIX_ABI
}  // namespace eigenmix

#endif  // EIGENMIX_INCOMPLETE_MISSING_SAMPLES_HPP
