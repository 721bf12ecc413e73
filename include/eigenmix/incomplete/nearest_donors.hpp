// SPDX-License-Identifier: MIT
#ifndef EIGENMIX_INCOMPLETE_NEAREST_DONORS_HPP
#define EIGENMIX_INCOMPLETE_NEAREST_DONORS_HPP

#include <algorithm>
#include <cmath>
#include <limits>
#include <vector>

#include <eigenmix/incomplete/missing_samples.hpp>
#include <eigenmix/samples/stand_in.hpp>

namespace eigenmix {
inline namespace EIGENMIX_ABI {
namespace detail {

/// Completes samples by others that are near in the dimensions both have: every missing entry is
/// that of the nearest donor that has it (nearest-neighbour hot deck: Andridge & Little 2010).
/// Groups of samples stay groups, which a normal distribution fitted to all of them would fill the
/// gaps between.
template <class Scalar, class Opened>
class NearestDonors {
 public:
  /// Evenly spaced among the samples: so many that groups of a hundredth of these have some, and
  /// that all comparisons are of some 1e8 numbers, the time of few iterations.
  static Index most_donors(Index count, Index dimension) {
    return std::clamp<Index>(Index(1e8) / count / dimension, 100, 1000);
  }

  /// O(N Dim)
  explicit NearestDonors(const Opened& samples) : samples_(samples), scale_(samples.dimension()) {
    for (Index i = 0; i < samples.dimension(); ++i) scale_(i) = inverse_deviation(i);
    choose();
  }

  /// The entries of sample n, its own where it has them. O(donors Dim)
  template <class Column>
  void complete(Index n, Column&& to) {
    const Index d = samples_.dimension();
    bool misses = false;
    for (Index i = 0; i < d; ++i) {
      to(i) = samples_.given(i, n);
      misses |= std::isnan(to(i));
    }
    if (!misses) return;
    best_.setConstant(d, std::numeric_limits<double>::infinity());
    for (std::size_t m = 0; m < donors_.size(); ++m) {
      if (donors_[m] != n) offer(n, static_cast<Index>(m), to);
    }
    for (Index i = 0; i < d; ++i) {
      if (std::isnan(to(i))) to(i) = any_(i);
    }
  }

 private:
  double inverse_deviation(Index i) {
    double weight = 0, mean = 0, square = 0;
    for (Index n = 0; n < samples_.given_count(); ++n) {
      const double number = double(samples_.given(i, n)), w = double(samples_.given_weight(n));
      if (std::isnan(number) || !(w > 0)) continue;
      weight += w;
      const double offset = number - mean;
      mean += offset * w / weight;
      square += w * offset * (number - mean);
    }
    const double deviation = std::sqrt(square / weight);
    return deviation > 1e-12 * std::abs(mean) ? 1 / deviation : 0;
  }

  /// The mean squared difference of two samples in a dimension, in deviations: what one that only
  /// one of them has is taken for, so that a donor is not near for having little to compare.
  static constexpr double of_strangers = 2;

  void choose() {
    const auto& patterns = samples_.patterns();
    const Index count = samples_.given_count(), d = samples_.dimension();
    const Index step = std::max<Index>(1, count / most_donors(count, d));
    for (Index n = 0; n < count; n += step) {
      if (samples_.given_weight(n) > 0 && !patterns.is_unseen(n)) donors_.push_back(n);
    }
    values_.resize(d, static_cast<Index>(donors_.size()));
    any_.setZero(d);
    for (Index i = 0; i < d; ++i) {
      for (std::size_t m = 0; m < donors_.size(); ++m) {
        values_(i, static_cast<Index>(m)) = samples_.given(i, donors_[m]);
      }
      for (Index n = 0; n < count; ++n) {
        if (!(samples_.given_weight(n) > 0) || std::isnan(samples_.given(i, n))) continue;
        any_(i) = samples_.given(i, n);
        break;
      }
    }
  }

  /// Takes of a donor what it has and no nearer one has had.
  template <class Column>
  void offer(Index n, Index donor, Column&& to) {
    double distance = 0;
    const Index d = samples_.dimension();
    const Scalar* const of_donor = values_.col(donor).data();
    for (Index i = 0; i < d; ++i) {
      const Scalar own = samples_.given(i, n);
      if (std::isnan(own)) continue;
      const double offset = double(own - of_donor[i]) * scale_(i);
      distance += std::isnan(of_donor[i]) ? of_strangers : offset * offset;
    }
    for (Index i = 0; i < d; ++i) {
      if (!std::isnan(samples_.given(i, n)) || std::isnan(of_donor[i])) continue;
      if (!(distance < best_(i))) continue;
      best_(i) = distance;
      to(i) = of_donor[i];
    }
  }

  const Opened& samples_;
  Vector<double> scale_;
  std::vector<Index> donors_;
  Matrix<Scalar> values_;  // Dim x donors
  Vector<Scalar> any_;     // an entry of each dimension
  Vector<double> best_;
};

/// Incomplete samples completed, without those that have no entry.
template <class Scalar, int Dim, class Opened>
StandIn<Scalar, Dim> complete_by_donors(const Opened& samples) {
  NearestDonors<Scalar, Opened> donors(samples);
  const Index count = samples.count();
  StandIn<Scalar, Dim> result{Matrix<Scalar, Dim>(samples.dimension(), count),
                              Vector<Scalar>(count), WeightMeaning::count};
  Index m = 0;
  for (Index n = 0; n < samples.given_count(); ++n) {
    if (samples.patterns().is_unseen(n)) continue;
    donors.complete(n, result.x.col(m));
    result.weights(m++) = samples.given_weight(n);
  }
  return result;
}

}  // namespace detail
}  // namespace EIGENMIX_ABI
}  // namespace eigenmix

#endif  // EIGENMIX_INCOMPLETE_NEAREST_DONORS_HPP
