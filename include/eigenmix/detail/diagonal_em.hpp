// SPDX-License-Identifier: MIT
#ifndef EIGENMIX_DETAIL_DIAGONAL_EM_HPP
#define EIGENMIX_DETAIL_DIAGONAL_EM_HPP

#include <algorithm>
#include <cmath>
#include <limits>
#include <vector>

#include <eigenmix/config.hpp>
#include <eigenmix/fwd.hpp>

namespace eigenmix {
inline namespace EIGENMIX_ABI {
namespace detail {

/// A few iterations of EM with variances of each component's own and no correlations, on a few
/// thousand standard points, to mend a partition before dense covariances are fitted to it.
///
/// With few samples for many dimensions each component of a dense family soon claims for certain
/// the samples it was begun with: of 200 samples of four groups in 20 dimensions one wrong label is
/// never mended. Variances alone have few enough parameters to see it. In double and compiled once.
class DiagonalEm {
 public:
  /// \param points  [M x D] standard, one point per row \param labels  [M] in [0, K)
  DiagonalEm(const Matrix<double>& points, const Vector<double>& weights,
             const std::vector<int>& labels, Index components)
      : points_(points),
        weights_(weights),
        shares_(Matrix<double>::Zero(points.rows(), components)) {
    for (Index n = 0; n < points.rows(); ++n) shares_(n, labels[static_cast<std::size_t>(n)]) = 1;
  }

  /// \return  [M] the most responsible component of each point
  std::vector<int> run(int iterations) {
    for (int i = 0; i < iterations; ++i) {
      maximize();
      expect();
    }
    std::vector<int> labels(static_cast<std::size_t>(points_.rows()), 0);
    for (Index n = 0; n < points_.rows(); ++n) {
      int& label = labels[static_cast<std::size_t>(n)];
      for (Index k = 1; k < shares_.cols(); ++k) {
        if (shares_(n, k) > shares_(n, label)) label = static_cast<int>(k);
      }
    }
    return labels;
  }

 private:
  void maximize() {
    const Index d = points_.cols(), count = points_.rows(), components = shares_.cols();
    means_.setZero(d, components);
    precisions_.setZero(d, components);
    constants_.resize(components);
    const double total = weights_.sum();
    for (Index k = 0; k < components; ++k) {
      double* const share = shares_.data() + k * count;
      double sum = 0;
      for (Index n = 0; n < count; ++n) sum += share[n] *= weights_(n);
      sum = std::max(sum, 1e-9 * total);
      constants_(k) = std::log(sum / total);
      for (Index i = 0; i < d; ++i) {
        const double* const x = points_.data() + i * count;
        double first = 0, second = 0;
        for (Index n = 0; n < count; ++n) {
          first += share[n] * x[n];
          second += share[n] * x[n] * x[n];
        }
        const double mean = first / sum;
        // Two samples' worth of a fiftieth of the deviation of all: enough never to collapse.
        const double variance =
            (std::max(second - first * mean, 0.0) + 2 * least_variance) / (sum + 2);
        means_(i, k) = mean;
        precisions_(i, k) = 0.5 / std::max(variance, 1e-12);
        constants_(k) += 0.5 * std::log(precisions_(i, k));
      }
    }
  }

  void expect() {
    const Index count = points_.rows();
    Vector<double> most = Vector<double>::Constant(count, -std::numeric_limits<double>::max());
    for (Index k = 0; k < shares_.cols(); ++k) {
      double* const density = shares_.data() + k * count;
      for (Index n = 0; n < count; ++n) density[n] = constants_(k);
      for (Index i = 0; i < points_.cols(); ++i) {
        subtract_squares(points_.data() + i * count, means_(i, k), precisions_(i, k), count,
                         density);
      }
      for (Index n = 0; n < count; ++n) most(n) = std::max(most(n), density[n]);
    }
    Vector<double> sum = Vector<double>::Zero(count);
    for (Index k = 0; k < shares_.cols(); ++k) {
      double* const density = shares_.data() + k * count;
      for (Index n = 0; n < count; ++n) {
        const double below = density[n] - most(n);
        density[n] = below > -40 ? std::exp(below) : 0;
        sum(n) += density[n];
      }
    }
    for (Index k = 0; k < shares_.cols(); ++k) {
      for (Index n = 0; n < count; ++n) shares_(n, k) /= sum(n);
    }
  }

  static void subtract_squares(const double* x, double mean, double precision, Index count,
                               double* density) {
    for (Index n = 0; n < count; ++n) density[n] -= precision * (x[n] - mean) * (x[n] - mean);
  }

  static constexpr double least_variance = 4e-4;

  const Matrix<double>& points_;
  const Vector<double>& weights_;
  Matrix<double> shares_;  // M x K, responsibilities
  Matrix<double> means_, precisions_;
  Vector<double> constants_;
};

}  // namespace detail
}  // namespace EIGENMIX_ABI
}  // namespace eigenmix

#endif  // EIGENMIX_DETAIL_DIAGONAL_EM_HPP
