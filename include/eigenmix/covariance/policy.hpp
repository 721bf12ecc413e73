// SPDX-License-Identifier: MIT
#ifndef EIGENMIX_COVARIANCE_POLICY_HPP
#define EIGENMIX_COVARIANCE_POLICY_HPP

#include <eigenmix/base/fwd.hpp>

namespace eigenmix {
inline namespace EIGENMIX_ABI {
namespace covariance {

/// A covariance family is a layout and what makes it one: a class of static members, most of which
/// one inherits from a base of covariance/bases.hpp.
///
///     using Layout = layout::Dense;        // how covariances are stored, summed and evaluated
///     static constexpr const char* name;
///     static constexpr const char* code;   // mclust's, optional
///     static Index parameter_count(Index d, Index K);   // of the covariances
template <class T, class = void>
inline constexpr bool is_family_v = false;
template <class T>
inline constexpr bool is_family_v<
    T, std::void_t<typename T::Layout, decltype(static_cast<const char*>(T::name)),
                   decltype(static_cast<Index>(T::parameter_count(Index(1), Index(1))))>> = true;

/// A family whose components have parts of their covariances in common has beside that
///
///     static constexpr const char* common;       // which, for messages: "one shape for all ..."
///     template <class Real, int Dim>
///     static void unite(const detail::Vector<Real>& counts,          // [K] >= 0, not all zero
///                       const detail::Matrix<Real, Dim>& previous,  // of the last M-step, or empty
///                       detail::Matrix<Real, Dim>& estimates);  // most likely of each alone, of all
///
/// `unite` is the rest of the M-step: the covariances of the family's form that maximise
/// Σ_k counts(k) E_k log N(x | covariance_k), E_k with the estimate as second moment. What it
/// cannot compute it leaves as NaN. Applied to covariances of the form it changes nothing but by
/// rounding.
template <class T, class = void>
inline constexpr bool has_common_parts_v = false;
template <class T>
inline constexpr bool has_common_parts_v<
    T, std::void_t<decltype(T::unite(std::declval<const detail::Vector<double>&>(),
                                     std::declval<const detail::Matrix<double>&>(),
                                     std::declval<detail::Matrix<double>&>()))>> = true;

}  // namespace covariance
}  // namespace EIGENMIX_ABI
}  // namespace eigenmix

#endif  // EIGENMIX_COVARIANCE_POLICY_HPP
