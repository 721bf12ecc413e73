// SPDX-License-Identifier: MIT
#ifndef EIGENMIX_ACCELERATION_QUASI_NEWTON_STEPS_HPP
#define EIGENMIX_ACCELERATION_QUASI_NEWTON_STEPS_HPP

#include <algorithm>
#include <cmath>

#include <eigenmix/acceleration/coordinates.hpp>
#include <eigenmix/acceleration/curvature.hpp>

namespace eigenmix {
inline namespace EIGENMIX_ABI {
namespace detail {

/// Steps towards a maximum of the likelihood, or posterior, from what EM's passes tell anyway: its
/// value, and its gradient by where the M-step leads. L-BFGS in the coordinates of the complete
/// data's information (Jamshidian & Jennrich 1997, whose QN2 this is with limited memory), with a
/// line search that takes no value lower by more than rounding.
///
/// What is asked of it, in turn: `propose` a mixture; `accepts` its value; if not, a `shorten`ed
/// step. Mixtures and counts are as MixtureShape has them.
class QuasiNewtonSteps {
 public:
  QuasiNewtonSteps(const MixtureShape& shape, Index memory)
      : shape_(shape), coordinates_(shape), curvature_(memory), trial_(shape.size()) {}

  /// A step from where the fit is.
  /// \param current  where that is
  /// \param em       where the M-step leads from there
  /// \param counts   what it came from
  /// \param value    there, of what is maximised
  /// \return false if there is none to be had: EM's step is the thing to take
  EIGENMIX_NOINLINE bool propose(const Numbers& current, const Numbers& em, const Numbers& counts,
                                 double value) {
    const bool is_known = is_on_track_ && age_ < longest_age;
    if (!is_known && !begin(current, counts)) return false;
    value_ = value;
    std::swap(last_gradient_, gradient_);
    if (!find_gradient(current, em, counts)) return is_on_track_ = false;
    if (is_known) learn();
    direction_ = gradient_;
    curvature_.solve(direction_.data());
    slope_ = dot(gradient_.data(), direction_.data(), direction_.size());
    is_on_track_ = slope_ > 0;
    if (!is_on_track_) return false;
    coordinates_.follow(em);
    length_ = coordinates_.longest(direction_.data());
    trials_ = 1;
    ++age_;
    put_trial();
    return true;
  }

  /// The end of the last step.
  const Numbers& trial() const { return trial_; }

  /// Whether the value at the end of the last step is high enough: it then is where the fit is.
  /// \param resolution  differences below this are none
  bool accepts(double value, double resolution) {
    if (value >= value_ + sufficient * length_ * slope_ - resolution) {
      std::swap(last_point_, point_);
      std::swap(point_, trial_point_);
      return true;
    }
    const double curve = length_ * slope_ + value_ - value;  // of the parabola through both ends
    const double best = std::isfinite(value) ? length_ * length_ * slope_ / (2 * curve) : 0;
    length_ = std::min(std::max(best, length_ / 10), length_ / 2);
    return false;
  }

  /// After a value that was too low. \return false if EM's step is the thing to take
  EIGENMIX_NOINLINE bool shorten() {
    is_on_track_ = trials_ < most_trials;
    ++trials_;
    if (is_on_track_) put_trial();
    return is_on_track_;
  }

  /// Where the fit is was not reached by a step of these.
  void lose_track() { is_on_track_ = false; }

  /// What the last step promised to gain in all, as long as the curvature is as it is known.
  double expected_gain() const { return slope_ / 2; }

 private:
  bool begin(const Numbers& current, const Numbers& counts) {
    if (!coordinates_.assign(current, counts)) return is_on_track_ = false;
    const std::size_t size = coordinates_.size();
    for (Numbers* numbers : {&point_, &last_point_, &trial_point_, &gradient_, &last_gradient_}) {
      numbers->assign(size, 0);
    }
    coordinates_.put(point_.data(), trial_.data());
    curvature_.forget(size);
    age_ = 0;
    return true;
  }

  /// The gradient where the fit is. Of mixtures whose covariances have parts in common it is what
  /// EM's step is in these coordinates, which it is to first order; and where the fit is is not quite
  /// where the last step went.
  bool find_gradient(const Numbers& current, const Numbers& em, const Numbers& counts) {
    if (!shape_.has_common_parts) {
      coordinates_.gradient(trial_.data(), em.data(), counts.data(), gradient_.data());
      return true;
    }
    if (!coordinates_.locate(current.data(), point_.data()) ||
        !coordinates_.locate(em.data(), gradient_.data())) {
      return false;
    }
    add_multiple(gradient_.data(), -1, point_.data(), point_.size());
    return true;
  }

  void learn() {
    for (std::size_t i = 0; i < point_.size(); ++i) {
      last_gradient_[i] -= gradient_[i];
      last_point_[i] = point_[i] - last_point_[i];
    }
    curvature_.learn(last_point_.data(), last_gradient_.data());
  }

  void put_trial() {
    trial_point_ = point_;
    add_multiple(trial_point_.data(), length_, direction_.data(), point_.size());
    coordinates_.put(trial_point_.data(), trial_.data());
  }

  /// A step must gain this share of what the slope promises (Nocedal & Wright 2006, section 3.1).
  static constexpr double sufficient = 1e-4;
  static constexpr int most_trials = 7;   // the last is a 64th of the first at most
  static constexpr int longest_age = 60;  // by then components are far from their reference

  MixtureShape shape_;
  Coordinates coordinates_;
  Curvature curvature_;
  Numbers trial_;                             // the mixture at the end of the last step
  Numbers point_, last_point_, trial_point_;  // coordinates: where the fit is and was, and that end
  Numbers gradient_, last_gradient_, direction_;
  double value_ = 0, slope_ = 0, length_ = 1;
  int trials_ = 0;
  int age_ = 0;               // steps since the reference was chosen
  bool is_on_track_ = false;  // whether the fit is where the last step ended
};

}  // namespace detail
}  // namespace EIGENMIX_ABI
}  // namespace eigenmix

#endif  // EIGENMIX_ACCELERATION_QUASI_NEWTON_STEPS_HPP
