// SPDX-License-Identifier: MIT
#ifndef EIGENMIX_TESTS_BENCHMARK_GROUPS_HPP
#define EIGENMIX_TESTS_BENCHMARK_GROUPS_HPP

#include <algorithm>
#include <cmath>
#include <string>
#include <vector>

#include "measure.hpp"

namespace eigenmix_benchmark {

/// Samples of Gaussian groups and which group each is from.
struct Groups {
  Dense<double> x;
  std::vector<Index> labels;
};

/// How Gaussian groups lie; within-group deviations are about one, but where it is said.
enum class Layout {
  axis,       ///< in a row along one column, neighbours `distance` apart
  corners,    ///< at random corners of a cube, the nearest two `distance` apart
  shares,     ///< each out along a column of its own, the first with 8 % of the samples
  units,      ///< as axis, every column in a unit between 0.01 and 100
  ellipses,   ///< at random corners; deviations from 0.5 to 2 in every group's own columns
  elongated,  ///< as axis, deviation 10 in another column
  inside      ///< pairs of one centre and deviations 1 and `distance` / 2, pairs 2 `distance` apart
};

inline const char* name_of(Layout layout) {
  constexpr const char* names[] = {"axis",     "corners",   "shares", "units",
                                   "ellipses", "elongated", "inside"};
  return names[static_cast<int>(layout)];
}

/// What a set of groups is drawn by.
struct Drawing {
  Layout layout;
  double distance;
  Index dimension, samples, groups;
  bool common_shape = false;  ///< ellipses: one for all groups
  std::uint64_t seed = 0;
};

class GroupsDraw {
 public:
  explicit GroupsDraw(const Drawing& drawing)
      : drawing_(drawing),
        engine_(drawing.seed * 7919 + 17),
        centres_(Dense<double>::Zero(drawing.dimension, drawing.groups)),
        deviations_(Dense<double>::Ones(drawing.dimension, drawing.groups)) {
    place();
  }

  Groups draw() {
    const Index d = drawing_.dimension, count = drawing_.samples;
    Groups result{Dense<double>(d, count), std::vector<Index>(static_cast<std::size_t>(count))};
    eigenmix::random::Normal normal;
    const double first = drawing_.layout == Layout::shares ? 0.08 : 1.0 / double(drawing_.groups);
    const auto of_first = static_cast<Index>(std::lround(first * double(count)));
    for (Index n = 0; n < count; ++n) {
      const Index k = n < of_first ? 0 : 1 + (n - of_first) % (drawing_.groups - 1);
      result.labels[static_cast<std::size_t>(n)] = k;
      for (Index i = 0; i < d; ++i) {
        result.x(i, n) = centres_(i, k) + deviations_(i, k) * normal(engine_);
      }
    }
    if (drawing_.layout == Layout::units) {
      for (Index i = 0; i < d; ++i) {
        result.x.row(i) *= std::pow(10, 4 * eigenmix::random::uniform(engine_) - 2);
      }
    }
    return result;
  }

 private:
  void place() {
    using eigenmix::random::uniform;
    const Index d = drawing_.dimension;
    const Index along = eigenmix::random::uniform_index(engine_, d);
    switch (drawing_.layout) {
      case Layout::corners: place_at_corners(); break;
      case Layout::shares:
        if (drawing_.groups > d) place_at_corners();
        for (Index k = 0; drawing_.groups <= d && k < drawing_.groups; ++k) {
          centres_((along + k) % d, k) = drawing_.distance / std::sqrt(2.0);
        }
        break;
      case Layout::ellipses:
        place_at_corners();
        for (Index k = 0; k < drawing_.groups; ++k) {
          for (Index i = 0; i < d; ++i) {
            deviations_(i, k) = drawing_.common_shape && k > 0
                                    ? deviations_(i, 0)
                                    : std::pow(4, uniform(engine_) - 0.5);
          }
        }
        break;
      case Layout::inside:
        for (Index k = 0; k < drawing_.groups; ++k) {
          centres_(along, k) = 2 * drawing_.distance * double(k / 2);
          if (k % 2 == 1) deviations_.col(k).setConstant(drawing_.distance / 2);
        }
        break;
      default:
        for (Index k = 0; k < drawing_.groups; ++k) {
          centres_(along, k) = drawing_.distance * double(k);
        }
        if (drawing_.layout == Layout::elongated) deviations_.row((along + 1) % d).setConstant(10);
    }
  }

  void place_at_corners() {
    double nearest = 0;
    while (!(nearest > 0)) {
      for (Index k = 0; k < drawing_.groups; ++k) {
        for (Index i = 0; i < drawing_.dimension; ++i) centres_(i, k) = double(engine_() >> 63);
      }
      nearest = HUGE_VAL;
      for (Index k = 0; k < drawing_.groups; ++k) {
        for (Index j = 0; j < k; ++j) {
          nearest = std::min(nearest, (centres_.col(k) - centres_.col(j)).norm());
        }
      }
    }
    centres_ *= drawing_.distance / nearest;
  }

  Drawing drawing_;
  eigenmix::random::Engine engine_;
  Dense<double> centres_, deviations_;
};

inline Groups draw_groups(const Drawing& drawing) { return GroupsDraw(drawing).draw(); }

}  // namespace eigenmix_benchmark

#endif  // EIGENMIX_TESTS_BENCHMARK_GROUPS_HPP
