// SPDX-License-Identifier: MIT
#ifndef EIGENMIX_TESTS_SUPPORT_ORACLE_MODEL_HPP
#define EIGENMIX_TESTS_SUPPORT_ORACLE_MODEL_HPP

#include <algorithm>
#include <cmath>
#include <limits>

#include <eigenmix/eigenmix.hpp>

#include "support/golden.hpp"

namespace eigenmix_tests {

using ExactVector = Eigen::Matrix<Exact, Eigen::Dynamic, 1>;

/// A mixture's parameters as an oracle holds them, covariances dense.
struct Model {
  ExactVector weights;
  ExactMatrix means;
  std::vector<ExactMatrix> covariances;

  Index component_count() const { return means.cols(); }
  Index dimension() const { return means.rows(); }
};

/// A covariance family by the name it has in the golden files.
template <class Covariance>
std::string family_name() {
  using namespace eigenmix::covariance;
  if (std::is_same_v<Covariance, Full>) return "full";
  if (std::is_same_v<Covariance, Tied>) return "tied";
  return std::is_same_v<Covariance, Diagonal> ? "diag" : "spherical";
}

/// A symmetric matrix from its lower triangle row by row.
template <class Packed>
ExactMatrix unpack(const Packed& packed, Index dimension) {
  ExactMatrix dense(dimension, dimension);
  for (Index i = 0, ij = 0; i < dimension; ++i) {
    for (Index j = 0; j <= i; ++j, ++ij) dense(i, j) = dense(j, i) = packed(ij);
  }
  return dense;
}

/// The parameters of a golden record whose keys end in `suffix`.
inline Model model_of(const Record& record, const std::string& suffix = "") {
  Model model{record.matrix("weights" + suffix), record.matrix("means" + suffix), {}};
  const ExactMatrix& columns = record.matrix("covariances" + suffix);
  const std::string& family = record.text("family");
  for (Index k = 0; k < model.component_count(); ++k) {
    const auto column = columns.col(family == "tied" ? 0 : k);
    ExactMatrix dense = ExactMatrix::Zero(model.dimension(), model.dimension());
    if (family == "full" || family == "tied") {
      dense = unpack(column, model.dimension());
    } else if (family == "diag") {
      dense.diagonal() = column;
    } else {
      dense.diagonal().setConstant(column(0));
    }
    model.covariances.push_back(dense);
  }
  return model;
}

template <class Mixture>
Mixture make_mixture(const Model& model) {
  using Scalar = typename Mixture::Scalar;
  std::vector<typename Mixture::CovarianceMatrix> covariances;
  for (const ExactMatrix& c : model.covariances) covariances.push_back(c.template cast<Scalar>());
  const eigenmix::detail::Vector<Scalar> weights = model.weights.template cast<Scalar>();
  const typename Mixture::Means means = model.means.template cast<Scalar>();
  return Mixture(weights, means, covariances);
}

/// The largest error of any parameter, relative and in units that depend on no scale: weights
/// relative to themselves, means in standard deviations, covariances relative to the deviations of
/// their two dimensions. Means here are more than a deviation from zero, so this is the stricter
/// sense of `relative` for them. NaN counts as infinite.
template <class Mixture>
double parameter_error(const Mixture& mixture, const Model& model) {
  Exact largest = 0;
  const auto include = [&](Exact error) {
    largest = std::isnan(error) ? std::numeric_limits<Exact>::infinity()
                                : std::max(largest, std::abs(error));
  };
  for (Index k = 0; k < model.component_count(); ++k) {
    const ExactMatrix& expected = model.covariances[static_cast<std::size_t>(k)];
    const ExactMatrix actual = mixture.covariance(k).template cast<Exact>();
    const ExactVector deviation = expected.diagonal().cwiseSqrt();
    include(Exact(mixture.weights()(k)) / model.weights(k) - 1);
    for (Index i = 0; i < model.dimension(); ++i) {
      include((Exact(mixture.means()(i, k)) - model.means(i, k)) / deviation(i));
      for (Index j = 0; j < model.dimension(); ++j) {
        include((actual(i, j) - expected(i, j)) / deviation(i) / deviation(j));
      }
    }
  }
  return double(largest);
}

}  // namespace eigenmix_tests

#endif  // EIGENMIX_TESTS_SUPPORT_ORACLE_MODEL_HPP
