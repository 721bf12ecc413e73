// SPDX-License-Identifier: MIT
#ifndef EIGENMIX_EM_ROUNDING_HPP
#define EIGENMIX_EM_ROUNDING_HPP

#include <algorithm>
#include <cmath>
#include <limits>

#include <eigenmix/parameters/parameters.hpp>

namespace eigenmix {
inline namespace EIGENMIX_ABI {
namespace detail {

/// What of a log-likelihood is rounding: changes below it are none. It comes from the sizes of what
/// is summed and not from the sum, in which they cancel.
template <class Parameters>
class Rounding {
 public:
  using Scalar = typename Parameters::Scalar;
  using Real = typename Parameters::Real;
  using Moments = typename Parameters::Moments;

  Rounding(const Parameters& parameters, const Moments& moments)
      : parameters_(parameters), moments_(moments) {}

  /// In nats. N log densities, each right to some ulps of its terms times the root of the
  /// condition of its covariance, err independently; their sum is right to an ulp or so at best.
  /// Means are stored to half an ulp, which is something where a component is as narrow as that;
  /// and covariances with common parts, which no sample says alone, to an ulp of their entries. Of
  /// samples that were not seen the log of the probability of being seen is all there is, a term of
  /// each that was. O(K Dim²).
  /// \param seen  weight of the samples, at most which counts; the moments may have that of more
  double of_log_likelihood(Index samples, double seen) const {
    constexpr double eps = double(std::numeric_limits<Scalar>::epsilon());
    const double dimension = double(moments_.dimension());
    const bool has_common_parts = parameters_.form->has_common_parts();
    double condition = dimension, of_parameters = 0, largest_normalizer = 0;
    for (Index k = 0; k < parameters_.component_count(); ++k) {
      const double count = std::min(double(moments_.counts()(k)), seen);
      if (!(count > 0)) continue;
      const Index g = Parameters::Layout::group_of(k);
      const double of_this = std::min(condition_of(g, k), 1 / eps);
      condition = std::max(condition, of_this);
      of_parameters += count * mean_rounding(g, k) / 2;
      if (has_common_parts) of_parameters += count * eps * of_this;
      largest_normalizer =
          std::max(largest_normalizer, std::abs(double(parameters_.log_normalizers(k))));
    }
    const double all = double(moments_.total_weight()), total = std::min(all, seen);
    const double of_window = all > total ? std::log(all / total) : 0;
    const double size = largest_normalizer + dimension + of_window;  // of one log density's terms
    const double of_samples =
        eps * size * total / std::sqrt(double(samples)) * std::sqrt(condition / dimension);
    const double of_sum = std::numeric_limits<double>::epsilon() * size * total;
    return 4 * std::max(of_samples, of_sum) + of_parameters;
  }

 private:
  /// Σ_i (covariance^-1)_ii covariance_ii: Dim without correlations, and at most Dim times the
  /// condition of the correlation matrix.
  double condition_of(Index g, Index k) const {
    const auto deviation = [&](Index i) { return std::sqrt(Real(parameters_.variance(i, k))); };
    return double(parameters_.density.squared_size(g, deviation));
  }

  /// The squared distance, in deviations, that storing a mean may move it.
  double mean_rounding(Index g, Index k) const {
    constexpr Real half = Real(std::numeric_limits<Scalar>::epsilon()) / 2;
    const auto error = [&](Index i) {  // what is apart has one mean for ever
      return parameters_.is_apart(i) ? Real(0) : half * Real(parameters_.means(i, k));
    };
    return double(parameters_.density.squared_size(g, error));
  }

  const Parameters& parameters_;
  const Moments& moments_;
};

}  // namespace detail
}  // namespace EIGENMIX_ABI
}  // namespace eigenmix

#endif  // EIGENMIX_EM_ROUNDING_HPP
