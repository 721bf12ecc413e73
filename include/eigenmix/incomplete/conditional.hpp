// SPDX-License-Identifier: MIT
#ifndef EIGENMIX_INCOMPLETE_CONDITIONAL_HPP
#define EIGENMIX_INCOMPLETE_CONDITIONAL_HPP

// What the entries of a sample that are seen say of those that are missing, under each component:
// x_m given x_o is normal with mean mean_m + B (x_o - mean_o) and covariance C, where
// B = S_mo S_oo^-1, C = S_mm - B S_om. Its expectations are linear in the moments of x_o, so those
// of all samples of a pattern are made of the moments of what they have, once for the pattern and
// not once a sample (Little & Rubin 2019, section 11.2; Ghahramani & Jordan 1994).

#include <cmath>
#include <type_traits>
#include <vector>

#include <eigenmix/incomplete/split_factor.hpp>
#include <eigenmix/parameters/parameters.hpp>

namespace eigenmix {
inline namespace EIGENMIX_ABI {
namespace detail {

/// Moments of the entries that the samples of one pattern have.
template <class Parameters>
using PartMoments =
    eigenmix::Moments<typename Parameters::Scalar, Eigen::Dynamic, typename Parameters::Layout>;

/// Dense covariances, S with what is observed in front: its Cholesky factor [L 0; W T] has
/// S_oo = L L^T, B = W L^-1 and C = T T^T, a product that no rounding makes indefinite.
template <class Parameters>
class DenseConditionals {
 public:
  using Scalar = typename Parameters::Scalar;
  using Real = typename Parameters::Real;
  using Layout = typename Parameters::Layout;
  using Moments = typename Parameters::Moments;

  /// Cost (Dim³ / 6 + Dim² missing) a group.
  void assign(const Parameters& parameters, const Columns& columns, const SplitDimensions& split) {
    split_ = &split;
    groups_.resize(static_cast<std::size_t>(parameters.group_count()));
    for (Index g = 0; g < parameters.group_count(); ++g) {
      Group& group = groups_[static_cast<std::size_t>(g)];
      factorise_split(parameters.group(g), split, group.factor);
      solve(group);
      set_spread(columns, group);
    }
  }

  /// What component k makes of missing dimension m = 0, 1, ... and a sample that has seen(j) in
  /// observed dimension j = 0, 1, ...
  template <class Seen>
  Real mean(const Parameters& parameters, Index k, Index m, Seen&& seen) const {
    const Group& group = groups_[static_cast<std::size_t>(Layout::group_of(k))];
    Real sum = Real(parameters.means(missing(m), k));
    for (Index j = 0; j < split_->observed_count(); ++j) {
      sum += group.slopes(j, m) * (Real(seen(j)) - Real(parameters.means(observed(j), k)));
    }
    return sum;
  }

  /// Entry (m, l) of T, l <= m.
  Real root(const Parameters&, Index k, Index m, Index l) const {
    const Index o = split_->observed_count();
    return groups_[static_cast<std::size_t>(Layout::group_of(k))].factor(o + m, o + l);
  }

  /// Adds the moments of all dimensions that those of the observed ones lead to.
  /// \param part  about the same origins
  void extend(const Parameters& parameters, const PartMoments<Parameters>& part, Moments& sum) {
    const Index groups = parameters.group_count();
    for (Index g = 0; g < groups; ++g) {
      const Index first = Layout::is_shared ? 0 : g;
      const Index end = Layout::is_shared ? parameters.component_count() : g + 1;
      begin_group(part, g);
      for (Index k = first; k < end; ++k) add_component(parameters, part, k, sum);
      add_second(part, g, sum);
    }
  }

 private:
  struct Group {
    Matrix<Real> factor;  // of S in the order of the split
    Matrix<Real> slopes;  // B^T, observed x missing
    Matrix<Real> spread;  // C
  };

  Index observed(Index j) const { return split_->observed[static_cast<std::size_t>(j)]; }
  Index missing(Index m) const { return split_->missing[static_cast<std::size_t>(m)]; }

  /// B^T = L^-T W^T by back substitution, a missing dimension at a time.
  void solve(Group& group) const {
    const Index o = split_->observed_count(), missing = split_->missing_count();
    const Matrix<Real>& factor = group.factor;
    group.slopes.resize(o, missing);
    for (Index m = 0; m < missing; ++m) {
      for (Index j = o - 1; j >= 0; --j) {
        Real sum = factor(o + m, j);
        for (Index i = j + 1; i < o; ++i) sum -= factor(i, j) * group.slopes(i, m);
        group.slopes(j, m) = sum / factor(j, j);
      }
    }
  }

  /// C; nothing in dimensions that are apart, which are read as their mean where they are seen.
  void set_spread(const Columns& columns, Group& group) const {
    const Index o = split_->observed_count(), missing = split_->missing_count();
    group.spread.setZero(missing, missing);
    for (Index m = 0; m < missing; ++m) {
      for (Index l = 0; l <= m; ++l) {
        if (!columns.informs(this->missing(m)) || !columns.informs(this->missing(l))) continue;
        for (Index i = 0; i <= l; ++i) {
          group.spread(m, l) += group.factor(o + m, o + i) * group.factor(o + l, o + i);
        }
      }
    }
  }

  /// cross = B Σ_k S_k, with S_k the second moments of the observed dimensions.
  void begin_group(const PartMoments<Parameters>& part, Index g) {
    const Index o = split_->observed_count(), missing = split_->missing_count();
    const Group& group = groups_[static_cast<std::size_t>(g)];
    const Real* second = part.second().col(g).data();
    cross_.setZero(o, missing);
    square_.setZero(missing, missing);
    count_ = 0;
    for (Index i = 0; i < o; second += ++i) {
      for (Index m = 0; m < missing; ++m) {
        const Real* const slopes = group.slopes.col(m).data();
        Real* const cross = cross_.col(m).data();
        Real sum = second[i] * slopes[i];
        for (Index j = 0; j < i; ++j) {
          cross[j] += second[j] * slopes[i];
          sum += second[j] * slopes[j];
        }
        cross[i] += sum;
      }
    }
  }

  /// Count and first moments, and what the offset b of the conditional mean from the origin where
  /// x_o is at it adds to the second: b s^T to `cross`, (B s + n b) b^T to `square`.
  void add_component(const Parameters& parameters, const PartMoments<Parameters>& part, Index k,
                     Moments& sum) {
    const Index o = split_->observed_count(), missing = split_->missing_count();
    const Real count = part.counts()(k);
    const Real* const s = part.first().col(k).data();
    const Group& group = groups_[static_cast<std::size_t>(Layout::group_of(k))];
    const auto& origin = sum.origin();
    auto first = sum.first();
    sum.counts()(k) += count;
    count_ += count;
    offset_.resize(missing);
    reached_.resize(missing);
    for (Index j = 0; j < o; ++j) first(observed(j), k) += s[j];
    for (Index m = 0; m < missing; ++m) {
      const auto at_origin = [&](Index j) { return origin(observed(j), k); };
      offset_(m) = mean(parameters, k, m, at_origin) - origin(this->missing(m), k);
      Real slope = 0;
      for (Index j = 0; j < o; ++j) slope += group.slopes(j, m) * s[j];
      reached_(m) = slope + count * offset_(m);
      first(this->missing(m), k) += reached_(m);
      for (Index j = 0; j < o; ++j) cross_(j, m) += offset_(m) * s[j];
      for (Index l = 0; l <= m; ++l) square_(m, l) += reached_(m) * offset_(l);
    }
  }

  void add_second(const PartMoments<Parameters>& part, Index g, Moments& sum) const {
    const Index o = split_->observed_count(), missing = split_->missing_count();
    const Group& group = groups_[static_cast<std::size_t>(g)];
    const Real* seen = part.second().col(g).data();
    Real* const second = sum.second().col(g).data();
    for (Index i = 0; i < o; ++i) {
      for (Index j = 0; j <= i; ++j) second[split_->packed(i, j)] += *seen++;
    }
    for (Index m = 0; m < missing; ++m) {
      for (Index j = 0; j < o; ++j) second[split_->packed(o + m, j)] += cross_(j, m);
      for (Index l = 0; l <= m; ++l) {
        Real value = square_(m, l) + count_ * group.spread(m, l);
        for (Index j = 0; j < o; ++j) value += cross_(j, m) * group.slopes(j, l);
        second[split_->packed(o + m, o + l)] += value;
      }
    }
  }

  const SplitDimensions* split_ = nullptr;
  std::vector<Group> groups_;
  Matrix<Real> cross_;   // of observed x missing, of the group at hand
  Matrix<Real> square_;  // of missing x missing
  Vector<Real> offset_, reached_;
  Real count_ = 0;
};

/// Covariances without correlations: what is seen says nothing, and nothing is factorised.
template <class Parameters>
class DiagonalConditionals {
 public:
  using Scalar = typename Parameters::Scalar;
  using Real = typename Parameters::Real;
  using Layout = typename Parameters::Layout;
  using Moments = typename Parameters::Moments;

  void assign(const Parameters&, const Columns& columns, const SplitDimensions& split) {
    split_ = &split;
    columns_ = &columns;
  }

  template <class Seen>
  Real mean(const Parameters& parameters, Index k, Index m, Seen&&) const {
    return Real(parameters.means(missing(m), k));
  }

  Real root(const Parameters& parameters, Index k, Index m, Index l) const {
    return m == l ? std::sqrt(Real(parameters.variance(missing(m), k))) : Real(0);
  }

  void extend(const Parameters& parameters, const PartMoments<Parameters>& part, Moments& sum) {
    auto second = sum.second();
    for (Index g = 0; g < parameters.group_count(); ++g) {
      for (Index i = 0; i < part.second().rows(); ++i) {
        second(row(observed(i)), g) += part.second()(i, g);
      }
    }
    for (Index k = 0; k < parameters.component_count(); ++k)
      add_component(parameters, part, k, sum);
  }

 private:
  /// Of a dimension's second moments.
  static Index row(Index i) { return Layout::is_isotropic ? 0 : i; }

  void add_component(const Parameters& parameters, const PartMoments<Parameters>& part, Index k,
                     Moments& sum) const {
    const Real count = part.counts()(k);
    auto first = sum.first();
    auto second = sum.second();
    sum.counts()(k) += count;
    for (Index j = 0; j < split_->observed_count(); ++j) {
      first(observed(j), k) += part.first()(j, k);
    }
    for (Index m = 0; m < split_->missing_count(); ++m) {
      const Index i = missing(m);
      const Real offset = Real(parameters.means(i, k)) - sum.origin()(i, k);
      const Real spread = columns_->informs(i) ? Real(parameters.variance(i, k)) : Real(0);
      first(i, k) += count * offset;
      second(row(i), Layout::group_of(k)) += count * (offset * offset + spread);
    }
  }

  Index observed(Index j) const { return split_->observed[static_cast<std::size_t>(j)]; }
  Index missing(Index m) const { return split_->missing[static_cast<std::size_t>(m)]; }

  const SplitDimensions* split_ = nullptr;
  const Columns* columns_ = nullptr;
};

template <class Parameters>
using Conditionals = std::conditional_t<Parameters::Layout::is_dense, DenseConditionals<Parameters>,
                                        DiagonalConditionals<Parameters>>;

}  // namespace detail
}  // namespace EIGENMIX_ABI
}  // namespace eigenmix

#endif  // EIGENMIX_INCOMPLETE_CONDITIONAL_HPP
