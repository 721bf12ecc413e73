// SPDX-License-Identifier: MIT
#ifndef EIGENMIX_SEARCH_RESTARTS_HPP
#define EIGENMIX_SEARCH_RESTARTS_HPP

#include <utility>

#include <eigenmix/search/small_em.hpp>

namespace eigenmix {
inline namespace EIGENMIX_ABI {
namespace detail {

template <class T, class = void>
inline constexpr bool has_seed_v = false;
template <class T>
inline constexpr bool has_seed_v<T, std::void_t<decltype(++std::declval<T&>().seed)>> = true;

}  // namespace detail

namespace initialization {

/// Several whole fits from starts that differ in their seed, for fit_best: run i begins with seed
/// strategy.seed + i. Where the strategy is SmallEm, as it is by default, each run also fits from
/// the plain k-means++ start of its seed, unobserved, and keeps the better of the two: so n runs are
/// never worse than n such starts.
/// \tparam Strategy  any start strategy with a public integer `seed`
template <class Strategy = SmallEm>
struct Restarts {
  static_assert(detail::has_seed_v<Strategy>,
                "eigenmix: restarts vary the start by its seed; the strategy must have a public "
                "integer `seed`");

  /// \param count  >= 1; fit_best refuses less
  explicit Restarts(Index count, Strategy of = {}) : runs(count), strategy(std::move(of)) {}

  Index runs;
  Strategy strategy;  ///< of run 0
};

Restarts(Index)->Restarts<SmallEm>;

template <class T>
inline constexpr bool is_restarts_v = false;
template <class Strategy>
inline constexpr bool is_restarts_v<Restarts<Strategy>> = true;

}  // namespace initialization
}  // namespace EIGENMIX_ABI
}  // namespace eigenmix

#endif  // EIGENMIX_SEARCH_RESTARTS_HPP
