// SPDX-License-Identifier: MIT
#ifndef EIGENMIX_DEGENERACY_RESEED_HPP
#define EIGENMIX_DEGENERACY_RESEED_HPP

#include <eigenmix/degeneracy/resolution_floor.hpp>

namespace eigenmix {
inline namespace EIGENMIX_ABI {
namespace degeneracy {

/// Gives a collapsed component half of the heaviest one, a limited number of times per fit; after
/// that it is floored. A covariance shared by all components is floored at once.
///
/// Splitting the heaviest component along its widest axis needs no further pass over the samples.
class Reseed : public ResolutionFloor {
 public:
  /// At most 10 times: a component that collapses again and again has nothing to model.
  Reseed() = default;
  /// \param limit  most components re-seeded in one fit; >= 0
  /// \throws std::invalid_argument  if it is negative
  explicit Reseed(int limit) : left_(detail::non_negative("degeneracy::Reseed", "limit", limit)) {}

  Action on_collapse(const Collapse&) {
    if (left_ == 0) return Action::floor;
    --left_;
    return Action::reseed;
  }

 private:
  int left_ = 10;
};

}  // namespace degeneracy
}  // namespace EIGENMIX_ABI
}  // namespace eigenmix

#endif  // EIGENMIX_DEGENERACY_RESEED_HPP
