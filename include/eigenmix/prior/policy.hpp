// SPDX-License-Identifier: MIT
#ifndef EIGENMIX_PRIOR_POLICY_HPP
#define EIGENMIX_PRIOR_POLICY_HPP

#include <eigenmix/base/fwd.hpp>

namespace eigenmix {
inline namespace EIGENMIX_ABI {

/// What is known of the parameters before the samples are seen. Under a prior a fit maximises the
/// posterior density instead of the likelihood.
namespace prior {

/// Base of the priors.
struct Policy {};

/// All parameters are equally likely: maximum likelihood, the default, because an answer must not
/// depend on a belief that the user did not state.
struct Flat : Policy {};

template <class T>
inline constexpr bool is_policy_v = std::is_base_of_v<Policy, T>;
template <class T>
inline constexpr bool is_flat_v = std::is_same_v<Flat, T>;

}  // namespace prior
}  // namespace EIGENMIX_ABI
}  // namespace eigenmix

#endif  // EIGENMIX_PRIOR_POLICY_HPP
