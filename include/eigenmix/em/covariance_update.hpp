// SPDX-License-Identifier: MIT
#ifndef EIGENMIX_EM_COVARIANCE_UPDATE_HPP
#define EIGENMIX_EM_COVARIANCE_UPDATE_HPP

#include <algorithm>
#include <vector>

#include <eigenmix/covariance/policy.hpp>
#include <eigenmix/degeneracy/variance_floor.hpp>
#include <eigenmix/prior/policy.hpp>

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
  using Covariance = typename Parameters::Covariance;
  using Moments = typename Parameters::Moments;
  using Floor = VarianceFloor<Parameters>;

  explicit CovarianceUpdate(const char* where) : where_(where) {}

  /// \param previous  what a group without samples keeps, and where iterations start; may be empty
  /// \param next      [in, out] with its weights and means, dimensions that tell nothing apart
  template <class Prior, class Held>
  void operator()(const Moments& moments, const Parameters& previous, const Floor& floor,
                  const Prior& prior, const Held& held, Parameters& next) {
    collapsed_.clear();
    is_monotone_ = true;
    add_prior(moments, prior, next.group_count());
    if (hold(previous, held, next)) return;
    if constexpr (covariance::is_structured_v<Covariance>) {
      update_together(moments, previous, floor, next);
    } else {
      for (Index g = 0; g < next.group_count(); ++g) {
        if constexpr (Held::is_active) {
          if (held.is_set(held.covariances, g)) continue;
        }
        update_alone(moments, previous, floor, g, next);
      }
    }
  }

  /// The groups that had to be raised to the floor.
  const std::vector<Index>& collapsed() const { return collapsed_; }

  /// Whether none lowered the expected log-likelihood: not so if those before were below the floor.
  bool is_monotone() const { return is_monotone_; }

 private:
  /// Second moments and counts as they are with the samples that a prior stands for.
  template <class Prior>
  void add_prior(const Moments& moments, const Prior& prior, Index groups) {
    const bool shared = groups < moments.component_count();
    if (shared) {
      counts_.setConstant(1, moments.counts().sum());
    } else {
      counts_ = moments.counts();
    }
    if constexpr (!prior::is_flat_v<Prior>) {
      second_ = moments.second();
      second_dimension_ = moments.dimension();
      counts_.array() += Real(prior.extra_count(shared ? moments.component_count() : 1));
      if (prior.mean_count() > 0) add_prior_of_means(moments, prior);
      for (Index g = 0; g < groups; ++g) add_scale(g, prior);
    }
  }

  /// Column by column of a root.
  template <class Prior>
  void add_scale(Index g, const Prior& prior) {
    for (Index j = 0; j < second_dimension_; ++j) {
      add_square(g, Real(1), [&](Index i) { return prior.root(i, j); });
    }
  }

  template <class Prior>
  void add_prior_of_means(const Moments& moments, const Prior& prior) {
    for (Index k = 0; k < moments.component_count(); ++k) {
      add_square(Covariance::group_of(k), Real(prior.mean_count()),
                 [&](Index i) { return moments.origin()(i, k) - Real(prior.mean()(i)); });
    }
  }

  /// Adds count vector vector^T to the second moments of a group.
  template <class Entry>
  void add_square(Index g, Real count, Entry&& entry) {
    Vector<Real> vector(second_dimension_), none = Vector<Real>::Zero(second_dimension_);
    for (Index i = 0; i < vector.size(); ++i) vector(i) = Real(entry(i));
    Covariance::shift_scatter(second_.col(g).data(), count, none.data(), vector.data(),
                              vector.size());
  }

  /// Takes over the covariances that are held. \return whether that is all of them
  template <class Held>
  static bool hold(const Parameters& previous, const Held& held, Parameters& next) {
    if constexpr (Held::is_active) {
      for (Index g = 0; g < next.group_count(); ++g) {
        if (!held.is_set(held.covariances, g)) continue;
        next.group(g) = previous.group(g);
        next.factorise(g);
      }
      return held.count(held.covariances) == next.component_count();
    }
    return false;
  }

  /// Under a prior every group has some, those that the prior stands for.
  bool has_samples(const Moments& moments, Index g, Index groups) const {
    return has_prior() || groups < moments.component_count() || !is_empty(moments, g);
  }
  bool has_prior() const { return second_.size() > 0; }

  /// Second moments of a group, and of the samples that a prior stands for.
  const Real* scatter(const Moments& moments, Index g) const {
    const Real* first = has_prior() ? second_.data() : moments.second().data();
    return first + g * moments.second().rows();
  }

  template <class Block>
  void estimate(const Moments& moments, const Parameters& next, Index g, Block&& block) const {
    Covariance::estimate(scatter(moments, g), counts_(g), block,
                         std::max<Index>(next.informative_count(), 1));
    for (Index i = 0; i < next.apart.size(); ++i) {
      if (next.is_apart(i)) Covariance::set_apart(block, i, next.apart(i));
    }
    const bool is_isotropic = Covariance::storage_rows(2) == 1;
    if (is_isotropic && next.informative_count() == 0) {
      block(0, 0) = 1;  // common to the other dimensions, of which there are none
    }
  }

  void update_alone(const Moments& moments, const Parameters& previous, const Floor& floor, Index g,
                    Parameters& next) {
    auto block = next.group(g);
    if (!has_samples(moments, g, next.group_count())) {
      block = previous.group(g);
      next.factorise(g);
      return;
    }
    estimate(moments, next, g, block);
    const GroupFloor<Real> least = floor.of(g);
    bool is_factorised = next.factorise(g);
    if (is_factorised && Covariance::is_above(block, next.factors, g, least)) return;
    const Index raised = Covariance::raise(block, least);
    is_factorised = next.factorise(g);
    if (is_factorised && raised == 0) return;
    if (!is_factorised) {  // wider than thin by more than the scalar can hold: correlations go
      Covariance::raise_uncorrelated(block, least);
      if (!next.factorise(g)) reject_group(g);
    }
    collapsed_.push_back(g);
    keep_likelier(moments, previous, floor, {g, g + 1}, next);
  }

  /// Components first alone, then as the family's common parts allow. Only if some end below the
  /// floor are estimates raised to it before they are united, which keeps the family's form and
  /// leaves united covariances above a Dim-th of the floor where shapes or axes are common.
  void update_together(const Moments& moments, const Parameters& previous, const Floor& floor,
                       Parameters& next) {
    const Index groups = next.group_count();
    const Index width = Covariance::storage_cols(next.dimension());
    alone_.resize(next.covariances.rows(), next.covariances.cols());
    previous_ = previous.covariances.template cast<Real>();
    for (Index g = 0; g < groups; ++g) {
      auto block = alone_.middleCols(g * width, width);
      if (has_samples(moments, g, groups)) {
        estimate(moments, next, g, block);
      } else {
        block = previous_.middleCols(g * width, width);
      }
    }
    if (unite(floor, next)) return;
    std::vector<Index> raised;
    for (Index g = 0; g < groups; ++g) {
      auto block = alone_.middleCols(g * width, width);
      if (Covariance::raise(block, floor.of(g)) > 0) {
        raised.push_back(g);
      }
    }
    const bool all_failed = static_cast<Index>(collapsed_.size()) == groups;
    if (all_failed && !raised.empty()) collapsed_ = raised;
    const std::vector<Index> collapsed = collapsed_;
    if (!unite(floor, next)) unite_uncorrelated(floor, next);
    collapsed_ = collapsed;
    keep_likelier(moments, previous, floor, {0, groups}, next);
  }

  /// Finds the groups that are below the floor or cannot be factorised. \return whether there is
  /// none
  bool unite(const Floor& floor, Parameters& next) {
    united_ = alone_;
    unite_informative<Covariance>(counts_, previous_, next.apart, united_);
    next.covariances = united_.template cast<Scalar>();
    collapsed_.clear();
    for (Index g = 0; g < next.group_count(); ++g) {
      const bool factorised = next.factorise(g);
      auto block = next.group(g);
      const GroupFloor<Real> least = floor.of(g);
      if (factorised && Covariance::is_above(block, next.factors, g, least)) continue;
      if (!factorised || !Covariance::is_feasible(block, least.lowered())) {
        collapsed_.push_back(g);
      }
    }
    return collapsed_.empty();
  }

  /// The last resorts, where even raised estimates have no factor: without correlations; and where
  /// the family's form makes of them what the scalar cannot hold, as one shape does of a component
  /// that is narrow where another is wide, one covariance for all.
  void unite_uncorrelated(const Floor& floor, Parameters& next) {
    if (factorise_all(next)) return;
    const Index groups = next.group_count(), width = Covariance::storage_cols(next.dimension());
    Estimates common = Estimates::Zero(alone_.rows(), width);
    for (Index g = 0; g < groups; ++g) {
      auto block = alone_.middleCols(g * width, width);
      Covariance::raise_uncorrelated(block, floor.of(g));
      common += counts_(g) / counts_.sum() * block;
    }
    unite(floor, next);
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

  struct Range {
    Index begin, end;
  };

  /// Takes the covariances before for those of some groups if they are likelier under the moments
  /// and above the floor.
  void keep_likelier(const Moments& moments, const Parameters& previous, const Floor& floor,
                     Range groups, Parameters& next) {
    if (previous.component_count() != next.component_count()) return;  // there are none
    // Where shapes or axes are common, united covariances may lie a Dim-th below.
    const Real factor = covariance::is_structured_v<Covariance> ? Real(next.dimension()) : Real(1);
    Real before = 0, after = 0, rounding = 0;
    for (Index g = groups.begin; g < groups.end; ++g) {
      const GroupFloor<Real> least = floor.of_kept(g).lowered(factor);
      if (!is_same_apart(previous, next) || !Covariance::is_feasible(previous.group(g), least)) {
        is_monotone_ = false;
        return;
      }
      if (!has_samples(moments, g, next.group_count())) continue;
      const Real* const second = scatter(moments, g);
      const Index informative = next.informative_count();
      before += Covariance::cost(previous.group(g), second, counts_(g), informative);
      after += Covariance::cost(next.group(g), second, counts_(g), informative);
      rounding += counts_(g) * cost_rounding(next, g);
    }
    if (after < before - rounding) return;
    for (Index g = groups.begin; g < groups.end; ++g) {
      next.group(g) = previous.group(g);
      next.factorise(g);
    }
  }

  /// What the rounding of a covariance's entries makes of its cost: their epsilon times what its
  /// inverse has of them.
  static Real cost_rounding(const Parameters& parameters, Index g) {
    const auto deviation = [&](Index i) {
      return std::sqrt(Real(Covariance::variance(parameters.group(g), i)));
    };
    return Real(std::numeric_limits<Scalar>::epsilon()) *
           parameters.factors.squared_size(g, deviation);
  }

  static bool is_same_apart(const Parameters& a, const Parameters& b) {
    return a.apart.size() == b.apart.size() && a.apart == b.apart;
  }

  [[noreturn]] void reject_group(Index g) const {
    reject(where_, "covariance of component " + text(g), "one that cannot be represented",
           "samples of a more even scale");
  }

  using Estimates = typename Covariance::template Storage<Real, Parameters::Dim>;

  const char* where_;
  std::vector<Index> collapsed_;
  bool is_monotone_ = true;
  Vector<Real> counts_;  // of every group, with the prior's
  Matrix<Real> second_;  // likewise; empty without a prior
  Index second_dimension_ = 0;
  Estimates alone_, united_, previous_;  // of a family with common parts
};

}  // namespace detail
}  // namespace EIGENMIX_ABI
}  // namespace eigenmix

#endif  // EIGENMIX_EM_COVARIANCE_UPDATE_HPP
