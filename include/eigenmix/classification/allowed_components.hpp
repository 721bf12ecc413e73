// SPDX-License-Identifier: MIT
#ifndef EIGENMIX_CLASSIFICATION_ALLOWED_COMPONENTS_HPP
#define EIGENMIX_CLASSIFICATION_ALLOWED_COMPONENTS_HPP

#include <algorithm>
#include <map>
#include <type_traits>
#include <utility>
#include <vector>

#include <eigenmix/classification/singled_out.hpp>
#include <eigenmix/initialization/start.hpp>

namespace eigenmix {
inline namespace EIGENMIX_ABI {
namespace classification {

/// Which components each sample may come from, as far as that is known: labels of some samples.
///
///     const AllowedComponents known(labels, 3);              // class c is component c, -1 unknown
///     const AllowedComponents parts(labels, {{0, 1}, {2}});  // the first class has two components
///     const AllowedComponents mask(table);                   // [K x N], true where allowed
///
/// It is a start strategy, too: initialize<Mixture>(x, K, known) makes of the samples that are
/// known to be of one component its normal distribution.
/// Memory: a number a sample, and K bits for each different column of the mask. \see Ambroise &
/// Govaert (2000), EM algorithm for partially known labels
class AllowedComponents {
 public:
  /// \param mask  [K x N] of bool or integers, true or not zero where component k is allowed. One
  ///              row more, the last, says it of the noise; without it a sample may be noise that
  ///              may be of any component
  /// \throws std::invalid_argument  if it is empty
  /// \complexity  O(N K log P), of P different columns
  template <class M>
  explicit AllowedComponents(const Eigen::DenseBase<M>& mask) : rows_(mask.rows()) {
    static_assert(std::is_integral_v<typename M::Scalar>,
                  "eigenmix: AllowedComponents takes a mask of bool or integers, [K x N]");
    if (mask.size() == 0) {
      detail::reject("AllowedComponents", "shape of the mask",
                     detail::text(detail::Shape{mask.rows(), mask.cols()}), "[K x N]");
    }
    const detail::ExpressionReader<M> read(mask.derived());
    std::map<std::vector<bool>, Index> numbers;
    std::vector<bool> column(static_cast<std::size_t>(rows_));
    for (Index n = 0; n < mask.cols(); ++n) {
      for (Index k = 0; k < rows_; ++k) column[static_cast<std::size_t>(k)] = read(k, n) != 0;
      const auto next = static_cast<Index>(numbers.size());
      const auto [found, is_new] = numbers.emplace(column, next);
      const bool is_all = std::find(column.begin(), column.end(), false) == column.end();
      if (is_new) patterns_.push_back({column, is_all});
      pattern_of_.push_back(found->second);
    }
  }

  /// \param labels      [N] integers, the class of each sample, or -1 where it is unknown: a
  ///                    std::vector or an Eigen vector
  /// \param components  of each class, not empty: those its samples may come from. K is one more
  ///                    than the greatest. A class may have no samples, and classes may share some
  /// \throws std::invalid_argument  if a class has no components, a number is negative, or a label
  ///                                is neither -1 nor a class
  /// \complexity  O(N + C K)
  template <class Labels>
  AllowedComponents(const Labels& labels, const std::vector<std::vector<Index>>& components) {
    set_patterns(components);
    set_labels(labels, static_cast<Index>(components.size()));
  }

  /// Component c is class c, labels as above. \param classes  K, of which some may have no samples
  /// \throws std::invalid_argument  if a label is neither -1 nor in [0, K)
  template <class Labels>
  AllowedComponents(const Labels& labels, Index classes) {
    detail::at_least_one("AllowedComponents", "classes", classes);
    std::vector<std::vector<Index>> components;
    for (Index c = 0; c < classes; ++c) components.push_back({c});
    set_patterns(components);
    set_labels(labels, classes);
  }

  Index sample_count() const { return static_cast<Index>(pattern_of_.size()); }  ///< N
  Index row_count() const { return rows_; }  ///< K, or K + 1 where the noise has a row

  /// Whether sample n may be of component k; row K is the noise. O(1); n is not checked.
  bool allows(Index k, Index n) const {
    const Pattern& pattern = pattern_of(n);
    return k < rows_ ? pattern.allowed[static_cast<std::size_t>(k)] : pattern.is_unknown;
  }

  /// Whether sample n may be of any, so that nothing is known of it. O(1); n is not checked.
  bool allows_all(Index n) const { return pattern_of(n).is_unknown; }

  /// The only component that sample n may come from; -1 if there are more, or none. O(K); n is not
  /// checked.
  Index only(Index n) const {
    const std::vector<bool>& allowed = pattern_of(n).allowed;
    if (std::count(allowed.begin(), allowed.end(), true) != 1) return -1;
    return static_cast<Index>(std::find(allowed.begin(), allowed.end(), true) - allowed.begin());
  }

  /// The start, see initialize: the normal distribution of the samples that are known to be of one
  /// component, for each. One with no more of them than dimensions has the average covariance of
  /// the others, or that of all known samples in a K-th of its volume.
  /// \throws std::invalid_argument  if a component has none, or N or K is another
  /// \complexity  that of initialization::FromLabels
  template <class Mixture, class Samples, class Execution>
  Mixture start(const Samples& samples, Index components, const Execution& execution) const {
    check_shape("AllowedComponents", components, samples.count(), true);
    std::vector<int> labels(pattern_of_.size(), 0);
    std::vector<char> is_known(pattern_of_.size(), 0);
    std::vector<Index> counts(static_cast<std::size_t>(components), 0);
    for (Index n = 0; n < samples.count(); ++n) {
      const Index k = samples.weight(n) > 0 ? only(n) : -1;
      if (k < 0 || k >= components) continue;  // noise is no component
      is_known[static_cast<std::size_t>(n)] = 1;
      labels[static_cast<std::size_t>(n)] = static_cast<int>(k);
      ++counts[static_cast<std::size_t>(k)];
    }
    for (Index k = 0; k < components; ++k) {
      if (counts[static_cast<std::size_t>(k)] > 0) continue;
      detail::reject("AllowedComponents", "samples known to be of component " + detail::text(k),
                     "0", "at least one, or a start that is not made of labels");
    }
    const detail::SingledOut<Samples> singled(samples, is_known);
    Samples known(singled);
    known.set_columns(samples.columns());
    return detail::mixture_of_groups<Mixture>("AllowedComponents", known, labels, components,
                                              execution);
  }

  /// \param may_name_noise  whether a row for the noise is in place
  /// \throws std::invalid_argument  unless it is of so many components and samples
  void check_shape(const char* where, Index components, Index samples, bool may_name_noise) const {
    const bool suits = rows_ == components || (may_name_noise && rows_ == components + 1);
    if (suits && sample_count() == samples) return;
    detail::reject(where, "shape of the allowed components (components x samples)",
                   detail::text(detail::Shape{rows_, sample_count()}),
                   detail::text(detail::Shape{components, samples}) +
                       (may_name_noise ? ", or a row more for the noise" : ""));
  }

 private:
  struct Pattern {
    std::vector<bool> allowed;
    bool is_unknown;  // nothing is said: a class of all components is said to be no noise
  };

  const Pattern& pattern_of(Index n) const {
    return patterns_[static_cast<std::size_t>(pattern_of_[static_cast<std::size_t>(n)])];
  }

  /// Of each class, and of what is unknown.
  void set_patterns(const std::vector<std::vector<Index>>& components) {
    for (std::size_t c = 0; c < components.size(); ++c) {
      if (components[c].empty()) {
        detail::reject("AllowedComponents", "components of class " + detail::text(c), "none",
                       "at least one");
      }
      for (const Index k : components[c]) {
        if (k < 0) detail::reject("AllowedComponents", "component", detail::text(k), "one >= 0");
        rows_ = std::max(rows_, k + 1);
      }
    }
    const auto rows = static_cast<std::size_t>(rows_);
    for (const std::vector<Index>& of_class : components) {
      std::vector<bool> allowed(rows, false);
      for (const Index k : of_class) allowed[static_cast<std::size_t>(k)] = true;
      patterns_.push_back({std::move(allowed), false});
    }
    patterns_.push_back({std::vector<bool>(rows, true), true});
  }

  template <class Labels>
  void set_labels(const Labels& labels, Index classes) {
    static_assert(std::is_integral_v<std::decay_t<decltype(*labels.begin())>>,
                  "eigenmix: AllowedComponents takes integers, classes or -1");
    for (const auto given : labels) {
      const auto label = static_cast<Index>(given);
      if (label < -1 || label >= classes) {
        detail::reject("AllowedComponents", "label", detail::text(label),
                       "-1 or labels in [0, " + detail::text(classes) + ")");
      }
      pattern_of_.push_back(label < 0 ? classes : label);
    }
  }

  Index rows_ = 0;
  std::vector<Pattern> patterns_;
  std::vector<Index> pattern_of_;  // N
};

}  // namespace classification
}  // namespace EIGENMIX_ABI
}  // namespace eigenmix

#endif  // EIGENMIX_CLASSIFICATION_ALLOWED_COMPONENTS_HPP
