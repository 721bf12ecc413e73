// SPDX-License-Identifier: MIT
#ifndef EIGENMIX_EM_LOOP_HPP
#define EIGENMIX_EM_LOOP_HPP

#include <eigenmix/base/access.hpp>
#include <eigenmix/degeneracy/judgement.hpp>
#include <eigenmix/em/expectation.hpp>
#include <eigenmix/em/maximization.hpp>
#include <eigenmix/em/options.hpp>
#include <eigenmix/em/parameter_change.hpp>
#include <eigenmix/em/rounding.hpp>
#include <eigenmix/prior/log_prior.hpp>
#include <eigenmix/stopping/policy.hpp>

namespace eigenmix {
inline namespace EIGENMIX_ABI {
namespace detail {

/// Σ_k n_k (mean_ik - origin_ik)² over the components of one group: what moving the origins to the
/// means takes off the second moments in dimension i.
template <class Moments>
typename Moments::Real shift_square(const Moments& moments, Index g, Index i) {
  using Real = typename Moments::Real;
  const auto counts = moments.counts();
  const bool shared = moments.second().cols() < counts.size();
  const Real rounding = 4 * Real(std::numeric_limits<typename Moments::Scalar>::epsilon());
  Real sum = 0;
  for (Index k = shared ? 0 : g; k < (shared ? counts.size() : g + 1); ++k) {
    if (!(counts(k) > 0)) continue;
    const Real shift = moments.first()(i, k) / counts(k);
    if (std::abs(shift) > rounding * std::abs(moments.origin()(i, k))) {
      sum += counts(k) * shift * shift;
    }
  }
  return sum;
}

/// Whether some mean lies so far from its origin, compared with its component's width, that
/// subtracting the shift from the second moments would cost digits: as far as components may be
/// from a shared centre.
template <class Moments>
bool shifted_too_far(const Moments& moments) {
  using Real = typename Moments::Real;
  const auto second = moments.second();
  const Index d = moments.dimension();
  const auto is_too_far = [](Real squares, Real scatter) {  // also if a square has overflowed
    if (!std::isfinite(scatter)) return true;
    return squares > 0 && !(squares <= largest_shared_distance * (scatter - squares));
  };
  for (Index g = 0; g < second.cols(); ++g) {
    Real all_squares = 0, all_scatter = 0;
    for (Index i = 0; i < d; ++i) {
      const Real squares = shift_square(moments, g, i);
      const Real scatter =
          Moments::Covariance::scatter_diagonal(second.data() + g * second.rows(), i, d);
      if (second.rows() > 1 && is_too_far(squares, scatter)) return true;
      all_squares += squares;
      all_scatter += scatter;
    }
    // of an isotropic family only the sum over the dimensions is known
    if (second.rows() == 1 && is_too_far(all_squares, all_scatter)) return true;
  }
  return false;
}

/// The moments of an E-step about origins near the components, or, where those turn out to be too
/// far away, about the means that the samples have.
template <class Parameters, class Samples, class Execution>
typename Parameters::Moments& expect_near(const Parameters& parameters, const Samples& samples,
                                          const Execution& execution,
                                          MomentPass<Parameters>& pass) {
  const ModelResponsibilities<Parameters> responsibilities(parameters);
  auto& moments = pass(samples, responsibilities, pass.origins_for(parameters), execution);
  if (!shifted_too_far(moments)) return moments;
  using Origins = typename MomentPass<Parameters>::Origins;
  const Origins nearer(moments.means().template cast<typename Parameters::Scalar>());
  return pass(samples, responsibilities, nearer, execution);
}

/// Expectation-maximisation: E-step, stop?, M-step, from the mixture it is given.
template <class Mixture, class Samples, class Stopping, class Options>
class EmLoop {
 public:
  EmLoop(Mixture& mixture, const Samples& samples, Stopping stopping, Options options)
      : current_(mixture),
        previous_(mixture),
        samples_(samples),
        stopping_(std::move(stopping)),
        options_(std::move(options)),
        began_(Clock::now()),
        m_step_("fit", samples.columns(), options_.prior, held_parts(options_.held)) {
    check_options<Covariance>(options_, mixture.dimension(), mixture.component_count());
    if constexpr (Held::is_active) {
      if (options_.held.equal_weights) {  // the likelihood can only rise from a start that has them
        parameters(current_).weights.setConstant(1 / Scalar(current_.component_count()));
        parameters(current_).prepare();
      }
    }
    if (options_.noise.weight != 0 && !parameters(current_).has_noise()) {
      current_.set_noise(options_.noise);
    }
    set_apart(parameters(current_));
    // Longer than all but the slowest fits, so that recording the trace costs no allocation in
    // them.
    result_.trace.reserve(1024);
    was_on_floor_.reserve(static_cast<std::size_t>(mixture.component_count()));
  }

  FitResult run() {
    for (;;) {
      Moments& moments = expect();
      if (is_finished(moments)) return finish(moments);
      std::swap(current_, previous_);
      maximize(moments);
      ++result_.iterations;
    }
  }

 private:
  using Clock = std::chrono::steady_clock;
  using Parameters = typename Mixture::Parameters;
  using Moments = typename Parameters::Moments;
  using Scalar = typename Parameters::Scalar;
  using Covariance = typename Parameters::Covariance;
  using Prior = decltype(Options::prior);
  using Held = decltype(held_parts(std::declval<Options&>().held));
  static constexpr bool has_prior = !prior::is_flat_v<Prior>;
  static constexpr bool is_plain = !has_prior && !Held::is_active;

  static Parameters& parameters(Mixture& mixture) { return Access::parameters(mixture); }

  /// Lets go of what a start says of dimensions that tell nothing, or holds of others.
  void set_apart(Parameters& start) const {
    const Columns& columns = samples_.columns();
    if (columns.all_inform() && start.apart.size() == 0) return;
    start.set_apart(columns);
    for (Index i = 0; i < start.apart.size(); ++i) {
      if (!start.is_apart(i)) continue;
      start.means.row(i).setConstant(Scalar(columns[i].mean));
      for (Index g = 0; g < start.group_count(); ++g) {
        Covariance::set_apart(start.group(g), i, start.apart(i));
      }
    }
    for (Index g = 0; g < start.group_count(); ++g) start.factorise(g);
    start.prepare();
  }

  Moments& expect() {
    return expect_near(parameters(current_), samples_, options_.execution, pass_);
  }

  /// The M-step; from moments about the new means where a component turned out so thin that the old
  /// origins were too far for its digits.
  void maximize(Moments& moments) {
    const Parameters& old = parameters(previous_);
    Parameters& next = parameters(current_);
    was_on_floor_ = m_step_.on_floor();
    m_step_.update(moments, old, options_.degeneracy, next);
    if (m_step_.lost_digits()) {
      const typename MomentPass<Parameters>::Origins nearer(
          moments.means().template cast<Scalar>());
      Moments& better =
          pass_(samples_, ModelResponsibilities<Parameters>(old), nearer, options_.execution);
      m_step_.update(better, old, options_.degeneracy, next);
    }
    m_step_.repair(moments, options_.degeneracy, next, result_.repairs);
  }

  static double change(const void* self) {
    const auto* loop = static_cast<const EmLoop*>(self);
    return parameter_change(Access::parameters(loop->previous_),
                            Access::parameters(loop->current_));
  }

  /// Tells observers and the stopping policy; records who ended the fit.
  bool is_finished(const Moments& moments) {
    const double last_posterior = result_.trace.empty() ? 0 : result_.trace.back() + log_prior_;
    const Iteration iteration = record(moments);
    bool interrupted = false;
    std::apply(
        [&](auto&... observers) {
          ((interrupted |= notify(observers, iteration, std::as_const(current_))), ...);
        },
        options_.observers);
    if (interrupted) return ended(FitStatus::stopped_by_observer, "observer");
    if (ask(stopping_, iteration, std::as_const(current_))) {
      return ended(status_of(stopping_), name_of(stopping_));
    }
    if (has_decreased(iteration, last_posterior)) {
      step_back();
      return ended(FitStatus::likelihood_decreased, "monotonicity check");
    }
    return false;
  }

  /// The state after an E-step, which goes into the traces.
  Iteration record(const Moments& moments) {
    const double last =
        result_.trace.empty() ? -std::numeric_limits<double>::infinity() : result_.trace.back();
    const double value = double(moments.log_likelihood()) -
                         samples_.columns().loss() * double(moments.total_weight());
    const double last_prior = log_prior_;
    log_prior_ = log_prior(parameters(current_), options_.prior);
    if (!std::isfinite(value + log_prior_)) {
      reject("fit", "log-likelihood", text(value),
             "samples and parameters whose squared distances can be represented");
    }
    result_.trace.push_back(value);
    if (has_prior) result_.posterior_trace.push_back(value + log_prior_);
    result_.elapsed = Clock::now() - began_;
    LazyChange change;
    if (result_.iterations > 0) change = {&EmLoop::change, this};
    const Iteration::Scale scale{double(moments.total_weight()), samples_.largest_weight(),
                                 resolution(moments, std::abs(value - last))};
    Iteration iteration(result_.iterations, value, last, scale, result_.elapsed, change);
    return iteration.set_log_prior(log_prior_, last_prior);
  }

  /// Changes of the log-likelihood below this are none, in nats. Where the M-step has a closed
  /// form, that of one component, its first is the last.
  double resolution(const Moments& moments, double change) {
    const Parameters& now = parameters(current_);
    const bool is_closed_form = now.component_count() == 1 && previous_.component_count() == 1 &&
                                !now.has_noise() && is_plain;
    if (is_closed_form && result_.iterations > 0) return std::numeric_limits<double>::infinity();
    // So large a change is no rounding, and what would be is not worth finding out: the square root
    // of epsilon, or what covariances with common parts have on the floor, epsilon^(1/3).
    constexpr double root = covariance::is_structured_v<Covariance> ? 6e-6 : 1.5e-8;
    const double size = double(moments.total_weight()) * double(moments.dimension());
    if (std::is_same_v<Scalar, double> && change > root * size) return 0;
    return Rounding<Parameters>(now, moments).of_log_likelihood(samples_.count());
  }

  /// EM cannot lower the likelihood but by rounding, of which sums and Cholesky factors of moderate
  /// condition leave some hundred units in the last place. Not judged: the first step from a start
  /// that may lie below the variance floor.
  bool has_decreased(const Iteration& now, double last) const {
    if (result_.iterations == 0 || !m_step_.is_monotone()) return false;
    const double value = now.log_posterior();
    const double rounding = 1e3 * double(std::numeric_limits<Scalar>::epsilon()) *
                            (std::abs(value) + now.total_weight());
    return value < last - std::max(rounding, 30 * now.resolution());
  }

  /// Returns to the parameters before the last M-step.
  void step_back() {
    std::swap(current_, previous_);
    m_step_.set_on_floor(was_on_floor_);
    --result_.iterations;
    result_.trace.pop_back();
    if (has_prior) result_.posterior_trace.pop_back();
    log_prior_ = log_prior(parameters(current_), options_.prior);
    expect();
  }

  bool ended(FitStatus status, std::string by) {
    result_.status = status;
    result_.stopped_by = std::move(by);
    return true;
  }

  FitResult finish(const Moments& moments) {
    result_.log_likelihood = result_.trace.back();
    result_.log_posterior = result_.log_likelihood + log_prior_;
    result_.parameter_count = current_.parameter_count();
    if constexpr (Held::is_active) {
      result_.parameter_count -= m_step_.held().template parameter_count<Covariance>(
          current_.dimension(), current_.component_count());
    }
    result_.effective_counts = moments.counts().template cast<double>();
    result_.uninformative = samples_.columns().uninformative();
    judge<has_prior>(parameters(current_), samples_, moments, m_step_, result_);
    return std::move(result_);
  }

  Mixture& current_;
  Mixture previous_;
  const Samples& samples_;
  Stopping stopping_;
  Options options_;
  Clock::time_point began_;
  MomentPass<Parameters> pass_;
  MStep<Parameters, Prior, Held> m_step_;
  std::vector<bool> was_on_floor_;  // K, before the last M-step
  double log_prior_ = 0;
  FitResult result_;
};

}  // namespace detail
}  // namespace EIGENMIX_ABI
}  // namespace eigenmix

#endif  // EIGENMIX_EM_LOOP_HPP
