// SPDX-License-Identifier: MIT
#ifndef EIGENMIX_INITIALIZATION_AGGLOMERATION_GROUPS_HPP
#define EIGENMIX_INITIALIZATION_AGGLOMERATION_GROUPS_HPP

#include <algorithm>
#include <limits>

#include <eigenmix/initialization/agglomeration/merges.hpp>

namespace eigenmix {
inline namespace EIGENMIX_ABI {
namespace detail {

/// Groups side by side: as many as one step of a loop takes, two AVX-512 registers of doubles.
inline constexpr Index agglomeration_lanes = 16;

/// The groups of an agglomeration by the criterion VVV: every group has a covariance of its own.
///
/// A group of n samples with scatter matrix W (sum of squares about its mean) in p dimensions has
/// the term
///
///     n log(|W/n| + (tr W + a)/n),    a = tr(W of all samples) / (N p),
///
/// and merging costs what the sum of the terms grows by. n log|W/n| is minus twice the logarithm of
/// the likelihood, up to a constant; the rest keeps it finite for groups of at most p samples,
/// whose determinant is zero. Fraley (1998), SIAM J. Sci. Comput. 20, 270-281; the
/// constants are mclust's alpha = beta = 1.
template <class Real>
class VvvGroups {
 public:
  /// \param z        [p x M] points
  /// \param weights  [M] the samples that each stands for
  VvvGroups(const Matrix<Real>& z, const Vector<Real>& weights)
      : count_(z.cols()),
        dimension_(z.rows()),
        table_(Table::Zero((z.cols() + lanes - 1) / lanes * lanes,
                           means + dimension_ + dimension_ * (dimension_ + 1) / 2)),
        work_(lanes, table_.cols()) {
    table_.col(sizes).setOnes();  // of the padding too: its costs are computed, though not used
    table_.col(sizes).head(count_) = weights;
    table_.col(members).setOnes();
    table_.middleCols(means, dimension_).topRows(count_) = z.transpose();
    const Vector<Real> mean = z.lazyProduct(weights) / weights.sum();
    const Real trace = (z.colwise() - mean).cwiseAbs2().colwise().sum().dot(weights);
    const Real share = trace / weights.sum() / Real(std::max<Index>(dimension_, 1));
    share_ = std::max(share, std::numeric_limits<Real>::epsilon());
    for (Index g = 0; g < count_; ++g) {
      table_(g, terms) = weights(g) * std::log(share_ / weights(g));
    }
  }

  Index count() const { return count_; }

  /// out[g] = the cost of merging group `of` and group g, g in [0, end); whole lanes are written.
  void costs(Index of, Index end, Real* out) {
    // A multiple of 2^-30: see without_last_digits; here the terms, not the cost, have its rounding
    // errors, at most 1e-11 for 2000 samples.
    constexpr Real shift = Real(3 << 21);
    constexpr Real most = std::numeric_limits<Real>::max();
    for (Index begin = 0; begin < end; begin += lanes) {
      const Lanes together = merged_terms(of, begin);
      const Lanes cost = ((together - table_(of, terms) - column(terms, begin)) + shift) - shift;
      Eigen::Map<Lanes>(out + begin) = (cost <= most).select(cost, most);  // not NaN
    }
  }

  void merge(Index first, Index second) {
    const Index begin = second / lanes * lanes, lane = second % lanes;
    const Real term = merged_terms(first, begin)(lane);
    const Real n = table_(first, sizes), m = table_(second, sizes);
    scatter_of_merged(first, begin);
    table_.row(first).tail(table_.cols() - means - dimension_) =
        work_.row(lane).tail(table_.cols() - means - dimension_);
    table_(first, traces) = trace_(lane);
    auto mean = table_.row(first).segment(means, dimension_);
    mean += (table_.row(second).segment(means, dimension_) - mean) * (m / (n + m));
    table_(first, sizes) = n + m;
    table_(first, members) += table_(second, members);
    table_(first, terms) = term;
  }

  /// Group `from` takes the place `to`.
  void move(Index from, Index to) { table_.row(to) = table_.row(from); }

 private:
  static constexpr Index lanes = agglomeration_lanes;
  /// Columns of the table; the means are followed by the scatter matrices' lower triangles.
  static constexpr Index sizes = 0, members = 1, terms = 2, traces = 3, means = 4;
  using Lanes = Eigen::Array<Real, lanes, 1>;
  using Table = Eigen::Array<Real, Eigen::Dynamic, Eigen::Dynamic>;

  auto column(Index field, Index begin) const {
    return table_.col(field).template segment<lanes>(begin);
  }

  Index scatter(Index i, Index j) const { return means + dimension_ + i * (i + 1) / 2 + j; }

  /// The terms of group `of` merged with each of the groups from `begin` on.
  Lanes merged_terms(Index of, Index begin) {
    const Lanes n = table_(of, sizes) + column(sizes, begin);
    differences(of, begin, n);
    Lanes argument = (trace_ + share_) / n;
    // Up to p points span less than p dimensions: most merges need no determinant.
    const Real points = table_(of, members) + column(members, begin).maxCoeff();
    if (points > Real(dimension_)) {
      scatter_of_merged(of, begin);
      argument += determinant(n);
    }
    return n * argument.log();
  }

  /// work_ columns of the means = weighted differences of means; trace_ = the merged groups'
  /// traces.
  void differences(Index of, Index begin, const Lanes& n) {
    const Lanes root = (table_(of, sizes) * column(sizes, begin) / n).sqrt();
    trace_ = table_(of, traces) + column(traces, begin);
    for (Index i = means; i < means + dimension_; ++i) {
      work_.col(i) = (column(i, begin) - table_(of, i)) * root;
      trace_ += work_.col(i).square();
    }
  }

  /// work_ columns of the scatter matrices = those of the merged groups; after `differences`.
  void scatter_of_merged(Index of, Index begin) {
    for (Index i = 0; i < dimension_; ++i) {
      for (Index j = 0; j <= i; ++j) {
        const Index s = scatter(i, j);
        work_.col(s) =
            table_(of, s) + column(s, begin) + work_.col(means + i) * work_.col(means + j);
      }
    }
  }

  /// |W/n| by elimination in place; pivots that rounding made negative are zero.
  Lanes determinant(const Lanes& n) {
    const Lanes inverse_n = n.inverse();
    Lanes result = Lanes::Ones();
    for (Index k = 0; k < dimension_; ++k) {
      const Lanes pivot = work_.col(scatter(k, k)).max(Real(0));
      result *= pivot * inverse_n;
      const Lanes inverse = (pivot > std::numeric_limits<Real>::min())
                                .select(pivot.max(std::numeric_limits<Real>::min()).inverse(), 0);
      for (Index i = k + 1; i < dimension_; ++i) {
        const Lanes factor = work_.col(scatter(i, k)) * inverse;
        for (Index j = k + 1; j <= i; ++j) {
          work_.col(scatter(i, j)) -= factor * work_.col(scatter(j, k));
        }
      }
    }
    return result;
  }

  Index count_, dimension_;
  Table table_;  // a row for each group, so that a column of one field is contiguous
  Eigen::Array<Real, lanes, Eigen::Dynamic> work_;
  Lanes trace_;
  Real share_ = 0;  // a above
};

/// The groups of an agglomeration by the criterion EII, Ward's (1963): the sum of squares about the
/// groups' means, which the likelihood of one common spherical covariance depends on.
template <class Real>
class EiiGroups {
 public:
  EiiGroups(const Matrix<Real>& z, const Vector<Real>& weights)
      : sizes_(weights), means_(z.transpose()) {}

  Index count() const { return sizes_.size(); }

  void costs(Index of, Index end, Real* out) const {
    Eigen::Map<Values> cost(out, end);
    cost.setZero();
    for (Index i = 0; i < means_.cols(); ++i) {
      cost += (means_.col(i).head(end) - means_(of, i)).square();
    }
    cost *= sizes_(of) * sizes_.head(end) / (sizes_(of) + sizes_.head(end));
    cost = without_last_digits(cost);
  }

  void merge(Index first, Index second) {
    const Real n = sizes_(first), m = sizes_(second);
    means_.row(first) += (means_.row(second) - means_.row(first)) * (m / (n + m));
    sizes_(first) = n + m;
  }

  void move(Index from, Index to) {
    means_.row(to) = means_.row(from);
    sizes_(to) = sizes_(from);
  }

 private:
  using Values = Eigen::Array<Real, Eigen::Dynamic, 1>;

  Values sizes_;
  Eigen::Array<Real, Eigen::Dynamic, Eigen::Dynamic> means_;  // a row for each group
};

}  // namespace detail
}  // namespace EIGENMIX_ABI
}  // namespace eigenmix

#endif  // EIGENMIX_INITIALIZATION_AGGLOMERATION_GROUPS_HPP
