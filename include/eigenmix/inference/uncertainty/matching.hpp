// SPDX-License-Identifier: MIT
#ifndef EIGENMIX_INFERENCE_UNCERTAINTY_MATCHING_HPP
#define EIGENMIX_INFERENCE_UNCERTAINTY_MATCHING_HPP

#include <algorithm>
#include <cmath>
#include <limits>
#include <vector>

#include <eigenmix/base/cholesky.hpp>
#include <eigenmix/base/errors.hpp>
#include <eigenmix/gaussian_mixture.hpp>

namespace eigenmix {
inline namespace EIGENMIX_ABI {
namespace detail {

/// The rows of a square matrix of finite costs given to columns, so that their sum is least: the
/// Hungarian method by shortest augmenting paths (Jonker & Volgenant 1987), O(K³).
class Assignment {
 public:
  explicit Assignment(const Matrix<double>& costs)
      : costs_(costs), count_(costs.rows()), row_of_(std::size_t(count_) + 1, 0) {
    set_zero(of_rows_, count_ + 1);
    set_zero(of_columns_, count_ + 1);
    for (Index row = 1; row <= count_; ++row) assign(row);
  }

  /// [K] the row of every column.
  std::vector<Index> rows() const {
    std::vector<Index> result;
    for (Index column = 1; column <= count_; ++column) {
      result.push_back(row_of_[std::size_t(column)] - 1);
    }
    return result;
  }

 private:
  static constexpr double infinity = std::numeric_limits<double>::infinity();

  /// Rows and columns count from one; column zero is where a path begins.
  void assign(Index row) {
    const auto size = std::size_t(count_) + 1;
    std::vector<double> least(size, infinity);
    std::vector<Index> before(size, 0);
    std::vector<char> is_reached(size, 0);
    row_of_[0] = row;
    Index column = 0;
    do {
      is_reached[std::size_t(column)] = 1;
      column = reach(column, least, before, is_reached);
    } while (row_of_[std::size_t(column)] != 0);
    for (; column != 0; column = before[std::size_t(column)]) {
      row_of_[std::size_t(column)] = row_of_[std::size_t(before[std::size_t(column)])];
    }
  }

  /// Goes on from a column. \return the next that is reached, the cheapest
  Index reach(Index from, std::vector<double>& least, std::vector<Index>& before,
              const std::vector<char>& is_reached) {
    const Index row = row_of_[std::size_t(from)];
    Index next = 0;
    double step = infinity;
    for (Index j = 1; j <= count_; ++j) {
      const auto at = std::size_t(j);
      if (is_reached[at] != 0) continue;
      const double cost = costs_(row - 1, j - 1) - of_rows_(row) - of_columns_(j);
      if (cost < least[at]) {
        least[at] = cost;
        before[at] = from;
      }
      if (least[at] < step) {
        step = least[at];
        next = j;
      }
    }
    for (Index j = 0; j <= count_; ++j) {
      const auto at = std::size_t(j);
      if (is_reached[at] != 0) {
        of_rows_(row_of_[at]) += step;
        of_columns_(j) -= step;
      } else {
        least[at] -= step;
      }
    }
    return next;
  }

  const Matrix<double>& costs_;
  Index count_;
  std::vector<Index> row_of_;            // of each column, or 0
  Vector<double> of_rows_, of_columns_;  // dual variables
};

/// Half the log-determinant of a symmetric matrix, which its factor replaces.
/// \return infinity unless positive definite
inline double factorise_for_matching(Matrix<double>& matrix) {
  if (!cholesky_in_place(matrix)) return std::numeric_limits<double>::infinity();
  double sum = 0;
  for (Index i = 0; i < matrix.rows(); ++i) sum += std::log(matrix(i, i));
  return sum;
}

/// Components of two mixtures in the deviations of all of the second's, in double.
template <class Mixture>
class MatchingCosts {
 public:
  explicit MatchingCosts(const Mixture& reference) : reference_(reference) {
    units_.resize(reference.dimension());
    for (Index i = 0; i < units_.size(); ++i) {
      double largest = 0;
      for (Index k = 0; k < reference.component_count(); ++k) {
        largest = std::max(largest, double(reference.covariance(k)(i, i)));
      }
      units_(i) = std::sqrt(largest);
    }
    for (Index k = 0; k < reference.component_count(); ++k) {
      covariances_.push_back(scaled(reference, k));
      Matrix<double> factor = covariances_.back();
      half_determinants_.push_back(factorise_for_matching(factor));
    }
  }

  /// [K x K] of component i of the mixture to j of the reference: the Bhattacharyya distance
  /// Δ^T S^-1 Δ / 8 + log(|S| / (|A| |B|)^(1/2)) / 2, S the mean of the covariances A and B.
  Matrix<double> of(const Mixture& mixture) const {
    constexpr double most = 1e6;  // 2800 deviations: beside it differences of others remain
    const Index components = mixture.component_count();
    Matrix<double> costs(components, components);
    for (Index i = 0; i < components; ++i) {
      const Matrix<double> own = scaled(mixture, i);
      Matrix<double> factor = own;
      const double half_determinant = factorise_for_matching(factor);
      for (Index j = 0; j < components; ++j) {
        const auto at = static_cast<std::size_t>(j);
        Matrix<double> mean = (own + covariances_[at]) / 2;
        const double of_mean = factorise_for_matching(mean);
        const double cost = squared_distance(mixture, i, j, mean) / 8 + of_mean -
                            (half_determinant + half_determinants_[at]) / 2;
        costs(i, j) = cost < most ? cost : most;
      }
    }
    return costs;
  }

 private:
  Matrix<double> scaled(const Mixture& mixture, Index k) const {
    Matrix<double> result = mixture.covariance(k).template cast<double>();
    for (Index j = 0; j < units_.size(); ++j) {
      for (Index i = 0; i < units_.size(); ++i) result(i, j) /= units_(i) * units_(j);
    }
    return result;
  }

  double squared_distance(const Mixture& mixture, Index i, Index j,
                          const Matrix<double>& factor) const {
    double sum = 0;
    Vector<double> offset(units_.size());
    for (Index r = 0; r < units_.size(); ++r) {
      offset(r) = (double(mixture.means()(r, i)) - double(reference_.means()(r, j))) / units_(r);
      for (Index c = 0; c < r; ++c) offset(r) -= factor(r, c) * offset(c);
      offset(r) /= factor(r, r);
      sum += offset(r) * offset(r);
    }
    return sum;
  }

  const Mixture& reference_;
  Vector<double> units_;
  std::vector<Matrix<double>> covariances_;
  std::vector<double> half_determinants_;
};

}  // namespace detail

/// Which component of a mixture is which of another of the same kind, whatever their numbers: those
/// pairs of which the sum of Bhattacharyya distances is least (Jonker & Volgenant 1987).
///
///     const auto which = match_components(mixture, reference);
///     // component which[k] of the mixture is component k of the reference
///
/// \return [K] a permutation of 0, ..., K - 1
/// \throws std::invalid_argument  if they differ in dimension or number of components
/// \complexity  O(K² Dim³ + K³)
template <class Mixture>
std::vector<Index> match_components(const Mixture& mixture, const Mixture& reference) {
  detail::check_shape("match_components", "means of the mixture",
                      {mixture.dimension(), mixture.component_count()},
                      {reference.dimension(), reference.component_count()});
  const detail::Matrix<double> costs = detail::MatchingCosts<Mixture>(reference).of(mixture);
  return detail::Assignment(costs).rows();
}

}  // namespace EIGENMIX_ABI
}  // namespace eigenmix

#endif  // EIGENMIX_INFERENCE_UNCERTAINTY_MATCHING_HPP
