// SPDX-License-Identifier: MIT
#ifndef EIGENMIX_DEGENERACY_JUDGEMENT_HPP
#define EIGENMIX_DEGENERACY_JUDGEMENT_HPP

#include <utility>
#include <vector>

#include <eigenmix/degeneracy/atoms.hpp>
#include <eigenmix/degeneracy/spurious.hpp>

namespace eigenmix {
inline namespace EIGENMIX_ABI {
namespace detail {

/// Which components of a fit are atoms, won by a few samples, empty or the same.
/// \param moments  of the last E-step
/// \param m_step   that knows who stands on which floor
/// \param result   [in, out]
template <bool HasPrior, class Parameters, class Samples, class MStep>
void judge(const Parameters& parameters, const Samples& samples,
           const typename Parameters::Moments& moments, const MStep& m_step, FitResult& result) {
  const AtomFinder<Parameters, Samples> atoms(parameters, samples);
  std::vector<bool> is_atom(static_cast<std::size_t>(parameters.component_count()), false);
  for (Index k = 0; k < parameters.component_count(); ++k) {
    Atom atom;
    if (m_step.is_on_floor(k) && !is_empty(moments, k) &&
        atoms.is_atom(k, m_step.floor_of(k), atom)) {
      is_atom[static_cast<std::size_t>(k)] = true;
      result.atoms.push_back(std::move(atom));
    } else if (m_step.is_on_floor(k) || is_empty(moments, k)) {
      ++result.collapsed;
    }
  }
  if (!HasPrior) {  // a proper prior bounds the density
    std::vector<double> steps;
    for (Index i = 0; i < parameters.dimension(); ++i) steps.push_back(samples.columns()[i].step);
    for (const Index k : spurious_components(parameters, samples.positive_count(), steps)) {
      result.spurious += is_atom[static_cast<std::size_t>(k)] ? 0 : 1;
    }
  }
  result.coincident = count_coincident(parameters);
}

}  // namespace detail
}  // namespace EIGENMIX_ABI
}  // namespace eigenmix

#endif  // EIGENMIX_DEGENERACY_JUDGEMENT_HPP
