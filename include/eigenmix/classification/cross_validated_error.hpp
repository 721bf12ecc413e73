// SPDX-License-Identifier: MIT
#ifndef EIGENMIX_CLASSIFICATION_CROSS_VALIDATED_ERROR_HPP
#define EIGENMIX_CLASSIFICATION_CROSS_VALIDATED_ERROR_HPP

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <limits>
#include <string>
#include <utility>
#include <vector>

#include <eigenmix/classification/classifier.hpp>
#include <eigenmix/selection/cross_validation.hpp>

namespace eigenmix {
inline namespace EIGENMIX_ABI {
namespace classification {

/// One part of the samples that was held out.
struct ErrorFold {
  Assessment held_out;  ///< of the classifier that was made of the others
  std::string error;    ///< what it failed with; empty if it was made

  bool is_valid() const { return error.empty(); }  ///< whether it was made
};

/// What cross_validated_error found, over the valid folds: averages by weight, infinite if there is
/// none.
struct CrossValidatedError {
  std::vector<ErrorFold> folds;
  double error = std::numeric_limits<double>::infinity();        ///< share of wrong classes
  double cost = std::numeric_limits<double>::infinity();         ///< average cost
  double brier_score = std::numeric_limits<double>::infinity();  ///< see Assessment
  /// Standard error of `error`, from how much folds differ; NaN with fewer than two valid folds.
  double standard_error = std::numeric_limits<double>::quiet_NaN();
  Index failed = 0;  ///< folds that are not valid
  /// [N] the fold that held each sample out; -1 for samples of weight zero.
  std::vector<Index> fold_of;
};

}  // namespace classification

namespace detail {

/// Which part each sample is in, -1 for samples without weight: class by class, in the random order
/// of `deal`, dealt out in turn, so that parts differ by one sample at most, in all and in every
/// class.
template <class Samples>
std::vector<Index> deal_stratified(const Samples& samples, const ClassLabels& labels, Index parts,
                                   std::uint64_t seed) {
  const std::vector<Index> place = deal(samples, samples.positive_count(), seed);
  std::vector<Index> order;
  for (Index n = 0; n < samples.count(); ++n) {
    if (samples.weight(n) > 0) order.push_back(n);
  }
  std::sort(order.begin(), order.end(), [&](Index a, Index b) {
    if (labels[a] != labels[b]) return labels[a] < labels[b];
    return place[static_cast<std::size_t>(a)] < place[static_cast<std::size_t>(b)];
  });
  std::vector<Index> part(static_cast<std::size_t>(samples.count()), -1);
  for (std::size_t i = 0; i < order.size(); ++i) {
    part[static_cast<std::size_t>(order[i])] = static_cast<Index>(i) % parts;
  }
  return part;
}

inline void summarise(classification::CrossValidatedError& result) {
  double weight = 0, error = 0, cost = 0, brier = 0, valid = 0;
  for (const classification::ErrorFold& fold : result.folds) {
    if (!fold.is_valid()) continue;
    const double of_fold = fold.held_out.sample_weight;
    weight += of_fold;
    error += of_fold * fold.held_out.error;
    cost += of_fold * fold.held_out.cost;
    brier += of_fold * fold.held_out.brier_score;
    valid += 1;
  }
  result.failed = static_cast<Index>(result.folds.size()) - static_cast<Index>(valid);
  if (!(valid > 0)) return;
  result.error = error / weight;
  result.cost = cost / weight;
  result.brier_score = brier / weight;
  if (valid < 2) return;
  double squares = 0;
  for (const classification::ErrorFold& fold : result.folds) {
    if (!fold.is_valid()) continue;
    const double share =
        fold.held_out.sample_weight * valid / weight;  // one where they weigh alike
    squares += std::pow(share * (fold.held_out.error - result.error), 2);
  }
  result.standard_error = std::sqrt(squares / (valid * (valid - 1)));
}

}  // namespace detail

namespace classification {

/// Cross-validation of a classifier: how often it errs on samples that it was not made of. Every
/// sample of positive weight is held out once; classes have the same share in every fold, but for
/// one sample (Kohavi 1995).
///
///     const auto make = [&](const auto& x, const auto& labels) {
///       return classification::fit_edda(x, labels, families);
///     };
///     const auto result = classification::cross_validated_error(x, labels, make);
///
/// A fold whose classifier cannot be made, as of a class with one sample, which is held out, is
/// reported in its place and does not lose the others; std::bad_alloc and SourceFailure pass.
/// \param x       [Dim x N] samples, weighted(x, w) or counted(x, c)
/// \param labels  [N] integers, classes from 0 to C - 1, each with samples of positive weight
/// \param make    called as make(counted(x, w), labels), with all samples and weights of zero for
///                those held out; returns a Classifier, whose priors and costs it may set
/// \param folds   from 2 to the number of samples of positive weight; the seed fixes the parts
/// \throws std::invalid_argument  if x, labels or folds are not as said
/// \complexity  one classifier for each fold, and one assessment; 2 N numbers of memory
template <class X, class Labels, class Make>
CrossValidatedError cross_validated_error(const X& x, const Labels& labels, const Make& make,
                                          selection::Folds folds = {}) {
  using Expression = typename detail::ExpressionOf<X>::Type;
  using Scalar = typename Expression::Scalar;
  constexpr const char* where = "cross_validated_error";
  const auto samples =
      detail::Boundary<Scalar, Expression::RowsAtCompileTime>::checked(where, x, Eigen::Dynamic);
  const detail::ClassLabels known(where, labels, samples);
  known.check_classes(where, samples);
  detail::check_folds(where, 1, folds.count, samples.positive_count());
  CrossValidatedError result;
  result.fold_of = detail::deal_stratified(samples, known, folds.count, folds.seed);
  for (Index i = 0; i < folds.count; ++i) {
    const detail::Split<Scalar> split(samples, result.fold_of, i);
    ErrorFold fold;
    fold.error = detail::failure_of([&] {
      const auto classifier = make(counted(detail::bare(x), split.training), known.numbers());
      fold.held_out = classifier.assess(counted(detail::bare(x), split.test), known.numbers());
    });
    result.folds.push_back(std::move(fold));
  }
  detail::summarise(result);
  return result;
}

}  // namespace classification
}  // namespace EIGENMIX_ABI
}  // namespace eigenmix

#endif  // EIGENMIX_CLASSIFICATION_CROSS_VALIDATED_ERROR_HPP
