// SPDX-License-Identifier: MIT
#ifndef EIGENMIX_PARAMETERS_DRAW_HPP
#define EIGENMIX_PARAMETERS_DRAW_HPP

#include <vector>

#include <eigenmix/layout/dense.hpp>
#include <eigenmix/parameters/parameters.hpp>
#include <eigenmix/random.hpp>

namespace eigenmix {
inline namespace EIGENMIX_ABI {
/// Samples drawn from a mixture, and where each came from.
template <class Scalar, int Dim>
struct Sample {
  detail::Matrix<Scalar, Dim> samples;             ///< [Dim x N]
  Eigen::Matrix<Index, 1, Eigen::Dynamic> labels;  ///< [1 x N] component of each, as classify has
};

namespace detail {

/// A component drawn with its weight as probability.
template <class Weights, class Generator>
Index draw_component(const Weights& weights, Generator& generator) {
  double left = random::uniform(generator) * double(weights.sum());
  Index last_possible = 0;
  for (Index k = 0; k < weights.size(); ++k) {
    if (!(weights(k) > 0)) continue;
    last_possible = k;
    left -= double(weights(k));
    if (left < 0) break;
  }
  return last_possible;
}

/// x_n = mean + L z, L L^T = covariance, of a component drawn for each n.
template <class Parameters, class Generator, class Points, class Labels>
void draw_samples(const Parameters& parameters, Generator& generator, Points& points,
                  Labels& labels) {
  using Real = typename Parameters::Real;
  constexpr int Dim = Parameters::Dim;
  const Index d = parameters.dimension();
  using Layout = typename Parameters::Layout;
  std::vector<typename Layout::template Root<Real, Dim>> roots;
  for (Index g = 0; g < parameters.group_count(); ++g) roots.emplace_back(parameters.group(g), d);
  random::Normal normal;
  Vector<Real> z(d);
  for (Index n = 0; n < points.cols(); ++n) {
    const Index k = draw_component(parameters.weights, generator);
    for (Index i = 0; i < d; ++i) z(i) = Real(normal(generator));
    const auto& root = roots[static_cast<std::size_t>(Layout::group_of(k))];
    for (Index i = 0; i < d; ++i) {
      const Real offset =
          parameters.is_apart(i) ? std::sqrt(Real(parameters.apart(i))) * z(i) : root.times(z, i);
      points(i, n) = typename Parameters::Scalar(Real(parameters.means(i, k)) + offset);
    }
    labels(n) = k;
  }
}

}  // namespace detail
}  // namespace EIGENMIX_ABI
}  // namespace eigenmix

#endif  // EIGENMIX_PARAMETERS_DRAW_HPP
