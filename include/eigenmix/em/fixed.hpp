// SPDX-License-Identifier: MIT
#ifndef EIGENMIX_EM_FIXED_HPP
#define EIGENMIX_EM_FIXED_HPP

#include <algorithm>
#include <string>
#include <vector>

#include <eigenmix/base/errors.hpp>

namespace eigenmix {
inline namespace EIGENMIX_ABI {

/// What a fit leaves as it is in the mixture it starts from; goes in fit_options.
///
///     Fixed fixed;
///     fixed.means = {true, false, false};  // of K = 3 components the first stays where it is
///     mixture.fit(x, fit_options(fixed));
///
/// A mask is empty, and fixes nothing, or has one entry for each component. Weights that are not
/// fixed share what those that are leave. Covariances that components share, wholly or in parts,
/// can only be fixed all at once. The likelihood still never falls: every step maximises over the
/// rest. Where a mask is set, degeneracy::Drop and Reseed raise collapsed components to the floor
/// instead: to remove or move one would move what is fixed.
struct Fixed {
  std::vector<bool> weights;      ///< K, or empty
  std::vector<bool> means;        ///< K, or empty
  std::vector<bool> covariances;  ///< K, or empty
  bool equal_weights = false;     ///< all weights are 1 / K, whatever the start has
};

namespace detail {

inline bool is_set(const std::vector<bool>& mask, Index k) {
  return !mask.empty() && mask[static_cast<std::size_t>(k)];
}

inline Index count_set(const std::vector<bool>& mask) {
  return static_cast<Index>(std::count(mask.begin(), mask.end(), true));
}

/// Whether some part of component k is fixed.
inline bool touches(const Fixed& fixed, Index k) {
  return is_set(fixed.weights, k) || is_set(fixed.means, k) || is_set(fixed.covariances, k);
}

inline bool has_masks(const Fixed& fixed) {
  return count_set(fixed.weights) + count_set(fixed.means) + count_set(fixed.covariances) > 0;
}

inline const Fixed& nothing_fixed() {
  static const Fixed nothing;
  return nothing;
}

inline bool fixes_nothing(const Fixed& fixed) { return !fixed.equal_weights && !has_masks(fixed); }

/// \throws std::invalid_argument  unless the masks suit so many components of a family
template <class Form, class Layout = typename Form::LayoutType>
EIGENMIX_COLD void check_fixed(const Fixed& fixed, const Form& form, Index components) {
  const auto check_size = [&](const char* what, const std::vector<bool>& mask) {
    if (mask.empty() || static_cast<Index>(mask.size()) == components) return;
    reject("Fixed", std::string("size of the mask of ") + what, text(mask.size()),
           "none or " + text(components) + ", one for each component");
  };
  check_size("weights", fixed.weights);
  check_size("means", fixed.means);
  check_size("covariances", fixed.covariances);
  if (fixed.equal_weights && count_set(fixed.weights) > 0) {
    reject("Fixed", "weights", "some fixed and all equal", "one or the other");
  }
  const Index count = count_set(fixed.covariances);
  const bool have_common_parts = form.has_common_parts() || Layout::is_shared;
  if (have_common_parts && count > 0 && count < components) {
    reject("Fixed", "number of covariances", text(count),
           std::string("none or all, because components of covariance::") + form.name +
               " have them in common");
  }
}

/// New weights in proportion to the counts, but for those fixed.
template <class Counts, class Weights>
EIGENMIX_COLD void divide_weights(const Fixed& fixed, const Counts& counts, const Weights& previous,
                                  Weights& next) {
  using Scalar = typename Weights::Scalar;
  using Real = typename Counts::Scalar;
  const Index components = counts.size();
  Real left = 1, sum = 0;
  for (Index k = 0; k < components; ++k) {
    if (is_set(fixed.weights, k)) {
      left -= previous(k);
    } else {
      sum += counts(k);
    }
  }
  for (Index k = 0; k < components; ++k) {
    const auto share =
        sum > 0 ? counts(k) / sum * left : left / Real(components - count_set(fixed.weights));
    next(k) = fixed.equal_weights        ? 1 / Scalar(components)
              : is_set(fixed.weights, k) ? previous(k)
                                         : Scalar(std::max(share, Real(0)));
  }
}

/// Parameters of a mixture that are not free.
template <class Form>
EIGENMIX_COLD Index fixed_parameter_count(const Fixed& fixed, const Form& form, Index dimension,
                                          Index components) {
  const Index weights = fixed.equal_weights ? components : count_set(fixed.weights);
  return std::min(weights, components - 1) + count_set(fixed.means) * dimension +
         count_set(fixed.covariances) * form.parameter_count(dimension, components) / components;
}

}  // namespace detail
}  // namespace EIGENMIX_ABI
}  // namespace eigenmix

#endif  // EIGENMIX_EM_FIXED_HPP
