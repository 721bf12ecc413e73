// SPDX-License-Identifier: MIT
#ifndef EIGENMIX_NOISE_HPP
#define EIGENMIX_NOISE_HPP

#include <algorithm>
#include <cmath>
#include <vector>

#include <eigenmix/base/symmetric_eigen.hpp>
#include <eigenmix/samples/any_samples.hpp>
#include <eigenmix/samples/sample_statistics.hpp>

namespace eigenmix {
inline namespace EIGENMIX_ABI {

/// A background of constant density u under a mixture, for samples that belong to no component
/// (Banfield & Raftery 1993): p(x) = weight u + (1 - weight) Σ_k w_k N(x | k). Its unit is one over
/// the product of those of the dimensions. In dimensions that tell nothing, see
/// FitResult::uninformative, the background is distributed as the components are, and u is the
/// density in the others.
struct Noise {
  double weight = 0;       ///< in [0, 1); zero: none
  double log_density = 0;  ///< log u, minus the log of the volume it fills

  friend bool operator==(const Noise& a, const Noise& b) {
    return a.weight == b.weight && a.log_density == b.log_density;
  }
};

namespace detail {

/// \throws std::invalid_argument  if it is no density, or has all the weight
inline void check_noise(const char* where, const Noise& noise) {
  if (!(noise.weight >= 0) || !(noise.weight < 1)) {
    reject(where, "weight of the noise", text(noise.weight), "a number in [0, 1)");
  }
  if (!std::isfinite(noise.log_density)) {
    reject(where, "log density of the noise", text(noise.log_density), "a finite number");
  }
}

/// For what cannot be said of a mixture with a background.
/// \param need  instead, and how to have it; by default for what is integrated over space or drawn
inline void refuse_noise(const char* where, double weight,
                         const char* need =
                             "none: where a background ends is not known; take it off a copy by "
                             "set_noise(Noise{})") {
  if (weight > 0) reject(where, "weight of the noise", text(weight), need);
}

/// Samples in the dimensions that tell something.
template <class View>
class InformativeSamples {
 public:
  explicit InformativeSamples(const View& view) : view_(&view) {
    for (Index i = 0; i < view.dimension(); ++i) {
      if (view.columns().informs(i)) dimensions_.push_back(i);
    }
  }

  Index dimension() const { return static_cast<Index>(dimensions_.size()); }
  Index count() const { return view_->count(); }
  auto value(Index i, Index n) const {
    return view_->value(dimensions_[static_cast<std::size_t>(i)], n);
  }
  auto weight(Index n) const { return view_->weight(n); }

 private:
  const View* view_;
  std::vector<Index> dimensions_;
};

/// The log volume of the box that holds all samples, its sides along the columns of `axes`.
template <class Samples>
double log_box_volume(const Samples& samples, const Matrix<double>& axes) {
  double sum = 0;
  for (Index j = 0; j < axes.cols(); ++j) {
    double least = HUGE_VAL, most = -HUGE_VAL;
    for (Index n = 0; n < samples.count(); ++n) {
      if (!(samples.weight(n) > 0)) continue;
      double along = 0;
      for (Index i = 0; i < axes.rows(); ++i) along += axes(i, j) * double(samples.value(i, n));
      least = std::min(least, along);
      most = std::max(most, along);
    }
    sum += std::log(most - least);
  }
  return sum;
}

}  // namespace detail

/// Noise over the region of the samples, whose volume is that of the smaller of two boxes around
/// them, one along the dimensions and one along the principal components, as mclust's hypvol takes
/// it.
///
///     mixture.set_noise(uniform_noise(x, 0.1));
///     mixture.fit(x);
///
/// \param x       [Dim x N] samples, weighted(x, w) or counted(x, c)
/// \param weight  to start from, in [0, 1)
/// \return the weight, and the log density in units of those dimensions. O(N Dim²) time
/// \throws std::invalid_argument  if the weight is not as said or x does not vary, but for
///                                dimensions that tell nothing, in all directions
template <class X>
Noise uniform_noise(const X& x, double weight) {
  using Scalar = typename detail::ExpressionOf<X>::Type::Scalar;
  using Boundary = detail::Boundary<Scalar, Eigen::Dynamic>;
  const auto opened = Boundary::checked("uniform_noise", x, Eigen::Dynamic);
  if (!(weight >= 0) || !(weight < 1)) {
    detail::reject("uniform_noise", "weight", detail::text(weight), "a number in [0, 1)");
  }
  detail::AnySamples<Scalar, Eigen::Dynamic> view(opened);
  view.survey();
  const detail::InformativeSamples samples(view);
  detail::Vector<double> mean;
  detail::Matrix<double> covariance, axes;
  detail::measure("uniform_noise", samples, mean, covariance);
  const Index d = samples.dimension();
  detail::set_identity(axes, d);
  const double along_dimensions = detail::log_box_volume(samples, axes);
  detail::symmetric_eigen(covariance, axes);
  const double volume = std::min(along_dimensions, detail::log_box_volume(samples, axes));
  if (!std::isfinite(volume)) {  // they vary, but by nothing along some axis as it is rounded
    detail::reject("uniform_noise", "samples", "some that lie in a plane",
                   "samples that vary in all directions");
  }
  return {weight, -volume};
}

}  // namespace EIGENMIX_ABI
}  // namespace eigenmix

#endif  // EIGENMIX_NOISE_HPP
