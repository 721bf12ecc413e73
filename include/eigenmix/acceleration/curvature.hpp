// SPDX-License-Identifier: MIT
#ifndef EIGENMIX_ACCELERATION_CURVATURE_HPP
#define EIGENMIX_ACCELERATION_CURVATURE_HPP

#include <cmath>

#include <eigenmix/acceleration/mixture_numbers.hpp>

namespace eigenmix {
inline namespace EIGENMIX_ABI {
namespace detail {

/// What the last steps tell of the curvature of a function that is being maximised, whose negative
/// Hessian is about the identity where they tell nothing: L-BFGS (Nocedal & Wright 2006, algorithm
/// 7.4).
class Curvature {
 public:
  /// \param memory  number of steps to remember
  explicit Curvature(Index memory) : memory_(static_cast<std::size_t>(memory)) {}

  /// \param size  of the function's argument
  void forget(std::size_t size) {
    size_ = size;
    steps_.resize(memory_ * size);
    losses_.resize(memory_ * size);
    products_.resize(memory_);
    shares_.resize(memory_);
    seen_ = 0;
  }

  /// Learns from a step and from what it took off the gradient. One across which the function curves
  /// upwards tells nothing.
  void learn(const double* step, const double* loss) {
    const double product = dot(step, loss, size_);
    const double squares = dot(step, step, size_) * dot(loss, loss, size_);
    if (!(product > 1e-10 * std::sqrt(squares))) return;
    const std::size_t slot = seen_ % memory_;
    for (std::size_t i = 0; i < size_; ++i) {
      steps_[slot * size_ + i] = step[i];
      losses_[slot * size_ + i] = loss[i];
    }
    products_[slot] = product;
    ++seen_;
  }

  /// The step that leads to where the gradient vanishes if the curvature stays as it is.
  /// \param direction  [in, out] the gradient; then the step
  void solve(double* direction) {
    const std::size_t oldest = seen_ > memory_ ? seen_ - memory_ : 0;
    for (std::size_t age = seen_; age > oldest; --age) {
      const std::size_t slot = (age - 1) % memory_;
      shares_[slot] = dot(step(slot), direction, size_) / products_[slot];
      add_multiple(direction, -shares_[slot], loss(slot), size_);
    }
    for (std::size_t age = oldest; age < seen_; ++age) {
      const std::size_t slot = age % memory_;
      const double share = dot(loss(slot), direction, size_) / products_[slot];
      add_multiple(direction, shares_[slot] - share, step(slot), size_);
    }
  }

 private:
  const double* step(std::size_t slot) const { return steps_.data() + slot * size_; }
  const double* loss(std::size_t slot) const { return losses_.data() + slot * size_; }

  std::size_t memory_, size_ = 0;
  std::size_t seen_ = 0;       // steps; the last is in slot (seen_ - 1) % memory_
  Numbers steps_, losses_;     // [size x memory]
  Numbers products_, shares_;  // [memory] step . loss; of the direction being solved for
};

}  // namespace detail
}  // namespace EIGENMIX_ABI
}  // namespace eigenmix

#endif  // EIGENMIX_ACCELERATION_CURVATURE_HPP
