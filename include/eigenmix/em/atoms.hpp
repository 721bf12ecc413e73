// SPDX-License-Identifier: MIT
#ifndef EIGENMIX_EM_ATOMS_HPP
#define EIGENMIX_EM_ATOMS_HPP

#include <algorithm>
#include <cmath>
#include <vector>

#include <eigenmix/detail/group_floor.hpp>
#include <eigenmix/detail/parameters.hpp>
#include <eigenmix/em/result.hpp>
#include <eigenmix/em/spurious.hpp>

namespace eigenmix {
inline namespace EIGENMIX_ABI {
namespace detail {

/// Tells atoms, many samples of one value, from accidents, a few that lie close together by chance,
/// among the components on the variance floor.
///
/// A component stands on the floor only if its samples agree to the resolution of the numbers there
/// (in some dimensions, or along an oblique axis). Two tests decide whether that is chance.
///   1. It owns at least 2 (f + 2) samples, f the dimensions in which they differ: twice what fixes
///      a covariance there and is spurious otherwise. So four equal samples are the fewest.
///   2. If they agree in all dimensions, they are more than the other components have there: an
///      excess of four deviations over their expected number within one step. Of numbers without a
///      step none are expected; of rounded ones as many agree as the step is wide.
template <class Parameters>
class AtomFinder {
 public:
  using Real = typename Parameters::Real;

  /// \param samples  their number, by which weights are counts
  AtomFinder(const Parameters& parameters, double samples)
      : parameters_(parameters), samples_(samples) {}

  /// Whether component k, on the floor, is an atom. \param atom  [out] what there is to say of it
  bool is_atom(Index k, const GroupFloor<Real>& floor, Atom& atom) const {
    atom = {k, double(parameters_.weights(k)) * samples_, {}, {}};
    for (Index i = 0; i < parameters_.dimension(); ++i) {
      if (parameters_.is_apart(i) || !is_flat(i, k, floor)) continue;
      atom.columns.push_back(i);
      atom.values.push_back(double(parameters_.means(i, k)));
    }
    const Index flat = std::max<Index>(static_cast<Index>(atom.columns.size()), 1);
    const Index free = parameters_.informative_count() - flat;
    if (atom.count + count_margin < 2 * double(free + 2)) return false;
    if (free > 0) return true;
    const double expected = expected_count(k, floor);
    return atom.count >= expected + 4 * std::sqrt(expected);
  }

 private:
  bool is_flat(Index i, Index k, const GroupFloor<Real>& floor) const {
    const Real least = std::max(floor.column(i), floor.axis(i, Real(0)));
    return Real(parameters_.variance(i, k)) <= least * Real(1 + 1e-3);
  }

  /// How many samples the other components, were they alone, would have within one step of the mean
  /// of component k in every dimension.
  double expected_count(Index k, const GroupFloor<Real>& floor) const {
    double sum = 0, others = 0;
    for (Index j = 0; j < parameters_.component_count(); ++j) {
      if (j == k) continue;
      double mass = double(parameters_.weights(j));
      others += mass;
      for (Index i = 0; i < parameters_.dimension(); ++i) {
        if (!parameters_.is_apart(i)) mass *= mass_within(i, j, k, floor);
      }
      sum += mass;
    }
    return others > 0 ? samples_ * sum / others : 0;
  }

  double mass_within(Index i, Index j, Index k, const GroupFloor<Real>& floor) const {
    const double half = std::sqrt(3 * double(floor.column(i)));  // step² / 12 is the floor
    const double unit = std::sqrt(2 * double(parameters_.variance(i, j)));
    const double offset = double(parameters_.means(i, k)) - double(parameters_.means(i, j));
    return (std::erf((offset + half) / unit) - std::erf((offset - half) / unit)) / 2;
  }

  const Parameters& parameters_;
  double samples_;
};

/// The number of components that are the same as an earlier one: means within a tenth of a
/// deviation, covariances within a tenth. A likelihood tells two equally wide halves of a component
/// apart by n δ⁸ / 3072 nats, δ their distance in deviations: of a million samples by 3e-6 at a
/// tenth, far below where a fit ends.
template <class Parameters>
Index count_coincident(const Parameters& parameters) {
  using Covariance = typename Parameters::Covariance;
  using Real = typename Parameters::Real;
  constexpr Real tenth = Real(0.1);
  const auto is_same = [&](Index a, Index b) {
    const auto offset = [&](Index i) {
      return Real(parameters.means(i, a)) - Real(parameters.means(i, b));
    };
    const Index of_a = Covariance::group_of(a), of_b = Covariance::group_of(b);
    if (!(parameters.factors.squared_distance(of_a, offset) <= tenth * tenth)) return false;
    const auto block = parameters.group(of_a), other = parameters.group(of_b);
    for (Index j = 0; of_a != of_b && j < block.cols(); ++j) {
      for (Index i = 0; i < block.rows(); ++i) {
        const Real difference = std::abs(Real(block(i, j)) - Real(other(i, j)));
        if (!(difference <= tenth * Real(Covariance::entry_scale(block, i, j)))) return false;
      }
    }
    return true;
  };
  Index found = 0;
  for (Index b = 1; b < parameters.component_count(); ++b) {
    Index a = 0;
    while (a < b && !is_same(a, b)) ++a;
    found += a < b ? 1 : 0;
  }
  return found;
}

}  // namespace detail
}  // namespace EIGENMIX_ABI
}  // namespace eigenmix

#endif  // EIGENMIX_EM_ATOMS_HPP
