// SPDX-License-Identifier: MIT
#ifndef EIGENMIX_INFERENCE_UNCERTAINTY_BOOTSTRAP_HPP
#define EIGENMIX_INFERENCE_UNCERTAINTY_BOOTSTRAP_HPP

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <limits>
#include <string>
#include <vector>

#include <eigenmix/base/access.hpp>
#include <eigenmix/em/concurrent_fits.hpp>
#include <eigenmix/em/policies.hpp>
#include <eigenmix/gaussian_mixture.hpp>
#include <eigenmix/inference/uncertainty/matching.hpp>
#include <eigenmix/inference/uncertainty/numbers.hpp>
#include <eigenmix/inference/uncertainty/resampling.hpp>

namespace eigenmix {
inline namespace EIGENMIX_ABI {

/// How bootstrap_intervals is done.
struct IntervalBootstrap {
  Resampling resampling = Resampling::nonparametric;
  /// 999: the ends of a 95 % interval are then two of them, the 25th from either side (Davison &
  /// Hinkley 1997, section 5.3.1).
  Index replicates = 999;
  double level = 0.95;     ///< of the intervals, in (0, 1)
  std::uint64_t seed = 0;  ///< fixed by default, so that two calls agree
};

/// Errors and intervals of a fitted mixture's parameters, from refits to resampled data.
template <class Real, int Dim = Eigen::Dynamic>
struct BootstrapIntervals {
  ParameterNumbers<Real, Dim> lower, upper;  ///< ends of the percentile intervals
  ParameterNumbers<Real, Dim> errors;        ///< standard deviations of the replicates
  ParameterNumbers<Real, Dim> bias;          ///< the replicates' mean, less the mixture's number
  /// A column for each replicate that is not failed, in their order: weights [K], means, the lower
  /// triangles of K covariances, row by row; components in the order of the mixture.
  detail::Matrix<Real> values;
  Resampling resampling = Resampling::nonparametric;
  double level = 0.95;
  Index replicates = 0;   ///< asked for
  Index failed = 0;       ///< of them: without a fit, or with a component collapsed or dropped, or
                          ///< a dimension that tells nothing; left out
  Index unconverged = 0;  ///< of the others: fits that a limit ended; left in
  Index relabelled = 0;   ///< of the others: components in another order, which was undone

  /// Whether there were two replicates. If not, intervals and errors are infinite, biases zero.
  bool is_valid() const { return values.cols() >= 2; }

  /// One line, such as "999 nonparametric replicates, 2 failed, 0 unconverged, 1 relabelled: 95 %
  /// intervals of 11 numbers", and a word more if they are not valid.
  std::string summary() const {
    return detail::text(replicates) + " " + to_string(resampling) + " replicates, " +
           detail::text(failed) + " failed, " + detail::text(unconverged) + " unconverged, " +
           detail::text(relabelled) + " relabelled: " + (is_valid() ? "" : "too few for ") +
           detail::short_text(100 * level) + " % intervals of " + detail::text(values.rows()) +
           " numbers";
  }
};

namespace detail {

/// How one replicate ended.
enum class ReplicateEnd : unsigned char { failed, converged, unconverged };

/// What one replicate says; in the order of tasks, whoever does them.
struct Replicate {
  ReplicateEnd end = ReplicateEnd::failed;
  bool is_relabelled = false;
};

/// The replicates of a fit.
template <class Mixture, class Options>
class Replicates {
 public:
  using Real = typename Mixture::Real;
  using Data = ResampledData<typename Mixture::Scalar, Mixture::Dim>;
  using Numbers = ParameterNumbers<Real, Mixture::Dim>;
  using Intervals = BootstrapIntervals<Real, Mixture::Dim>;

  Replicates(const Mixture& mixture, const Data& data, const IntervalBootstrap& bootstrap,
             const Options& options)
      : mixture_(mixture), costs_(mixture), data_(data), bootstrap_(bootstrap), options_(options) {}

  Intervals run() const {
    const Index d = mixture_.dimension(), components = mixture_.component_count();
    std::vector<Replicate> ends(static_cast<std::size_t>(bootstrap_.replicates));
    Matrix<Real> values(components * (1 + d + packed_size(d)), bootstrap_.replicates);
    for_each_fit(options_, bootstrap_.replicates, [&](Index b, const auto& alone) {
      ends[static_cast<std::size_t>(b)] = replicate(b, alone, values.col(b).data());
    });
    Intervals result;
    result.resampling = bootstrap_.resampling;
    result.level = bootstrap_.level;
    result.replicates = bootstrap_.replicates;
    Index kept = 0;
    for (Index b = 0; b < bootstrap_.replicates; ++b) {
      const Replicate& replicate = ends[static_cast<std::size_t>(b)];
      if (replicate.end == ReplicateEnd::failed) continue;
      result.unconverged += replicate.end == ReplicateEnd::unconverged ? 1 : 0;
      result.relabelled += replicate.is_relabelled ? 1 : 0;
      std::copy_n(values.col(b).data(), values.rows(), values.col(kept++).data());
    }
    result.failed = bootstrap_.replicates - kept;
    result.values = values.leftCols(kept);
    summarise(result);
    return result;
  }

 private:
  template <class SerialOptions>
  Replicate replicate(Index b, const SerialOptions& options, Real* values) const {
    random::Engine engine = resampling_engine(bootstrap_.seed, b);
    Mixture drawn = mixture_;
    FitResult result;
    const std::string failure = failure_of([&] { result = refit(drawn, engine, options); });
    if (!failure.empty() || result.collapsed_count > 0 || !result.uninformative.empty() ||
        drawn.component_count() != mixture_.component_count()) {
      return {};
    }
    const std::vector<Index> which = Assignment(costs_.of(drawn)).rows();
    Numbers numbers = numbers_of(drawn, which);
    for_each_number(numbers, [&](Real& number) { *values++ = number; });
    return {result.converged() ? ReplicateEnd::converged : ReplicateEnd::unconverged,
            !std::is_sorted(which.begin(), which.end())};
  }

  template <class SerialOptions>
  FitResult refit(Mixture& mixture, random::Engine& engine, const SerialOptions& options) const {
    if (bootstrap_.resampling == Resampling::parametric) {
      return mixture.fit(mixture_.sample(data_.size(), engine).samples, options);
    }
    const auto counts = bootstrap_.resampling == Resampling::nonparametric
                            ? data_.draw_copies(engine)
                            : data_.draw_weights(engine);
    return mixture.fit(counted(data_.x(), counts), options);
  }

  static Numbers numbers_of(const Mixture& mixture, const std::vector<Index>& which) {
    Numbers numbers = parameter_numbers<Real, Mixture::Dim>(mixture.dimension(),
                                                            mixture.component_count(), Real(0));
    for (std::size_t k = 0; k < which.size(); ++k) {
      numbers.weights(Index(k)) = mixture.weights()(which[k]);
      numbers.means.col(Index(k)) = mixture.means().col(which[k]).template cast<Real>();
      numbers.covariances[k] = mixture.covariance(which[k]).template cast<Real>();
    }
    return numbers;
  }

  /// Errors and intervals from result.values.
  void summarise(Intervals& result) const {
    constexpr Real infinity = std::numeric_limits<Real>::infinity();
    const Index d = mixture_.dimension(), components = mixture_.component_count();
    result.lower = parameter_numbers<Real, Mixture::Dim>(d, components, -infinity);
    result.upper = result.errors = parameter_numbers<Real, Mixture::Dim>(d, components, infinity);
    result.bias = parameter_numbers<Real, Mixture::Dim>(d, components, Real(0));
    if (!result.is_valid()) return;
    std::vector<Index> same(static_cast<std::size_t>(components));
    for (std::size_t k = 0; k < same.size(); ++k) same[k] = Index(k);
    Numbers fitted = numbers_of(mixture_, same);
    Index row = 0;
    for_each_number(result.errors, [&](Real& error) { error = deviation(result.values, row++); });
    std::vector<std::vector<Real>> sorted;
    for (row = 0; row < result.values.rows(); ++row)
      sorted.push_back(sorted_row(result.values, row));
    const double tail = (1 - bootstrap_.level) / 2;
    auto numbers = sorted.begin();
    for_each_number(result.lower, [&](Real& end) { end = quantile_of(*numbers++, tail); });
    numbers = sorted.begin();
    for_each_number(result.upper, [&](Real& end) { end = quantile_of(*numbers++, 1 - tail); });
    row = 0;
    for_each_number(result.bias, [&](Real& bias) { bias = mean(result.values, row++); });
    result.bias.weights -= fitted.weights;
    result.bias.means -= fitted.means;
    for (std::size_t k = 0; k < same.size(); ++k) {
      result.bias.covariances[k] -= fitted.covariances[k];
    }
  }

  static Real mean(const Matrix<Real>& values, Index row) {
    const Real first = values(row, 0);
    Real sum = 0;
    for (Index b = 0; b < values.cols(); ++b) sum += values(row, b) - first;
    return first + sum / Real(values.cols());
  }

  static Real deviation(const Matrix<Real>& values, Index row) {
    const Real centre = mean(values, row);
    Real sum = 0;
    for (Index b = 0; b < values.cols(); ++b) {
      sum += (values(row, b) - centre) * (values(row, b) - centre);
    }
    return std::sqrt(sum / Real(values.cols() - 1));
  }

  static std::vector<Real> sorted_row(const Matrix<Real>& values, Index row) {
    std::vector<Real> result;
    for (Index b = 0; b < values.cols(); ++b) result.push_back(values(row, b));
    std::sort(result.begin(), result.end());
    return result;
  }

  const Mixture& mixture_;
  MatchingCosts<Mixture> costs_;
  const Data& data_;
  const IntervalBootstrap& bootstrap_;
  const Options& options_;
};

inline void check_interval_bootstrap(const char* where, const IntervalBootstrap& bootstrap) {
  at_least_one(where, "replicates", bootstrap.replicates);
  if (!(bootstrap.level > 0 && bootstrap.level < 1)) {
    reject(where, "level", text(bootstrap.level), "a probability in (0, 1)");
  }
}

}  // namespace detail

/// Standard errors and percentile intervals of a fitted mixture's parameters, by the bootstrap: for
/// every family, and where standard_errors asks for more samples than there are.
///
///     mixture.fit(x);
///     const auto intervals = bootstrap_intervals(mixture, x);
///     out << intervals.summary() << '\n' << intervals.lower.means;
///
/// Each replicate is fitted from the mixture itself (O'Hagan, Murphy, Scrucca & Gormley 2019,
/// Comput. Stat. 34; mclust's MclustBootstrap), and its components are matched to the mixture's,
/// see match_components. One that cannot be fitted, or only with a component collapsed, is counted
/// and left out: errors are then too small. 95 % intervals held the truth in 93.5 to 97 % of 2000
/// sets of 200 or 1000 samples, two normal groups 4 or 2.5 deviations apart, with 99 replicates
/// each; see benchmark/coverage.cpp.
///
/// Replicate b has an engine of its own made of the seed and b: results do not depend on threads,
/// and more replicates leave the first ones as they were.
/// \param mixture    fitted to x, without noise
/// \param x          [Dim x N] samples, copied once; of counted(x, c) Σ c copies are drawn, of
///                   weighted(x, w) N rows, which keep their weights
/// \param bootstrap  what is drawn, replicates >= 1, level in (0, 1), any seed
/// \param options    fit_options(...) as of the fit; with a threaded execution policy replicates
///                   are spread over the threads
/// \throws std::invalid_argument  if x, a number, an option or the noise is not as said, or if a
///                                dimension told nothing
/// \complexity  a fit a replicate, from near its end, and K² Dim³ + K³ to match; memory for the
///              replicates' parameters, and of N Dim numbers for each at work
template <class Mixture, class X, class Options = FitOptions<>>
BootstrapIntervals<typename Mixture::Real, Mixture::Dim> bootstrap_intervals(
    const Mixture& mixture, const X& x, const IntervalBootstrap& bootstrap = {},
    const Options& options = {}) {
  constexpr bool are_options = detail::is_fit_options_v<Options>;
  static_assert(are_options,
                "eigenmix: the last argument of bootstrap_intervals is what fit_options(...) "
                "returns");
  if constexpr (are_options) {
    using Scalar = typename Mixture::Scalar;
    const char* const where = "bootstrap_intervals";
    const auto& parameters = detail::Access::parameters(mixture);
    detail::check_has_errors(where, parameters);
    detail::check_interval_bootstrap(where, bootstrap);
    if (options.noise.weight != 0) {
      detail::reject(where, "noise", detail::text(options.noise.weight), "none, as of the mixture");
    }
    detail::check_options(where, options, *parameters.form, mixture.dimension(),
                          mixture.component_count());
    const auto opened =
        detail::Boundary<Scalar, Mixture::Dim>::checked(where, x, mixture.dimension());
    WeightMeaning meaning = WeightMeaning::count;
    if constexpr (detail::is_weighted_v<X>) meaning = x.meaning();
    const detail::ResampledData<Scalar, Mixture::Dim> data(
        detail::AnySamples<Scalar, Mixture::Dim>(opened), meaning);
    return detail::Replicates<Mixture, Options>(mixture, data, bootstrap, options).run();
  } else {
    return {};
  }
}

}  // namespace EIGENMIX_ABI
}  // namespace eigenmix

#endif  // EIGENMIX_INFERENCE_UNCERTAINTY_BOOTSTRAP_HPP
