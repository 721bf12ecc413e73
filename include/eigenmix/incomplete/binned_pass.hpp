// SPDX-License-Identifier: MIT
#ifndef EIGENMIX_INCOMPLETE_BINNED_PASS_HPP
#define EIGENMIX_INCOMPLETE_BINNED_PASS_HPP

#include <algorithm>
#include <cmath>
#include <vector>

#include <eigenmix/em/moment_pass.hpp>
#include <eigenmix/em/moment_source.hpp>
#include <eigenmix/incomplete/interval_maximum.hpp>
#include <eigenmix/incomplete/interval_window.hpp>

namespace eigenmix {
inline namespace EIGENMIX_ABI {
namespace detail {

/// The E-step of a histogram: bins to moments. A bin's samples are shared out by the components'
/// probabilities of it, and what is not known of them, their moments, is expected: those of a
/// normal number in the bin. See em/moment_source.hpp for the members.
template <class Parameters>
class BinnedPass {
 public:
  using Scalar = typename Parameters::Scalar;
  using Real = typename Parameters::Real;
  using Moments = typename Parameters::Moments;
  using Components = LineComponents<Parameters>;
  using Range = Interval<Real>;
  using Numbers = Vector<Scalar>;

  static constexpr bool is_complete = false;

  /// Refers to the numbers. \param hides_outside  whether samples outside of all bins were not
  /// counted
  BinnedPass(const char* where, const Numbers& edges, const Numbers& counts, bool hides_outside)
      : where_(where),
        edges_(edges),
        counts_(counts),
        hides_outside_(hides_outside),
        window_({Real(edges(0)), Real(edges(edges.size() - 1))}) {}

  const Columns& columns() const { return columns_; }
  Index count() const { return counts_.size(); }
  const AnySamples<Scalar, Parameters::Dim>* samples() const { return nullptr; }
  Index dimension() const { return 1; }
  Scalar weight(Index n) const { return counts_(n); }
  Index positive_count() const {
    Index result = 0;
    for (Index b = 0; b < count(); ++b) result += counts_(b) > 0 ? 1 : 0;
    return result;
  }

  /// Numbers that are known to a bin have no step, and what bins do not tell a likelihood of
  /// probabilities does not reward: the floor guards nothing but the arithmetic.
  void survey(bool) {}

  void accumulate(const Parameters& parameters, Moments& moments) {
    const Components components(parameters);
    accumulate_about(components, parameters, components.means(), moments);
    if (shifted_too_far(moments)) accumulate_about_means(parameters, moments);
  }

  void accumulate_about_means(const Parameters& parameters, Moments& moments) {
    const typename Moments::Origin means = moments.means();
    accumulate_about(Components(parameters), parameters, means, moments);
  }

  void evaluate(const Parameters& parameters, const Vector<Scalar>& constants,
                SampleVisit<Scalar> visit) {
    const Components components(parameters);
    check_noise(components, parameters);
    const Real log_window = hides_outside_ ? window_.log_probability(components) : Real(0);
    Vector<Scalar> values(value_columns(parameters));
    for (Index b = 0; b < count(); ++b) {
      for (Index k = 0; k < components.count(); ++k) {
        const Real log_factor = Real(constants(k)) - Real(parameters.log_normalizers(k));
        values(k) = Scalar(components.inside(k, bin(b)).log_probability + log_factor - log_window);
      }
      if (components.has_noise()) {
        values(components.count()) = Scalar(components.log_noise_inside(bin(b)) - log_window);
      }
      visit(b, values);
    }
  }

  /// Effective counts are those of samples that were counted.
  void report(const Parameters& parameters, FitResult& result) const {
    const Matrix<Real> owned = share_out(parameters);
    for (Index k = 0; k < owned.cols(); ++k) {
      double sum = 0;
      for (Index b = 0; b < owned.rows(); ++b) sum += double(owned(b, k));
      result.effective_counts(k) = sum;
    }
    if (!is_free_fit(parameters, result)) return;
    const bool is_together = have_one_variance(parameters);
    Index few = 0, first = -1;
    for (Index k = 0; k < owned.cols(); ++k) {
      if (!is_unresolved(owned, k)) continue;
      ++few;
      if (first < 0) first = k;
    }
    if (few == 0 || (is_together && few < owned.cols())) return;
    tell_no_maximum("component " + text(first) + " lies in two bins", result);
  }

 private:
  Range bin(Index b) const { return {Real(edges_(b)), Real(edges_(b + 1))}; }

  void check_noise(const Components& components, const Parameters& parameters) const {
    if (!components.has_noise()) return;
    if (!window_.range().is_bounded()) {
      reject(where_, "weight of the noise", text(parameters.noise_weight),
             "none where a bin is open: the background has no end there");
    }
    if (hides_outside_) window_.check_noise_inside(where_, components, parameters);
  }

  void accumulate_about(const Components& components, const Parameters& parameters,
                        const typename Moments::Origin& origin, Moments& moments) {
    check_noise(components, parameters);
    moments.reset(origin);
    for (Index b = 0; b < count(); ++b) {
      if (counts_(b) > 0) add_bin(components, b, moments);
    }
    if (hides_outside_) window_.add_unseen(components, parameters, moments);
  }

  void add_bin(const Components& components, Index b, Moments& moments) {
    const auto size = static_cast<std::size_t>(components.count());
    inside_.resize(size);
    LogSum<Real> sum;
    for (std::size_t k = 0; k < size; ++k) {
      inside_[k] = components.inside(static_cast<Index>(k), bin(b));
      sum.add(components.log_weight(static_cast<Index>(k)) + inside_[k].log_probability);
    }
    if (components.has_noise()) sum.add(components.log_noise_inside(bin(b)));
    const Real count = Real(counts_(b)), log_probability = sum.value();
    moments.total_weight() += count;
    moments.log_likelihood() += count * log_probability;
    if (!std::isfinite(log_probability)) return;  // which the fit reports
    for (std::size_t k = 0; k < size; ++k) {
      const auto component = static_cast<Index>(k);
      const Real log_share =
          components.log_weight(component) + inside_[k].log_probability - log_probability;
      add_interval(inside_[k], component, count * std::exp(log_share), moments);
    }
  }

  /// [B x K] how many of a bin's samples each component owns.
  Matrix<Real> share_out(const Parameters& parameters) const {
    const Components components(parameters);
    Matrix<Real> result(count(), components.count());
    for (Index b = 0; b < count(); ++b) {
      LogSum<Real> sum;
      for (Index k = 0; k < components.count(); ++k) {
        result(b, k) = components.log_weight(k) + components.inside(k, bin(b)).log_probability;
        sum.add(result(b, k));
      }
      if (components.has_noise()) sum.add(components.log_noise_inside(bin(b)));
      for (Index k = 0; k < components.count(); ++k) {
        const bool is_any = counts_(b) > 0 && std::isfinite(sum.value());
        result(b, k) = is_any ? Real(counts_(b)) * std::exp(result(b, k) - sum.value()) : Real(0);
      }
    }
    return result;
  }

  /// Whether what a component owns lies, but for a thousandth of a sample, in two bins beside each
  /// other: any deviation that is small enough is then as likely, with the mean at the edge between
  /// them. Or in the two open bins: then any that is large enough.
  bool is_unresolved(const Matrix<Real>& owned, Index k) const {
    const Index last = count() - 1;
    Real all = 0, most = 0;
    for (Index b = 0; b <= last; ++b) all += owned(b, k);
    for (Index b = 0; b <= last; ++b) {
      most = std::max(most, owned(b, k) + (b < last ? owned(b + 1, k) : Real(0)));
    }
    const bool is_open = !std::isfinite(edges_(0)) && !std::isfinite(edges_(last + 1));
    if (is_open) most = std::max(most, owned(0, k) + owned(last, k));
    return all > 0 && all - most <= Real(1e-3) * std::min(all, Real(1));
  }

  const char* where_;
  const Numbers& edges_;
  const Numbers& counts_;
  bool hides_outside_;
  Window<Parameters> window_;
  Columns columns_;
  std::vector<IntervalMoments<Real>> inside_;  // of one bin, by component
};

}  // namespace detail
}  // namespace EIGENMIX_ABI
}  // namespace eigenmix

#endif  // EIGENMIX_INCOMPLETE_BINNED_PASS_HPP
