// SPDX-License-Identifier: MIT
#ifndef EIGENMIX_INITIALIZATION_FROM_LABELS_HPP
#define EIGENMIX_INITIALIZATION_FROM_LABELS_HPP

#include <vector>

#include <eigenmix/initialization/start.hpp>

namespace eigenmix {
inline namespace EIGENMIX_ABI {
namespace initialization {

/// A hard assignment: component k is the maximum-likelihood normal distribution of the samples with
/// label k (equations 1 and 2). Nothing is smoothed: a label with fewer samples than dimensions
/// starts on the variance floor.
/// \complexity  two passes, O(N K Dim²) for dense families, O(N K Dim) for others; memory for a
///              label a sample
class FromLabels {
 public:
  /// \param labels  [N] integers in [0, K), every one of which occurs: a std::vector or an Eigen
  ///                vector; copied, and checked by `start`, which knows N and K
  template <class Labels>
  explicit FromLabels(const Labels& labels) {
    static_assert(std::is_integral_v<std::decay_t<decltype(*labels.begin())>>,
                  "eigenmix: FromLabels takes integers, component numbers in [0, K)");
    labels_.reserve(static_cast<std::size_t>(labels.size()));
    for (const auto label : labels) labels_.push_back(static_cast<Index>(label));
  }
  /// \param labels  likewise; taken over
  explicit FromLabels(std::vector<Index> labels) : labels_(std::move(labels)) {}

  /// \param components  K
  /// \throws std::invalid_argument  if labels are too many, too few or out of range, if one has no
  ///                                sample of positive weight, or squares of the samples cannot be
  ///                                represented
  template <class Mixture, class Samples, class Execution>
  Mixture start(const Samples& samples, Index components, const Execution& execution) const {
    const auto count = static_cast<Index>(labels_.size());
    if (count != samples.count()) {
      detail::reject("FromLabels", "number of labels", detail::text(count),
                     "one for each of " + detail::text(samples.count()) + " samples");
    }
    for (const Index label : labels_) {
      if (label < 0 || label >= components) {
        detail::reject("FromLabels", "label", detail::text(label),
                       "labels in [0, " + detail::text(components) + ")");
      }
    }
    const detail::LabelResponsibilities<Index> source(labels_.data());
    return detail::Access::make<Mixture>(
        detail::start_maker<Mixture>("FromLabels", samples, execution).from(source, components));
  }

 private:
  std::vector<Index> labels_;
};

}  // namespace initialization
}  // namespace EIGENMIX_ABI
}  // namespace eigenmix

#endif  // EIGENMIX_INITIALIZATION_FROM_LABELS_HPP
