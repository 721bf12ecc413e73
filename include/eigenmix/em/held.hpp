// SPDX-License-Identifier: MIT
#ifndef EIGENMIX_EM_HELD_HPP
#define EIGENMIX_EM_HELD_HPP

#include <algorithm>
#include <string>
#include <vector>

#include <eigenmix/base/errors.hpp>
#include <eigenmix/covariance/policy.hpp>

namespace eigenmix {
inline namespace EIGENMIX_ABI {

/// What a fit leaves as it is in the mixture it starts from; goes in fit_options.
///
///     Held held;
///     held.means = {true, false, false};  // of K = 3 components the first stays where it is
///     mixture.fit(x, stopping::standard(), fit_options(held));
///
/// A mask is empty, and holds nothing, or has one entry for each component. Weights that are not
/// held share what those that are leave. Covariances that components share, wholly or in parts, can
/// only be held all at once. The likelihood still never falls: every step maximises over the rest.
/// Where a mask is set, degeneracy::Drop and Reseed raise collapsed components to the floor
/// instead: to remove or move one would move what is held.
struct Held {
  std::vector<bool> weights;      ///< K, or empty
  std::vector<bool> means;        ///< K, or empty
  std::vector<bool> covariances;  ///< K, or empty
  bool equal_weights = false;     ///< all weights are 1 / K, whatever the start has
};

namespace detail {

/// Nothing held: the default, at no cost.
struct NothingHeld {
  static constexpr bool is_active = false;
};

/// Held with what an M-step asks of it.
struct HeldParts : Held {
  static constexpr bool is_active = true;

  explicit HeldParts(const Held& held) : Held(held) {}

  /// \tparam Family  whose common parts forbid to hold some covariances alone
  template <class Family>
  void check(Index components) const {
    check_size("weights", weights, components);
    check_size("means", means, components);
    check_size("covariances", covariances, components);
    if (equal_weights && count(weights) > 0) {
      reject("Held", "weights", "some held and all equal", "one or the other");
    }
    const Index held = count(covariances);
    const bool have_common_parts =
        covariance::is_structured_v<Family> || Family::group_count(components) < components;
    if (have_common_parts && held > 0 && held < components) {
      reject("Held", "number of covariances", text(held),
             std::string("none or all, because components of covariance::") + Family::name +
                 " have them in common");
    }
  }

  static bool is_set(const std::vector<bool>& mask, Index k) {
    return !mask.empty() && mask[static_cast<std::size_t>(k)];
  }
  static Index count(const std::vector<bool>& mask) {
    return static_cast<Index>(std::count(mask.begin(), mask.end(), true));
  }

  /// New weights in proportion to the counts, but for those held.
  template <class Counts, class Weights>
  void divide(const Counts& counts, const Weights& previous, Weights& next) const {
    using Scalar = typename Weights::Scalar;
    using Real = typename Counts::Scalar;
    const Index components = counts.size();
    Real left = 1, sum = 0;
    for (Index k = 0; k < components; ++k) {
      if (is_set(weights, k)) {
        left -= previous(k);
      } else {
        sum += counts(k);
      }
    }
    for (Index k = 0; k < components; ++k) {
      const auto share =
          sum > 0 ? counts(k) / sum * left : left / Real(components - count(weights));
      next(k) = equal_weights        ? 1 / Scalar(components)
                : is_set(weights, k) ? previous(k)
                                     : Scalar(std::max(share, Real(0)));
    }
  }

  bool has_masks() const { return count(weights) + count(means) + count(covariances) > 0; }

  /// Parameters of a mixture that are not free.
  template <class Family>
  Index parameter_count(Index dimension, Index components) const {
    const Index held_weights = equal_weights ? components : count(weights);
    return std::min(held_weights, components - 1) + count(means) * dimension +
           count(covariances) * Family::parameter_count(dimension, components) / components;
  }

 private:
  static void check_size(const char* what, const std::vector<bool>& mask, Index components) {
    if (mask.empty() || static_cast<Index>(mask.size()) == components) return;
    reject("Held", std::string("size of the mask of ") + what, text(mask.size()),
           "none or " + text(components) + ", one for each component");
  }
};

inline NothingHeld held_parts(const NothingHeld& held) { return held; }
inline HeldParts held_parts(const Held& held) { return HeldParts(held); }

template <class T>
inline constexpr bool is_held_v = std::is_same_v<T, Held>;

}  // namespace detail
}  // namespace EIGENMIX_ABI
}  // namespace eigenmix

#endif  // EIGENMIX_EM_HELD_HPP
