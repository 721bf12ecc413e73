// SPDX-License-Identifier: MIT
#ifndef EIGENMIX_EM_LOOP_HPP
#define EIGENMIX_EM_LOOP_HPP

#include <eigenmix/degeneracy/judgement.hpp>
#include <eigenmix/em/lazy_pass.hpp>
#include <eigenmix/em/leaper.hpp>
#include <eigenmix/em/moment_pass.hpp>
#include <eigenmix/em/moment_source.hpp>
#include <eigenmix/em/parameter_change.hpp>
#include <eigenmix/em/policies.hpp>
#include <eigenmix/em/rounding.hpp>
#include <eigenmix/prior/log_prior.hpp>
#include <eigenmix/samples/spread.hpp>

namespace eigenmix {
inline namespace EIGENMIX_ABI {
namespace detail {

/// Expectation-maximisation of one fit.
template <class Parameters>
class EmLoop {
 public:
  using Source = MomentSource<Parameters>;

  /// \param current   [in, out] where to begin; where it ends when `run` returns
  /// \param source    of moments; what it refers to must outlive this
  /// \param policies  likewise
  EmLoop(Parameters& current, const Source& source, const FitPolicies& policies)
      : current_(current),
        previous_(current),
        source_(source),
        policies_(policies),
        began_(Clock::now()),
        moments_(current.means.template cast<typename Parameters::Real>()),
        m_step_("fit", source.columns, policies.m_step),
        leaper_(policies.leap_memory, m_step_) {
    EIGENMIX_ASSERT(current.is_consistent());
    prepare_start();
    // Longer than all but the slowest fits, so that recording the log-likelihoods costs no
    // allocation in them.
    result_.log_likelihoods.reserve(1024);
    for (MStepOutcome* outcome : {&outcome_, &previous_outcome_}) {
      outcome->on_floor.reserve(static_cast<std::size_t>(current.component_count()));
    }
  }

  /// E-step, stop?, M-step, and again: it ends after an E-step, so the log-likelihood it reports is
  /// that of the parameters it leaves.
  FitResult run() {
    for (;;) {
      source_.accumulate(current_, moments_);  // E-step
      ++result_.passes;
      if (leaper_.is_pending() && !accepts_leap()) continue;
      const Iteration iteration = record();
      if (const auto verdict = judge(iteration)) return finish(*verdict);
      std::swap(current_, previous_);
      std::swap(outcome_, previous_outcome_);
      maximize(previous_, current_, outcome_);  // M-step
      if (!outcome_.is_monotone) last_fall_ = result_.log_likelihoods.size();
      leaper_.lengthen(iteration, previous_, outcome_, moments_, current_);
      ++result_.iterations;
    }
  }

 private:
  using Clock = std::chrono::steady_clock;
  using Scalar = typename Parameters::Scalar;
  using Layout = typename Parameters::Layout;
  using Moments = typename Parameters::Moments;

  /// Gives the start what the options say of it, and lets go of what it says of dimensions that
  /// tell nothing, or kept apart.
  void prepare_start() {
    if (policies_.m_step.fixed != nullptr && policies_.m_step.fixed->equal_weights) {
      // The likelihood can only rise from a start that has them.
      current_.weights.setConstant(1 / Scalar(current_.component_count()));
      current_.derive();
    }
    if (policies_.noise.weight != 0 && !current_.has_noise()) {
      current_.set_noise(policies_.noise.weight, policies_.noise.log_density);
    }
    const Columns& columns = source_.columns;
    if (columns.all_inform() && current_.apart.size() == 0) return;
    spread_dimensions_that_inform(columns);
    current_.set_apart(columns);
    for (Index i = 0; i < current_.apart.size(); ++i) {
      if (!current_.is_apart(i)) continue;
      current_.means.row(i).setConstant(Scalar(columns[i].mean));
      for (Index g = 0; g < current_.group_count(); ++g) {
        Layout::set_apart(current_.group(g), i, current_.apart(i));
      }
    }
    for (Index g = 0; g < current_.group_count(); ++g) current_.factorise(g);
    current_.derive();
  }

  /// A dimension that told nothing of the samples that the start is from, but does of these, begins as
  /// it is of all of them: by its own variance, of the size of a rounding, nothing else would count
  /// in the first E-step.
  void spread_dimensions_that_inform(const Columns& columns) {
    if (source_.samples == nullptr || !source_.is_complete) return;
    if (policies_.m_step.fixed != nullptr) return;
    for (Index i = 0; i < current_.apart.size(); ++i) {
      if (!current_.is_apart(i) || !columns.informs(i)) continue;
      const Spread spread = spread_about(double(current_.means(i, 0)), *source_.samples, i);
      if (!(spread.variance > 0)) continue;
      current_.means.row(i).setConstant(Scalar(spread.mean));
      for (Index g = 0; g < current_.group_count(); ++g) {
        Layout::set_apart(current_.group(g), i, Scalar(spread.variance));
      }
    }
  }

  /// The M-step; from moments about the new means where a component turned out so thin that the old
  /// origins were too far for its digits.
  void maximize(const Parameters& old, Parameters& next, MStepOutcome& outcome) {
    m_step_.maximize(moments_, old, next, outcome);
    if (outcome.lost_digits) {
      source_.accumulate_about_means(old, moments_);
      m_step_.maximize(moments_, old, next, outcome);
    }
    m_step_.treat_collapsed(moments_, next, outcome);
    result_.repairs += outcome.repairs;
  }

  double log_likelihood() const {
    return double(moments_.log_likelihood()) -
           source_.columns.loss() * double(moments_.total_weight());
  }

  bool accepts_leap() {
    const double value = log_likelihood() + log_prior(current_, policies_.m_step.prior);
    const double last =
        has_prior() ? result_.log_posteriors.back() : result_.log_likelihoods.back();
    return leaper_.accepts(value, resolution(std::abs(value - last)), current_);
  }

  /// The state after an E-step, which goes into the records.
  Iteration record() {
    const double last = result_.log_likelihoods.empty() ? -std::numeric_limits<double>::infinity()
                                                        : result_.log_likelihoods.back();
    const double value = log_likelihood();
    const double last_prior = log_prior_;
    log_prior_ = log_prior(current_, policies_.m_step.prior);
    if (!std::isfinite(value + log_prior_)) {
      reject("fit", "log-likelihood", text(value),
             "samples and parameters whose squared distances can be represented");
    }
    result_.log_likelihoods.push_back(value);
    if (has_prior()) result_.log_posteriors.push_back(value + log_prior_);
    result_.elapsed = Clock::now() - began_;
    const double seen = std::min(source_.seen, double(moments_.total_weight()));
    const Iteration::Scale scale{seen, resolution(std::abs(value - last))};
    const Iteration::Values values{value, last, log_prior_, last_prior, leap()};
    if (result_.iterations == 0) return {0, values, scale, result_.elapsed};
    const auto change = FunctionRef<double()>::template bind<&EmLoop::change>(*this);
    return {result_.iterations, values, scale, result_.elapsed, change};
  }

  /// What there is to say of the last step if it was a leap.
  std::optional<Iteration::Leap> leap() const {
    if (!leaper_.is_leap()) return std::nullopt;
    const auto& values = has_prior() ? result_.log_posteriors : result_.log_likelihoods;
    const std::size_t now = values.size() - 1, window = Leaper<Parameters>::window;
    const bool is_known = now >= last_fall_ + window;
    const double recent =
        is_known ? values[now] - values[now - window] : std::numeric_limits<double>::infinity();
    return Iteration::Leap{leaper_.expected_gain(), recent};
  }

  double change() const { return parameter_change(previous_, current_); }

  /// Whether the fit ends here, and why. EM cannot lower the likelihood but by rounding, and if it
  /// did the parameters are those before.
  std::optional<Verdict> judge(const Iteration& iteration) {
    if (auto verdict = policies_.judge(iteration)) return verdict;
    if (!has_decreased(iteration)) return std::nullopt;
    step_back();
    return Verdict{FitStatus::likelihood_decreased, "monotonicity check"};
  }

  /// Of rounding, sums and Cholesky factors of moderate condition leave some hundred units in the
  /// last place. Not judged: the first step from a start that may lie below the variance floor.
  bool has_decreased(const Iteration& now) const {
    if (result_.iterations == 0 || !outcome_.is_monotone) return false;
    const double value = now.log_posterior(), last = now.previous_log_posterior();
    const double rounding = 1e3 * double(std::numeric_limits<Scalar>::epsilon()) *
                            (std::abs(value) + now.total_weight());
    return value < last - std::max(rounding, 30 * now.resolution());
  }

  /// Returns to the parameters before the last M-step.
  void step_back() {
    std::swap(current_, previous_);
    std::swap(outcome_, previous_outcome_);
    --result_.iterations;
    result_.log_likelihoods.pop_back();
    if (has_prior()) result_.log_posteriors.pop_back();
    log_prior_ = log_prior(current_, policies_.m_step.prior);
    source_.accumulate(current_, moments_);
  }

  /// Changes of the log-likelihood below this are none, in nats. Where the M-step has a closed
  /// form, that of one component, its first is the last.
  double resolution(double change) const {
    const bool is_closed_form = source_.is_complete && current_.component_count() == 1 &&
                                previous_.component_count() == 1 && !current_.has_noise() &&
                                !has_prior() && policies_.m_step.fixed == nullptr;
    if (is_closed_form && result_.iterations > 0) return std::numeric_limits<double>::infinity();
    // So large a change is no rounding, and what would be is not worth finding out: the square root
    // of epsilon, or what covariances with common parts have on the floor, epsilon^(1/3).
    const double root = current_.form->has_common_parts() ? 6e-6 : 1.5e-8;
    const double size = double(moments_.total_weight()) * double(moments_.dimension());
    if (std::is_same_v<Scalar, double> && change > root * size) return 0;
    return Rounding<Parameters>(current_, moments_).of_log_likelihood(source_.count, source_.seen);
  }

  bool has_prior() const { return policies_.m_step.prior != nullptr; }

  FitResult finish(const Verdict& verdict) {
    EIGENMIX_ASSERT(current_.is_consistent());
    result_.status = verdict.status;
    result_.stopped_by = verdict.by;
    result_.log_likelihood = result_.log_likelihoods.back();
    result_.log_posterior = result_.log_likelihood + log_prior_;
    result_.parameter_count = current_.parameter_count();
    if (const Fixed* fixed = policies_.m_step.fixed) {
      result_.parameter_count -= fixed_parameter_count(*fixed, *current_.form, current_.dimension(),
                                                       current_.component_count());
    }
    result_.effective_counts = moments_.counts().template cast<double>();
    result_.uninformative = source_.columns.uninformative();
    judge_components();
    return std::move(result_);
  }

  void judge_components() {
    const auto floor_under = [&](Index k) -> std::optional<GroupFloor<typename Parameters::Real>> {
      const auto index = static_cast<std::size_t>(k);
      if (index >= outcome_.on_floor.size() || !outcome_.on_floor[index]) return std::nullopt;
      return m_step_.floor_of(k, outcome_);
    };
    const auto are_atoms =
        judge_collapsed<Parameters>(current_, source_.samples, moments_, floor_under, result_);
    if (!has_prior()) {  // which bounds the density
      judge_spurious(current_, source_.columns, double(moments_.total_weight()), are_atoms,
                     result_);
    }
    result_.coincident_count = count_coincident(current_);
  }

  Parameters& current_;
  Parameters previous_;
  Source source_;
  const FitPolicies& policies_;
  Clock::time_point began_;
  Moments moments_;
  MStep<Parameters> m_step_;
  Leaper<Parameters> leaper_;
  MStepOutcome outcome_, previous_outcome_;  // of the M-steps that made current_ and previous_
  double log_prior_ = 0;
  std::size_t last_fall_ = 0;  // the first record after an M-step that may have lowered it
  FitResult result_;
};

/// A fit: see EmLoop. \param current  [in, out] where to begin; where it ended
template <class Parameters>
FitResult run_em(Parameters& current, const MomentSource<Parameters>& source,
                 const FitPolicies& policies) {
  return EmLoop<Parameters>(current, source, policies).run();
}

/// A fit of samples in memory.
template <class Parameters>
FitResult run_em(Parameters& current, const typename MomentPass<Parameters>::Samples& samples,
                 const FitPolicies& policies) {
  if constexpr (knows_only_samples_v<Parameters>) {
    if (policies.pairs == Pairs::near && may_be_lazy(samples, current.component_count())) {
      LazyPass<Parameters> pass(samples, policies.execution);
      return run_em(current, moment_source<Parameters>(pass), policies);
    }
  }
  MomentPass<Parameters> pass(samples, policies.execution);
  return run_em(current, moment_source<Parameters>(pass), policies);
}

}  // namespace detail
}  // namespace EIGENMIX_ABI
}  // namespace eigenmix

#endif  // EIGENMIX_EM_LOOP_HPP
