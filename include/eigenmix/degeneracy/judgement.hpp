// SPDX-License-Identifier: MIT
#ifndef EIGENMIX_DEGENERACY_JUDGEMENT_HPP
#define EIGENMIX_DEGENERACY_JUDGEMENT_HPP

#include <optional>
#include <utility>
#include <vector>

#include <eigenmix/base/function_ref.hpp>
#include <eigenmix/degeneracy/atoms.hpp>
#include <eigenmix/degeneracy/spurious.hpp>

namespace eigenmix {
inline namespace EIGENMIX_ABI {
namespace detail {

/// The floor that component k stands on, or nothing.
template <class Parameters>
using FloorUnder = FunctionRef<std::optional<GroupFloor<typename Parameters::Real>>(Index k)>;

/// Which components of a fit are atoms, and which have collapsed.
/// \param samples  to find atoms among; of nullptr none are known
/// \param moments  of the last E-step
/// \param result   [in, out]
/// \return which are atoms
template <class Parameters>
std::vector<bool> judge_collapsed(const Parameters& parameters,
                                  const typename AtomFinder<Parameters>::Samples* samples,
                                  const typename Parameters::Moments& moments,
                                  FloorUnder<Parameters> floor_under, FitResult& result) {
  const auto is_atom = [&](Index k, const auto& floor, Atom& atom) {
    return samples != nullptr && !is_empty(moments, k) &&
           AtomFinder<Parameters>(parameters, *samples).is_atom(k, floor, atom);
  };
  std::vector<bool> are_atoms(static_cast<std::size_t>(moments.component_count()), false);
  for (Index k = 0; k < moments.component_count(); ++k) {
    Atom atom;
    const auto floor = floor_under(k);
    if (floor && is_atom(k, *floor, atom)) {
      are_atoms[static_cast<std::size_t>(k)] = true;
      result.atoms.push_back(std::move(atom));
    } else if (floor || is_empty(moments, k)) {
      ++result.collapsed_count;
      if (is_empty(moments, k)) result.empty_components.push_back(k);
    }
  }
  return are_atoms;
}

/// Which components of a fit were won by a few samples.
/// \param total_weight  of the samples
/// \param result        [in, out]
template <class Parameters>
void judge_spurious(const Parameters& parameters, const Columns& columns, double total_weight,
                    const std::vector<bool>& are_atoms, FitResult& result) {
  std::vector<double> steps;
  for (Index i = 0; i < parameters.dimension(); ++i) steps.push_back(columns[i].step);
  for (const Index k : find_spurious(parameters, total_weight, steps)) {
    result.spurious_count += are_atoms[static_cast<std::size_t>(k)] ? 0 : 1;
  }
}

}  // namespace detail
}  // namespace EIGENMIX_ABI
}  // namespace eigenmix

#endif  // EIGENMIX_DEGENERACY_JUDGEMENT_HPP
