// SPDX-License-Identifier: MIT
#ifndef EIGENMIX_EXAMPLES_SUPPORT_UNITS_HPP
#define EIGENMIX_EXAMPLES_SUPPORT_UNITS_HPP

#include <vector>

#include <eigenmix/gaussian_mixture.hpp>

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

/// A mixture of z as one of x, where spheres are spheres no more.
template <class Mixture>
eigenmix::GaussianMixture<double> in_original_units(const Mixture& mixture, const Units& units) {
  Eigen::MatrixXd means = mixture.means();
  std::vector<Eigen::MatrixXd> covariances;
  for (eigenmix::Index k = 0; k < mixture.component_count(); ++k) {
    means.col(k) = units.mean(mixture.means().col(k));
    covariances.push_back(units.covariance(mixture.covariance(k)));
  }
  return eigenmix::GaussianMixture<double>(mixture.weights(), means, covariances);
}

#endif  // EIGENMIX_EXAMPLES_SUPPORT_UNITS_HPP
