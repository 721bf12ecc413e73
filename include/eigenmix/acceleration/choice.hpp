// SPDX-License-Identifier: MIT
#ifndef EIGENMIX_ACCELERATION_CHOICE_HPP
#define EIGENMIX_ACCELERATION_CHOICE_HPP

#include <eigenmix/base/errors.hpp>

namespace eigenmix {
inline namespace EIGENMIX_ABI {
namespace acceleration {

/// EM and nothing else, however slow. For traces to compare with other implementations.
struct None {};

/// Where EM goes slowly, quasi-Newton steps on what it maximises; see QuasiNewtonSteps. Fits that
/// EM ends within some thirty passes are left to it, to the last bit.
///
/// A fit goes over to such steps when the gains of EM's say that it has far to go: where components
/// overlap it needs thousands of passes, these some dozens to hundreds. No step lowers the
/// likelihood by more than rounding: one that would is undone and a shorter one tried. What is
/// fixed, stands on the variance floor or has hardly more samples than parameters goes as EM leads it
/// meanwhile. The way, though not its end, depends on how the coordinates are turned. Memory: twice
/// `memory` mixtures in double and some ten more, independent of N; beside a pass a step costs O(K
/// Dim³ + memory K Dim²). Whether EM is slow is judged by 5e-5 nats to go, whatever the fit's own rule
/// is (Jamshidian & Jennrich 1997; Salakhutdinov, Roweis & Ghahramani 2003).
class QuasiNewton {
 public:
  /// \param memory  how many steps back the curvature is learnt from; each costs as much memory as
  ///                two mixtures. 3 to 20 are usual (Nocedal & Wright 2006, section 7.2); >= 1
  /// \throws std::invalid_argument  if it is not
  explicit QuasiNewton(Index memory = 10) : memory_(memory) {
    if (memory < 1) {
      detail::reject("acceleration::QuasiNewton", "memory", detail::text(memory), "at least 1");
    }
  }
  Index memory() const { return memory_; }

 private:
  Index memory_;
};

}  // namespace acceleration
}  // namespace EIGENMIX_ABI
}  // namespace eigenmix

#endif  // EIGENMIX_ACCELERATION_CHOICE_HPP
