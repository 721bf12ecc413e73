// SPDX-License-Identifier: MIT
#ifndef EIGENMIX_DEGENERACY_ATOMS_HPP
#define EIGENMIX_DEGENERACY_ATOMS_HPP

#include <algorithm>
#include <cmath>
#include <limits>
#include <utility>
#include <vector>

#include <eigenmix/degeneracy/spurious.hpp>
#include <eigenmix/layout/group_floor.hpp>
#include <eigenmix/parameters/parameters.hpp>
#include <eigenmix/report/result.hpp>
#include <eigenmix/samples/any_samples.hpp>

namespace eigenmix {
inline namespace EIGENMIX_ABI {
namespace detail {

/// Tells atoms, many samples of one value, from accidents, a few that lie close together by chance,
/// among the components on the variance floor.
///
/// A component stands on the floor only if its samples agree to the resolution of the numbers
/// there, in some dimensions or along an oblique axis. With f the dimensions in which they differ:
///   1. Fewer than 2 (f + 2) samples are none: half of that fixes a covariance, so chance has it.
///   2. 10 (f + 1) samples are one, as they are enough for a narrow component, see
///      spurious_components.
///   3. Between, their value must be more frequent than the values of the other samples in that
///      dimension are: those that are equal to another by recording have 1 + λ of a kind, λ by
///      Poisson's law, and an atom has 4 + λ + 4 sqrt(λ) or more.
///   4. Between and in an oblique plane: exact samples, Dim + 1 or more, lie in one by no chance.
///      Those in steps do: a combination of two columns with small whole numbers has few values. λ
///      is how many samples have the most frequent one where columns are normal, and again there
///      must be 4 + λ + 4 sqrt(λ). The planes of twelve of iris' samples, in millimetres, are none.
///
/// Of 60 fits each of four components to 100, 300 and 1000 samples of two groups without an atom,
/// none was said to have one where values are exact or in steps of a hundredth or a tenth of a
/// deviation, and 6, 13 and 12 in steps of half a deviation, where ten samples on one step are
/// nothing rare. Of 4, 5, 8 and 20 equal values among 300 all were found where the others are
/// exact; 0, 0, 10 and 60 in steps of a tenth.
template <class Parameters>
class AtomFinder {
 public:
  using Scalar = typename Parameters::Scalar;
  using Samples = AnySamples<Scalar, Parameters::Dim>;
  using Real = typename Parameters::Real;

  AtomFinder(const Parameters& parameters, const Samples& samples)
      : parameters_(parameters), samples_(samples) {}

  /// Whether component k, on the floor, is an atom. \param atom  [out] what there is to say of it
  bool is_atom(Index k, const GroupFloor<Real>& floor, Atom& atom) const {
    atom = {k, parameters_.owned_count(k, samples_.total_weight()), {}, {}};
    for (Index i = 0; i < parameters_.dimension(); ++i) {
      if (parameters_.is_apart(i) || !is_flat(i, k, floor)) continue;
      atom.columns.push_back(i);
      atom.values.push_back(double(parameters_.means(i, k)));
    }
    const Index flat = std::max<Index>(static_cast<Index>(atom.columns.size()), 1);
    const Index free = parameters_.informative_count() - flat;
    const double count = atom.count + count_margin;
    if (count < 2 * double(free + 2)) return false;
    if (count >= 10 * double(free + 1)) return true;
    if (atom.columns.empty()) return is_beyond(samples_in_plane(), atom.count);
    for (std::size_t c = 0; c < atom.columns.size(); ++c) {
      if (is_frequent(atom.columns[c], atom.values[c], atom.count)) return true;
    }
    return false;
  }

 private:
  /// By the resolution of the numbers: a floor along a column may have been doubled by that along
  /// the axes. Where a policy wants a wider one, by how many samples have the value.
  bool is_flat(Index i, Index k, const GroupFloor<Real>& floor) const {
    const Real step = Real(samples_.columns()[i].step), variance = parameters_.variance(i, k);
    const bool is_isotropic = Parameters::Layout::is_isotropic;  // one floor for all
    const Real least = is_isotropic ? floor.column(i) : std::max(step * step / 12, floor.noise[i]);
    if (!floor.has_axes) return variance <= 2 * least * Real(1 + 1e-3);
    if (!(variance <= floor.axis(i, Real(0)) * Real(1 + 1e-3))) return false;
    const double count = parameters_.owned_count(k, samples_.total_weight());
    return count_at(i, double(parameters_.means(i, k))) >= 0.9 * count;
  }

  double own_width(Index i, double value) const {
    const Column column = samples_.columns()[i];
    return std::max(column.step, column.rounding(value, epsilon_of<Scalar>)) / 2;
  }

  /// How many samples have a value in dimension i. O(N).
  double count_at(Index i, double value) const {
    double count = 0;
    for (Index n = 0; n < samples_.count(); ++n) {
      const bool is_there = std::abs(double(samples_.value(i, n)) - value) <= own_width(i, value);
      count += is_there ? double(samples_.weight(n)) : 0;
    }
    return count;
  }

  /// Rule 3, in dimension i. O(N log N).
  bool is_frequent(Index i, double value, double count) const {
    constexpr double epsilon = epsilon_of<Scalar>;
    const Column column = samples_.columns()[i];
    const double own = own_width(i, value);
    std::vector<std::pair<double, double>> others;  // values and weights
    double total = 0;
    for (Index n = 0; n < samples_.count(); ++n) {
      const double x = double(samples_.value(i, n)), weight = double(samples_.weight(n));
      if (!(weight > 0) || !(std::abs(x - value) > own)) continue;
      others.emplace_back(x, weight);
      total += weight;
    }
    std::sort(others.begin(), others.end());
    double squares = 0, of_a_kind = 0;  // of how many are of a kind
    for (std::size_t n = 0; n < others.size(); ++n) {
      const double x = others[n].first;
      const double least = std::max(column.step / 2, 2 * epsilon * std::abs(x));
      of_a_kind += others[n].second;
      const bool is_last = n + 1 == others.size() || others[n + 1].first - x > least;
      if (!is_last) continue;
      squares += of_a_kind * of_a_kind;
      of_a_kind = 0;
    }
    return is_beyond(others.empty() ? 0 : squares / total - 1, count);
  }

  static bool is_beyond(double chance, double count) {
    return count + count_margin >= 4 + chance + 4 * std::sqrt(chance);
  }

  /// λ of rule 4: of the N whole numbers that two columns make, in steps, as many as have the most
  /// frequent value are N / sqrt(2 π) deviations. The sum is at least as wide as either column, so
  /// the second narrowest column, within the components, says how many at most. O(K Dim).
  double samples_in_plane() const {
    double narrowest = std::numeric_limits<double>::infinity(), second = narrowest;
    for (Index i = 0; i < parameters_.dimension(); ++i) {
      const double step = samples_.columns()[i].step;
      if (parameters_.is_apart(i) || !(step > 0)) continue;
      double variance = 0;
      for (Index k = 0; k < parameters_.component_count(); ++k) {
        variance += double(parameters_.weights(k)) * double(parameters_.variance(i, k));
      }
      const double width = std::sqrt(variance) / step;
      second = std::min(second, std::max(narrowest, width));
      narrowest = std::min(narrowest, width);
    }
    constexpr double root_two_pi = 2.5066282746310002;
    return samples_.total_weight() / (root_two_pi * std::max(second, 1 / root_two_pi));
  }

  const Parameters& parameters_;
  const Samples& samples_;
};

/// Whether two components are the same: means within a tenth of a deviation, variances along the
/// axes of one relative to the other within a tenth, by their divergence Σ λ - 1 - log λ. A
/// likelihood tells two equally wide halves of a component apart by n δ⁸ / 3072 nats, δ their
/// distance in deviations: of a million samples by 3e-6 at a tenth, far below where a fit ends.
/// O(Dim³) where means are close.
template <class Parameters>
bool are_coincident(const Parameters& parameters, Index a, Index b) {
  using Layout = typename Parameters::Layout;
  using Real = typename Parameters::Real;
  constexpr Real tenth = Real(0.1);
  const Index d = parameters.dimension();
  const auto offset = [&](Index i) {
    return Real(parameters.means(i, a)) - Real(parameters.means(i, b));
  };
  const Index of_a = Layout::group_of(a), of_b = Layout::group_of(b);
  if (!(parameters.density.squared_distance(of_a, offset) <= tenth * tenth)) return false;
  if (of_a == of_b) return true;
  const typename Layout::template Root<Real, Parameters::Dim> root(parameters.group(of_b), d);
  Real divergence =
      2 * Real(parameters.log_normalizers(b)) - 2 * Real(parameters.log_normalizers(a));
  Vector<Real> unit = Vector<Real>::Zero(d);
  for (Index j = 0; j < d; ++j) {
    if (parameters.is_apart(j)) continue;
    unit(j) = 1;
    const auto column = [&](Index i) {
      return parameters.is_apart(i) ? Real(0) : root.times(unit, i);
    };
    divergence += parameters.density.squared_distance(of_a, column) - 1;
    unit(j) = 0;
  }
  return divergence <= tenth * tenth / 2 * Real(d);
}

/// The number of components that are the same as an earlier one. O(K² Dim²).
template <class Parameters>
Index count_coincident(const Parameters& parameters) {
  Index found = 0;
  for (Index b = 1; b < parameters.component_count(); ++b) {
    Index a = 0;
    while (a < b && !are_coincident(parameters, a, b)) ++a;
    found += a < b ? 1 : 0;
  }
  return found;
}

}  // namespace detail
}  // namespace EIGENMIX_ABI
}  // namespace eigenmix

#endif  // EIGENMIX_DEGENERACY_ATOMS_HPP
