// SPDX-License-Identifier: MIT
#ifndef EIGENMIX_SELECTION_OF_MIXTURE_HPP
#define EIGENMIX_SELECTION_OF_MIXTURE_HPP

#include <eigenmix/selection/criteria.hpp>

namespace eigenmix {
inline namespace EIGENMIX_ABI {

/// Akaike's criterion of a mixture, -2 L + 2 ν (Akaike 1974); see selection/criteria.hpp.
/// \param mixture    K components over Dim dimensions, all of whose parameters are free
/// \param x          [Dim x N] samples, weighted(x, w) or counted(x, c)
/// \param execution  any execution policy; bitwise the same result
/// \return lower is better
/// \throws std::invalid_argument  if x is not samples for this mixture
/// \complexity  one E-step: O(N K Dim²) for dense families; memory independent of N
template <class Mixture, class X, class Execution = execution::Serial>
double aic(const Mixture& mixture, const X& x, const Execution& execution = {}) {
  return selection::criteria::Aic()(selection::criterion_input(mixture, x, execution));
}

/// AIC for few samples (Hurvich & Tsai 1989); +infinity where N <= ν + 1.
/// \param, \return, \throws, \complexity  as aic
template <class Mixture, class X, class Execution = execution::Serial>
double aicc(const Mixture& mixture, const X& x, const Execution& execution = {}) {
  return selection::criteria::Aicc()(selection::criterion_input(mixture, x, execution));
}

/// -2 L + ν log N (Schwarz 1978). Minus what mclust calls BIC.
/// \param, \return, \throws, \complexity  as aic
template <class Mixture, class X, class Execution = execution::Serial>
double bic(const Mixture& mixture, const X& x, const Execution& execution = {}) {
  return selection::criteria::Bic()(selection::criterion_input(mixture, x, execution));
}

/// The integrated completed likelihood, every sample in its most responsible component (Biernacki,
/// Celeux & Govaert 2000). Minus what mclust calls ICL.
/// \param, \return, \throws, \complexity  as aic
template <class Mixture, class X, class Execution = execution::Serial>
double icl(const Mixture& mixture, const X& x, const Execution& execution = {}) {
  return selection::criteria::IclHard()(selection::criterion_input(mixture, x, execution));
}

}  // namespace EIGENMIX_ABI
}  // namespace eigenmix

#endif  // EIGENMIX_SELECTION_OF_MIXTURE_HPP
