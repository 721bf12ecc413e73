// SPDX-License-Identifier: MIT
#ifndef EIGENMIX_COVARIANCE_POLICY_HPP
#define EIGENMIX_COVARIANCE_POLICY_HPP

#include <eigenmix/base/fwd.hpp>

namespace eigenmix {
inline namespace EIGENMIX_ABI {
namespace covariance {

/// A covariance family says what is stored, what is summed, and how densities are computed. It is a
/// class of static members, most of which a family inherits from one of covariance/bases.hpp.
/// Components that share a covariance form a group.
///
///     static constexpr const char* name;
///     static constexpr const char* code;   // mclust's, optional
///     template <class Scalar, int Dim> using Storage;   // one matrix for all groups
///     template <class Scalar, int Dim> class Factors;   // what densities are computed from
///     template <class Scalar, int Dim> struct Scratch;  // of one thread; sized on first use
///     static Index group_count(Index K);                // K, or 1 if all share
///     static Index group_of(Index k);
///     static Index storage_rows(Index d), storage_cols(Index d);  // of one group
///     static Index scatter_rows(Index d);               // second moments kept per group
///     static Index parameter_count(Index d, Index K);
///
///     dense(block, d)                    // the Dim x Dim covariance of a group's storage
///     store(block, dense)                // and back; what is wrong with it, or nullptr
///     store_diagonal(block, variances)
///     variance(block, i)
///     set_apart(block, i, value)         // dimension i by itself, of that variance
///     entry_scale(block, i, j)           // what entry (i, j) of the storage is measured in
///     Root<Real, Dim>(block, d)          // .times(z, i): row i of a square root times z
///     estimate(scatter, count, block, d) // the M-step, from second moments about the mean
///     is_above(block, factors, group, floor)  // certainly; costs no decomposition
///     is_feasible(block, floor)          // whether it is
///     raise(block, floor)                // to the variance floor; how many directions
///     raise_uncorrelated(block, floor)   // the last resort: variances only
///     cost(block, scatter, count, d)     // twice the expected negative log-likelihood
///     shift_scatter(scatter, count, first, shift, d)  // second moments about a moved origin
///     scatter_diagonal(scatter, i, d)    // their entry (i, i)
///
///     pools(d)                           // whether moments may share one centre, see Origins
///     add_moments(tile, responsibilities, origins, moments, scratch)  // M-step of a tile
///
/// Factors has
///
///     resize(d, groups), assign(group, block)  // whether positive definite
///     prepare(means, weights)                  // called when all groups are assigned
///     set_apart(variances)                     // of dimensions with a variance of their own
///     log_normalizer(group)
///     shared_centre()                          // for families that pool, see Origins
///     spread(group, offset)                    // squared deviations of an offset, i -> number
///     squared_size(group, offset)              // Σ_i (covariance^-1)_ii offset_i²
///     squared_distance(group, offset)          // offset^T covariance^-1 offset
///     log_densities(tile, means, constants, out, scratch)  // E-step of a tile
template <class T, class = void>
inline constexpr bool is_family_v = false;
template <class T>
inline constexpr bool is_family_v<
    T, std::void_t<decltype(T::name), decltype(T::group_count(Index(1))),
                   typename T::template Storage<double, 1>, typename T::template Factors<double, 1>,
                   typename T::template Scratch<double, 1>>> = true;

/// A family whose components have parts of their covariances in common has beside that
///
///     static constexpr const char* common;       // which, for messages: "one shape for all ..."
///     template <class Real, int Dim>
///     static void unite(const detail::Vector<Real>& counts,  // [K] >= 0, not all zero
///                       const Storage<Real, Dim>& previous,  // of the last M-step, or empty
///                       Storage<Real, Dim>& estimates);      // most likely of each alone, of all
///
/// `unite` is the rest of the M-step: the covariances of the family's form that maximise
/// Σ_k counts(k) E_k log N(x | covariance_k), E_k with the estimate as second moment. What it
/// cannot compute it leaves as NaN. Applied to covariances of the form it changes nothing but by
/// rounding.
template <class T, class = void>
inline constexpr bool is_structured_v = false;
template <class T>
inline constexpr bool is_structured_v<T, std::void_t<decltype(T::common)>> = true;

}  // namespace covariance
}  // namespace EIGENMIX_ABI
}  // namespace eigenmix

#endif  // EIGENMIX_COVARIANCE_POLICY_HPP
