// SPDX-License-Identifier: MIT
#ifndef EIGENMIX_ONLINE_ADVANCE_HPP
#define EIGENMIX_ONLINE_ADVANCE_HPP

#include <algorithm>
#include <string>
#include <utility>

#include <eigenmix/em/moment_source.hpp>
#include <eigenmix/initialization/start.hpp>
#include <eigenmix/online/running_moments.hpp>
#include <eigenmix/online/state.hpp>
#include <eigenmix/online/step_size.hpp>

namespace eigenmix {
inline namespace EIGENMIX_ABI {
namespace detail {

/// One change of a stream's state: made on a copy, which is handed out when nothing threw.
template <class Mixture>
class OnlineAdvance {
 public:
  using Parameters = ParametersOf<Mixture>;
  using Real = typename Mixture::Real;
  using Moments = typename Mixture::Moments;
  using State = online::State<Mixture>;
  using StepSize = FunctionRef<double(const online::Time&)>;

  /// \param where       who asks, for error messages
  /// \param degeneracy  what it refers to must outlive this
  OnlineAdvance(const char* where, const State& state, const AnyDegeneracy& degeneracy)
      : where_(where), state_(state), m_step_(where, {}, {degeneracy}) {}

  State state() && { return std::move(state_); }

  online::Update update(const MomentSource<Parameters>& source, StepSize step_size,
                        const online::Options& options) {
    const Parameters before = Access::parameters(state_.mixture);
    Moments batch;
    source.accumulate(before, batch);
    check_batch(batch);
    const Real weight = batch.total_weight();
    if (!state_.has_begun()) begin(weight, options);
    const Real step = step_of(weight, step_size, options);
    const Real log_likelihood = batch.log_likelihood();
    const ComponentGuard<Real> guard{Real(options.guard * double(before.dimension() + 1)),
                                     options.guard > 0 ? Real(1e-3) : Real(0)};
    const auto take = [&] {
      take_sum(batch, step_factors(state_.moments, state_.memory, batch, step, guard), before);
    };
    take();
    if (is_too_far(batch)) {
      source.accumulate_about_means(before, batch);
      check_batch(batch);
      take();
    }
    settle_components();
    state_.samples += double(weight);
    ++state_.batches;
    if (state_.samples > options.average_from) add_to_average(weight);
    return {double(log_likelihood), double(weight), double(step), outcome_.repairs};
  }

  Repairs merge(const State& other) {
    const Parameters before = Access::parameters(state_.mixture);
    take_sum(other.moments,
             sum_factors(state_.moments, state_.memory, other.moments, other.memory, Real(1)),
             before);
    add(state_.average, other.average, Real(1));
    settle_components();
    state_.samples += other.samples;
    state_.batches += other.batches;
    return outcome_.repairs;
  }

 private:
  void check_batch(const Moments& batch) const {
    if (batch.total_weight() > 0 && batch.flat().allFinite()) return;
    if (batch.total_weight() == 0) {
      reject(where_, "samples of the batch", "none that tells anything", "at least one");
    }
    reject(where_, "squares of the batch", "some beyond the range of the scalar",
           "samples whose squared distances to the components can be represented");
  }

  /// The start is worth one batch: moments that its samples have on average.
  void begin(Real weight, const online::Options& options) {
    const Parameters& start = Access::parameters(state_.mixture);
    const double guarded =
        options.guard * double(start.component_count()) * double(start.dimension() + 1);
    state_.unit = options.batch > 0 ? options.batch : std::max(double(weight), guarded);
    state_.moments = expected_moments(start, Real(std::max(state_.unit, guarded)));
    restore_memory(options.guard * double(start.dimension() + 1));
  }

  void restore_memory(double least) {
    state_.memory = state_.moments.counts();
    for (Index k = 0; k < state_.memory.size(); ++k) {
      state_.memory(k) = std::max(state_.memory(k), Real(least));
    }
  }

  Real step_of(Real weight, StepSize step_size, const online::Options& options) const {
    const online::Time time{state_.batches + 1, state_.samples / state_.unit,
                            double(weight) / state_.unit};
    const double step = step_size(time);
    if (!(step > 0 && step <= 1)) {
      reject(where_, "step of batch " + text(time.batch), text(step), "a number in (0, 1]");
    }
    const auto& moments = state_.moments;
    const double least =
        options.guard * double(moments.component_count()) * double(moments.dimension() + 1);
    return guarded_step(Real(step), moments.total_weight(), weight, Real(least));
  }

  /// The M-step from the running moments and others.
  void take_sum(const Moments& other, const MomentFactors<Real>& factors,
                const Parameters& before) {
    next_ = weighted_sum(state_.moments, other, factors);
    memory_ = factors.memory;
    auto moved = next_;  // the M-step's own
    Parameters after(*before.form);
    m_step_.maximize(moved, before, after, outcome_);
    next_.recentre(after.means.template cast<Real>());
    Access::parameters(state_.mixture) = std::move(after);
    scatter_ = std::move(moved);
  }

  /// Whether a batch's origins were too far from the new means of a component, compared with its
  /// new width, for the digits of its second moments.
  bool is_too_far(const Moments& batch) const {
    const Parameters& after = Access::parameters(state_.mixture);
    for (Index k = 0; k < after.component_count(); ++k) {
      const Index g = Parameters::Layout::group_of(k);
      const bool is_collapsed =
          std::any_of(outcome_.collapsed.begin(), outcome_.collapsed.end(),
                      [&](const CollapsedGroup& collapsed) { return collapsed.index == g; });
      if (is_collapsed || is_empty(batch, k)) continue;
      const Real inflation = after.density.inflation(
          g, [&](Index i) { return Real(after.means(i, k)) - batch.origin()(i, k); });
      if (!(inflation <= Real(largest_shared_distance))) return true;
    }
    return false;
  }

  /// Asks the degeneracy policy; where it took or moved a component, moments begin anew as those of
  /// the mixture.
  void settle_components() {
    Parameters& after = Access::parameters(state_.mixture);
    m_step_.treat_collapsed(scatter_, after, outcome_);
    state_.moments = std::move(next_);
    state_.memory = std::move(memory_);
    if (outcome_.repairs.dropped + outcome_.repairs.reseeded == 0) return;
    const Real least = state_.memory.minCoeff();
    state_.moments = expected_moments(after, state_.moments.total_weight());
    restore_memory(double(least));
    state_.average = Moments();
  }

  void add_to_average(Real weight) {
    add(state_.average, state_.moments, weight / state_.moments.total_weight());
  }

  static void add(Moments& sum, const Moments& other, Real factor) {
    if (other.component_count() == 0) return;
    if (sum.component_count() == 0) {
      sum = other;
      sum *= factor;
      return;
    }
    const Vector<Real> nothing = Vector<Real>::Zero(sum.component_count());
    sum = weighted_sum(sum, other, sum_factors(sum, nothing, other, nothing, factor));
  }

  const char* where_;
  State state_;
  MStep<Parameters> m_step_;
  MStepOutcome outcome_;
  Moments next_, scatter_;  // of the M-step: those that go on, and as it left them
  Vector<Real> memory_;
};

}  // namespace detail
}  // namespace EIGENMIX_ABI
}  // namespace eigenmix

#endif  // EIGENMIX_ONLINE_ADVANCE_HPP
