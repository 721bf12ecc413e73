// SPDX-License-Identifier: MIT
#ifndef EIGENMIX_INCOMPLETE_OPENED_INCOMPLETE_HPP
#define EIGENMIX_INCOMPLETE_OPENED_INCOMPLETE_HPP

#include <cmath>
#include <string>
#include <vector>

#include <eigenmix/em/visit_densities.hpp>
#include <eigenmix/incomplete/missing_pass.hpp>

namespace eigenmix {
inline namespace EIGENMIX_ABI {
namespace detail {

/// \throws std::invalid_argument  if a column has no entry in any sample
template <class Opened>
void check_observed(const char* where, const Opened& samples) {
  for (Index i = 0; i < samples.dimension(); ++i) {
    if (samples.is_observed(i)) continue;
    reject(where, "row " + text(i) + " of x", "NaN in every sample of positive weight",
           "at least one entry that is not missing in every dimension");
  }
}

/// Incomplete samples with NaN where an entry is missing, behind AnySamples: to look for values
/// that many have, which NaN is not.
template <class Opened>
class SeenValues {
 public:
  using Scalar = typename Opened::Scalar;

  explicit SeenValues(const Opened& samples) : samples_(samples) {}

  Index dimension() const { return samples_.dimension(); }
  Index count() const { return samples_.count(); }
  Scalar value(Index i, Index m) const { return samples_.given(i, samples_.patterns().sample(m)); }
  Scalar weight(Index m) const { return samples_.weight(m); }
  static constexpr bool is_unit() { return Opened::is_unit(); }
  Index positive_count() const { return samples_.positive_count(); }
  Index first_positive() const { return samples_.first_positive(); }
  double largest_weight() const { return samples_.largest_weight(); }
  double total_weight() const { return samples_.total_weight(); }
  bool has_zeros() const { return samples_.has_zeros(); }
  void read(Index begin, Index size, Tile<Scalar, Opened::Dim>& tile) const {
    samples_.read(begin, size, tile);
  }

 private:
  const Opened& samples_;
};

/// Incomplete samples, opened: see moment_source.
template <class Parameters, class Opened>
class OpenedIncomplete {
 public:
  using Scalar = typename Parameters::Scalar;
  using Real = typename Parameters::Real;
  using Moments = typename Parameters::Moments;
  using Samples = AnySamples<Scalar, Parameters::Dim>;

  bool is_complete = false;  ///< see MomentSource

  /// `open` gives the samples: they can be neither copied nor moved.
  template <class Open>
  OpenedIncomplete(const char* where, const AnyExecution& execution, Open&& open)
      : where_(where),
        opened_(open()),
        samples_(opened_),
        values_(opened_),
        seen_(values_),
        pass_(samples_, patterns(), execution) {
    is_complete = patterns().are_complete();
  }

  OpenedIncomplete(const OpenedIncomplete&) = delete;
  OpenedIncomplete& operator=(const OpenedIncomplete&) = delete;
  ~OpenedIncomplete() = default;

  void accumulate(const Parameters& parameters, Moments& moments) {
    pass_.accumulate(parameters, moments);
    moments.log_likelihood() += correction_;
  }
  void accumulate_about_means(const Parameters& parameters, Moments& moments) {
    pass_.accumulate_about_means(parameters, moments);
    moments.log_likelihood() += correction_;
  }

  const Columns& columns() const { return samples_.columns(); }
  Index count() const { return opened_.given_count(); }
  const Samples* samples() const { return &seen_; }
  Index dimension() const { return samples_.dimension(); }
  Index positive_count() const { return samples_.positive_count(); }
  Scalar weight(Index n) const { return opened_.given_weight(n); }

  void survey(bool may_set_apart) {
    check_observed(where_, opened_);
    samples_.survey(may_set_apart);
    seen_.set_columns(samples_.columns());
    correct();
  }

  void evaluate(const Parameters& parameters, const Vector<Scalar>& constants,
                SampleVisit<Scalar> visit) {
    const auto visit_all = [&](MissingWorkspace<Parameters>& space, Index begin) {
      visit_tile(space.whole, [&](Index m, const Vector<Scalar>& values) {
        visit(patterns().sample(begin + m), values);
      });
    };
    pass_.for_each_complete_tile(parameters, constants, visit_all);
    pass_.for_each_incomplete_tile(parameters, constants, visit_all);
    visit_unseen(parameters, constants, visit);
  }

  /// Names the dimensions that no sample of a component has: fewer than a thousandth of one.
  void report(const Parameters& parameters, FitResult& result) const {
    const auto& missed = pass_.missed();
    constexpr double none = 1e-3;
    if (missed.cols() != parameters.component_count()) return;
    for (Index k = 0; k < missed.cols(); ++k) {
      const double count = result.effective_counts(k);
      if (!(count > none)) continue;  // it has no samples at all
      for (Index i = 0; i < missed.rows(); ++i) {
        if (count - double(missed(i, k)) <= none) result.unmeasured.push_back({k, i});
      }
    }
  }

  // For what else is said of incomplete samples.
  const Opened& opened() const { return opened_; }
  const Patterns& patterns() const { return opened_.patterns(); }
  const MissingPass<Parameters>& pass() const { return pass_; }

 private:
  /// Nothing is known of samples without any entry: their density is one.
  void visit_unseen(const Parameters& parameters, const Vector<Scalar>& constants,
                    SampleVisit<Scalar> visit) const {
    if (patterns().unseen().empty()) return;
    const Index components = parameters.component_count();
    Vector<Scalar> values(value_columns(parameters));
    for (Index k = 0; k < components; ++k) values(k) = constants(k) - parameters.log_normalizers(k);
    if (parameters.has_noise()) values(components) = std::log(parameters.noise_weight);
    for (const Index n : patterns().unseen()) visit(n, values);
  }

  /// A fit takes the spread of a dimension that tells nothing off every sample's log density, seen
  /// there or not: gives it back, and takes off what those have that were seen.
  void correct() {
    correction_ = 0;
    for (Index i = 0; i < dimension(); ++i) {
      const Column column = columns()[i];
      if (columns().informs(i)) continue;
      Real lost = 0, of_seen = 0;
      bool is_any_missing = false;
      for (Index n = 0; n < count(); ++n) {
        if (!(weight(n) > 0)) continue;
        const Scalar number = opened_.given(i, n);
        const Real offset = Real(number) - Real(column.mean);
        lost += Real(weight(n)) * Real(column.loss);
        is_any_missing |= std::isnan(number);
        if (std::isnan(number)) continue;
        of_seen += Real(weight(n)) * offset * offset / Real(column.variance) / 2;
      }
      if (is_any_missing) correction_ += lost - of_seen;
    }
  }

  const char* where_;
  Opened opened_;
  Samples samples_;
  SeenValues<Opened> values_;
  Samples seen_;
  MissingPass<Parameters> pass_;
  Real correction_ = 0;  // of the log-likelihood
};

}  // namespace detail
}  // namespace EIGENMIX_ABI
}  // namespace eigenmix

#endif  // EIGENMIX_INCOMPLETE_OPENED_INCOMPLETE_HPP
