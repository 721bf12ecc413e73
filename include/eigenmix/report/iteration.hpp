// SPDX-License-Identifier: MIT
#ifndef EIGENMIX_REPORT_ITERATION_HPP
#define EIGENMIX_REPORT_ITERATION_HPP

#include <chrono>
#include <limits>
#include <optional>

#include <eigenmix/base/function_ref.hpp>
#include <eigenmix/base/fwd.hpp>

namespace eigenmix {
inline namespace EIGENMIX_ABI {

/// What a stopping policy and an observer see: the state after each E-step of a fit, but for those of
/// accelerated steps that were undone.
class Iteration {
 public:
  using Seconds = std::chrono::duration<double>;

  /// What is known of the samples and of the sums over them.
  struct Scale {
    double total_weight;  ///< Σ_n w_n
    double resolution;    ///< changes of the log-likelihood below this are rounding
  };

  /// What is known of a step that went further than EM's, see acceleration::QuasiNewton.
  struct Leap {
    double expected_gain;  ///< in all, from where it began
    double recent_gain;    ///< of the last eight steps together; infinity while there are fewer
  };

  /// What an E-step found, and the one before it (-infinity at iteration 0).
  struct Values {
    double log_likelihood, previous_log_likelihood;
    double log_prior = 0, previous_log_prior = 0;  ///< without a prior 0
    std::optional<Leap> leap = {};                 ///< nothing if the step was EM's
  };

  /// \param change  computes the parameter change when asked; or nothing
  Iteration(Index number, const Values& values, const Scale& scale, Seconds elapsed,
            std::optional<detail::FunctionRef<double()>> change = {})
      : number_(number), values_(values), scale_(scale), elapsed_(elapsed), change_(change) {}

  /// M-steps done so far; 0 at the first E-step, of the start.
  Index number() const { return number_; }

  /// Σ_n w_n log p(x_n) of the current parameters, in nats.
  double log_likelihood() const { return values_.log_likelihood; }

  /// That of the E-step before, in nats; -infinity at iteration 0.
  double previous_log_likelihood() const { return values_.previous_log_likelihood; }

  /// log_likelihood() plus the log density of the prior at the parameters, in nats, up to a
  /// constant: what a fit maximises. Without a prior the log-likelihood.
  double log_posterior() const { return values_.log_likelihood + values_.log_prior; }

  /// That of the E-step before, in nats; -infinity at iteration 0.
  double previous_log_posterior() const {
    return values_.previous_log_likelihood + values_.previous_log_prior;
  }

  /// How much log_posterior() has risen since the E-step before; +infinity at iteration 0.
  double gain() const {
    return log_posterior() - values_.previous_log_likelihood - values_.previous_log_prior;
  }

  /// gain(), or if the step was an accelerated one what the last eight steps gained together: a
  /// single one may gain little by chance. What rules on the size of a gain should look at.
  double recent_gain() const { return values_.leap ? values_.leap->recent_gain : gain(); }

  /// What an accelerated fit, before its last step, expected to gain from there on in all, in nats,
  /// by what it knows of the curvature; nothing if the step was EM's.
  std::optional<double> expected_gain() const {
    return values_.leap ? std::optional<double>(values_.leap->expected_gain) : std::nullopt;
  }

  /// Σ_n w_n; the number of samples where they have no weights.
  double total_weight() const { return scale_.total_weight; }

  /// Changes of the log-likelihood below this are rounding, in nats.
  double resolution() const { return scale_.resolution; }

  /// Time since the fit began.
  Seconds elapsed() const { return elapsed_; }

  /// Largest change of any parameter in the last step, in units that depend on no scale: weights
  /// as they are, means in standard deviations, covariances relative to the deviations of their
  /// two dimensions. +infinity at iteration 0 and when components were dropped.
  /// Cost O(K Dim²), only when called.
  double parameter_change() const {
    return change_ ? (*change_)() : std::numeric_limits<double>::infinity();
  }

 private:
  Index number_;
  Values values_;
  Scale scale_;
  Seconds elapsed_;
  std::optional<detail::FunctionRef<double()>> change_;
};

}  // namespace EIGENMIX_ABI
}  // namespace eigenmix

#endif  // EIGENMIX_REPORT_ITERATION_HPP
