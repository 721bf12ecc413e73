// SPDX-License-Identifier: MIT
#ifndef EIGENMIX_EM_LOOP_HPP
#define EIGENMIX_EM_LOOP_HPP

#include <eigenmix/detail/access.hpp>
#include <eigenmix/em/expectation.hpp>
#include <eigenmix/em/maximization.hpp>
#include <eigenmix/em/options.hpp>
#include <eigenmix/stopping/policy.hpp>

namespace eigenmix {
inline namespace EIGENMIX_ABI {
namespace detail {

/// Largest change of any parameter, as Iteration::parameter_change documents.
template <class Parameters>
double parameter_change(const Parameters& before, const Parameters& after) {
  if (before.component_count() != after.component_count()) {
    return std::numeric_limits<double>::infinity();
  }
  double largest = 0;
  for (Index k = 0; k < before.component_count(); ++k) {
    largest = std::max(largest, double(std::abs(after.weights(k) - before.weights(k))));
    const auto old_covariance = before.covariance(k), new_covariance = after.covariance(k);
    const auto deviation = [&](Index i) { return std::sqrt(old_covariance(i, i)); };
    for (Index j = 0; j < before.dimension(); ++j) {
      const auto moved = (after.means(j, k) - before.means(j, k)) / deviation(j);
      largest = std::max(largest, double(std::abs(moved)));
      for (Index i = 0; i < before.dimension(); ++i) {
        const auto change = new_covariance(i, j) - old_covariance(i, j);
        largest = std::max(largest, double(std::abs(change / deviation(i) / deviation(j))));
      }
    }
  }
  return largest;
}

/// Whether some mean has moved so far from its origin, compared with its component's width, that
/// subtracting the shift from the second moments would cost digits: more than 16 deviations, hence
/// more than 8 of the 52 bits.
template <class Moments>
bool shifted_too_far(const Moments& moments) {
  using Real = typename Moments::Real;
  using Covariance = typename Moments::Covariance;
  constexpr Real limit = 256;
  const auto counts = moments.counts();
  const auto first = moments.first();
  const auto second = moments.second();
  const bool shared = second.cols() < counts.size();
  const Real total = counts.sum();
  for (Index k = 0; k < counts.size(); ++k) {
    if (!(counts(k) > 0)) continue;
    const Real* scatter = second.data() + Covariance::group_of(k) * second.rows();
    for (Index i = 0; i < moments.dimension(); ++i) {
      const Real shift = first(i, k) / counts(k);
      const Real square =
          Covariance::scatter_diagonal(scatter, i, moments.dimension()) / (shared ? total : counts(k));
      const Real resolution = std::numeric_limits<typename Moments::Scalar>::epsilon() *
                              std::abs(moments.origin()(i, k));
      if (std::abs(shift) > 4 * resolution && shift * shift * (limit + 1) > square * limit) {
        return true;
      }
    }
  }
  return false;
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
        began_(Clock::now()) {
    // Longer than the default limit, so that recording the trace costs no allocation per iteration.
    result_.trace.reserve(1024);
  }

  FitResult run() {
    for (;;) {
      Moments& moments = expect();
      if (is_finished(moments)) return finish(moments);
      const Index repairs = result_.repairs.total();
      std::swap(current_, previous_);
      m_step_(moments, parameters(previous_), options_.degeneracy, parameters(current_),
              result_.repairs);
      repaired_ = result_.repairs.total() != repairs;
      ++result_.iterations;
    }
  }

 private:
  using Clock = std::chrono::steady_clock;
  using Parameters = typename Mixture::Parameters;
  using Moments = typename Parameters::Moments;
  using Scalar = typename Parameters::Scalar;

  static Parameters& parameters(Mixture& mixture) { return Access::parameters(mixture); }

  Moments& expect() {
    const Parameters& model = parameters(current_);
    const ModelResponsibilities<Parameters> responsibilities(model);
    Moments& moments = pass_(samples_, responsibilities, model.means, options_.execution);
    if (!shifted_too_far(moments)) return moments;
    const typename MomentPass<Parameters>::Means nearer = moments.means().template cast<Scalar>();
    return pass_(samples_, responsibilities, nearer, options_.execution);
  }

  static double change(const void* self) {
    const auto* loop = static_cast<const EmLoop*>(self);
    return parameter_change(Access::parameters(loop->previous_),
                            Access::parameters(loop->current_));
  }

  /// Tells observers and the stopping policy; records who ended the fit.
  bool is_finished(const Moments& moments) {
    const double last = result_.trace.empty() ? -std::numeric_limits<double>::infinity()
                                              : result_.trace.back();
    const double value = double(moments.log_likelihood());
    result_.trace.push_back(value);
    result_.elapsed = Clock::now() - began_;
    LazyChange change;
    if (result_.iterations > 0) change = {&EmLoop::change, this};
    const Iteration iteration(result_.iterations, value, last, double(moments.total_weight()),
                              result_.elapsed, change);
    const bool interrupted = std::apply(
        [&](auto&... observers) {
          return (false | ... | notify(observers, iteration, std::as_const(current_)));
        },
        options_.observers);
    if (interrupted) return ended(FitStatus::stopped_by_observer, "observer");
    if (ask(stopping_, iteration, std::as_const(current_))) {
      return ended(status_of(stopping_), name_of(stopping_));
    }
    // EM cannot lower the likelihood but by rounding, of which sums and Cholesky factors of
    // moderate condition leave some hundred units in the last place.
    const double rounding = 1e3 * double(std::numeric_limits<Scalar>::epsilon()) *
                            (std::abs(value) + double(moments.total_weight()));
    if (!repaired_ && value < last - rounding) {
      return ended(FitStatus::likelihood_decreased, "monotonicity check");
    }
    return false;
  }

  bool ended(FitStatus status, std::string by) {
    result_.status = status;
    result_.stopped_by = std::move(by);
    return true;
  }

  FitResult finish(const Moments& moments) {
    result_.log_likelihood = result_.trace.back();
    result_.effective_counts = moments.counts().template cast<double>();
    result_.collapsed = m_step_.collapsed_count();
    return std::move(result_);
  }

  Mixture& current_;
  Mixture previous_;
  const Samples& samples_;
  Stopping stopping_;
  Options options_;
  Clock::time_point began_;
  MomentPass<Parameters> pass_;
  MStep<Parameters> m_step_;
  FitResult result_;
  bool repaired_ = false;
};

}  // namespace detail
}  // namespace EIGENMIX_ABI
}  // namespace eigenmix

#endif  // EIGENMIX_EM_LOOP_HPP
