// SPDX-License-Identifier: MIT
#ifndef EIGENMIX_EM_VARIANCE_FLOOR_HPP
#define EIGENMIX_EM_VARIANCE_FLOOR_HPP

#include <algorithm>
#include <cmath>
#include <vector>

#include <eigenmix/detail/parameters.hpp>

namespace eigenmix {
inline namespace EIGENMIX_ABI {
namespace detail {

/// What a component's variances are measured against: the data's own, per dimension, from the
/// moments alone, so that no pass over the samples is added and all processes agree.
template <class Parameters>
class VarianceFloor {
 public:
  using Scalar = typename Parameters::Scalar;
  using Real = typename Parameters::Real;
  using Covariance = typename Parameters::Covariance;
  using Moments = typename Parameters::Moments;
  static constexpr int Dim = Parameters::Dim;

  /// \param where  who asks, for error messages
  explicit VarianceFloor(const char* where) : where_(where) {}

  /// \param moments  about the means
  template <class Degeneracy>
  void assign(const Moments& moments, const Degeneracy& degeneracy) {
    measure_spread(moments);
    set_floor(degeneracy);
  }

  /// [Dim] the least variance of a component.
  const Vector<Real, Dim>& least() const { return floor_; }

  /// Dimensions in which the samples are all the same.
  Index constant_dimensions() const { return constant_dimensions_; }

  /// Where the data are constant no component has collapsed: gives the covariance a variance above
  /// the floor by enough for the trace bound of all such dimensions together.
  template <class Block>
  void widen_constant_dimensions(Block&& block) const {
    for (Index i = 0; constant_dimensions_ > 0 && i < floor_.size(); ++i) {
      if (!is_constant_[static_cast<std::size_t>(i)]) continue;
      Covariance::set_variance(block, i, floor_(i) * Real(2 * floor_.size()));
    }
  }

 private:
  void measure_spread(const Moments& moments) {
    const Index d = moments.dimension();
    floor_.resize(d);
    is_constant_.assign(static_cast<std::size_t>(d), false);
    constant_dimensions_ = 0;
    Real average = 0, magnitude = 0;
    for (Index i = 0; i < d; ++i) {
      const Real largest = largest_mean(moments, i);
      const Real variance = total_variance(moments, i);
      // A constant dimension shows at most the rounding of its means.
      const Real resolution = 2 * Real(std::numeric_limits<Scalar>::epsilon()) * largest;
      const bool varies = variance > resolution * resolution;
      check_representable(varies, variance, largest);
      floor_(i) = varies ? variance : Real(0);
      is_constant_[static_cast<std::size_t>(i)] = !varies;
      constant_dimensions_ += varies ? 0 : 1;
      average += floor_(i) / Real(d);
      magnitude = std::max(magnitude, largest);
    }
    if (constant_dimensions_ == 0) return;
    // It borrows the average variance of the others; samples all alike, their own magnitude.
    const Real stand_in = average > 0 ? average : magnitude > 0 ? magnitude * magnitude : Real(1);
    for (Index i = 0; i < d; ++i) {
      if (is_constant_[static_cast<std::size_t>(i)]) floor_(i) = stand_in;
    }
  }

  /// Of all samples in dimension i, within and between the components.
  static Real total_variance(const Moments& moments, Index i) {
    const auto counts = moments.counts();
    const auto second = moments.second();
    const auto& centre = moments.origin();
    const Real total = counts.sum();
    Real mean = 0, sum = 0;
    for (Index k = 0; k < counts.size(); ++k) mean += centre(i, k) * (counts(k) / total);
    for (Index k = 0; k < counts.size(); ++k) {
      const Real offset = centre(i, k) - mean;
      if (!is_empty(moments, k)) sum += counts(k) * offset * offset;
    }
    for (Index g = 0; g < second.cols(); ++g) {
      const Real* scatter = second.data() + g * second.rows();
      sum += Covariance::scatter_diagonal(scatter, i, moments.dimension());
    }
    return sum / total;
  }

  static Real largest_mean(const Moments& moments, Index i) {
    Real largest = 0;
    for (Index k = 0; k < moments.component_count(); ++k) {
      if (!is_empty(moments, k)) largest = std::max(largest, std::abs(moments.origin()(i, k)));
    }
    return largest;
  }

  void check_representable(bool varies, Real variance, Real magnitude) const {
    // Four decimal digits above the smallest normal number, or variances are but noise.
    const Real least = Real(std::numeric_limits<Scalar>::min()) * 10000;
    const bool underflow =
        varies ? variance < least : magnitude > 0 && magnitude * magnitude < least;
    if (std::isfinite(variance) && variance < Real(std::numeric_limits<Scalar>::max()) &&
        !underflow) {
      return;
    }
    reject(where_, "variance of the samples", text(variance),
           "samples whose squares the scalar can represent; multiply them by a constant");
  }

  template <class Degeneracy>
  void set_floor(const Degeneracy& degeneracy) {
    degeneracy.template to_floor<Scalar>(floor_);
    for (Index i = 0; i < floor_.size(); ++i) {
      if (!(floor_(i) > 0) || !(floor_(i) < Real(std::numeric_limits<Scalar>::max()))) {
        reject(where_, "variance floor of dimension " + text(i), text(floor_(i)),
               "a floor > 0 that the scalar can represent; change the degeneracy policy");
      }
      floor_(i) = std::max(floor_(i), Real(std::numeric_limits<Scalar>::min()));
    }
  }

  const char* where_;
  Vector<Real, Dim> floor_;
  std::vector<bool> is_constant_;  // Dim
  Index constant_dimensions_ = 0;
};

}  // namespace detail
}  // namespace EIGENMIX_ABI
}  // namespace eigenmix

#endif  // EIGENMIX_EM_VARIANCE_FLOOR_HPP
