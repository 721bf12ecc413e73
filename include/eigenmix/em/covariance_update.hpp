// SPDX-License-Identifier: MIT
#ifndef EIGENMIX_EM_COVARIANCE_UPDATE_HPP
#define EIGENMIX_EM_COVARIANCE_UPDATE_HPP

#include <algorithm>
#include <vector>

#include <eigenmix/degeneracy/variance_floor.hpp>
#include <eigenmix/em/fixed.hpp>
#include <eigenmix/em/posterior_sums.hpp>

namespace eigenmix {
inline namespace EIGENMIX_ABI {
namespace detail {

/// The covariances of an M-step, from second moments about the means: the most likely of their
/// family, nowhere below the variance floor.
///
/// Of covariances on the floor the most likely is not known in closed form, and the floor moves
/// with them. So they are compared with those before, and the likelier of the two stay: the
/// expected log-likelihood never falls, and what a fit returns is where the next one begins and
/// ends.
template <class Parameters>
class CovarianceUpdate {
 public:
  using Scalar = typename Parameters::Scalar;
  using Real = typename Parameters::Real;
  using Layout = typename Parameters::Layout;
  using Moments = typename Parameters::Moments;
  using Floor = VarianceFloor<Parameters>;
  using Prior = prior::NormalInverseWishart;

  /// What came of it.
  struct Outcome {
    std::vector<Index> raised;  ///< the groups that had to be raised to the floor
    /// Whether none lowered the expected log-likelihood: not so if those before were below the
    /// floor.
    bool is_monotone = true;
  };

  /// \param where  who asks, for error messages
  /// \param floor  of the M-step
  CovarianceUpdate(const char* where, const Floor& floor) : where_(where), floor_(floor) {}

  /// \param moments   about the means
  /// \param prior     or nullptr
  /// \param previous  what a group without samples keeps, and where iterations start; may be empty
  /// \param next      [in, out] with its weights and means, dimensions that tell nothing apart
  Outcome operator()(const Moments& moments, const Prior* prior, const Fixed& fixed,
                     const Parameters& previous, Parameters& next) {
    Outcome outcome;
    sums_.assign(moments, prior);
    if (keep_fixed(fixed, previous, next)) return outcome;
    if (next.form->has_common_parts() && any_has_samples(next.group_count())) {
      update_together(previous, next, outcome);
      return outcome;
    }
    for (Index g = 0; g < next.group_count(); ++g) {
      if (!is_set(fixed.covariances, g)) update_alone(previous, g, next, outcome);
    }
    return outcome;
  }

  /// [groups] how many samples the last estimates came from, those of a prior included.
  const Vector<Real>& counts() const { return sums_.counts(); }

 private:
  using Estimates = typename Layout::template Storage<Real, Parameters::Dim>;
  struct Range {
    Index begin, end;
  };

  /// Takes over the covariances that are fixed. \return whether that is all of them
  static bool keep_fixed(const Fixed& fixed, const Parameters& previous, Parameters& next) {
    if (fixed.covariances.empty()) return false;
    for (Index g = 0; g < next.group_count(); ++g) {
      if (is_set(fixed.covariances, g)) keep(previous, g, next);
    }
    return count_set(fixed.covariances) == next.component_count();
  }

  /// Not where all samples are a background's.
  bool any_has_samples(Index groups) const {
    for (Index g = 0; g < groups; ++g) {
      if (sums_.has_samples(g)) return true;
    }
    return false;
  }

  static void keep(const Parameters& previous, Index g, Parameters& next) {
    next.group(g) = previous.group(g);
    next.factorise(g);
  }

  template <class Block>
  void estimate(const Parameters& next, Index g, Block&& block) const {
    Layout::estimate(sums_.scatter(g), sums_.counts()(g), block,
                     std::max<Index>(next.informative_count(), 1));
    for (Index i = 0; i < next.apart.size(); ++i) {
      if (next.is_apart(i)) Layout::set_apart(block, i, next.apart(i));
    }
    if (Layout::is_isotropic && next.informative_count() == 0) {
      block(0, 0) = 1;  // common to the other dimensions, of which there are none
    }
  }

  void update_alone(const Parameters& previous, Index g, Parameters& next, Outcome& outcome) const {
    if (!sums_.has_samples(g)) return keep(previous, g, next);
    auto block = next.group(g);
    estimate(next, g, block);
    const GroupFloor<Real> least = floor_.of(g);
    bool is_factorised = next.factorise(g);
    if (is_factorised && Layout::is_above(block, next.density, g, least)) return;
    const Index raised = Layout::raise(block, least);
    is_factorised = next.factorise(g);
    if (is_factorised && raised == 0) return;
    if (!is_factorised) {  // wider than thin by more than the scalar can hold: correlations go
      Layout::drop_correlations(block, least);
      if (!next.factorise(g)) reject_group(g);
    }
    outcome.raised.push_back(g);
    keep_likelier(previous, {g, g + 1}, next, outcome);
  }

  /// Components first alone, then as the family's common parts allow. Only if some end below the
  /// floor are estimates raised to it before they are united, which keeps the family's form and
  /// leaves united covariances above a Dim-th of the floor where shapes or axes are common.
  EIGENMIX_NOINLINE void update_together(const Parameters& previous, Parameters& next,
                                         Outcome& outcome) {
    const Index groups = next.group_count();
    estimate_alone(previous, next);
    outcome.raised = unite(next);
    if (outcome.raised.empty()) return;
    const std::vector<Index> raised = raise_estimates(groups);
    const bool all_failed = static_cast<Index>(outcome.raised.size()) == groups;
    if (all_failed && !raised.empty()) outcome.raised = raised;
    if (!unite(next).empty()) unite_uncorrelated(next);
    keep_likelier(previous, {0, groups}, next, outcome);
  }

  EIGENMIX_NOINLINE void estimate_alone(const Parameters& previous, const Parameters& next) {
    const Index width = Layout::storage_cols(next.dimension());
    alone_.resize(next.covariances.rows(), next.covariances.cols());
    previous_ = previous.covariances.template cast<Real>();
    for (Index g = 0; g < next.group_count(); ++g) {
      auto block = alone_.middleCols(g * width, width);
      if (sums_.has_samples(g)) {
        estimate(next, g, block);
      } else {
        block = previous_.middleCols(g * width, width);
      }
    }
  }

  /// \return the groups that were below the floor
  EIGENMIX_COLD std::vector<Index> raise_estimates(Index groups) {
    std::vector<Index> raised;
    const Index width = alone_.cols() / groups;
    for (Index g = 0; g < groups; ++g) {
      auto block = alone_.middleCols(g * width, width);
      if (Layout::raise(block, floor_.of(g)) > 0) raised.push_back(g);
    }
    return raised;
  }

  /// \return the groups that are below the floor or cannot be factorised
  EIGENMIX_NOINLINE std::vector<Index> unite(Parameters& next) {
    united_ = alone_;
    next.form->unite(sums_.counts(), previous_, next.apart, united_);
    next.covariances = united_.template cast<Scalar>();
    std::vector<Index> below;
    for (Index g = 0; g < next.group_count(); ++g) {
      const bool is_factorised = next.factorise(g);
      auto block = next.group(g);
      const GroupFloor<Real> least = floor_.of(g);
      if (is_factorised && Layout::is_above(block, next.density, g, least)) continue;
      if (!is_factorised || !Layout::is_feasible(block, least.lowered())) below.push_back(g);
    }
    return below;
  }

  /// The last resorts, where even raised estimates have no factor: without correlations; and where
  /// the family's form makes of them what the scalar cannot hold, as one shape does of a component
  /// that is narrow where another is wide, one covariance for all.
  EIGENMIX_COLD void unite_uncorrelated(Parameters& next) {
    if (factorise_all(next)) return;
    const Index groups = next.group_count(), width = Layout::storage_cols(next.dimension());
    Estimates common = Estimates::Zero(alone_.rows(), width);
    for (Index g = 0; g < groups; ++g) {
      auto block = alone_.middleCols(g * width, width);
      Layout::drop_correlations(block, floor_.of(g));
      common += sums_.counts()(g) / sums_.counts().sum() * block;
    }
    unite(next);
    if (factorise_all(next)) return;
    for (Index g = 0; g < groups; ++g) next.group(g) = common.template cast<Scalar>();
    if (!factorise_all(next)) reject_group(0);
  }

  static bool factorise_all(Parameters& next) {
    bool are_factorised = true;
    for (Index g = 0; g < next.group_count(); ++g) {
      are_factorised = are_factorised && next.factorise(g);
    }
    return are_factorised;
  }

  /// Takes the covariances before for those of some groups if they are likelier under the moments
  /// and above the floor.
  EIGENMIX_COLD void keep_likelier(const Parameters& previous, Range groups, Parameters& next,
                                   Outcome& outcome) const {
    if (previous.component_count() != next.component_count()) return;  // there are none
    // Where shapes or axes are common, united covariances may lie a Dim-th below.
    const Real factor = next.form->has_common_parts() ? Real(next.dimension()) : Real(1);
    Real before = 0, after = 0, rounding = 0;
    for (Index g = groups.begin; g < groups.end; ++g) {
      const GroupFloor<Real> least = floor_.of_kept(g).lowered(factor);
      if (!is_same_apart(previous, next) || !Layout::is_feasible(previous.group(g), least)) {
        outcome.is_monotone = false;
        return;
      }
      if (!sums_.has_samples(g)) continue;
      const Real count = sums_.counts()(g);
      const Index informative = next.informative_count();
      before += Layout::cost(previous.group(g), sums_.scatter(g), count, informative);
      after += Layout::cost(next.group(g), sums_.scatter(g), count, informative);
      rounding += count * cost_rounding(next, g);
    }
    if (after < before - rounding) return;
    for (Index g = groups.begin; g < groups.end; ++g) keep(previous, g, next);
  }

  /// What the rounding of a covariance's entries makes of its cost: their epsilon times what its
  /// inverse has of them.
  static Real cost_rounding(const Parameters& parameters, Index g) {
    const auto deviation = [&](Index i) {
      return std::sqrt(Real(Layout::variance(parameters.group(g), i)));
    };
    return Real(std::numeric_limits<Scalar>::epsilon()) *
           parameters.density.squared_size(g, deviation);
  }

  static bool is_same_apart(const Parameters& a, const Parameters& b) {
    return a.apart.size() == b.apart.size() && a.apart == b.apart;
  }

  [[noreturn]] EIGENMIX_COLD void reject_group(Index g) const {
    reject(where_, "covariance of component " + text(g), "one that cannot be represented",
           "samples of a more even scale");
  }

  const char* where_;
  const Floor& floor_;
  PosteriorSums<Moments> sums_;
  Estimates alone_, united_, previous_;  // of a family with common parts
};

}  // namespace detail
}  // namespace EIGENMIX_ABI
}  // namespace eigenmix

#endif  // EIGENMIX_EM_COVARIANCE_UPDATE_HPP
