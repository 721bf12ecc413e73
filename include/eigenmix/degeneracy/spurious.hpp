// SPDX-License-Identifier: MIT
#ifndef EIGENMIX_DEGENERACY_SPURIOUS_HPP
#define EIGENMIX_DEGENERACY_SPURIOUS_HPP

#include <algorithm>
#include <cmath>
#include <vector>

#include <eigenmix/base/access.hpp>
#include <eigenmix/base/cholesky.hpp>
#include <eigenmix/base/errors.hpp>
#include <eigenmix/parameters/parameters.hpp>

namespace eigenmix {
inline namespace EIGENMIX_ABI {
namespace detail {

/// [Dim x Dim] Σ_k w_k covariance_k, the average width of the components.
template <class Parameters>
auto average_covariance(const Parameters& parameters) {
  const Index d = parameters.dimension();
  Matrix<typename Parameters::Scalar, Parameters::Dim, Parameters::Dim> average(d, d);
  average.setZero();
  for (Index k = 0; k < parameters.component_count(); ++k) {
    average += parameters.weights(k) * parameters.covariance(k);
  }
  return average;
}

/// A twentieth of a sample: what a component owns is compared with whole numbers, so that those
/// that own just as many are far from the border, whatever the rounding of their weights.
inline constexpr double count_margin = 0.05;

/// Rules 2 and 3 of eigenmix::spurious_components: whether covariances are so narrow that a few
/// samples may have made them so.
template <class Parameters>
class NarrowFinder {
 public:
  using Scalar = typename Parameters::Scalar;
  using Square = Matrix<Scalar, Parameters::Dim, Parameters::Dim>;

  /// \param steps  [Dim] that samples are recorded in, 0 where in none; or empty
  NarrowFinder(const Parameters& parameters, const std::vector<double>& steps)
      : parameters_(parameters), average_(average_covariance(parameters)), steps_(steps) {
    const bool is_isotropic = Parameters::Layout::is_isotropic;  // has a floor for all
    bool has_steps = false;
    for (const double step : steps) has_steps = has_steps || step > 0;
    resolves_ = has_steps && !is_isotropic && is_above_steps(average_, least_average);
  }

  bool is_narrow(Index k) const {
    const Square covariance = parameters_.covariance(k);
    // Every eigenvalue against the average is above the ratio if the difference is positive.
    Square excess = covariance - least_ratio * average_;
    if (!cholesky_in_place(excess)) return true;
    return resolves_ && !is_above_steps(covariance, least_own);
  }

 private:
  /// Whether a covariance is more, along every axis, than `factor` times what rounding leaves.
  bool is_above_steps(Square covariance, double factor) const {
    for (Index i = 0; i < covariance.rows(); ++i) {
      const double step = steps_[static_cast<std::size_t>(i)];
      if (!parameters_.is_apart(i)) covariance(i, i) -= Scalar(factor * step * step / 12);
    }
    return cholesky_in_place(covariance);
  }

  static constexpr Scalar least_ratio = Scalar(1) / 2500;
  static constexpr double least_own = 0.5;
  static constexpr double least_average = 4;

  const Parameters& parameters_;
  Square average_;
  const std::vector<double>& steps_;
  bool resolves_ = false;  // whether components are wide enough on average for rule 3
};

/// See eigenmix::spurious_components.
template <class Parameters>
std::vector<Index> find_spurious(const Parameters& parameters, double samples,
                                 const std::vector<double>& steps) {
  const Index informative = parameters.informative_count();
  // What all share cannot become narrow for the sake of a few.
  constexpr bool shared = Parameters::Layout::is_shared;
  const double least_count = shared ? 2 : double(informative + 2);
  const double enough = 10 * double(informative + 1);
  std::vector<Index> found, few;
  for (Index k = 0; k < parameters.component_count(); ++k) {
    const double count = parameters.owned_count(k, samples) + count_margin;
    if (count < least_count) {
      found.push_back(k);
    } else if (count < enough && !shared) {
      few.push_back(k);
    }
  }
  if (few.empty()) return found;
  const NarrowFinder<Parameters> finder(parameters, steps);
  for (const Index k : few) {
    if (finder.is_narrow(k)) found.push_back(k);
  }
  std::sort(found.begin(), found.end());
  return found;
}

}  // namespace detail

/// The components that may owe their likelihood to a few samples that happen to lie close together.
///
/// The likelihood of a normal mixture is unbounded: a component on Dim + 1 samples or fewer, or on
/// samples in a plane, can have any likelihood, and near such solutions lie local maxima with a
/// component of few samples and next to no width (Day 1969; McLachlan & Peel 2000, section 3.10). A
/// component is called spurious if it has
///   1. fewer than Dim + 2 samples (2 where all share one covariance, which bounds the likelihood),
///      or
///   2. fewer than 10 (Dim + 1) samples and, in some direction, less than a fiftieth of the average
///      width of the components (the ratio that Hathaway 1985 bounds), 1 / 2500 in variance, or
///   3. as few and, in some direction, less than half the variance that rounding to steps alone
///      leaves any group, step² / 12 (Sheppard 1898), unless the components have less than four
///      times that on average, as where columns depend on each other. What so thin a component
///      gains depends on the steps: twelve of iris' samples in an oblique plane make the gain of
///      four components on three 28.3 nats, nine large irises 22.4; with every sample spread over
///      its step 22.6 and 22.4, medians of 200. Isotropic covariances have a floor for that.
/// A twentieth of a sample less than those numbers is as good, so that no rounding decides of a
/// component that owns just as many. Dimensions that tell nothing do not count. A narrow component
/// of many samples is not, nor one that is narrow compared with all the data only.
///
/// How often rule 3 alone takes a group of n samples for an accident, of 200 in 4 dimensions, each
/// beside two wide ones, by its deviation in the thinnest direction:
///
///     deviation \ n       8    10    15    25    45
///     none               25    52    32     7     1
///     a quarter step     24    30     6     0     0
///     half a step        12     2     0     0     0
///     one step            1     0     0     0     0
///
/// What that buys: of 100 sets drawn from four components of iris, one of 9 samples and 0.6 steps,
/// the likeliest sound fit found was better than that from the truth by 3 nats in 33 without the
/// rule and in 17 with it; the truth was unsound in 12 and in 17. Those that narrowly pass, as of 7
/// samples of Old Faithful, may be accidents as well.
///
/// \param mixture  K components
/// \param samples  N that it was fitted to; a component has weight × N of them that are no noise
/// \param steps    [Dim] that the samples are recorded in, 0 where in none; empty for none. A fit
///                 finds them itself, see FitResult::spurious_count
/// \return the components' numbers, ascending; O(K Dim³) time
/// \throws std::invalid_argument  if there are no samples, or steps are of another number than
///                                dimensions, negative or not finite
template <class Scalar, int Dim, class Covariance>
std::vector<Index> spurious_components(const GaussianMixture<Scalar, Dim, Covariance>& mixture,
                                       Index samples, const std::vector<double>& steps = {}) {
  detail::at_least_one("spurious_components", "samples", samples);
  if (!steps.empty() && static_cast<Index>(steps.size()) != mixture.dimension()) {
    detail::reject("spurious_components", "number of steps",
                   detail::text(static_cast<Index>(steps.size())),
                   "one for each of " + detail::text(mixture.dimension()) + " dimensions, or none");
  }
  for (const double step : steps) {
    if (!(step >= 0) || !std::isfinite(step)) {
      detail::reject("spurious_components", "step", detail::text(step), "a finite number >= 0");
    }
  }
  return detail::find_spurious(detail::Access::parameters(mixture), double(samples), steps);
}

}  // namespace EIGENMIX_ABI
}  // namespace eigenmix

#endif  // EIGENMIX_DEGENERACY_SPURIOUS_HPP
