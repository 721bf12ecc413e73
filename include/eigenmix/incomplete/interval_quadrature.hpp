// SPDX-License-Identifier: MIT
#ifndef EIGENMIX_INCOMPLETE_INTERVAL_QUADRATURE_HPP
#define EIGENMIX_INCOMPLETE_INTERVAL_QUADRATURE_HPP

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <limits>

#include <eigenmix/base/fwd.hpp>

namespace eigenmix {
inline namespace EIGENMIX_ABI {
namespace detail {

/// A point of [0, 1] and its weight.
template <class Real>
struct QuadratureNode {
  Real at, weight;
};

/// Gauss's rules on [0, 1] (Abramowitz & Stegun 1964, 25.4.30). The points are written from zero
/// on, so that those next to it, where the density of a tail is, have all their digits.
template <class Real>
struct GaussRules {
  static constexpr QuadratureNode<Real> eight[] = {
      {Real(0.01985507175123188415822L), Real(0.05061426814518812957627L)},
      {Real(0.1016667612931866302042L), Real(0.1111905172266872352722L)},
      {Real(0.2372337950418355070911L), Real(0.156853322938943643669L)},
      {Real(0.4082826787521750975303L), Real(0.1813418916891809914826L)},
      {Real(0.5917173212478249024697L), Real(0.1813418916891809914826L)},
      {Real(0.7627662049581644929089L), Real(0.156853322938943643669L)},
      {Real(0.8983332387068133697958L), Real(0.1111905172266872352722L)},
      {Real(0.9801449282487681158418L), Real(0.05061426814518812957627L)},
  };
  static constexpr QuadratureNode<Real> thirty_two[] = {
      {Real(0.001368069075259218227509L), Real(0.003509305004735048300204L)},
      {Real(0.007194244227365832299912L), Real(0.008137197365452835302585L)},
      {Real(0.01761887220624678461309L), Real(0.01269603265463102972788L)},
      {Real(0.03254696203113015541454L), Real(0.01713693145651071655134L)},
      {Real(0.05183942211697393801735L), Real(0.02141794901111334032844L)},
      {Real(0.07531619313371501493315L), Real(0.02549902963118808809808L)},
      {Real(0.1027581020160287965185L), Real(0.02934204673926777357264L)},
      {Real(0.1339089406298551598063L), Real(0.03291111138818092341883L)},
      {Real(0.1684778665348923995124L), Real(0.0361728970544242531127L)},
      {Real(0.2061421213796188354796L), Real(0.03909694789353515323587L)},
      {Real(0.2465500455338853049881L), Real(0.0416559621134733776111L)},
      {Real(0.2893243619346823273179L), Real(0.04382604650220190557139L)},
      {Real(0.33406569885893617511L), Real(0.04558693934788194235643L)},
      {Real(0.3803563188739314627277L), Real(0.04692219954040228281959L)},
      {Real(0.4277640192086017532574L), Real(0.04781936003963742970954L)},
      {Real(0.4758461671561308418826L), Real(0.04827004425736390028338L)},
      {Real(0.5241538328438691581174L), Real(0.04827004425736390028338L)},
      {Real(0.5722359807913982467426L), Real(0.04781936003963742970954L)},
      {Real(0.6196436811260685372723L), Real(0.04692219954040228281959L)},
      {Real(0.66593430114106382489L), Real(0.04558693934788194235643L)},
      {Real(0.7106756380653176726821L), Real(0.04382604650220190557139L)},
      {Real(0.7534499544661146950119L), Real(0.0416559621134733776111L)},
      {Real(0.7938578786203811645204L), Real(0.03909694789353515323587L)},
      {Real(0.8315221334651076004876L), Real(0.0361728970544242531127L)},
      {Real(0.8660910593701448401937L), Real(0.03291111138818092341883L)},
      {Real(0.8972418979839712034815L), Real(0.02934204673926777357264L)},
      {Real(0.9246838068662849850668L), Real(0.02549902963118808809808L)},
      {Real(0.9481605778830260619827L), Real(0.02141794901111334032844L)},
      {Real(0.9674530379688698445855L), Real(0.01713693145651071655134L)},
      {Real(0.9823811277937532153869L), Real(0.01269603265463102972788L)},
      {Real(0.9928057557726341677001L), Real(0.008137197365452835302585L)},
      {Real(0.9986319309247407817725L), Real(0.003509305004735048300204L)},
  };
};

/// A part of a standard normal number's tail, by the distance u from where it begins: density
/// φ(a) exp(-a u - u² / 2).
template <class Real>
struct TailPart {
  Real log_integral;  ///< of exp(-a u - u² / 2); minus infinity of a part without width
  Real mean;          ///< of u
  Real variance;
};

/// Every term is positive and the variance is about the mean, so nothing cancels.
/// \param width  of the part
template <class Real, std::size_t Count>
TailPart<Real> tail_part_by(const QuadratureNode<Real> (&rule)[Count], Real a, Real width) {
  const Real slope = a * width, curve = width * width / 2;
  Real shares[Count], sum = 0, first = 0, second = 0;
  for (std::size_t j = 0; j < Count; ++j) {
    const Real at = rule[j].at;
    shares[j] = rule[j].weight * std::exp(-at * (slope + at * curve));
    sum += shares[j];
    first += shares[j] * at;
  }
  const Real mean = first / sum;
  for (std::size_t j = 0; j < Count; ++j) {
    const Real offset = rule[j].at - mean;
    second += shares[j] * offset * offset;
  }
  return {std::log(width) + std::log(sum), width * mean, width * width * (second / sum)};
}

/// The part [a, a + width] of a tail.
///
/// The integrand falls by a factor exp(-46), which is nothing beside the rest even in long double,
/// within a distance that is found first; up to there it is smooth, and one rule of 32 points has
/// an error of 3e-17 or less for all a. One of 8 points has less in fine bins: its remainder is
/// some exp(-52) (width (a + 4))^16, since the 16th derivative of exp(-x² / 2) is about (a + 4)^16
/// of it.
/// \param a      >= 0, where the part begins, in deviations
/// \param width  > 0; may be infinite, or zero where it has underflowed
template <class Real>
TailPart<Real> tail_part(Real a, Real width) {
  constexpr Real fall = 46;
  constexpr Real largest = std::numeric_limits<Real>::max();
  // Not by a square of a, which may overflow.
  const Real reach = 2 * fall / (a + std::hypot(a, std::sqrt(2 * fall)));
  const Real seen = std::min(width, reach);
  if (!(a <= largest) || !(seen > 0)) return {-std::numeric_limits<Real>::infinity(), 0, 0};
  const bool is_short = seen * (a + 4) <= 2;
  return is_short ? tail_part_by(GaussRules<Real>::eight, a, seen)
                  : tail_part_by(GaussRules<Real>::thirty_two, a, seen);
}

}  // namespace detail
}  // namespace EIGENMIX_ABI
}  // namespace eigenmix

#endif  // EIGENMIX_INCOMPLETE_INTERVAL_QUADRATURE_HPP
