// SPDX-License-Identifier: MIT
#ifndef EIGENMIX_TESTS_LAWS_REST_HPP
#define EIGENMIX_TESTS_LAWS_REST_HPP

#include <Eigen/LU>

#include <support/catch.hpp>
#include <support/data.hpp>

// Fits of awkward random data end, where they end is a place to stay, and what they report is true.

namespace eigenmix_tests {

struct Awkward {
  Eigen::MatrixXd x;
  const char* kind;
};

/// One of a dozen kinds of awkwardness on top of a few groups.
inline Awkward awkward_data(std::uint64_t seed) {
  eigenmix::random::Engine engine(seed);
  eigenmix::random::Normal normal;
  const auto below = [&](Index n) { return eigenmix::random::uniform_index(engine, n); };
  const Index d = 1 + below(5), n = 2 + below(below(3) == 0 ? 200 : 40), groups = 1 + below(4);
  const double spread = below(2) == 0 ? 1 : 8;
  Eigen::MatrixXd means(d, groups), x(d, n);
  for (double& value : means.reshaped()) value = spread * normal(engine);
  for (Index j = 0; j < n; ++j) {
    const Index group = below(groups);
    for (Index i = 0; i < d; ++i) x(i, j) = means(i, group) + normal(engine);
  }
  const Index row = below(d), other = (row + 1) % d;
  switch (below(12)) {
    case 0: return {x.array().round(), "whole numbers"};
    case 1: return {(10 * x).array().round() / 10, "tenths"};
    case 2: x.row(row).setConstant(below(2) == 0 ? 0 : 10 * normal(engine)); return {x, "constant"};
    case 3:
      if (d > 1) x.row(row) = 2 * x.row(other);
      return {x, "collinear"};
    case 4:
      for (Index j = 0; j < n; ++j) {
        if (below(3) == 0) x.col(j) = x.col(below(n)).eval();
      }
      return {x, "duplicates"};
    case 5: return {(x.array() > 0).cast<double>(), "zeros and ones"};
    case 6: return {x * std::pow(10.0, double(below(24)) - 12), "scaled"};
    case 7:
      if (d > 1) x.row(row) = x.row(other) + 1e-5 * x.row(row);
      return {x, "correlated"};
    case 8: return {x.array() + std::pow(10.0, double(below(8))), "offset"};
    case 9:
      for (Index j = 0; j < n; ++j) {
        if (below(3) == 0) x(below(d), j) = 0;
      }
      return {x, "zeros"};
    case 10:
      for (Index i = 0; i < d; ++i) x.row(i) *= std::pow(10.0, double(below(6)) - 3);
      return {x, "units"};
    default: return {x, "plain"};
  }
}

/// What rounding a covariance to the scalar makes of a sample's log density, in nats: epsilon of its
/// entries times what its inverse has of them.
template <class Mixture>
double rounding_of_sample(const Mixture& mixture) {
  using Square = Matrix<long double>;
  constexpr double eps = double(std::numeric_limits<typename Mixture::Scalar>::epsilon());
  double largest = 0;
  for (Index k = 0; k < mixture.component_count(); ++k) {
    const Square covariance = mixture.covariance(k).template cast<long double>();
    const Square inverse = covariance.inverse();
    const auto products = inverse.diagonal().array() * covariance.diagonal().array();
    largest = std::max(largest, double(products.abs().sum()));
  }
  return eps * std::min(largest, 1 / eps);
}

/// \return whether the fit ended as converged and a fit from there went on to another place: from a
/// saddle, where gains fall below what the stop asks for or the sums can resolve, and rise again
template <class Mixture>
bool check_rest(std::uint64_t seed) {
  using Scalar = typename Mixture::Scalar;
  constexpr double eps = double(std::numeric_limits<Scalar>::epsilon());
  const Awkward data = awkward_data(seed);
  const Matrix<Scalar> x = data.x.template cast<Scalar>();
  const Index components = std::min<Index>(1 + Index(seed % 4), x.cols());
  CAPTURE(Mixture::Covariance::name, sizeof(Scalar), seed, data.kind, x.rows(), x.cols(),
          components);
  eigenmix::initialization::KMeansPlusPlus start;
  start.seed = seed;
  Mixture mixture = eigenmix::initialize<Mixture>(x, components, start);
  const eigenmix::FitResult result = mixture.fit(x);
  const bool is_fine = is_sound(mixture);
  CHECK(is_fine);
  CHECK(result.status != eigenmix::FitStatus::likelihood_decreased);
  // A fit may need more than the cap on a ridge, but not for gains that are rounding.
  const double size = std::abs(result.log_likelihood) + 30 * double(x.size());
  const double rounding = 400 * eps * size + double(x.cols()) * rounding_of_sample(mixture);
  if (result.status == eigenmix::FitStatus::iteration_limit) {
    const double gain =
        result.log_likelihoods.back() - result.log_likelihoods[result.log_likelihoods.size() - 3];
    CHECK(gain > eps * size);
  }
  CHECK(std::abs(double(mixture.log_likelihood(x)) - result.log_likelihood) <= rounding);
  const eigenmix::FitResult again = mixture.fit(x);
  CHECK(again.log_likelihood >= result.log_likelihood - rounding);
  return result.converged() && again.log_likelihood > result.log_likelihood + rounding + 0.05;
}

/// Fits from 2 (end - begin) data sets, half of them float.
/// \return how many of them left a saddle when they went on
template <class Family>
int check_rest_of(std::uint64_t begin, std::uint64_t end) {
  int left_saddles = 0;
  for (std::uint64_t seed = begin; seed < end; ++seed) {
    using eigenmix::GaussianMixture;
    left_saddles += check_rest<GaussianMixture<double, Eigen::Dynamic, Family>>(seed) ? 1 : 0;
    left_saddles += check_rest<GaussianMixture<float, Eigen::Dynamic, Family>>(seed) ? 1 : 0;
  }
  return left_saddles;
}

}  // namespace eigenmix_tests

#endif  // EIGENMIX_TESTS_LAWS_REST_HPP
