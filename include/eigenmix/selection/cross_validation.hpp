// SPDX-License-Identifier: MIT
#ifndef EIGENMIX_SELECTION_CROSS_VALIDATION_HPP
#define EIGENMIX_SELECTION_CROSS_VALIDATION_HPP

#include <cmath>
#include <cstdint>
#include <limits>
#include <string>
#include <utility>
#include <vector>

#include <eigenmix/em/concurrent_fits.hpp>
#include <eigenmix/selection/choices.hpp>
#include <eigenmix/stopping/standard.hpp>

namespace eigenmix {
inline namespace EIGENMIX_ABI {
namespace selection {

/// How samples are divided for cross_validate.
struct Folds {
  /// Ten: nine tenths of the samples leave the estimates nearly as good as all of them do, and more
  /// folds cost time for a variance that hardly falls (Kohavi 1995).
  Index count = 10;
  /// Fixes which sample is in which fold; fixed by default, so that two calls agree.
  std::uint64_t seed = 0;
};

/// One part of the samples that was held out, and the fit to the rest.
struct Fold {
  double log_likelihood = 0;  ///< Σ w_n log p(x_n) in nats over the samples held out
  double sample_weight = 0;   ///< Σ w_n over them
  FitResult fit;              ///< status not_run if it failed
  std::string error;          ///< what it failed with; empty for a fit that ended

  bool is_valid() const { return error.empty(); }  ///< whether it was fitted
  /// Nats per sample, or per unit of weight.
  double mean() const { return log_likelihood / sample_weight; }
};

/// What cross_validate found. Higher is better.
struct CrossValidation {
  std::vector<Fold> folds;
  /// Held-out log-likelihood in nats per sample (or unit of weight), over the valid folds;
  /// -infinity if there is none.
  double mean = -std::numeric_limits<double>::infinity();
  /// Standard error of the mean, from how much folds differ; NaN with fewer than two valid folds.
  /// The folds share training samples, so it is rather too small (Bengio & Grandvalet 2004).
  double standard_error = std::numeric_limits<double>::quiet_NaN();
  Index failed = 0;  ///< folds that are not valid
  /// [N] the fold that held each sample out; -1 for samples of weight zero.
  std::vector<Index> fold_of;
};

}  // namespace selection

namespace detail {

inline void check_folds(const char* where, Index components, Index folds, Index samples) {
  at_least_one(where, "components", components);
  if (folds < 2 || folds > samples) {
    reject(where, "number of folds", text(folds),
           "from 2 to the number of samples of positive weight, " + text(samples));
  }
}

/// Which part each sample is in, parts differing by one sample at most; -1 for samples without
/// weight. A random order (Fisher & Yates), dealt out in turn.
template <class Samples>
std::vector<Index> deal(const Samples& samples, Index parts, std::uint64_t seed) {
  std::vector<Index> order;
  for (Index n = 0; n < samples.count(); ++n) {
    if (samples.weight(n) > 0) order.push_back(n);
  }
  random::Engine engine(seed);
  for (std::size_t left = order.size(); left > 1; --left) {
    const Index chosen = random::uniform_index(engine, static_cast<Index>(left));
    std::swap(order[left - 1], order[static_cast<std::size_t>(chosen)]);
  }
  std::vector<Index> part(static_cast<std::size_t>(samples.count()), -1);
  for (std::size_t i = 0; i < order.size(); ++i) {
    part[static_cast<std::size_t>(order[i])] = static_cast<Index>(i) % parts;
  }
  return part;
}

/// The samples that a fold is fitted to and those that it is judged by: the same x with weights of
/// zero for the others, so that nothing is copied and starts that name samples by number hold.
template <class Scalar>
struct Split {
  template <class Samples>
  Split(const Samples& samples, const std::vector<Index>& part, Index held_out)
      : training(samples.count()), test(samples.count()) {
    for (Index n = 0; n < samples.count(); ++n) {
      const bool is_test = part[static_cast<std::size_t>(n)] == held_out;
      training(n) = is_test ? Scalar(0) : samples.weight(n);
      test(n) = is_test ? samples.weight(n) : Scalar(0);
    }
  }
  Vector<Scalar> training, test;
};

/// x without its weights.
template <class X>
const X& bare(const X& x) {
  return x;
}
template <class X, class W>
const X& bare(const WeightedSamples<X, W>& x) {
  return x.samples();
}

/// Fits to the one side of a split and judges by the other.
template <class Mixture, class X, class Strategy, class Options>
selection::Fold run_fold(const X& x, const Split<typename Mixture::Scalar>& split, Index components,
                         const Strategy& strategy, const Options& options) {
  selection::Fold fold;
  fold.sample_weight =
      double(split.test.template cast<Accumulator<typename Mixture::Scalar>>().sum());
  fold.error = failure_of([&] {
    const auto training = counted(x, split.training);  // scaled as x is
    auto mixture = initialize<Mixture>(training, components, strategy, options);
    fold.fit = mixture.fit(training, options);
    fold.log_likelihood = double(mixture.log_likelihood(counted(x, split.test), options.execution));
  });
  if (!fold.is_valid()) fold.fit = FitResult();
  return fold;
}

inline void summarise(selection::CrossValidation& result) {
  double sum = 0, weight = 0, valid = 0;
  for (const selection::Fold& fold : result.folds) {
    if (!fold.is_valid()) continue;
    sum += fold.log_likelihood;
    weight += fold.sample_weight;
    valid += 1;
  }
  result.failed = static_cast<Index>(result.folds.size()) - static_cast<Index>(valid);
  if (valid > 0) result.mean = sum / weight;
  if (valid < 2) return;
  double squares = 0;
  for (const selection::Fold& fold : result.folds) {
    const double share = fold.sample_weight * valid / weight;  // one where folds weigh the same
    if (fold.is_valid()) squares += std::pow(share * (fold.mean() - result.mean), 2);
  }
  result.standard_error = std::sqrt(squares / (valid * (valid - 1)));
}

}  // namespace detail

namespace selection {

/// k-fold cross-validation: how likely samples are that the fit has not seen (Smyth 2000). Every
/// sample of positive weight is held out once.
///
///     const auto result = selection::cross_validate<GaussianMixture<double>>(x, 3);
///
/// With a threaded execution policy in `options` the folds are spread over the threads; the result
/// is the same. A fold that cannot be fitted is reported in its place and does not lose the others.
/// For samples split by hand, mixture.log_likelihood(others) is the held-out log-likelihood.
/// \param x           [Dim x N] samples, weighted(x, w) or counted(x, c)
/// \param components  K >= 1
/// \param folds       from 2 to the number of samples of positive weight
/// \param options     fit_options(...), among which may be a start strategy, as for initialize
/// \throws std::invalid_argument  if x or a number is not as said
/// \complexity  one start and one fit for every fold; 2 N numbers of memory for each at work
template <class Mixture, class X, class Options = FitOptions<>>
CrossValidation cross_validate(const X& x, Index components, Folds folds = {},
                               const Options& options = {}) {
  using Boundary = detail::Boundary<typename Mixture::Scalar, Mixture::Dim>;
  constexpr bool are_options = detail::is_fit_options_v<Options>;
  static_assert(are_options,
                "eigenmix: the last argument of cross_validate is what fit_options(...) returns");
  const auto samples = Boundary::checked("cross_validate", x, Eigen::Dynamic);
  detail::check_folds("cross_validate", components, folds.count, samples.positive_count());
  if constexpr (are_options) {
    detail::check_options("cross_validate", options, detail::form_of_mixture<Mixture>,
                          samples.dimension(), components);
  }
  CrossValidation result;
  result.folds.resize(static_cast<std::size_t>(folds.count));
  result.fold_of = detail::deal(samples, folds.count, folds.seed);
  if constexpr (are_options) {
    using Start = detail::IsStart<Mixture, X>;
    const auto strategy = detail::choice_of<Start, initialization::SmallEm>(options.observers);
    const auto of_fits =
        detail::options_of_fits<detail::IsOther<Start>>(options, stopping::standard());
    detail::for_each_fit(of_fits, folds.count, [&](Index i, const auto& alone) {
      const detail::Split<typename Mixture::Scalar> split(samples, result.fold_of, i);
      result.folds[static_cast<std::size_t>(i)] =
          detail::run_fold<Mixture>(detail::bare(x), split, components, strategy, alone);
    });
  }
  detail::summarise(result);
  return result;
}

/// A single split: of `folds.count` parts the first, drawn by `folds.seed`, is held out, which is
/// fold 0 of cross_validate, and the fit is to the rest. One start and one fit; execution policy
/// and observers are those of the options. A fit that fails does not throw: Fold::error has its
/// text; but std::bad_alloc and SourceFailure pass, here and above.
/// \param x           [Dim x N] samples, weighted(x, w) or counted(x, c)
/// \param components  K >= 1
/// \param folds       from 2 to the number of samples of positive weight
/// \param options     fit_options(...), among which may be a start strategy, as for initialize
/// \throws std::invalid_argument  if x, a number or the options are not as said
template <class Mixture, class X, class Options = FitOptions<>>
Fold hold_out(const X& x, Index components, Folds folds = {}, const Options& options = {}) {
  using Boundary = detail::Boundary<typename Mixture::Scalar, Mixture::Dim>;
  constexpr bool are_options = detail::is_fit_options_v<Options>;
  static_assert(are_options,
                "eigenmix: the last argument of hold_out is what fit_options(...) returns");
  const auto samples = Boundary::checked("hold_out", x, Eigen::Dynamic);
  detail::check_folds("hold_out", components, folds.count, samples.positive_count());
  if constexpr (are_options) {
    detail::check_options("hold_out", options, detail::form_of_mixture<Mixture>,
                          samples.dimension(), components);
  }
  const std::vector<Index> part = detail::deal(samples, folds.count, folds.seed);
  const detail::Split<typename Mixture::Scalar> split(samples, part, 0);
  if constexpr (are_options) {
    using Start = detail::IsStart<Mixture, X>;
    return detail::run_fold<Mixture>(
        detail::bare(x), split, components,
        detail::choice_of<Start, initialization::SmallEm>(options.observers),
        detail::options_of_fits<detail::IsOther<Start>>(options, stopping::standard()));
  }
}

}  // namespace selection
}  // namespace EIGENMIX_ABI
}  // namespace eigenmix

#endif  // EIGENMIX_SELECTION_CROSS_VALIDATION_HPP
