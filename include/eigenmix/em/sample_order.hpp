// SPDX-License-Identifier: MIT
#ifndef EIGENMIX_EM_SAMPLE_ORDER_HPP
#define EIGENMIX_EM_SAMPLE_ORDER_HPP

#include <algorithm>
#include <cstddef>
#include <limits>
#include <numeric>
#include <vector>

#include <eigenmix/kernels/normalise.hpp>

namespace eigenmix {
inline namespace EIGENMIX_ABI {
namespace detail {

/// The two components most responsible for a sample; the same twice where there is but one.
struct Owners {
  int first = 0, second = 0;
};

/// Finds the owners of a tile's samples among its columns of log densities.
/// \param nobody  the owner of samples of which no component counts beside the noise
/// \param to      width of the tile
template <class Scalar>
void find_owners(const TileValues<Scalar>& values, Index size, int nobody, Owners* to) {
  if (values.components == 0) return void(std::fill_n(to, size, Owners{nobody, nobody}));
  using S = Simd<Scalar>;
  const auto nothing = S::fill(-std::numeric_limits<Scalar>::infinity());
  Scalar firsts[S::width], seconds[S::width];
  for (Index n = 0; n < size; n += S::width) {
    auto largest = S::load(values.data + n), next = nothing;
    auto first = S::fill(0), second = S::fill(0);  // columns
    for (Index c = 1; c < values.components; ++c) {
      const auto value = S::load(values.column(c) + n), column = S::fill(Scalar(c));
      second = S::if_less(largest, value, first, S::if_less(next, value, column, second));
      first = S::if_less(largest, value, column, first);
      next = S::max(next, S::min(largest, value));
      largest = S::max(largest, value);
    }
    S::store(firsts, first);
    S::store(seconds, second);
    for (Index m = 0; m < S::width && n + m < size; ++m) {
      to[n + m] = {int(values.component(Index(firsts[m]))),
                   int(values.component(Index(seconds[m])))};
    }
  }
}

/// Stable, by one of the owners. O(N + K)
template <class Key>
void sort_by(const std::vector<Owners>& owners, Index components, Key key,
             std::vector<int>& numbers) {
  std::vector<int> begin(static_cast<std::size_t>(components) + 1, 0);
  for (const Owners& owner : owners) ++begin[static_cast<std::size_t>(owner.*key) + 1];
  std::partial_sum(begin.begin(), begin.end(), begin.begin());
  const std::vector<int> before = numbers;
  for (const int n : before) {
    const auto component = static_cast<std::size_t>(owners[static_cast<std::size_t>(n)].*key);
    numbers[static_cast<std::size_t>(begin[component]++)] = n;
  }
}

/// The samples in the order of the component most responsible for them, then of the second: those
/// side by side have the same few components near them. O(N + K).
inline std::vector<int> order_by_owners(const std::vector<Owners>& owners, Index components) {
  std::vector<int> numbers(owners.size());
  std::iota(numbers.begin(), numbers.end(), 0);
  sort_by(owners, components, &Owners::second, numbers);
  sort_by(owners, components, &Owners::first, numbers);
  return numbers;
}

}  // namespace detail
}  // namespace EIGENMIX_ABI
}  // namespace eigenmix

#endif  // EIGENMIX_EM_SAMPLE_ORDER_HPP
