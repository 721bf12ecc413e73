// SPDX-License-Identifier: MIT
#ifndef EIGENMIX_PRIOR_MCLUST_DEFAULT_HPP
#define EIGENMIX_PRIOR_MCLUST_DEFAULT_HPP

#include <eigenmix/prior/normal_inverse_wishart.hpp>
#include <eigenmix/samples/sample_statistics.hpp>

namespace eigenmix {
inline namespace EIGENMIX_ABI {
namespace prior {

/// mclust's default prior (Fraley & Raftery 2007; its defaultPrior): ν = Dim + 2, the least for
/// which the covariance has a finite mean; Λ = covariance(x) / K^(2 / Dim), the data's ellipsoid
/// cut into K of a K-th of the volume; means drawn to the data's with a count of 0.01, which hardly
/// moves them; weights free. Cost O(N Dim²).
///
/// Fits of Full and Tied under it are those of mclust's VVV and EEE under priorControl(). For other
/// families mclust has inverse gamma priors, and none for VEE, EVE, VVE and EVV; here all restrict
/// the one density to their covariances.
/// \param x           [Dim x N] samples, weighted(x, w) or counted(x, c), of a weight above one
/// \param components  K >= 1
/// \throws std::invalid_argument  if x is not as said or does not vary in all directions
template <class X>
NormalInverseWishart mclust_default(const X& x, Index components) {
  using Scalar = typename detail::ExpressionOf<X>::Type::Scalar;
  using Boundary = detail::Boundary<Scalar, Eigen::Dynamic>;
  const auto samples = Boundary::checked("prior::mclust_default", x, Eigen::Dynamic);
  detail::at_least_one("prior::mclust_default", "components", components);
  detail::Vector<double> mean;
  detail::Matrix<double> covariance;
  detail::measure("prior::mclust_default", samples, mean, covariance);
  const auto dimension = double(samples.dimension());
  const double parts = std::pow(double(components), 2 / dimension);
  for (Index ij = 0; ij < covariance.size(); ++ij) covariance.data()[ij] /= parts;
  return NormalInverseWishart(covariance, dimension + 2).shrink_means(mean, 0.01);
}

}  // namespace prior
}  // namespace EIGENMIX_ABI
}  // namespace eigenmix

#endif  // EIGENMIX_PRIOR_MCLUST_DEFAULT_HPP
