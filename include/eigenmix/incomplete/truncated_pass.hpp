// SPDX-License-Identifier: MIT
#ifndef EIGENMIX_INCOMPLETE_TRUNCATED_PASS_HPP
#define EIGENMIX_INCOMPLETE_TRUNCATED_PASS_HPP

#include <cmath>
#include <utility>

#include <eigenmix/em/moment_pass.hpp>
#include <eigenmix/em/moment_source.hpp>
#include <eigenmix/incomplete/interval_maximum.hpp>
#include <eigenmix/incomplete/interval_window.hpp>

namespace eigenmix {
inline namespace EIGENMIX_ABI {
namespace detail {

/// The E-step of samples that were seen in a window only: that of samples in memory, and beside it
/// what is expected of those that were not seen. See em/moment_source.hpp for the members.
template <class Parameters, class X>
class TruncatedPass {
 public:
  using Scalar = typename Parameters::Scalar;
  using Real = typename Parameters::Real;
  using Moments = typename Parameters::Moments;
  using Components = LineComponents<Parameters>;
  using Samples = AnySamples<Scalar, Parameters::Dim>;
  using Boundary = detail::Boundary<Scalar, Parameters::Dim>;
  using Opened = decltype(Boundary::checked("", std::declval<const X&>(), Index(1)));

  static constexpr bool is_complete = false;

  /// Refers to the samples.
  TruncatedPass(const char* where, const X& x, const Interval<Scalar>& window,
                const AnyExecution& execution)
      : where_(where),
        opened_(Boundary::checked(where, x, 1)),
        samples_(opened_),
        execution_(execution),
        pass_(samples_, execution_),
        window_({Real(window.lower), Real(window.upper)}) {
    check_inside(window);
  }
  ~TruncatedPass() = default;
  TruncatedPass(const TruncatedPass&) = delete;
  TruncatedPass& operator=(const TruncatedPass&) = delete;

  const Columns& columns() const { return samples_.columns(); }
  Index count() const { return samples_.count(); }
  const Samples* samples() const { return &samples_; }
  Index dimension() const { return 1; }
  Index positive_count() const { return samples_.positive_count(); }
  Scalar weight(Index n) const { return samples_.weight(n); }

  /// Samples of one value are not set apart: nothing is known of those that were not seen.
  void survey(bool) { samples_.survey(false); }

  void accumulate(const Parameters& parameters, Moments& moments) {
    pass_.accumulate(parameters, moments);
    complete(parameters, moments);
    if (shifted_too_far(moments)) accumulate_about_means(parameters, moments);
  }

  void accumulate_about_means(const Parameters& parameters, Moments& moments) {
    pass_.accumulate_about_means(parameters, moments);
    complete(parameters, moments);
  }

  void evaluate(const Parameters& parameters, const Vector<Scalar>& constants,
                SampleVisit<Scalar> visit) {
    const Components components(parameters);
    window_.check_noise_inside(where_, components, parameters);
    const Real log_window = window_.log_probability(components);
    for_each_density_tile<Parameters>(
        parameters, samples_, execution_, constants,
        [&](const Workspace<Parameters>& workspace, Index begin) {
          Vector<Scalar> values(workspace.storage.cols());
          for (Index n = 0; n < workspace.tile.size; ++n) {
            const Scalar common = workspace.common.size() > 0 ? workspace.common(n) : Scalar(0);
            for (Index k = 0; k < values.size(); ++k) {
              values(k) = Scalar(Real(workspace.storage(n, k)) + Real(common) - log_window);
            }
            visit(begin + n, values);
          }
        });
  }

  /// Effective counts are those of samples that were seen.
  void report(const Parameters& parameters, FitResult& result) const {
    MomentPass<Parameters> pass(samples_, execution_);
    Moments seen;
    pass.accumulate(parameters, seen);
    pass.accumulate_about_means(parameters, seen);
    result.effective_counts = seen.counts().template cast<double>();
    if (!is_free_fit(parameters, result)) return;
    const Real log_probability = window_.log_probability(Components(parameters));
    const Index widest = rises_for_ever(parameters, seen);
    if (widest >= 0) {
      tell_no_maximum("component " + text(widest) + " rises or falls like an exponential", result);
    } else if (log_probability < std::log(least_probability)) {
      tell_no_maximum(
          "samples are seen with probability " + text(double(std::exp(log_probability))), result);
    }
  }

 private:
  void check_inside(const Interval<Scalar>& window) const {
    for (Index n = 0; n < samples_.count(); ++n) {
      const Scalar x = samples_.value(0, n);
      if ((x >= window.lower && x <= window.upper) || !(samples_.weight(n) > 0)) continue;
      reject(where_, "x(0, " + text(n) + ")", text(x),
             "samples in [" + text(window.lower) + ", " + text(window.upper) + "]");
    }
  }

  void complete(const Parameters& parameters, Moments& moments) const {
    const Components components(parameters);
    window_.check_noise_inside(where_, components, parameters);
    window_.add_unseen(components, parameters, moments);
  }

  /// A component whose own samples, or, where all have one variance, whose and the others' samples,
  /// vary too much for any normal distribution in the window; -1 if there is none.
  Index rises_for_ever(const Parameters& parameters, const Moments& seen) const {
    const bool is_together = have_one_variance(parameters);
    const Index groups = parameters.group_count();
    Vector<Real> excess = Vector<Real>::Zero(groups);
    for (Index g = 0; g < groups; ++g) excess(g) = seen.second()(0, g);
    for (Index k = 0; k < parameters.component_count(); ++k) {
      const Real count = seen.counts()(k);
      if (is_empty(seen, k)) continue;
      const Real offset = seen.first()(0, k) / count, mean = seen.origin()(0, k) + offset;
      const Real most = largest_variance(window_.range().lower, window_.range().upper, mean);
      excess(Moments::Layout::group_of(k)) -= count * (offset * offset + most);
    }
    if (is_together) return excess.sum() >= 0 ? 0 : -1;
    for (Index k = 0; k < parameters.component_count(); ++k) {
      if (!is_empty(seen, k) && excess(Moments::Layout::group_of(k)) >= 0) return k;
    }
    return -1;
  }

  /// EM's steps are shorter by this than those of samples that are all seen: a fit stands still.
  static constexpr Real least_probability = Real(1e-8);

  const char* where_;
  Opened opened_;
  Samples samples_;
  AnyExecution execution_;
  MomentPass<Parameters> pass_;
  Window<Parameters> window_;
};

}  // namespace detail
}  // namespace EIGENMIX_ABI
}  // namespace eigenmix

#endif  // EIGENMIX_INCOMPLETE_TRUNCATED_PASS_HPP
