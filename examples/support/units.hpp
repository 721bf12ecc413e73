// SPDX-License-Identifier: MIT
#ifndef EIGENMIX_EXAMPLES_SUPPORT_UNITS_HPP
#define EIGENMIX_EXAMPLES_SUPPORT_UNITS_HPP

#include <type_traits>
#include <vector>

#include <eigenmix/eigenmix.hpp>

/// The change of units x = centre + scale z, column by column of the file.
struct Units {
  Eigen::VectorXd centre, scale;

  static Units original(eigenmix::Index dimension) {
    return {Eigen::VectorXd::Zero(dimension), Eigen::VectorXd::Ones(dimension)};
  }
  static Units standard(const Eigen::MatrixXd& x) {
    const Eigen::VectorXd centre = x.rowwise().mean();
    const Eigen::MatrixXd centred = x.colwise() - centre;
    const Eigen::VectorXd deviation =
        (centred.rowwise().squaredNorm() / double(x.cols())).cwiseSqrt();
    // A constant column has no unit of its own, only the rounding of its mean.
    const Eigen::VectorXd range = x.rowwise().maxCoeff() - x.rowwise().minCoeff();
    return {centre, (range.array() > 0).select(deviation, 1)};
  }
  Eigen::MatrixXd from_original(const Eigen::MatrixXd& x) const {
    return scale.cwiseInverse().asDiagonal() * (x.colwise() - centre);
  }
  Eigen::VectorXd mean(const Eigen::VectorXd& z) const { return centre + scale.cwiseProduct(z); }
  Eigen::MatrixXd covariance(const Eigen::MatrixXd& z) const {
    return scale.asDiagonal() * z * scale.asDiagonal();
  }
};

/// The family of covariances S C S, S a diagonal scale: most stay what they are. Spheres become of
/// one shape along the coordinates, volumes that were equal are still, and axes are turned.
template <class Family>
struct Rescaled {
  template <class... Others>
  static constexpr bool is_any_of = (std::is_same_v<Family, Others> || ...);
  static constexpr bool has_equal_volumes =
      is_any_of<eigenmix::covariance::EEV, eigenmix::covariance::EVE>;
  static constexpr bool is_turned = is_any_of<eigenmix::covariance::VEV, eigenmix::covariance::VVE>;
  using Turned =
      std::conditional_t<has_equal_volumes, eigenmix::covariance::EVV,
                         std::conditional_t<is_turned, eigenmix::covariance::Full, Family>>;
  using Type = std::conditional_t<
      is_any_of<eigenmix::covariance::Spherical>, eigenmix::covariance::VEI,
      std::conditional_t<is_any_of<eigenmix::covariance::EII>, eigenmix::covariance::EEI, Turned>>;
};

/// A mixture of z as one of x.
template <class Mixture>
auto in_original_units(const Mixture& mixture, const Units& units) {
  Eigen::MatrixXd means = mixture.means();
  std::vector<Eigen::MatrixXd> covariances;
  for (eigenmix::Index k = 0; k < mixture.component_count(); ++k) {
    means.col(k) = units.mean(mixture.means().col(k));
    covariances.push_back(units.covariance(mixture.covariance(k)));
  }
  using Family = typename Rescaled<typename Mixture::Covariance>::Type;
  return eigenmix::GaussianMixture<double, Eigen::Dynamic, Family>(mixture.weights(), means,
                                                                   covariances);
}

#endif  // EIGENMIX_EXAMPLES_SUPPORT_UNITS_HPP
