// SPDX-License-Identifier: MIT
#ifndef EIGENMIX_INFERENCE_MARGINAL_HPP
#define EIGENMIX_INFERENCE_MARGINAL_HPP

#include <vector>

#include <eigenmix/inference/component_parts.hpp>
#include <eigenmix/inference/dimensions.hpp>
#include <eigenmix/noise.hpp>

namespace eigenmix {
inline namespace EIGENMIX_ABI {
namespace detail {

/// \param Dim  of the result
template <int Dim, class Mixture>
auto marginal_over(const char* where, const Mixture& mixture, const std::vector<Index>& indices) {
  check_dimensions(where, "indices", indices, mixture.dimension());
  refuse_noise(where, mixture.noise().weight);
  const auto& parameters = Access::parameters(mixture);
  DerivedMixture<typename Mixture::Scalar, Dim> result(parameters, indices);
  for (Index k = 0; k < mixture.component_count(); ++k) {
    const auto covariance = parameters.covariance(k);
    for (std::size_t j = 0; j < indices.size(); ++j) {
      const auto to = static_cast<Index>(j);
      result.means(to, k) = parameters.means(indices[j], k);
      for (std::size_t i = 0; i < indices.size(); ++i) {
        result.covariances[static_cast<std::size_t>(k)](static_cast<Index>(i), to) =
            covariance(indices[i], indices[j]);
      }
    }
  }
  return result.made(where);
}

}  // namespace detail

/// The distribution of some of the dimensions: the components' parts in them, with their weights
/// (Bishop 2006, equation 2.98).
///
///     const auto planes = marginal(mixture, {0, 2});      // GaussianMixture<Scalar>
///     const auto plane = eigenmix::marginal<0, 2>(mixture);   // GaussianMixture<Scalar, 2>
///
/// \param indices  of the dimensions, each once; the result has them in this order
/// \return of full covariances, whatever the family
/// \throws std::invalid_argument  if an index is no dimension or comes twice, or there is none; or
///                                if there is noise, of which it is not known where it ends
/// \complexity  O(K d³) for d indices, and K Dim²
template <class Scalar, int Dim, class Covariance>
GaussianMixture<Scalar> marginal(const GaussianMixture<Scalar, Dim, Covariance>& mixture,
                                 const DimensionList& indices) {
  return detail::marginal_over<Eigen::Dynamic>("marginal", mixture, indices.indices());
}

/// The same over dimensions that are known as the program is compiled; their number is the result's
/// fixed dimension.
template <Index first, Index... rest, class Scalar, int Dim, class Covariance>
GaussianMixture<Scalar, 1 + int(sizeof...(rest))> marginal(
    const GaussianMixture<Scalar, Dim, Covariance>& mixture) {
  constexpr bool ok = detail::accepts_dimensions<Dim, first, rest...>();
  if constexpr (ok) {
    return detail::marginal_over<1 + int(sizeof...(rest))>("marginal", mixture, {first, rest...});
  } else {
    throw std::logic_error("eigenmix: unreachable");
  }
}

}  // namespace EIGENMIX_ABI
}  // namespace eigenmix

#endif  // EIGENMIX_INFERENCE_MARGINAL_HPP
