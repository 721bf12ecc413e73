// SPDX-License-Identifier: MIT
#ifndef EIGENMIX_EM_PAIRS_HPP
#define EIGENMIX_EM_PAIRS_HPP

#include <eigenmix/base/config.hpp>

namespace eigenmix {
inline namespace EIGENMIX_ABI {

/// Which pairs of a sample and a component a fit evaluates; one of the choices of fit_options.
enum class Pairs {
  /// Of large fits whose components overlap little those that have a responsibility above 6e-19 of
  /// the sample's largest, else all. The default: the sums are the same to rounding (tests/README.md,
  /// Overlap), and a pass costs what the overlap costs.
  near,
  /// All, in the order of the samples: the bits of `moments`, of files that are read in parts, of
  /// passes by hand.
  all,
};

}  // namespace EIGENMIX_ABI
}  // namespace eigenmix

#endif  // EIGENMIX_EM_PAIRS_HPP
