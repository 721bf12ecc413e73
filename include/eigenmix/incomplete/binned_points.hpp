// SPDX-License-Identifier: MIT
#ifndef EIGENMIX_INCOMPLETE_BINNED_POINTS_HPP
#define EIGENMIX_INCOMPLETE_BINNED_POINTS_HPP

#include <algorithm>
#include <cmath>
#include <vector>

#include <eigenmix/samples/stand_in.hpp>

namespace eigenmix {
inline namespace EIGENMIX_ABI {
namespace detail {

/// Points that stand for the samples of bins while a start is looked for. Their number does not
/// depend on how many there were, and none has more than about one sample's weight: components on
/// one point are then the accident that they are, and no atom.
///
/// A bin's points are spread evenly. Those of an open bin are quantiles of an exponential
/// distribution whose mean is the width of the bin beside it, or, if that is open too, one.
template <class Scalar, int Dim>
class BinnedPoints {
 public:
  using Vector = detail::Vector<Scalar>;
  static constexpr Index wanted = 1024;

  BinnedPoints(const Vector& edges, const Vector& counts) : edges_(edges), counts_(counts) {}

  StandIn<Scalar, Dim> spread() const {
    double total = 0;
    for (Index b = 0; b < counts_.size(); ++b) total += double(counts_(b));
    std::vector<Index> numbers;
    Index all = 0;
    for (Index b = 0; b < counts_.size(); ++b) {
      numbers.push_back(number_of(double(counts_(b)) / total));
      all += numbers.back();
    }
    StandIn<Scalar, Dim> result;
    result.x.resize(1, all);
    result.weights.resize(all);
    Index n = 0;
    for (Index b = 0; b < counts_.size(); ++b) {
      const Index number = numbers[static_cast<std::size_t>(b)];
      const double weight = double(counts_(b)) / total * double(wanted) / double(number);
      for (Index j = 0; j < number; ++j, ++n) {
        result.x(0, n) = point(b, (double(j) + 0.5) / double(number));
        result.weights(n) = Scalar(weight);
      }
    }
    return result;
  }

 private:
  static Index number_of(double share) {
    if (!(share > 0)) return 0;
    return std::max<Index>(1, static_cast<Index>(std::lround(share * double(wanted))));
  }

  double width(Index b) const {
    if (b < 0 || b >= counts_.size()) return 1;
    const double width = double(edges_(b + 1)) - double(edges_(b));
    return std::isfinite(width) ? width : 1;
  }

  /// \param share  of the bin's samples that lie below, in (0, 1)
  Scalar point(Index b, double share) const {
    const double lower = double(edges_(b)), upper = double(edges_(b + 1));
    double x = lower * (1 - share) + upper * share;
    if (!std::isfinite(lower)) x = upper + width(b + 1) * std::log(share);
    if (!std::isfinite(upper)) x = lower - width(b - 1) * std::log1p(-share);
    return Scalar(std::min(std::max(x, lower), upper));
  }

  const Vector& edges_;
  const Vector& counts_;
};

}  // namespace detail
}  // namespace EIGENMIX_ABI
}  // namespace eigenmix

#endif  // EIGENMIX_INCOMPLETE_BINNED_POINTS_HPP
