// SPDX-License-Identifier: MIT
#ifndef EIGENMIX_ACCELERATION_MIXTURE_NUMBERS_HPP
#define EIGENMIX_ACCELERATION_MIXTURE_NUMBERS_HPP

#include <cstddef>
#include <vector>

#include <eigenmix/base/fwd.hpp>

namespace eigenmix {
inline namespace EIGENMIX_ABI {
namespace detail {

using Numbers = std::vector<double>;

/// How much of a covariance there is.
enum class CovarianceForm { dense, diagonal, isotropic };

/// Where the numbers of a mixture are in a plain vector of doubles, whatever its scalar, dimension and
/// layout: what works with such vectors is compiled once. In this order:
///
///     weights       [K]
///     means         [Dim x K]
///     covariances   [Dim x Dim], [Dim] or [1] for each group
///     noise weight  [1], 0 without noise
///
/// and so are numbers of samples, one for each weight, mean and covariance, and the total; 0 where a
/// part is not to be moved otherwise than by EM: because it is fixed, on the variance floor, or has
/// few samples.
struct MixtureShape {
  Index dimension = 0, components = 0, groups = 0;  ///< groups: of covariances
  Index informative = 0;                            ///< dimensions that take part
  CovarianceForm form = CovarianceForm::dense;
  bool has_common_parts = false;  ///< covariances: shapes, volumes or axes

  bool is_dense() const { return form == CovarianceForm::dense; }
  bool is_diagonal() const { return form == CovarianceForm::diagonal; }
  Index covariance_size() const {
    return is_dense() ? dimension * dimension : is_diagonal() ? dimension : 1;
  }
  Index group_of(Index k) const { return groups == 1 ? 0 : k; }

  Index mean(Index k) const { return components + k * dimension; }
  Index covariance(Index g) const { return mean(components) + g * covariance_size(); }
  Index noise() const { return covariance(groups); }
  std::size_t size() const { return static_cast<std::size_t>(noise() + 1); }

  Index mean_count(Index k) const { return components + k; }
  Index covariance_count(Index g) const { return 2 * components + g; }
  Index total_count() const { return covariance_count(groups); }
  std::size_t counts_size() const { return static_cast<std::size_t>(total_count() + 1); }
};

inline double dot(const double* a, const double* b, std::size_t size) {
  double sum = 0;
  for (std::size_t i = 0; i < size; ++i) sum += a[i] * b[i];
  return sum;
}

/// a += factor b.
inline void add_multiple(double* a, double factor, const double* b, std::size_t size) {
  for (std::size_t i = 0; i < size; ++i) a[i] += factor * b[i];
}

}  // namespace detail
}  // namespace EIGENMIX_ABI
}  // namespace eigenmix

#endif  // EIGENMIX_ACCELERATION_MIXTURE_NUMBERS_HPP
