// SPDX-License-Identifier: MIT
#ifndef EIGENMIX_EM_SPURIOUS_HPP
#define EIGENMIX_EM_SPURIOUS_HPP

#include <vector>

#include <eigenmix/detail/access.hpp>
#include <eigenmix/detail/cholesky.hpp>
#include <eigenmix/detail/parameters.hpp>

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

/// See eigenmix::spurious_components.
template <class Parameters>
std::vector<Index> spurious_components(const Parameters& parameters, Index samples) {
  using Scalar = typename Parameters::Scalar;
  using Square = Matrix<Scalar, Parameters::Dim, Parameters::Dim>;
  constexpr Scalar least_ratio = Scalar(1) / 2500;
  const Index d = parameters.dimension(), informative = parameters.informative_count();
  // What all share cannot become narrow for the sake of a few.
  const bool shared = Parameters::Covariance::group_count(2) == 1;
  const double least_count = shared ? 2 : double(informative + 2);
  const double enough = 10 * double(informative + 1);
  std::vector<Index> found;
  Square average = Square::Zero(d, d);
  for (Index k = 0; k < parameters.component_count(); ++k) {
    const double count = double(parameters.weights(k)) * double(samples) + count_margin;
    if (count >= enough) continue;
    bool is_spurious = count < least_count;
    if (!is_spurious && !shared) {
      if (!(average(0, 0) > 0)) average = average_covariance(parameters);
      // Every eigenvalue against the average is above the ratio if the difference is positive.
      Square excess = parameters.covariance(k) - least_ratio * average;
      is_spurious = !cholesky_in_place(excess);
    }
    if (is_spurious) found.push_back(k);
  }
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
///      width of the components (the ratio that Hathaway 1985 bounds), 1 / 2500 in variance.
/// A twentieth of a sample less than those numbers is as good, so that no rounding decides of a
/// component that owns just as many. Dimensions that tell nothing do not count. A narrow component
/// of many samples is not, nor one that is narrow compared with all the data only.
/// \param mixture  K components
/// \param samples  N that it was fitted to; a component has weight × N of them
/// \return the components' numbers, ascending; O(K Dim³) time
template <class Scalar, int Dim, class Covariance>
std::vector<Index> spurious_components(const GaussianMixture<Scalar, Dim, Covariance>& mixture,
                                       Index samples) {
  detail::at_least_one("spurious_components", "samples", samples);
  return detail::spurious_components(detail::Access::parameters(mixture), samples);
}

}  // namespace EIGENMIX_ABI
}  // namespace eigenmix

#endif  // EIGENMIX_EM_SPURIOUS_HPP
