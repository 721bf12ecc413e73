// SPDX-License-Identifier: MIT
#ifndef EIGENMIX_EM_MAXIMIZATION_HPP
#define EIGENMIX_EM_MAXIMIZATION_HPP

#include <algorithm>
#include <cmath>
#include <numeric>
#include <utility>
#include <vector>

#include <eigenmix/degeneracy/policy.hpp>
#include <eigenmix/em/covariance_update.hpp>
#include <eigenmix/em/held.hpp>
#include <eigenmix/layout/origins.hpp>
#include <eigenmix/report/result.hpp>

namespace eigenmix {
inline namespace EIGENMIX_ABI {
namespace detail {

/// The M-step: the parameters that maximise the expected log-likelihood given the moments
/// (equations 1 and 2 with responsibilities as weights), and what to do where none exist.
/// \tparam Prior  of the parameters, see prior/policy.hpp
/// \tparam Held   what stays as it is: NothingHeld or HeldParts
template <class Parameters, class Prior = prior::Flat, class Held = NothingHeld>
class MStep {
 public:
  using Scalar = typename Parameters::Scalar;
  using Real = typename Parameters::Real;
  using Covariance = typename Parameters::Covariance;
  using Moments = typename Parameters::Moments;
  static constexpr int Dim = Parameters::Dim;

  /// \param where    who asks, for error messages
  /// \param columns  what is known of the samples' dimensions
  explicit MStep(const char* where, const Columns& columns = {}, Prior prior = {}, Held held = {})
      : columns_(columns),
        prior_(std::move(prior)),
        held_(std::move(held)),
        floor_(where),
        covariances_(where) {}

  /// \param moments   of the E-step; recentred to the new means
  /// \param previous  what a component without samples keeps
  /// \param next      [out] must not be `previous`
  template <class Degeneracy>
  void operator()(Moments& moments, const Parameters& previous, Degeneracy& degeneracy,
                  Parameters& next, Repairs& repairs) {
    update(moments, previous, degeneracy, next);
    repair(moments, degeneracy, next, repairs);
  }

  /// The first half, which may be done again from better moments.
  template <class Degeneracy>
  void update(Moments& moments, const Parameters& previous, const Degeneracy& degeneracy,
              Parameters& next) {
    next.resize(moments.dimension(), moments.component_count());
    next.set_apart(columns_);
    update_weights_and_means(moments, previous, next);
    floor_.assign(moments, columns_, degeneracy);
    collapsed_.clear();
    on_floor_.assign(static_cast<std::size_t>(next.component_count()), false);
    places_.resize(on_floor_.size());
    std::iota(places_.begin(), places_.end(), Index(0));
    for (Index k = 0; prior::is_flat_v<Prior> && k < next.component_count(); ++k) {
      if (is_empty(moments, k)) collapsed_.push_back({k, Event::emptied});
    }
    covariances_(moments, previous, floor_, prior_, held_, next);
    is_monotone_ = covariances_.is_monotone();
    const bool shared = next.group_count() < next.component_count();
    for (const Index g : covariances_.collapsed()) {
      collapsed_.push_back({g, shared ? Event::shared_floor : Event::floored});
    }
    next.prepare();
    measure_lost_digits(moments, next);
  }

  /// The second half: asks the degeneracy policy what to do with each collapsed component.
  template <class Degeneracy>
  void repair(const Moments& moments, Degeneracy& degeneracy, Parameters& next, Repairs& repairs) {
    using degeneracy::Action;
    const Collapsed* dropped = nullptr;  // one at a time: its samples may be what the others lack
    for (const Collapsed& collapsed : collapsed_) {
      const degeneracy::Collapse collapse{collapsed.index, count_of(moments, collapsed)};
      const Action action = degeneracy.on_collapse(collapse);
      if (action == Action::raise_error) throw degeneracy::CollapsedComponent(collapse);
      const bool repairable = is_repairable(collapsed, next.component_count());
      if (action == Action::reseed && repairable) {
        next.reseed(collapsed.index, floor_.total_variances());
        ++repairs.reseeded;
        is_monotone_ = false;
        continue;
      }
      const Collapsed* floored = &collapsed;
      const bool is_least =
          dropped == nullptr || collapse.effective_count < count_of(moments, *dropped);
      if (action == Action::drop && repairable && is_least) std::swap(dropped, floored);
      if (floored != nullptr) note_floor(*floored, repairs);
    }
    if (dropped == nullptr) return;
    next.erase(dropped->index);
    on_floor_.erase(on_floor_.begin() + dropped->index);
    places_.erase(places_.begin() + dropped->index);
    ++repairs.dropped;
    is_monotone_ = false;
  }

  /// Whether the moments of the last M-step were about an origin that lay too far from the new mean
  /// of a component compared with its new covariance, which its digits suffered from. Components on
  /// the variance floor have none to lose.
  bool lost_digits() const { return lost_digits_; }

  /// Whether component k was left on the variance floor by the last M-step.
  bool is_on_floor(Index k) const {
    const auto index = static_cast<std::size_t>(k);
    return index < on_floor_.size() && on_floor_[index];
  }

  /// How narrow component k could become in the last M-step.
  GroupFloor<Real> floor_of(Index k) const {
    return floor_.of(Covariance::group_of(places_[static_cast<std::size_t>(k)]));
  }

  /// [K] which components are on the floor, to be kept and restored with parameters.
  const std::vector<bool>& on_floor() const { return on_floor_; }
  void set_on_floor(std::vector<bool> on_floor) { on_floor_ = std::move(on_floor); }

  /// Whether the last M-step was one that cannot lower the likelihood; not so if it dropped or
  /// moved a component, or raised one that began below the floor.
  bool is_monotone() const { return is_monotone_; }

  /// What is held, of the components that are left.
  const Held& held() const { return held_; }

 private:
  enum class Event { emptied, floored, shared_floor };
  struct Collapsed {
    Index index;  // component, or 0 where all share the covariance
    Event event;
  };

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
    if constexpr (!prior::is_flat_v<Prior>) counts_.array() += Real(prior_.concentration() - 1);
    if constexpr (Held::is_active) {
      held_.divide(counts_, previous.weights, next.weights);
    } else {
      next.weights = (counts_ / counts_.sum()).template cast<Scalar>();
    }
  }

  void update_mean(const Moments& moments, const Parameters& previous, Index k,
                   Parameters& next) const {
    bool is_held = false;
    if constexpr (Held::is_active) is_held = held_.is_set(held_.means, k);
    const Real count = is_empty(moments, k) ? Real(0) : moments.counts()(k);
    if (is_held || !(count + mean_count() > 0)) {
      next.means.col(k) = previous.means.col(k);
      return;
    }
    const Real share = mean_count() / (count + mean_count());  // of the prior
    for (Index i = 0; i < moments.dimension(); ++i) {
      const Real origin = moments.origin()(i, k);
      Real offset = count > 0 ? moments.first()(i, k) / count : Real(0);
      if constexpr (!prior::is_flat_v<Prior>) {
        offset += share * (Real(prior_.mean()(i)) - origin - offset);
      }
      next.means(i, k) = columns_.informs(i) ? Scalar(origin + offset) : Scalar(columns_[i].mean);
    }
  }

  /// How many samples the prior of a mean stands for.
  Real mean_count() const {
    if constexpr (!prior::is_flat_v<Prior>) return Real(prior_.mean_count());
    return 0;
  }

  void measure_lost_digits(const Moments& moments, const Parameters& next) {
    lost_digits_ = false;
    for (Index k = 0; k < next.component_count(); ++k) {
      const Index g = Covariance::group_of(k);
      const bool is_collapsed =
          std::any_of(collapsed_.begin(), collapsed_.end(),
                      [&](const Collapsed& collapsed) { return collapsed.index == g; });
      if (is_collapsed || is_empty(moments, k)) continue;
      const Real spread = next.factors.spread(g, [&](Index i) { return shift_(i, k); });
      lost_digits_ = lost_digits_ || !(spread <= Real(largest_shared_distance));
    }
  }

  /// Whether a component may be dropped or moved: not what others share, nor where parts are held.
  bool is_repairable(const Collapsed& collapsed, Index components) const {
    if constexpr (Held::is_active) {
      if (held_.has_masks()) return false;
    }
    return collapsed.event != Event::shared_floor && components > 1;
  }

  static double count_of(const Moments& moments, const Collapsed& collapsed) {
    return double(collapsed.event == Event::shared_floor ? moments.counts().sum()
                                                         : moments.counts()(collapsed.index));
  }

  void note_floor(const Collapsed& collapsed, Repairs& repairs) {
    if (collapsed.event == Event::emptied) {
      ++repairs.emptied;
      return;
    }
    ++repairs.floored;
    for (std::size_t k = 0; k < on_floor_.size(); ++k) {
      if (collapsed.event == Event::shared_floor ||
          k == static_cast<std::size_t>(collapsed.index)) {
        on_floor_[k] = true;
      }
    }
  }

  /// A background is kept: it may find samples later, and weight zero would mean that there is
  /// none.
  static constexpr Real smallest_noise = Real(std::numeric_limits<Scalar>::epsilon());

  Columns columns_;
  Prior prior_;
  Held held_;
  Vector<Real> counts_;  // of the samples, and of the prior's
  VarianceFloor<Parameters> floor_;
  CovarianceUpdate<Parameters> covariances_;
  std::vector<Collapsed> collapsed_;
  std::vector<bool> on_floor_;  // K
  std::vector<Index> places_;   // K, of the components that are left among those before a drop
  bool is_monotone_ = true;
  bool lost_digits_ = false;
  typename Moments::Origin centre_, shift_;  // the new means, and where they are from the origins
};

}  // namespace detail
}  // namespace EIGENMIX_ABI
}  // namespace eigenmix

#endif  // EIGENMIX_EM_MAXIMIZATION_HPP
