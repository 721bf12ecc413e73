// SPDX-License-Identifier: MIT
#ifndef EIGENMIX_ONLINE_STATE_HPP
#define EIGENMIX_ONLINE_STATE_HPP

#include <cmath>
#include <limits>
#include <string>

#include <eigenmix/gaussian_mixture.hpp>
#include <eigenmix/report/result.hpp>

namespace eigenmix {
inline namespace EIGENMIX_ABI {
namespace online {

/// How a mixture goes along with a stream.
struct Options {
  /// Samples that time is counted in, see Time. 0: as many as the first batch has, but no fewer
  /// than guard K (Dim + 1), so that samples one by one are forgotten no faster than batches of
  /// those.
  double batch = 0;
  /// Samples for each number of a mean, and one, that are never forgotten of a component: a step is
  /// shortened where means and covariances would come from fewer than guard (Dim + 1) samples of
  /// their component, or weights from fewer than guard K (Dim + 1), which could leave a component
  /// without width or samples for good; nor has one ever less than a thousandth of a sample. 0
  /// guards nothing. Of ten, the variances along the axes of a covariance are 0.47 to 1.73 of the
  /// true ones (Marchenko & Pastur 1967, of many dimensions).
  double guard = 10;
  /// Samples that are seen before the average of iterates begins; by default there is none.
  double average_from = std::numeric_limits<double>::infinity();
};

/// What an update did.
struct Update {
  double log_likelihood = 0;  ///< Σ w_n log p(x_n) in nats, of the batch before it was learnt
  double weight = 0;          ///< Σ w_n of the batch
  double step = 0;            ///< the share of the batch in the moments, in (0, 1]
  Repairs repairs;            ///< what the degeneracy policy had to do

  /// In nats a sample: of new samples, hence no higher for many components than they deserve. It
  /// falls when the stream changes.
  double mean_log_likelihood() const { return log_likelihood / weight; }
};

/// All that a stream has left behind: a value, which io can keep (online/text.hpp).
template <class Mixture_>
struct State {
  using Mixture = Mixture_;
  using Moments = typename Mixture::Moments;
  using Real = typename Mixture::Real;

  Mixture mixture;  ///< of the last update
  /// Running moments about the means of the mixture, or nothing before the first batch. Their total
  /// weight is how many samples they are worth, (Σ c)² / Σ c² for samples of coefficients c in them
  /// (Kish 1965); their log-likelihood is not kept, zero.
  Moments moments;
  detail::Vector<Real> memory;  ///< [K] samples, likewise, that each mean and covariance came from
  Moments average;              ///< sum of the moments after each update, or nothing
  Index batches = 0;            ///< seen
  double samples = 0;           ///< seen, Σ w_n
  double unit = 0;              ///< samples that time is counted in; 0 before the first batch

  bool has_begun() const { return unit > 0; }  ///< whether a batch has come

  /// Equal to the bit.
  friend bool operator==(const State& a, const State& b) {
    return a.mixture == b.mixture && a.moments == b.moments && a.average == b.average &&
           a.memory.size() == b.memory.size() && a.memory == b.memory && a.batches == b.batches &&
           a.samples == b.samples && a.unit == b.unit;
  }
  friend bool operator!=(const State& a, const State& b) { return !(a == b); }
};

}  // namespace online

namespace detail {

/// \throws std::invalid_argument  if a number is NaN or negative, or one that must be finite is not
inline void check_online_options(const char* where, const online::Options& options) {
  non_negative(where, "batch", options.batch);
  if (!std::isfinite(options.batch)) reject(where, "batch", text(options.batch), "a finite number");
  non_negative(where, "guard", options.guard);
  if (!std::isfinite(options.guard)) reject(where, "guard", text(options.guard), "a finite number");
  non_negative(where, "average_from", options.average_from);
}

template <class Moments>
void check_running_moments(const char* where, const char* what, const Moments& moments,
                           Index dimension, Index components) {
  check_shape(where, what, {moments.dimension(), moments.component_count()},
              {dimension, components});
  if (moments.flat().allFinite() && moments.origin().allFinite() &&
      !(moments.counts().minCoeff() < 0) && moments.counts().sum() > 0 &&
      moments.total_weight() > 0) {
    return;
  }
  reject(where, what, "no or negative counts or numbers that are not finite",
         "finite moments of at least one sample");
}

/// \throws std::invalid_argument  if the parts of a state do not belong together
template <class State>
void check_online_state(const char* where, const State& state) {
  const Index d = state.mixture.dimension(), k = state.mixture.component_count();
  if (!(state.samples >= 0) || !(state.unit >= 0) || state.batches < 0 ||
      !std::isfinite(state.samples) || !std::isfinite(state.unit)) {
    reject(where, "samples, unit or batches", "a number that is negative or not finite",
           "finite numbers >= 0");
  }
  if (state.has_begun() != (state.moments.component_count() > 0)) {
    reject(where, "unit", text(state.unit), "a number > 0 if there are moments, else 0");
  }
  if (state.has_begun()) {
    check_running_moments(where, "moments (dimensions x components)", state.moments, d, k);
    check_shape(where, "memory", {state.memory.size(), 1}, {k, 1});
    if (!(state.memory.minCoeff() > 0) || !state.memory.allFinite()) {
      reject(where, "memory", "a number that is not", "finite numbers > 0");
    }
  }
  if (state.average.component_count() > 0) {
    check_running_moments(where, "average (dimensions x components)", state.average, d, k);
  }
}

}  // namespace detail
}  // namespace EIGENMIX_ABI
}  // namespace eigenmix

#endif  // EIGENMIX_ONLINE_STATE_HPP
