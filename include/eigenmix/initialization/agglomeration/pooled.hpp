// SPDX-License-Identifier: MIT
#ifndef EIGENMIX_INITIALIZATION_AGGLOMERATION_POOLED_HPP
#define EIGENMIX_INITIALIZATION_AGGLOMERATION_POOLED_HPP

#include <algorithm>
#include <cmath>
#include <limits>
#include <vector>

#include <eigenmix/base/cholesky.hpp>
#include <eigenmix/initialization/agglomeration/merges.hpp>

namespace eigenmix {
inline namespace EIGENMIX_ABI {
namespace detail {

/// The greedy agglomeration by the criterion EEE: one covariance common to all groups, hence the
/// determinant of their pooled scatter matrix W.
///
/// What is minimised is |W/N| + tr(W)/N as long as |W/N| is less than tr(W of all)/(N p), since W
/// is singular at first and then says little, and |W/N| from there on. Fraley (1998), SIAM J. Sci.
/// Comput. 20, 270-281; where the second begins is as in mclust but for one merge.
///
/// Merging groups of n and m samples adds c v v^T to W, v the difference of their means and
/// c = nm/(n + m), and costs c v^T (adj(W/N) + I) v, or without I: squared distances in a metric
/// that every merge changes for all pairs. But the adjugate of W only grows with W, and so does
/// every cost: what was found earlier is a lower bound now, and a group's cheapest partner is
/// searched anew only when its bound is the least.
template <class Real>
class PooledGroups {
 public:
  PooledGroups(const Matrix<Real>& z, const Vector<Real>& weights)
      : count_(z.cols()),
        dimension_(z.rows()),
        total_(weights.sum()),
        sizes_(weights),
        means_(z.transpose()),
        scatter_(Matrix<Real>::Zero(dimension_, dimension_)),
        costs_(count_),
        bound_(static_cast<std::size_t>(count_), unknown),
        partner_(static_cast<std::size_t>(count_), 0),
        searched_(static_cast<std::size_t>(count_), -1) {
    const Vector<Real> mean = z.lazyProduct(weights) / total_;
    const Real trace = (z.colwise() - mean).cwiseAbs2().colwise().sum().dot(weights);
    log_enough_ = std::log(trace / total_ / Real(std::max<Index>(dimension_, 1)));
  }

  /// All merges in their order, down to one group.
  std::vector<Merge> merges() {
    std::vector<Merge> result;
    measure();
    while (count_ > 1) {
      const Index second = cheapest();
      const Index first = partner_[static_cast<std::size_t>(second)];
      merge(first, second);
      result.push_back({static_cast<int>(first), static_cast<int>(second)});
    }
    return result;
  }

 private:
  using Values = Eigen::Array<Real, Eigen::Dynamic, 1>;
  static constexpr Real unknown = -std::numeric_limits<Real>::max();

  /// The later of the two groups to merge.
  Index cheapest() {
    for (;;) {
      const Index g = last_smallest(bound_.data(), 1, count_).index;
      Index& searched = searched_[static_cast<std::size_t>(g)];
      if (searched == count_) return g;
      find_costs(g, g);
      const auto found = last_smallest(costs_.data(), 0, g);
      bound_[static_cast<std::size_t>(g)] = found.value;
      partner_[static_cast<std::size_t>(g)] = found.index;
      searched = count_;  // the count tells which metric it was
    }
  }

  /// costs_(i) of merging g and i, i in [0, end)
  void find_costs(Index g, Index end) {
    auto cost = costs_.head(end);
    cost.setZero();
    for (Index i = 0; i < images_.cols(); ++i) {
      cost += (images_.col(i).head(end) - images_(g, i)).square();
    }
    cost *= sizes_(g) * sizes_.head(end) / (sizes_(g) + sizes_.head(end));
    cost = without_last_digits(cost);
  }

  void merge(Index first, Index second) {
    const Real n = sizes_(first), m = sizes_(second);
    const Vector<Real> difference = (means_.row(second) - means_.row(first)).matrix();
    scatter_ += (n * m / (n + m)) * difference.lazyProduct(difference.transpose());
    means_.row(first) += difference.transpose().array() * (m / (n + m));
    sizes_(first) = n + m;
    --count_;
    means_.row(second) = means_.row(count_);
    sizes_(second) = sizes_(count_);
    measure();
    replaced(first);
    if (second < count_) replaced(second);
  }

  /// Another group is at this place: bounds of and with it.
  void replaced(Index place) {
    bound_[static_cast<std::size_t>(place)] = unknown;
    find_costs(place, count_);
    for (Index g = place + 1; g < count_; ++g) {
      Real& bound = bound_[static_cast<std::size_t>(g)];
      bound = std::min(bound, costs_(g));
    }
  }

  /// The metric: images_ such that costs are squared distances between them.
  void measure() {
    Matrix<Real> factor;
    const bool is_regular = factorise(0, factor);
    // The adjugate of a singular W is that of one a hair wider, to as much: in the product of
    // determinant and inverse the small pivots, all rounding error, cancel.
    constexpr Real hair = Real(1e-11);
    if (!is_regular && !factorise(hair * scatter_.trace() / total_, factor)) {
      images_ = means_;  // W is zero
      return;
    }
    const Real log_determinant = 2 * factor.diagonal().array().log().sum();
    if (is_enough_ || (is_regular && log_determinant >= log_enough_)) {
      if (!is_enough_) forget_bounds(log_determinant);
      images_.resize(means_.rows(), dimension_);
      transform(factor, std::exp((log_determinant - log_unit_) / 2));
    } else {
      images_.resize(means_.rows(), 2 * dimension_);
      images_.rightCols(dimension_) = means_;
      transform(factor, std::exp(log_determinant / 2));
    }
  }

  /// Costs are from now on of the determinant alone, in units of the present one.
  void forget_bounds(Real log_determinant) {
    is_enough_ = true;
    log_unit_ = log_determinant;
    std::fill(bound_.begin(), bound_.end(), unknown);
  }

  /// \return whether the Cholesky factor is one of a regular matrix
  /// The Cholesky factor of W/N with something added to the diagonal.
  /// \return whether that is regular
  bool factorise(Real added, Matrix<Real>& factor) const {
    factor = scatter_ / total_;
    factor.diagonal().array() += added;
    const Real trace = factor.trace();
    if (!(trace > 0) || !cholesky_in_place<Real, Eigen::Dynamic>(factor)) return false;
    const Real least = factor.diagonal().minCoeff();
    return least * least > Real(dimension_) * std::numeric_limits<Real>::epsilon() * trace;
  }

  /// The first columns of images_ = scale L⁻¹ mean
  void transform(const Matrix<Real>& lower, Real scale) {
    Matrix<Real> inverse;
    invert<Real, Eigen::Dynamic>(lower, inverse);
    for (Index i = 0; i < dimension_; ++i) {
      auto image = images_.col(i).head(count_);
      image = means_.col(0).head(count_) * (scale * inverse(i, 0));
      for (Index j = 1; j <= i; ++j) {
        image += means_.col(j).head(count_) * (scale * inverse(i, j));
      }
    }
  }

  Index count_, dimension_;
  Real total_;
  Values sizes_;
  Eigen::Array<Real, Eigen::Dynamic, Eigen::Dynamic> means_, images_;  // a row for each group
  Matrix<Real> scatter_;
  Values costs_;
  std::vector<Real> bound_;      // below the cost of a group with any before it
  std::vector<Index> partner_;   // the cheapest, when it was last searched
  std::vector<Index> searched_;  // the number of groups then
  Real log_enough_ = 0, log_unit_ = 0;
  bool is_enough_ = false;
};

}  // namespace detail
}  // namespace EIGENMIX_ABI
}  // namespace eigenmix

#endif  // EIGENMIX_INITIALIZATION_AGGLOMERATION_POOLED_HPP
