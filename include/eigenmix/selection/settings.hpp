// SPDX-License-Identifier: MIT
#ifndef EIGENMIX_SELECTION_SETTINGS_HPP
#define EIGENMIX_SELECTION_SETTINGS_HPP

#include <eigenmix/version.hpp>

namespace eigenmix {
inline namespace EIGENMIX_ABI {
namespace detail {

/// What mixtures are fitted to, and what their starts are found from.
template <class X, class StartX>
struct SamplesOfSelect {
  const X& all;
  const StartX& start;
};

/// What is fixed about a search of a grid; all referred to.
template <class X, class StartX, class Criterion, class Strategy, class Options, class Observers>
struct SearchSettings {
  SamplesOfSelect<X, StartX> x;
  const Criterion& criterion;
  const Strategy& strategy;
  const Options& options;  // observers of iterations only
  Observers observers;     // of cells
};

}  // namespace detail
}  // namespace EIGENMIX_ABI
}  // namespace eigenmix

#endif  // EIGENMIX_SELECTION_SETTINGS_HPP
