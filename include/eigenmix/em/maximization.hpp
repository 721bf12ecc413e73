// SPDX-License-Identifier: MIT
#ifndef EIGENMIX_EM_MAXIMIZATION_HPP
#define EIGENMIX_EM_MAXIMIZATION_HPP

#include <algorithm>
#include <cmath>
#include <numeric>
#include <utility>
#include <vector>

#include <eigenmix/degeneracy/any_degeneracy.hpp>
#include <eigenmix/em/covariance_update.hpp>
#include <eigenmix/layout/origins.hpp>
#include <eigenmix/report/result.hpp>

namespace eigenmix {
inline namespace EIGENMIX_ABI {
namespace detail {

/// How M-steps are done.
struct MStepPolicies {
  AnyDegeneracy degeneracy;
  const prior::NormalInverseWishart* prior = nullptr;  ///< or none
  const Fixed* fixed = nullptr;                        ///< or nothing
};

/// A component that has lost its samples or fallen below the floor, until it has been treated.
struct CollapsedGroup {
  Index index;      ///< of the group
  bool is_emptied;  ///< it has no samples; else it is below the floor
};

/// What an M-step found out and did.
struct MStepOutcome {
  std::vector<CollapsedGroup> collapsed;
  /// Whether the moments were about an origin that lay too far from the new mean of a component
  /// compared with its new covariance, which its digits suffered from. Components on the variance
  /// floor have none to lose.
  bool lost_digits = false;
  /// Whether it cannot have lowered the likelihood; not so if it dropped or moved a component, or
  /// raised one that began below the floor.
  bool is_monotone = true;
  Repairs repairs;
  std::vector<bool> on_floor;  ///< [K] which components were left on the variance floor
  std::vector<Index> places;   ///< [K] which they were before a component was dropped; or empty
};

/// The M-step: the parameters that maximise the expected log-likelihood given the moments
/// (equations 1 and 2 with responsibilities as weights), and what to do where none exist.
template <class Parameters>
class MStep {
 public:
  using Scalar = typename Parameters::Scalar;
  using Real = typename Parameters::Real;
  using Layout = typename Parameters::Layout;
  using Moments = typename Parameters::Moments;

  /// \param where     who asks, for error messages
  /// \param columns   what is known of the samples' dimensions
  /// \param policies  what they refer to must outlive this
  MStep(const char* where, const Columns& columns, const MStepPolicies& policies)
      : columns_(columns), policies_(policies), floor_(where), covariances_(where, floor_) {}
  ~MStep() = default;
  MStep(const MStep&) = delete;
  MStep& operator=(const MStep&) = delete;

  /// The whole M-step.
  /// \param moments   of the E-step; recentred to the new means
  /// \param previous  what a component without samples keeps
  /// \param next      [out] must not be `previous`
  void operator()(Moments& moments, const Parameters& previous, Parameters& next,
                  MStepOutcome& outcome) {
    maximize(moments, previous, next, outcome);
    treat_collapsed(moments, next, outcome);
  }

  /// The first half, which may be done again from better moments.
  /// \param outcome  [out]
  void maximize(Moments& moments, const Parameters& previous, Parameters& next,
                MStepOutcome& outcome) {
    const Index components = moments.component_count();
    next.form = previous.form;
    next.resize(moments.dimension(), components);
    next.set_apart(columns_);
    update_weights_and_means(moments, previous, next);
    floor_.assign(moments, columns_, policies_.degeneracy, *next.form);
    begin(moments, outcome);
    const auto update = covariances_(moments, policies_.prior, fixed(), previous, next);
    for (const Index g : update.raised) outcome.collapsed.push_back({g, false});
    outcome.is_monotone = update.is_monotone;
    next.derive();
    outcome.lost_digits = has_lost_digits(moments, next, outcome);
  }

  /// The second half: asks the degeneracy policy what to do with each collapsed component.
  void treat_collapsed(const Moments& moments, Parameters& next, MStepOutcome& outcome) {
    using degeneracy::Action;
    const CollapsedGroup* dropped = nullptr;  // one: its samples may be what the others lack
    for (const CollapsedGroup& collapsed : outcome.collapsed) {
      const degeneracy::Collapse collapse{collapsed.index, count_of(moments, collapsed)};
      const Action action = policies_.degeneracy.on_collapse(collapse);
      if (action == Action::raise_error) throw degeneracy::CollapsedComponent(collapse);
      const bool can_move = is_movable(collapsed, next.component_count());
      if (action == Action::reseed && can_move) {
        next.reseed(collapsed.index, floor_.total_variances());
        ++outcome.repairs.reseeded;
        outcome.is_monotone = false;
        continue;
      }
      const CollapsedGroup* floored = &collapsed;
      const bool is_least =
          dropped == nullptr || collapse.effective_count < count_of(moments, *dropped);
      if (action == Action::drop && can_move && is_least) std::swap(dropped, floored);
      if (floored != nullptr) note_floor(*floored, outcome);
    }
    if (dropped != nullptr) drop(dropped->index, next, outcome);
  }

  const MStepPolicies& policies() const { return policies_; }

  /// What is fixed; nothing if the policies have none.
  const Fixed& fixed() const {
    return policies_.fixed != nullptr ? *policies_.fixed : nothing_fixed();
  }

  /// [K], [groups] how many samples, a prior's included, weights and covariances of the last M-step
  /// came from.
  const Vector<Real>& weight_counts() const { return counts_; }
  const Vector<Real>& covariance_counts() const { return covariances_.counts(); }

  /// How narrow group g could become in the last M-step.
  GroupFloor<Real> floor_of_group(Index g) const { return floor_.of(g); }

  /// How narrow component k could become in the last M-step, whose outcome it is.
  GroupFloor<Real> floor_of(Index k, const MStepOutcome& outcome) const {
    const bool has_dropped = !outcome.places.empty();
    return floor_.of(
        Layout::group_of(has_dropped ? outcome.places[static_cast<std::size_t>(k)] : k));
  }

 private:
  void begin(const Moments& moments, MStepOutcome& outcome) const {
    const Index components = moments.component_count();
    outcome.repairs = {};
    outcome.collapsed.clear();
    outcome.on_floor.assign(static_cast<std::size_t>(components), false);
    outcome.places.clear();
    if (policies_.prior != nullptr) return;  // every component has the samples it stands for
    for (Index k = 0; k < components; ++k) {
      if (is_empty(moments, k)) outcome.collapsed.push_back({k, true});
    }
  }

  void update_weights_and_means(Moments& moments, const Parameters& previous, Parameters& next) {
    update_weights(moments, previous, next);
    for (Index k = 0; k < moments.component_count(); ++k) update_mean(moments, previous, k, next);
    centre_ = next.means.template cast<Real>();
    shift_ = centre_ - moments.origin();
    moments.recentre(centre_);
  }

  void update_weights(const Moments& moments, const Parameters& previous, Parameters& next) {
    next.log_noise_density = previous.log_noise_density;
    next.noise_weight = previous.noise_weight;
    if (previous.has_noise()) {  // it has what the components have left
      const Real share = 1 - moments.counts().sum() / moments.total_weight();
      next.noise_weight = Scalar(std::min(std::max(share, smallest_noise), 1 - smallest_noise));
    }
    counts_ = moments.counts();
    if (policies_.prior != nullptr) {
      counts_.array() += Real(policies_.prior->concentration() - 1);
    }
    if (policies_.fixed != nullptr) {
      divide_weights(*policies_.fixed, counts_, previous.weights, next.weights);
    } else if (counts_.sum() > 0) {
      next.weights = (counts_ / counts_.sum()).template cast<Scalar>();
    } else {  // every sample is the background's
      next.weights = previous.weights;
    }
  }

  void update_mean(const Moments& moments, const Parameters& previous, Index k,
                   Parameters& next) const {
    const Real count = is_empty(moments, k) ? Real(0) : moments.counts()(k);
    const Real of_prior =
        policies_.prior != nullptr ? Real(policies_.prior->mean_count()) : Real(0);
    if (is_set(fixed().means, k) || !(count + of_prior > 0)) {
      next.means.col(k) = previous.means.col(k);
      return;
    }
    const Real share = of_prior / (count + of_prior);
    for (Index i = 0; i < moments.dimension(); ++i) {
      const Real origin = moments.origin()(i, k);
      Real offset = count > 0 ? moments.first()(i, k) / count : Real(0);
      if (policies_.prior != nullptr) {
        offset += share * (Real(policies_.prior->mean()(i)) - origin - offset);
      }
      next.means(i, k) = columns_.informs(i) ? Scalar(origin + offset) : Scalar(columns_[i].mean);
    }
  }

  bool has_lost_digits(const Moments& moments, const Parameters& next,
                       const MStepOutcome& outcome) const {
    for (Index k = 0; k < next.component_count(); ++k) {
      const Index g = Layout::group_of(k);
      const bool is_collapsed =
          std::any_of(outcome.collapsed.begin(), outcome.collapsed.end(),
                      [&](const CollapsedGroup& collapsed) { return collapsed.index == g; });
      if (is_collapsed || is_empty(moments, k)) continue;
      const Real inflation = next.density.inflation(g, [&](Index i) { return shift_(i, k); });
      if (!(inflation <= Real(largest_shared_distance))) return true;
    }
    return false;
  }

  static bool is_common(const CollapsedGroup& collapsed) {
    return Layout::is_shared && !collapsed.is_emptied;
  }

  /// Whether a component may be dropped or moved: not what others share, nor where parts are fixed.
  bool is_movable(const CollapsedGroup& collapsed, Index components) const {
    return !has_masks(fixed()) && !is_common(collapsed) && components > 1;
  }

  static double count_of(const Moments& moments, const CollapsedGroup& collapsed) {
    return double(is_common(collapsed) ? moments.counts().sum()
                                       : moments.counts()(collapsed.index));
  }

  static void note_floor(const CollapsedGroup& collapsed, MStepOutcome& outcome) {
    if (collapsed.is_emptied) {
      ++outcome.repairs.emptied;
      return;
    }
    ++outcome.repairs.floored;
    for (std::size_t k = 0; k < outcome.on_floor.size(); ++k) {
      if (Layout::group_of(static_cast<Index>(k)) == collapsed.index) outcome.on_floor[k] = true;
    }
  }

  static void drop(Index k, Parameters& next, MStepOutcome& outcome) {
    next.erase(k);
    outcome.places.resize(outcome.on_floor.size());
    std::iota(outcome.places.begin(), outcome.places.end(), Index(0));
    outcome.on_floor.erase(outcome.on_floor.begin() + k);
    outcome.places.erase(outcome.places.begin() + k);
    ++outcome.repairs.dropped;
    outcome.is_monotone = false;
  }

  /// A background is kept: it may find samples later, and weight zero would mean that there is
  /// none.
  static constexpr Real smallest_noise = Real(std::numeric_limits<Scalar>::epsilon());

  Columns columns_;
  MStepPolicies policies_;
  Vector<Real> counts_;  // of the samples, and of the prior's
  VarianceFloor<Parameters> floor_;
  CovarianceUpdate<Parameters> covariances_;
  typename Moments::Origin centre_, shift_;  // the new means, and where they are from the origins
};

/// An M-step by itself.
/// \param where       who asks, for error messages
/// \param moments     recentred to the new means
/// \param parameters  [in, out]; as they were if it throws
template <class Parameters>
Repairs apply_m_step(const char* where, typename Parameters::Moments& moments,
                     const Columns& columns, const MStepPolicies& policies,
                     Parameters& parameters) {
  Parameters next(*parameters.form);
  MStepOutcome outcome;
  MStep<Parameters> m_step(where, columns, policies);
  m_step(moments, parameters, next, outcome);
  parameters = std::move(next);
  return outcome.repairs;
}

}  // namespace detail
}  // namespace EIGENMIX_ABI
}  // namespace eigenmix

#endif  // EIGENMIX_EM_MAXIMIZATION_HPP
