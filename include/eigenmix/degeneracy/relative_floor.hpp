// SPDX-License-Identifier: MIT
#ifndef EIGENMIX_DEGENERACY_RELATIVE_FLOOR_HPP
#define EIGENMIX_DEGENERACY_RELATIVE_FLOOR_HPP

#include <eigenmix/degeneracy/policy.hpp>

namespace eigenmix {
inline namespace EIGENMIX_ABI {
namespace degeneracy {

/// Keeps every component at least `ratio` times as wide, in variance, as all the data: the default.
///
/// Only a collapsed component is touched, so healthy fits are exact maximum likelihood. The raised
/// covariance is the most likely one above the floor, so the likelihood still never falls. Being
/// relative to the variance of each dimension, it means the same in metres and in millimetres.
class RelativeFloor {
 public:
  /// ratio = eps^(2/3) of the data's scalar: 3.7e-11 for double, 2.4e-5 for float. A covariance
  /// of condition 1/ratio still leaves its log density a third of the scalar's digits, and it is
  /// ten thousand times below what a least-squares ridge would use.
  RelativeFloor() = default;

  /// \param ratio  least variance of a component / variance of the data; > 0
  /// \throws std::invalid_argument  unless ratio is finite and > 0
  explicit RelativeFloor(double ratio)
      : ratio_(detail::positive("degeneracy::RelativeFloor", "ratio", ratio)) {}

  template <class Scalar, class Variances>
  void to_floor(Variances& variances) const {
    using Real = typename Variances::Scalar;
    const Real automatic = std::pow(Real(std::numeric_limits<Scalar>::epsilon()), Real(2) / 3);
    variances *= ratio_ > 0 ? Real(ratio_) : automatic;
  }
  Action on_collapse(const Collapse&) const { return Action::floor; }

 private:
  double ratio_ = 0;  // 0: by the scalar
};

}  // namespace degeneracy
}  // namespace EIGENMIX_ABI
}  // namespace eigenmix

#endif  // EIGENMIX_DEGENERACY_RELATIVE_FLOOR_HPP
