// SPDX-License-Identifier: MIT
#ifndef EIGENMIX_SEARCH_SCOUT_POINTS_HPP
#define EIGENMIX_SEARCH_SCOUT_POINTS_HPP

#include <algorithm>
#include <cmath>
#include <limits>
#include <utility>
#include <vector>

#include <eigenmix/base/dot.hpp>
#include <eigenmix/base/fwd.hpp>
#include <eigenmix/base/symmetric_eigen.hpp>
#include <eigenmix/random.hpp>

namespace eigenmix {
inline namespace EIGENMIX_ABI {
namespace detail {

/// The samples that scouts look at: those of positive weight, in random order, so that the first
/// few of a sorted file are like all, one per row, in standard coordinates, and in double.
struct ScoutPoints {
  std::vector<Index> order;   // M, which sample each is
  Matrix<double> points;      // M x D, zero in constant columns
  Vector<double> weights;     // M, largest 1
  Vector<double> deviations;  // D, compared with the largest; zero in constant columns

  template <class View>
  ScoutPoints(const View& samples, random::Engine& engine) {
    for (Index n = 0; n < samples.count(); ++n) {
      if (samples.weight(n) > 0) order.push_back(n);
    }
    for (std::size_t n = order.size(); n > 1; --n) {
      const auto m = random::uniform_index(engine, static_cast<Index>(n));
      std::swap(order[n - 1], order[static_cast<std::size_t>(m)]);
    }
    const auto count = static_cast<Index>(order.size());
    points.resize(count, samples.dimension());
    weights.resize(count);
    deviations.resize(samples.dimension());
    for (Index m = 0; m < count; ++m) {
      const Index n = order[static_cast<std::size_t>(m)];
      weights(m) = double(samples.weight(n)) / samples.largest_weight();
      for (Index i = 0; i < samples.dimension(); ++i) points(m, i) = double(samples.value(i, n));
    }
    const auto epsilon = double(std::numeric_limits<typename View::Scalar>::epsilon());
    for (Index i = 0; i < points.cols(); ++i) standardise(i, epsilon);
    scale_deviations();
  }

  Index count() const { return points.rows(); }
  Index dimension() const { return points.cols(); }

 private:
  /// Leaves the logarithm of the deviation, so that none overflows.
  void standardise(Index i, double epsilon) {
    double* const x = points.data() + i * points.rows();
    double least = x[0], most = x[0];
    for (Index n = 0; n < count(); ++n) {
      least = std::min(least, x[n]);
      most = std::max(most, x[n]);
    }
    const double size = std::max(std::abs(least), std::abs(most));
    const double range = most / 2 - least / 2;
    if (!(range > epsilon * size)) {
      for (Index n = 0; n < count(); ++n) x[n] = 0;
      deviations(i) = -std::numeric_limits<double>::infinity();
      return;
    }
    const double middle = most / 2 + least / 2;
    double total = 0, sum = 0, square = 0;
    for (Index n = 0; n < count(); ++n) {
      x[n] = (x[n] - middle) / range;
      total += weights(n);
      sum += weights(n) * x[n];
      square += weights(n) * x[n] * x[n];
    }
    const double mean = sum / total;
    const double deviation = std::sqrt(std::max(square / total - mean * mean, 1e-20));
    for (Index n = 0; n < count(); ++n) x[n] = (x[n] - mean) / deviation;
    deviations(i) = std::log(deviation) + std::log(range);
  }

  void scale_deviations() {
    const double largest = deviations.maxCoeff();
    for (Index i = 0; i < deviations.size(); ++i) {
      deviations(i) = deviations(i) > largest - 700 ? std::exp(deviations(i) - largest) : 0;
    }
  }
};

/// Fourth moment of standard numbers: 3 for a normal distribution, less where groups of like sizes
/// make it flat.
inline double fourth_moment(const double* x, const Vector<double>& weights, Index count) {
  double total = 0, square = 0, fourth = 0;
  for (Index n = 0; n < count; ++n) {
    const double s = x[n] * x[n];
    total += weights(n);
    square += weights(n) * s;
    fourth += weights(n) * s * s;
  }
  return square > 0 ? fourth * total / (square * square) : 3;
}

/// The distance that a share of all pairs of numbers are within, of the Q_n kind (Rousseeuw & Croux
/// 1993): with a share below 1 / K² it is the width of groups, wherever the groups are.
inline double pair_distance(const double* x, Index count, double share) {
  std::vector<double> sorted(x, x + count);
  std::sort(sorted.begin(), sorted.end());
  const double wanted = share * double(count) * double(count - 1) / 2;
  double low = 0, high = sorted.back() - sorted.front();
  while (high - low > std::max(1e-3 * high, 1e-5)) {  // standard numbers, and widths within 5 %
    const double middle = (low + high) / 2;
    std::size_t first = 0, within = 0;
    for (std::size_t n = 0; n < sorted.size();) {  // without a branch that could go either way
      const bool is_far = sorted[n] - sorted[first] > middle;
      within += is_far ? 0 : n - first;
      first += is_far ? 1 : 0;
      n += is_far ? 0 : 1;
    }
    (double(within) < wanted ? low : high) = middle;
  }
  return high;
}

/// [D x D] averages of by_n x_ni x_nj over the first points.
inline Matrix<double> weighted_scatter(const Matrix<double>& x, const Vector<double>& by) {
  const Index d = x.cols(), count = by.size();
  Matrix<double> sums(d, d);
  Vector<double> column(count);
  for (Index i = 0; i < d; ++i) {
    for (Index n = 0; n < count; ++n) column(n) = by(n) * x(n, i);
    for (Index j = 0; j <= i; ++j) {
      const double sum = dot(column.data(), x.data() + j * x.rows(), count);
      sums(i, j) = sums(j, i) = sum / double(count);
    }
  }
  return sums;
}

/// [D x D] by which points become uncorrelated with variance one; empty if they do not vary in all
/// directions.
inline Matrix<double> whitening_of(Matrix<double> covariance) {
  const Index d = covariance.rows();
  Matrix<double> whitening;
  for (Index i = 0; i < d; ++i) {
    if (!(covariance(i, i) > 0)) return {};
  }
  symmetric_eigen(covariance, whitening);
  double largest = 0;
  for (Index i = 0; i < d; ++i) largest = std::max(largest, covariance(i, i));
  for (Index i = 0; i < d; ++i) {
    if (!(covariance(i, i) > 1e-10 * largest)) return {};
    for (Index j = 0; j < d; ++j) whitening(j, i) /= std::sqrt(covariance(i, i));
  }
  return whitening;
}

/// points · axes, column by column, of the first points.
inline Matrix<double> project(const Matrix<double>& points, const Matrix<double>& axes,
                              Index count) {
  Matrix<double> result = Matrix<double>::Zero(count, axes.cols());
  for (Index c = 0; c < axes.cols(); ++c) {
    for (Index i = 0; i < points.cols(); ++i) {
      const double* const x = points.data() + i * points.rows();
      double* const sum = result.data() + c * count;
      for (Index n = 0; n < count; ++n) sum[n] += x[n] * axes(i, c);
    }
  }
  return result;
}

/// Axes of invariant coordinates (Tyler, Critchley, Duembgen & Oja 2009): the scatter of fourth
/// moments against the covariance. They do not depend on any linear map of the samples.
/// \return [D x D] a column for each axis, from the flattest to the most peaked; empty if the
///         samples do not vary in all directions
inline Matrix<double> invariant_axes(const Matrix<double>& points, Index count) {
  const Index d = points.cols();
  const Matrix<double> whitening =
      whitening_of(weighted_scatter(points, Vector<double>::Ones(count)));
  if (whitening.size() == 0) return {};
  const Matrix<double> white = project(points, whitening, count);
  Vector<double> square = Vector<double>::Zero(count);
  for (Index i = 0; i < d; ++i) {
    for (Index n = 0; n < count; ++n) square(n) += white(n, i) * white(n, i);
  }
  Matrix<double> fourth = weighted_scatter(white, square), axes;
  symmetric_eigen(fourth, axes);
  std::vector<std::pair<double, Index>> order;
  for (Index i = 0; i < d; ++i) order.emplace_back(fourth(i, i), i);
  std::sort(order.begin(), order.end());
  Matrix<double> sorted(d, d);
  for (Index c = 0; c < d; ++c) {
    for (Index i = 0; i < d; ++i) sorted(i, c) = axes(i, order[static_cast<std::size_t>(c)].second);
  }
  return project(whitening, sorted, d);
}

}  // namespace detail
}  // namespace EIGENMIX_ABI
}  // namespace eigenmix

#endif  // EIGENMIX_SEARCH_SCOUT_POINTS_HPP
