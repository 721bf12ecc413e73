// SPDX-License-Identifier: MIT
#ifndef EIGENMIX_COVARIANCE_FORM_HPP
#define EIGENMIX_COVARIANCE_FORM_HPP

#include <eigenmix/covariance/informative.hpp>
#include <eigenmix/covariance/policy.hpp>

namespace eigenmix {
inline namespace EIGENMIX_ABI {
namespace detail {

/// A family as values: what an M-step, a search and messages want of it beyond its layout. They are
/// compiled once for each layout, whatever the families.
template <class Scalar, int Dim, class Layout>
struct Form {
  using Real = Accumulator<Scalar>;
  using LayoutType = Layout;
  using Estimates = typename Layout::template Storage<Real, Dim>;
  using Unite = void (*)(const Vector<Real>& counts, const Estimates& previous,
                         const Vector<Scalar>& apart, Estimates& estimates);

  bool has_common_parts() const { return unite != nullptr; }

  const char* name;
  const char* common;  ///< what components have in common, for messages
  Index (*parameter_count)(Index dimension, Index components);
  Unite unite;  ///< see unite_informative; nullptr where nothing is in common
};

template <class Family, class Scalar, int Dim>
constexpr Form<Scalar, Dim, typename Family::Layout> make_form() {
  if constexpr (covariance::has_common_parts_v<Family>) {
    return {Family::name, Family::common, &Family::parameter_count,
            &unite_informative<Family, Scalar, Accumulator<Scalar>, Dim>};
  } else {
    return {Family::name, "", &Family::parameter_count, nullptr};
  }
}

template <class Family, class Scalar, int Dim>
inline constexpr Form<Scalar, Dim, typename Family::Layout> form_of =
    make_form<Family, Scalar, Dim>();

}  // namespace detail
}  // namespace EIGENMIX_ABI
}  // namespace eigenmix

#endif  // EIGENMIX_COVARIANCE_FORM_HPP
