// SPDX-License-Identifier: MIT
#ifndef EIGENMIX_SEARCH_PRESETS_HPP
#define EIGENMIX_SEARCH_PRESETS_HPP

#include <type_traits>

#include <eigenmix/search/small_em.hpp>

namespace eigenmix {
inline namespace EIGENMIX_ABI {

// How much to do for a better optimum, by name. A preset is a start strategy like any other:
//
//     auto mixture = initialize<Mixture>(x, 3, initialization::thorough());
//     auto best = fit_best<Mixture>(x, 3, initialization::thorough());
//
// Nothing said is initialization::SmallEm as it is, between the two. To make any costs nothing and
// never throws: seed and numbers are checked where they are used.
namespace initialization {

/// One k-means++ start: least time, and the nearest local maximum.
inline SmallEm fast(std::uint64_t seed = 0) {
  SmallEm strategy;
  strategy.seed = seed;
  strategy.runs = 1;
  strategy.move_rounds = 0;
  return strategy;
}

/// Two to thirty times the work of the default: 20 short runs of which two converge, and moves and
/// shakes from each as long as they help.
inline SmallEm thorough(std::uint64_t seed = 0) {
  SmallEm strategy;
  strategy.seed = seed;
  strategy.runs = 20;
  strategy.kept = 2;
  strategy.move_rounds = 4;
  strategy.shakes = 24;
  strategy.effort = 50;
  return strategy;
}

/// Some fifty times the work of thorough, a second for 178 samples in 13 dimensions: for rare
/// optima, as where samples are few for the parameters. What is likelier still by then may be an
/// accident of few samples, see spurious_components: the longer the search, the more it finds.
///
/// Another seed is put in: `auto strategy = initialization::exhaustive(); strategy.seed = 10;`.
/// exhaustive(10s) is another strategy, see exhaustive.hpp.
inline SmallEm exhaustive() {
  SmallEm strategy = thorough();
  strategy.runs = 32;
  strategy.kept = 16;
  strategy.shakes = 200;
  strategy.effort = 1000;
  return strategy;
}

/// A number alone could be seconds or a seed.
template <class Number, std::enable_if_t<std::is_arithmetic_v<Number>, int> = 0>
SmallEm exhaustive(Number) {
  static_assert(std::is_void_v<Number>,
                "eigenmix: a number says neither seconds nor a seed; call exhaustive(10s), a "
                "std::chrono duration, for a time, or set the seed of what exhaustive() returns");
  return exhaustive();
}

}  // namespace initialization
}  // namespace EIGENMIX_ABI
}  // namespace eigenmix

#endif  // EIGENMIX_SEARCH_PRESETS_HPP
