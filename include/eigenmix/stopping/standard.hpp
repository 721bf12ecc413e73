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
/// the log-likelihood no longer moves. It is an estimate, from the ratio of successive gains. Rules
/// on the size of the last step stop 0.04 to 0.75 nats short on faithful and iris (scikit-learn) or
/// 4e-4 to 0.04 (mclust). Those fits need 20 to 130 iterations; of strongly overlapping components
/// some need thousands, and one that wants more than the limit has the status iteration_limit.
inline Standard standard() { return AitkenAcceleration(5e-5) || MaxIterations(10000); }

}  // namespace stopping
}  // namespace EIGENMIX_ABI
}  // namespace eigenmix

#endif  // EIGENMIX_STOPPING_STANDARD_HPP
