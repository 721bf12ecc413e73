// SPDX-License-Identifier: MIT
#ifndef EIGENMIX_CLASSIFICATION_CLASS_LABELS_HPP
#define EIGENMIX_CLASSIFICATION_CLASS_LABELS_HPP

#include <algorithm>
#include <type_traits>
#include <vector>

#include <eigenmix/base/errors.hpp>

namespace eigenmix {
inline namespace EIGENMIX_ABI {
namespace detail {

/// The class of each sample, checked.
class ClassLabels {
 public:
  /// \param labels   [N] integers >= 0: a std::vector or an Eigen vector; copied
  /// \throws std::invalid_argument  if they are of another number than samples, or negative
  template <class Labels, class Samples>
  ClassLabels(const char* where, const Labels& labels, const Samples& samples) {
    static_assert(std::is_integral_v<std::decay_t<decltype(*labels.begin())>>,
                  "eigenmix: labels of classes are integers, 0 to C - 1");
    if (static_cast<Index>(labels.size()) != samples.count()) {
      reject(where, "number of labels", text(labels.size()),
             "one for each of " + text(samples.count()) + " samples");
    }
    numbers_.reserve(static_cast<std::size_t>(labels.size()));
    for (const auto label : labels) numbers_.push_back(static_cast<Index>(label));
  }

  /// \param classes  C
  /// \throws std::invalid_argument  unless all labels are in [0, C)
  void check_range(const char* where, Index classes) const {
    for (const Index label : numbers_) {
      if (label >= 0 && label < classes) continue;
      reject(where, "label", text(label), "labels in [0, " + text(classes) + ")");
    }
  }

  /// C, one more than the greatest label.
  /// \throws std::invalid_argument  if a class has no sample of positive weight, or there cannot be
  ///                                one for every class
  template <class Samples>
  Index check_classes(const char* where, const Samples& samples) const {
    check_range(where, samples.count());
    const Index classes = 1 + *std::max_element(numbers_.begin(), numbers_.end());
    std::vector<Index> counts(static_cast<std::size_t>(classes), 0);
    for (Index n = 0; n < samples.count(); ++n) {
      if (samples.weight(n) > 0) ++counts[static_cast<std::size_t>((*this)[n])];
    }
    for (Index c = 0; c < classes; ++c) {
      if (counts[static_cast<std::size_t>(c)] > 0) continue;
      reject(
          where, "samples of class " + text(c), "0",
          "at least one of positive weight for every class up to the last, " + text(classes - 1));
    }
    return classes;
  }

  Index operator[](Index n) const { return numbers_[static_cast<std::size_t>(n)]; }
  const std::vector<Index>& numbers() const { return numbers_; }  ///< [N]

 private:
  std::vector<Index> numbers_;
};

}  // namespace detail
}  // namespace EIGENMIX_ABI
}  // namespace eigenmix

#endif  // EIGENMIX_CLASSIFICATION_CLASS_LABELS_HPP
