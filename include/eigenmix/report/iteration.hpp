// SPDX-License-Identifier: MIT
#ifndef EIGENMIX_REPORT_ITERATION_HPP
#define EIGENMIX_REPORT_ITERATION_HPP

#include <chrono>
#include <limits>

#include <eigenmix/base/fwd.hpp>

namespace eigenmix {
inline namespace EIGENMIX_ABI {

namespace detail {
/// Computes the parameter change when asked: a function and what it is called with.
struct LazyChange {
  double (*compute)(const void* context) = nullptr;
  const void* context = nullptr;
};
}  // namespace detail

/// What a stopping policy and an observer see: the state after each E-step of a fit.
class Iteration {
 public:
  using Seconds = std::chrono::duration<double>;

  /// What is known of the samples and of the sums over them.
  struct Scale {
    double total_weight;    ///< Σ_n w_n
    double largest_weight;  ///< 1 where samples have no weights
    double resolution;      ///< changes of the log-likelihood below this are rounding
  };

  Iteration(Index number, double log_likelihood, double previous_log_likelihood, const Scale& scale,
            Seconds elapsed, detail::LazyChange change = {})
      : number_(number),
        log_likelihood_(log_likelihood),
        previous_log_likelihood_(previous_log_likelihood),
        scale_(scale),
        elapsed_(elapsed),
        change_(change) {}

  /// M-steps done so far; 0 at the first E-step, of the start.
  Index number() const { return number_; }

  /// Σ_n w_n log p(x_n) of the current parameters, in nats.
  double log_likelihood() const { return log_likelihood_; }

  /// That of the E-step before; -infinity at iteration 0.
  double previous_log_likelihood() const { return previous_log_likelihood_; }

  /// log_likelihood() plus the log density of the prior at the parameters, up to a constant: what a
  /// fit maximises. Without a prior the log-likelihood.
  double log_posterior() const { return log_likelihood_ + log_prior_; }

  /// How much log_posterior() has risen since the E-step before; +infinity at iteration 0.
  double gain() const { return log_posterior() - previous_log_likelihood_ - previous_log_prior_; }

  /// The same state under a prior, of whose log density these are the values now and before.
  Iteration& set_log_prior(double now, double before) {
    log_prior_ = now;
    previous_log_prior_ = before;
    return *this;
  }

  /// Σ_n w_n; the number of samples where they have no weights.
  double total_weight() const { return scale_.total_weight; }

  /// max_n w_n; 1 where samples have no weights.
  double largest_weight() const { return scale_.largest_weight; }

  /// Changes of the log-likelihood below this are rounding, in nats.
  double resolution() const { return scale_.resolution; }

  /// Time since the fit began.
  Seconds elapsed() const { return elapsed_; }

  /// Largest change of any parameter in the last M-step, in units that depend on no scale: weights
  /// as they are, means in standard deviations, covariances relative to the deviations of their
  /// two dimensions. +infinity at iteration 0 and when components were dropped.
  /// Cost O(K Dim²), only when called.
  double parameter_change() const {
    return change_.compute ? change_.compute(change_.context)
                           : std::numeric_limits<double>::infinity();
  }

 private:
  Index number_;
  double log_likelihood_;
  double previous_log_likelihood_;
  double log_prior_ = 0, previous_log_prior_ = 0;
  Scale scale_;
  Seconds elapsed_;
  detail::LazyChange change_;
};

}  // namespace EIGENMIX_ABI
}  // namespace eigenmix

#endif  // EIGENMIX_REPORT_ITERATION_HPP
