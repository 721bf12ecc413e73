// SPDX-License-Identifier: MIT
#ifndef EIGENMIX_INFERENCE_UNCERTAINTY_NUMBERS_HPP
#define EIGENMIX_INFERENCE_UNCERTAINTY_NUMBERS_HPP

#include <sstream>
#include <string>
#include <vector>

#include <eigenmix/base/cholesky.hpp>
#include <eigenmix/base/errors.hpp>
#include <eigenmix/noise.hpp>

namespace eigenmix {
inline namespace EIGENMIX_ABI {

/// A number for each parameter of a mixture: an error, a bias, an end of an interval.
/// \tparam Real  double for mixtures of float
template <class Real, int Dim>
struct ParameterNumbers {
  using Means = detail::Matrix<Real, Dim>;
  using CovarianceMatrix = detail::Matrix<Real, Dim, Dim>;

  detail::Vector<Real> weights;               ///< [K]
  Means means;                                ///< [Dim x K]
  std::vector<CovarianceMatrix> covariances;  ///< K symmetric matrices [Dim x Dim], entry by entry
};

namespace detail {

template <class Real, int Dim>
ParameterNumbers<Real, Dim> parameter_numbers(Index dimension, Index components, Real value) {
  using Result = ParameterNumbers<Real, Dim>;
  typename Result::CovarianceMatrix covariance(dimension, dimension);
  fill(covariance, value);
  Result result{Vector<Real>(components), typename Result::Means(dimension, components),
                std::vector<typename Result::CovarianceMatrix>(static_cast<std::size_t>(components),
                                                               covariance)};
  fill(result.weights, value);
  fill(result.means, value);
  return result;
}

/// Calls visit(number) for the weights, the means, and the covariances' lower triangles, row by
/// row, in this order.
template <class Numbers, class Visit>
void for_each_number(Numbers& numbers, Visit&& visit) {
  for (Index k = 0; k < numbers.weights.size(); ++k) visit(numbers.weights(k));
  for (Index ik = 0; ik < numbers.means.size(); ++ik) visit(numbers.means.data()[ik]);
  for (auto& covariance : numbers.covariances) {
    for (Index i = 0; i < covariance.rows(); ++i) {
      for (Index j = 0; j <= i; ++j) {
        visit(covariance(i, j));
        covariance(j, i) = covariance(i, j);
      }
    }
  }
}

/// What errors say nothing of.
template <class Parameters>
void check_has_errors(const char* where, const Parameters& parameters) {
  refuse_noise(where, double(parameters.noise_weight), "none: set its weight to zero");
  for (Index i = 0; i < parameters.dimension(); ++i) {
    if (parameters.is_apart(i)) {
      reject(where, "dimension " + text(i), "one in which the samples of the fit told nothing",
             "samples without columns that are constant or copies");
    }
  }
}

/// A number of four digits, for one line.
template <class Real>
std::string short_text(Real number) {
  std::ostringstream stream;
  stream.precision(4);
  stream << number;
  return stream.str();
}

}  // namespace detail
}  // namespace EIGENMIX_ABI
}  // namespace eigenmix

#endif  // EIGENMIX_INFERENCE_UNCERTAINTY_NUMBERS_HPP
