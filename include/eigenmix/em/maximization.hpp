// SPDX-License-Identifier: MIT
#ifndef EIGENMIX_EM_MAXIMIZATION_HPP
#define EIGENMIX_EM_MAXIMIZATION_HPP

#include <algorithm>
#include <vector>

#include <eigenmix/degeneracy/policy.hpp>
#include <eigenmix/detail/parameters.hpp>
#include <eigenmix/em/result.hpp>

namespace eigenmix {
inline namespace EIGENMIX_ABI {
namespace detail {

/// Below this share of the weight a component has no samples: its sums would be ratios of denormal
/// numbers. At least one component is above it.
template <class Moments>
bool is_empty(const Moments& moments, Index k) {
  using Real = typename Moments::Real;
  return moments.counts()(k) <= moments.counts().sum() * std::sqrt(std::numeric_limits<Real>::min());
}

/// The M-step: the parameters that maximise the expected log-likelihood given the moments
/// (equations 1 and 2 with responsibilities as weights), and what to do where none exist.
template <class Parameters>
class MStep {
 public:
  using Scalar = typename Parameters::Scalar;
  using Real = typename Parameters::Real;
  using Covariance = typename Parameters::Covariance;
  using Moments = typename Parameters::Moments;
  static constexpr int Dim = Parameters::Dim;

  /// \param moments   of the E-step; recentred to the new means
  /// \param previous  what a component without samples keeps
  /// \param next      [out] must not be `previous`
  template <class Degeneracy>
  void operator()(Moments& moments, const Parameters& previous, Degeneracy& degeneracy,
                  Parameters& next, Repairs& repairs) {
    next.resize(moments.dimension(), moments.component_count());
    update_weights_and_means(moments, previous, next);
    set_floor(moments, degeneracy);
    collapsed_.clear();
    left_collapsed_ = 0;
    for (Index k = 0; k < next.component_count(); ++k) {
      if (is_empty(moments, k)) collapsed_.push_back({k, Event::emptied});
    }
    for (Index g = 0; g < next.group_count(); ++g) update_covariance(moments, previous, g, next);
    next.renew_constants();
    if (!collapsed_.empty()) repair(moments, degeneracy, next, repairs);
  }

  /// Components that the last M-step left on the floor or without samples.
  Index collapsed_count() const { return left_collapsed_; }

 private:
  void update_weights_and_means(Moments& moments, const Parameters& previous, Parameters& next) {
    const auto counts = moments.counts();
    const auto first = moments.first();
    const Real total = counts.sum();
    for (Index k = 0; k < moments.component_count(); ++k) {
      next.weights(k) = Scalar(counts(k) / total);
      const bool empty = is_empty(moments, k);
      for (Index i = 0; i < moments.dimension(); ++i) {
        next.means(i, k) = empty ? previous.means(i, k)
                                 : Scalar(moments.origin()(i, k) + first(i, k) / counts(k));
      }
    }
    centre_ = next.means.template cast<Real>();
    moments.recentre(centre_);
  }

  /// The data's variance per dimension, from the moments alone, turned into the policy's floor.
  template <class Degeneracy>
  void set_floor(const Moments& moments, const Degeneracy& degeneracy) {
    const Index d = moments.dimension();
    const auto counts = moments.counts();
    const auto second = moments.second();
    const Real total = counts.sum();
    floor_.resize(d);
    Real spread = 0, magnitude = 0;
    for (Index i = 0; i < d; ++i) {
      Real mean = 0, sum = 0, largest = 0;
      for (Index k = 0; k < counts.size(); ++k) {
        mean += centre_(i, k) * (counts(k) / total);
        largest = std::max(largest, std::abs(centre_(i, k)));
      }
      for (Index k = 0; k < counts.size(); ++k) {
        sum += counts(k) * (centre_(i, k) - mean) * (centre_(i, k) - mean);
      }
      for (Index g = 0; g < second.cols(); ++g) {
        sum += Covariance::scatter_diagonal(second.data() + g * second.rows(), i, d);
      }
      // A constant column shows at most the rounding of its means.
      const Real resolution = 2 * Real(std::numeric_limits<Scalar>::epsilon()) * largest;
      floor_(i) = sum / total > resolution * resolution ? sum / total : Real(0);
      spread += floor_(i) / Real(d);
      magnitude = std::max(magnitude, largest);
    }
    if (!std::isfinite(spread)) {
      reject("eigenmix", "variance of the samples", text(spread),
             "samples whose squares can be represented; divide them by a constant");
    }
    // It borrows the average variance of the others; samples all alike, their own magnitude.
    const Real square = magnitude * magnitude;
    const Real stand_in = spread > 0 ? spread : square > 0 ? square : Real(1);
    for (Index i = 0; i < d; ++i) {
      if (!(floor_(i) > 0)) floor_(i) = stand_in;
    }
    degeneracy.template to_floor<Scalar>(floor_);
    for (Index i = 0; i < d; ++i) {
      floor_(i) = std::max(floor_(i), Real(std::numeric_limits<Scalar>::min()));
    }
  }

  void update_covariance(const Moments& moments, const Parameters& previous, Index g,
                         Parameters& next) {
    const auto counts = moments.counts();
    const bool shared = next.group_count() < counts.size();
    const Real count = shared ? counts.sum() : counts(g);
    auto block = next.group(g);
    if (!shared && is_empty(moments, g)) {
      block = previous.group(g);
      next.factorise(g);
      return;
    }
    const Real* scatter = moments.second().data() + g * moments.second().rows();
    Covariance::estimate(scatter, count, block, next.dimension());
    if (next.factorise(g) && next.factors.certainly_above(g, floor_)) return;
    const Index raised = Covariance::raise(block, floor_);
    const bool factorised = next.factorise(g);
    if (factorised && raised == 0) return;
    if (!factorised) {  // wider than thin by more than the scalar can hold: correlations go
      Covariance::raise_uncorrelated(block, floor_);
      next.factorise(g);
    }
    collapsed_.push_back({g, shared ? Event::shared_floor : Event::floored});
  }

  template <class Degeneracy>
  void repair(const Moments& moments, Degeneracy& degeneracy, Parameters& next, Repairs& repairs) {
    using degeneracy::Action;
    std::vector<Index> dropped;
    for (const Collapsed& collapsed : collapsed_) {
      const bool shared = collapsed.event == Event::shared_floor;
      const Real count = shared ? moments.counts().sum() : moments.counts()(collapsed.index);
      const degeneracy::Collapse collapse{collapsed.index, double(count)};
      const Action action = degeneracy.on_collapse(collapse);
      if (action == Action::raise_error) throw degeneracy::CollapsedComponent(collapse);
      const Index kept = next.component_count() - static_cast<Index>(dropped.size());
      const bool repairable = !shared && kept > 1;
      if (action == Action::drop && repairable) {  // empty ones come first, so one with samples stays
        dropped.push_back(collapsed.index);
      } else if (action == Action::reseed && repairable) {
        next.reseed(collapsed.index, floor_);
        ++repairs.reseeded;
      } else {
        ++(collapsed.event == Event::emptied ? repairs.emptied : repairs.floored);
        left_collapsed_ += shared ? next.component_count() : 1;
      }
    }
    std::sort(dropped.rbegin(), dropped.rend());
    for (const Index k : dropped) next.erase(k);
    repairs.dropped += static_cast<Index>(dropped.size());
  }

  enum class Event { emptied, floored, shared_floor };
  struct Collapsed {
    Index index;  // component, or group where the covariance is shared
    Event event;
  };

  std::vector<Collapsed> collapsed_;
  Index left_collapsed_ = 0;
  Vector<Real, Dim> floor_;
  typename Moments::Origin centre_;
};

}  // namespace detail
}  // namespace EIGENMIX_ABI
}  // namespace eigenmix

#endif  // EIGENMIX_EM_MAXIMIZATION_HPP
