// SPDX-License-Identifier: MIT
#ifndef EIGENMIX_STOPPING_STANDARD_HPP
#define EIGENMIX_STOPPING_STANDARD_HPP

#include <eigenmix/stopping/aitken_acceleration.hpp>
#include <eigenmix/stopping/max_iterations.hpp>

namespace eigenmix {
inline namespace EIGENMIX_ABI {
namespace stopping {

/// What a fit uses when it is not told otherwise.
using Standard = Any<AitkenAcceleration, MaxIterations>;

/// Converged when an estimated 5e-5 nats are still to be gained, at most 10 000 iterations.
///
/// Twice a difference in log-likelihood is a squared distance in standard errors, whatever the
/// number of samples, so 5e-5 nats are a hundredth of a standard error, and the fourth decimal of
/// the log-likelihood no longer moves. It is an estimate. Rules on the size of the last step stop 0.04
/// to 0.75 nats short on faithful and iris (scikit-learn) or 4e-4 to 0.04 (mclust). Less care would
/// save little: 381 fits that EM makes slowly take, accelerated, 70 passes in the median to 5e-5 nats,
/// 66 to 5e-4, 62 to 5e-3 and 56 to 5e-2, and are then left with 3e-5, 4e-4, 9e-3 and 1.7 nats or more
/// in one case of twenty, because what looks like an end was a plateau (`passes stop` in
/// tests/benchmark). By EM alone some need thousands; one that wants more than the limit has the
/// status iteration_limit.
inline Standard standard() { return AitkenAcceleration(5e-5) || MaxIterations(10000); }

}  // namespace stopping
}  // namespace EIGENMIX_ABI
}  // namespace eigenmix

#endif  // EIGENMIX_STOPPING_STANDARD_HPP
