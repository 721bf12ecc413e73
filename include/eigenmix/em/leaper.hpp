// SPDX-License-Identifier: MIT
#ifndef EIGENMIX_EM_LEAPER_HPP
#define EIGENMIX_EM_LEAPER_HPP

#include <algorithm>
#include <cmath>
#include <limits>
#include <memory>
#include <optional>

#include <eigenmix/acceleration/leaps.hpp>
#include <eigenmix/em/maximization.hpp>

namespace eigenmix {
inline namespace EIGENMIX_ABI {
namespace detail {

/// Goes further than EM where EM is slow, see acceleration::QuasiNewton: between the parameters of a
/// fit and Leaps, which know of none.
template <class Parameters>
class Leaper {
 public:
  using Scalar = typename Parameters::Scalar;
  using Layout = typename Parameters::Layout;
  using Moments = typename Parameters::Moments;

  /// \param memory  of the quasi-Newton steps; 0: there are none
  /// \param m_step  of the fit
  Leaper(Index memory, const MStep<Parameters>& m_step) : memory_(memory), m_step_(m_step) {}

  /// After an M-step: perhaps goes further.
  /// \param now   where it began
  /// \param here  its parameters
  /// \param next  [in, out] where it led
  void lengthen(const Iteration& now, const Parameters& here, const MStepOutcome& outcome,
                const Moments& moments, Parameters& next) {
    is_pending_ = is_leap_ = false;
    if (memory_ == 0) return;
    const double value = now.log_posterior();
    const bool is_possible = now.gain() > noise * now.resolution() && can_leap(here, outcome, next);
    if (!leaps_) slowness_.see(value);
    if (is_possible && (leaps_ || slowness_.is_slow())) {
      return leap(here, value, outcome, moments, next);
    }
    if (leaps_) leaps_->steps.lose_track();
  }

  /// Whether the last step is a leap that has not been judged.
  bool is_pending() const { return is_pending_; }

  /// Judges it. \return whether its end is good enough; else it was undone and a shorter one, or
  /// EM's step, put in its place
  /// \param value       at its end
  /// \param resolution  differences below this are none
  EIGENMIX_NOINLINE bool accepts(double value, double resolution, Parameters& next) {
    is_pending_ = false;
    if (leaps_->steps.accepts(value, resolution)) return true;
    shorten(next);
    return false;
  }

  /// Whether the last step was a leap.
  bool is_leap() const { return is_leap_; }

  /// What it promised to gain in all, in nats.
  double expected_gain() const { return leaps_->steps.expected_gain(); }

  /// How many steps are judged together: see stopping::AitkenAcceleration.
  static constexpr std::size_t window = 8;

 private:
  /// Not where the M-step dropped or moved a component, covariances with common parts are on the
  /// floor, which unite knows nothing of, or double has fewer digits. One component of samples that
  /// are seen whole has a closed form, and its fit ends before EM can turn out slow.
  static bool can_leap(const Parameters& here, const MStepOutcome& outcome,
                       const Parameters& next) {
    const bool has_digits = sizeof(Scalar) <= sizeof(double);
    const bool is_united_on_floor = next.form->has_common_parts() && !outcome.collapsed.empty();
    return has_digits && !is_united_on_floor && outcome.repairs.reseeded == 0 &&
           next.component_count() == here.component_count();
  }

  EIGENMIX_NOINLINE void leap(const Parameters& here, double value, const MStepOutcome& outcome,
                              const Moments& moments, Parameters& next) {
    if (!leaps_ || leaps_->shape.components != here.component_count()) {
      leaps_ = std::make_unique<Leaps>(shape_of(here), memory_);
    }
    count(moments, outcome);
    read(here, leaps_->here.data());
    read(next, leaps_->em.data());
    if (!leaps_->propose(value)) return;
    is_pending_ = is_leap_ = write(leaps_->steps.trial().data(), next);
    if (is_leap_) return;
    leaps_->steps.accepts(nothing, 0);
    shorten(next);
  }

  /// How many samples, a prior's included, each part came from, but for those left to EM: fixed ones,
  /// components on the variance floor, and those with hardly more samples than parameters. About
  /// such the likelihood has peaks that are to be met in small steps.
  void count(const Moments& moments, const MStepOutcome& outcome) {
    const MixtureShape& shape = leaps_->shape;
    for (Index g = 0; g < shape.groups; ++g) {
      count_of(shape.covariance_count(g)) = double(m_step_.covariance_counts()(g));
    }
    const auto* const prior = m_step_.policies().prior;
    for (Index k = 0; k < shape.components; ++k) {
      const double owned = double(moments.counts()(k));
      count_of(k) = double(m_step_.weight_counts()(k));
      count_of(shape.mean_count(k)) = owned + (prior != nullptr ? prior->mean_count() : 0);
      const bool is_floored = outcome.on_floor[static_cast<std::size_t>(k)];
      if (!is_floored && owned > 2 * (double(shape.dimension) + 1)) continue;
      count_of(k) = count_of(shape.mean_count(k)) = 0;
      if (is_floored || !Layout::is_shared) count_of(shape.covariance_count(shape.group_of(k))) = 0;
    }
    count_of(shape.total_count()) = double(moments.total_weight());
    if (m_step_.policies().fixed != nullptr) leave_fixed();
  }

  void leave_fixed() {
    const MixtureShape& shape = leaps_->shape;
    const Fixed& fixed = m_step_.fixed();
    for (Index k = 0; k < shape.components; ++k) {
      if (fixed.equal_weights || is_set(fixed.weights, k)) count_of(k) = 0;
      if (is_set(fixed.means, k)) count_of(shape.mean_count(k)) = 0;
      const Index group = shape.covariance_count(shape.group_of(k));
      if (is_set(fixed.covariances, k)) count_of(group) = 0;
    }
  }

  double& count_of(Index part) { return leaps_->counts[static_cast<std::size_t>(part)]; }

  /// Puts a shorter leap in place whose covariances are above the floor, or EM's step.
  void shorten(Parameters& next) {
    while (leaps_->steps.shorten()) {
      is_pending_ = is_leap_ = write(leaps_->steps.trial().data(), next);
      if (is_leap_) return;
      leaps_->steps.accepts(nothing, 0);
    }
    is_leap_ = false;
    copy_back(leaps_->em.data(), next);
    for (Index g = 0; g < next.group_count(); ++g) next.factorise(g);
    next.derive();
  }

  static MixtureShape shape_of(const Parameters& parameters) {
    MixtureShape shape;
    shape.dimension = parameters.dimension();
    shape.components = parameters.component_count();
    shape.groups = parameters.group_count();
    shape.has_common_parts = parameters.form->has_common_parts();
    shape.informative = parameters.informative_count();
    shape.form = Layout::is_dense       ? CovarianceForm::dense
                 : Layout::is_isotropic ? CovarianceForm::isotropic
                                        : CovarianceForm::diagonal;
    return shape;
  }

  static void read(const Parameters& parameters, double* numbers) {
    const auto copy = [&](const Scalar* from, Index size) {
      for (Index i = 0; i < size; ++i) *numbers++ = double(from[i]);
    };
    copy(parameters.weights.data(), parameters.weights.size());
    copy(parameters.means.data(), parameters.means.size());
    copy(parameters.covariances.data(), parameters.covariances.size());
    *numbers = double(parameters.noise_weight);
  }

  static void copy_back(const double* numbers, Parameters& next) {
    const auto copy = [&](Scalar* to, Index size) {
      for (Index i = 0; i < size; ++i) to[i] = Scalar(*numbers++);
    };
    copy(next.weights.data(), next.weights.size());
    copy(next.means.data(), next.means.size());
    copy(next.covariances.data(), next.covariances.size());
    next.noise_weight = Scalar(*numbers);
  }

  /// The end of a leap, in the family again, whose step has left it.
  /// \return false if a covariance is not positive definite or below the floor
  bool write(const double* numbers, Parameters& next) const {
    copy_back(numbers, next);
    if (next.form->has_common_parts() && leaps_->moves_covariances()) {
      next.covariances = next.united_covariances().template cast<Scalar>();
    }
    for (Index g = 0; g < next.group_count(); ++g) {
      auto block = next.group(g);
      for (Index i = 0; i < next.apart.size(); ++i) {
        if (next.is_apart(i)) Layout::set_apart(block, i, next.apart(i));
      }
      if (!next.factorise(g) || !is_allowed(g, next)) return false;
    }
    next.derive();
    return true;
  }

  /// Whether a covariance is above the floor of the last M-step, or EM's.
  bool is_allowed(Index g, const Parameters& next) const {
    const Index entry = leaps_->shape.covariance_count(g);
    if (!(leaps_->counts[static_cast<std::size_t>(entry)] > 0)) return true;
    const auto least = m_step_.floor_of_group(g);
    if (Layout::is_above(next.group(g), next.density, g, least)) return true;
    const bool may_be_lower = next.form->has_common_parts();  // see CovarianceUpdate
    return Layout::is_feasible(next.group(g), may_be_lower ? least.lowered() : least);
  }

  /// The value of a leap that cannot be taken.
  static constexpr double nothing = -std::numeric_limits<double>::infinity();

  /// Of gains below so many times the resolution a line search learns nothing.
  static constexpr double noise = 4;

  Index memory_;
  const MStep<Parameters>& m_step_;
  Slowness slowness_;
  std::unique_ptr<Leaps> leaps_;  // once EM has turned out slow
  bool is_pending_ = false, is_leap_ = false;
};

}  // namespace detail
}  // namespace EIGENMIX_ABI
}  // namespace eigenmix

#endif  // EIGENMIX_EM_LEAPER_HPP
